"""What `supply_chain_analysis` is made of: locks, sources, pins and names, a module each."""

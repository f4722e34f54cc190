"""Defects for `benchmarks/mutations.py` to plant, a module for each kind of criterion."""

"""What YAML can do to its reader, beyond saying what it says."""

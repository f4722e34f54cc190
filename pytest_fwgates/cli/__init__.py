"""The fwgates command."""

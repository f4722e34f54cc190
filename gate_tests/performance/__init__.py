"""Gate tests of the gate performance."""

"""Gate tests of security."""

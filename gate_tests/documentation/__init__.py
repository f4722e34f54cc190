"""Gate tests of documentation."""

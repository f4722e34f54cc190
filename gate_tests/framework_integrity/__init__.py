"""Gate tests of framework_integrity."""

"""The checks of the gate framework_integrity."""

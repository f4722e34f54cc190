"""The checks of the gate documentation."""

"""Checks of the gate performance: what was measured, held against its limit with a stated confidence."""

"""A pytest run: what workers observe and what the controller makes of it."""

"""Checks of what a framework may do to those who use it."""

"""Scanners that others keep, one module each; they report findings and never decide."""

"""Projections of a verdict, one module each."""

"""Stands before the scanner on the path of runs that are not about it: it takes as long as all else."""

raise ImportError("as if it were not installed")

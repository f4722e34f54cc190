"""What is measured and what may be concluded from it: percentiles, load, resources, comparisons."""

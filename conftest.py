"""Configuration of the project's own test run."""

pytest_plugins = ["pytester"]

# Frameworks under test are data: some have test files of their own, which are never run.
collect_ignore = ["tests/examples"]

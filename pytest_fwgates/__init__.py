"""Quality gates as tests."""

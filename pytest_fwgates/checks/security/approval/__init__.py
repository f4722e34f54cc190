"""What may be used: the allow-list as checks see it, and holding a framework against it."""

"""Text that is not what it looks like, or that gives orders where no person looks."""

"""Load that does not wait for the service: what is asked, what generates it, and what came of it."""

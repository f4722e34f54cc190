"""The framework under test: its files, parsed once into facts."""

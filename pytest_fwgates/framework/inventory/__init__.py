"""What a framework is made of that others wrote: packages, images, actions, tools; read from its files."""

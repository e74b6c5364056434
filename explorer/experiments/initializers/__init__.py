"""Initializers: what every layer sees, forward and backward, under each initializer."""

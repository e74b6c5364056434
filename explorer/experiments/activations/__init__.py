"""Activations: what a network sees through its nonlinearity."""

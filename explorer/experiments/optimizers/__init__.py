"""Optimizers on loss surfaces."""

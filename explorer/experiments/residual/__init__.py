"""Residual: how gradients flow through depth, with and without skips."""

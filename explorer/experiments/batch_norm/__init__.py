"""Batch norm: the same network trained with and without, and why."""

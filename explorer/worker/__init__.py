"""The process that computes: what it is asked, what it answers."""

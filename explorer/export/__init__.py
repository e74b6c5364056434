"""From a figure to a file."""

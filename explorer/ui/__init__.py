"""The window: PyQt6 widgets around the figure."""

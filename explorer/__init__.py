"""Explorer: see why neural networks train or fail."""

__version__ = "0.1.0"

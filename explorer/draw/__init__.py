"""From a figure to a Qt scene: the same items on screen and in every export."""

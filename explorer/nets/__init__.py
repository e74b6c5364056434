"""Small torch modules, data sets and measures that experiments share."""

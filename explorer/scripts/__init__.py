"""Blocks of source that the scripts of two or more experiments share: text alone, no torch and no Qt."""

"""What runs say of the arrays in their frames."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def fixed(array: Array) -> Array:
    """Say that an array never changes: where many frames hold the very same one, it is sent and drawn once."""
    array.flags.writeable = False
    return array

"""How far it is to the nearest minimum."""

import numpy as np
import torch
from numpy.typing import NDArray

EXACT = "donot_use_mm_for_euclid_dist"
"""The other way loses half of the digits near a minimum."""


def nearest(points: NDArray[np.float64], minima: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Distance from points (…, 2) to the nearest of the minima (k, 2), and which it is; nan and −1 without any."""
    if not len(minima):
        return np.full(points.shape[:-1], np.nan), np.full(points.shape[:-1], -1)
    best, which = torch.cdist(torch.from_numpy(points), torch.from_numpy(minima), compute_mode=EXACT).min(-1)
    return best.numpy(), which.numpy()

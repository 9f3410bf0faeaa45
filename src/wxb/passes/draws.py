"""How often rows, or clusters, are drawn: counts that follow from a seed, the draw and a number, and from nothing else."""

from __future__ import annotations

from math import exp, factorial

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers, Matrix, Vector
from wxb.question.shares import mixed

BITS = 16


def _thresholds() -> Vector:
    """(2^16,) Poisson(1) of uniform bits."""
    shares = np.cumsum([exp(-1) / factorial(count) for count in range(9)])
    return np.searchsorted(shares, (np.arange(1 << BITS) + 0.5) / (1 << BITS)).astype(np.float64)


_COUNTS = _thresholds()


def hashed(seed: int, draws: Integers, numbers: Integers) -> NDArray[np.uint64]:
    """(draws, n) 64 bits for each draw and number."""
    start = mixed(np.array([seed % 2**64], dtype=np.uint64))
    with np.errstate(over="ignore"):
        own = mixed(numbers.astype(np.uint64) + start)
        return mixed(own[None, :] ^ mixed(draws.astype(np.uint64) + start + np.uint64(1 << 63))[:, None])


def poisson(seed: int, draws: Integers, numbers: Integers) -> Matrix:
    """(draws, n) how often each of the numbers is drawn."""
    return _COUNTS[(hashed(seed, draws, numbers) >> np.uint64(64 - BITS)).astype(np.int64)]

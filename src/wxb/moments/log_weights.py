"""Σ log w, which the likelihood of weighted rows needs beside the moments, as an integer: the order of rows leaves no trace.

Each logarithm is float64's, right to its last digits, and counted in units of 2^−60. So a sum of n is off by no more than
n 2^−53 max |log w| and what the logarithms themselves are off by; merging adds, forgetting subtracts, exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HALF_BITS = 30  # the unit is 2^(−2·HALF_BITS)
MOST = 750 << 2 * HALF_BITS  # of one weight: |log w| is below 745 for every float64


def log_units(weights: NDArray[np.float64], counts: NDArray[np.float64] | None = None) -> int:
    """Σ log w over the positive weights, each as often as it is counted, in units of 2^−60."""
    used = weights > 0
    logs = np.log(np.ascontiguousarray(weights[used]))
    scaled = np.ldexp(logs, HALF_BITS)
    whole = np.rint(scaled)
    rest = np.rint(np.ldexp(scaled - whole, HALF_BITS))
    if counts is not None:
        often = [int(count) for count in counts[used].tolist()]
        return sum(
            ((int(a) << HALF_BITS) + int(b)) * f for a, b, f in zip(whole.tolist(), rest.tolist(), often, strict=True)
        )
    return (int(whole.astype(np.int64).sum()) << HALF_BITS) + int(rest.astype(np.int64).sum())

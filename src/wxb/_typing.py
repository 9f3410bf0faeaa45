"""What arrays hold: one name for each kind, in every signature."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]  # one axis
Matrix = NDArray[np.float64]  # two or more
Integers = NDArray[np.int64]
Marks = NDArray[np.bool_]

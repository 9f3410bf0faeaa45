"""The extension compiled from `c/elementary.c`."""

import numpy as np
from numpy.typing import NDArray

_Vector = NDArray[np.float64]

def logarithms(x: _Vector, table: _Vector, numbers: _Vector, out: _Vector, open: _Vector, /) -> int: ...
def exponentials(x: _Vector, table: _Vector, numbers: _Vector, out: _Vector, open: _Vector, /) -> int: ...
def products(a: _Vector, b: _Vector, high: _Vector, low: _Vector, /) -> None: ...

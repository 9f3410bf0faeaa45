"""The extension compiled from `c/`. Pairs are arrays (2, …)."""

import numpy as np
from numpy.typing import NDArray

_Array = NDArray[np.float64]

def walk(
    p: int,
    count: int,
    positive: bool,
    free: bool,
    A: _Array,
    a: _Array,
    l1: _Array,
    l2: _Array,
    by_l1: _Array,
    by_l2: _Array,
    out: _Array,
    gaps: _Array,
    freedom: _Array,
    /,
) -> None: ...
def ridges(
    p: int,
    count: int,
    free: bool,
    A: _Array,
    a: _Array,
    l2: _Array,
    by_l2: _Array,
    out: _Array,
    failed: _Array,
    freedom: _Array,
    /,
) -> None: ...
def products(p: int, count: int, A: _Array, given: _Array, out: _Array, /) -> None: ...
def costs(
    p: int, count: int, A: _Array, lines: _Array, apart: _Array, work: _Array, out: _Array, lost: _Array, /
) -> None: ...

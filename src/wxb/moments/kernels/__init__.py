"""Kernels: what cuts, multiplies and adds blocks of numbers. `Kernel` says what one does, `choose` gives the quickest there is.

`Native` is compiled (`c/`), works without holding the interpreter and is several times faster; `ByNumPy` is there wherever NumPy
is, as where wxb was installed without a C compiler. Exact sums have one value, so they are the same bits from either, and
from every instruction set. A kernel holds nothing of what it adds: one serves all threads. Whoever begins a pass
over rows chooses it and hands it down.
"""

from __future__ import annotations

from wxb.moments.kernels.by_numpy import ByNumPy
from wxb.moments.kernels.kernel import MOST_MULTIPLE, TILE, Around, Beside, Bins, Counted, Kernel, Step
from wxb.moments.kernels.native import Native, choose

__all__ = [
    "MOST_MULTIPLE",
    "TILE",
    "Around",
    "Beside",
    "Bins",
    "ByNumPy",
    "Counted",
    "Kernel",
    "Native",
    "Step",
    "choose",
]

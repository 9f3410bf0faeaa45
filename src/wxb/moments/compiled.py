"""The compiled inner loop (`_kernel.c`), where there is one: the same sums, several times faster.

It cuts, multiplies and adds whole blocks without holding the interpreter, so that threads really run side by side. `kernel`
is None when wxb was installed without a C compiler; then NumPy does the work. Exact sums have one value, so the
answers are the same bits on either road and on every instruction set.
"""

from __future__ import annotations

from typing import Any

kernel: Any
try:
    from wxb.moments import _kernel as kernel  # pyright: ignore[reportAttributeAccessIssue]
except ImportError:
    kernel = None

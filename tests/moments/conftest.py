"""The kernels: NumPy's, and the compiled one with each instruction set."""

from __future__ import annotations

from contextlib import suppress

import pytest

from wxb.moments.kernels import ByNumPy, Kernel, Native


def kernels() -> list[Kernel]:
    """Every kernel of this machine."""
    found: list[Kernel] = [ByNumPy()]
    for name in ("plain", "avx2", "avx512"):
        with suppress(ImportError, ValueError):
            found.append(Native(name))
    return found


@pytest.fixture(scope="module", params=kernels(), ids=lambda kernel: kernel.name)
def kernel(request) -> Kernel:
    """A test that asks for it runs on every kernel."""
    return request.param

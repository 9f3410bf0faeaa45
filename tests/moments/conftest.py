"""The roads to the sums: NumPy, and the compiled loop with each instruction set."""

from __future__ import annotations

from contextlib import suppress

import pytest

from wxb.moments import compiled


def roads() -> list[str]:
    """NumPy, and the compiled loop with each instruction set of this machine."""
    found = ["numpy"]
    if compiled.kernel is not None:
        best = compiled.kernel.instructions()
        for name in ("plain", "avx2", "avx512"):
            with suppress(ValueError):
                found.append(compiled.kernel.instructions(name))
        compiled.kernel.instructions(best)
    return found


@pytest.fixture(scope="module", params=roads())
def road(request):
    """Every test of a module, on every road: `pytestmark = pytest.mark.usefixtures("road")`."""
    kernel = compiled.kernel
    if request.param == "numpy":
        compiled.kernel = None
        yield
        compiled.kernel = kernel
        return
    best = kernel.instructions()
    kernel.instructions(request.param)
    yield
    kernel.instructions(best)

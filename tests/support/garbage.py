"""What is left of a few objects once nothing holds them: only what was made since is looked through, not a whole test run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def of_its_own() -> Iterator[None]:
    """`gc.collect()` within finds what was made within."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()

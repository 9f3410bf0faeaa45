"""What the lesson is about: its two tables, and lines fitted to them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wxb.model.model import Model

STUDENTS = {"hours": [1, 2, 3], "score": [2, 4, 6]}
SHEET = {"hours": [2, 3, 4, 5], "score": [25, 50, 42, 61]}
FILE = "examples/hours.csv --target score"
EPOCHS = 2000


@cache
def fitted(**options: Any) -> Model:
    """A line fitted to the three students, once for all sections."""
    from wxb import api

    return api.fit(STUDENTS, "score", **options)


def reached(**options: Any) -> Model:
    """What the notebook's descent reaches."""
    return fitted(lr=0.01, epochs=EPOCHS, **options)

"""A cloud of rows as marks: dots while they are few, else cells as dark as they are full; and what both are called."""

from __future__ import annotations

from typing import Any

import numpy as np

from wxb._typing import Vector
from wxb.i18n import _, _n
from wxb.marks.mark import Mark, Role, cells, dots
from wxb.numbers import in_words
from wxb.passes.binned import Cloud, Shown
from wxb.pictures.seen import TEST
from wxb.pictures.words import columns

MOST_CELLS = 2500  # of a picture, so that it stays a small file


def cloud_marks(cloud: Cloud, role: Role = "data", name: str = "") -> list[Mark]:
    """The rows."""
    if not cloud.n:
        return []
    if cloud.cells is None:
        return [dots(cloud.x, cloud.y, role, name=name)]
    centres, counts, size = cloud.cells.filled(MOST_CELLS)
    share = (1 + np.log(counts)) / (1 + np.log(counts.max()))
    return [cells(centres[:, 0], centres[:, 1], size, share, role)]


def row_marks(shown: Shown, kind: str) -> list[Mark]:
    """Those of the fit, and those held out where they are few."""
    test = shown.clouds.get(kind + TEST)
    few = test is not None and test.n and test.cells is None
    marks = cloud_marks(shown.clouds[kind], name=_("rows") if few else "")
    return [*marks, *(cloud_marks(test, "test", _("rows held out")) if few and test is not None else [])]


def ends(cloud: Cloud, axis: int) -> Vector:
    """(2,) the range along an axis; () of no rows."""
    return np.array([cloud.low[axis], cloud.high[axis]]) if cloud.n else np.empty(0)


def rows_text(cloud: Cloud) -> str:
    """How many rows, and how they are shown."""
    said = _n("{n} row", "{n} rows", cloud.n)
    if cloud.n >= 10_000:
        said = _("{count} rows", count=in_words(cloud.n))
    return said if cloud.cells is None else _("{rows}, counted in cells", rows=said)


def cloud_table(cloud: Cloud, x: str, y: str) -> dict[str, list[Any]]:
    """A row for each point, counted from 1 where rows have numbers, or for each cell with how many rows it has."""
    if cloud.cells is None:
        rows = {"row": (cloud.numbers + 1).tolist()} if len(cloud.numbers) == len(cloud.x) else {}
        return columns(rows, {x: cloud.x.tolist(), y: cloud.y.tolist()})
    centres, counts, __ = cloud.cells.filled(MOST_CELLS)
    theirs = {x: centres[:, 0].tolist(), y: centres[:, 1].tolist()}
    return columns({}, theirs, {"rows": counts.astype(int).tolist()})

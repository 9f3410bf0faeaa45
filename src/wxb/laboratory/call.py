"""`wxb.lab`, with its options spelled out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

from wxb.arguments import warn
from wxb.data.layout import LayoutOptions
from wxb.laboratory.lab import Lab, of_data, of_students


def lab(
    data: Any = None,
    target: str | None = None,
    *,
    features: Iterable[str] | None = None,
    lr: float | str | None = None,
    epochs: int | None = None,
    momentum: float = 0.0,
    start: Any = None,
    intercept: bool = True,
    missing: str = "error",
    threads: int | None = None,
    **layout: Unpack[LayoutOptions],
) -> Lab:
    """A page to learn on, ten scenes from three students to dz/dw = 8: a `Lab` to save, to `show()`, or to look at in a notebook.

    data : anything `wxb.fit` takes but weights; the three students when left out
    target, features : the column y, and a list of the one column x; when left out the first columns of numbers, which is warned of
        where there are more
    lr, epochs, momentum, start : the descent that the page begins with, as in `wxb.fit`; without `lr` 0.01 where that arrives, else
        the best rate
    intercept, missing, threads, and skip … where : as in `wxb.fit`

    Moments are exact and travel whole; of more than 2000 rows the page holds how many lie in each cell, and no row. Raises what
    `wxb.fit` does.
    """
    path: dict[str, Any] = {"lr": lr, "epochs": epochs, "momentum": momentum, "start": start}
    if data is None:
        return of_students(**path)
    read: dict[str, Any] = {"intercept": intercept, "missing": missing, "threads": threads, "layout": layout}
    found = of_data(data, target, features, **path, **read)
    for text in found.chosen:
        warn(text)
    return found

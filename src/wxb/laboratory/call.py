"""`wxb.lab`, with its options spelled out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

from wxb.arguments import warn
from wxb.data.layout import LayoutOptions
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.laboratory.lab import Lab, of_data, of_model, of_students


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

    data : anything `wxb.fit` takes but weights; the three students when left out; or a fitted `Model`, as `model.lab()` has it
    target, features : the column y, and a list of the one column x; when left out the first columns of numbers, which is warned of
        where there are more
    lr, epochs, momentum, start : the descent that the page begins with, as in `wxb.fit`; without `lr` 0.01 where that arrives, else
        the best rate
    intercept, missing, threads, and skip … where : as in `wxb.fit`

    Moments are exact and travel whole; of more than 2000 rows the page holds how many lie in each cell, and no row. Raises what
    `wxb.fit` does.
    """
    path: dict[str, Any] = {"lr": lr, "epochs": epochs, "momentum": momentum, "start": start}
    read: dict[str, Any] = {"intercept": intercept, "missing": missing, "threads": threads}
    columns: dict[str, Any] = {"target": target, "features": features}
    if data is None:
        for name in _given({**columns, **read, **layout}):
            what = _("`{option}=` says how data are read, and none are given", option=name)
            raise UsageError(what, _("give data, or leave it out: without data the page is of the three students"))
        return of_students(**path)
    if isinstance(data, Fitted):
        for name in _given({**columns, **path, **read, **layout}):
            what = _("{name} is a choice of the fit, and this model is fitted", name=name)
            raise UsageError(what, _("give the data themselves"))
        return of_model(data)
    found = of_data(data, **columns, **path, **read, layout=layout)
    for text in found.chosen:
        warn(text)
    return found


def _given(options: dict[str, Any]) -> list[str]:
    """Options that say more than their defaults do."""
    plain = {"momentum": 0, "intercept": True, "missing": "error"}
    return [
        name for name, value in options.items() if value is not None and (name not in plain or value != plain[name])
    ]

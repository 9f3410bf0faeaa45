"""The options of `fit` as type checkers see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wxb.data.layout import LayoutOptions

if TYPE_CHECKING:
    from pathlib import Path

    from wxb.trajectory import Stop


class FitOptions(LayoutOptions, total=False):
    """The options of `fit` as type checkers see them beside `by`, which decides what it gives."""

    formula: str | None
    features: Iterable[str] | None
    weights: Any
    frequency: str | None
    lr: float | str | None
    epochs: int | None
    momentum: float
    nesterov: bool
    schedule: str | None
    scale: str | None
    line_search: bool
    stop: Stop | None
    start: Any
    endogenous: str | Sequence[str] | None
    instruments: str | Sequence[str] | None
    l2: float | str | None
    l1: float | str | None
    positive: bool
    standardise: bool
    choose: str
    among: Iterable[float] | None
    penalise: Mapping[str, float] | None
    select: str | None
    direction: str
    always: str | None
    optimizer: str | None
    batch_size: int | None
    engine: str
    dtype: str
    device: str
    precision: str
    rank: str
    intercept: bool
    absorb: str | Iterable[str] | None
    se: str | None
    test: float
    folds: int | str
    seed: int
    missing: str
    threads: int | None
    log_every: int | None
    progress: Callable[[int, int | None], None] | None
    on_epoch: Callable[[Any], None] | None
    checkpoint: str | Path | None

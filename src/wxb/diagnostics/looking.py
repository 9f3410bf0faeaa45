"""What is looked at of the rows of a line, block by block: numbers by name, as pictures take them (`wxb.passes.binned`).

    x         a column of the source; of a category the place of the row's level, spread a little so that rows stand apart
    y         the target        fitted    H(x)        residual  y − H(x)        partial   the residual on the line along x alone
    leverage  h        internal  √w e / (s √(1 − h))        size  √|internal|        cook        NaN of a row that has none

Only what is asked for is made. Errors of a minimum are sums in pairs of doubles with its exact coefficients; the last four are
of rows of the fit only.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, replace

import numpy as np

from wxb._typing import Integers, Marks, Vector
from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.diagnostics.diagnose import scale_of
from wxb.diagnostics.reading import form_of
from wxb.diagnostics.rows import misses_of
from wxb.fitted import Fitted
from wxb.moments.kernels import choose
from wxb.passes.binned import Look, Looking
from wxb.passes.row_measures import RowMeasures
from wxb.whitening import Rows, Whitening

OF_ROWS = frozenset({"leverage", "internal", "size", "cook"})
SPREAD = 0.5  # of the rows of a level, where levels are 1 apart
GOLDEN = 0.6180339887498949

Curve = Callable[[Vector], Vector]


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """The column that a picture goes along.

    place : of it among the features of the source, or among its labels where it `is_category`; −1 for the number of the row
    curve : the line along it, all else as it is on average; of a category by the places of its levels
    levels : their places by what they are
    """

    place: int
    is_category: bool = False
    curve: Curve | None = None
    levels: dict[object, int] | None = None


def looking(model: Fitted, scan: Scan, names: Set[str], along: Along | None = None) -> tuple[Scan, Looking]:
    """The scan to be read and the look at its blocks. scan : of the model's rows        names : what is asked for"""
    form, left_of, whitened = scan.form, None, None
    if names & OF_ROWS:
        whitened = _whitened(model)
    elif names & {"residual", "fitted", "partial"}:
        left_of = _left(model)
    scale = scale_of(model) if whitened is not None else None

    def look(raw: Block) -> Look:
        block = raw if form is None else form(raw)
        assert block.target is not None
        found = {"y": block.target.values}
        if along is not None and names & {"x", "partial"}:
            found["x"], at = _along(raw, along)
            if "partial" in names:
                assert along.curve is not None
                found["partial"] = along.curve(at)
        if whitened is not None and scale is not None:
            rows = whitened(block)
            found["residual"] = rows.left
            measures = RowMeasures.of(rows, scale)
            found |= {name: getattr(measures, name) for name in ("leverage", "internal", "cook")}
            found["size"] = np.sqrt(np.abs(measures.internal))
        elif left_of is not None:
            found["residual"] = left_of(block)
        if "fitted" in names:
            found["fitted"] = found["y"] - found["residual"]
        if "partial" in names:
            found["partial"] = found["partial"] + found["residual"]
        return Look(block.row_numbers(), found, block.frequency)

    return replace(scan, form=None), look


def only(look: Looking, left_out: Callable[[Block], Marks] | None, *, held_out: bool = False) -> Looking:
    """The look at the rows that count: those that are not left out, or with `held_out` at the others."""

    def some(block: Block) -> Look:
        out = None if left_out is None else left_out(block)
        if held_out:
            out = np.ones(block.rows, dtype=np.bool_) if out is None else ~out
        for one in (block.weights, block.frequency):
            if one is not None and not one.all():
                out = one == 0 if out is None else out | (one == 0)
        return look(block if out is None or not out.any() else block.at(np.flatnonzero(~out)))

    return some


def _along(block: Block, along: Along) -> tuple[Vector, Vector]:
    """Where the rows stand on the picture, and on the line."""
    if not along.is_category:
        rows = along.place < 0  # a line without columns goes along its rows
        numbers = block.row_numbers() + 1 if rows else block.features[along.place].values
        values = np.ascontiguousarray(numbers, dtype=np.float64)
        return values, values
    labels, known = block.labels[along.place], along.levels or {}
    table = np.array([known.get(value, -1) for value in labels.values], dtype=np.float64)
    places = table[labels.codes]
    return places + spread_of(block.row_numbers()), places


def spread_of(numbers: Integers) -> Vector:
    """(n,) how far rows of a level stand beside it: evenly, and by their numbers alone."""
    return np.asarray(SPREAD * ((numbers + 1) * GOLDEN % 1.0 - 0.5), dtype=np.float64)


def _left(model: Fitted) -> Callable[[Block], Vector]:
    if not model.is_minimum or model.stages is not None:
        return misses_of(model)
    whitened = _whitened(model, leverage=False)
    return lambda block: whitened(block).left


def _whitened(model: Fitted, leverage: bool = True) -> Callable[[Block], Rows]:
    whitening, kernel = Whitening.of(model.solution), choose()
    form = form_of(model, whitening, leverage)

    def whitened(block: Block) -> Rows:
        found = form(block)
        values, _, counts = found.weights
        return whitening.rows(block.row_numbers(), found.columns, found.lows, kernel, values, counts)

    return whitened

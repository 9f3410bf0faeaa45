"""What is looked at of the rows of a line, block by block: numbers by name, as pictures take them (`wxb.passes.binned`).

    x         a column of the source; of a category the place of the row's level, spread a little so that rows stand apart
    y         the target        fitted    H(x)        residual  y − H(x)        square  its square
    partial   the residual on the line along x alone
    leverage  h        internal  √w e / (s √(1 − h))        size  √|internal|        cook        NaN of a row that has none

Only what is asked for is made. Errors of a minimum are sums in pairs of doubles with its exact coefficients; the last four are
of rows of the fit only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, replace

import numpy as np

from wxb._typing import Integers, Marks, Vector
from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.diagnostics.diagnose import scale_of
from wxb.diagnostics.reading import form_of, pieces
from wxb.diagnostics.rows import misses_of
from wxb.fitted import Fitted
from wxb.moments.kernels import choose
from wxb.passes.binned import Look, Looking
from wxb.passes.room import Room
from wxb.passes.row_measures import cook_of, internal_of
from wxb.whitening import NEAR, Whitening

OF_LINE = frozenset({"residual", "square", "fitted", "partial"})
OF_ROWS = frozenset({"leverage", "internal", "size", "cook"})
SPREAD = 0.5  # of the rows of a level, where levels are 1 apart
GOLDEN = 0.6180339887498949

Curve = Callable[[Vector], Vector]
Seeing = Callable[[Block], dict[str, Vector]]
_ROOM = Room()


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
    form = scan.form
    seen = _of_rows(model, names) if names & OF_ROWS else _errors(model) if names & OF_LINE else None

    def look(raw: Block) -> Iterator[Look]:
        for some in [raw] if seen is None else pieces(raw, len(model.layout)):
            block = some if form is None else form(some)
            assert block.target is not None
            found = {"y": np.ascontiguousarray(block.target.values)}
            if along is not None and names & {"x", "partial"}:
                found["x"], at = _along(some, along)
                if "partial" in names:
                    assert along.curve is not None
                    found["partial"] = along.curve(at)
            if seen is not None:
                found |= seen(block)
            if "square" in names:
                found["square"] = np.square(found["residual"], out=_ROOM.of("square", block.rows))
            if "fitted" in names:
                found["fitted"] = np.subtract(found["y"], found["residual"], out=_ROOM.of("fitted", block.rows))
            if "partial" in names:
                found["partial"] += found["residual"]
            yield _there(Look(block, found))

    return replace(scan, form=None), look


def only(look: Looking, left_out: Callable[[Block], Marks] | None, *, held_out: bool = False) -> Looking:
    """The look at the rows that count: those that are not left out, or with `held_out` at the others."""

    def some(block: Block) -> Iterable[Look]:
        out = None if left_out is None else left_out(block)
        if held_out:
            out = np.ones(block.rows, dtype=np.bool_) if out is None else ~out
        for one in (block.weights, block.frequency):
            if one is not None and not one.all():
                out = one == 0 if out is None else out | (one == 0)
        return look(block if out is None or not out.any() else block.at(np.flatnonzero(~out)))

    return some


def _there(seen: Look) -> Look:
    """Less the rows that alone decide a coefficient, of which there is no standardised error."""
    internal = seen.values.get("internal")
    if internal is None or not np.isnan(internal.sum()):
        return seen
    there = np.flatnonzero(~np.isnan(internal))
    return Look(seen.block.at(there), {name: values[there] for name, values in seen.values.items()})


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


def _errors(model: Fitted) -> Seeing:
    """What gives the errors of some rows."""
    if not model.is_minimum or model.stages is not None:
        of_line = misses_of(model)
        return lambda block: {"residual": of_line(block)}
    whitened = _whitened(model, leverage=False)
    return lambda block: {"residual": whitened(block)[0]}


def _of_rows(model: Fitted, names: Set[str]) -> Seeing:
    """What gives the errors of some rows, and how these count."""
    whitened, scale = _whitened(model), scale_of(model)

    def seen(block: Block) -> dict[str, Vector]:
        left, rest, leverage = whitened(block)
        internal = internal_of(left, rest, block.weights, scale, out=_ROOM.of("internal", block.rows))
        found = {"residual": left, "internal": internal}
        if "size" in names:
            size = np.abs(internal, out=_ROOM.of("size", block.rows))
            found["size"] = np.sqrt(size, out=size)
        if names & {"leverage", "cook"}:
            found["leverage"] = leverage
        if "cook" in names:
            found["cook"] = cook_of(internal, rest, leverage, scale, out=_ROOM.of("cook", block.rows))
        return found

    return seen


def _whitened(model: Fitted, leverage: bool = True) -> Callable[[Block], tuple[Vector, Vector, Vector]]:
    """What gives y − H(x), 1 − h and h of some rows; the latter two of any value without `leverage`."""
    whitening, kernel = Whitening.of(model.solution), choose()
    form = form_of(model, whitening, leverage)

    def carefully(block: Block) -> tuple[Vector, Vector, Vector]:
        found = form(block)
        values, __, counts = found.weights
        rows = whitening.rows(block.row_numbers(), found.columns, found.lows, kernel, values, counts)
        return rows.left, rows.rest, rows.leverage

    def quickly(block: Block) -> tuple[Vector, Vector, Vector]:
        found, n = form(block), block.rows
        left, h, z = _ROOM.of("left", n), _ROOM.of("leverage", n), _ROOM.of("z", n * whitening.width)
        whitening.seen(found.columns, found.lows, kernel, z, h, left)
        if not leverage:
            return left, h, h
        if found.weights.values is not None:
            h *= found.weights.values
        rest = np.subtract(1.0, h, out=_ROOM.of("rest", n))
        return (left, rest, h) if rest.min() >= NEAR else carefully(block)

    return carefully if whitening.in_pairs or whitening.levels else quickly

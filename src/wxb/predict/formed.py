"""Rows of a design with categories or a formula, predicted without a column for every level.

    H(x) = Σ numbers · θ + Σ component · θ[levels of the row]

A component of a piece with categories is one column, that times the coefficient of the row's levels; where float64 does not
decide the sum, both are pairs of doubles. Only intervals need all terms, a few rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers, Matrix, Vector
from wxb.data.block import Block, Column
from wxb.data.numbers import whole_column
from wxb.data.reading import Read
from wxb.data.remarks import without_prediction
from wxb.design import Coded
from wxb.design.dense import codes_of, component_column, pair_rows
from wxb.design.form import DesignForm
from wxb.design.looking_back import Short, looking_back, with_earlier
from wxb.design.meaning import scan_as
from wxb.design.structure import Stretch, Structure
from wxb.design.unseen import Unseen
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.linear_form import evaluate
from wxb.moments.pairs import Pair, multiply
from wxb.printable import show

CELLS = 1 << 21  # numbers of dense rows at a time
EARLY = "early"  # missing cells are refused, and rows whose earlier rows are not there have no prediction

OfLevels = Literal["error", "drop", "nan", "reference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormedRows:
    """Some rows of a design whose terms are no columns of the source.

    numbers : (m,) of the rows in the source        block : raw columns and labels of those that can be predicted
    places : of these among `numbers`, None where it is all of them
    shown : the columns of the source that they are made of, by name, (m,) each
    """

    numbers: NDArray[np.int64]
    block: Block
    places: NDArray[np.int64] | None
    shown: dict[str, NDArray[Any]]

    def spread(self, values: Vector) -> Vector:
        """Numbers of the rows that can be predicted among all, NaN for the others."""
        if self.places is None:
            return values
        full = np.full(len(self.numbers), np.nan)
        full[self.places] = values
        return full


def formed_rows(
    model: Fitted, table: Any, missing: str, unseen: OfLevels, notes: list[str] | None, columns: Sequence[str] | None
) -> Iterator[FormedRows]:
    """Blocks of a table's rows.

    missing, unseen : what becomes of rows without a value, and of levels that the model does not know; "nan" keeps them without a
    prediction        columns : to read them from, where not by name
    """
    keep, design = missing == "nan", model.design
    cells = "error" if missing == EARLY else "drop" if keep else missing
    scan = scan_as(design, table, target=False, missing=cells, columns=columns)
    if design.lags:
        short: Short = "error" if missing == "error" else "drop" if missing == "drop" else "keep"
        scan = looking_back(scan, design.lags, design.needed_names, short)
    form = DesignForm.of(design, design.needed_names, scan, dense=False)
    levels = Unseen(design, scan.source, "drop" if unseen == "nan" else unseen)
    read = Read(scan.blocks())
    for block in read:
        there = with_earlier(block)
        known, places = levels.settled(block if there is None else block.at(there))
        numbers = known.row_numbers()
        if keep and known.kept is not None:
            places, numbers = known.kept, known.first + np.arange(known.source_rows)
        elif there is not None or (unseen == "nan" and places is not None):
            numbers = block.row_numbers()
            places = there if places is None else places if there is None else there[places]
        else:
            places = None
        if there is None:
            shown = _shown(design, known, places, len(numbers))
        else:
            shown = _shown(design, block, block.kept if keep else None, len(numbers))
        yield FormedRows(numbers=numbers, block=form(known), places=places, shown=shown)
    if notes is not None:
        kept = keep or missing == EARLY
        said = without_prediction(read.reading) if kept else read.reading.notes
        notes.extend((*said, *levels.notes()))


def _shown(design: Structure, block: Block, places: NDArray[np.int64] | None, rows: int) -> dict[str, NDArray[Any]]:
    """The columns of a block as they were read, for a table."""
    found: dict[str, NDArray[Any]] = {
        name: whole_column(column.values, column.low) for name, column in zip(design.needed_names, block.features)
    }
    for name, column in zip(design.read_as_labels, block.labels):
        found.setdefault(name, np.array(column.values, dtype=object)[column.codes])
    if places is None:
        return found
    for name, values in found.items():
        full = np.full(rows, None if values.dtype == object else np.nan, dtype=values.dtype)
        full[places] = values
        found[name] = full
    return found


def raw_terms(model: Fitted, block: Block) -> dict[str, Vector]:
    """The terms that are raw columns, by name."""
    places = {made.name: place for place, made in enumerate(model.design.columns)}
    terms = [(term.name, term.made) for term in model.design.terms if term.made is not None]
    return {name: block.features[places[made.name]].values for name, made in terms}


class _Doubtful(Exception):
    """Float64 does not decide a sum."""


@dataclass(frozen=True)
class FormedLine:
    """A line whose coefficients of levels are looked up."""

    model: Fitted

    def values(self, rows: FormedRows) -> Vector:
        """(m,) H(x) of the rows that can be predicted."""
        if not (self.model.terms or self._effects or self.model.layout.intercept) and self.model.design.offset is None:
            return np.zeros(rows.block.rows)

        def doubt() -> Sequence[Fraction]:
            raise _Doubtful

        columns, __, theta, __ = self._sum(rows, None)
        try:
            return evaluate(columns, {}, theta, doubt)
        except _Doubtful:
            columns, lows, theta, exact = self._sum(rows, self._exact)
            return evaluate(columns, lows, theta, lambda: exact)

    def half_widths(self, rows: FormedRows, level: float, *, new: bool) -> Vector:
        """(m,) how far the interval of each row reaches to either side."""
        codes = self._absorbed_codes(rows)
        step = max(1, CELLS // max(1, len(self.model.layout)))
        block, found = rows.block, np.empty(rows.block.rows)
        for start in range(0, block.rows, step):
            some = block.at(np.arange(start, min(start + step, block.rows)))
            high, low = pair_rows(self.model.design, some)
            known = None if codes is None else self._mean_se(codes[start : start + step], high, low)
            found[start : start + step] = self.model.inference.half_width(high, level, low=low, new=new, mean_se=known)
        return found

    def _absorbed_codes(self, rows: FormedRows) -> Integers | None:
        """(m,) the level of the absorbed category, None without one."""
        from wxb.elimination import Eliminated

        gone = self.model.solution.eliminated
        if gone is None or not gone.hidden:
            return None
        if not isinstance(gone, Eliminated) or self.model.errors is not None or self.model.stages is not None:
            raise UsageError(
                _(
                    "intervals beside absorbed effects are known of one category, with classical errors, and "
                    "this line has {hidden_columns} absorbed",
                    hidden_columns=", ".join(map(show, gone.hidden_columns)),
                ),
                _("absorb one category, without `se=`, or name the others among the features"),
            )
        return codes_of(self.model.design, rows.block)[gone.column]

    def _mean_se(self, codes: Integers, high: Matrix, low: Matrix | None) -> Vector:
        """(m,) standard errors of the mean beside the effect of each row's own level."""
        gone: Any = self.model.solution.eliminated
        kept = list(gone.kept)
        rest = None if low is None else low[:, kept]
        return self.model.inference.residual_sd * gone.root_at(codes, high[:, kept], rest)

    @cached_property
    def _effects(self) -> dict[str, Vector]:
        """Those of absorbed categories, by level."""
        known = self.model.estimate.known_solution
        gone = None if known is None else known.eliminated
        return {} if gone is None else {name: gone.effects_of(name)[2] for name in gone.hidden_columns}

    @cached_property
    def _exact(self) -> list[Fraction]:
        return list(self.model.exact_theta)

    def _sum(
        self, rows: FormedRows, exact: Sequence[Fraction] | None
    ) -> tuple[list[Vector], dict[int, Vector], Vector, list[Fraction]]:
        """What is summed: columns and what they leave, and their coefficients, exact ones where these are given."""
        block, theta = rows.block, self.model.theta if exact is None else exact
        codes = codes_of(self.model.design, block)
        columns: list[Column] = []
        factors: list[Any] = []
        if self.model.layout.intercept:
            columns, factors = [Column(np.ones(block.rows))], [theta[0]]
        for part in self.model.design.stretches:
            column = component_column(part.component, block)
            categories = self.model.design.pieces[part.piece].categories
            if not categories:
                columns.append(Column(np.ones(block.rows)) if column is None else column)
                factors.append(theta[self.model.layout.offset + part.first])
                continue
            table = self._tables(part, exact)
            place = self._place(categories, codes)
            coefficient = table[0][place], table[1][place]
            columns.append(Column(*(coefficient if column is None else multiply(_pair(column), coefficient))))
            factors.append(Fraction(1))
        for name, effects in self._effects.items():
            columns.append(Column(effects[codes[name]]))
            factors.append(Fraction(1))
        if self.model.design.offset is not None:  # after the raw columns
            columns.append(block.features[-1])
            factors.append(Fraction(1))
        lows = {i: column.low for i, column in enumerate(columns) if column.low is not None}
        known = [Fraction(factor) for factor in factors] if exact is not None else []
        return [column.values for column in columns], lows, np.array([float(f) for f in factors]), known

    def _place(self, categories: Sequence[Coded], codes: dict[str, Integers]) -> Integers:
        """(m,) of the row's levels in the table of their combinations."""
        found = np.zeros(len(next(iter(codes.values()))), dtype=np.int64)
        for one in categories:
            found = found * len(self.model.design.state.levels[one.column]) + codes[one.column]
        return found

    def _tables(self, part: Stretch, exact: Sequence[Fraction] | None) -> Pair:
        """The coefficient of every combination of levels, in the order of `_place`, and what doubles leave of it."""
        known = self.__dict__.setdefault("_known", {})
        key = (part.first, exact is None)
        if key not in known:
            first = self.model.layout.offset + part.first
            theta = self.model.theta if exact is None else exact
            known[key] = self._table(part, theta[first : first + part.count])
        return known[key]

    def _table(self, part: Stretch, theta: Vector | Sequence[Fraction]) -> Pair:
        design = self.model.design
        categories = design.pieces[part.piece].categories
        shape = [len(design.state.levels[one.column]) - (not one.full) for one in categories]
        table = np.array(theta, dtype=object).reshape(shape)
        for axis, one in enumerate(categories):
            if one.full:
                continue
            sums = design.category(one.column).coding == "sum"
            base = -table.sum(axis=axis) if sums else np.zeros_like(table.sum(axis=axis))
            place = design.level_places[one.column][design.base(one.column)]
            table = np.insert(table, place, base, axis=axis)
        flat = table.reshape(-1)
        high = flat.astype(np.float64)
        if isinstance(theta, np.ndarray):
            return high, np.zeros(len(high))
        return high, np.array([float(Fraction(value) - Fraction(one)) for value, one in zip(flat, high.tolist())])


def _pair(column: Column) -> Pair:
    return column.values, np.zeros(len(column.values)) if column.low is None else column.low

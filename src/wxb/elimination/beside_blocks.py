"""How coefficients vary where blocks were eliminated: what (Σ w x xᵀ)⁻¹ is, without ever forming it.

A design row r is Σ a of the numbers under cells, and b of the columns left. With u⊥ the parts of the numbers of a cell that those
before do not tell, d their squares and m what z is on them (`wxb.elimination.cells`),

    Var(r'θ) / σ² = Σ a⊥²/d + ‖T (b − Σ a⊥ m)‖²        a⊥_i = a_i − Σ_{j<i} P_ij a⊥_j,   T the inverse Cholesky factor of W

two sums of squares. Far from 0 a⊥ and b − Σ a⊥ m cancel, so they are pairs of doubles, their sums exact (`doubles.summed`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, NoReturn

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.advice import Advice
from wxb.elimination.cells import Cells
from wxb.elimination.doubles import at, parts_of, summed
from wxb.errors import NumericalError, UsageError
from wxb.i18n import _, both
from wxb.leverage import Leverage
from wxb.moments.pairs import Pair, multiply, subtract
from wxb.numbers import counted
from wxb.printable import show
from wxb.solve import quotient
from wxb.values import Value

MOST = 5000  # coefficients whose covariance is formed
PLENTY = 1 << 26  # numbers of rows of blocks that are looked at together


@dataclass(frozen=True, slots=True, eq=False)
class Forms:
    """Coefficients as combinations of those of cells.

    index : (k,) which of the m forms a coefficient is, −1 of others        start : (m + 1,) where the entries of each begin
    cells, numbers : of each entry        values : its factor, as pairs
    """

    index: Integers
    start: Integers
    cells: Integers
    numbers: Integers
    values: Pair

    def of(self, rows: Integers, places: Integers, values: Pair) -> tuple[Integers, Integers, Integers, list[Vector]]:
        """Of entries of design rows those of cells: row, cell, number, and factors as doubles that are their sums."""
        own = self.index[places]
        counts = np.where(own >= 0, self.start[own + 1] - self.start[own], 0)
        entry = np.repeat(np.arange(len(rows)), counts)
        first = np.cumsum(counts) - counts
        which = np.arange(len(entry)) - first[entry] + self.start[own[entry]]
        parts = parts_of(at(values, entry), at(self.values, which))
        return rows[entry], self.cells[which], self.numbers[which], parts


@dataclass(frozen=True, eq=False, kw_only=True)
class BesideBlocks(Value):
    """(`wxb.solve.Eliminated`)

    columns : label columns of the cells        count : of all coefficients
    kept : where those stand that are of no block        terms : which of the columns left they are
    forms : of the others        cells : the blocks        measure : T        within : Σ w y² beside all blocks
    nothing : coefficients whose column is 0 in every row
    """

    columns: tuple[str, ...]
    count: int
    kept: tuple[int, ...]
    terms: tuple[int, ...]
    forms: Forms
    cells: Cells
    measure: Leverage | None
    within: Fraction
    nothing: frozenset[int]
    hidden: int = 0
    hidden_columns: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        return " and ".join(self.columns)

    @cached_property
    def _tables(self) -> tuple[Matrix, Pair, Pair]:
        """(C, r) 1/d, 0 of numbers that are told by others; (C, r, r) P and (C, r, p) m, as pairs."""
        half, exponents = self.cells.half, self.cells.exponents
        shape = (len(self.cells.cells), len(half))
        parts, P, m = np.zeros(shape), _pairs((*shape, len(half))), _pairs((*shape, len(self.terms)))
        for c, cell in enumerate(self.cells.cells):
            before = 1
            for a, row in zip(cell.free, cell.rows):
                own = row[a]
                parts[c, a] = quotient(before, own, -2 * half[a])
                for b in cell.free:
                    if b > a:
                        _set(P, (c, b, a), row[b], own, half[b] - half[a])
                for i, term in enumerate(self.terms):
                    _set(m, (c, a, i), row[len(half) + term], own, exponents[term] - half[a])
                before = own
        return parts, P, m

    def roots(self) -> Vector:
        """(k,) √ of the diagonal of (Σ w x xᵀ)⁻¹; NaN for coefficients that gave way."""
        found = np.full(self.count, np.nan)
        if self.measure is not None:
            found[list(self.kept)] = self.measure.root(np.zeros(len(self.kept)), np.eye(len(self.kept)))
        own = np.flatnonzero(self.forms.index >= 0)
        ones = (np.ones(len(own)), np.zeros(len(own)))
        every = np.arange(len(own))
        nothing = np.zeros((len(own), len(self.kept)))
        found[own] = self._root(self.forms.of(every, own, ones), (nothing, nothing))
        return found

    def root(self, rows: Matrix, low: Matrix | None = None) -> Vector:
        """(m,) √(r' (Σ w x xᵀ)⁻¹ r) of design rows (m, k)."""
        kept = list(self.kept)
        left = rows[:, kept], np.zeros((len(rows), len(kept))) if low is None else low[:, kept]
        return self._root(self._entries(rows, low), left)

    def products(self, rows: Matrix) -> Matrix:
        """(m, m) how far design rows (m, k) vary together."""
        parts = self._tables[0]
        if len(rows) * parts.size > PLENTY:
            self._refuse_many(len(rows))
        row, cell, a, sums = self._apart(self._entries(rows, None))
        weights = np.zeros((len(rows), *parts.shape))
        weights[row, cell] = a[0] * np.sqrt(parts[cell])
        flat = weights.reshape(len(rows), -1)
        found = flat @ flat.T
        if self.measure is not None:
            own = rows[:, list(self.kept)]
            apart = self._distance(row, sums, (own, np.zeros_like(own)))
            whitened = (apart[0] + apart[1]) @ self.measure.T.T
            found += whitened @ whitened.T
        return found

    def covariance(self) -> Matrix:
        """(k, k) (Σ w x xᵀ)⁻¹; NaN for coefficients that gave way."""
        self.refuse_many()
        found = self.products(np.eye(self.count))
        roots = self.roots()
        np.fill_diagonal(found, np.square(roots))
        gone = np.isnan(roots)
        found[gone], found[:, gone] = np.nan, np.nan
        return found

    def refuse_many(self) -> None:
        """NumericalError where the covariance of so many coefficients is not formed."""
        if self.count > MOST:
            self._refuse_many(self.count)

    @property
    def apart(self) -> NoReturn:
        names = both(*map(show, self.columns))
        do = _("write these into one column, whose levels have all kinds of errors")
        if len(self.cells.half) > 1 or len(self.columns) == 1:
            do = _("{by} fits a line to each level, with all kinds of errors", by=Advice("by", self.columns[0]))
        raise UsageError(
            _(
                "what rows say one by one (residuals, errors other than the classical ones) is not known "
                "beside {count} of which most are interactions with {names}",
                count=counted(self.count, "coefficient"),
                names=names,
            ),
            _("leave `se=` out for the classical errors; {do}", do=do),
        )

    def share_within(self, rss: Fraction) -> None:
        return None

    def remarks(self) -> tuple[str, ...]:
        return ()

    def gave_way(self, place: int) -> str:
        """Why a coefficient is not there, where it is no combination of others that are named."""
        return _("is 0 in every row") if place in self.nothing else _("is told by the terms before it")

    def effects_of(self, column: str) -> NoReturn:
        raise UsageError(
            _("{column} is not absorbed", column=show(column)), _("absorbed are: {absorbed}", absorbed=_("none"))
        )

    def effect_roots(self, column: str) -> NoReturn:
        self.effects_of(column)

    def _entries(self, rows: Matrix, low: Matrix | None) -> tuple[Integers, Integers, Integers, list[Vector]]:
        row, place = np.nonzero(rows if low is None else (rows != 0) | (low != 0))
        values = rows[row, place], np.zeros(len(row)) if low is None else low[row, place]
        return self.forms.of(row, place, values)

    def _apart(self, entries: tuple[Integers, Integers, Integers, list[Vector]]) -> Any:
        """Of each row and cell a⊥ (n, r) as pairs, and a⊥ m (n, p) as doubles that are their sums."""
        rows, cells, numbers, values = entries
        parts, P, m = self._tables
        (C, r), p = parts.shape, len(self.terms)
        keys, group = np.unique(rows * C + cells, return_inverse=True)
        places = np.tile(group * r + numbers, len(values))
        whole = summed([np.concatenate(values)], places, len(keys) * r)
        a = whole[0].reshape(-1, r).copy(), whole[1].reshape(-1, r).copy()
        row, cell = keys // C, keys % C
        for i in range(r):
            for j in range(i):
                off = multiply((P[0][cell, i, j], P[1][cell, i, j]), (a[0][:, j], a[1][:, j]))
                a[0][:, i], a[1][:, i] = subtract((a[0][:, i], a[1][:, i]), off)
            told = parts[cell, i] == 0
            a[0][told, i], a[1][told, i] = 0.0, 0.0
        sums = [
            [
                part
                for i in range(r)
                for part in parts_of((a[0][:, i], a[1][:, i]), (m[0][cell, i, t], m[1][cell, i, t]))
            ]
            for t in range(p)
        ]
        return row, cell, a, sums

    def _root(self, entries: tuple[Integers, Integers, Integers, list[Vector]], left: tuple[Matrix, Matrix]) -> Vector:
        row, cell, a, sums = self._apart(entries)
        count = len(left[0])
        share = np.bincount(row, np.einsum("nr,nr->n", np.square(a[0]), self._tables[0][cell]), count)
        if self.measure is None:
            return np.sqrt(share)
        high, low = self._distance(row, sums, left)
        return np.hypot(np.sqrt(share), self.measure.root(np.zeros(count), high, low))

    def _distance(
        self, row: Integers, sums: Sequence[list[Vector]], left: tuple[Matrix, Matrix]
    ) -> tuple[Matrix, Matrix]:
        """(m, p) b − Σ a⊥ m, as pairs."""
        count = len(left[0])
        high, low = np.empty(left[0].shape), np.empty(left[0].shape)
        for t, parts in enumerate(sums):
            own = [np.concatenate([left[0][:, t], left[1][:, t], *(-part for part in parts)])]
            places = np.concatenate([np.arange(count), np.arange(count), np.tile(row, len(parts))])
            high[:, t], low[:, t] = summed(own, places, count)
        return high, low

    def _refuse_many(self, count: int) -> NoReturn:
        raise NumericalError(
            _(
                "the covariance of {count} coefficients is not formed: it would have {count2:.1e} entries",
                count=count,
                count2=count**2,
            ),
            _("ask for standard errors, which take no covariance, or for fewer at a time"),
        )


def _pairs(shape: tuple[int, ...]) -> tuple[Matrix, Matrix]:
    return np.zeros(shape), np.zeros(shape)


def _set(pair: tuple[Matrix, Matrix], place: tuple[int, ...], numerator: int, denominator: int, exponent: int) -> None:
    """A quotient times 2^exponent, to 2^−106."""
    high = quotient(numerator, denominator, exponent)
    pair[0][place] = high
    if numerator and high:
        pair[1][place] = float(Fraction(numerator, denominator) * Fraction(2) ** exponent - Fraction(high))

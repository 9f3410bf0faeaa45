"""What rows that are whitened come to: the matrices Σ v z̃ z̃ᵀ of robust errors, the sums that tests of the errors are made of.

    HC0 v = (w e)²        HC2 v = (w e)² / (1 − h)        HC3 v = (w e)² / (1 − h)²        a row of frequency f counts f times

    HAC  Σ s_t s_tᵀ + Σ_l (1 − l/(L + 1)) Σ_t (s_t s_{t−l}ᵀ + s_{t−l} s_tᵀ),   s_t = w e z̃, in the order of the rows

    tests  Σ c cᵀ of c = (1, z̃, a, a² − 1, a/(1 − h), a_t − a_{t−1}),   a = √w e / σ,   σ² = Σ w e² / n
    White  Σ c cᵀ of c = (1, z̃_i, z̃_i z̃_j, a² − 1)

Sums come by tiles, (tiles, …) each; how tiles are added is `wxb.passes.tiles`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.errors import NumericalError, UsageError
from wxb.i18n import _
from wxb.leverage import not_above
from wxb.moments.kernels import Kernel
from wxb.passes.draws import poisson
from wxb.passes.row_measures import ALONE, Scale
from wxb.whitening import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """meats : of "HC0", "HC2", "HC3", in this order        lags : of HAC, None for none

    by_level : whether the sums of v and v z̃ (of tests, of 1, a² − 1 and z̃) by eliminated level are wanted too
    refused : whether a row of leverage 1 is refused, where HC2 or HC3 is wanted; they are NaN if not

    draws, seed : of the bootstrap, whose sums of v z̃ z̃ᵀ and v w e z̃ by draw are wanted
    tests, white : whether their sums are wanted        largest : rows of each measure        quantiles : of the residuals
    scale : that of the residuals, for all but the first two
    middle : (k,) what z̃ is near in the middle of the rows of a line without an intercept, () of others: tests look at z̃ from there
    unit : a power of two near the size of z̃, which it is taken out of where squares of weights leave the range of a float64
    """

    meats: tuple[str, ...] = ()
    by_level: bool = False
    refused: bool = True
    lags: int | None = None
    draws: int = 0
    seed: int = 0
    tests: bool = False
    white: bool = False
    largest: int = 0
    quantiles: bool = False
    scale: Scale = Scale(1.0, 1, 1)  # noqa: RUF009
    middle: tuple[float, ...] = ()
    unit: float = 1.0

    @property
    def leverage(self) -> bool:
        """Whether that of each row is looked at."""
        return bool(set(self.meats) - {"HC0"} or self.tests or self.largest or self.quantiles)

    @property
    def before(self) -> int:
        """Rows before a row that its part of the sums is made with."""
        return max(self.lags or 0, int(self.tests))


def sums_by_tile(
    wanted: Wanted, before: Rows | None, rows: Rows, starts: Integers, kernel: Kernel
) -> dict[str, Matrix]:
    """Sums of the tiles of some rows that begin at `starts` (tiles + 1), the last of these their end.

    before : the rows before them, `wanted.before` at most
    """
    found: dict[str, Matrix] = {}
    if wanted.meats:
        found["meats"] = _weighed(
            list(_in_units(rows.z, wanted)), starts, [_own_weights(rows, kind, wanted) for kind in wanted.meats], kernel
        )
    if wanted.lags is not None:
        found["HAC"] = _lagged(wanted.lags, before, rows, starts)
    if wanted.draws:
        found["draws"] = _drawn(wanted, rows, starts)
    if wanted.tests:
        columns = _columns_of_tests(wanted, before, rows)
        found["tests"] = _weighed(columns, starts, [rows.counts], kernel)[:, 0]
    if wanted.white:
        found["white"] = _weighed(_columns_of_white(wanted, rows), starts, [rows.counts], kernel)[:, 0]
    return found


def _drawn(wanted: Wanted, rows: Rows, starts: Integers) -> Matrix:
    """(tiles, draws, k k + k) Σ v w z̃ z̃ᵀ and Σ v w e z̃ by draw, v how often a row is drawn."""
    if rows.counts is not None:
        raise UsageError(
            _("draws are of rows, and one of a `frequency` is many that are drawn each by itself"),
            _('give each row by itself, or use `se="HC1"`'),
        )
    k, draws = len(rows.z), np.arange(wanted.draws)
    sums = np.empty((len(starts) - 1, wanted.draws, k * k + k))
    weighted = rows.z if rows.weights is None else rows.z * rows.weights
    for t, (start, stop) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist())):
        z, w = rows.z[:, start:stop], weighted[:, start:stop]
        parts = np.concatenate([(z[:, None] * w[None]).reshape(k * k, -1), w * rows.left[start:stop]])
        sums[t] = np.dot(poisson(wanted.seed, draws, rows.numbers[start:stop]), parts.T)
    return sums


def _weighed(columns: list[Vector], starts: Integers, weights: Sequence[Vector | None], kernel: Kernel) -> Matrix:
    sums = np.zeros((len(starts) - 1, len(weights), len(columns), len(columns)))
    if columns:  # none where levels that were eliminated are all there is
        kernel.weigh(columns, starts, weights, sums)
    return sums


def _in_units(z: Matrix, wanted: Wanted) -> Matrix:
    return z if wanted.unit == 1 else z / wanted.unit


def _from_middle(rows: Rows, wanted: Wanted) -> Matrix:
    """z̃ less that of the intercept, from the middle: products of columns far from 0 would be nearly collinear with these."""
    z = rows.z[int(rows.constant) :]
    return _in_units(z - np.array(wanted.middle)[:, None] if wanted.middle else z, wanted)


def _columns_of_tests(wanted: Wanted, before: Rows | None, rows: Rows) -> list[Vector]:
    spread, z = wanted.scale.sigma, _from_middle(rows, wanted)
    scaled = in_spreads(rows, spread)
    last = scaled[:1] if before is None or not len(before) else in_spreads(before, spread)[-1:]
    steps = scaled - np.append(last, scaled[:-1])
    if rows.counts is not None:  # between a row and its repetitions there is no step
        steps /= np.sqrt(rows.counts)
    rest = np.where(rows.rest > ALONE, rows.rest, np.nan)
    return [np.ones(len(rows)), *z, scaled, scaled * scaled - 1, scaled / rest, steps]


def _columns_of_white(wanted: Wanted, rows: Rows) -> list[Vector]:
    scaled, z = in_spreads(rows, wanted.scale.sigma), _from_middle(rows, wanted)
    products = [z[i] * z[j] for i in range(len(z)) for j in range(i + 1)]
    return [np.ones(len(rows)), *z, *products, scaled * scaled - 1]


def in_spreads(rows: Rows, spread: float) -> Vector:
    """(n,) √w e / σ."""
    return (rows.left if rows.weights is None else np.sqrt(rows.weights) * rows.left) / spread


def _own_weights(rows: Rows, kind: str, wanted: Wanted) -> Vector:
    """(n,) v of one of the meats, in units beside which z̃ is in its own."""
    left = rows.left if rows.weights is None else rows.weights * rows.left
    if wanted.unit != 1:
        left = left * wanted.unit
    power = {"HC0": 0, "HC2": 1, "HC3": 2}[kind]
    squares = left * left
    if power:
        alone = not_above(rows.rest, ALONE)
        if len(alone) and wanted.refused:
            raise NumericalError(
                _(
                    "data row {numbers} has a leverage of 1: it alone decides a coefficient, so its error is 0 "
                    "whatever it is, and {kind} is not defined",
                    numbers=rows.numbers[alone[0]] + 1,
                    kind=kind,
                ),
                _('use `se="HC1"`, or leave that row out'),
            )
        rest = rows.rest
        if len(alone):
            rest = rest.copy()
            rest[alone] = np.nan
        squares /= rest if power == 1 else rest * rest
    return squares if rows.counts is None else squares * rows.counts


def _scores(rows: Rows) -> Matrix:
    """(k, n) s = w e z̃."""
    return rows.z * (rows.left if rows.weights is None else rows.weights * rows.left)


def _lagged(lags: int, before: Rows | None, rows: Rows, starts: Integers) -> Matrix:
    """(tiles, k, k) with s_t a_tᵀ + a_t s_tᵀ, a_t = s_t/2 + Σ_l (1 − l/(L + 1)) s_{t−l}."""
    if rows.counts is not None:
        raise UsageError(
            _("lags go by the order of the rows, and rows of a `frequency` have none among themselves"),
            _('give each row by itself, or use `se="HC1"`'),
        )
    own = _scores(rows)
    there = 0 if before is None else len(before)
    all_rows = own if before is None else np.concatenate([_scores(before), own], axis=1)
    lagged = own / 2
    for lag in range(1, min(lags, there + own.shape[1] - 1) + 1):
        first = max(lag - there, 0)  # rows of their own before which there is none so far back
        share = 1 - lag / (lags + 1)
        lagged[:, first:] += share * all_rows[:, there + first - lag : all_rows.shape[1] - lag]
    sums = np.empty((len(starts) - 1, len(own), len(own)))
    for t, (start, stop) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist())):
        product = np.dot(own[:, start:stop], lagged[:, start:stop].T)
        sums[t] = product + product.T
    return sums


def columns_by_level(wanted: Wanted, rows: Rows) -> Matrix:
    """(m, n) what is summed of rows by their level: of each meat v, v z̃; of the tests 1, a² − 1, z̃."""
    parts: list[Any] = []
    if wanted.meats and wanted.unit != 1:
        raise NumericalError(
            _(
                "the weights are so {size} that the errors of levels leave the range of a float64",
                size=_("small") if wanted.unit > 1 else _("large"),
            ),
            _("multiply all of them by the same number: the line stays as it is"),
        )
    for kind in wanted.meats:
        own = _own_weights(rows, kind, wanted)
        parts += [own[None], rows.z * own]
    if wanted.tests:
        scaled = in_spreads(rows, wanted.scale.sigma)
        some = [np.ones(len(rows))[None], (scaled * scaled - 1)[None], _in_units(rows.z, wanted)]
        parts += some if rows.counts is None else [one * rows.counts for one in some]
    return np.concatenate(parts)


def sums_of_levels(rows_levels: Integers, columns: Matrix, count: int) -> tuple[Integers | None, Matrix]:
    """Σ of each of m columns (m, n) by level: (levels that there are, or None for all of them), (levels, m)."""
    if count <= 4 * len(rows_levels):
        found = np.empty((count, len(columns)))
        for place, column in enumerate(columns):
            found[:, place] = np.bincount(rows_levels, column, count)
        return None, found
    there, codes = np.unique(rows_levels, return_inverse=True)
    return there, sums_of_levels(codes, columns, len(there))[1]

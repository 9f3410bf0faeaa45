"""What clusters come to, seen from the middle of all rows and in their own measure.

    s_g = F (c_g − M_g θ)  (k,)        K_g = F M_g Fᵀ  (k, k)        Σ_g K_g = 1,  Σ_g s_g = 0,  0 ≤ K_g ≤ 1

M_g, c_g are the moments of a cluster, F the whitening of all rows (`wxb.whitening`): the scores Σ w e z̃ of its rows, and how much
of what is known of each coefficient it brings. Both are formed in pairs of doubles from exact sums and the exact θ, or in whole
numbers where these do not do (`exact_scores`), then rounded. Clusters are in the order of their labels, so no order of rows leaves
a trace in sums over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from wxb._typing import Integers, Marks, Matrix, Vector
from wxb.covariance import exact_scores
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments.pairs import Pair, add, multiply, subtract
from wxb.moments.tally import Tally
from wxb.printable import show
from wxb.solve import Solution
from wxb.values import still
from wxb.whitening import Whitening

AT_ONCE = 1 << 19  # numbers of matrices formed together
UNTOUCHED = 1e-7  # of a coefficient, by a direction that is not determined
CLEAR = 16  # bits of √RSS below which fewer than 37 of a score are left
SINGULAR = 2.0**-36  # of 1 − K_g: below it the other clusters do not determine a coefficient


@dataclass(frozen=True, eq=False)
class Clusters:
    """tally : moments by cluster, or (`scored`) s_g itself, k columns        solution : of all rows"""

    tally: Tally
    solution: Solution
    whitening: Whitening
    scored: bool = False

    @classmethod
    def of(cls, tally: Tally, solution: Solution) -> Clusters:
        return cls(tally, solution, Whitening.of(solution), scored=is_scored(tally, solution))

    def __len__(self) -> int:
        return len(self.tally)

    @property
    def labels(self) -> Sequence[tuple[Any, ...]]:
        return self.tally.labels

    @property
    def rows(self) -> Integers:
        return self.tally.rows

    @cached_property
    def scores(self) -> Matrix:
        """(g, k) s_g."""
        if self.scored:
            return self._finite(self._pairs[0])
        places = self._places
        if self._exactly:
            theta = [Fraction(self.solution.exact[i]) for i in self.solution.kept]
            return self._finite(exact_scores.scores(self._whole([*places, self._last]), self._front, theta))
        total = self._sums(places, [self._last])
        for place, value in zip(places, (self.solution.exact[i] for i in self.solution.kept)):
            high, low = self._sums(places, [place])
            total = subtract(total, multiply((high, low), _pair(value)))
        return self._finite(_times(self._front, (total[0][:, :, 0], total[1][:, :, 0]))[0])

    def _finite(self, found: Matrix) -> Matrix:
        if not np.isfinite(found).all():
            raise NumericalError(
                _("the sums of a cluster leave the range of a float64"), _("divide the columns by a power of ten")
            )
        return still(found)

    @cached_property
    def shares(self) -> Matrix:
        """(g, k, k) K_g."""
        places, k = self._places, len(self._places)
        if self._exactly:
            return still(exact_scores.shares(self._whole(places), self._front))
        found = np.empty((len(self), k, k))
        step = max(1, AT_ONCE // (k * k))
        for start in range(0, len(self), step):
            part = slice(start, start + step)
            half = _times(self._front, self._sums(places, places, part))
            both = _times(self._front, (half[0].swapaxes(1, 2), half[1].swapaxes(1, 2)))[0]
            found[part] = (both + both.swapaxes(1, 2)) / 2
        return still(found)

    @cached_property
    def directions(self) -> Matrix:
        """(k, k) F e_c, one row a coefficient: its variance is that of its direction along whitened scores."""
        return self.whitening.back

    @property
    def _width(self) -> int:
        return self.solution.moments.ledger.width

    @property
    def _last(self) -> int:
        return self._width - 1

    @cached_property
    def _places(self) -> list[int]:
        """Where the kept coefficients' columns are among those of the moments."""
        return [self.solution.layout.columns[i] for i in self.solution.kept]

    @cached_property
    def _exactly(self) -> bool:
        """Whether pairs of doubles do not do."""
        squares = self._pairs[0][:, [self._column(i, i) for i in self._places]]
        return exact_scores.needed(self._front, squares)

    def _whole(self, columns: Sequence[int]) -> list[list[tuple[list[int], int]]]:
        """(k, columns) sums of products of the kept columns and these, g integers each."""
        known: dict[int, tuple[list[int], int]] = {}
        for place in {self._column(i, j) for i in self._places for j in columns}:
            known[place] = self.tally.integers(place)
        return [[known[self._column(i, j)] for j in columns] for i in self._places]

    def _column(self, i: int, j: int) -> int:
        """Which column of the tally a product is."""
        i, j = min(i, j), max(i, j)
        return i * self._width - i * (i - 1) // 2 + j - i

    @cached_property
    def _pairs(self) -> Pair:
        return self.tally.pairs()

    def _sums(self, rows: Sequence[int], columns: Sequence[int], part: slice = slice(None)) -> Pair:
        """(g, rows, columns) sums of products of these columns of the moments."""
        i, j = np.minimum.outer(rows, columns), np.maximum.outer(rows, columns)
        place = i * self._width - i * (i - 1) // 2 + j - i
        high, low = self._pairs
        return high[part][:, place], low[part][:, place]

    @cached_property
    def _front(self) -> Pair:
        """(k, k) F as pairs: T, and with an intercept (1/√Σw, 0) above it and −T x̄ before it."""
        high, low = self.whitening.fine
        level = self.whitening.level
        if level is None:
            return high, low
        p = len(high)
        front = np.zeros((p + 1, p + 1)), np.zeros((p + 1, p + 1))
        root = float(level) ** 0.5
        rest = float((level - Fraction(root) ** 2) / (2 * Fraction(root)))
        front[0][0, 0], front[1][0, 0] = root, rest
        front[0][1:, 1:], front[1][1:, 1:] = high, low
        centres = [Fraction(a) + Fraction(b) for a, b in self.whitening.around.centre[:, :p].T.tolist()]
        for i in range(p):
            entries = zip(high[i, : i + 1].tolist(), low[i, : i + 1].tolist(), centres)
            total = -sum(((Fraction(a) + Fraction(b)) * mean for a, b, mean in entries), Fraction(0))
            front[0][i + 1, 0], front[1][i + 1, 0] = _pair(total)
        return front


@dataclass(frozen=True, eq=False, kw_only=True)
class Seen:
    """What clusters come to where it is known as it stands (`Clusters`).

    scores, shares : (g, k) s_g and (g, k, k) K_g        labels, rows : of each cluster
    dummies : how many of the k, the first, are effects that no error is asked of
    """

    solution: Solution
    whitening: Whitening
    labels: Sequence[tuple[Any, ...]]
    rows: Integers
    scores: Matrix
    shares: Matrix
    dummies: int = 0

    def __len__(self) -> int:
        return len(self.rows)


def may_cancel(scores: Matrix, rss: Fraction) -> bool:
    """Whether what rounding each row's z̃ and e leaves may be seen in Σ w e z̃ of clusters (g, k).

    By Cauchy and Schwarz |w e z̃_j| add to √RSS at most. Where weights are far apart one cluster may decide a coefficient, and its
    score is what the others leave it.
    """
    size, bits = np.sqrt(np.square(scores).sum(axis=0)), rss.numerator.bit_length() - rss.denominator.bit_length()
    with np.errstate(divide="ignore"):
        return bool((np.log2(size) < (bits + 1) / 2 - CLEAR).any())


def is_scored(tally: Tally, solution: Solution) -> bool:
    """Whether a tally is of scores, and not of moments."""
    if solution.eliminated is not None:
        return True
    width = solution.moments.ledger.width
    return tally.width != width * (width + 1) // 2


def _pair(value: Fraction) -> tuple[Any, Any]:
    high = float(value)
    return np.float64(high), np.float64(value - Fraction(high))


def _times(matrix: Pair, sums: Pair) -> Pair:
    """A matrix (k, k) times each of sums (g, k, …)."""
    high, low = sums
    shape = (high.shape[0], matrix[0].shape[0], *high.shape[2:])
    total: Pair = (np.zeros(shape), np.zeros(shape))
    along = (None, slice(None), *([None] * (high.ndim - 2)))
    with np.errstate(over="ignore", invalid="ignore"):
        for j in range(matrix[0].shape[1]):
            entry = matrix[0][:, j][along], matrix[1][:, j][along]
            total = add(total, multiply((high[:, j][:, None], low[:, j][:, None]), entry))
    return total


def outer_sum(scores: Matrix, others: Matrix | None = None) -> Matrix:
    """Σ_g a_g b_gᵀ (k, k) of numbers (g, k), whatever the threads."""
    return np.einsum("gi,gj->ij", scores, scores if others is None else others)


def covariance_of(whitening: Whitening, scores: Matrix, factor: float) -> Matrix:
    """(k, k) F′ (factor Σ_g s_g s_gᵀ) F, of what each cluster moves coefficients by: less cancels in these than in squares."""
    whitening.refuse_out_of_range(float(np.sqrt(factor * (scores * scores).sum(axis=0).max(initial=0.0))))
    return outer_sum(np.einsum("gi,ji->gj", scores, whitening.back)) * factor


def satterthwaite(alpha: Vector, b: Matrix) -> float:
    """ν of one coefficient, of α_g (g,) and b_g (g, m)."""
    squares = np.einsum("gi,gi->g", b, b)
    joint = outer_sum(b) if len(b) > b.shape[1] else outer_sum(b.T)
    below = (alpha * (alpha - 2 * squares)).sum() + (joint**2).sum()
    return float((alpha - squares).sum() ** 2 / below) if below > 0 else np.nan


def touched(clusters: Clusters | Seen, vectors: Matrix, gone: Marks) -> Marks:
    """(g,) clusters without which a coefficient is not determined, of eigenvectors (g, …, m) that are gone (g, m)."""
    if not isinstance(clusters, Seen) or not clusters.dummies:
        return np.asarray(gone.any(axis=1))
    back = clusters.whitening.back
    asked = back[clusters.dummies :] / np.abs(back[clusters.dummies :]).max(axis=1, keepdims=True)
    along = np.abs(asked @ vectors[:, -len(back) :]).max(axis=1, initial=0.0)
    return np.asarray((gone & (along > UNTOUCHED)).any(axis=1))


def not_determined(clusters: Clusters | Seen, gone: Marks) -> tuple[str, ...]:
    """What is to be said of clusters (g,) without which a coefficient is not determined."""
    if not gone.any():
        return ()
    label = show(str(clusters.labels[int(np.flatnonzero(gone)[0])][0]))
    return (
        _(
            "without cluster {label} some coefficient is not determined: its rows have no say in the errors of it",
            label=label,
        ),
    )

"""The sums of a pass → tests of the errors.

    Breusch–Pagan, White   n R² of the regression of e² on columns and a constant        ~ χ²(rank of these, without the constant)
    Jarque–Bera            n (skewness²/6 + (kurtosis − 3)²/24)                          ~ χ²(2)
    Durbin–Watson          Σ (e_t − e_{t−1})² / Σ e_t²
    PRESS                  Σ w (e/(1 − h))²

e is √w e with weights, in units of σ, so that e² − 1 has mean 0 and nothing cancels. The sums are those of `wxb.passes.row_sums`.
"""

from __future__ import annotations

from math import nan

import numpy as np

from wxb._typing import Matrix
from wxb.diagnostics.record import ChiSquared, Normality
from wxb.tails import chi2_upper_p

COLLINEAR = 1e-10  # of the eigenvalues of correlations: what is below is a column that the others make


class Sums:
    """Products (m, m) of the columns 1, z̃ …, a, a² − 1, a/(1 − h), steps, as `row_sums` has them."""

    def __init__(self, sums: Matrix) -> None:
        self.sums = sums
        self.n = float(sums[0, 0])
        self.terms = range(1, len(sums) - 4)
        self.a, self.square, self.press, self.steps = range(len(sums) - 4, len(sums))

    @property
    def squares(self) -> float:
        """Σ a²."""
        return float(self.sums[self.a, self.a])

    @property
    def press_in_spreads(self) -> float:
        """Σ (a/(1 − h))²; NaN where a row has leverage 1."""
        return float(self.sums[self.press, self.press])

    @property
    def durbin_watson(self) -> float:
        total = self.sums[self.a, self.a]
        return float(self.sums[self.steps, self.steps] / total) if total else nan

    def breusch_pagan(self, levels: Matrix | None = None, beside: tuple[float, int] | None = None) -> ChiSquared:
        """levels : (G, p + 2) sums of 1, a² − 1, z̃ by level, where the levels of a category were eliminated

        beside : where those of several were, what they explain of a² − 1, and by how many effects
        """
        if beside is not None:
            return beside_levels(self.sums, self.terms, self.square, *beside)
        if levels is None:
            return auxiliary(self.sums, self.terms, self.square)
        return within_levels(self.sums, self.terms, self.square, levels)

    def jarque_bera(self) -> Normality:
        first = self.sums[0, self.a] / self.n
        second = self.sums[self.a, self.a] / self.n
        third = (self.sums[self.a, self.square] + self.sums[0, self.a]) / self.n
        fourth = (self.sums[self.square, self.square] + 2 * self.sums[0, self.square]) / self.n + 1
        variance = second - first**2
        if not variance > 0:
            return Normality(statistic=nan, freedom=2, p=nan, skewness=nan, kurtosis=nan)
        skewness = (third - 3 * first * second + 2 * first**3) / variance**1.5
        kurtosis = (fourth - 4 * first * third + 6 * first**2 * second - 3 * first**4) / variance**2
        statistic = float(self.n * (skewness**2 / 6 + (kurtosis - 3) ** 2 / 24))
        p = chi2_upper_p(statistic, 2)
        return Normality(statistic=statistic, freedom=2, p=p, skewness=float(skewness), kurtosis=float(kurtosis))


def within_levels(sums: Matrix, columns: range, target: int, levels: Matrix) -> ChiSquared:
    """n R² of the same regression on columns and an effect of every level."""
    levels = levels[levels[:, 0] > 0]
    counts, own, z = levels[:, 0], levels[:, 1], levels[:, 2:]
    places, n = [*columns], sums[0, 0]
    total = sums[target, target] - sums[0, target] ** 2 / n
    between = (own**2 / counts).sum() - sums[0, target] ** 2 / n
    inside = sums.copy()
    both = [*places, target]
    of_levels = np.column_stack([z, own])
    inside[np.ix_(both, both)] -= (of_levels / counts[:, None]).T @ of_levels
    inside[0, both] = inside[both, 0] = 0.0
    left = auxiliary(inside, columns, target)
    explained = 0.0 if left.freedom == 0 else left.statistic / n * inside[target, target]
    if not total > 0:
        return left
    statistic, freedom = float(n * (between + explained) / total), len(levels) - 1 + left.freedom
    return ChiSquared(statistic=statistic, freedom=freedom, p=chi2_upper_p(statistic, freedom))


def beside_levels(sums: Matrix, columns: range, target: int, explained: float, effects: int) -> ChiSquared:
    """The same of columns that sum to 0 over every level of several categories, whose effects explain so much of Σ (a² − 1)²."""
    n, inside = sums[0, 0], sums.copy()
    inside[0, 1:] = inside[1:, 0] = 0.0
    left = auxiliary(inside, columns, target)
    total = sums[target, target] - sums[0, target] ** 2 / n
    if not total > 0:
        return left
    more = 0.0 if left.freedom == 0 else left.statistic / n * inside[target, target]
    statistic = float(n * (explained - sums[0, target] ** 2 / n + more) / total)
    freedom = effects - 1 + left.freedom
    return ChiSquared(statistic=statistic, freedom=freedom, p=chi2_upper_p(statistic, freedom))


def white_test(sums: Matrix) -> ChiSquared:
    """Of the columns 1, z̃, their products, a² − 1."""
    return auxiliary(sums, range(1, len(sums) - 1), len(sums) - 1)


def auxiliary(sums: Matrix, columns: range, target: int) -> ChiSquared:
    """n R² of the regression of one column on others and a constant, which is the first of the sums."""
    places = [*columns]
    n, ones = sums[0, 0], sums[0]
    gram = sums[np.ix_(places, places)] - np.outer(ones[places], ones[places]) / n
    side = sums[places, target] - ones[places] * ones[target] / n
    total = sums[target, target] - ones[target] ** 2 / n
    there = np.flatnonzero(gram.diagonal() > COLLINEAR * sums.diagonal()[places])
    if not len(there) or not total > 0:
        return ChiSquared(statistic=nan, freedom=0, p=nan)
    scale = np.sqrt(gram.diagonal()[there])
    values, vectors = np.linalg.eigh(gram[np.ix_(there, there)] / np.outer(scale, scale))
    apart = values > COLLINEAR
    parts = (vectors.T @ (side[there] / scale))[apart]
    statistic = float(n * (parts**2 / values[apart]).sum() / total)
    freedom = int(apart.sum())
    return ChiSquared(statistic=statistic, freedom=freedom, p=chi2_upper_p(statistic, freedom))

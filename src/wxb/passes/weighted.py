"""Moments of re-weighted rows, X' diag(v) X, v a function of the rows: what needs them once more, when a line is known.

    v = (w e)²              HC0: its meat is Σ w² e² x xᵀ, e = y − H(x), w the weight of the row
    v = ℓ''(H(x))           Newton's matrix of another cost

v is as exact as its function makes it, in pairs of doubles where one is not enough; the sums of v z zᵀ are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from wxb.data.block import Block
from wxb.moments.pairs import two_product
from wxb.passes.absolute_errors import residuals
from wxb.passes.labelled import LabelledMoments
from wxb.passes.statistic import Numbers, Weights

Weigh = Callable[[Numbers], Weights]


class WeightedMoments(LabelledMoments):
    """Exact moments Σ v z zᵀ of the rows of each label.

    weigh : gives v of some rows, whose own weights are no part of the sums; how often a row is counted is
    """

    def __init__(self, terms: Sequence[str], targets: Sequence[str], weigh: Weigh, **options: Any) -> None:
        super().__init__(terms, targets, weighted=True, **options)
        self.weigh = weigh

    def numbers(self, block: Block) -> Numbers:
        numbers = Numbers.of(block)
        weights = self.weigh(numbers)._replace(counts=numbers.weights.counts)
        return Numbers(numbers.columns, numbers.lows, weights)


def squared_errors(line: Sequence[Fraction], intercept: bool) -> Weigh:
    """v = (w e)² of the line of these exact coefficients: e is rounded once, its square is a pair."""

    def weigh(numbers: Numbers) -> Weights:
        errors = residuals(numbers, line, intercept)
        if numbers.weights.values is not None:
            errors = errors * numbers.weights.values
        return Weights(*two_product(errors, errors))

    return weigh

"""A method in one file: least absolute errors, by moments of rows weighted anew until the line stands still."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wxb.estimate import Estimate
from wxb.model.fit import fit
from wxb.passes.absolute_errors import residuals
from wxb.passes.again import Passes
from wxb.passes.statistic import Weights
from wxb.passes.weighted import WeightedMoments
from wxb.question import Question, Selection
from wxb.solve import solve
from wxb.trajectory import OutcomeKind


@dataclass(frozen=True, kw_only=True)
class LeastAbsolute:
    passes: int = 40

    def estimate(self, question: Question, passes: Passes) -> Estimate:
        sums = passes.sums(question)
        line = sums.minimum(question)
        for _ in range(self.passes):
            exact = line.exact
            weigh = lambda rows: Weights(1 / np.maximum(np.abs(residuals(rows, exact, question.intercept)), 1e-9))  # noqa
            [found] = passes.each([WeightedMoments(sums.train.terms, sums.train.targets, weigh)])
            line = solve(found.sums[0], intercept=question.intercept)
        return Estimate(theta=line.coefficients, layout=line.layout, moments=sums.train, outcome=OutcomeKind.CONVERGED)


def test_a_method_of_ones_own_is_given_as_it_is() -> None:
    table = {"x": np.arange(9.0), "y": [*(2 * np.arange(8.0) + 1), 500.0]}
    model = fit(table, Question(method=LeastAbsolute(), selection=Selection(target="y")))
    np.testing.assert_allclose(model.theta, [1, 2], atol=1e-6)

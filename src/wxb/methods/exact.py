"""The exact minimum of the cost, from the moments."""

from __future__ import annotations

from dataclasses import dataclass

from wxb.estimate import Estimate
from wxb.passes.again import Passes
from wxb.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """Without options of its own: rank, precision and intercept are the question's."""

    def estimate(self, question: Question, passes: Passes) -> Estimate:
        """The minimum of the training rows."""
        sums = passes.sums(question)
        return Estimate.of(sums.minimum(question), test_moments=sums.test, fold_moments=sums.folds)

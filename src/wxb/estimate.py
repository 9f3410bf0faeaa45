"""What a method found: coefficients, the sums they follow from, and how they were reached. Numbers, no prose.

    θ (k,) in the order of a `Layout`        moments of the training rows, of the rows held out, of each fold

Methods give it, covariances take it, a `Fitted` is it and what was asked and read. `solution` is the exact minimum of the same
moments, whatever the method: solved for when it is first asked for, unless the method did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from wxb._typing import Vector
from wxb.errors import UsageError
from wxb.i18n import _, _n
from wxb.layout import Layout
from wxb.moments import Moments
from wxb.numbers import numbered
from wxb.printable import show
from wxb.trajectory import OutcomeKind
from wxb.values import Value, short

if TYPE_CHECKING:
    from wxb.instruments import Stages
    from wxb.penalties.answer import Answer
    from wxb.penalties.path import PenaltyPath
    from wxb.quality import CrossValidation, Quality
    from wxb.solve import Solution
    from wxb.stepwise.steps import Steps
    from wxb.trajectory import Trajectory


@dataclass(frozen=True, eq=False, kw_only=True)
class Estimate(Value):
    """A point on the bowl of `moments`.

    Attributes
    ----------
    theta : (k,) coefficients, 0 for terms that gave way
    layout : where each of them stands
    moments, test_moments, fold_moments : of the training rows, of those held out (or None), of each fold (or ())
    ordered : whether folds are judged by those before them, and not by all others
    outcome : how the method ended        trajectory : the path of a descent, or None
    rank : "drop" or "error", what becomes of collinear terms where `solution` is still to be solved for
    known_solution : the exact minimum of the moments, where the method solved for it
    test_mae, fold_mae : mean absolute errors of test rows and folds, where the rows were read a second time
    stages : of two-stage least squares: the first stages, the tests, the sums of the instruments; then known_solution is of x̂
    kept_test, kept_folds : how test rows and folds were predicted, where their moments are not known (a model file does not keep
        those that tell rows), or do not say it: under a penalty
    penalised : of a minimum under a penalty: its λ, its certificate, the path it was chosen from
    steps : of a line whose terms were selected: how; then the moments are those of the chosen terms
    """

    theta: Vector
    layout: Layout
    moments: Moments
    outcome: OutcomeKind = OutcomeKind.EXACT
    trajectory: Trajectory | None = None
    test_moments: Moments | None = None
    fold_moments: tuple[Moments, ...] = ()
    ordered: bool = False
    rank: str = "drop"
    known_solution: Solution | None = None
    test_mae: float | None = None
    fold_mae: float | None = None
    kept_test: Quality | None = None
    kept_folds: CrossValidation | None = None
    stages: Stages | None = None
    penalised: Answer | None = None
    steps: Steps | None = None

    @classmethod
    def of(
        cls,
        solution: Solution,
        *,
        test_moments: Moments | None = None,
        fold_moments: tuple[Moments, ...] = (),
        trajectory: Trajectory | None = None,
        theta: Vector | None = None,
        stages: Stages | None = None,
    ) -> Estimate:
        """The minimum itself, or with `trajectory` what a descent on its bowl reached: its last point, or `theta` of another.

        stages : of two-stage least squares, whose solution is one of x̂, and whose moments are those of x
        """
        if theta is None:
            last = None if trajectory is None else (trajectory.W[-1], trajectory.b[-1])
            theta = solution.coefficients if last is None else solution.layout.join(*last)
        return cls(
            theta=theta,
            layout=solution.layout,
            moments=solution.moments if stages is None else stages.moments.select(solution.layout.terms),
            outcome=OutcomeKind.EXACT if trajectory is None else trajectory.outcome.kind,
            trajectory=trajectory,
            test_moments=test_moments,
            fold_moments=fold_moments,
            known_solution=solution,
            stages=stages,
        )

    def __repr__(self) -> str:
        layout = self.layout
        return f"Estimate({numbered(len(layout), 'coefficient')} of {short(self.moments.target)}: {self.outcome.value})"

    @cached_property
    def solution(self) -> Solution:
        """The exact minimum of the training rows."""
        if self.known_solution is not None:
            return self.known_solution
        from wxb.solve import solve

        return solve(self.moments, intercept=self.layout.intercept, rank=self.rank)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is noted of effects that are absorbed, and of terms that were selected."""
        known, selected = self.known_solution, () if self.steps is None else (self.steps.remark,)
        return selected if known is None or known.eliminated is None else (*known.eliminated.remarks(), *selected)

    @property
    def path(self) -> PenaltyPath | None:
        """Of a chosen penalty: the lines of all λ that were tried, and how each was judged."""
        return None if self.penalised is None else self.penalised.path

    def refuse_penalised(self, what: str, do: str = "") -> None:
        """UsageError where the line was found under a penalty, of which `what` says nothing.  do : the way on, if another"""
        if self.penalised is not None:
            raise UsageError(
                _("{what} is for lines of least squares, and this one was found under a penalty", what=_(what)),
                do or _("fit without `l2=`, `l1=` and `positive=`; on other rows, where the penalty chose the columns"),
            )

    def refuse_unless_least_squares(self, what: str) -> None:
        """UsageError where the line was found in two stages or under a penalty, of which `what` says nothing."""
        self.refuse_penalised(what)
        if self.stages is not None:
            raise UsageError(
                _("{what} is for lines of least squares, and this one was found in two stages", what=_(what)),
                _("fit one without instruments; `model.stages` tells how far these do"),
            )

    def refuse_absorbed(self, what: str) -> None:
        """UsageError where effects are absorbed, without which there is no `what`."""
        known = self.known_solution
        hidden = () if known is None or known.eliminated is None else known.eliminated.hidden_columns
        if hidden:
            columns = ", ".join(map(show, hidden))
            raise UsageError(
                _("{what} needs the effects of {columns}, which are absorbed", what=_(what), columns=columns),
                _n(
                    "name it among the features instead; `model.effects(…)` has the effects",
                    "name them among the features instead; `model.effects(…)` has the effects",
                    len(hidden),
                ),
            )

    @property
    def is_minimum(self) -> bool:
        """Whether the coefficients are the exact minimum, and not what a descent reached."""
        return self.outcome is OutcomeKind.EXACT

    @property
    def exact_theta(self) -> Sequence[Fraction]:
        """k coefficients: of a minimum before they were rounded to float64, of a descent those it reached."""
        if self.penalised is not None:
            return self.penalised.exact
        if self.is_minimum and np.array_equal(self.solution.coefficients, self.theta):
            return self.solution.exact
        return [Fraction(value) for value in self.theta.tolist()]

    @cached_property
    def cost(self) -> float:
        """Mean squared error of the training rows at θ."""
        from wxb.solve import cost_as_float, mean_square

        if self.is_minimum:
            return cost_as_float(self.solution.rss / self.solution.total_weight)
        if self.trajectory is not None:
            return self.trajectory.final_cost
        return mean_square(self.moments, self.theta, self.layout.intercept)

    @cached_property
    def test_quality(self) -> Quality | None:
        """Cost, RMSE, MAE and R² of the rows held out, or None."""
        if self.test_moments is None:
            return self.kept_test
        from wxb.quality import judge

        return judge(self.test_moments, self.exact_theta, self.layout.intercept, self.test_mae)

    @cached_property
    def cross_validation(self) -> CrossValidation | None:
        """Cost, RMSE, MAE and R² of each fold by the line of the others, or None without folds."""
        if not self.fold_moments or self.kept_folds is not None:
            return self.kept_folds
        from wxb.quality import cross_validate

        return cross_validate(self.fold_moments, self.layout.intercept, self.fold_mae, ordered=self.ordered)

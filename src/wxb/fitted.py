"""A fitted line as a plain frozen record: its coefficients, its moments, how it was reached, and all that follows from these.

Nothing here keeps rows: errors, intervals, other fits come from the moments. What is done with a line is above, at `Model`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np

from wxb._typing import Vector
from wxb.bowl import Bowl
from wxb.data.kinds import Kind
from wxb.design import Design
from wxb.estimate import Estimate
from wxb.i18n import _
from wxb.layout import Layout
from wxb.moments import Moments
from wxb.numbers import MINUS, number, numbered
from wxb.question import Question
from wxb.values import Value, short

if TYPE_CHECKING:
    from wxb.covariance.covariance import Covariance
    from wxb.inference import Inference
    from wxb.instruments import Stages
    from wxb.moments.gathered import SharesGathered
    from wxb.moments.tally import Tally
    from wxb.penalties.answer import Answer
    from wxb.penalties.path import PenaltyPath
    from wxb.quality import CrossValidation, Quality
    from wxb.solve import Solution
    from wxb.stepwise.steps import Steps
    from wxb.trajectory import Trajectory

MOST_SHOWN = 3  # terms in one line of text
NO_ANSWER = ("diverging", "not finite")  # outcomes of a descent whose coefficients are none


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Coefficient:
    """One coefficient of a fitted line, and how sure it is; errors and intervals are those of the exact minimum."""

    fitted: Fitted
    name: str
    place: int

    @property
    def coef(self) -> float:
        return float(self.fitted.theta[self.place])

    @property
    def se(self) -> float:
        """Its standard error; NaN where there is none."""
        return float(self.fitted.inference.se[self.place])

    @property
    def t(self) -> float:
        return float(self.fitted.inference.t[self.place])

    @property
    def p(self) -> float:
        """P(|T| > |t|)."""
        return float(self.fitted.inference.p[self.place])

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The confidence interval."""
        low, high = self.fitted.inference.interval(level)[self.place].tolist()
        return low, high

    def __repr__(self) -> str:
        if self.fitted.penalised is not None:
            return f"Coefficient({short(self.name)}: {number(self.coef)} under a penalty)"
        found = f"{number(self.coef)} ± {number(self.se)}"
        if not self.fitted.is_minimum:  # the error is that of the minimum, and not of what a descent reached
            least = float(self.fitted.solution.coefficients[self.place])
            found = f"{number(self.coef)} reached, at the minimum {number(least)} ± {number(self.se)}"
        return f"Coefficient({short(self.name)}: {found})"


@dataclass(frozen=True, eq=False, kw_only=True)
class Fitted(Value):
    """H(x) = W·x + b, fitted.

    Attributes
    ----------
    estimate : what the method found; most of what follows is read off it
    terms : p names of the terms        target : name of the target
    coef : (p,) weights W, without the intercept; 0 for terms that gave way (`dropped`)
    intercept : b, 0.0 without one
    moments : of the training rows        question : what was asked
    n : training rows of positive weight        dropped_rows : rows left out because a value was missing
    cost : mean squared error of the training rows at (W, b)
    test_moments, test_cost, test_quality : of the rows held out, or None
    fold_moments : one for each fold, () without folds        fold_costs, cross_validation : how they are predicted
    test_mae, fold_mae : mean absolute errors of test rows and folds, where the rows were read a second time
    trajectory : the path of the descent, or None for the exact minimum
    outcome : how the fit ended: "exact minimum", or the kind of the trajectory's outcome
    ranges : smallest and largest value of each term in the training rows, where known; `column_ranges` those of raw columns
    warnings : what should be known about this answer        notes : those of them that the reader noted of the rows
    outer_ranges : the ranges are bounds: rows that set them may have been forgotten
    source_rows : rows of the sources so far, dropped and held-out ones too; None where not known
    design : what the terms are made of; `design.rows(columns)` makes design rows
    whole_design : in two stages with the instruments, else None
    errors : how the coefficients vary, where other errors than the classical ones were asked for, or None
    gathered : the sums that a design of categories was assembled from, None of terms that are columns
    clusters : moments of the training rows under labels of columns, by the names of these, where errors were made from them
    """

    estimate: Estimate
    question: Question
    design: Design
    column_ranges: tuple[tuple[float, float], ...] | None = None
    outer_ranges: bool = False
    dropped_rows: int = 0
    source_rows: int | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    whole_design: Design | None = None
    errors: Covariance | None = None
    gathered: SharesGathered | None = None
    clusters: Mapping[tuple[str, ...], Tally] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        """Whether it is the same line of the same sums, to the bit."""
        if not isinstance(other, Fitted):
            return NotImplemented
        mine, theirs = self.estimate, other.estimate
        one, two = ((e.layout, e.outcome, e.theta.tobytes(), e.moments.precision) for e in (mine, theirs))
        if one == two and self.gathered is not None and other.gathered is not None:
            return self.gathered.train == other.gathered.train or mine.moments == theirs.moments
        return one == two and mine.moments == theirs.moments

    def __hash__(self) -> int:
        return hash((self.target, self.layout, self.theta.tobytes()))

    def __repr__(self) -> str:
        few = self.terms if len(self.terms) <= MOST_SHOWN else self.terms[: MOST_SHOWN - 1]
        more = [f"… {len(self.terms) - len(few)} more"] if len(few) < len(self.terms) else []
        line = [f"{number(w)} {short(term)}" for w, term in zip(self.coef.tolist(), few)]
        line += [*more, *([number(self.intercept)] if self.layout.intercept else [])]
        said = " + ".join(line or ["0"]).replace(f"+ {MINUS}", f"{MINUS} ")
        terms = " + ".join([*map(short, few), *more]) or "1"
        ended = f"{numbered(self.n, 'row')}, {self.outcome}"
        return f"{type(self).__name__}({short(self.target)} ~ {terms}: {said}; {ended})"

    def __getitem__(self, name: str) -> Coefficient:
        """A coefficient by its name: `model["speed"].se`, that of the intercept is `model["(b)"]`."""
        return Coefficient(fitted=self, name=name, place=self.layout.position(name))

    def __iter__(self) -> Iterator[str]:
        """The names of the coefficients."""
        return iter(self.layout.names)

    @property
    def layout(self) -> Layout:
        """Where each coefficient stands."""
        return self.estimate.layout

    @cached_property
    def ranges(self) -> tuple[tuple[float, float], ...] | None:
        """Smallest and largest value of each term in the training rows; without bounds where it is of several columns."""
        if self.column_ranges is None or self.design.is_plain:
            return self.column_ranges
        known = dict(zip(self.design.columns, self.column_ranges))
        other = {True: (0.0, 1.0), False: (-inf, inf)}
        return tuple(known[t.made] if t.made else other[t.is_level] for t in self.design.terms)

    @property
    def terms(self) -> tuple[str, ...]:
        return self.layout.terms

    @property
    def target(self) -> str:
        return self.estimate.moments.target

    @property
    def theta(self) -> Vector:
        """(k,) all coefficients, the intercept first when there is one."""
        return self.estimate.theta

    @property
    def coef(self) -> Vector:
        return self.layout.split(self.theta)[0]

    @property
    def intercept(self) -> float:
        return float(self.layout.split(self.theta)[1])

    @property
    def moments(self) -> Moments:
        return self.estimate.moments

    @property
    def test_moments(self) -> Moments | None:
        return self.estimate.test_moments

    @property
    def fold_moments(self) -> tuple[Moments, ...]:
        return self.estimate.fold_moments

    @property
    def trajectory(self) -> Trajectory | None:
        return self.estimate.trajectory

    @property
    def test_mae(self) -> float | None:
        return self.estimate.test_mae

    @property
    def fold_mae(self) -> float | None:
        return self.estimate.fold_mae

    @property
    def outcome(self) -> str:
        return self.estimate.outcome.value

    @property
    def n(self) -> int:
        return self.moments.rows

    @property
    def exact_theta(self) -> Sequence[Fraction]:
        """k coefficients: of an exact minimum before they were rounded to float64, of a descent those it reached."""
        return self.estimate.exact_theta

    @property
    def solution(self) -> Solution:
        """The exact minimum of the training rows."""
        return self.estimate.solution

    @property
    def stages(self) -> Stages | None:
        """Of two-stage least squares: the first stages, the tests of Sargan and of Wu and Hausman; else None."""
        return self.estimate.stages

    @property
    def sums(self) -> Moments:
        """Of all columns that were read: those of the terms, and in two stages the instruments."""
        return self.moments if self.stages is None else self.stages.moments

    @property
    def read_design(self) -> Design:
        """Of all columns that were read."""
        return self.design if self.whole_design is None else self.whole_design

    @property
    def penalised(self) -> Answer | None:
        """Of a minimum under a penalty: its `l2`, `l1`, `freedom`, and the KKT `gap` that certifies it; else None."""
        return self.estimate.penalised

    @property
    def path(self) -> PenaltyPath | None:
        """Of a penalty that was chosen: the lines of all λ that were tried, what each cost, and on each fold; else None."""
        return self.estimate.path

    @property
    def steps(self) -> Steps | None:
        """Of a line whose terms were selected: each step, what went in or out, what the criterion came to; else None."""
        return self.estimate.steps

    @cached_property
    def inference(self) -> Inference:
        """The uncertainty of the exact minimum: se, t, p, intervals, R², F (see `wxb.inference.Inference`)."""
        self.estimate.refuse_penalised(_("a standard error"))
        from wxb.inference import infer

        return infer(self.estimate, self.errors)

    @cached_property
    def bowl(self) -> Bowl:
        """The cost of the training rows as a function of the coefficients."""
        self.estimate.refuse_penalised(_("a bowl"))
        from wxb.solve import bowl_of

        return bowl_of(self.solution)

    @property
    def has_sums(self) -> bool:
        """Whether the sums of its rows are known; a file does not hold those that would tell rows."""
        return self.design.is_plain or self.gathered is not None

    @property
    def is_minimum(self) -> bool:
        """Whether the coefficients are the exact minimum, and not what a descent reached."""
        return self.estimate.is_minimum

    @property
    def cost(self) -> float:
        """Mean squared error of the training rows at (W, b)."""
        return self.estimate.cost

    @property
    def test_cost(self) -> float | None:
        """Mean squared error of the rows held out at (W, b)."""
        return None if self.test_quality is None else self.test_quality.cost

    @property
    def fold_costs(self) -> Vector:
        """(folds,) mean squared error on each fold of the line of all others, or along time of those before it."""
        return np.empty(0) if self.cross_validation is None else self.cross_validation.costs

    @property
    def test_quality(self) -> Quality | None:
        """Cost, RMSE, MAE and R² of the rows held out, or None."""
        return self.estimate.test_quality

    @property
    def cross_validation(self) -> CrossValidation | None:
        """Cost, RMSE, MAE and R² of each fold by the line of the others, or None without folds."""
        return self.estimate.cross_validation

    @cached_property
    def r2(self) -> float:
        """R² of the training rows at (W, b); NaN when the target does not vary."""
        if self.is_minimum:
            return self.inference.r2
        from wxb.solve import cost_as_float, total_sum_of_squares

        around = total_sum_of_squares(self.moments, self.layout.intercept)
        mean_square = cost_as_float(around / self.moments.exact(0, 0))
        return 1 - self.cost / mean_square if mean_square else nan

    @property
    def digits(self) -> Vector | None:
        """(k,) decimal digits of each coefficient that are certain for the data as stored; None for a descent."""
        return self.inference.certainty.coefficients if self.is_minimum else None

    @cached_property
    def dropped(self) -> tuple[str, ...]:
        """Terms that gave way to collinear ones before them; under a penalty those that do not vary."""
        if self.penalised is not None:
            return tuple(term for term, gone in zip(self.terms, self.penalised.constant) if gone)
        return tuple(self.solution.names[d.column] for d in self.solution.dropped)

    @property
    def diverged(self) -> bool:
        """Whether the descent ran away, so that its coefficients are no answer."""
        return self.outcome in NO_ANSWER

    @property
    def kinds(self) -> tuple[Kind, ...] | None:
        """p + 1 meanings of the columns (terms, then target): numbers, yes/no, instants, …; None when not known."""
        return self.design.kinds

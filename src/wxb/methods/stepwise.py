"""The exact minimum over terms that are selected: by AIC, BIC or adjusted R², a step at a time (`wxb.stepwise`).

Folds are judged honestly: without a fold's rows the terms are selected anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Literal

from wxb.choices import conform
from wxb.errors import NumericalError, UsageError
from wxb.estimate import Estimate
from wxb.i18n import _
from wxb.layout import Layout
from wxb.passes.again import Passes
from wxb.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepwise:
    """select : the criterion        direction : "both" and "backward" begin with all terms, "forward" with none"""

    any_rows: ClassVar[bool] = True  # forward there is an answer with fewer rows than coefficients

    select: Literal["aic", "bic", "adjusted-r2"] | None = None
    direction: Literal["both", "backward", "forward"] = "both"

    def __post_init__(self) -> None:
        conform(self)
        if self.select is None:
            raise UsageError(
                _("`direction=` says how terms are selected, and no criterion is given"),
                _('give `select="bic"` (or "aic", "adjusted-r2"), or leave it out'),
            )

    def estimate(self, question: Question, passes: Passes) -> Estimate:
        """The minimum of the training rows over the chosen terms."""
        from wxb.quality import cross_validate
        from wxb.solve import solve
        from wxb.stepwise.candidates import candidates_of
        from wxb.stepwise.choose import select

        assert self.select is not None
        if not question.intercept:
            raise UsageError(
                _("selection compares lines that have an intercept, and this one has none"),
                _("leave `0 +` out of the formula"),
            )
        sums, criterion, direction = passes.sums(question), self.select, self.direction
        candidates = candidates_of(sums.train, passes.design)
        layout = Layout(sums.train.terms, question.intercept)

        def line_without(k: int) -> tuple[Fraction, ...]:
            others = sums.train - sums.folds[k]
            found = solve(others.select(select(others, candidates, criterion, direction)[1]))
            known = dict(zip(found.names, found.exact))
            return tuple(known.get(name, Fraction(0)) for name in layout.names)

        try:
            steps, terms = select(sums.train, candidates, criterion, direction)
            solution = solve(sums.train.select(terms))
        except NumericalError as error:
            said = f"{sums.source}: {error.what}" if sums.source else error.what
            raise NumericalError(said, error.do) from None
        folds = cross_validate(sums.folds, True, line_of=line_without) if sums.folds else None
        test = None if sums.test is None else sums.test.select(terms)
        return replace(Estimate.of(solution, test_moments=test), steps=steps, kept_folds=folds)

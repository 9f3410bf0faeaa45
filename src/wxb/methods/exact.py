"""The exact minimum of the cost, from the moments: over all terms, or over those that are selected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from wxb.advice import Advice
from wxb.choices import conform
from wxb.errors import UsageError
from wxb.estimate import Estimate
from wxb.i18n import _
from wxb.passes.again import Passes
from wxb.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """Without options of its own: rank, precision and intercept are the question's."""

    def estimate(self, question: Question, passes: Passes) -> Estimate:
        """The minimum of the training rows; of their exact sums where rounded ones do not tell many columns apart."""
        sums, found = passes.sums(question), None
        if question.precision == "fast" and passes.rereadable and passes.design is None:
            found = sums.quickly(question)
            if found is None:
                sums = passes.sums(replace(question, precision="exact"))
        return Estimate.of(found or sums.minimum(question), test_moments=sums.test, fold_moments=sums.folds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepwise:
    """select : the criterion        direction : "both" and "backward" begin with all terms, "forward" with none

    always : terms that are in every line, as a formula has them: "age + C(school)"
    """

    any_rows: ClassVar[bool] = True  # forward there is an answer with fewer rows than coefficients

    select: Literal["aic", "bic", "adjusted-r2"] | None = None
    direction: Literal["both", "backward", "forward"] = "both"
    always: str | None = None

    def __post_init__(self) -> None:
        conform(self)
        if self.select is None:
            option = Advice("direction" if self.always is None else "always")
            raise UsageError(
                _("{option} says how terms are selected, and no criterion is given", option=option),
                _('give `select="bic"` (or "aic", "adjusted-r2"), or leave it out'),
            )
        if self.always is not None:
            from wxb.stepwise.always import terms_of

            terms_of(self.always)

    def estimate(self, question: Question, passes: Passes) -> Estimate:
        """The minimum of the training rows over the chosen terms."""
        from wxb.methods.under_selection import estimate

        assert self.select is not None
        return estimate(self.select, self.direction, self.always, question, passes)

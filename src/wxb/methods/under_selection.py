"""What `Stepwise` finds: the sums in one pass, the terms selected from them (`wxb.stepwise`), and the line of these.

Folds are judged honestly: without a fold's rows the terms are selected anew, so what the choice costs is counted. Their sums are
not kept, for later rows would be judged by lines of these terms, which all rows chose.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from wxb.errors import NumericalError, UsageError
from wxb.estimate import Estimate
from wxb.i18n import _
from wxb.layout import Layout
from wxb.passes.again import Passes
from wxb.passes.sums import Sums
from wxb.quality import CrossValidation, apart, cross_validate
from wxb.question import Question
from wxb.solve import solve
from wxb.stepwise.always import places_of
from wxb.stepwise.candidates import candidates_of
from wxb.stepwise.choose import Candidate, select
from wxb.stepwise.steps import Criterion, Direction


def estimate(
    criterion: Criterion, direction: Direction, always: str | None, question: Question, passes: Passes
) -> Estimate:
    """The minimum of the training rows over the chosen terms.  always : those that are in every line, as a formula has them"""
    if not question.intercept:
        raise UsageError(
            _("selection compares lines that have an intercept, and this one has none"),
            _("leave `0 +` out of the formula"),
        )
    sums = passes.sums(question)
    candidates = candidates_of(sums.train, passes.design)
    how: Any = {"criterion": criterion, "direction": direction}
    if always is not None:
        how["always"] = places_of(always, candidates)
    try:
        steps, terms = select(sums.train, candidates, **how)
        solution = solve(sums.train.select(terms))
    except NumericalError as error:
        said = f"{sums.source}: {error.what}" if sums.source else error.what
        raise NumericalError(said, error.do) from None
    test = None if sums.test is None else sums.test.select(terms)
    ordered = question.shares.ordered
    folds = _judged(sums, candidates, how, ordered) if sums.folds else None
    return replace(Estimate.of(solution, test_moments=test), steps=steps, kept_folds=folds)


def _judged(sums: Sums, candidates: list[Candidate], how: dict[str, Any], ordered: bool) -> CrossValidation:
    """Each fold by the line that all others select, or those before it."""
    fitted = {k: others for k, __, others in apart(sums.folds, ordered)}
    names = Layout(sums.train.terms, True).names

    def line_without(k: int) -> tuple[Fraction, ...]:
        others = fitted[k]
        found = solve(others.select(select(others, candidates, **how)[1]))
        known = dict(zip(found.names, found.exact))
        return tuple(known.get(name, Fraction(0)) for name in names)

    return cross_validate(sums.folds, True, line_of=line_without, ordered=ordered)

"""Two-stage least squares: `wxb.instruments`, of terms named by what a formula calls them, `y ~ x | endogenous ~ instruments`.

The rows are read once: exogenous and endogenous terms, instruments and the target are columns of one set of sums. An instrument of
several terms (a category, a polynomial) counts as all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from wxb.advice import Advice
from wxb.arguments import wrong
from wxb.design import Design
from wxb.errors import UsageError
from wxb.estimate import Estimate
from wxb.i18n import _
from wxb.passes.again import Passes
from wxb.printable import show
from wxb.question import Question
from wxb.solve import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStage:
    """endogenous : names of the terms that are entangled with the errors        instruments : of those that tell them"""

    endogenous: Sequence[str] | None = None
    instruments: Sequence[str] | None = None

    def __post_init__(self) -> None:
        for name in ("endogenous", "instruments"):
            object.__setattr__(self, name, _names(name, getattr(self, name)))
        if (self.endogenous is None) != (self.instruments is None):
            known, lacking = (
                ("endogenous", "instruments") if self.instruments is None else ("instruments", "endogenous")
            )
            raise UsageError(
                _(
                    "{known} is given without {lacking}",
                    known=Advice(known, list(getattr(self, known))),
                    lacking=Advice(lacking),
                ),
                _("name both of them"),
            )
        twice = next((name for name in self.of_endogenous if name in self.of_instruments), None)
        if twice is not None:
            raise UsageError(_("{twice} is endogenous and an instrument", twice=show(twice)), _("name it once"))

    @property
    def of_endogenous(self) -> tuple[str, ...]:
        return tuple(self.endogenous or ())

    @property
    def of_instruments(self) -> tuple[str, ...]:
        return tuple(self.instruments or ())

    def completed(self, question: Question) -> Question:
        """The question with these columns among its features, where those are named."""
        features = question.selection.features
        if features is None:
            return question
        told = next((name for name in features if name in self.of_instruments), None)
        if told is not None:  # beside the target it would be left out, and nothing would say so
            do = _("name it once: what stands in the line tells of the first stages too")
            raise UsageError(_("{told} is a feature and an instrument", told=show(told)), do)
        wanted = dict.fromkeys((*features, *self.of_endogenous, *self.of_instruments))
        return replace(question, selection=replace(question.selection, features=tuple(wanted)))

    def estimate(self, question: Question, passes: Passes) -> Estimate:
        from wxb.instruments import two_stages

        sums = passes.sums(question)
        design: Design | None = getattr(passes, "design", None)
        absorbs = design is not None and any(one.absorbed for one in design.categories)
        within = sums.minimum(replace(question, rank="drop")) if absorbs else None
        solution, stages = two_stages(
            sums.train,
            _terms(self.of_endogenous, design),
            _terms(self.of_instruments, design),
            intercept=question.intercept and not absorbs,
            rank=question.rank,
            within=within,
        )
        if within is not None:
            solution = _with_effects(solution, within)
        test = None if sums.test is None else sums.test.select(solution.layout.terms)
        return Estimate.of(solution, test_moments=test, stages=stages)


def _with_effects(solution: Solution, within: Solution) -> Solution:
    """The solution with the effects of the levels that were absorbed, α_g = ȳ_g − x̄_gᵀθ, each rounded once."""
    from wxb.elimination import Eliminated
    from wxb.leverage import Leverage

    known, terms = within.eliminated, list(within.moments.terms)
    if not isinstance(known, Eliminated):
        absorbed = () if known is None else known.hidden_columns
        raise UsageError(
            _(
                "two stages go with one absorbed category, and absorbed are {absorbed}",
                absorbed=", ".join(map(show, absorbed)),
            ),
            _("absorb the one with most levels, and name the others among the terms"),
        )
    kept = [terms.index(solution.names[place]) for place in solution.kept]
    theta = [solution.exact[place] for place in solution.kept]
    sums = known.sums
    units = [Fraction(2) ** exponent for exponent in sums.exponents]
    weight = Fraction(4) ** sums.half
    effects = [
        float(
            (
                sums.sums[-1][g] * units[-1]
                - sum((sums.sums[j][g] * units[j] * t for j, t in zip(kept, theta)), Fraction(0))
            )
            / (w * weight)
        )
        for g, w in enumerate(sums.weights)
    ]
    columns = [solution.layout.columns[place] for place in solution.kept]
    eliminated = replace(
        known,
        count=len(solution.layout),
        kept=solution.kept,
        columns=tuple(kept),
        effects=np.array(effects),
        measure=Leverage.of(solution.moments, columns, intercept=False),
    )
    return replace(solution, eliminated=eliminated)


def _names(option: str, given: Any) -> tuple[str, ...] | None:
    if isinstance(given, str):
        return (given,)
    if given is None:
        return None
    names = tuple(given) if isinstance(given, Sequence) else ()
    if not names or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise wrong(
            option, _("the name of a column, or a list of different names"), given, _("name columns of the table")
        )
    return names


def _terms(names: Sequence[str], design: Design | None) -> list[str]:
    """The terms of pieces of a design; columns themselves where there is none."""
    if design is None:
        return list(names)
    found: list[str] = []
    for name in names:
        place = next((i for i, piece in enumerate(design.pieces) if piece.text == name), None)
        found += [name] if place is None else [term.name for term in design.terms if term.piece == place]
    return found

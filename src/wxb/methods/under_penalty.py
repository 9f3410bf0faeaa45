"""What `Penalised` finds: the sums in one pass, λ judged, and the answer with all that says how it was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from wxb.advice import Advice
from wxb.errors import NumericalError, UsageError
from wxb.estimate import Estimate
from wxb.i18n import _
from wxb.layout import Layout
from wxb.passes.again import Passes
from wxb.passes.sums import Sums
from wxb.penalties.answer import Answer, answer, through_middle
from wxb.penalties.choose import Fold, costs, folds_of, path_of
from wxb.penalties.lines import Pairs
from wxb.penalties.path import PenaltyPath
from wxb.penalties.penalty import Penalty, Varied
from wxb.penalties.seen import Seen
from wxb.printable import show
from wxb.quality import apart, cross_validate
from wxb.question import Question
from wxb.trajectory.kind import OutcomeKind


class Asked(Protocol):
    """The choices of `Penalised`."""

    @property
    def l2(self) -> Any: ...
    @property
    def l1(self) -> Any: ...
    @property
    def positive(self) -> bool: ...
    @property
    def standardise(self) -> bool: ...
    @property
    def choose(self) -> str: ...
    @property
    def among(self) -> Any: ...
    @property
    def penalise(self) -> Any: ...
    @property
    def varied(self) -> Varied | None: ...


def estimate(method: Asked, question: Question, passes: Passes) -> Estimate:
    """The minimum of the training rows under the penalty."""
    sums = passes.sums(question)
    try:
        seen = Seen.of(sums.train, question.intercept)
        seen.refuse_tiny()
        folds = folds_of(apart(sums.folds, question.shares.ordered), question.intercept) if sums.folds else {}
        penalty, path, lines = penalty_of(method, sums.train.terms), None, list[Pairs]()
        if method.varied is not None:
            path, lines = _path(method, seen, penalty, [*folds.values()], passes)
            penalty = penalty.at(method.varied, float(path.values[path.chosen]))
        found = replace(answer(seen, penalty), path=path)
        lines = lines or [penalty.line(one.fitted)[0] for one in folds.values()]
    except NumericalError as error:
        said = f"{sums.source}: {error.what}" if sums.source else error.what
        raise NumericalError(said, error.do) from None
    return _estimate(found, sums, question, folds, dict(zip(folds, lines)))


def _path(
    method: Asked, seen: Seen, penalty: Penalty, folds: Sequence[Fold], passes: Passes
) -> tuple[PenaltyPath, list[Pairs]]:
    """All λ that are tried, judged; and the line of each fold."""
    varied = method.varied
    assert varied is not None
    values = penalty.tried(seen, varied) if method.among is None else np.array(method.among)
    if method.choose == "gcv":
        return path_of(seen, penalty, varied, values)
    if method.choose == "one-se" and not folds:
        what = _("{choose} needs the costs of folds", choose=Advice("choose", "one-se"))
        raise UsageError(what, _("give `folds=5`"))
    left_out = None
    if not folds and passes.rereadable and varied == "l2" and not penalty.sparse:
        from wxb.penalties.leave_one_out import LeftOut

        [left_out] = passes.each([LeftOut.of(seen, penalty, values, passes.held_out)])
    one_se = method.choose == "one-se"
    return path_of(seen, penalty, varied, values, folds=folds, left_out=left_out, one_se=one_se)


def penalty_of(method: Asked, terms: Sequence[str]) -> Penalty:
    """With a factor for each term; λ that is to be chosen is 0 until then."""
    named = dict(method.penalise or ())
    unknown = next((name for name in named if name not in terms), None)
    if unknown is not None:
        raise UsageError(
            _("{option} names {name}, which is no term", option=Advice("penalise"), name=show(unknown)),
            _("they are {names}", names=", ".join(map(show, terms))),
        )
    l2, l1 = (0.0 if value in (None, "auto") else float(value) for value in (method.l2, method.l1))
    factors = np.array([named.get(name, 1.0) for name in terms])
    return Penalty(l2=l2, l1=l1, factors=factors, standardise=method.standardise, positive=method.positive)


def _estimate(
    found: Answer, sums: Sums, question: Question, folds: Mapping[int, Fold], lines: Mapping[int, Pairs]
) -> Estimate:
    """An answer with the sums it is of, each fold judged by the line W (2, p) of the others under the same penalty."""
    judged = None
    if sums.folds:
        judged = cross_validate(
            sums.folds,
            question.intercept,
            line_of=lambda k: _whole(folds[k].fitted, lines[k]),
            cost_of=lambda k: float(costs(folds[k].judged, folds[k].fitted, lines[k][:, None])[0]),
            ordered=question.shares.ordered,
        )
    return Estimate(
        theta=found.theta,
        layout=Layout(sums.train.terms, question.intercept),
        moments=sums.train,
        outcome=OutcomeKind.PENALISED,
        test_moments=sums.test,
        fold_moments=sums.folds,
        kept_folds=judged,
        rank=question.rank,
        penalised=found,
    )


def _whole(fitted: Seen, line: Pairs) -> tuple[Fraction, ...]:
    """The coefficients of a line W (2, p)."""
    return through_middle(fitted, [Fraction(high) + Fraction(low) for high, low in line.T.tolist()])

"""What should be known about an estimate, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxb.advice import Advice
from wxb.estimate import Estimate
from wxb.i18n import FEW, _, _n
from wxb.moments import Moments
from wxb.numbers import counted, number, thousands, told_apart
from wxb.printable import show
from wxb.solve import Solution, total_sum_of_squares
from wxb.trajectory.kind import OutcomeKind

if TYPE_CHECKING:
    from wxb.penalties.answer import Answer
    from wxb.trajectory.outcome import Outcome

LARGEST_GAP = 1e-9  # of the conditions of a minimum under a penalty, of which nothing is said


def warnings_of(estimate: Estimate) -> tuple[str, ...]:
    """Of its minimum, and of the road to it."""
    stages = () if estimate.stages is None else estimate.stages.remarks
    path = () if estimate.trajectory is None else estimate.trajectory.notes
    if estimate.penalised is not None:
        return (*_under_penalty(estimate, estimate.penalised), *_still(estimate.moments, estimate.layout.intercept))
    return (*_of_minimum(estimate.solution), *stages, *path)


def _under_penalty(estimate: Estimate, found: Answer) -> Iterator[str]:
    """Columns that do not vary, a λ at the edge of those tried, conditions of the minimum that do not hold."""
    gone = [show(term) for term, constant in zip(estimate.layout.terms, found.constant) if constant]
    if gone:
        yield _n(
            "{names} does not vary: its coefficient is 0",
            "{names} do not vary: their coefficients are 0",
            len(gone),
            names=", ".join(gone[:FEW]) + (" …" if len(gone) > FEW else ""),
        )
    path = found.path
    if path is not None and path.at_edge:
        least = number(float(path.values[path.least]))
        if path.least:
            yield _(
                "{name} = {least} predicts best, the smallest that was tried: a smaller one may be better, as among {among}",
                name=path.varied,
                least=least,
                among=Advice("among", [float(f"{path.values[path.least] / by:.2g}") for by in (1, 10, 100, 1000)]),
            )
        else:
            yield _(
                "{name} = {least} predicts best, the largest that was tried: the terms may tell nothing of the target",
                name=path.varied,
                least=least,
            )
    if found.gap > LARGEST_GAP:
        yield _(
            "the conditions of the minimum hold to {gap} only: the last digits are not certain",
            gap=number(found.gap, 2),
        )


def _still(moments: Moments, intercept: bool) -> Iterator[str]:
    """A target that does not vary."""
    if moments.rows and total_sum_of_squares(moments, intercept) == 0:
        if intercept:
            yield _(
                "{target} does not vary: it is the same in every row, so R² and F are not defined",
                target=moments.target,
            )
        else:
            yield _("{target} is 0: it is the same in every row, so R² and F are not defined", target=moments.target)


def _of_minimum(solution: Solution) -> tuple[str, ...]:
    """Terms that gave way, and what cannot be computed."""
    said = list(_gave_way(solution))
    if solution.freedom == 0:
        said.append(
            _(
                "0 residual degrees of freedom: {rows} for {coefficients}, "
                "so the line passes through every row and standard errors, p and intervals cannot be computed",
                rows=counted(solution.rows, "row"),
                coefficients=counted(len(solution.kept), "coefficient"),
            )
        )
    said += _still(solution.moments, solution.layout.intercept) if solution.tss == 0 else ()
    return tuple(said)


def _gave_way(solution: Solution) -> tuple[str, ...]:
    """One warning for each term while they are few; one for all of a thousand, which were a screen each."""
    gone = solution.dropped
    if len(gone) <= FEW:
        return tuple(each_that_gave_way(solution))
    texts = "; ".join(solution.dependence_text(one) for one in gone[:FEW])
    return (
        _(
            "{count} terms are told by those before them and left out (their coefficients are 0): {texts} …",
            count=thousands(len(gone)),
            texts=texts,
        ),
    )


def each_that_gave_way(solution: Solution) -> Iterator[str]:
    """What is said of each term alone; older files say it of however many there are."""
    for dependence in solution.dropped:
        name = solution.names[dependence.column]
        text = solution.dependence_text(dependence)
        if set(dependence.combination) == {0} and solution.layout.intercept:
            kind = _("cannot be told from the intercept")
        else:
            kind = _("collinear") if dependence.exact else _("collinear, but for the rounding of the stored numbers")
        yield _("{text}: {kind}; {name} is left out (its coefficient is 0)", text=text, kind=kind, name=name)


def no_answer(outcome: Outcome) -> str:
    """Why a run has no answer, and what to give instead."""
    from wxb.trajectory.outcome import SCALED

    if outcome.kind is OutcomeKind.DIVERGING:
        head = _("the descent diverged: its W and b are no answer")
    else:
        epoch = outcome.epoch
        head = _("the descent left the range of its numbers at epoch {epoch}: its W and b are no answer", epoch=epoch)
    cause = outcome.cause
    if cause is None:
        told = _("give a smaller `lr=`, or {scaled} (`wxb.rates` shows which rates converge)", scaled=SCALED)
        return f"{head}; {told}"
    lr, limit = told_apart(cause.lr, cause.limit)
    ways = _(", or ").join(str(advice) for advice in cause.advice)
    told = _("lr {lr} is above {limit}, where convergence ends: give {ways}", lr=lr, limit=limit, ways=ways)
    return f"{head}; {told}"

"""What should be known about an estimate, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wxb.estimate import Estimate
from wxb.numbers import told_apart
from wxb.solve import Solution
from wxb.trajectory.kind import OutcomeKind

if TYPE_CHECKING:
    from wxb.trajectory.outcome import Outcome


def warnings_of(estimate: Estimate) -> tuple[str, ...]:
    """Of its minimum, and of the road to it."""
    stages = () if estimate.stages is None else estimate.stages.remarks
    path = () if estimate.trajectory is None else estimate.trajectory.notes
    return (*_of_minimum(estimate.solution), *stages, *path)


def _of_minimum(solution: Solution) -> tuple[str, ...]:
    """Terms that gave way, and what cannot be computed."""
    said = []
    for dependence in solution.dropped:
        name = solution.names[dependence.column]
        stored = "" if dependence.exact else ", but for the rounding of the stored numbers"
        text = solution.dependence_text(dependence)
        constant = set(dependence.combination) == {0} and solution.layout.intercept
        kind = "cannot be told from the intercept" if constant else f"collinear{stored}"
        said.append(f"{text}: {kind}; {name} is left out (its coefficient is 0)")
    if solution.freedom == 0:
        said.append(
            f"0 residual degrees of freedom: {solution.rows} rows for {len(solution.kept)} coefficients, "
            "so the line passes through every row and standard errors, p and intervals cannot be computed"
        )
    if solution.tss == 0 and solution.rows > 0:
        target = solution.moments.target
        value = "does not vary" if solution.layout.intercept else "is 0"
        said.append(f"{target} {value}: it is the same in every row, so R² and F are not defined")
    return tuple(said)


def no_answer(outcome: Outcome) -> str:
    """Why a run has no answer, and what to give instead."""
    from wxb.trajectory.outcome import SCALED

    if outcome.kind is OutcomeKind.DIVERGING:
        head = "the descent diverged: its W and b are no answer"
    else:
        head = f"the descent left the range of its numbers at epoch {outcome.epoch}: its W and b are no answer"
    cause = outcome.cause
    if cause is None:
        return f"{head}; give a smaller `lr=`, or {SCALED} (`wxb.rates` shows which rates converge)"
    lr, limit = told_apart(cause.lr, cause.limit)
    ways = ", or ".join(str(advice) for advice in cause.advice)
    return f"{head}; lr {lr} is above {limit}, where convergence ends: give {ways}"

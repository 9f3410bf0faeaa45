"""How long a typed computation may be to be explained in a second or two.

Every name of a statement costs a derivative of the whole statement; a picture of many values is slow to lay out and says little.
"""

from __future__ import annotations

from wxb.errors import UsageError
from wxb.expression import Program, postorder
from wxb.numbers import thousands

MOST_NAMES, MOST_PARTS, MOST_WORK, MOST_STEPS = 100, 12_000, 50_000, 20_000


def check_size(program: Program, times: int) -> None:
    """Refuse what would take more than a second or two: the steps of every partial derivative, and of every repetition."""
    names = len(program.names) + len(program.statements)
    if names > MOST_NAMES:
        raise UsageError(
            f"the computation has {thousands(names)} names and results, at most {MOST_NAMES} are explained",
            "explain a part of it, or live tensors with wxb.explain(tensor)",
        )
    sizes = [sum(1 for _ in postorder(statement.expression)) for statement in program.statements]
    work = sum(size * len(statement.names) for size, statement in zip(sizes, program.statements))
    if work > MOST_WORK or sum(sizes) > MOST_PARTS:
        raise UsageError(
            f"the computation has {thousands(sum(sizes))} parts and {names} names and results, which is more than can be explained",
            "give its parts names, or explain a part of it",
        )
    most = max(MOST_STEPS // sum(sizes), 1)
    if times > most:
        raise UsageError(
            f"times is {thousands(times)} for a computation of {thousands(sum(sizes))} parts, at most {thousands(most)} are shown",
            "what is added each time is the same: a few calls show it",
        )

"""How long a typed computation may be to be explained in a second or two.

Every name of a statement costs a derivative of the whole statement; a picture of many values is slow to lay out and says little.
"""

from __future__ import annotations

from wxb.errors import UsageError
from wxb.expression import Program, postorder
from wxb.i18n import _
from wxb.numbers import thousands

MOST_NAMES, MOST_PARTS, MOST_WORK, MOST_STEPS = 100, 12_000, 50_000, 20_000


def check_size(program: Program, times: int) -> None:
    """Refuse what would take more than a second or two: the steps of every partial derivative, and of every repetition."""
    names = len(program.names) + len(program.statements)
    if names > MOST_NAMES:
        raise UsageError(
            _(
                "the computation has {names} names and results, at most {most} are explained",
                names=thousands(names),
                most=MOST_NAMES,
            ),
            _("explain a part of it, or live tensors with wxb.explain(tensor)"),
        )
    sizes = [sum(1 for __ in postorder(statement.expression)) for statement in program.statements]
    work = sum(size * len(statement.names) for size, statement in zip(sizes, program.statements))
    if work > MOST_WORK or sum(sizes) > MOST_PARTS:
        raise UsageError(
            _(
                "the computation has {sum} parts and {names} names and results, which is more than can be explained",
                sum=thousands(sum(sizes)),
                names=names,
            ),
            _("give its parts names, or explain a part of it"),
        )
    most = max(MOST_STEPS // sum(sizes), 1)
    if times > most:
        raise UsageError(
            _(
                "times is {times} for a computation of {sum} parts, at most {most} are shown",
                times=thousands(times),
                sum=thousands(sum(sizes)),
                most=thousands(most),
            ),
            _("what is added each time is the same: a few calls show it"),
        )

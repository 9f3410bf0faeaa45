"""What a column computed of others means: whole numbers where it cannot be anything else, and how far its numbers are rounded."""

from __future__ import annotations

from collections.abc import Mapping

from wxb.data.kinds import NUMBER, WHOLE, Kind
from wxb.design.arithmetic import operands
from wxb.expression.tree import Call, Expression, Name, Number, Operation, postorder
from wxb.formula.checked import names_of
from wxb.formula.parser import COMPARISONS


def kind_of(tree: Expression, kinds: Mapping[str, Kind]) -> Kind:
    """What a computed column means: whole numbers where it is made of these by + − * and whole powers, else numbers.

    Numbers carry the rounding of doubles, or of what is coarser among those they are made of.
    """
    whole: list[bool] = []
    for part in postorder(tree, operands):
        match part:
            case Name():
                kind = kinds.get(part.name)
                whole.append(kind is not None and kind.sort in ("whole", "truth"))
            case Number():
                whole.append(part.value.is_integer())
            case Operation():
                right, left = whole.pop(), whole.pop()
                whole.append(part.symbol in COMPARISONS or (left and right and _stays_whole(part)))
            case Call() if part.function == "is":
                whole.append(True)
            case Call():
                whole.append(whole.pop() and part.function in ("I", "abs", "lag"))
            case _:
                pass
    if whole.pop():
        return WHOLE
    found = [kind for name in names_of(tree) if (kind := kinds.get(name)) is not None]
    coarsest = max(found, key=lambda kind: kind.unit_roundoff, default=NUMBER)
    return coarsest if coarsest.unit_roundoff > NUMBER.unit_roundoff else NUMBER


def _stays_whole(part: Operation) -> bool:
    if part.symbol == "**":
        return isinstance(part.right, Number) and part.right.value >= 0
    return part.symbol in "+-*"

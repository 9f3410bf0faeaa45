"""A text in a computed number: `I(school == "north")` is 1 where it holds and 0 where not; != the other way round.

In the tree of a raw column it stands as is(column, text), no name of a number among its parts.
"""

from __future__ import annotations

from wxb.expression.tree import Call, Expression, Listed, Name, Negative, Number, Operation, Text, children, postorder

EQUALITIES = ("==", "!=")


def compared_with_text(tree: Expression) -> frozenset[int]:
    """The `id` of each name and text of an expression that are compared with each other."""
    pairs = [sides for part in postorder(tree) if (sides := _sides(part)) is not None]
    return frozenset(id(one) for pair in pairs for one in pair)


def with_texts_told(tree: Expression) -> Expression:
    """The expression with is(column, text) for each comparison of a text."""
    stack: list[Expression] = []
    for part in postorder(tree, _parts):
        match part:
            case Negative():
                stack.append(Negative(stack.pop(), part.at))
            case Operation():
                right, left = stack.pop(), stack.pop()
                stack.append(_told(part) or Operation(part.symbol, left, right, part.at))
            case Call():
                start = len(stack) - len(part.arguments)
                arguments = tuple(stack[start:])
                del stack[start:]
                stack.append(Call(part.function, arguments, part.at))
            case _:
                stack.append(part)
    return stack.pop()


def texts_of(tree: Expression) -> tuple[tuple[str, str], ...]:
    """(column, text) of each such comparison in the tree of a raw column."""
    calls = [part.arguments for part in postorder(tree) if isinstance(part, Call) and part.function == "is"]
    texts = [tuple(one.value for one in arguments if isinstance(one, Text)) for arguments in calls]
    return tuple(dict.fromkeys((name, text) for name, text in texts))


def _parts(part: Expression) -> tuple[Expression, ...]:
    """Those that may hold a comparison: a list, of knots, holds numbers."""
    return () if isinstance(part, Listed) else children(part)


def _sides(part: Expression) -> tuple[Name, Text] | None:
    if not isinstance(part, Operation) or part.symbol not in EQUALITIES:
        return None
    for one, other in ((part.left, part.right), (part.right, part.left)):
        if isinstance(one, Name) and isinstance(other, Text):
            return one, other
    return None


def _told(part: Operation) -> Expression | None:
    sides = _sides(part)
    if sides is None:
        return None
    name, text = sides
    equal = Call("is", (Text(name.name, name.at), Text(text.value.strip(), text.at)), part.at)
    return equal if part.symbol == "==" else Operation("-", Number(1.0, "1", part.at), equal, part.at)

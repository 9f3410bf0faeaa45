"""Which rows are read: `where="age >= 18 and status == 'ok'"`, evaluated on the blocks as they are read.

A row is read when the condition holds. Where a cell it needs is missing the condition is neither true nor false (`and`,
`or`, `not` follow Kleene), and the row is left out as where it is false. Rows that are left out are not looked at: their
other cells may be missing or hold anything. They keep their numbers, so held-out rows and folds do not shift.

Columns may be of numbers (integers beyond 2^53 are compared exactly; arithmetic is float64), yes/no (compared with
yes, no, true, false, or alone), instants (compared with dates in quotes) or text (== and != with text in quotes; a column
that is compared with text is read as text, whatever it holds). A column that only the condition uses is no feature.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from wxb._typing import Marks
from wxb.data.kinds import Kind
from wxb.data.times import days_of_nanoseconds
from wxb.data.words import TRUE_WORD, TRUTHS, Cells, integer_parts
from wxb.errors import ExpressionError
from wxb.expression.condition import COMPARISONS, parse_condition
from wxb.expression.tokens import expression_error
from wxb.expression.tree import Call, Expression, Name, Negative, Number, Operation, Text, postorder
from wxb.i18n import N_, _, both
from wxb.printable import show

if TYPE_CHECKING:
    from wxb.data.field import Field


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    name: getattr(np, name)
    for name in ("sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "abs", "tanh")
}
_ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow}
_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
Column = Cells | Sequence[str | None]


@dataclass(frozen=True, slots=True)
class _Found:
    """The value of a part: numbers, a truth, a text, on n rows or as one.

    sort : "number", "yes/no", "instant", "text", "truth"      values, low : of numbers and days; marks of a truth; texts
    missing : where the value is not known      kind : of a column      last : what a chain a < b < c compares next
    """

    sort: str
    values: Any
    low: Any = None
    missing: Any = False
    kind: Kind | None = None
    last: _Found | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition bound to the columns of a table.  as_text : marks of columns read as text"""

    text: str
    expression: Expression
    fields: tuple[Field, ...]
    as_text: tuple[bool, ...]
    date: str | None = None

    def settled(self) -> Filter:
        """The condition without what would be wrong with its columns if they had to be numbers."""
        return replace(self, fields=tuple(replace(field, problem=None) for field in self.fields))

    def mask(self, columns: Sequence[Column], rows: int) -> Marks:
        """(rows,) where the condition holds."""
        known = {field.asked or field.name: (field, column) for field, column in zip(self.fields, columns)}
        with np.errstate(all="ignore"):
            found = _Evaluation(self.text, known, self.date).value(self.expression)
        return np.broadcast_to(np.asarray(found.values & ~np.asarray(found.missing), dtype=np.bool_), (rows,))


def bind(text: str, find: Callable[[str], Field], has: Callable[[str], bool], date: str | None = None) -> Filter:
    """The condition on the columns that `find` gives; ExpressionError or DataError where it cannot be."""
    expression = parse_condition(text)
    names = dict.fromkeys(part.name for part in postorder(expression) if isinstance(part, Name))
    used = [name for name in names if has(name) or name.lower() not in TRUTHS]
    if not used:
        raise ExpressionError(_("the condition {text} names no column", text=show(text)), _("for example age >= 18"))
    fields = tuple(find(name) for name in used)
    texts = _compared_with_text(expression)
    as_text = tuple(
        bool(field.problem) or (name in texts and not field.word and not field.kind.is_time)
        for name, field in zip(used, fields)
    )
    found = Filter(text, expression, fields, as_text, date)
    found.mask([[] if mark else Cells(np.empty(0)) for mark in as_text], 0)  # what cannot be compared shows now
    return found


def _compared_with_text(expression: Expression) -> set[str]:
    """Names that stand beside a text in quotes in a comparison."""
    pairs = [(p.left, p.right) for p in postorder(expression) if isinstance(p, Operation) and p.symbol in COMPARISONS]
    # a < b < c: what is compared second is the right side of the first
    pairs = [
        (left.right if isinstance(left, Operation) and left.symbol in COMPARISONS else left, right)
        for left, right in pairs
    ]
    return {
        one.name
        for pair in pairs
        for one, other in (pair, pair[::-1])
        if isinstance(one, Name) and isinstance(other, Text)
    }


class _Evaluation:
    """A condition on columns: part by part on a stack, so that no length of text can exhaust Python's."""

    def __init__(self, text: str, columns: dict[str, tuple[Field, Column]], date: str | None) -> None:
        self.text, self.columns, self.date = text, columns, date

    def value(self, expression: Expression) -> _Found:
        stack: list[_Found] = []
        for part in postorder(expression):
            match part:
                case Number():
                    value, low = integer_parts(part.text) or (part.value, 0.0)
                    stack.append(_Found("number", np.float64(value), np.float64(low), shown=part.text))
                case Text():
                    stack.append(_Found("text", part.value.strip(), shown=f"'{part.value}'"))
                case Name():
                    stack.append(self._name(part))
                case Negative():
                    stack.append(self._arithmetic("−", lambda one: -one, [stack.pop()], part.at))
                case Call():
                    count = len(part.arguments)
                    operands = stack[-count:]
                    del stack[-count:]
                    stack.append(self._call(part, operands))
                case Operation():
                    right, left = stack.pop(), stack.pop()
                    stack.append(self._operation(part, left, right))
        return self._truth(stack.pop(), 0)

    def _name(self, part: Name) -> _Found:
        if part.name not in self.columns:
            return _Found("text", part.name.lower(), shown=part.name)  # yes, no, true, false
        field, column = self.columns[part.name]
        if not isinstance(column, Cells):
            lost = np.array([cell is None for cell in column], dtype=np.bool_)
            texts = np.array(["" if cell is None else cell.strip() for cell in column], dtype=object)
            return _Found("text", texts, missing=lost, shown=part.name, kind=field.kind)
        lost = np.isnan(column.values) if column.missing is None else np.isnan(column.values) | column.missing
        sort = "yes/no" if field.word else "instant" if field.kind.sort == "instant" else "number"
        return _Found(sort, column.values, column.low, lost, field.kind, shown=part.name)

    def _fail(self, at: int, what: str, do: str = "") -> ExpressionError:
        return expression_error(self.text, at, what, do)

    def _call(self, part: Call, operands: list[_Found]) -> _Found:
        if part.function == "not":
            one = self._truth(operands[0], part.at)
            return _Found("truth", ~one.values, missing=one.missing)
        if part.function == "()":
            return replace(operands[0], last=None)
        if part.function not in FUNCTIONS:
            raise self._fail(
                part.at,
                _('unknown function "{function}"', function=part.function),
                _("known functions: {functions}", functions=", ".join(FUNCTIONS)),
            )
        if len(operands) != 1:
            raise self._fail(part.at, _("{function} takes one number", function=part.function))
        return self._arithmetic(part.function, FUNCTIONS[part.function], operands, part.at)

    def _operation(self, part: Operation, left: _Found, right: _Found) -> _Found:
        if part.symbol in COMPARISONS:
            if left.last is None:
                return self._compare(part, left, right)
            chained = self._compare(part, left.last, right)
            return _conjunction(left, chained, chained.last)
        if part.symbol.lower() in ("and", "or"):
            one, other = self._truth(left, part.at), self._truth(right, part.at)
            if part.symbol.lower() == "and":
                return _conjunction(one, other)
            turned = _conjunction(*(_Found("truth", ~each.values, missing=each.missing) for each in (one, other)))
            return _Found("truth", ~turned.values, missing=turned.missing)
        return self._arithmetic(part.symbol, _ARITHMETIC[part.symbol], [left, right], part.at)

    def _arithmetic(self, symbol: str, function: Callable[..., Any], operands: list[_Found], at: int) -> _Found:
        for one in operands:
            if one.sort not in ("number", "yes/no"):
                raise self._fail(at, _("{symbol} is of numbers, and {what}", symbol=symbol, what=_said(one)))
        values = [one.values if one.low is None else one.values + one.low for one in operands]
        lost: Any = False
        for one in operands:
            lost = lost | np.asarray(one.missing)
        result = np.asarray(function(*values), dtype=np.float64)
        low = -operands[0].low if symbol == "−" and operands[0].low is not None else None
        if low is not None:
            result = np.asarray(-operands[0].values)
        return _Found("number", result, low, lost | np.isnan(result), shown=_("the result"))

    def _truth(self, one: _Found, at: int) -> _Found:
        if one.sort == "yes/no":
            return _Found("truth", one.values == 1.0, missing=one.missing)
        if one.sort != "truth":
            what = _("{what}, and a condition is expected", what=_said(one))
            raise self._fail(at, what, _("compare it with something, as age >= 18"))
        return one

    def _compare(self, part: Operation, left: _Found, right: _Found) -> _Found:
        one, other = self._alike(part, left, right)
        lost = np.asarray(one.missing) | np.asarray(other.missing)
        compare = _COMPARE[part.symbol]
        if one.sort == "text":
            if part.symbol not in ("==", "!="):
                raise self._fail(
                    part.at,
                    _("{symbol} does not order texts", symbol=part.symbol),
                    _("texts are compared by == and !=; numbers have no quotes"),
                )
            return _Found(
                "truth", np.asarray(compare(one.values, other.values), dtype=np.bool_), missing=lost, last=other
            )
        marks = compare(one.values, other.values)
        if one.low is not None or other.low is not None:
            lows = (np.float64(0.0) if each.low is None else each.low for each in (one, other))
            # values are the nearest doubles: where they differ they decide, where not the rest does
            marks = np.where(np.asarray(one.values) == other.values, compare(*lows), marks)
        return _Found("truth", np.asarray(marks, dtype=np.bool_), missing=lost, last=right)

    def _alike(self, part: Operation, left: _Found, right: _Found) -> tuple[_Found, _Found]:
        """Both sides as values that can be compared: texts in quotes as what the other side is."""
        for one, other, turned in ((left, right, False), (right, left, True)):
            if one.sort == "text" and other.sort in ("yes/no", "instant"):
                meant = self._meant(part, one, other)
                return (other, meant) if turned else (meant, other)
        numeric = ("number", "yes/no")
        if left.sort == right.sort or (left.sort in numeric and right.sort in numeric):
            if left.sort == "instant" and left.kind != right.kind:
                raise self._fail(part.at, _("an instant with a time zone and one without cannot be compared"))
            if left.sort == "truth":
                raise self._fail(part.at, _("two conditions cannot be compared"), _("join them by and, or"))
            return left, right
        text, other = (left, right) if left.sort == "text" else (right, left)
        if text.sort == "text" and other.sort == "number":
            do = (
                _("numbers are written without quotes")
                if isinstance(text.values, str)
                else _("texts are written in quotes")
            )
            raise self._fail(part.at, both(_said(text), _said(other)), do)
        do = _("dates are written in quotes, as '2024-01-05'") if "instant" in (left.sort, right.sort) else ""
        raise self._fail(part.at, both(_said(left), _said(right)), do)

    def _meant(self, part: Operation, text: _Found, other: _Found) -> _Found:
        """A text in quotes as yes or no, or as an instant."""
        if not isinstance(text.values, str):
            raise self._fail(part.at, both(_said(text), _said(other)))
        assert other.kind is not None
        if other.sort == "yes/no":
            lower = text.values.lower()
            if TRUE_WORD.get(lower) != other.kind.word:
                words = _("yes and no") if other.kind.word == "yes" else _("true and false")
                what = _("{column} holds {words}, not {text}", column=other.shown, words=words, text=text.shown)
                raise self._fail(part.at, what)
            return _Found("number", np.float64(TRUTHS[lower]), shown=text.shown)
        from wxb.data.text_times import reader_of

        known = reader_of(self.date)(text.values)
        if known is None:
            raise self._fail(
                part.at,
                _("{shown} is no date", shown=text.shown),
                _("dates are written as '2024-01-05' or '2024-01-05T10:30'"),
            )
        if known[1] != other.kind.aware:
            what = N_("{column} has no time zone and {text} has one")
            if other.kind.aware:
                what = N_("{column} has a time zone and {text} has none")
            raise self._fail(part.at, _(what, column=other.shown, text=text.shown))
        values, low = days_of_nanoseconds([known[0]])
        return _Found("instant", values[0], None if low is None else low[0], kind=other.kind, shown=text.shown)


def _conjunction(one: _Found, other: _Found, last: _Found | None = None) -> _Found:
    """one and other: false where either is, not known where neither is false and one is not known."""
    values = one.values & other.values
    false = (~one.values & ~np.asarray(one.missing)) | (~other.values & ~np.asarray(other.missing))
    missing = (np.asarray(one.missing) | np.asarray(other.missing)) & ~false
    return _Found("truth", values & ~missing, missing=missing, last=last)


_SORTS = {
    "text": N_("text"),
    "number": N_("a number"),
    "yes/no": N_("yes or no"),
    "instant": N_("an instant"),
    "truth": N_("a condition"),
}


def _said(one: _Found) -> str:
    """What a side is: `hours` is a number."""
    return _("{shown} is {sort}", shown=one.shown or _("a condition"), sort=_(_SORTS[one.sort]))

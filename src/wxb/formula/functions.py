"""The functions that a formula may call, each with what its arguments may be: all are read, none is evaluated.

    log log2 log10 log1p exp sqrt abs I      numbers of a row; they stand alone or inside each other
    poly scale center                        a change of basis that depends on all rows, made after the pass
    bs ns                                    splines, whose knots are looked at beforehand
    lag                                      the number some rows before
    C                                        a column as a category
    offset                                   what is taken off the target

A factor is what `:` and `*` join; its `text` is its one spelling, and equal texts are one factor.
"""

from __future__ import annotations

from collections.abc import Callable

from wxb.expression.tokens import expression_error
from wxb.expression.tree import Call
from wxb.formula.arguments import MOST_KNOTS, Arguments
from wxb.formula.checked import ARITHMETIC, computed, unknown_function
from wxb.formula.factors import Basis, Coded, Factor, Lag, Offset, Spline
from wxb.formula.tokens import written_name
from wxb.formula.written import quoted_text
from wxb.i18n import _
from wxb.numbers import shortest

MOST_DEGREE, MOST_LAG = 60, 10_000


def called(call: Call, text: str) -> Factor | Offset:
    """The factor of a call that stands among the terms; ExpressionError for whatever no function here takes."""
    if call.function in ARITHMETIC:
        return computed(call, text)
    if call.function not in _READERS:
        raise unknown_function(call, text)
    parameters, read = _READERS[call.function]
    return read(Arguments.of(call, parameters, text))


def _written_call(function: str, first: str, *more: str) -> str:
    return f"{function}({', '.join((first, *(one for one in more if one)))})"


def _poly(given: Arguments) -> Basis:
    of, degree, raw = given.numbers(), given.whole("degree", 1, MOST_DEGREE, 1), given.truth("raw")
    return Basis(_written_call("poly", of.text, str(degree), "raw=True" if raw else ""), "poly", of, degree, raw)


def _scaled(given: Arguments) -> Basis:
    of, function = given.numbers(), given.call.function
    return Basis(_written_call(function, of.text), function, of)


def _spline(given: Arguments) -> Spline:
    of, function, knots = given.numbers(), given.call.function, given.listed("knots")
    degree = given.whole("degree", 1, 10, 3) if function == "bs" else 3
    if ("df" in given.found) == (knots is not None):
        do = _("as {function}(x, df=5) or {function}(x, knots=[1, 2])", function=function)
        raise expression_error(
            given.text, given.call.at, _("{function} takes df or knots, one of them", function=function), do
        )
    least = degree if function == "bs" else 1
    df = given.whole("df", least, MOST_KNOTS, 0) or None
    shown = "" if knots is None else f"knots=[{', '.join(map(shortest, knots))}]"
    text = _written_call(
        function, of.text, f"df={df}" if df else "", shown, f"degree={degree}" if degree != 3 else ""
    )  # fmt: skip
    return Spline(text, function, of, df, knots, degree)


def _lag(given: Arguments) -> Lag:
    of, steps = given.numbers(), given.whole("k", 1, MOST_LAG, 1)
    return Lag(_written_call("lag", of.text, str(steps)), of, steps)


def _coded(given: Arguments) -> Coded:
    column = given.column()
    given.refuse_contrast(written_name(column.name))
    base, coding = given.level("base"), given.word("coding", ("treatment", "sum"))
    shown = "" if base is None else f"base={_level_text(base)}"
    text = _written_call("C", written_name(column.name), shown, "" if coding == "treatment" else f"coding={coding}")
    return Coded(text, column.name, base, coding, given.call.at)


def _level_text(level: str | float | bool) -> str:
    return quoted_text(level) if isinstance(level, str) else str(level) if isinstance(level, bool) else shortest(level)


def _offset(given: Arguments) -> Offset:
    return Offset(given.numbers())


_READERS: dict[str, tuple[tuple[str, ...], Callable[[Arguments], Factor | Offset]]] = {
    "poly": (("x", "degree", "raw"), _poly),
    "scale": (("x",), _scaled),
    "center": (("x",), _scaled),
    "bs": (("x", "df", "knots", "degree"), _spline),
    "ns": (("x", "df", "knots"), _spline),
    "lag": (("x", "k"), _lag),
    "offset": (("x",), _offset),
    "C": (("x", "base", "coding"), _coded),
}

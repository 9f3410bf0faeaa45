"""Columns computed of others, all those of a design together: each part once, in pairs of doubles where a double does not hold it.

    x·z, x², … x^10, sums      pairs: of doubles a·b and a + b exactly; of pairs to 2^−102 (`wxb.moments.pairs`), so that x^k is
                               within (k − 1) 2^−102 of itself
    log, exp and their kin     of a pair, rounded correctly to a double (`wxb.design.elementary`)
    a/b, √                     of a pair, rounded to a double

Whole numbers whose results stay below 2^53 are computed as doubles, exactly, and a pair whose second part is 0 everywhere becomes
one. What is computed is written as steps, each of earlier ones: x², x⁴ and x⁸ serve all powers. Steps go through some thousands of
rows at a time, so that what they make stays in the cache.

(n,) columns, finite where they are there. Not refused here: what is not finite (`wxb.design.form` knows the row).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from wxb._typing import Vector
from wxb.data.block import Column
from wxb.design import elementary
from wxb.design.buffers import buffer
from wxb.design.splines import Splines
from wxb.expression.tree import Call, Expression, Listed, Name, Negative, Number, Operation, Text, children, postorder
from wxb.moments.pairs import add, divide, multiply, two_product

if TYPE_CHECKING:
    from wxb.design.made import Made

ROWS = 8192  # at a time: their numbers stay in the cache, and below what malloc maps anew each time
MOST_WHOLE = 2.0**53
MOST_POWER = 1 << 20  # whole exponents above it are those of a logarithm
KEEPING = frozenset({"name", "+", "-", "*", "negative", "abs", "sqrt", "log", "log2", "log10", "log1p"})
ONE_LOOP = frozenset({"*", "+", "log", "log2", "log10", "exp"})  # what one compiled loop does to doubles


@dataclass(frozen=True, slots=True)
class Value:
    """high + low on some rows, or of one number.  whole : integers that a double holds, and low is None"""

    high: Vector
    low: Vector | None = None
    whole: bool = False

    @property
    def pair(self) -> tuple[Vector, Vector]:
        return self.high, np.zeros_like(self.high) if self.low is None else self.low


Source = str | tuple[str, int | str]  # a column, one of so many rows before, or whether it is that text
Said = str | float | tuple[str | float, ...]
Step = tuple[str, tuple[int, ...], Said]  # what is done, the steps it is done to, a name or a number


@dataclass(slots=True)
class Steps:
    """done : what is computed, in order, each of earlier ones; a source by its name, a number by itself

    places : of what is computed        made : the places of the columns wanted
    """

    done: list[Step] = field(default_factory=list[Step])
    places: dict[Step, int] = field(default_factory=dict[Step, int])
    made: list[int] = field(default_factory=list[int])

    @classmethod
    def of(cls, columns: Sequence[Made]) -> Steps:
        """The steps to columns that have a tree."""
        steps = cls()
        steps.made = [steps.tree(column.tree) for column in columns if column.tree is not None]
        return steps

    @property
    def keep_gaps(self) -> bool:
        """Whether what is made of a number that is not finite is none either, so that the sums notice it."""
        read = {place for _, of, _ in self.done for place in of} | set(self.made)
        return all(
            symbol == "number" or (symbol in KEEPING and place in read) for place, (symbol, *_) in enumerate(self.done)
        )

    def step(self, symbol: str, *of: int, said: Said = "") -> int:
        """The place of a step, made where it is not there yet."""
        if symbol in ("+", "*") and len(of) == 2:
            of = tuple(sorted(of))  # x·z is z·x
        key: Step = (symbol, of, said)
        if key not in self.places:
            self.places[key] = len(self.done)
            self.done.append(key)
        return self.places[key]

    def tree(self, tree: Expression, back: int = 0) -> int:
        """The place of the value of a tree, of so many rows before."""
        stack: list[int] = []
        for part in postorder(tree, _computed):
            match part:
                case Number():
                    stack.append(self.step("number", said=part.value))
                case Name():
                    stack.append(self.step("name", said=(part.name, float(back)) if back else part.name))
                case Negative():
                    stack.append(self.step("negative", stack.pop()))
                case Operation():
                    right, left = stack.pop(), stack.pop()
                    stack.append(self._operation(part, left, right))
                case Call() if part.function == "is":
                    stack.append(
                        self.step("name", said=tuple(one.value for one in part.arguments if isinstance(one, Text)))
                    )
                case Call() if part.function == "lag":
                    stack.append(self.tree(part.arguments[0], int(_number(part.arguments[1]) or 0)))
                case Call() if part.function in ("bs", "ns"):
                    stack.append(self._spline(part, stack.pop()))
                case Call():
                    if part.function != "I":
                        stack.append(self.step(part.function, stack.pop()))
                case _:
                    raise TypeError(part)
        return stack.pop()

    def _operation(self, part: Operation, left: int, right: int) -> int:
        if part.symbol != "**":
            return self.step(part.symbol, left, right)
        exponent = _number(part.right)
        if exponent is None or not exponent.is_integer() or abs(exponent) > MOST_POWER:
            if exponent == 0.5:
                return self.step("sqrt", left)
            return self.step("power", left, right)
        found = self._power(left, abs(int(exponent)))
        return found if exponent >= 0 else self.step("/", self.step("number", said=1.0), found)

    def _spline(self, part: Call, base: int) -> int:
        """One of the functions; all are computed together."""
        knots, degree, place = part.arguments[1:]
        assert isinstance(knots, Listed)
        values = [_number(one) or 0.0 for one in (degree, place, *knots.items)]
        every = self.step("splines", base, said=(part.function, values[0], *values[2:]))
        return self.step("pick", every, said=values[1])

    def _power(self, base: int, exponent: int) -> int:
        """x^k = x^(k div 2) · x^(k − k div 2), so that all powers share what they can."""
        if exponent == 0:
            return self.step("number", said=1.0)
        if exponent == 1:
            return base
        half = exponent // 2
        return self.step("*", self._power(base, half), self._power(base, exponent - half))

    def columns(self, sources: Mapping[Source, Column], whole: Collection[str], rows: int) -> list[Column]:
        """The columns wanted.  whole : sources that are whole numbers by type"""
        if not self.made:
            return []
        with np.errstate(all="ignore"):
            if rows <= ROWS or self._in_one_go(sources, whole):
                values = self._values(sources, whole, slice(0, rows))
                return [Column(_filled(values[step].high, rows), values[step].low) for step in self.made]
            return self._piecewise(sources, whole, rows)

    def _in_one_go(self, sources: Mapping[Source, Column], whole: Collection[str]) -> bool:
        """Whether each step is one loop over doubles of the source: then nothing is made that the cache should hold."""
        names = {place for place, (symbol, *_) in enumerate(self.done) if symbol == "name"}
        read = [_source(self.done[place][2]) for place in names]
        simple = all(symbol in ONE_LOOP and names.issuperset(of) for symbol, of, _ in self.done if of)
        pairs = any(_is_whole(one, whole) or sources[one].low is not None for one in read)
        return elementary.COMPILED and simple and not pairs

    def _piecewise(self, sources: Mapping[Source, Column], whole: Collection[str], rows: int) -> list[Column]:
        highs = [buffer(rows) for _ in self.made]
        lows: list[Vector | None] = [None] * len(self.made)
        for start in range(0, rows, ROWS):
            some = slice(start, min(start + ROWS, rows))
            values = self._values(sources, whole, some)
            for place, step in enumerate(self.made):
                value = values[step]
                highs[place][some] = value.high
                if value.low is not None:
                    low = lows[place]
                    if low is None:
                        low = lows[place] = buffer(rows)
                        low[:start] = 0.0
                    low[some] = value.low
                elif (low := lows[place]) is not None:
                    low[some] = 0.0
        return [Column(high, low) for high, low in zip(highs, lows)]

    def _values(self, sources: Mapping[Source, Column], whole: Collection[str], some: slice) -> list[Value]:
        values: list[Value] = []
        for symbol, of, said in self.done:
            if symbol == "name":
                name, column = _source(said), sources[_source(said)]
                low = None if column.low is None else column.low[some]
                high = column.values[some]
                integers = low is None and _is_whole(name, whole)
                values.append(Value(high, low, integers and bool((np.rint(high) == high).all())))
            elif symbol == "number":
                values.append(_constant(said))
            elif symbol == "splines":
                assert isinstance(said, tuple)
                values.append(Value(_splines(said).values(values[of[0]].high)))
            elif symbol == "pick":
                values.append(Value(values[of[0]].high[int(float(str(said)))]))
            else:
                values.append(_OPERATIONS[symbol](*(values[place] for place in of)))
        return values


def _filled(values: Vector, rows: int) -> Vector:
    """A column, of one number too."""
    return values if len(values) == rows else np.full(rows, values[0])


def _source(said: Said) -> Source:
    if not isinstance(said, tuple):
        return str(said)
    name, which = said
    return str(name), which if isinstance(which, str) else int(which)


def _is_whole(source: Source, whole: Collection[str]) -> bool:
    """Whether a source is whole numbers by type."""
    if isinstance(source, str):
        return source in whole
    return isinstance(source[1], str) or source[0] in whole


def operands(part: Expression) -> tuple[Expression, ...]:
    """Those that are numbers; the knots of a spline are known, how far back a row is, and which text is meant."""
    if isinstance(part, Call) and part.function == "is":
        return ()
    return part.arguments[:1] if isinstance(part, Call) and part.function in ("bs", "ns", "lag") else children(part)


def _computed(part: Expression) -> tuple[Expression, ...]:
    """Those of the row itself."""
    return () if isinstance(part, Call) and part.function == "lag" else operands(part)


@lru_cache(maxsize=64)
def _splines(said: tuple[str | float, ...]) -> Splines:
    kind, degree, *knots = said
    return Splines.of(str(kind), [float(knot) for knot in knots], int(float(degree)))


def _number(tree: Expression) -> float | None:
    if isinstance(tree, Negative) and isinstance(tree.operand, Number):
        return -tree.operand.value
    return tree.value if isinstance(tree, Number) else None


def _constant(said: Said) -> Value:
    value = float(said) if isinstance(said, float) else 0.0
    return Value(np.array([value]), None, value.is_integer() and abs(value) < MOST_WHOLE)


def _kept(high: Vector, low: Vector) -> Value:
    """A pair, or the double that it is."""
    return Value(high, low if low[0] or np.count_nonzero(low) else None)


def _holds(high: Vector) -> bool:
    """Whether whole numbers so large were computed without rounding."""
    return bool(np.max(np.abs(high), initial=0.0) <= MOST_WHOLE)


def _times(a: Value, b: Value) -> Value:
    if a.whole and b.whole and _holds(product := a.high * b.high):
        return Value(product, None, True)
    if a.low is None and b.low is None:
        return _kept(*elementary.products(a.high, b.high))
    return _kept(*multiply(a.pair, b.pair))


def _plus(a: Value, b: Value) -> Value:
    if a.whole and b.whole and _holds(total := a.high + b.high):
        return Value(total, None, True)
    if a.low is None and b.low is None:
        return _kept(*elementary.sums(a.high, b.high))
    return _kept(*add(a.pair, b.pair))


def _negative(a: Value) -> Value:
    return Value(-a.high, None if a.low is None else -a.low, a.whole)


def _over(a: Value, b: Value) -> Value:
    if a.low is None and b.low is None:
        return Value(a.high / b.high)
    return Value(divide(a.pair, b.pair)[0])


def _sqrt(a: Value) -> Value:
    """√(h + l): the double nearest to it, from s = √h and what s² leaves of it."""
    root = np.sqrt(a.high)
    if a.low is None:
        return Value(root)
    square, more = two_product(root, root)
    rest = ((a.high - square) - more) + a.low
    return Value(np.where((root > 0) & np.isfinite(root), root + rest / (2 * root), root))


def _power(a: Value, b: Value) -> Value:
    """x^y, to an ulp."""
    return Value(elementary.power(a.pair, b.pair))


def _absolute(a: Value) -> Value:
    sign = np.where(a.high < 0, -1.0, 1.0)
    return Value(np.abs(a.high), None if a.low is None else a.low * sign, a.whole)


def _elementary(function: Callable[[Vector, Vector | None], Vector]) -> Callable[[Value], Value]:
    return lambda a: Value(function(a.high, a.low))


def _compared(compare: np.ufunc) -> Callable[[Value, Value], Value]:
    """1 where it holds, 0 elsewhere: by the sign of the difference, which pairs give exactly; NaN of NaN."""

    def of(a: Value, b: Value) -> Value:
        if a.low is None and b.low is None and np.isfinite(a.high.sum() + b.high.sum()):
            return Value(compare(a.high, b.high).astype(np.float64), None, True)
        difference = _plus(a, _negative(b)).high  # its sign is that of the pair
        marks = compare(difference, np.zeros_like(difference)).astype(np.float64)
        lost = np.isnan(difference)
        return Value(np.where(lost, np.nan, marks) if lost.any() else marks, None, True)

    return of


_OPERATIONS: dict[str, Callable[..., Value]] = {
    "+": _plus,
    "-": lambda a, b: _plus(a, _negative(b)),
    "*": _times,
    "/": _over,
    "power": _power,
    "negative": _negative,
    "sqrt": _sqrt,
    "abs": _absolute,
    **{name: _elementary(getattr(elementary, name)) for name in ("log", "log2", "log10", "log1p", "exp")},
    "==": _compared(np.equal),
    "!=": _compared(np.not_equal),
    "<": _compared(np.less),
    "<=": _compared(np.less_equal),
    ">": _compared(np.greater),
    ">=": _compared(np.greater_equal),
}

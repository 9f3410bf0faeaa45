"""A line as the text of a function of Python, which needs nothing but `math` and gives what `predict` does.

    def predict(row): ...        row : a mapping from columns to values, as csv.DictReader or a database gives them

A value that is None or NaN gives NaN; a level that the fit did not see is refused by name, as `predict` refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from wxb.data.words import TRUTHS
from wxb.errors import UsageError
from wxb.expression.tree import Call, Expression, Name, Negative, Number, Operation
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.printable import show
from wxb.report.transcripts.recipe import Base, Part, Recipe, alike, recipe_of, stretches, untold

PLAIN = {"exp": "exp", "sqrt": "sqrt", "log": "log", "log2": "log2", "log10": "log10", "log1p": "log1p", "abs": "fabs"}
WORDS = {**TRUTHS, "t": 1.0, "f": 0.0, "1": 1.0, "0": 0.0}
COMPARED = {"==", "!=", "<", "<=", ">", ">="}
HEAD = """import math


def predict(row):
    def number(name):
        value = row[name]
        return math.nan if value is None or value == "" else float(value)
"""
TRUTH = """
    def truth(name):
        value = row[name]
        if not isinstance(value, str) or not value.strip():
            return number(name)
        return {words}[value.strip().lower()]
"""
LEVEL = """
    def level(name, value, levels):
        if value is None or value == "" or value != value:
            return math.nan
        if value not in levels:
            raise ValueError(f"{name}: {value!r} is a level that the fit did not see")
        return levels[value]

    def text(name):
        value = row[name]
        return value.strip() if isinstance(value, str) else value
"""


def python(model: Fitted) -> str:
    """The text."""
    return _Writer(recipe_of(model)).text()


@dataclass(frozen=True, slots=True)
class _Writer:
    """names : of the variables that hold the columns, numbers and levels apart"""

    recipe: Recipe
    names: dict[tuple[str, bool], str] = field(default_factory=dict[tuple[str, bool], str])

    def text(self) -> str:
        body = [f"    total = {self.recipe.constant!r}"]
        for part in self.recipe.parts:
            body += self._part(part)
        if self.recipe.offset is not None:
            body.append(f"    total += {self._number(self.recipe.offset)}")
        read = [f"    {name} = {self._read(*of)}" for of, name in self.names.items()]
        if read:
            read += [f"    if any(map(math.isnan, ({', '.join(self.names.values())},))):", "        return math.nan"]
        truths = any("truth(" in line for line in read)
        head = HEAD + (TRUTH.replace("{words}", repr(WORDS)) if truths else "")
        head += LEVEL if any(is_level for __, is_level in self.names) else ""
        return "\n".join([head, *read, *body, "    return total", ""])

    def _read(self, column: str, is_level: bool) -> str:
        kind = self.recipe.kinds.get(column)
        if not is_level:
            self._refuse_times(column)
            return f"{'truth' if kind is not None and kind.sort == 'truth' else 'number'}({column!r})"
        levels = self.recipe.levels[column]
        places = "{" + ", ".join(f"{level!r}: {place}" for place, level in enumerate(levels)) + "}"
        reader = "truth" if all(isinstance(one, bool) for one in levels) else "number" if alike(levels) else "text"
        return f"level({column!r}, {reader}({column!r}), {places})"

    def _variable(self, column: str, is_level: bool = False) -> str:
        return self.names.setdefault((column, is_level), f"{'level' if is_level else 'x'}_{len(self.names)}")

    def _refuse_times(self, column: str) -> None:
        kind = self.recipe.kinds.get(column)
        if kind is not None and kind.is_time:
            raise UsageError(
                _(
                    "the column {column} holds times, and a function of numbers alone cannot read them",
                    column=show(column),
                ),
                _("write SQL, or fit to days as numbers"),
            )

    def _part(self, part: Part) -> Iterator[str]:
        if not part.categories:
            for number, weight in zip(part.numbers, part.weights[()]):
                assert number is not None  # a constant of every row is in the recipe's own
                yield f"    total += {weight!r} * {self._based(*number)}"
            return
        orders = [self.recipe.levels[column] for column in part.categories]
        keys = {
            tuple(order.index(one) for order, one in zip(orders, levels)): row for levels, row in part.weights.items()
        }
        yield f"    weights = {keys!r}[{', '.join(self._variable(column, True) for column in part.categories)},]"
        for i, number in enumerate(part.numbers):
            yield f"    total += weights[{i}]" + ("" if number is None else f" * {self._based(*number)}")

    def _based(self, base: Base, power: int) -> str:
        text = self._number(base.tree)
        moved = f"({text} - {float(base.centre)!r})" if base.centre else text
        return moved if power == 1 else f"math.pow({moved}, {power})"

    def _number(self, tree: Expression) -> str:
        match tree:
            case Number():
                return f"({tree.value!r})"
            case Name():
                return self._variable(tree.name)
            case Negative():
                return f"(-{self._number(tree.operand)})"
            case Operation(symbol="**"):
                return f"math.pow({self._number(tree.left)}, {self._number(tree.right)})"
            case Operation() if tree.symbol in COMPARED:
                return f"float({self._number(tree.left)} {tree.symbol} {self._number(tree.right)})"
            case Operation():
                return f"({self._number(tree.left)} {tree.symbol} {self._number(tree.right)})"
            case Call(function="I"):
                return self._number(tree.arguments[0])
            case Call(function="bs" | "ns"):
                return self._spline(tree)
            case Call() if tree.function in PLAIN and len(tree.arguments) == 1:
                return f"math.{PLAIN[tree.function]}({self._number(tree.arguments[0])})"
        raise untold(tree)

    def _spline(self, tree: Call) -> str:
        x = self._number(tree.arguments[0])
        text = ""
        for one in stretches(tree):
            polynomial = repr(one.coefficients[-1])
            for coefficient in one.coefficients[-2::-1]:
                polynomial = f"({coefficient!r} + ({x} - {one.start!r}) * {polynomial})"
            text += polynomial if one.end is None else f"{polynomial} if {x} < {one.end!r} else "
        return f"({text})"

"""A line as one expression of SQL, which DuckDB, SQLite and PostgreSQL compute as `predict` does.

    CAST(1.5e0 + 3.9e0 * ("speed" - 15e0) + CASE TRIM(CAST("school" AS VARCHAR)) WHEN 'north' THEN 0e0 … END AS DOUBLE PRECISION)

A missing value is NULL, and so is what is made of it; a level that the fit did not see is no WHEN of its CASE, so NULL as well.
NaN, where a column of a database holds it, is no NULL: DuckDB and PostgreSQL compare it as larger than any number.
Every number is a float64 (integers beyond 2^53 lose what a double does not hold) and is written with all its digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from wxb.data.kinds import Kind
from wxb.data.words import TRUTHS
from wxb.design import Level
from wxb.errors import UsageError
from wxb.expression.tree import Call, Expression, Name, Negative, Number, Operation
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.printable import show
from wxb.report.transcripts.recipe import Base, Part, Recipe, Stretch, alike, recipe_of, stretches, untold

Dialect = Literal["duckdb", "sqlite", "postgresql"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
COMPARED = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
PLAIN = {"exp": "EXP", "sqrt": "SQRT", "abs": "ABS", "log": "LN", "log10": "LOG10"}
DOUBLE = "DOUBLE PRECISION"
LN_2, LEAST_EXPONENT = "0.6931471805599453e0", "-745.13e0"


def sql(model: Fitted, dialect: Dialect) -> str:
    """The expression."""
    return _Writer(recipe_of(model), dialect).expression()


@dataclass(frozen=True, slots=True)
class _Writer:
    recipe: Recipe
    dialect: Dialect

    def expression(self) -> str:
        terms = [literal(self.recipe.constant)]
        for part in self.recipe.parts:
            terms += self._part(part)
        if self.recipe.offset is not None:
            terms.append(self._number(self.recipe.offset))
        return f"CAST({' + '.join(terms)} AS {DOUBLE})"

    def _part(self, part: Part) -> Iterator[str]:
        for i, number in enumerate(part.numbers):
            weight = self._weight(part.categories, {levels: row[i] for levels, row in part.weights.items()})
            yield weight if number is None else f"{weight} * {self._based(*number)}"

    def _weight(self, categories: Sequence[str], weights: Mapping[tuple[Level, ...], float]) -> str:
        """A number, or a CASE on the first category with a weight, by the other categories, for each of its levels."""
        if not categories:
            return literal(weights[()])
        first, *others = categories
        by_text: dict[str, list[Level]] = {}
        for level in self.recipe.levels[first]:
            rest = {levels[1:]: weight for levels, weight in weights.items() if levels[0] == level} if others else {}
            text = self._weight(others, rest) if others else literal(weights[(level,)])
            by_text.setdefault(text, []).append(level)
        subject, shape = self._subject(first)
        whens = [f"WHEN {subject} IN ({', '.join(map(shape, levels))}) THEN {text}" if len(levels) > 1
                 else f"WHEN {subject} = {shape(levels[0])} THEN {text}" for text, levels in by_text.items()]  # fmt: skip
        return f"CASE {' '.join(whens)} END"

    def _subject(self, column: str) -> tuple[str, Callable[[Level], str]]:
        """A category as what its levels are, and how these are written: text is trimmed, as it was when it was read."""
        kind, name = self._kind(column), identifier(column)
        if kind is not None and kind.is_time:
            return self._moments(name, kind)
        levels = self.recipe.levels[column]
        if not alike(levels):
            return f"TRIM(CAST({name} AS VARCHAR))", self._level
        if self.dialect == "postgresql" and not isinstance(levels[0], bool):  # which compares no text with a number
            whole = all(isinstance(level, int) for level in levels)
            return f"CAST({name} AS {'NUMERIC' if whole else DOUBLE})", self._level
        return name, self._level

    def _moments(self, name: str, kind: Kind) -> tuple[str, Callable[[Level], str]]:
        """A category of times, compared as these: a database writes them in words of its own."""
        if self.dialect == "sqlite":
            self._refuse_durations(kind)
            form = "STRFTIME('%Y-%m-%d %H:%M:%f', {})"
            return form.format(name), lambda level: form.format(self._text(str(level)))
        sort = "INTERVAL" if kind.sort == "duration" else "TIMESTAMPTZ" if kind.aware else "TIMESTAMP"
        return f"CAST({name} AS {sort})", lambda level: f"CAST({self._text(str(level))} AS {sort})"

    def _level(self, level: Level) -> str:
        if isinstance(level, bool):
            return "TRUE" if level else "FALSE"
        return (
            str(level) if isinstance(level, int) else literal(level) if isinstance(level, float) else self._text(level)
        )

    def _text(self, text: str) -> str:
        quoted = "'" + _storable(text).replace("'", "''") + "'"
        if self.dialect == "postgresql" and "\\" in quoted:  # a server may be told that backslashes are escapes
            return "E" + quoted.replace("\\", "\\\\")
        return quoted

    def _based(self, base: Base, power: int) -> str:
        """(x − c)^k."""
        bare = isinstance(base.tree, Name) and self._kind(base.tree.name) is None and power == 1
        text = identifier(base.tree.name) if bare and isinstance(base.tree, Name) else self._number(base.tree)
        moved = f"({text} - {literal(float(base.centre))})" if base.centre else text
        return moved if power == 1 else f"POWER({moved}, {power})"

    def _kind(self, column: str) -> Kind | None:
        """What a column means that is no plain number."""
        kind = self.recipe.kinds.get(column)
        return kind if kind is not None and (kind.is_time or kind.sort == "truth") else None

    def _number(self, tree: Expression) -> str:
        match tree:
            case Number():
                return literal(tree.value)
            case Name():
                return self._column(tree.name)
            case Negative():
                return f"(- {self._number(tree.operand)})"
            case Operation(symbol="**"):
                return f"POWER({self._number(tree.left)}, {self._number(tree.right)})"
            case Operation() if tree.symbol in COMPARED:
                holds = f"{self._number(tree.left)} {COMPARED[tree.symbol]} {self._number(tree.right)}"
                return f"CASE WHEN {holds} THEN 1e0 WHEN NOT ({holds}) THEN 0e0 END"
            case Operation():
                return f"({self._number(tree.left)} {tree.symbol} {self._number(tree.right)})"
            case Call(function="I"):
                return self._number(tree.arguments[0])
            case Call() if tree.function in ("bs", "ns"):
                return self._spline(tree)
            case Call():
                return self._call(tree)
        raise untold(tree)

    def _call(self, tree: Call) -> str:
        if len(tree.arguments) == 1:
            of = self._number(tree.arguments[0])
            if tree.function == "exp" and self.dialect == "postgresql":  # which refuses what rounds to 0
                return f"CASE WHEN {of} < {LEAST_EXPONENT} THEN 0e0 ELSE EXP({of}) END"
            if tree.function in PLAIN:
                return f"{PLAIN[tree.function]}({of})"
            if tree.function == "log2":
                return f"(LN({of}) / {LN_2})"
            if (
                tree.function == "log1p"
            ):  # ln(1 + x) keeps no digit of a small x; corrected by what 1 + x rounds off it does
                return f"CASE WHEN 1e0 + {of} = 1e0 THEN {of} ELSE LN(1e0 + {of}) * {of} / ((1e0 + {of}) - 1e0) END"
        raise untold(tree)

    def _spline(self, tree: Call) -> str:
        x = self._number(tree.arguments[0])
        parts = [(one.end, self._polynomial(x, one)) for one in stretches(tree)]
        whens = " ".join(f"WHEN {x} < {literal(end)} THEN {text}" for end, text in parts if end is not None)
        return f"CASE {whens} ELSE {parts[-1][1]} END" if whens else parts[-1][1]

    def _polynomial(self, x: str, stretch: Stretch) -> str:
        """By Horner's rule."""
        moved = f"({x} - {literal(stretch.start)})"
        text = literal(stretch.coefficients[-1])
        for coefficient in stretch.coefficients[-2::-1]:
            text = f"({literal(coefficient)} + {moved} * {text})"
        return text

    def _column(self, name: str) -> str:
        """A column as a number: yes as 1, an instant as days since 1970-01-01, a duration as days."""
        kind, column = self._kind(name), identifier(name)
        if kind is None:
            return f"CAST({column} AS {DOUBLE})"
        if kind.sort == "truth":
            word = f"LOWER(TRIM(CAST({column} AS VARCHAR)))"
            yes, no = (", ".join(map(self._text, _spelled(value))) for value in (1.0, 0.0))
            return f"CASE WHEN {word} IN ({yes}) THEN 1e0 WHEN {word} IN ({no}) THEN 0e0 END"
        return self._days(column, kind)

    def _days(self, column: str, kind: Kind) -> str:
        if self.dialect == "sqlite":
            self._refuse_durations(kind)
            return f"(JULIANDAY({column}) - 2440587.5e0)"
        moment = column if kind.aware or kind.sort == "duration" else f"CAST({column} AS TIMESTAMP)"
        seconds = f"EPOCH({moment})" if self.dialect == "duckdb" else f"EXTRACT(EPOCH FROM {moment})"
        return f"({seconds} / 86400e0)"

    def _refuse_durations(self, kind: Kind) -> None:
        if kind.sort == "duration":
            raise UsageError(
                _("durations cannot be computed with in SQLite"), _("take another dialect, or fit to days as numbers")
            )


def literal(value: float) -> str:
    """A number as a double, whatever the type that a dialect would give it: 3.5e0, (-1e-05)."""
    text = repr(float(value))
    text = text if "e" in text else f"{text.removesuffix('.0')}e0"
    return f"({text})" if text.startswith("-") else text


def identifier(name: str) -> str:
    """A name that can only be a name."""
    return '"' + _storable(name).replace('"', '""') + '"'


def _storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise UsageError(
            _("{text} holds a sign that no SQL text can hold", text=show(text)),
            _("rename the column or the level, and fit again"),
        )
    return text


def _spelled(value: float) -> list[str]:
    """The words of yes or of no, in lower case; databases write truths of their own as t, true or 1."""
    words = [word for word, meant in TRUTHS.items() if meant == value]
    return [*words, *(("t", "1", "1.0") if value else ("f", "0", "0.0"))]

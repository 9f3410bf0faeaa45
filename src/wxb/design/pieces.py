"""A piece: what stands between two + of a formula, numbers × categories, `poly(x, 2):school`.

Its columns are products of **components** and **levels**. A component is a combination Σ factor · raw column whose factors may
depend on all rows (poly, scale, center): they are applied to exact sums after the pass. Raw column 0 is the constant 1, j ≥ 1 the
j-th `Made` of the design, as in a ledger.

>>> x = Numbers(text="x", parts=("x",), names=("x",))
>>> piece = Piece(text="x:school", factors=(x, Coded(column="school", full=False)), columns=(1,))
>>> [one] = piece.components(State())
>>> one.name, one.combination, piece.term_name(one, ("north",))
('x', ((1, Fraction(1, 1)),), 'x:school[north]')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from typing import Literal

from wxb.data.kinds import Kind

Level = str | int | float | bool
ONE = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """column : of the source, read as labels        kind : what it means, None where a model does not know

    asked : it stands under C(), so that it may look like an identifier        base : the level that others are compared with,
    None for the first        coding : "treatment" (1 for the level) or "sum" (−1 for the base besides)
    absorbed : every level has an effect that is fitted and not shown, in no piece
    """

    column: str
    kind: Kind | None = None
    asked: bool = False
    base: Level | None = None
    coding: Literal["treatment", "sum"] = "treatment"
    absorbed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of all rows.

    levels : {column: in their order}        knots : {text of a factor: ascending}
    bases : {text of a factor: a row for each component, a number for each part}
    """

    levels: Mapping[str, tuple[Level, ...]] = field(default_factory=dict[str, tuple[Level, ...]])
    bases: Mapping[str, tuple[tuple[Fraction, ...], ...]] = field(
        default_factory=dict[str, tuple[tuple[Fraction, ...], ...]]
    )
    knots: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A category in a piece. full : it has a column for every level, not only for those beside the base"""

    column: str
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers of one factor of a piece, combinations of its parts.

    text : as written, `poly(x, 2)`        parts : names of what is multiplied and added, "" for the constant 1
    names : of its components, `poly(x, 2)[1]`        basis : the change of basis after the pass, `state.bases[text]` has its rows
        ("poly", "scale", "center"); "" where the components are the parts themselves
    """

    text: str
    parts: tuple[str, ...]
    names: tuple[str, ...]
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """names : of the component in each factor of numbers        combination : (raw column, factor), Σ factor · raw column"""

    names: tuple[str, ...]
    combination: tuple[tuple[int, Fraction], ...]

    @property
    def name(self) -> str:
        return ":".join(self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """text : as written        factors : numbers and categories in the order written

    columns : the raw column of every product of parts, in the order of `itertools.product` (0 where all of them are constant)
    """

    text: str
    factors: tuple[Numbers | Coded, ...]
    columns: tuple[int, ...]

    @property
    def categories(self) -> tuple[Coded, ...]:
        return tuple(factor for factor in self.factors if isinstance(factor, Coded))

    @property
    def numbers(self) -> tuple[Numbers, ...]:
        return tuple(factor for factor in self.factors if isinstance(factor, Numbers))

    def components(self, state: State) -> tuple[Component, ...]:
        """Its numbers; one that is 1 where it has none."""
        numbers = self.numbers
        rows = [_rows(factor, state) for factor in numbers]
        names = [factor.names for factor in numbers]
        return tuple(
            Component(names=called, combination=_combined(chosen, self.columns))
            for called, chosen in zip(product(*names), product(*rows))
        )

    def term_name(self, component: Component, levels: Sequence[Level]) -> str:
        """`poly(x, 2)[1]:school[north]`; levels : one for each of its categories."""
        numbers, labels = iter(component.names), iter(levels)
        return ":".join(
            next(numbers) if isinstance(factor, Numbers) else f"{factor.column}[{level_text(next(labels))}]"
            for factor in self.factors
        )


def _rows(factor: Numbers, state: State) -> Sequence[Sequence[Fraction]]:
    """A row for each component of a factor, with a number for each of its parts."""
    if factor.basis:
        return state.bases[factor.text]
    count = len(factor.parts)
    return [[Fraction(int(i == j)) for j in range(count)] for i in range(count)]


def _combined(rows: Sequence[Sequence[Fraction]], columns: Sequence[int]) -> tuple[tuple[int, Fraction], ...]:
    """A product of combinations as one of raw columns."""
    found: dict[int, Fraction] = {}
    for column, factors in zip(columns, product(*rows)):
        factor = prod(factors, start=ONE)
        if factor:
            found[column] = found.get(column, Fraction(0)) + factor
    return tuple(sorted((column, factor) for column, factor in found.items() if factor))


def level_text(level: Level) -> str:
    """A level as names of terms have it: 1.0 is 1."""
    if isinstance(level, float) and level.is_integer():
        return f"{level:.0f}"
    return str(level)

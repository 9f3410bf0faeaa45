"""A fitted line as arithmetic on columns of the source: H(x) = c + Σ weight(levels) · number(row).

    part      some categories, some numbers of a row, and for each combination of levels one weight for each number
    number    a tree over columns; what lies far from 0 is taken around a number within the data, x − 1970

Weights are exact until here: those of a polynomial are collected as powers of the column (which cancel), moved to powers of its
distance from the middle of the data (which do not), and each is rounded once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import comb

from wxb.data.kinds import Kind
from wxb.design import Design, Level, Made, Term
from wxb.design.splines import Splines
from wxb.errors import UsageError
from wxb.expression.tree import Call, Expression, Listed, Name, Negative, Number, Operation
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.printable import show
from wxb.report.equation import round_near

FAR, FAR_OF_CUBES = 3, 0.5  # standard deviations from 0: a column is then taken around a number within the data
ONE = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A number of a row before it is moved and raised. tree : over columns of the source        centre : what is taken off"""

    tree: Expression
    centre: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """categories : (); or one or more        numbers : (base, power), None for the constant 1

    weights : one for each number, by the levels of the categories (by () where there are none)
    """

    categories: tuple[str, ...]
    numbers: tuple[tuple[Base, int] | None, ...]
    weights: Mapping[tuple[Level, ...], tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """constant : of every row        parts : what is added        levels : of each category, all of them in order

    kinds : what the columns mean, where it is known        offset : a tree that is added as it is, or None
    """

    target: str
    constant: float
    parts: tuple[Part, ...]
    levels: Mapping[str, tuple[Level, ...]]
    kinds: Mapping[str, Kind]
    offset: Expression | None = None


def recipe_of(model: Fitted) -> Recipe:
    """The arithmetic of a model; UsageError for one whose terms say nothing of their columns."""
    if model.diverged:
        raise UsageError(
            _("a run that diverged has no line to write down"), _("fit it again with a rate that converges")
        )
    design = model.design
    constant, parts = Fraction(0), []
    if model.layout.intercept:
        constant = model.exact_theta[0]
    for categories, sums in _collected(model).items():
        part, rest = _part(model, categories, sums)
        constant += rest
        if part.numbers:
            parts.append(part)
    return Recipe(
        target=model.target,
        constant=float(constant),
        parts=tuple(parts),
        levels={one.column: design.state.levels[one.column] for one in design.categories},
        kinds=_kinds(design),
        offset=None if design.offset is None else tree_of(design.offset),
    )


def _kinds(design: Design) -> dict[str, Kind]:
    """What the columns mean that numbers and levels are made of."""
    sources = dict.fromkeys(name for made in design.columns for name in made.sources)
    plain = [one for one in design.columns if one.tree is None]
    known = {one.column: one.kind for one in (*design.categories, *plain) if one.kind is not None}
    return {name: design.meanings[name] for name in sources if name in design.meanings} | known


Sums = dict[tuple[Level, ...], dict[int, Fraction]]  # levels → raw column → weight


def _collected(model: Fitted) -> dict[tuple[str, ...], Sums]:
    """The weights of the raw columns (0: the constant 1), by the categories that they depend on and the levels of these."""
    design, found = model.design, {}
    exact, first = model.exact_theta, model.layout.offset
    for place, term in enumerate(design.terms, first):
        theta = exact[place]
        coded = design.pieces[term.piece].categories
        sums = found.setdefault(tuple(one.column for one in coded), {})
        for levels, sign in _levels_of(design, term):
            weights = sums.setdefault(levels, {})
            for column, factor in term.component.combination:
                weights[column] = weights.get(column, Fraction(0)) + sign * factor * theta
    return found


def _levels_of(design: Design, term: Term) -> list[tuple[tuple[Level, ...], int]]:
    """The levels in which a term is not 0, and what it is there: of sums −1 at the base."""
    each = []
    for one, level in zip(design.pieces[term.piece].categories, term.levels):
        both = not one.full and design.category(one.column).coding == "sum"
        each.append([(level, 1), (design.base(one.column), -1)] if both else [(level, 1)])
    found = []
    for chosen in product(*each):
        sign = 1
        for __, factor in chosen:
            sign *= factor
        found.append((tuple(level for level, __ in chosen), sign))
    return found


def _part(model: Fitted, categories: tuple[str, ...], sums: Sums) -> tuple[Part, Fraction]:
    """A part, and what of it is the same for every row."""
    design = model.design
    columns = sorted({column for weights in sums.values() for column in weights if column})
    bases: dict[object, tuple[Base, list[tuple[int, int]]]] = {}  # by tree: raw columns and their powers
    for column in columns:
        tree, power = _power_of(tree_of(design.columns[column - 1]))
        bases.setdefault(_key(tree), (Base(tree=tree), []))[1].append((column, power))
    numbers: list[tuple[Base, int] | None] = [None]
    rows: dict[tuple[Level, ...], list[Fraction]] = {
        levels: [weights.get(0, Fraction(0))] for levels, weights in sums.items()
    }
    for base, powers in bases.values():
        moved = Base(tree=base.tree, centre=_centre(model, powers))
        most = max(power for __, power in powers)
        numbers += [(moved, power) for power in range(1, most + 1)]
        for levels, weights in sums.items():
            given = {power: weights.get(column, Fraction(0)) for column, power in powers}
            shifted = _shifted(given, moved.centre, most)
            rows[levels][0] += shifted[0]
            rows[levels] += shifted[1:]
    rest = Fraction(0)
    if not categories:
        rest, rows[()][0] = rows[()][0], Fraction(0)
    used = [i for i in range(len(numbers)) if any(row[i] for row in rows.values())]
    every = product(*(design.state.levels[column] for column in categories))
    zero = [Fraction(0)] * len(numbers)
    weights_of = {levels: tuple(float(rows.get(levels, zero)[i]) for i in used) for levels in every}
    return Part(categories=categories, numbers=tuple(numbers[i] for i in used), weights=weights_of), rest


def tree_of(made: Made) -> Expression:
    """How a raw column is made of columns of the source."""
    if made.lags:
        what = _("{name} looks at an earlier row, and what is written down reads them one by one", name=show(made.name))
        raise UsageError(what, _("compute that column beforehand, and fit it as it stands"))
    if made.texts:
        what = _("{name} compares a text, and what is written down computes numbers", name=show(made.name))
        raise UsageError(what, _("make a category of it: `C({texts})`", texts=made.texts[0][0]))
    return Name(made.column, 0) if made.tree is None else made.tree


def _power_of(tree: Expression) -> tuple[Expression, int]:
    """x**3 as (x, 3); anything else to the power 1."""
    tree = _bare(tree)
    if isinstance(tree, Operation) and tree.symbol == "**" and isinstance(tree.right, Number):
        power = tree.right.value
        if 1 <= power <= 100 and power == int(power):
            return _bare(tree.left), int(power)
    return tree, 1


def _bare(tree: Expression) -> Expression:
    """What stands in I(…)."""
    while isinstance(tree, Call) and tree.function == "I":
        tree = tree.arguments[0]
    return tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A polynomial Σ coefficient · (x − start)^k of a spline, for x below `end`; the last has none."""

    end: float | None
    start: float
    coefficients: tuple[float, ...]


def stretches(tree: Call) -> list[Stretch]:
    """A function of a spline, as formed by `bs` and `ns`, in its stretches."""
    knots, degree, place = tree.arguments[1:]
    if not isinstance(knots, Listed):
        raise untold(tree)
    spline = Splines.of(tree.function, [_value(one) for one in knots.items], int(_value(degree)))
    ends = [*spline.breaks.tolist(), None]
    rows = zip(ends, spline.starts.tolist(), spline.table[int(_value(place))].tolist())
    return [Stretch(end=end, start=start, coefficients=tuple(row)) for end, start, row in rows]


def _value(tree: Expression) -> float:
    if isinstance(tree, Negative):
        return -_value(tree.operand)
    if isinstance(tree, Number):
        return tree.value
    raise untold(tree)


def _key(tree: Expression) -> object:
    """What is the same for trees that say the same, wherever they were typed."""
    from dataclasses import fields

    values = (getattr(tree, one.name) for one in fields(tree) if one.name not in ("at", "text"))
    return type(tree).__name__, *(_key_of(value) for value in values)


def _key_of(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_key_of, value))
    return value if isinstance(value, str | float | int | type(None)) else _key(value)  # pyright: ignore[reportArgumentType]


def _shifted(given: Mapping[int, Fraction], centre: Fraction, most: int) -> list[Fraction]:
    """Σ g_k x^k as Σ s_k (x − c)^k: s_k = Σ_{m ≥ k} g_m C(m, k) c^(m − k)."""
    return [
        sum((given.get(m, Fraction(0)) * comb(m, k) * centre ** (m - k) for m in range(k, most + 1)), Fraction(0))
        for k in range(most + 1)
    ]


def _centre(model: Fitted, powers: Sequence[tuple[int, int]]) -> Fraction:
    """A short number within the data of the column itself, where that is known and it lies far from 0; else 0."""
    first = next((column for column, power in powers if power == 1), None)
    if first is None:
        return Fraction(0)
    mean, variance = _of_term(model, first) or _of_basis(model, first) or (Fraction(0), Fraction(0))
    far = Fraction(FAR if max(power for __, power in powers) < 3 else FAR_OF_CUBES)
    if variance <= 0 or mean * mean <= far * far * variance:
        return Fraction(0)
    return Fraction(float(round_near(mean, variance)))  # as it is written


def _of_term(model: Fitted, column: int) -> tuple[Fraction, Fraction] | None:
    """Mean and variance of a raw column that is a term."""
    alone = ((column, ONE),)
    place = next(
        (i for i, term in enumerate(model.design.terms, 1) if term.component.combination == alone and not term.levels),
        None,
    )
    if place is None:
        return None
    moments = model.moments
    weight = moments.exact(0, 0)
    mean = moments.exact(0, place) / weight
    return mean, moments.exact(place, place) / weight - mean * mean


def _of_basis(model: Fitted, column: int) -> tuple[Fraction, Fraction] | None:
    """The same of one in a polynomial, or scaled: a component a + b·x is 0 at the mean. The variance is no more than an order."""
    for term in model.design.terms:
        combination = dict(term.component.combination)
        if set(combination) == {0, column}:
            return -combination[0] / combination[column], 1 / combination[column] ** 2 / model.n
    return None


def alike(levels: Sequence[Level]) -> bool:
    """Whether all levels are truths, or all numbers: then the column is compared as it is."""
    truths = {isinstance(level, bool) for level in levels}
    return truths == {True} or (truths == {False} and not any(isinstance(level, str) for level in levels))


def untold(tree: Expression) -> UsageError:
    """What to say of a tree that a language cannot write."""
    from wxb.formula import written

    return UsageError(
        _("{written} cannot be written as arithmetic of a row", written=show(written(tree))),
        _("predict with wxb itself"),
    )

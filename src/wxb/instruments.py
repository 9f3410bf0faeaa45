"""Two-stage least squares: terms that are entangled with what is left over, told by instruments that are not.

    x̂ = what the instruments and the exogenous terms tell of x        θ : minimum of Σ w (y − x̂ᵀθ)²        e = y − xᵀθ

    Cov(θ̂) = s² (Σ w x̂ x̂ᵀ)⁻¹,   s² = Σ w e² / (n − k)
    first stage   F and partial R² of the instruments in each endogenous term, beside the exogenous terms
    Sargan        n · Σ ê²/Σ e², ê what Z tells of e: whether the instruments beyond those needed agree; χ²(more than needed)
    Wu–Hausman    F of x̂ beside x in the least squares of y: whether they would have done

Everything is made of the exact sums (`normal_equations.projection`), each number rounded once; e is that of the true x. Collinear
terms and instruments give way as in any fit. Refused: fewer instruments than endogenous terms, instruments that tell nothing of
one, sums that were rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import inf, nan
from typing import Any

import numpy as np

from wxb._typing import Vector
from wxb.data.block import Block
from wxb.errors import NumericalError, UsageError
from wxb.i18n import _, _n
from wxb.moments import Moments
from wxb.moments.ledger import Ledger
from wxb.moments.pairs import Pair, add, multiply, subtract
from wxb.normal_equations.projection import Projection, full_rank, project
from wxb.numbers import told_apart
from wxb.passes.statistic import Numbers
from wxb.printable import show
from wxb.solve import Solution, rounded_once, solve, total_sum_of_squares
from wxb.tails import chi2_upper_p, f_upper_p

MOST = 400  # columns, whose normal equations are solved in balls
WEAK = 10.0  # first-stage F below which instruments are called weak (Staiger and Stock 1997)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStage:
    """How well the instruments tell one endogenous term, beside the exogenous ones."""

    name: str
    f: float
    f_freedom: tuple[int, int]
    partial_r2: float

    @property
    def p(self) -> float:
        return f_upper_p(self.f, *self.f_freedom)

    @property
    def weak(self) -> bool:
        return self.f < WEAK


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stages:
    """What two stages say besides the coefficients.

    endogenous, instruments : names of the terms        unused : instruments that gave way to others before them
    first : a FirstStage of each endogenous term
    sargan : its statistic, NaN where there are no more instruments than needed; sargan_freedom : by how many there are more
    wu_hausman : its F, NaN where it cannot be told; wu_freedom : its degrees of freedom
    moments : of all columns, the instruments among them
    loads : of each endogenous term how x̂ is made: {place among the columns of the moments: factor}, 0 the constant
    line : places of the terms of the line        theta : of the endogenous terms
    """

    endogenous: tuple[str, ...]
    instruments: tuple[str, ...]
    unused: tuple[str, ...]
    first: tuple[FirstStage, ...]
    sargan: float
    sargan_freedom: int
    wu_hausman: float
    wu_freedom: tuple[int, int]
    moments: Moments
    loads: tuple[Mapping[int, Fraction], ...] = field(repr=False)
    line: tuple[int, ...] = field(repr=False)
    theta: tuple[Fraction, ...] = field(repr=False)

    @property
    def sargan_p(self) -> float:
        return chi2_upper_p(self.sargan, self.sargan_freedom)

    @property
    def wu_p(self) -> float:
        return f_upper_p(self.wu_hausman, *self.wu_freedom)

    def form(self, block: Block) -> Numbers:
        """Rows of x̂ and y − (x − x̂)ᵀθ, in pairs of doubles: what errors of rows are made of, which ask for x̂ e."""
        given = Numbers.of(block)
        zeros = np.zeros(len(given.columns[-1]))
        pairs = [(column, given.lows.get(j, zeros)) for j, column in enumerate(given.columns)]
        told, target = dict(enumerate(pairs, 1)), pairs[-1]
        for name, loads, theta in zip(self.endogenous, self.loads, self.theta):
            place = self.moments.terms.index(name) + 1
            hat = _full(loads.get(0, Fraction(0)), zeros)
            for j, load in loads.items():
                if j:
                    hat = add(hat, multiply(pairs[j - 1], _full(load, zeros)))
            target = subtract(target, multiply(subtract(told[place], hat), _full(theta, zeros)))
            told[place] = hat
        kept = [*(told[place] for place in self.line), target]
        return Numbers([high for high, __ in kept], {j: low for j, (__, low) in enumerate(kept)}, given.weights)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What should be known before the coefficients are believed."""
        weak = [
            _("{name} (first-stage F {f})", name=show(one.name), f=told_apart(one.f, WEAK)[0])
            for one in self.first
            if one.weak
        ]
        found = []
        if weak:
            found.append(
                _(
                    "the instruments are weak for {names}: below {limit:g} the estimates lean towards least squares, "
                    "and their errors are too small",
                    names=", ".join(weak),
                    limit=WEAK,
                )
            )
        if self.unused:
            found.append(
                _("instruments that gave way to others before them: {unused}", unused=", ".join(map(show, self.unused)))
            )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Places:
    """Of columns among the sums: of Z and X as they were kept, and of the endogenous ones."""

    z: tuple[int, ...]
    x: tuple[int, ...]
    e: tuple[int, ...]


def two_stages(
    moments: Moments,
    endogenous: Sequence[str],
    instruments: Sequence[str],
    *,
    intercept: bool = True,
    rank: str = "drop",
    within: Solution | None = None,
) -> tuple[Solution, Stages]:
    """The estimate and what it rests on; moments : of exogenous and endogenous terms, instruments, and the target.

    within : of the same terms by least squares where a category is absorbed, whose sums are those within its levels
    """
    hidden = 0 if within is None else within.rank - len(within.kept)
    of_rows, moments = moments, moments if within is None else within.moments
    _refuse(moments, endogenous, instruments)
    told = {*endogenous, *instruments}
    exogenous = [name for name in moments.terms if name not in told]
    lines = [name for name in moments.terms if name not in set(instruments)]
    plain = solve(moments.select(lines), intercept=intercept, rank=rank)
    inner = solve(moments.select([*exogenous, *instruments]), intercept=intercept, rank=rank)
    places = _placed(moments, plain, inner, endogenous, instruments)
    found = project(moments.ledger.integers, places.z, places.x, places.e)
    solution = _solution(moments, plain, places, found)
    if within is not None:
        solution, plain = (replace(one, freedom=one.freedom - hidden, tss=within.tss) for one in (solution, plain))
    unused = tuple(inner.names[d.column] for d in inner.dropped if inner.names[d.column] in set(instruments))
    used = tuple(name for name in instruments if name not in unused)
    return solution, Stages(
        endogenous=tuple(endogenous),
        instruments=used,
        unused=unused,
        first=_first_stages(endogenous, found, len(used), inner.freedom - hidden),
        moments=of_rows,
        **_made(moments, plain, places, found),
        **_judged(found, solution, plain, len(used) - len(endogenous), len(endogenous)),
    )


def _refuse(moments: Moments, endogenous: Sequence[str], instruments: Sequence[str]) -> None:
    if len(moments.terms) > MOST:
        raise UsageError(
            _(
                "two stages of {count} terms and instruments: at most {most} are taken",
                count=len(moments.terms),
                most=MOST,
            ),
            _("absorb a category with many levels: `y ~ x | firm | endogenous ~ instruments`"),
        )
    if moments.precision != "exact":
        raise UsageError(_("two stages need exact sums, and these were rounded"), _('fit with `precision="exact"`'))
    for name in (*endogenous, *instruments):
        if name not in moments.terms:
            raise UsageError(
                _("there is no term {name}", name=show(name)),
                _("there are {terms}", terms=", ".join(map(show, moments.terms[:12]))),
            )
    if len(instruments) < len(endogenous):
        terms = _n("{n} endogenous term", "{n} endogenous terms", len(endogenous))
        several = _n("{n} instrument", "{n} instruments", len(instruments))
        raise UsageError(
            _("{terms} and {instruments} do not determine the coefficients", terms=terms, instruments=several),
            _("name an instrument or more for each of them"),
        )


def _placed(
    moments: Moments, plain: Solution, inner: Solution, endogenous: Sequence[str], instruments: Sequence[str]
) -> _Places:
    for dependence in plain.dropped:
        if plain.names[dependence.column] in set(endogenous):
            raise NumericalError(
                _("{equation}: nothing of it is endogenous", equation=plain.dependence_text(dependence)),
                _("leave one of the terms out"),
            )
    column = {name: place for place, name in enumerate(moments.terms, 1)}
    kept = [[solution.names[place] for place in solution.kept] for solution in (inner, plain)]
    z, x = (tuple(column.get(name, 0) for name in names) for names in kept)
    e = tuple(column[name] for name in endogenous)
    left = [name for name in kept[0] if name in set(instruments)]
    if len(left) < len(e) or not full_rank(moments.ledger.integers, z, x):
        names = ", ".join(map(show, endogenous))
        raise NumericalError(
            _n(
                "the instruments do not determine the coefficients of {names}: beside the exogenous terms "
                "they tell too little of it",
                "the instruments do not determine the coefficients of {names}: beside the exogenous terms "
                "they tell too little of them",
                len(e),
                names=names,
            ),
            _("name other instruments, or fewer endogenous terms"),
        )
    return _Places(z, x, e)


def _solution(moments: Moments, plain: Solution, places: _Places, found: Projection) -> Solution:
    """The minimum over x̂, whose sums it holds; what it leaves is that of the true x."""
    layout, exponents = plain.layout, moments.ledger.exponents
    exact = [Fraction(0)] * len(layout)
    for position, place, value in zip(plain.kept, places.x, found.theta):
        exact[position] = value * Fraction(2) ** (exponents[-1] - exponents[place])
    return Solution(
        _projected(moments, plain.moments, places, found),
        layout,
        plain.kept,
        plain.dropped,
        rounded_once(exact, layout.names, moments.target),
        found.rss * Fraction(2) ** (2 * exponents[-1]),
        total_sum_of_squares(moments, layout.intercept),
        plain.freedom,
        tuple(exact),
    )


def _projected(moments: Moments, plain: Moments, places: _Places, found: Projection) -> Moments:
    """The sums of x̂ beside those of y − (x − x̂)ᵀθ, which leaves e when x̂ᵀθ is taken off: least squares of them is the estimate.

    To more bits than any number made of them needs.
    """
    ledger, known = plain.ledger, dict(zip(moments.terms, range(1, len(moments.terms) + 1)))
    columns = [0, *(known[name] for name in plain.terms), len(moments.terms) + 1]
    own = {place: i for i, place in enumerate(places.x)}
    values = [[Fraction(v) for v in row] for row in ledger.integers]
    for i, one in enumerate(columns):
        for j, other in enumerate(columns):
            if one in own and other in own:
                values[i][j] = found.gram[own[one]][own[other]]
            elif one in own and j == len(columns) - 1:
                values[i][j] = values[j][i] = found.right[own[one]]
    products = zip(found.theta, found.right, strict=True)  # Σ y x̂ = G θ
    values[-1][-1] = sum((a * b for a, b in products), Fraction(0)) + found.rss
    finer = -(-max(v.denominator.bit_length() - 1 for row in values for v in row) // 2)
    integers = [[int(v * 4**finer) for v in row] for row in values]
    made = Ledger([exponent - finer for exponent in ledger.exponents], integers)
    return Moments(
        plain.terms,
        plain.targets,
        plain.rows,
        made,
        plain.rounding,
        plain.weighted,
        plain.precision,
        None,
        plain.log_weights,
    )


def _first_stages(names: Sequence[str], found: Projection, q: int, freedom: int) -> tuple[FirstStage, ...]:
    stages = []
    for i, name in enumerate(names):
        alone, told, left = (matrix[i][i] for matrix in (found.alone, found.told, found.left))
        f = nan if freedom < 1 else inf if left <= 0 else float(told / q / (left / freedom))
        stages.append(FirstStage(name=name, f=f, f_freedom=(q, freedom), partial_r2=float(told / alone)))
    return tuple(stages)


def _judged(found: Projection, solution: Solution, plain: Solution, more: int, m: int) -> dict[str, Any]:
    """Sargan's statistic and that of Wu and Hausman."""
    sargan = float(solution.rows * found.explained / found.rss) if more and found.rss else nan
    freedom = plain.freedom - m
    wu = nan
    if found.gain is not None and freedom > 0:
        left = plain.rss / Fraction(4) ** plain.moments.ledger.exponents[-1] - found.gain
        wu = inf if left <= 0 < found.gain else nan if left <= 0 else float(found.gain / m / (left / freedom))
    return {"sargan": sargan, "sargan_freedom": more, "wu_hausman": wu, "wu_freedom": (m, freedom)}


def _made(moments: Moments, plain: Solution, places: _Places, found: Projection) -> dict[str, Any]:
    """How x̂ is made of the columns, in their own units."""
    exponents = moments.ledger.exponents
    unit = {place: Fraction(2) ** exponents[place] for place in {*places.z, *places.x, len(exponents) - 1}}
    theta = dict(zip(places.x, found.theta))
    column = {name: place for place, name in enumerate(moments.terms, 1)}
    return {
        "loads": tuple(
            {one: load * unit[e] / unit[one] for one, load in zip(places.z, loads)}
            for e, loads in zip(places.e, found.loads)
        ),
        "line": tuple(column[name] for name in plain.moments.terms),
        "theta": tuple(theta[e] * unit[len(exponents) - 1] / unit[e] for e in places.e),
    }


def _full(value: Fraction, like: Vector) -> Pair:
    high = float(value)
    return np.full(len(like), high), np.full(len(like), float(value - Fraction(high)))

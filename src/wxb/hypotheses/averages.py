"""What a line says on average: of all rows as they are, but for some columns that are set to a value. Exact, from the sums.

    m(F) = 1/Σw · Σ_i w_i H(x_i with the columns of F set)   =   Σ_t θ_t · m_t(F)        a linear form of the coefficients

The columns of a term that are set give a number; of the others the mean of their product is known from the sums: of a number
from those of its raw column, under the levels that are not set from the tally of the piece. A slope is the same with the derivative
of what is set. Refused: a raw column of which only some of the columns it is made of are set, sums that a model does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import product

import numpy as np

from wxb.data.block import Column
from wxb.design.arithmetic import Source, Steps
from wxb.design.joints import joint_of, joints_of
from wxb.design.made import Made
from wxb.design.pieces import Level
from wxb.design.structure import Term
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.hypotheses.duals import derivative
from wxb.i18n import _, _n, both
from wxb.moments import Moments
from wxb.moments.gathered import Gathered
from wxb.printable import show

Point = Mapping[str, "float | Level"]
Worth = Callable[[Made], Fraction]
Signed = tuple[tuple[Level, int], ...]  # levels of a category and what they count: −1 the base under sum coding


class Undefined(UsageError):
    """A term is no finite number where it was asked for."""


class Averages:
    """Of a fitted line, by its design and what was gathered of the training rows."""

    def __init__(self, fitted: Fitted) -> None:
        self.design = fitted.read_design
        self.layout = fitted.layout
        self.places = {name: place for place, name in enumerate(fitted.layout.names)}
        self._fitted = fitted

    @cached_property
    def gathered(self) -> Gathered | None:
        found = self._fitted.gathered
        if found is None and self.design.categories:
            raise UsageError(
                _("this model holds no sums by level, which averages are made of"),
                _("fit it anew, or keep them in its file"),
            )
        return None if found is None else found.train

    @cached_property
    def plain(self) -> Moments:
        """Of the raw columns."""
        return self._fitted.sums if self.gathered is None else self.gathered.plain

    def mean_of(self, source: str) -> Fraction | None:
        """Of a column of numbers, where it is a raw column itself."""
        for place, made in enumerate(self.design.columns, 1):
            if made.tree is None and made.sources == (source,):
                return self._mean((), (), place)
        return None

    def form(self, point: Point, slope: str | None = None, value: Worth | None = None) -> dict[int, Fraction]:
        """What multiplies each coefficient in m(F), or with `slope` in the mean of its derivative by that column.

        value : what a raw column comes to that is made of what is set, instead of what the point says
        """
        found = {0: Fraction(1)} if self.layout.intercept and slope is None else {}
        for term in self.design.terms:
            if term.name in self.places:
                factor = self._term(term, point, slope, value)
                if factor:
                    found[self.places[term.name]] = factor
        return found

    def _term(self, term: Term, point: Point, slope: str | None, value: Worth | None) -> Fraction:
        marks, free = self._levels(term, point)
        if not marks:
            return Fraction(0)
        total = Fraction(0)
        for column, factor in term.component.combination:
            total += factor * self._number(column, point, slope, free, value)
        return marks * total

    def _levels(self, term: Term, point: Point) -> tuple[int, dict[str, Signed]]:
        """What the levels that are set come to, and those that are not."""
        marks, free = 1, dict[str, Signed]()
        for one, level in zip(self.design.pieces[term.piece].categories, term.levels):
            summed = not one.full and self.design.category(one.column).coding == "sum"
            signed: Signed = ((level, 1), (self.design.base(one.column), -1)) if summed else ((level, 1),)
            if one.column in point:
                marks *= sum(sign for own, sign in signed if own == point[one.column])
            else:
                free[one.column] = signed
        return marks, free

    def _number(
        self, column: int, point: Point, slope: str | None, free: Mapping[str, Signed], value: Worth | None
    ) -> Fraction:
        """The mean of a raw column, 0 the constant, over the levels that are not set."""
        made = self.design.columns[column - 1] if column else None
        if slope is not None and (made is None or slope not in made.names_now):
            return Fraction(0)
        known = () if made is None else tuple(name for name in made.names_now if name in point)
        if made is None or not known:
            return self._over_levels(free, column)
        if made.lags:
            do = _("leave it out, or compute the column beforehand")
            raise UsageError(
                _(
                    "{name} is made of {known}, which is set, and of an earlier row",
                    name=show(made.name),
                    known=show(known[0]),
                ),
                do,
            )
        if len(known) < len(made.sources):
            rest = [show(name) for name in made.sources if name not in point]
            other = ", ".join(rest)
            raise UsageError(
                _n(
                    "{name} is made of {known}, which is set, and of {other}, which is not",
                    "{name} is made of {known}, which is set, and of {other}, which are not",
                    len(rest),
                    name=show(made.name),
                    known=", ".join(map(show, known)),
                    other=other,
                ),
                _("set {other} as well: `at=`", other=other),
            )
        worth = self._set(made, point, slope) if value is None else value(made)
        return worth * self._over_levels(free, 0)

    def _set(self, made: Made, point: Point, slope: str | None) -> Fraction:
        """Its value where all that it is made of is set, or its derivative."""
        values = {name: float(point[name]) for name in made.sources}
        if slope is not None:
            return Fraction(derivative(made, values, slope))
        if made.tree is None:
            return Fraction(values[made.column])
        sources: dict[Source, Column] = {name: Column(np.array([value])) for name, value in values.items()}
        [found] = Steps.of([made]).columns(sources, (), 1)
        if not np.isfinite(found.values[0]):
            where = both(*(f"{show(name)} = {value:g}" for name, value in values.items()))
            raise Undefined(
                _("{name} is no finite number where {where}", name=show(made.name), where=where), _("set another value")
            )
        low = 0.0 if found.low is None else float(found.low[0])
        return Fraction(float(found.values[0])) + Fraction(low)

    def _over_levels(self, free: Mapping[str, Signed], column: int) -> Fraction:
        """The mean of a raw column times what the levels that are not set count."""
        if not free and not column:
            return Fraction(1)
        joint = joint_of(self.design, list(free))
        total = Fraction(0)
        for choice in product(*(free[name] for name in joint)):
            sign = -1 if sum(s < 0 for __, s in choice) % 2 else 1
            total += sign * self._mean(joint, tuple(level for level, __ in choice), column)
        return total

    def _mean(self, joint: tuple[str, ...], cell: tuple[Level, ...], column: int) -> Fraction:
        """Σ w u · 1[labels = cell] / Σ w."""
        weight = self.plain.exact(0, 0)
        if not joint:
            return self.plain.exact(0, column) / weight
        return self._cells(joint, column).get(cell, Fraction(0)) / weight

    def _cells(self, joint: tuple[str, ...], column: int) -> dict[tuple[Level, ...], Fraction]:
        """{cell: Σ w u} from the smallest tally that holds it."""
        key = joint, column
        if key not in self._known:
            assert self.gathered is not None
            pair = (0, column)
            holding = [j for j, pairs in joints_of(self.design).items() if {*joint} <= {*j} and pair in pairs]
            whole = min(holding, key=len)
            place = joints_of(self.design)[whole].index(pair)
            tally = self.gathered.tallies[whole].over([whole.index(name) for name in joint])
            values, exponent = tally.integers(place)
            unit = Fraction(2) ** exponent
            self._known[key] = {label: value * unit for label, value in zip(tally.labels, values)}
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[tuple[str, ...], int], dict[tuple[Level, ...], Fraction]]:
        return {}

"""A minimum whose sums are not in its file, for they would tell rows: coefficients, standard errors, what the whole line leaves.

A covariance is the inverse of the sums times a number, so it would tell them too, and is not kept either. Whatever needs sums
(updates, tests of several coefficients, intervals of predictions) says what to read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import nan
from typing import Any, NoReturn

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.advice import Advice
from wxb.design import Design
from wxb.design.bases import rounded
from wxb.errors import UsageError
from wxb.fields import Reader
from wxb.fitted import Fitted
from wxb.i18n import _, _n
from wxb.model.quality_json import known
from wxb.moments import Ledger, Moments
from wxb.moments.as_json import cells, sum_from_text, sum_to_text
from wxb.moments.log_weights import MOST
from wxb.rank import Dependence
from wxb.solve import Solution, total_sum_of_squares

BITS = 200


def withheld() -> UsageError:
    """That what is asked for needs sums that the file does not hold."""
    return UsageError(
        _("the file of this model holds no sums: some level has so few rows that they would tell these"),
        _("fit it again, and save it with {keep}, which keeps such sums", keep=Advice("keep", "labels")),
    )


class Totals(Ledger):
    """A ledger of which only Σw, Σwy and Σwy² are known; whoever looks at another sum is told why."""

    __slots__ = ("known", "terms")

    def __init__(self, terms: int, known: Sequence[tuple[int, int]]) -> None:
        self.terms, self.known = terms, tuple(known)

    def __getattr__(self, name: str) -> Any:  # asked only while the slot of that name is empty
        if name in ("exponents", "integers"):
            raise withheld()
        raise AttributeError(name)

    @property
    def width(self) -> int:
        return self.terms + 2

    def value(self, i: int, j: int) -> tuple[int, int]:
        last = self.width - 1
        places = [place % self.width for place in (i, j)]
        if not set(places) <= {0, last}:
            raise withheld()
        return self.known[sum(place == last for place in places)]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.terms, self.known)


@dataclass(frozen=True, slots=True)
class KeptErrors:
    """Standard errors (k,) in units of σ, in the place of a covariance that is not known; what is known of absorbed categories."""

    relative: Vector
    hidden_columns: tuple[str, ...] = ()
    within: Fraction = Fraction(0)
    hidden: int = 0

    @property
    def column(self) -> str:
        return next(iter(self.hidden_columns), "")

    @property
    def kept(self) -> NoReturn:
        raise withheld()

    @property
    def apart(self) -> NoReturn:
        raise withheld()

    def roots(self) -> Vector:
        return self.relative

    def share_within(self, rss: Fraction) -> float | None:
        return float(1 - rss / self.within) if self.hidden and self.within else None

    def gave_way(self, place: int) -> str:
        levels = " and ".join(self.hidden_columns)
        return _("is nothing but effects of {levels}", levels=levels) if levels else _("is 0 in every row")

    def remarks(self) -> tuple[str, ...]:
        return ()  # a file holds those of its fit

    def effects_of(self, column: str) -> NoReturn:
        raise withheld()

    def effect_roots(self, column: str) -> NoReturn:
        raise withheld()

    def root(self, rows: Matrix, low: Matrix | None = None) -> NoReturn:
        raise withheld()

    def products(self, rows: Matrix) -> NoReturn:
        raise withheld()

    def covariance(self) -> NoReturn:
        raise withheld()


def solution_to_json(model: Fitted) -> dict[str, Any]:
    """What is kept of a minimum whose sums are not."""
    moments, solution, last = model.moments, model.solution, len(model.design.terms) + 1
    totals = [(0, 0), (0, last), (last, last)]
    content: dict[str, Any] = {
        "rows": moments.rows,
        "weighted": moments.weighted,
        "totals": [sum_to_text(*moments.ledger.value(i, j)) for i, j in totals],
        "rss": _text(solution.rss),
        "freedom": solution.freedom,
        "se": [None if np.isnan(value) else value for value in model.inference.se.tolist()],
        "dropped": [
            {"column": d.column, "exact": d.exact, "combination": [[i, known(v)] for i, v in d.combination.items()]}
            for d in map(_structure, solution.dropped)
        ],
    }
    if solution.eliminated is not None and solution.eliminated.hidden:
        own = solution.eliminated
        content["absorbed"] = {"columns": list(own.hidden_columns), "hidden": own.hidden, "within": _text(own.within)}
    return content | ({"log_weights": moments.log_weights} if moments.weighted else {})


def warnings_to_json(model: Fitted) -> list[str]:
    """The warnings, with no factor of a collinear term that would be the number of a row."""
    solution, found = model.solution, list(model.warnings)
    for told in solution.dropped:
        text, kept = solution.dependence_text(told), solution.dependence_text(_structure(told))
        found = [warning.replace(text, kept) for warning in found]
    return found


def _structure(dependence: Dependence) -> Dependence:
    """It, without factors other than 0 and ±1: where a level has one row, x:school[north] = 3.2·school[north] tells its x."""
    if all(value in (-1, 0, 1) for value in dependence.combination.values()):
        return dependence
    return replace(dependence, combination=dict.fromkeys(dependence.combination, nan))


def solution_from_json(reader: Reader, design: Design, coefficients: Vector) -> Solution:
    """The minimum back, without its sums."""
    layout, count = design.layout, len(design.layout)
    moments = _moments(reader, design)
    rss, freedom = _fraction(reader.get("rss")), reader.integer("freedom")
    dropped = tuple(_dependence(one, count) for one in reader.objects("dropped"))
    gone = {one.column for one in dropped}
    se = np.array([np.nan if one.content is None else one.value(float) for one in reader.items("se")])
    if len(se) != count or (se < 0).any():
        raise reader.get("se").fail(
            _n("must be {n} number of 0 or more, or null", "must be {n} numbers of 0 or more, or null", count)
        )
    if rss < 0 or freedom < 0 or len(gone) < len(dropped):
        raise reader.fail(_("cannot be of a minimum"))
    sigma = float(rss / freedom) ** 0.5 if freedom else 0.0
    if not sigma and (se > 0).any():
        raise reader.get("se").fail(_("must be 0 or null where nothing is left of the target"))
    errors = _absorbed(reader, se / sigma if sigma else se)
    reader.done()
    tss = total_sum_of_squares(moments, layout.intercept or errors.hidden > 0)
    kept = tuple(i for i in range(count) if i not in gone)
    exact = tuple(map(Fraction, coefficients.tolist()))
    return Solution(moments, layout, kept, dropped, coefficients, rss, tss, freedom, exact, errors)


def _moments(reader: Reader, design: Design) -> Moments:
    known = [sum_from_text(one) for one in reader.items("totals")]
    weighted, rows = reader.boolean("weighted"), reader.integer("rows")
    if len(known) != 3 or known[0][0] < 0 or known[2][0] < 0 or rows < 1:
        raise reader.get("totals").fail(_("must be three sums, of weights, of the target and of its squares"))
    terms = design.layout.terms
    logs = None if not reader.has("log_weights") else reader.integer("log_weights")
    if logs is not None and abs(logs) > min(MOST * rows, 1 << 200):
        raise reader.get("log_weights").fail(_("is beyond what the logarithms of so many weights add up to"))
    return Moments(
        terms,
        (design.target.name,),
        rows,
        Totals(len(terms), known),
        (0.0,) * (len(terms) + 1),
        weighted,
        log_weights=logs if weighted else 0,
    )


def _absorbed(reader: Reader, relative: Vector) -> KeptErrors:
    if not reader.has("absorbed"):
        return KeptErrors(relative)
    own = reader.object("absorbed")
    hidden = own.integer("hidden")
    if hidden < 1:
        raise own.get("hidden").fail(_("must be 1 or more"))
    found = KeptErrors(relative, own.texts("columns"), _fraction(own.get("within")), hidden)
    own.done()
    return found


def _dependence(reader: Reader, count: int) -> Dependence:
    column = reader.integer("column")
    pairs = [cells(pair) for pair in reader.items("combination")]
    if not 0 <= column < count or any(len(pair) != 2 or not 0 <= pair[0].value(int) < count for pair in pairs):
        raise reader.fail(_("is of a coefficient that is not there"))
    combination = {at.value(int): nan if by.content is None else by.value(float) for at, by in pairs}
    return Dependence(column, combination, reader.boolean("exact"))


def _text(value: Fraction) -> str:
    """A number to `BITS` bits."""
    found = rounded(value, BITS)
    return sum_to_text(found.numerator, 1 - found.denominator.bit_length())


def _fraction(reader: Reader) -> Fraction:
    integer, exponent = sum_from_text(reader)
    return Fraction(integer) * Fraction(2) ** exponent

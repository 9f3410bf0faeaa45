"""The parts of a line that are tested as wholes: the pieces of its design, each with all of its terms, and the line without some.

A piece *contains* another when it has all of its factors and more, as `x:school` contains `x`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from wxb.design.pieces import Coded, Piece
from wxb.fitted import Fitted
from wxb.moments import Moments
from wxb.solve import solve, total_sum_of_squares


@dataclass(frozen=True, slots=True)
class Part:
    """A piece: its text, its factors, and the places of its terms among those of the line."""

    text: str
    factors: frozenset[tuple[str, str]]
    terms: tuple[int, ...]

    def contains(self, other: Part) -> bool:
        return self.factors > other.factors


@dataclass(frozen=True, slots=True)
class Fit:
    """rss and residual degrees of freedom of a line."""

    rss: Fraction
    freedom: int


def parts_of(fitted: Fitted) -> tuple[Part, ...]:
    """In the order of the terms."""
    design = fitted.design
    places: list[list[int]] = [[] for _ in design.pieces]
    for place, term in enumerate(design.terms):
        places[term.piece].append(place)
    return tuple(
        Part(piece.text, _factors(piece), tuple(found)) for piece, found in zip(design.pieces, places) if found
    )


def fit_with(moments: Moments, parts: Iterable[Part], *, intercept: bool) -> Fit:
    """The line of some parts alone, on the same rows."""
    terms = [moments.terms[place] for place in sorted(place for part in parts for place in part.terms)]
    if not terms and not intercept:
        return Fit(total_sum_of_squares(moments, False), moments.rows)
    found = solve(moments.select(terms), intercept=intercept)
    return Fit(found.rss, found.freedom)


def _factors(piece: Piece) -> frozenset[tuple[str, str]]:
    return frozenset(
        ("category", one.column) if isinstance(one, Coded) else ("numbers", one.text) for one in piece.factors
    )

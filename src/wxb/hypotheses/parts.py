"""The parts of a line that are tested as wholes: the pieces of its design, each with all of its terms, and the line without some.

A piece *contains* another when it has all of its factors and more, as `x:school` contains `x`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from wxb.design.pieces import Coded, Piece
from wxb.elimination import Eliminated, solve_terms
from wxb.elimination.beside_blocks import BesideBlocks
from wxb.elimination.ledger import BorderedLedger
from wxb.elimination.levels import Levels
from wxb.elimination.one_way import OneWay
from wxb.fitted import Fitted
from wxb.moments import Ledger
from wxb.normal_equations import invert_normal
from wxb.normal_equations.scaled import dyadic_fraction
from wxb.solve import Solution, solve, total_sum_of_squares


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
    """In the order of the terms; an interaction that is coded in several pieces, as `g:h` without `g` is, is one."""
    design = fitted.design
    factors, places = dict[str, frozenset[tuple[str, str]]](), dict[str, list[int]]()
    for place, term in enumerate(design.terms):
        piece = design.pieces[term.piece]
        factors[piece.text] = factors.get(piece.text, frozenset()) | _factors(piece)
        places.setdefault(piece.text, []).append(place)
    return tuple(Part(text, factors[text], tuple(found)) for text, found in places.items())


def fit_with(fitted: Fitted, parts: Sequence[Part]) -> Fit:
    """The line of some parts alone, on the same rows; absorbed levels are in every one of them, as the sums are within them."""
    solution, layout = fitted.solution, fitted.layout
    eliminated, hidden = solution.eliminated, solution.rank - len(solution.kept)
    if isinstance(eliminated, BesideBlocks):
        return _of_pieces(fitted, {part.text for part in parts})
    if eliminated is not None and not hidden:
        own = frozenset([("category", eliminated.column)])
        if any(part.factors == own for part in parts):
            return _within(solution, [place for part in parts if part.factors != own for place in part.terms])
    terms = [layout.terms[place] for place in sorted(place for part in parts for place in part.terms)]
    if not terms and not layout.intercept:
        return Fit(total_sum_of_squares(solution.moments, False), solution.rows - hidden)
    found = solve(solution.moments.select(terms), intercept=layout.intercept)
    return Fit(found.rss, found.freedom - hidden)


def _of_pieces(fitted: Fitted, texts: set[str]) -> Fit:
    """That of some pieces, from the sums by label."""
    design, gathered = fitted.design, fitted.gathered
    assert gathered is not None
    some = tuple(piece for piece in design.pieces if piece.text in texts)
    if not some and not design.intercept:
        return Fit(total_sum_of_squares(fitted.solution.moments, False), fitted.solution.rows)
    found = solve_terms(replace(design, pieces=some), gathered.train, whole=design)
    return Fit(found.rss, found.freedom)


def added_alone(solution: Solution) -> list[Fraction]:
    """(k,) what each coefficient adds to all others, θ²/(G⁻¹)_jj: RSS without it less RSS with it, to a hundred bits.

    Of a solution in which no term gave way and no category was eliminated. One inverse has them all, where a line without each
    would be solved for anew.
    """
    ledger, columns = solution.moments.ledger, solution.layout.columns
    inverse = invert_normal([[ledger.integers[i][j] for j in columns] for i in columns])
    variances = (dyadic_fraction(*row[-1]) for row in inverse)
    return [
        value * value * Fraction(2) ** (2 * ledger.exponents[i]) / own
        for i, value, own in zip(columns, solution.exact, variances)
    ]


def _within(solution: Solution, terms: Sequence[int]) -> Fit:
    """That of some terms beside the levels that were eliminated."""
    moments, eliminated = solution.moments, solution.eliminated
    assert isinstance(eliminated, Eliminated)
    ledger, offset = moments.ledger, solution.layout.offset
    rest = ledger.rest if isinstance(ledger, BorderedLedger) else ledger
    own = [*eliminated.places.tolist(), *eliminated.without]
    levels = {place - offset for place in own if place >= 0}
    left = [place for place in range(len(moments.terms)) if place not in levels]
    chosen = [left.index(place) for place in sorted(terms)]
    columns = [*(i + 1 for i in chosen), rest.width - 1]
    inner = Ledger([rest.exponents[i] for i in columns], [[rest.integers[i][j] for j in columns] for i in columns])
    sums, kept = eliminated.sums, [*chosen, len(eliminated.sums.sums) - 1]
    some = Levels(sums.weights, sums.half, [sums.sums[i] for i in kept], [sums.exponents[i] for i in kept])
    found = OneWay.of(inner, some, [moments.rounding[left[i]] for i in chosen])
    return Fit(found.rss, solution.rows - len(some) - len(found.kept))


def _factors(piece: Piece) -> frozenset[tuple[str, str]]:
    return frozenset(
        ("category", one.column) if isinstance(one, Coded) else ("numbers", one.text) for one in piece.factors
    )

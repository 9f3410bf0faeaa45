"""Which terms of a design are blocks: interactions of categories with each other or with numbers, whole under every cell.

A **cell** is a combination of levels of the categories F that some row has. Pieces of the same numbers u whose categories are
among F span, with all margins of F, a column u·1[cell] for each cell. The columns of a cell, one for each such u, are its block:

    C(school)*x + z     F = school, u = 1, x, beside z        x:C(school)      u = x, beside the constant
    C(a)*C(b)           F = a, b, u = 1
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from wxb.design import Design, Piece, Term
from wxb.design.joints import Joint, joint_of
from wxb.design.pieces import Level
from wxb.elimination.sums import ONE

Numbers = tuple[tuple[int, Fraction], ...]  # a combination of raw columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """columns : F        numbers : u of each column of a block, in the order of the coefficients

    own : the coefficients that are made of blocks, in their order        rest : the design without them
    """

    columns: Joint
    numbers: tuple[Numbers, ...]
    own: tuple[Own, ...]
    rest: Design


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A coefficient that is made of blocks.

    place : among all        term : among the terms, −1 of the intercept        number : which u        levels : {category: level}
    """

    place: int
    term: int
    number: int
    levels: dict[str, Level]


def blocks_of(design: Design) -> Blocks | None:
    """Those of the piece with most terms; None where it is no interaction, or its levels are under sum coding."""
    columns = _columns(design)
    if columns is None:
        return None
    pieces = _whole(design, columns)
    coded = [one for piece in pieces for one in piece.categories if not one.full]
    if not pieces or any(design.category(one.column).coding == "sum" for one in coded):
        return None
    numbers: dict[Numbers, int] = {}
    own = list[Own]()
    constant = design.intercept and any(not piece.numbers for piece in pieces)
    if constant:
        numbers[tuple(ONE)] = 0
        own.append(Own(place=0, term=-1, number=0, levels={}))
    mine = {id(piece) for piece in pieces}
    for place, term in enumerate(design.terms):
        piece = design.pieces[term.piece]
        if id(piece) in mine:
            number = numbers.setdefault(term.component.combination, len(numbers))
            own.append(Own(place=place + design.layout.offset, term=place, number=number, levels=_levels(piece, term)))
    left = tuple(piece for piece in design.pieces if id(piece) not in mine)
    return Blocks(
        columns=columns,
        numbers=tuple(numbers),
        own=tuple(own),
        rest=replace(design, pieces=left, intercept=design.intercept and not constant),
    )


def _columns(design: Design) -> Joint | None:
    """F, where the piece with most terms is an interaction and nothing is absorbed."""
    counts = Counter(term.piece for term in design.terms)
    if not counts or any(one.absorbed for one in design.categories):
        return None
    largest = design.pieces[max(counts, key=lambda piece: (counts[piece], len(design.pieces[piece].factors)))]
    if not largest.categories or len(largest.factors) < 2:
        return None
    return joint_of(design, [one.column for one in largest.categories])


def _whole(design: Design, columns: Joint) -> list[Piece]:
    """The pieces of numbers that have all margins of the cells."""
    every = {frozenset(some) for size in range(len(columns) + 1) for some in combinations(columns, size)}
    margins: dict[frozenset[str], set[frozenset[str]]] = {frozenset(): {frozenset()} if design.intercept else set()}
    of: dict[frozenset[str], list[Piece]] = {}
    for piece in design.pieces:
        coded, numbers = piece.categories, frozenset(factor.text for factor in piece.numbers)
        if {one.column for one in coded} <= set(columns):
            free = [one.column for one in coded if one.full]
            always = {one.column for one in coded if not one.full}
            found = margins.setdefault(numbers, set())
            found |= {frozenset({*always, *some}) for n in range(len(free) + 1) for some in combinations(free, n)}
            of.setdefault(numbers, []).append(piece)
    return [piece for numbers, pieces in of.items() if margins[numbers] >= every for piece in pieces]


def _levels(piece: Piece, term: Term) -> dict[str, Level]:
    return {one.column: level for one, level in zip(piece.categories, term.levels)}

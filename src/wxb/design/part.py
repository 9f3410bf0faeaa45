"""A design of some of the terms of another: the pieces that they are, and the raw columns that these are made of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from wxb.design.design import Design

Ranges = tuple[tuple[float, float], ...]


def line_ranges(ranges: Ranges | None, design: Design, terms: Collection[str]) -> Ranges | None:
    """Those of the raw columns of some terms, of those of all columns; as they are where the terms are all there are."""
    if ranges is None or set(terms) >= set(design.layout.terms):
        return ranges
    return tuple(ranges[column] for column in part_of(design, terms)[1])


def part_of(design: Design, terms: Collection[str]) -> tuple[Design, tuple[int, ...]]:
    """The pieces all of whose terms are among these, and the places of the raw columns that are left."""
    other = {term.piece for term in design.terms if term.name not in terms}
    pieces = [piece for place, piece in enumerate(design.pieces) if place not in other]
    kept = sorted({column for piece in pieces for column in piece.columns if column})
    moved = {0: 0} | {column: place for place, column in enumerate(kept, 1)}
    coded = {one.column for piece in pieces for one in piece.categories}
    coded |= {one.column for one in design.categories if one.absorbed}
    part = replace(
        design,
        columns=tuple(design.columns[column - 1] for column in kept),
        pieces=tuple(replace(piece, columns=tuple(moved[c] for c in piece.columns)) for piece in pieces),
        categories=tuple(one for one in design.categories if one.column in coded),
    )
    return part, tuple(column - 1 for column in kept)

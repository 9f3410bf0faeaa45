"""A design of some of the terms of another, and the sums that were gathered for that as its own: as if the others had never been.

The terms keep their coding where each is beside what it is made of, as a selection of terms has it (`wxb.stepwise.candidates`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from wxb.design.design import Design
from wxb.design.joints import joints_of
from wxb.design.of_formula import of_formula
from wxb.formula import read
from wxb.moments.gathered import Gathered


def narrowed(design: Design, terms: Collection[str]) -> Design:
    """The design of the pieces whose terms are among these, open; what a model file of it would bring back."""
    there = {design.pieces[term.piece].text for term in design.terms if term.name in terms}
    texts = tuple(dict.fromkeys(piece.text for piece in design.pieces if piece.text in there))
    if design.is_plain:
        kept = [one for one in design.columns if one.name in there]
        return replace(Design.plain(kept, design.target, design.intercept), meanings=design.meanings)
    kinds = design.meanings
    if design.formula:
        offset = [f"offset({design.offset.name})"] if design.offset else []
        text = f"{read(design.formula).target.text} ~ {' + '.join((*texts, *offset)) or '1'}"
        found = of_formula(read(text), tuple(kinds), kinds, knots=design.state.knots)
        spline = {factor.text for piece in found.pieces for factor in piece.numbers}
        knots = {name: places for name, places in design.state.knots.items() if name in spline}
        found = replace(found, state=replace(found.state, knots=knots))
    else:
        named = dict(zip((piece.text for piece in design.pieces), design.feature_names))
        found = Design.of_kinds({named[text]: kinds[named[text]] for text in texts}, design.target, design.intercept)
    needed = {*found.source_names, *found.read_as_labels}
    return replace(found, meanings={name: kind for name, kind in kinds.items() if name in needed})


def columns_in(part: Design, whole: Design) -> list[int]:
    """Where the raw columns of a narrowed design stand among those of the whole; a product may be written the other way round."""
    places = {one.name: place for place, one in enumerate(whole.columns)}
    turned = {_key(name): place for name, place in places.items()}
    return [places.get(one.name, turned[_key(one.name)]) for one in part.columns]


def gathered_for(part: Design, whole: Design, gathered: Gathered) -> Gathered:
    """What was gathered for the whole, as it would have been for the part."""
    columns = columns_in(part, whole)
    plain = replace(
        gathered.plain.select([whole.columns[place].name for place in columns]),
        terms=tuple(one.name for one in part.columns),
    )
    raw = [0, *(place + 1 for place in columns), len(whole.columns) + 1]
    every = joints_of(whole)
    tallies = {}
    for joint, pairs in joints_of(part).items():
        known = next(one for one in every if set(one) == set(joint))
        where = {pair: place for place, pair in enumerate(every[known])}
        asked = [where[min(raw[u], raw[v]), max(raw[u], raw[v])] for u, v in pairs]
        tallies[joint] = gathered.tallies[known].of_columns(asked).over([known.index(column) for column in joint])
    return Gathered(plain=plain, tallies=tallies)


def _key(name: str) -> Sequence[str]:
    return tuple(sorted(name.split(":")))

"""Closing a design: what depends on all rows, read off the sums of one pass, so that it is the same however they were gathered.

levels   of each category that occur, in the order the source declares, else sorted (numbers by size, texts by code point)
bases    poly, scale, center: rows of exact factors for raw columns, from the moments of these (`wxb.design.bases`)

A fit refuses columns of labels that look like identifiers (more levels than max(20, n/2), or one for every row; not under C()),
all of them in one message.
"""

from __future__ import annotations

from collections.abc import Sequence

from wxb.design.bases import basis_of
from wxb.design.pieces import Category, Level, Numbers, State, level_text
from wxb.design.structure import Structure
from wxb.errors import DataError
from wxb.i18n import _, _n
from wxb.moments.gathered import Gathered
from wxb.printable import show

FEW = 20  # levels that are never too many


def closed(design: Structure, gathered: Gathered) -> State:
    """The levels and bases of these rows; DataError for a base that is no level."""
    levels = {one.column: levels_of(one, gathered) for one in design.categories}
    for one in design.categories:
        _refuse_base(one, levels[one.column])
    bases = {
        factor.text: basis_of(factor, [_place(design, part) for part in factor.parts], gathered.plain)
        for piece in design.pieces
        for factor in piece.factors
        if isinstance(factor, Numbers) and factor.basis
    }
    return State(levels=levels, bases=bases, knots=design.state.knots)


def levels_of(category: Category, gathered: Gathered) -> tuple[Level, ...]:
    """The levels that occur, in order."""
    place, tally = next(
        (joint.index(category.column), tally) for joint, tally in gathered.tallies.items() if category.column in joint
    )
    found = tally.axes[place]
    declared: tuple[Level, ...] = () if category.kind is None else category.kind.levels
    order = {level: place for place, level in enumerate(declared)}
    return tuple(sorted(found, key=lambda level: order.get(level, len(order)))) if order else found


def refuse_identifiers(design: Structure, rows: int) -> None:
    """DataError for columns of labels of a closed design that look like identifiers, all at once."""
    levels = design.state.levels
    most = min(max(FEW, rows / 2), rows - 1)  # a label for every row is none
    names = [c.column for c in design.categories if not c.asked and len(levels[c.column]) > most]
    if names:
        raise identifiers([(name, len(levels[name])) for name in names], rows)


def identifiers(columns: Sequence[tuple[str, int]], rows: int) -> DataError:
    """That columns (name, levels) look like identifiers."""
    said = ", ".join(
        _n(
            "{name} ({count} value in {n} row)",
            "{name} ({count} different values in {n} rows)",
            rows,
            name=show(name),
            count=count,
        )
        for name, count in columns
    )
    if len(columns) == 1:
        return DataError(
            _("{columns} looks like an identifier, not a category", columns=said),
            _("leave it out, or name it in a formula as a category, with C(…) around the name"),
        )
    return DataError(
        _("{columns} look like identifiers, not categories", columns=said),
        _("leave them out, or name each in a formula as a category, with C(…) around the name"),
    )


def _refuse_base(category: Category, levels: Sequence[Level]) -> None:
    if category.base is not None and category.base not in levels:
        known = ", ".join(show(level_text(level)) for level in levels[:12])
        raise DataError(
            _(
                "{column} has no level {base}, which was to be its base",
                column=show(category.column),
                base=show(level_text(category.base)),
            ),
            _("its levels are {levels}", levels=known + (", …" if len(levels) > 12 else "")),
        )


def _place(design: Structure, part: str) -> int:
    """The raw column of a part."""
    return 1 + [one.name for one in design.columns].index(part) if part else 0

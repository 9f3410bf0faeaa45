"""Which coefficients stand in which line of a table: terms in order, levels beneath their category, the intercept last.

    hours                         a term alone
    school (base: north)          a heading; its levels beneath it
      south
    town                          more levels than a table holds: all of them in one line

What is shown of a name is never cut: whoever draws the lines folds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from wxb.design import Design, Numbers, Piece, Term
from wxb.design.pieces import level_text
from wxb.fitted import Fitted
from wxb.i18n import _, _n
from wxb.numbers import thousands

MOST_LEVELS = 60  # of one category, each in a line of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """label : what stands at the left        piece : of categories, that it belongs to: it is the heading or a level of it

    places : the coefficient it shows, as a place in θ; of a heading none, of a block of levels all of them
    """

    label: str
    piece: str = ""
    places: tuple[int, ...] = ()

    @property
    def place(self) -> int | None:
        """The coefficient of a line that shows one."""
        return self.places[0] if len(self.places) == 1 else None

    @property
    def depth(self) -> int:
        """How far it is indented: a level beneath its heading."""
        return int(bool(self.piece) and self.place is not None)

    @property
    def block(self) -> bool:
        """Whether it stands for many."""
        return len(self.places) > 1


def sections(model: Fitted) -> list[Line]:
    """The lines of a model's table."""
    design, offset = model.design, model.layout.offset
    placed = list(enumerate(design.terms, offset))
    lines = [line for piece, group in groupby(placed, _piece) for line in _section(design, piece, list(group))]
    absorbed = absorbed_columns(design)
    if absorbed:  # whose effects the intercept is part of
        return [
            *lines,
            *(
                Line(label=_("{name}: absorbed, {levels}", name=name, levels=count), piece=name)
                for name, count in absorbed.items()
            ),
        ]
    return [*lines, *(Line(label=name, places=(i,)) for i, name in enumerate(model.layout.names[:offset]))]


def absorbed_columns(design: Design) -> dict[str, str]:
    """How many levels each column has whose effects are fitted and not shown: `3 levels`."""
    return {
        one.column: levels_counted(len(design.state.levels[one.column])) for one in design.categories if one.absorbed
    }


def levels_counted(count: int) -> str:
    return _n("{count} level", "{count} levels", count, count=thousands(count))


def _piece(placed: tuple[int, Term]) -> int:
    return placed[1].piece


def _section(design: Design, number: int, group: list[tuple[int, Term]]) -> Iterator[Line]:
    """The terms of a piece: one by one, or where they are of levels beneath its heading."""
    piece = design.pieces[number]
    if not piece.categories:
        yield from (Line(label=_own_name(term), places=(place,)) for place, term in group)
        return
    heading = heading_of(design, piece)
    if len(group) > MOST_LEVELS:
        yield Line(label=heading, piece=name_of(piece), places=tuple(place for place, __ in group))
        return
    yield Line(label=heading, piece=name_of(piece))
    several = len({term.component.names for __, term in group}) > 1
    for place, term in group:
        level = ":".join(map(level_text, term.levels))
        yield Line(label=f"{term.component.name}:{level}" if several else level, piece=name_of(piece), places=(place,))


def name_of(piece: Piece) -> str:
    """A piece by the names its terms have: C(school) is `school`."""
    return ":".join(one.text if isinstance(one, Numbers) else one.column for one in piece.factors)


def heading_of(design: Design, piece: Piece) -> str:
    """A piece of categories and what its levels are beside: `school (base: north)`."""
    return f"{name_of(piece)} ({beside(design, piece)})"


def beside(design: Design, piece: Piece) -> str:
    """What the coefficients of a piece's levels are differences from."""
    short = [one.column for one in piece.categories if not one.full]
    if not short:
        return _("every level")
    bases = ", ".join(level_text(design.base(column)) for column in short)
    if any(design.category(column).coding == "sum" for column in short):
        return _("beside their mean; {bases}: minus the sum", bases=bases)
    return _("base: {bases}", bases=bases)


def _own_name(term: Term) -> str:
    return _("{name} per day", name=term.name) if term.is_time else term.name

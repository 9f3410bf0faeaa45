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

from wxb.fitted import Fitted
from wxb.report.time_text import row_name

MOST_LEVELS = 60  # of one category, each in a line of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """label : what stands at the left        depth : how far it is indented

    places : the coefficient it shows, as a place in θ; of a heading none, of a block of levels all of them
    """

    label: str
    depth: int = 0
    places: tuple[int, ...] = ()

    @property
    def place(self) -> int | None:
        """The coefficient of a line that shows one."""
        return self.places[0] if len(self.places) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a term was made of. piece : the heading of all its levels, "" where it stands alone        label : within the piece"""

    piece: str
    label: str


def origins(model: Fitted) -> tuple[Origin, ...]:
    """Of each term, in order."""
    return tuple(Origin(piece="", label=row_name(model, name)) for name in model.terms)


def sections(model: Fitted) -> list[Line]:
    """The lines of a model's table."""
    offset = model.layout.offset
    placed = list(enumerate(origins(model), offset))
    lines = [line for _, group in groupby(placed, lambda one: one[1].piece) for line in _section(list(group))]
    return [*lines, *(Line(label=name, places=(i,)) for i, name in enumerate(model.layout.names[:offset]))]


def _section(group: list[tuple[int, Origin]]) -> Iterator[Line]:
    piece = group[0][1].piece
    if not piece:
        yield from (Line(label=origin.label, places=(place,)) for place, origin in group)
    elif len(group) > MOST_LEVELS:
        yield Line(label=piece, places=tuple(place for place, _ in group))
    else:
        yield Line(label=piece)
        yield from (Line(label=origin.label, depth=1, places=(place,)) for place, origin in group)

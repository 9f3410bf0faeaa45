"""What may go in or out of a line: the terms of a design, each with all of its columns, and which of them are made of which.

`x:school` is made of `x` and of `school`: it is in a line only beside those of them that are candidates, as in R. Then every term
is coded as it is in the whole line, whichever of the others are there. Where it is not, as of a:b + a:c without a, that is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from wxb.design import Design
from wxb.design.coding import Categories, full_rank
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.moments import Moments
from wxb.printable import show
from wxb.stepwise.choose import Candidate

Side = tuple[frozenset[str], Categories]


def candidates_of(moments: Moments, design: Design | None) -> list[Candidate]:
    """design : of the terms of the moments, None where each is a column of the source"""
    if design is None:
        return [Candidate(text=term, columns=(place,)) for place, term in enumerate(moments.terms)]
    columns, sides = dict[str, list[int]](), dict[str, Side]()
    for place, term in enumerate(design.terms):
        columns.setdefault(design.pieces[term.piece].text, []).append(place)
    for piece in design.pieces:
        numbers, categories = (
            frozenset(one.text for one in piece.numbers),
            tuple(one.column for one in piece.categories),
        )
        known = sides.get(piece.text, (numbers, ()))[1]
        sides[piece.text] = numbers, known + tuple(one for one in categories if one not in known)
    _refuse_shared(sides)
    texts = list(columns)  # a category of one level has no columns
    return [
        Candidate(
            text=text,
            columns=tuple(columns[text]),
            within=frozenset(i for i, other in enumerate(texts) if _is_of(sides[text], sides[other]) and other != text),
        )
        for text in texts
    ]


def _is_of(part: Side, whole: Side) -> bool:
    return part[0] <= whole[0] and set(part[1]) <= set(whole[1])


def _refuse_shared(sides: dict[str, Side]) -> None:
    """UsageError where a term is coded beside another that it is not made of."""
    every: Sequence[Side] = list(sides.values())
    for text, own, coded in zip(sides, every, full_rank(every, True)):
        made_of = [other for other in every if other != own and _is_of(other, own)]
        if full_rank([*made_of, own], True)[-1] != coded:
            raise UsageError(
                _("{term} shares effects with another interaction that is not part of it", term=show(text)),
                _("write these effects as terms of their own: a*b + a*c in place of a:b + a:c"),
            )

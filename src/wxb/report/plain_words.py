"""What stands under the table, in plain words: the surest coefficient, the row the intercept stands for, what the errors assume.

No sentence says more than can be known of the line alone: what a coefficient means is not said where its column is in another term
too, for then no one number says it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from wxb.design import Coded, Design, Level, Numbers, Piece, Term
from wxb.design.pieces import level_text
from wxb.fitted import Fitted
from wxb.i18n import N_, _, _n, listed
from wxb.numbers import apart
from wxb.report.certain import sure_number, told
from wxb.report.errors_text import against, assumptions
from wxb.report.lines import wrapped
from wxb.report.sections import absorbed_columns
from wxb.report.time_text import slope_text, value_text

if TYPE_CHECKING:
    from wxb.design.made import Made
    from wxb.design.structure import Stretch
    from wxb.diagnostics.record import Diagnostics
    from wxb.expression import Expression
    from wxb.report.log_words import Logged

MOST_NAMED = 4  # pieces that the sentence on the intercept names


def plain_words(model: Fitted, diagnostics: Diagnostics | None, spelled: Callable[[str], str]) -> list[str]:
    """The sentences, each in lines of its own. diagnostics : what the rows say, where that is known"""
    if not model.is_minimum:
        return []
    said = [_strongest_in_words(model), _intercept(model), assumptions(model)]
    said += [] if diagnostics is None else [spelled(against(model, diagnostics))]
    return [line for text in said if text for line in wrapped(text)]


def _strongest_in_words(model: Fitted) -> str:
    """What the coefficient means that is surest to differ from 0."""
    place = _strongest(model)
    if place is None:
        return ""
    term, slope = model.design.terms[place], float(model.coef[place])
    digits = model.digits
    certain_digits = 16.0 if digits is None else float(digits[place + model.layout.offset])
    size = told(abs(slope)) if certain_digits >= 7 else sure_number(abs(slope), 4, certain_digits)
    way = _("more") if slope > 0 else _("less")
    others = _(", the other terms held") if len(model.terms) - len(model.dropped) > 1 else ""
    y = _logged(model.design.target)
    if term.levels:
        coded = list(_coded(model.design, term))
        where = _clauses([_is(one.column, level_text(level)) for one, level in coded])
        bases = listed(level_text(model.design.base(one.column)) for one, __ in coded)
        return _of_level(where, bases, slope, others, y) or _(
            "Where {where}, {target} is {size} {way} than where it is {bases}{others}.",
            where=where,
            target=model.target,
            size=size,
            way=way,
            bases=bases,
            others=others,
        )
    if term.word:
        where = _is(term.column, term.word)
        return _of_level(where, "", slope, others, y) or _("Where {where}, {target} is {size} {way}{others}.",
                 where=where, target=model.target, size=size, way=way, others=others)  # fmt: skip
    if slope == 0:
        return _("{target} does not change with {name}{others}.", target=model.target, name=term.name, others=others)
    x = _logged(term.made)
    if x or y:
        from wxb.report.log_words import sentence

        logs = sentence(term.name, model.target, slope, others, x=x, y=y, day=term.is_time)
        if logs:
            return logs
    a_unit = N_("One more unit of {name} goes with {size} {way} {target}{slope}{others}.")
    if term.is_time:
        a_unit = N_("One more day of {name} goes with {size} {way} {target}{slope}{others}.")
    slope_told = slope_text(model, place) if term.is_time else ""
    return _(a_unit, name=term.name, size=size, way=way, target=model.target, slope=slope_told, others=others)


def _logged(made: Made | None) -> Logged | None:
    """Nothing is loaded for a line without computed columns."""
    if made is None or made.tree is None:
        return None
    from wxb.report.log_words import Logged

    return Logged.seen(made)


def _of_level(where: str, bases: str, slope: float, others: str, y: Logged | None) -> str:
    if y is None:
        return ""
    from wxb.report.log_words import of_level

    return of_level(where, bases, slope, others, y)


def _clauses(said: Sequence[str]) -> str:
    """`x is 0, z is 0 and school is north`"""
    *first, last = said or [""]
    return _("{clauses} and {last}", clauses=", ".join(first), last=last) if first else last


def _is(name: str, value: str) -> str:
    return _("{name} is {value}", name=name, value=value)


def _coded(design: Design, term: Term) -> Iterable[tuple[Coded, Level]]:
    return zip(design.pieces[term.piece].categories, term.levels)


def _strongest(model: Fitted) -> int | None:
    """The place among the terms."""
    design, left_out = model.design, frozenset(model.dropped)
    used = Counter(source for piece in design.pieces for source in sources(design, piece))
    of_piece = Counter(one.piece for one in design.stretches)
    told = [
        place
        for one in design.stretches
        if all(
            used[source] == 1 for source in sources(design, design.pieces[one.piece])
        )  # no other piece is made of them
        if _is_plain(design, one, of_piece[one.piece] == 1)
        for place in range(one.first, one.first + one.count)
        if not left_out or model.terms[place] not in left_out
    ]
    if not told:
        return None
    t = np.abs(np.nan_to_num(model.inference.t[model.layout.offset :], nan=-1.0, posinf=np.inf))
    return told[int(np.argmax(t[told]))]


def _is_plain(design: Design, stretch: Stretch, alone: bool) -> bool:
    """Whether one number says what a term does: of a raw column, or of the levels of one category beside its base."""
    coded = design.pieces[stretch.piece].categories
    if not coded:
        return alone and design.terms[stretch.first].made is not None
    is_level = len(coded) == 1 and not stretch.component.names and not coded[0].full
    return is_level and design.category(coded[0].column).coding == "treatment"


def sources(design: Design, piece: Piece) -> set[str]:
    """The columns of the source that a piece is made of."""
    read = {name for column in piece.columns if column for name in design.columns[column - 1].sources}
    return read | {one.column for one in piece.categories}


def _intercept(model: Fitted) -> str:
    """The row that (b) stands for, and whether there are such rows."""
    if not model.layout.intercept or not model.terms or absorbed_columns(model.design):
        return ""
    design = model.design
    nought, states, bent = dict[str, None](), dict[str, None](), set[str]()
    first, made = {term.piece: term for term in reversed(design.terms)}, {one.name: one for one in design.columns}
    standing = {term.piece for term in design.terms if term.name not in model.dropped}
    for place, piece in enumerate(design.pieces):
        if place not in standing:  # its coefficient is 0 wherever it is, and of 1 − x it cannot be 0 where x is
            continue
        state = "" if piece.categories else _not_nought(model, first[place])
        if state:
            states[state] = None
        else:
            for numbers in piece.numbers:
                if numbers.basis in ("scale", "center"):
                    states |= {_("{name} is at its mean", name=name): None for name in _columns_of(made, numbers)}
                    continue
                columns = _nought_with(design, made, numbers)
                if columns is None:
                    return ""
                nought |= dict.fromkeys(columns)
                bent |= {*_columns_of(made, numbers)} - {*columns}
        states |= dict.fromkeys(_base(design, one.column) for one in piece.categories if not one.full)
    if bent & {*nought}:  # log(x) is not 0 where x is
        return ""
    named = _("all {count} numbers", count=len(nought)) if len(nought) > MOST_NAMED else listed(nought)
    zero = [_n("{named} is 0", "{named} are 0", len(nought), named=named)] if nought else []
    row = _clauses([*zero, *states])
    if not row:
        return ""
    return _("The intercept is {target} where {row}{outside}.", target=model.target, row=row, outside=_outside(model))


def _columns_of(made: Mapping[str, Made], numbers: Numbers) -> dict[str, None]:
    """A part that stands in products alone is no column of the design, and told by its name."""
    parts = (made[part].sources if part in made else (part,) for part in numbers.parts if part)
    return {source: None for sources_of in parts for source in sources_of}


def _nought_with(design: Design, made: Mapping[str, Made], numbers: Numbers) -> Iterable[str] | None:
    """What is 0 where a factor is: its columns, or the factor as written; None where no row is known (poly, splines)."""
    if numbers.basis or numbers.text in design.state.knots:
        return None
    trees = [made[part].tree for part in numbers.parts if part in made]
    through = all(tree is None or _through_nought(tree) for tree in trees)
    return _columns_of(made, numbers) if through else [numbers.text]


def _through_nought(tree: Expression) -> bool:
    """Whether it is 0 where its columns are: a power, a product, a sum of such."""
    from wxb.expression import Call, Name, Number, Operation

    match tree:
        case Name():
            return True
        case Operation(symbol="^" | "**", right=Number(value=power)):
            return power > 0 and _through_nought(tree.left)
        case Operation(symbol="*"):
            return _through_nought(tree.left) or _through_nought(tree.right)
        case Operation(symbol="+" | "-"):
            return _through_nought(tree.left) and _through_nought(tree.right)
        case Call(function="I" | "sqrt" | "abs"):
            return all(map(_through_nought, tree.arguments))
        case _:
            return False


def _not_nought(model: Fitted, term: Term) -> str:
    """`paid is not yes`, `t is 1970-01-01 (day 0)`; "" of what is simply 0."""
    if term.word:
        return _("{column} is not {word}", column=term.column, word=term.word)
    at = value_text(model, term.name, 0.0) if term.is_time else ""
    return _("{name} is {at} (day 0)", name=term.name, at=at) if "-" in at else ""


def _base(design: Design, column: str) -> str:
    if design.category(column).coding == "sum":
        return _("{column} is at the mean of its levels", column=column)
    return _is(column, level_text(design.base(column)))


def _outside(model: Fitted) -> str:
    """Of the first number that is 0 in no row: between which values it is."""
    if model.ranges is None:
        return ""
    for term, (low, high) in zip(model.design.terms, model.ranges):
        if term.made is None or term.word or isnan(low) or low <= 0 <= high or term.name in model.dropped:
            continue
        ends = [value_text(model, term.name, end) or text for end, text in zip((low, high), apart((low, high)))]
        within = f"{ends[0]} … {ends[1]}" if ends[0] != ends[1] else _("all of it near {end}", end=ends[0])
        itself = term.made.tree is None
        name = f"{term.made.name if itself else term.name} " if len(model.terms) > 1 or not itself else ""
        return _(": outside the data ({name}{within})", name=name, within=within)
    return ""

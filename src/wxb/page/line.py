"""A fitted line in HTML: its equation, one line of facts, every coefficient with its errors, what it means in words, warnings.

    <p>score = 2 · hours</p> <p>3 rows · squared error · exact minimum</p> <table>…</table> <ul>…</ul>

What is said is what the summary says (`wxb.report`); only where it stands is this module's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.numbers import number
from wxb.page.parts import framed, joined, lines, listed, paragraph, text
from wxb.report.coefficients import MINIMUM, numbers_of_minimum, numbers_otherwise
from wxb.report.equation import equation
from wxb.report.errors_text import errors_line
from wxb.report.plain_words import plain_words
from wxb.report.sections import Line, levels_counted, sections
from wxb.report.summary import about, ending, facts

LEVEL = 0.95  # of the intervals


def line(model: Fitted, spelled: Callable[[str], str] = str) -> str:
    """All of it. spelled : how a face writes advice; str as Python does"""
    return "\n".join(part for part in (head(model, spelled), coefficients(model), words(model, spelled)) if part)


def head(model: Fitted, spelled: Callable[[str], str] = str) -> str:
    """The equation, what it was fitted to, how a descent ended."""
    said = " · ".join(one for one in (about(model), errors_line(model)) if one)
    ended = "" if model.is_minimum or model.penalised is not None else lines(spelled(ending(model)))
    return "\n".join(
        part
        for part in ("" if model.diverged else paragraph(equation(model), "wxb-line"), paragraph(said), ended)
        if part
    )


def words(model: Fitted, spelled: Callable[[str], str] = str) -> str:
    """What is known of the whole line, what its coefficients mean, and what must be known before it is believed."""
    said = [
        *(paragraph(joined(part)) for part in facts(model, spelled)),
        paragraph(joined(plain_words(model, None, spelled))),
    ]
    return "\n".join(part for part in (*said, warnings(model, spelled)) if part)


def warnings(model: Fitted, spelled: Callable[[str], str] = str) -> str:
    return listed(f"! {spelled(one)}" for one in model.warnings)


def coefficients(model: Fitted, level: float = LEVEL) -> str:
    """The table of coefficients, a header for each row and each column."""
    rows = sections(model)
    places = [row.place for row in rows if row.place is not None]
    if model.is_minimum:
        names, numbers = [*map(_, MINIMUM)], numbers_of_minimum(model, level, places)
        names.append(_("{level} % interval", level=number(100 * level)))
        numbers = [[*row[:-2], f"{row[-2]} … {row[-1]}" if row[-1] else row[-2]] for row in numbers]
    else:
        names, numbers = numbers_otherwise(model, places)
    columns = [
        f'<th scope="col" class="wxb-left">{text(_("term"))}</th>',
        *(f'<th scope="col">{text(one)}</th>' for one in names),
    ]
    caption = _("What each term adds to {target}", target=model.target)
    return framed("".join(columns), _rows(model, rows, iter(numbers), len(names) + 1), caption)


def _rows(model: Fitted, rows: list[Line], numbers: Iterator[list[str]], across: int) -> Iterator[str]:
    for row in rows:
        if row.place is None:
            yield f'<tr><th scope="rowgroup" class="wxb-left" colspan="{across}">{text(_without_numbers(model, row))}</th></tr>'
        else:
            deep = ' class="wxb-deep"' if row.depth else ""
            cells = "".join(f"<td>{text(one)}</td>" for one in next(numbers))
            yield f'<tr><th scope="row"{deep}>{text(row.label)}</th>{cells}</tr>'


def _without_numbers(model: Fitted, row: Line) -> str:
    """A heading, or many levels in a line."""
    if not row.block:
        return row.label
    known = [float(model.theta[place]) for place in row.places]
    span = f"{number(min(known))} … {number(max(known))}"
    return f"{row.label}: {levels_counted(len(known))}, {span}"

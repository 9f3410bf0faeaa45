"""Pieces of HTML: texts, tables and lists, every foreign text escaped; nothing here knows where they stand.

>>> paragraph("score = 2 · <hours>")
'<p>score = 2 · &lt;hours&gt;</p>'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import zip_longest

from wxb.i18n import _n
from wxb.numbers import thousands
from wxb.printable import one_line

MOST_ROWS = 60  # of a table in a notebook


def text(content: object) -> str:
    """A text in a line, as HTML. Spaces stay: names may differ in nothing else, and tables show them."""
    return escape(one_line(joined(str(content).split("\n")) if "\n" in str(content) else str(content)))


def paragraph(content: str, kind: str = "") -> str:
    """ "" of nothing."""
    return f"<p{_kind(kind)}>{text(content)}</p>" if content.strip() else ""


def joined(lines: Iterable[str]) -> str:
    """Lines that were folded for a terminal, as one text."""
    return " ".join(line.strip() for line in lines)


def listed(items: Iterable[str]) -> str:
    """A list, "" of nothing."""
    points = "".join(f"<li>{text(item)}</li>" for item in items)
    return f"<ul>{points}</ul>" if points else ""


def lines(content: str) -> str:
    """Lines that stand as they are."""
    return f"<pre>{escape(content, quote=False)}</pre>" if content.strip() else ""


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "", *, words: Sequence[int] = (), more: int = 0
) -> str:
    """Columns under their names; the first cell of each row is the name of that row.

    words : columns of texts, which begin at the left        more : rows that are not among them; they are counted
    """
    columns = "".join(
        f'<th scope="col"{_kind("wxb-left" if i in {0, *words} else "")}>{text(one)}</th>' for i, one in enumerate(head)
    )
    body = [
        f'<tr><th scope="row">{text(first)}</th>'
        + "".join(f"<td{_kind('wxb-left' if i in words else '')}>{text(one)}</td>" for i, one in enumerate(rest, 1))
        + "</tr>"
        for first, *rest in rows[:MOST_ROWS]
    ]
    return framed(columns, body, caption, _left_out(more + max(len(rows) - MOST_ROWS, 0), len(head)))


def framed(head: str, body: Iterable[str], caption: str = "", foot: str = "") -> str:
    """A table of cells that are HTML already."""
    said = f"<caption>{text(caption)}</caption>" if caption else ""
    within = "\n".join(body)
    label = f' role="region" aria-label="{text(caption)}"' if caption else ""
    rows = f"<thead><tr>{head}</tr></thead>\n<tbody>\n{within}\n</tbody>{foot}"
    return f'<div class="wxb-wide" tabindex="0"{label}><table>{said}{rows}</table></div>'


def by_columns(columns: Sequence[Sequence[str]], caption: str = "") -> str:
    """A table of columns, each with its name first."""
    head, *rows = zip_longest(*columns, fillvalue="")
    return table(head, rows, caption)


def _left_out(count: int, across: int) -> str:
    if count <= 0:
        return ""
    said = _n("… {count} more", "… {count} more", count, count=thousands(count))
    return f'<tfoot><tr><td class="wxb-left" colspan="{across}">{text(said)}</td></tr></tfoot>'


def _kind(name: str) -> str:
    return f' class="{name}"' if name else ""


def figure(picture: str, caption: str = "") -> str:
    """A picture with what it shows in words."""
    said = f"<figcaption>{text(caption)}</figcaption>" if caption else ""
    return f'<figure><div class="wxb-wide">{picture}</div>{said}</figure>'


def section(heading: str, *content: str) -> str:
    """A part of a page; "" of nothing."""
    within = "\n".join(part for part in content if part)
    return f"<section><h2>{text(heading)}</h2>\n{within}\n</section>" if within else ""


def grid(*figures: str) -> str:
    """Pictures side by side where there is room."""
    within = "\n".join(figures)
    return f'<div class="wxb-grid">\n{within}\n</div>' if within else ""

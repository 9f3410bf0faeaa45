"""In HTML: a table element with a caption and scopes, so that a screen reader says which term and which model a number is of."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from wxb.printable import one_line
from wxb.report.side_by_side.content import Cell, Content, Row


def html(table: Content) -> str:
    """The element, a row in each line."""
    across = len(table.names) + 1
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in table.names)
    lines = ["<table>"]
    if table.caption:
        lines.append(f"<caption>{_text(table.caption)}</caption>")
    lines += ["<thead>", f"<tr><td></td>{head}</tr>", "</thead>", "<tbody>", *_rows(table.rows, across), "</tbody>"]
    lines += ["<tbody>", *_rows(table.foot, across), "</tbody>"]
    if table.notes:
        lines += [
            "<tfoot>",
            *(f'<tr><td colspan="{across}">{_text(note)}</td></tr>' for note in table.notes),
            "</tfoot>",
        ]
    return "\n".join([*lines, "</table>"])


def _text(text: str) -> str:
    return escape(one_line(" ".join(text.split())))


def _rows(rows: tuple[Row, ...], across: int) -> Iterator[str]:
    for row in rows:
        if not row.cells:
            yield f'<tr><th scope="row" colspan="{across}">{_text(row.name)}</th></tr>'
        else:
            indent = "&emsp;" * row.depth
            yield f'<tr><th scope="row">{indent}{_text(row.name)}</th>{"".join(map(_cell, row.cells))}</tr>'


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "<td></td>"
    stars = f"<sup>{'*' * cell.stars}</sup>" if cell.stars else ""
    beneath = f"<br>{_text(cell.beneath)}" if cell.beneath else ""
    return f"<td>{_text(cell.value)}{stars}{beneath}</td>"

"""In GitHub's Markdown: every sign of a name that Markdown could read is escaped, errors stand in rows of their own.

| | (1) | (2) |
|:--|--:|--:|
| speed | 3.932\\*\\*\\* | 3.1 |
| | (0.416) | (0.5) |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wxb.printable import one_line
from wxb.report.side_by_side.content import Content, Row

_READ = re.compile(r"([\\`*_{}\[\]<>#|~$&+-]|:(?=\w)|(?<=\w):)")  # a colon between letters may be a sign of GitHub's


def markdown(table: Content) -> str:
    """Caption, table, notes."""
    head = ["", *map(escaped, table.names)]
    lines = [f"**{escaped(table.caption)}**", ""] if table.caption else []
    lines += [_line(head), "|:--|" + "--:|" * len(table.names)]
    lines += [_line(cells) for row in (*table.rows, *table.foot) for cells in _rows(row, len(table.names))]
    return "\n".join([*lines, "", *(f"{escaped(note)}  " for note in table.notes)]).rstrip()


def escaped(text: str) -> str:
    """A text that reads as it is."""
    return _READ.sub(r"\\\1", one_line(" ".join(text.split())))


def _rows(row: Row, width: int) -> Iterator[list[str]]:
    indent = "&emsp;" * row.depth
    values = [escaped(cell.value + "*" * cell.stars) if cell else "" for cell in row.cells]
    yield [indent + escaped(row.name), *(values or [""] * width)]
    if any(cell and cell.beneath for cell in row.cells):
        yield ["", *(escaped(cell.beneath) if cell else "" for cell in row.cells)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"

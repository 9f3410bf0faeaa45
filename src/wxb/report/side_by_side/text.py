"""In a terminal: values and the errors beneath them end at the same place, stars and brackets stand beyond it.

           (1)        (2)
speed     3.932***   3.1
         (0.416)    (0.5)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wxb.printable import cells, one_line, printable
from wxb.report.lines import WIDTH, broken, pad, width, wrapped
from wxb.report.side_by_side.content import Cell, Content, Row

GAP, INDENT = "  ", "  "
NAME, HEAD = 26, 18  # cells up to which the name of a row, and of a model, keeps to its column


def text(table: Content) -> str:
    """The panels, each of as many models as fit beside each other, and the notes."""
    names = [_name(row) for row in (*table.rows, *table.foot)]
    beside = sum(cells(GAP) + sum(_widths(table, i)) for i in range(len(table.names)))
    most = max(NAME, width() - cells(INDENT) - beside) if width() > WIDTH else NAME
    room = max((cells(name) for name in names if cells(name) <= most), default=0)
    lines = [one_line(table.caption), ""] if table.caption else []
    for i, chosen in enumerate(_panels(table, room)):
        lines += [*([""] if i else []), *_panel(table, chosen, room)]
    lines += ["", *(line for note in table.notes for line in wrapped(one_line(note)))]
    return printable("\n".join(lines))


def _name(row: Row) -> str:
    return "  " * row.depth + one_line(" ".join(row.name.split()))


def _column(table: Content, i: int) -> list[Cell]:
    return [cell for row in (*table.rows, *table.foot) if row.cells and (cell := row.cells[i]) is not None]


def _parts(cell: Cell) -> list[tuple[str, str]]:
    """Of each line of a cell what ends at the edge of the column, and what stands beyond it."""
    lines = [(cell.value, "*" * cell.stars)]
    return [*lines, (cell.beneath[:-1], cell.beneath[-1])] if cell.beneath else lines


def _widths(table: Content, i: int) -> tuple[int, int]:
    """Of a model's column up to its edge and beyond it."""
    parts = [part for cell in _column(table, i) for part in _parts(cell)]
    body, tail = (max((cells(part[k]) for part in parts), default=0) for k in (0, 1))
    head = max(map(cells, _head(table.names[i])))
    return max(body, head - tail), tail


def _head(name: str) -> list[str]:
    """The name of a model in lines of a column."""
    return [line.strip() for line in broken(one_line(name), room=HEAD, indent="", later="")]


def _panels(table: Content, room: int) -> Iterator[list[int]]:
    """The models that stand beside each other."""
    chosen: list[int] = []
    used = cells(INDENT) + room
    for i in range(len(table.names)):
        wide = cells(GAP) + sum(_widths(table, i))
        if chosen and used + wide > width():
            yield chosen
            chosen, used = [], cells(INDENT) + room
        chosen.append(i)
        used += wide
    yield chosen


def _panel(table: Content, chosen: Sequence[int], room: int) -> list[str]:
    widths = [_widths(table, i) for i in chosen]
    heads = [_head(table.names[i]) for i in chosen]
    tall = max(map(len, heads))
    lines = [
        INDENT + " " * room + "".join(GAP + pad(head[k - tall + len(head)] if k >= tall - len(head) else "", sum(w))
                                      for head, w in zip(heads, widths))
        for k in range(tall)
    ]  # fmt: skip
    rule = INDENT + "─" * (room + sum(cells(GAP) + sum(width) for width in widths))
    lines += [rule, *(line for row in _with_cells(table.rows, chosen) for line in _row(row, chosen, widths, room))]
    lines += [rule, *(line for row in _with_cells(table.foot, chosen) for line in _row(row, chosen, widths, room))]
    return [line.rstrip() for line in lines]


def _with_cells(rows: Sequence[Row], chosen: Sequence[int]) -> list[Row]:
    """The rows that have a cell in some of the models, and the headings above them."""
    kept: list[Row] = []
    for row in reversed(rows):
        beneath = bool(kept) and kept[-1].depth > row.depth
        if any(row.cells[i] is not None for i in chosen) if row.cells else beneath:
            kept.append(row)
    return kept[::-1]


def _row(row: Row, chosen: Sequence[int], widths: Sequence[tuple[int, int]], room: int) -> list[str]:
    name = _name(row)
    if not row.cells:
        return broken(name, INDENT)
    parts = [[] if (cell := row.cells[i]) is None else _parts(cell) for i in chosen]
    lines = []
    if cells(name) > room:
        lines, name = broken(name, INDENT), ""
    for k in range(max((len(part) for part in parts), default=0) or 1):
        shown = (part[k] if k < len(part) else ("", "") for part in parts)
        drawn = (
            GAP + pad(core, w) + pad(tail, beyond, right=False) for (core, tail), (w, beyond) in zip(shown, widths)
        )
        lines.append(INDENT + pad(name if k == 0 else "", room, right=False) + "".join(drawn))
    return lines

"""`wxb cost`: a given line, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wxb.cli.screen import Screen
from wxb.i18n import _
from wxb.numbers import counted
from wxb.printable import cells, one_line, shell_word

if TYPE_CHECKING:
    from wxb.cli.origin import Origin
    from wxb.model.line import LineCost

MOST_ROWS = 20


def run(screen: Screen, *, rows: Origin, line: str, target: str | None = None, **options: Any) -> int:
    """Compute and show."""
    from wxb.api import cost_of

    found = cost_of(rows.source, target, line, **options)
    screen.warn(found.notes)
    screen.answer(record(found))
    from wxb.numbers import number
    from wxb.report.lines import prose

    if screen.quiet:
        screen.show(number(found.cost, 6))
    else:
        screen.show(text(found), heading=True)
        call = [f"wxb fit {rows.typed}", f"--target {shell_word(found.target)}", *_as_read(found, options)]
        *before, line = _folded(f"  {_('next:')}", call, prose())
        said = _("finds the line that costs least")
        for one in before:
            screen.show(f"{one} \\")
        screen.show(f"{line}   {said}" if cells(line) + 3 + cells(said) <= prose() else f"{line}\n          {said}")
    return 0


def _folded(start: str, parts: list[str], room: int) -> list[str]:
    """A command in lines of at most so many cells where its parts allow it, each but the last to be ended by a backslash."""
    lines = [f"{start} {parts[0]}"]
    for part in parts[1:]:
        if cells(lines[-1]) + 1 + cells(part) + 2 <= room:
            lines[-1] += f" {part}"
        else:
            lines.append(f"          {part}")
    return lines


def _as_read(found: LineCost, options: dict[str, Any]) -> list[str]:
    """What else a fit is told so that it is of the same columns and rows."""
    from wxb.advice import Advice
    from wxb.cli.flags import flag

    said = {"features": list(found.columns), **options}
    kept = {name: value for name, value in said.items() if value and (name, value) != ("missing", "error")}
    return [flag(Advice(name, list(value) if isinstance(value, tuple) else value)) for name, value in kept.items()]


def record(found: LineCost) -> dict[str, object]:
    """The answer for a machine; rows beyond the first 10 000 are in the cost only."""
    return {
        "line": found.line,
        "target": found.target,
        "n": found.n,
        "cost": found.cost,
        "mean_absolute": found.mean_absolute,
        "columns": found.columns,
        "actual": found.actual,
        "predictions": found.predicted,
        "errors": found.error,
        "warnings": list(found.notes),
    }


def text(found: LineCost) -> str:
    """The table of residuals and the cost."""
    from wxb.numbers import apart, number
    from wxb.report.lines import fits, headed, prose, width

    names = list(found.columns)[: max(width() // 20, 1)]
    head = [*names, found.target, _("predicted"), _("error"), _("error²")]
    count = min(len(found.error), MOST_ROWS)
    given = [apart(values[:count].tolist(), 6) for values in (*(found.columns[n] for n in names), found.actual)]
    plain = [found.predicted[:count], found.error[:count], found.error[:count] ** 2]
    rows = list(zip(*given, *([number(value, 6) for value in values.tolist()] for values in plain)))
    line = found.line if "=" in found.line else f"{found.target} = {found.line}"
    if found.n > count:
        rows.append(("…",) * len(head))
    lines = headed(head, rows)
    while not fits(lines) and len(head) > 4:
        head, rows = head[1:], [row[1:] for row in rows]
        lines = headed(head, rows)
    squares = [number(float(error) ** 2, 6) for error in found.error]
    cost = number(found.cost, 6)
    worked = (
        _("  cost ({squares}) / {n} = {cost}   mean squared error", squares=" + ".join(squares), n=found.n, cost=cost)
        if 1 < found.n <= 6
        else ""
    )
    return "\n".join(
        [
            *_headline(one_line(line), counted(found.n, "row")),
            "",
            *lines,
            "",
            worked if worked and cells(worked) <= prose() else _("  cost {cost}   mean squared error", cost=cost),
            _("  mean |error| {size}", size=number(found.mean_absolute, 6)),
        ]
    )


def _headline(line: str, rows: str) -> list[str]:
    """The line and how many rows there are, below each other where they do not fit."""
    from wxb.report.lines import broken, width

    whole = f"{line}     {rows}"
    return [whole] if cells(whole) <= width() else [*broken(line, "", later="  "), f"  {rows}"]

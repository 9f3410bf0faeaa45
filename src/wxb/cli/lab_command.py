"""`wxb lab`: the page to learn on, of the three students, of a table, or of a saved model; written as one file and opened.

    wxb lab        wxb lab DATA [--target y] [-f x]        wxb lab MODEL [DATA]

The browser is opened where somebody sits at a terminal, and none is where the answer goes into a pipe.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wxb.cli.outputs import check_output
from wxb.cli.screen import Screen
from wxb.cli.streams import is_terminal
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.printable import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wxb.cli.origin import Origin
    from wxb.laboratory.lab import Lab

MODEL, GROUPS = b'"wxb model"', b'"wxb groups"'
OF_DESCENT = ("lr", "epochs", "momentum", "start")


def run(
    screen: Screen,
    *,
    rows: Origin,
    words: Sequence[str] = (),
    output: Path | None = None,
    open: bool = True,
    **options: Any,
) -> int:
    """Write, open, say where."""
    from wxb.laboratory.lab import opened

    target = Path("lab.html") if output is None else output
    check_output(target, words, "page")
    lab = _made(screen, list(words), rows, options)
    screen.warn(lab.warnings)
    lab.save(target)
    size = target.stat().st_size
    names, n = lab.payload["names"], lab.payload["moments"]["n"]
    screen.answer({"output": str(target), "bytes": size, "names": names, "n": n, "warnings": list(lab.warnings)})
    screen.saved(target)
    seen = open and not screen.as_json and is_terminal(sys.stdout) and opened(target)
    kilobytes = -(-size // 1000)
    screen.more(
        _("  {size} kB, open in your browser; sent to others, it opens in theirs", size=kilobytes)
        if seen
        else _("  {size} kB: open it in any browser, or send it", size=kilobytes)
    )
    return 0


def _made(screen: Screen, words: list[str], rows: Origin, options: dict[str, Any]) -> Lab:
    from wxb.cli.progress import Progress
    from wxb.data.layout import layout_of
    from wxb.laboratory import lab

    head = _head(words[0]) if words else b""
    if GROUPS in head:
        raise UsageError(
            _("the page is of one line, and {path} holds one for each group", path=show(words[0])),
            _("choose the rows of a group: wxb lab DATA --where …"),
        )
    if MODEL in head:
        return _of_model(words[0], rows.beside(words[1:]), options)
    layout = layout_of(options)
    asked = {name: value for name, value in options.items() if name not in layout}
    rows = rows.beside(words)
    if rows.given:
        with Progress(screen) as progress:
            return lab.of_data(rows.source, **asked, layout=layout, progress=progress.rows)
    for name in options:
        if name not in OF_DESCENT:
            raise UsageError(
                _("`{option}=` says how data are read, and none are given", option=name),
                _("name a file: wxb lab FILE; without one the page is of the three students"),
            )
    return lab.of_students(**asked)


def _of_model(model: str, rows: Origin, options: dict[str, Any]) -> Lab:
    from wxb import load
    from wxb.data.layout import layout_of
    from wxb.laboratory.lab import of_model

    layout = layout_of(options)
    for name in options:
        if name not in (*layout, "threads"):
            raise UsageError(
                _("`{option}=` is of a fit, and {path} is fitted", option=name, path=show(model)), _("leave it out")
            )
    return of_model(load(Path(model)), rows.source, layout, options.get("threads"))


def _head(word: str) -> bytes:
    """How a file begins; nothing of what is none."""
    try:
        with Path(word).open("rb") as file:
            return file.read(4096)
    except (OSError, ValueError):
        return b""

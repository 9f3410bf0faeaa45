"""`wxb report`: all there is to see of a saved model as one HTML file; `wxb fit --report` writes the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wxb.cli.outputs import check_output
from wxb.cli.screen import Screen
from wxb.i18n import _
from wxb.printable import shell_word

if TYPE_CHECKING:
    from wxb.cli.origin import Origin
    from wxb.model.groups import Groups
    from wxb.model.model import Model

GROUPS = b'"wxb groups"'
OF_ROWS = ("weights", "frequency", "threads")
FLAG = re.compile(r"--?[a-z][a-z-]*")


def run(
    screen: Screen,
    *,
    model: Path,
    rows: Origin,
    output: Path | None = None,
    interval: float = 0.95,
    **options: Any,
) -> int:
    """Write and say where."""
    target = Path(f"{model.stem}.html") if output is None else output
    check_output(target, [*rows.data, str(model)], "page")
    shown = _loaded(model)
    screen.warn(shown.warnings)
    columns = {name: options.pop(name) for name in OF_ROWS if name in options}
    write(screen, shown, target, rows.source, options, columns, interval=interval)
    screen.answer({"output": str(target), "bytes": target.stat().st_size, "warnings": list(shown.warnings)})
    return 0


def write(
    screen: Screen,
    shown: Model | Groups,
    path: Path,
    source: Any,
    options: Mapping[str, Any],
    columns: Mapping[str, Any] | None = None,
    *,
    interval: float,
) -> None:
    """The report of what was fitted or loaded.  source : the rows of the fit        columns : as which they are read"""
    from wxb.cli.flags import in_flags
    from wxb.data.layout import layout_of
    from wxb.page.report import Rows, write

    if source == "-":
        screen.warn([_("what comes by a pipe is read once: the report is without pictures of the rows")])
        source = None
    again = Rows(data=source, layout=layout_of(options), **(columns or {}))
    command = " ".join(["wxb", *(word if FLAG.fullmatch(word) else shell_word(word) for word in _shown(screen.typed))])
    write(shown, path, again, interval=interval, command=command, spelled=in_flags)
    screen.saved(path)


def _shown(words: Sequence[str]) -> list[str]:
    """A command without the address of a database, which may hold a password; WXB_URI says it where the command is run again."""
    found: list[str] = []
    left_out = False
    for word in words:
        if not (left_out or word == "--uri" or word.startswith("--uri=")):
            found.append(word)
        left_out = word == "--uri"
    return found


def _loaded(path: Path) -> Model | Groups:
    from wxb import load

    with suppress(OSError), path.open("rb") as file:
        if GROUPS in file.read(4096):
            from wxb.model.groups import Groups

            return Groups.load(path)
    return load(path)

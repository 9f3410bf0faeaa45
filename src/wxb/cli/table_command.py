"""`wxb table`: saved models side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wxb.cli.outputs import check_output
from wxb.cli.screen import Screen

FORMATS = {".tex": "latex", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html"}


def run(screen: Screen, *, models: list[Path], output: Path | None = None, interval: float = 0.95, **look: Any) -> int:
    """Show it, or write it to a file, whose ending says the format where no option does."""
    check_output(output, models)
    if output is not None:
        look.setdefault("format", FORMATS.get(output.suffix.lower(), "text"))
    from wxb import api, load
    from wxb.report.record import model_record

    loaded = [load(path) for path in models]
    table = api.table(*loaded, level=interval, **look)
    records = [model_record(model, interval) for model in loaded]
    screen.answer(
        {
            "caption": table.caption,
            "names": list(table.names),
            "models": records,
            "notes": list(table.notes),
            "output": None if output is None else str(output),
        }
    )
    if output is None:
        screen.show(str(table), heading=bool(table.caption) and table.format == "text")
        return 0
    from wxb.writing import write_atomically

    write_atomically(output, f"{table}\n")
    screen.saved(output)
    return 0

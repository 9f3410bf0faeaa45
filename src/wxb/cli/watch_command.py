"""`wxb watch`: a script under the loop doctor. Its stdout and its exit code are the script's own."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

from wxb.cli.extras import has_torch
from wxb.cli.outputs import check_output
from wxb.cli.screen import Screen
from wxb.errors import MissingExtra


def run(screen: Screen, *, script: str, arguments: list[str], report: Path | None = None, fail: bool = False) -> int:
    """Run the script. With --json the report takes stdout, and what the script prints goes to stderr."""
    is_page = report is not None and report.suffix.lower() in (".html", ".htm")
    check_output(report, [script], "page" if is_page else "report")
    if not has_torch():
        raise MissingExtra("PyTorch", "torch", "Watching a script")
    from wxb.watching.runner import run_script

    if not screen.as_json:
        return run_script(script, arguments, None if report is None else str(report), fail)
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "report.json"
        written = own if report is None or is_page else report
        with contextlib.redirect_stdout(sys.stderr):
            code = run_script(script, arguments, [*([str(report)] if is_page else []), str(written)], fail)
        import json

        screen.answer(json.loads(written.read_text("utf-8")))
    return code

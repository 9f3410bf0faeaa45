"""The line of progress: what it says is left is what comes if the rest is as quick as what is done."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from wxb.cli import progress as module
from wxb.cli.progress import Progress
from wxb.numbers import thousands


@pytest.mark.parametrize(("done", "seconds", "left"), [
    (500, 60.0, "01:00"), (900, 90.0, "00:10"), (100, 3600.0, "9:00:00"), (1000, 50.0, "00:00"), (0, 5.0, "--:--"),
])  # fmt: skip
def test_time_left(done: int, seconds: float, left: str, monkeypatch: Any, capsys: Any) -> None:
    now = [100.0]
    monkeypatch.setattr(module, "is_terminal", lambda stream: True)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    screen: Any = SimpleNamespace(quiet=False)
    with Progress(screen) as progress:
        assert progress.rows is not None
        progress.rows(0, 1000)  # reading begins
        now[0] += seconds
        progress.rows(done, 1000)
        shown = capsys.readouterr().err
    assert f"{thousands(done)} rows · {thousands(round(done / seconds))} rows/s" in shown
    assert shown.rstrip().endswith(left)


def test_nobody_is_told_where_nobody_looks(monkeypatch: Any) -> None:
    for quiet, terminal in ((True, True), (False, False)):
        monkeypatch.setattr(module, "is_terminal", lambda stream, terminal=terminal: terminal)
        screen: Any = SimpleNamespace(quiet=quiet)
        assert (Progress(screen).rows, Progress(screen).epochs) == (None, None)

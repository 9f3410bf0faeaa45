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


def test_a_descent_says_which_epoch_of_how_many(monkeypatch: Any, capsys: Any) -> None:
    now = [100.0]
    monkeypatch.setattr(module, "is_terminal", lambda stream: True)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    entry: Any = SimpleNamespace(epoch=12, cost=1.5, gradient_norm=0.25)
    for epochs, said in ((2000, "epoch 13 of 2000 ·"), (None, "epoch 13 ·")):
        screen: Any = SimpleNamespace(quiet=False)
        with Progress(screen, epochs) as progress:
            now[0] += 5.0
            assert progress.epochs is not None
            progress.epochs(entry)
            assert said in capsys.readouterr().err


def test_a_line_is_cut_by_cells(monkeypatch: Any, capsys: Any) -> None:
    from wxb import i18n
    from wxb.printable import cells

    now = [100.0]
    monkeypatch.setattr(module, "is_terminal", lambda stream: True)
    monkeypatch.setattr(module, "_columns", lambda: 30)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    before = i18n.language()
    i18n.speak("ko")
    try:
        screen: Any = SimpleNamespace(quiet=False)
        with Progress(screen) as progress:
            now[0] += 5.0
            assert progress.rows is not None
            progress.rows(123456, 1000000)
            shown = capsys.readouterr().err.removeprefix(module.ERASE)
            assert 0 < cells(shown) < 30
    finally:
        i18n.speak(before)

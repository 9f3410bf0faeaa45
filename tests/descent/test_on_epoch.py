"""`on_epoch` is told every kept entry, whichever engine makes them, and can end the run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import wxb
from wxb.trajectory import Entry

TABLE = {"x": [1.0, 2.0, 3.0, 5.0, 8.0, 9.0] * 2, "y": [1.0, 2.5, 2.0, 5.0, 7.0, 10.0, 2.0, 2.5, 4.0, 4.0, 8.0, 9.0]}
ENDINGS: list[dict[str, Any]] = [
    {"lr": 0.02, "epochs": 300},
    {"lr": 0.02, "epochs": 25_000, "log_every": 400},
    {"lr": 0.02, "epochs": 300, "schedule": "step:50:0.5"},
    {"epochs": 50, "line_search": True},
    {"lr": 0.02, "stop": wxb.Stop(cost_within=1e-6)},
    {"lr": 0.02, "epochs": 500, "test": 0.3, "seed": 1, "stop": wxb.Stop(patience=5)},
    {"lr": 1.0, "epochs": 100},  # diverges
]


def entries_of(entries: list[Entry]) -> list[tuple[Any, ...]]:
    return [(e.epoch, e.W.tolist(), e.b, e.cost, e.test_cost, e.gradient_norm, e.lr) for e in entries]


@pytest.mark.parametrize("options", ENDINGS, ids=", ".join)
@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
def test_it_is_shown_the_entries_of_the_trajectory(options: dict[str, Any]) -> None:
    seen: list[Entry] = []
    path = wxb.fit(TABLE, "y", **options, on_epoch=seen.append).trajectory
    assert len(seen) > 1
    assert entries_of(seen) == entries_of(list(path.entries()))
    assert path.outcome == wxb.fit(TABLE, "y", **options).trajectory.outcome


@pytest.mark.parametrize("options", [{}, {"schedule": "cosine"}, {"test": 0.3, "stop": wxb.Stop(patience=40)}])
@pytest.mark.parametrize("end", [0, 9])
def test_an_interrupted_run_is_the_run_until_then(options: dict[str, Any], end: int) -> None:
    def impatient(entry: Entry) -> None:
        if entry.epoch == end:
            raise KeyboardInterrupt

    model = wxb.fit(TABLE, "y", lr=0.02, epochs=200, **options, on_epoch=impatient)
    whole = wxb.fit(TABLE, "y", lr=0.02, epochs=200, **options)
    path = model.trajectory
    assert model.outcome == "interrupted"
    assert path.epochs.tolist() == list(range(end + 1))
    assert entries_of(list(path.entries())) == entries_of(list(whole.trajectory.entries()))[: end + 1]
    assert path.outcome.epochs == end + 1
    assert path.total_epochs == 200
    assert np.isfinite(model.cost)


def test_whatever_else_it_raises_is_the_callers() -> None:
    def broken(entry: Entry) -> None:
        raise ZeroDivisionError(entry.epoch)

    with pytest.raises(ZeroDivisionError):
        wxb.fit(TABLE, "y", lr=0.02, epochs=20, on_epoch=broken)

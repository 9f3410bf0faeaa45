"""Parts summed elsewhere and merged as a tree: the bits of one machine, whatever the parts, the tree and the processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wxb
from support.processes import Processes
from wxb.data import open_table
from wxb.data.elsewhere import Elsewhere

ROWS = 1000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(3)
    x, z = random.normal(3, 1, ROWS), random.normal(size=ROWS) * 1e6
    table = pa.table(
        {
            "x": x,
            "z": z,
            "v": x + random.normal(size=ROWS),
            "n": random.integers(0, 40, ROWS),
            "w": random.uniform(0, 2, ROWS).round(1),
            "f": random.integers(0, 4, ROWS),
            "school": random.choice(["north", "south", "east", "west"], ROWS),
            "firm": random.integers(0, 60, ROWS),
            "y": 2 * x + 1e-6 * z + random.normal(size=ROWS),
        }
    )
    there = tmp_path_factory.mktemp("spread")
    pq.write_table(table, there / "t.parquet", row_group_size=137)
    for place, start in enumerate(range(0, ROWS, 300)):
        table.slice(start, 300).to_pandas().to_csv(there / f"part{place}.csv", index=False)
    return there


def elsewhere(path: Any, seed: int = 0, workers: int = 0) -> tuple[Elsewhere, Processes]:
    engine = Processes(workers, seed)
    return Elsewhere(open_table(path), engine), engine


ASKED: list[dict[str, Any]] = [
    {"features": ["x", "z", "n"]},
    {"features": ["x", "z"], "weights": "w", "frequency": "f"},
    {"features": ["x", "n"], "test": 0.2, "folds": 4},
    {"features": ["x", "z"], "precision": "fast"},
    {"features": ["x", "z"], "by": "school"},
    {"features": ["x"], "by": "firm"},
    {"formula": "y ~ x * C(school) + poly(z, 2)"},
    {"formula": "y ~ x + z | firm"},
    {"features": ["x", "z"], "se": "HC3"},
    {"features": ["x", "z"], "se": "HAC:3"},
    {"features": ["x", "z"], "se": "cluster:firm+school"},
    {"features": ["x", "z"], "se": "CR2:firm"},
    {"formula": "y ~ x + z | firm", "se": "HC2"},
    {"features": ["x", "z"], "se": "bootstrap:60"},
    {"features": ["x", "z", "n"], "l2": "auto", "folds": 5},
    {"features": ["x", "z", "n"], "l1": 0.1},
    {"features": ["x", "z", "n"], "l2": "auto"},
    {"features": ["x"], "lr": 0.01, "epochs": 50},
    {"features": ["x"], "endogenous": "x", "instruments": "v"},
]


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked.values())))
def test_the_bits_of_one_machine(folder: Path, asked: dict[str, Any]) -> None:
    path = folder / "t.parquet"
    asked = asked if "formula" in asked else {"target": "y", **asked}
    here, (there, engine) = wxb.fit(path, **asked), elsewhere(path, seed=len(str(asked)))
    assert wxb.fit(there, **asked) == here
    assert engine.tasks >= 8


def test_parts_that_do_not_know_their_rows_are_counted_only_where_numbers_decide(folder: Path) -> None:
    path = str(folder / "part*.csv")
    there, engine = elsewhere(path)
    assert wxb.fit(there, "y", features=["x", "z"]) == wxb.fit(path, "y", features=["x", "z"])
    assert engine.tasks == 4
    asked: dict[str, Any] = {"features": ["x", "z"], "folds": 5, "se": "HC1"}
    there, engine = elsewhere(path)
    assert wxb.fit(there, "y", **asked) == wxb.fit(path, "y", **asked)
    assert engine.tasks == 4 + 4 + 4  # counted, summed, and once more with numbers that are known


def test_other_processes(folder: Path) -> None:
    there, __ = elsewhere(folder / "t.parquet", workers=2)
    assert wxb.fit(there, "y", features=["x"], se="HC1") == wxb.fit(folder / "t.parquet", "y", features=["x"], se="HC1")


def test_a_refusal_says_where_as_on_one_machine(folder: Path, tmp_path: Path) -> None:
    for place, text in enumerate(["x,y\n1,2\n2,3\n", "x,y\n3,4\n4,\n5,7\n"]):
        (tmp_path / f"{place}.csv").write_text(text)
    path = str(tmp_path / "*.csv")
    with pytest.raises(wxb.WxbError) as here:
        wxb.fit(path, "y")
    with pytest.raises(wxb.WxbError) as there:
        wxb.fit(elsewhere(path)[0], "y")
    assert str(there.value) == str(here.value)
    with pytest.warns(wxb.WxbWarning, match="1 of 5 rows dropped"):
        assert wxb.fit(elsewhere(path)[0], "y", missing="drop") == wxb.fit(path, "y", missing="drop")


def test_too_few_rows_and_checkpoints_are_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("x,z,y\n1,2,3\n")
    for asked in ({"target": "y"}, {"target": "y", "folds": 2}):
        with pytest.raises(wxb.NumericalError, match="too few"):
            wxb.fit(elsewhere(tmp_path / "few.csv")[0], **asked)
    with pytest.raises(wxb.UsageError, match="several"):
        wxb.fit(elsewhere(folder / "t.parquet")[0], "y", features=["x"], checkpoint=tmp_path / "c")


def test_progress_by_parts(folder: Path) -> None:
    told: list[Any] = []
    wxb.fit(elsewhere(folder / "t.parquet")[0], "y", features=["x"], progress=lambda *now: told.append(now))
    assert told[-1] == (ROWS, ROWS)
    assert len(told) == 8

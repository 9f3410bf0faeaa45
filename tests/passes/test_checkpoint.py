"""A scan killed at any moment and started again ends with the same bits; the state of another scan is refused."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wxb
from support.notes import noted
from wxb.passes import checkpoint as checkpoint_module
from wxb.passes.checkpoint import Checkpoint

ROWS, PARTS = 2400, 24
RANDOM = np.random.default_rng(91)
X = RANDOM.normal(size=(ROWS, 2)) * 10.0 ** RANDOM.uniform(-6, 6, (ROWS, 1))
TABLE = pa.table({"a": X[:, 0], "b": X[:, 1], "w": RANDOM.uniform(0, 2, ROWS), "y": X @ [1.0, 2.0] + 1})

CHILD = """
import functools, sys, time
import wxb
from wxb.passes import checkpoint as checkpoint_module
checkpoint_module.Checkpoint = functools.partial(checkpoint_module.Checkpoint, seconds=0.0)
print("ready", flush=True)
model = wxb.fit(sys.argv[1], target="y", weights="w", test=0.2, folds=2, seed=5, checkpoint=sys.argv[2],
                progress=lambda *_: time.sleep(0.02))
model.save(sys.argv[3])
print("done", flush=True)
"""
OPTIONS = {"target": "y", "weights": "w", "test": 0.2, "folds": 2, "seed": 5}


@pytest.fixture
def files(tmp_path) -> str:
    cuts = np.linspace(0, ROWS, PARTS // 2 + 1).astype(int)
    for i, (low, high) in enumerate(pairwise(cuts)):
        rows = TABLE.slice(low, high - low).to_pydict()
        lines = [",".join(rows), *(",".join(map(repr, row)) for row in zip(*rows.values()))]
        (tmp_path / f"part{i:02}.csv").write_text("\n".join(lines) + "\n")
    return str(tmp_path / "part*.csv")


@pytest.fixture
def row_groups(tmp_path) -> str:
    pq.write_table(TABLE, tmp_path / "rows.parquet", row_group_size=ROWS // PARTS)
    return str(tmp_path / "rows.parquet")


@pytest.fixture
def often(monkeypatch):
    """Checkpoints after every part."""
    made = []

    def every(path, asked=()):
        made.append(Checkpoint(path, asked, 0.0))
        return made[-1]

    monkeypatch.setattr(checkpoint_module, "Checkpoint", every)
    return made


def changed(state: Path) -> int:
    return state.stat().st_mtime_ns if state.exists() else 0


def run_and_kill(source: str, state: Path, model: Path, seconds: float | None) -> bool:
    """Start the child, kill it that long after it first kept a state (None: never); whether it was done before."""
    before = changed(state)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, source, str(state), str(model)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    if seconds is not None:
        while child.poll() is None and changed(state) in (0, before):
            time.sleep(0.001)
        time.sleep(seconds)
        child.kill()
    said = child.stdout.read()
    child.stdout.close()
    child.wait()
    return said == "done\n"


@pytest.mark.parametrize("source", ["files", "row_groups"])
def test_killed_at_any_moment_it_goes_on_to_the_same_bits(tmp_path, source, request):
    source = request.getfixturevalue(source)
    truth = wxb.fit(source, **OPTIONS)
    truth.save(tmp_path / "truth.json")
    state, model = tmp_path / "state.json", tmp_path / "model.json"
    clock = random.Random(4)
    seen = [0]
    for attempt in range(3):
        if run_and_kill(source, state, model, clock.uniform(0, 0.02) * attempt):
            break
        if state.exists():
            seen.append(len(json.loads(state.read_text())["parts"]))
    assert seen == sorted(seen), "each run goes on from where the last one was"
    if not model.exists():
        assert run_and_kill(source, state, model, None)
    assert max(seen) > 0, "no run was killed after a state was kept"
    assert model.read_bytes() == (tmp_path / "truth.json").read_bytes()
    assert not state.exists()


def interrupt_after(parts: int):
    """A progress callback that stops the scan, as Ctrl-C would, after that many blocks."""
    seen = []

    def progress(*_):
        seen.append(1)
        if len(seen) > parts:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("parts", [1, 2, 11, 23])
def test_interrupted_after_any_part(tmp_path, row_groups, often, parts):
    state = tmp_path / "state.json"
    with pytest.raises(KeyboardInterrupt):
        wxb.fit(row_groups, **OPTIONS, checkpoint=state, progress=interrupt_after(parts))
    kept = json.loads(state.read_text())
    assert len(kept["parts"]) == parts
    assert kept["rows"] == parts * (ROWS // PARTS)
    rows = []
    model = wxb.fit(row_groups, **OPTIONS, checkpoint=state, progress=lambda done, total: rows.append(done))
    assert len(rows) == PARTS - parts
    truth = wxb.fit(row_groups, **OPTIONS)
    assert model.theta.tolist() == truth.theta.tolist()
    assert (model.moments, model.test_moments, model.fold_moments) == (
        truth.moments,
        truth.test_moments,
        truth.fold_moments,
    )
    assert model.ranges == truth.ranges
    assert not state.exists()


def test_dropped_rows_and_notes_are_kept(tmp_path, often):
    y = TABLE["y"].to_numpy().copy()
    y[::7] = np.nan
    table = TABLE.set_column(3, "y", pa.array(y, from_pandas=True))
    path = tmp_path / "rows.parquet"
    pq.write_table(table, path, row_group_size=100)
    call = {"target": "y", "missing": "drop", "checkpoint": tmp_path / "state.json"}
    with pytest.raises(KeyboardInterrupt):
        wxb.fit(path, **call, progress=interrupt_after(12))
    with pytest.warns(wxb.WxbWarning) as caught:
        model = wxb.fit(path, **call)
    with pytest.warns(wxb.WxbWarning):
        truth = wxb.fit(path, target="y", missing="drop")
    assert model.dropped_rows == truth.dropped_rows == len(y[::7])
    assert model.warnings == truth.warnings
    assert len(caught) == len({*truth.warnings} - {*truth.notes}) + 1  # of the notes, that rows were dropped
    assert model.theta.tolist() == truth.theta.tolist()


def test_a_column_that_stops_being_whole_numbers(tmp_path, often):
    """Found out in the second part, after the first was kept: no reason to call it another scan."""
    for i, numbers in enumerate(([1, 2, 3, 5], [4.5, 5.5, 7, 8], [9, 10, 12, 13])):
        lines = "".join(f"{x},{x * x}\n" for x in numbers)
        (tmp_path / f"part{i}.csv").write_text("x,y\n" + lines)
    call = {"target": "y", "checkpoint": tmp_path / "state.json"}
    source = str(tmp_path / "part*.csv")
    with pytest.raises(KeyboardInterrupt):
        wxb.fit(source, **call, progress=interrupt_after(2))
    assert len(json.loads((tmp_path / "state.json").read_text())["parts"]) == 2
    model, truth = wxb.fit(source, **call), wxb.fit(source, target="y")
    assert model.theta.tolist() == truth.theta.tolist()
    assert model.moments.integral == truth.moments.integral == (False, False)


def test_notes_are_not_said_twice(tmp_path, often):
    for i in range(3):
        (tmp_path / f"part{i}.csv").write_bytes("이름,y\n1,2\n2,3\n4,5\n".encode("cp949"))
    call = {"target": "y", "checkpoint": tmp_path / "state.json"}
    with pytest.raises(KeyboardInterrupt):
        wxb.fit(str(tmp_path / "part*.csv"), **call, progress=interrupt_after(1))
    model = wxb.fit(str(tmp_path / "part*.csv"), **call)
    assert noted("CP949", model)
    assert len(model.warnings) == len(set(model.warnings)) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 6},
        {"test": 0.3},
        {"folds": 3},
        {"weights": None},
        {"target": "a"},
        {"features": ["a"]},
        {"missing": "drop"},
        {"precision": "fast"},
    ],
    ids=str,
)
def test_the_state_of_another_call_is_refused(tmp_path, row_groups, often, change):
    state = tmp_path / "state.json"
    with pytest.raises(KeyboardInterrupt):
        wxb.fit(row_groups, **OPTIONS, checkpoint=state, progress=interrupt_after(5))
    before = state.read_bytes()
    with pytest.raises(wxb.DataError, match=r"state\.json is the checkpoint of another scan") as caught:
        wxb.fit(row_groups, **{**OPTIONS, **change}, checkpoint=state)
    assert "delete it" in str(caught.value)
    assert state.read_bytes() == before


def test_the_state_of_other_data_is_refused(tmp_path, row_groups, often):
    state = tmp_path / "state.json"
    with pytest.raises(KeyboardInterrupt):
        wxb.fit(row_groups, **OPTIONS, checkpoint=state, progress=interrupt_after(5))
    pq.write_table(TABLE.slice(1), row_groups, row_group_size=ROWS // PARTS)
    with pytest.raises(wxb.DataError, match="another scan"):
        wxb.fit(row_groups, **OPTIONS, checkpoint=state)


def test_a_file_that_changed_in_between_is_refused(tmp_path, files, often):
    state = tmp_path / "state.json"
    with pytest.raises(KeyboardInterrupt):
        wxb.fit(files, **OPTIONS, checkpoint=state, progress=interrupt_after(5))
    first = Path(files).parent / "part00.csv"
    text = first.read_text()
    first.write_text(text.replace("\n", "\n ", 1))
    os.utime(first, (1e9, 1e9))
    with pytest.raises(wxb.DataError, match="another scan"):
        wxb.fit(files, **OPTIONS, checkpoint=state)


@pytest.mark.parametrize("content", ["", "{", '{"format": "wxb model", "version": 1}', "[]"])
def test_a_state_that_is_none(tmp_path, row_groups, content):
    state = tmp_path / "state.json"
    state.write_text(content)
    with pytest.raises(wxb.ModelFileError, match=r"state\.json"):
        wxb.fit(row_groups, **OPTIONS, checkpoint=state)
    assert state.read_text() == content


def test_a_state_that_cannot_be_written(tmp_path, row_groups, often):
    with pytest.raises(wxb.DataError, match="cannot be written"):
        wxb.fit(row_groups, **OPTIONS, checkpoint=tmp_path / "no" / "state.json")


@pytest.mark.parametrize("parts", [1, 2, 11, 23])
@pytest.mark.parametrize("options", [{}, OPTIONS], ids=["plain", "shares"])
def test_fast_sums_go_on_to_the_same_bits_too(tmp_path, row_groups, often, parts, options):
    """Rounded sums depend on their order, so the order is that of the rows, wherever it was cut and whatever the threads."""
    options = {"target": "y", **options, "precision": "fast"}
    state = tmp_path / "state.json"
    with pytest.raises(KeyboardInterrupt):
        wxb.fit(row_groups, **options, checkpoint=state, progress=interrupt_after(parts))
    resumed = wxb.fit(row_groups, **options, checkpoint=state, threads=1)
    truth = wxb.fit(row_groups, **options, threads=3)
    resumed.save(tmp_path / "resumed.json")
    truth.save(tmp_path / "truth.json")
    assert (tmp_path / "resumed.json").read_bytes() == (tmp_path / "truth.json").read_bytes()


@pytest.mark.parametrize("form", ["arrays", "csv", "parquet"])
def test_threads_leave_no_trace_in_fast_sums(tmp_path, form):
    random = np.random.default_rng(5)
    n = 200_000 if form != "csv" else 60_000
    Z = random.normal((1e6, 0, 5), size=(n, 3))
    source = {"a": Z[:, 0], "b": Z[:, 1], "y": Z[:, 2]}
    if form == "csv":
        path = tmp_path / "t.csv"
        np.savetxt(path, Z, delimiter=",", header="a,b,y", comments="")
        source = str(path)
    elif form == "parquet":
        pq.write_table(pa.table(source), tmp_path / "t.parquet", row_group_size=70_000)
        source = str(tmp_path / "t.parquet")
    first = wxb.fit(source, "y", precision="fast", threads=1)
    for threads in (2, 3, 5):
        assert wxb.fit(source, "y", precision="fast", threads=threads).moments == first.moments


def test_a_folder_that_is_only_read_does_not_take_the_answer_of_a_short_fit(tmp_path, monkeypatch):
    """No state was put aside, so there is none to remove: some systems refuse even that."""

    def refuse(self, missing_ok=False):
        raise OSError(30, "Read-only file system", str(self))

    monkeypatch.setattr(Path, "unlink", refuse)
    table = {"x": [1, 2, 3], "y": [2, 4, 7]}
    model = wxb.fit(table, "y", checkpoint=tmp_path / "state.json")
    assert model.n == 3

"""Dask for real: frames in partitions, in its own threads and on a cluster of processes of which some die."""

from __future__ import annotations

import gc
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

import wxb
from support.answers import assert_same_answer

dask = pytest.importorskip("dask")
dd = pytest.importorskip("dask.dataframe")
distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.engines, pytest.mark.filterwarnings("default")]
ROWS = 3000


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    random = np.random.default_rng(1)
    x = random.normal(size=ROWS)
    return pd.DataFrame(
        {
            "x": x,
            "z": random.normal(size=ROWS) * 1e5,
            "school": random.choice(["north", "south", "east"], ROWS),
            "firm": random.integers(0, 50, ROWS),
            "w": random.uniform(0, 2, ROWS).round(1),
            "y": 2 * x + random.normal(size=ROWS),
        }
    )


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0")
    with cluster, distributed.Client(cluster) as client:
        yield client


ASKED: list[dict[str, Any]] = [
    {"features": ["x", "z"]},
    {"features": ["x", "z"], "weights": "w"},
    {"features": ["x", "z"], "where": "z > 0 and school != 'east'"},
    {"features": ["x", "z"], "folds": 5, "se": "HC3"},
    {"features": ["x", "z"], "by": "school"},
    {"formula": "y ~ x*C(school)"},
    {"formula": "y ~ x + z | firm", "se": "cluster:firm"},
    {"features": ["x", "z"], "l2": "auto", "folds": 4},
    {"features": ["x", "z"], "by": "school", "se": "HC3"},
]


def fitted(data: Any, asked: dict[str, Any]) -> Any:
    return wxb.fit(data, **(asked if "formula" in asked else {"target": "y", **asked}))


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked.values())))
def test_a_frame_has_the_bits_of_its_rows(rows: pd.DataFrame, asked: dict[str, Any]) -> None:
    assert_same_answer(fitted(dd.from_pandas(rows, npartitions=7), asked), fitted(rows, asked))


@pytest.mark.parametrize("asked", [ASKED[3], ASKED[6]], ids=["HC3", "cluster"])
def test_on_a_cluster(rows: pd.DataFrame, client: Any, asked: dict[str, Any]) -> None:
    told: list[Any] = []
    asked = {**asked, "progress": lambda *now: told.append(now)}
    assert_same_answer(fitted(dd.from_pandas(rows, npartitions=7), asked), fitted(rows, {**asked, "progress": None}))
    assert told[-1] == (ROWS, ROWS)
    assert all(now[0] for now in told)  # of partitions whose rows are not known before they are read nothing is told


@pytest.fixture(scope="module")
def files(rows: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> str:
    there = tmp_path_factory.mktemp("files")
    for place, start in enumerate(range(0, ROWS, 1100)):
        rows[start : start + 1100].to_parquet(there / f"{place}.parquet", row_group_size=300)
        rows[start : start + 1100].to_csv(there / f"{place}.csv", index=False)
    return str(there)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("asked", [*ASKED[2:4], ASKED[6]], ids=["where", "HC3", "cluster"])
def test_files_that_a_cluster_reads(files: str, client: Any, kind: str, asked: dict[str, Any]) -> None:
    path = f"{files}/*.{kind}"
    assert_same_answer(fitted(wxb.on_dask(path, client), asked), fitted(path, asked))


def test_workers_are_looked_at_once_and_what_they_share_may_be_long(
    rows: pd.DataFrame, files: str, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wxb.data import dask_engine

    looks, look = list[Any](), dask_engine.ready
    monkeypatch.setattr(dask_engine, "ready", lambda client: looks.append(client) or look(client))
    monkeypatch.setattr(dask_engine, "ALONG", 0)
    path = f"{files}/*.parquet"
    assert_same_answer(fitted(wxb.on_dask(path, client), ASKED[3]), fitted(path, ASKED[3]))
    assert not looks  # they were when the files were opened
    assert_same_answer(
        fitted(wxb.on_dask(dd.from_pandas(rows, npartitions=3), client), ASKED[3]), fitted(rows, ASKED[3])
    )
    assert len(looks) == 1
    engine = dask_engine.Dask(client, ["tcp://gone:1"])
    assert engine._threads(client) == 2
    assert engine.seen > set(client.nthreads())


def test_a_giant_row_group_and_many_tiny_ones(rows: pd.DataFrame, client: Any, tmp_path: Path) -> None:
    path, told = f"{tmp_path}/*.parquet", list[Any]()
    rows[:600].to_parquet(tmp_path / "0.parquet", row_group_size=2)
    rows[600:].to_parquet(tmp_path / "1.parquet")
    there, asked = wxb.on_dask(path, client), {**ASKED[3], "progress": lambda *now: told.append(now)}
    assert_same_answer(fitted(there, asked), fitted(path, ASKED[3]))
    assert told[-1] == (ROWS, ROWS)
    assert len(set(told)) > 5
    rows[600:].assign(z=np.inf).to_parquet(tmp_path / "1.parquet")
    rows[:600].assign(x=np.where(np.arange(600) == 411, np.inf, 1.0)).to_parquet(
        tmp_path / "0.parquet", row_group_size=2
    )
    with pytest.raises(wxb.DataError) as here:
        fitted(path, ASKED[0])
    with pytest.raises(wxb.DataError, match=r"0\.parquet row 412, column `x`") as spread:
        fitted(wxb.on_dask(path, client), ASKED[0])
    assert str(spread.value) == str(here.value)


def test_frames_of_a_client_that_is_not_the_active_one(rows: pd.DataFrame, client: Any) -> None:
    frame = dd.from_pandas(rows, npartitions=3)
    assert_same_answer(fitted(wxb.on_dask(frame, client), ASKED[3]), fitted(rows, ASKED[3]))
    condition = {**ASKED[0], "where": "z > 0"}
    assert_same_answer(fitted(wxb.on_dask(frame, client), condition), fitted(rows, condition))


def test_what_else_reads_rows(rows: pd.DataFrame, files: str, client: Any, tmp_path: Path) -> None:
    path, half = f"{files}/*.parquet", f"{files}/0.parquet"
    model, there = wxb.fit(half, "y", features=["x", "z"]), wxb.on_dask(f"{files}/[12].parquet", client)
    assert wxb.update(model, there) == wxb.fit(path, "y", features=["x", "z"])
    assert wxb.rates(there, "y", features=["x"]).best == wxb.rates(f"{files}/[12].parquet", "y", features=["x"]).best
    whole = wxb.fit(path, "y", features=["x", "z"])
    assert str(whole.diagnose(wxb.on_dask(path, client))) == str(whole.diagnose(path))
    frame = dd.from_pandas(rows, npartitions=3)
    assert wxb.cost_of(frame, "y", "2*x").cost == wxb.cost_of(rows, "y", "2*x").cost  # read here, a partition at a time


def test_the_command_line(files: str, client: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from wxb.cli import main

    words = ["fit", f"{files}/*.parquet", "--target", "y", "--features", "x,z", "--se", "HC1"]
    assert main(words) == 0
    here = capsys.readouterr().out
    assert main([*words, "--dask", client.scheduler.address]) == 0
    assert capsys.readouterr().out == here


def test_what_cannot_be_read_by_workers_is_refused(rows: pd.DataFrame, files: str, client: Any, tmp_path: Path) -> None:
    with pytest.raises(wxb.UsageError, match="workers read files"):
        wxb.fit(wxb.on_dask(rows, client), "y")
    with pytest.raises(wxb.UsageError, match="no address"):
        wxb.fit(wxb.on_dask(f"{files}/0.csv", "here"), "y")
    with pytest.raises(wxb.UsageError, match="no client"):
        wxb.fit(wxb.on_dask(f"{files}/0.csv", 3), "y")
    (tmp_path / "bad.csv").write_text("x,y\n1,2\n2,\n3,4\n5,6\n")
    with pytest.raises(wxb.DataError) as here:
        wxb.fit(str(tmp_path / "bad.csv"), "y")
    with pytest.raises(wxb.DataError) as there:
        wxb.fit(wxb.on_dask(str(tmp_path / "bad.csv"), client), "y")
    assert str(there.value) == str(here.value)


def test_a_cluster_without_workers_and_workers_of_another_version(
    files: str, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wxb.data import dask_client

    monkeypatch.setattr(dask_client, "PATIENCE", 1)
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0", processes=False) as empty:
        with pytest.raises(wxb.DataError, match="no worker"):
            wxb.fit(wxb.on_dask(f"{files}/0.csv", empty.scheduler_address), "y")
        gone = empty.scheduler_address
    with pytest.raises(wxb.DataError, match="no scheduler of Dask answers"):
        wxb.fit(wxb.on_dask(f"{files}/0.csv", gone), "y")
    monkeypatch.setattr(dask_client, "__version__", "0.0")
    with pytest.raises(wxb.DataError, match=r"and here is 0\.0"):
        wxb.fit(wxb.on_dask(f"{files}/0.csv", client), "y")


def test_a_client_that_is_closed_and_one_that_did_not_compute_the_rows(rows: pd.DataFrame, client: Any) -> None:
    held = dd.from_pandas(rows[["x", "y"]], npartitions=2).persist()
    with distributed.LocalCluster(n_workers=1, dashboard_address=":0", processes=False) as cluster:
        other = distributed.Client(cluster, set_as_default=False)
        with pytest.raises(wxb.DataError, match="do not lie on this cluster"):
            wxb.fit(wxb.on_dask(held, other), "y")
        other.close()
    with pytest.raises(wxb.UsageError, match="client of Dask is closed"):
        wxb.fit(wxb.on_dask(held, other), "y")


def test_files_that_workers_do_not_see(files: str, client: Any) -> None:
    from wxb.data import dask_client
    from wxb.data.source_file import SourceFile

    with pytest.raises(wxb.DataError, match="does not see"):
        dask_client.ready(client, [SourceFile("/nowhere/t.csv", "t.csv", 1, 1)])


def made(*parts: pd.DataFrame) -> Any:
    """A frame that says of all partitions what the first is."""
    return dd.from_delayed(
        [dask.delayed(lambda part=part: part)() for part in parts], meta=parts[0][:0], verify_meta=False
    )


def test_partitions_without_rows_and_of_one(rows: pd.DataFrame) -> None:
    frame = made(rows[:0], rows[:5], rows[:0], rows[5:6], rows[6:], rows[:0])
    assert_same_answer(fitted(frame, ASKED[3]), fitted(rows, ASKED[3]))
    with pytest.raises(wxb.DataError, match="there are no data rows"):
        wxb.fit(made(rows[:0], rows[:0]), "y")


UNLIKE: list[tuple[dict[str, Any], str]] = [
    (
        {"x": pd.to_datetime(["2020-01-01", "2020-01-03"])},
        "instants .without a time zone., and whole numbers are wanted",
    ),
    ({"z": [1, 0]}, "whole numbers, and yes/no are wanted"),
    ({"t": pd.to_datetime(["2020-01-01", "2020-01-03"], utc=True)}, "with a time zone"),
    ({"x": None}, "has no column `x`"),
    (
        {"s": pd.Series([1, 2.5], dtype=object)},
        "column `s` of the Dask frame is of other types in other partitions: .*string, double",
    ),
    ({"s": pd.Series([1, 2])}, "is of other types in other partitions: .*string, int64"),
]


@pytest.mark.parametrize(("other", "said"), UNLIKE, ids=lambda one: one if isinstance(one, str) else "")
def test_partitions_that_are_not_as_the_frame_says(other: dict[str, Any], said: str) -> None:
    times = pd.to_datetime(["2020-01-01", "2020-02-01", "2021-01-01", "2022-01-01"])
    first = pd.DataFrame(
        {"x": [1, 2, 3, 5], "z": [True, False, True, True], "t": times, "s": [*"abab"], "y": [1.0, 2, 4, 3]}
    )
    first = first[[*other, "y"]]
    second = first[:2].drop(columns=list(other)).assign(**{name: one for name, one in other.items() if one is not None})
    with pytest.raises(wxb.DataError, match=said):
        wxb.fit(made(first, second), "y", features=list(other))


def test_columns_go_by_their_names_and_kinds_of_numbers_may_differ() -> None:
    first, second = pd.DataFrame({"x": [1, 2, 3], "y": [1.0, 2, 4]}), pd.DataFrame({"y": [10.0, 30], "x": [1.5, 2]})
    assert_same_answer(wxb.fit(made(first, second), "y"), wxb.fit(pd.concat([first, second]), "y"))


def test_the_first_row_that_is_refused_is_named_by_its_number() -> None:
    good, bad = pd.DataFrame({"x": range(50), "y": range(50)}), pd.DataFrame({"x": [1.0, np.inf], "y": [1, 2]})
    for parts in ([good, bad, good], [good, bad, bad, bad, bad]):
        for asked in ({}, {"folds": 3}):
            with pytest.raises(wxb.DataError, match="1 infinite value: row 52, column `x`"):
                wxb.fit(made(*parts), "y", **asked)


def test_texts_of_the_first_partitions_are_looked_at_whatever_their_types(rows: pd.DataFrame) -> None:
    asked: dict[str, Any] = {"formula": "y ~ x + C(school)"}
    kinds = ["object", "string", "category", "object", pd.CategoricalDtype(["south", "north", "west", "east"])]
    parts = [rows[100 * k : 100 * k + 100].astype({"school": kind}) for k, kind in enumerate(kinds)]
    assert_same_answer(fitted(made(*parts), asked), fitted(rows[:500], asked))
    declared = [part.assign(school=pd.Categorical(part["school"], kinds[4].categories)) for part in parts]
    assert fitted(made(*declared), asked).terms == fitted(pd.concat(declared), asked).terms
    with pytest.raises(wxb.DataError, match=r"`school` of the Dask frame is of other types"):
        fitted(made(parts[0], parts[1].assign(school=range(100))), asked)


def test_a_column_that_a_partition_lacks_or_has_no_values_of(client: Any) -> None:
    first = pd.DataFrame({"x": [1.0, 2, 3], "g": [*"aba"], "z": [1, 2, 1], "y": [1.0, 2, 4]})
    for data in (made(first, first[["x", "y", "z"]]), made(first[:1], first[["z", "y"]])):
        for read in (data, wxb.on_dask(data, client)):
            with pytest.raises(wxb.DataError, match="a partition of the Dask frame lacks columns that are wanted"):
                wxb.fit(read, formula="y ~ x + C(g)")
    with pytest.raises(wxb.DataError, match="3 missing values: row 4, column `x`"):
        wxb.fit(made(first, first.assign(x=np.nan)), "y", features=["x"])
    with pytest.raises(wxb.DataError, match="column `x` has no values: all 6 are missing"):
        wxb.fit(made(*2 * [first.assign(x=np.nan)]), "y", features=["x"], missing="drop")


def test_a_refusal_is_tried_once_logged_nowhere_and_keeps_no_rows(rows: pd.DataFrame, client: Any) -> None:
    def spoiled(place: int) -> pd.DataFrame:
        return rows[100 * place : 100 * place + 100].assign(x=np.inf if place > 1 else 1.0)

    frame = dd.from_map(spoiled, range(4), meta=rows[:0])
    client.run(_listened)
    before = tasks(client)
    with pytest.raises(wxb.DataError, match="100 infinite values: row 201, column `x`") as kept:
        wxb.fit(wxb.on_dask(frame, client), "y", features=["x"], se="HC1")
    assert not any(client.run(_listened).values())
    assert kept.tb is not None  # an error that is kept, as notebooks do, keeps nothing on the workers
    nothing_stays(client, before)


def tasks(client: Any) -> set[str]:
    """All that the scheduler would have done, and what lies on the workers."""
    found = client.run_on_scheduler(lambda dask_scheduler: [str(key) for key in dask_scheduler.tasks])
    return {
        *found,
        *(str(key) for keys in client.run(lambda dask_worker: [*dask_worker.data]).values() for key in keys),
    }


def nothing_stays(client: Any, before: set[str]) -> None:
    """Of what was not there before, or soon."""
    for __ in range(50):
        if tasks(client) <= before:
            return
        time.sleep(0.1)
    pytest.fail("rows or tasks stay on the workers")


@pytest.mark.parametrize("looking", [True, False])
def test_an_interrupt_that_is_kept_keeps_no_rows(rows: pd.DataFrame, client: Any, looking: bool, monkeypatch) -> None:
    """While it is found out how large partitions are, and while these are kept and worked on."""
    from wxb.data import dask_engine

    def interrupted(*given: Any, **named: Any) -> Any:
        time.sleep(0.2)  # the workers begin
        raise KeyboardInterrupt

    frame = dd.from_map(lambda place: rows[100 * place : 100 * place + 100], range(8), meta=rows[:0])
    if looking:
        monkeypatch.setattr(dask_engine, "gathered", interrupted)
    before = tasks(client)
    with pytest.raises(KeyboardInterrupt) as kept:
        wxb.fit(wxb.on_dask(frame, client), "y", features=["x"], se="HC1", progress=interrupted)
    assert kept.tb is not None
    nothing_stays(client, before)


class Ended:
    """A future, of which it is said that it ended when all are listened to, in the order of `ended`."""

    ended: ClassVar[list[int]] = []
    waiting: ClassVar[list[Any]] = []

    def __init__(self, found: Any) -> None:
        self.found, self.type = found, type(found)

    def add_done_callback(self, call: Any) -> None:
        Ended.waiting.append(lambda: call(self))
        if len(Ended.waiting) == 6:
            for place in Ended.ended:
                Ended.waiting[place]()

    def result(self, timeout: float) -> Any:
        return self.found


@pytest.mark.parametrize(
    ("ended", "first", "over"),
    [([5, 4, 2, 3, 1], 2, [4, 0]), ([3, 1, 4, 2], 2, [2, 0]), ([1, 3, 5, 2, 0], 2, [0, 2, 4])],
)
def test_the_first_that_is_refused_is_told_when_all_before_it_are_over(
    monkeypatch: pytest.MonkeyPatch, ended: list[int], first: int, over: list[int]
) -> None:
    from wxb.data.dask_results import followed
    from wxb.data.refused import Refused

    monkeypatch.setattr(Ended, "ended", ended)
    monkeypatch.setattr(Ended, "waiting", [])
    errors = {place: Refused.of(wxb.DataError(f"of {place}", "")) for place in (2, 4)}
    futures = [Ended(errors.get(place, b"")) for place in range(6)]
    cancelled, told = list[Any](), list[int]()

    class Client:
        def cancel(self, some: list[Any], force: bool) -> None:
            cancelled.extend(some)

    kept = futures[0], futures[first]
    assert followed(Client(), futures, told.append) is errors[first]
    assert told == over
    assert set(kept) <= set(cancelled)


def test_what_is_refused_outweighs_its_neighbours() -> None:
    import operator
    import pickle

    from wxb.data.dask_engine import Packing, merged
    from wxb.data.refused import Refused

    shared, refused = Packing().shared(None, operator.add), [Refused.of(wxb.DataError(one, "")) for one in "ab"]
    one, two = pickle.dumps("one"), pickle.dumps("two")
    assert pickle.loads(merged(shared, one, two, one)) == "onetwoone"  # noqa: S301
    assert merged(shared, one, *refused, two) is refused[0]


def _listened(heard: list[str] = []) -> list[str]:  # noqa: B006 - lives in the worker
    import logging

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.extend([record.getMessage()] if "Compute Failed" in record.getMessage() else [])

    logger = logging.getLogger("distributed.worker")
    if not any(type(one).__name__ == "Ear" for one in logger.handlers):
        logger.addHandler(Ear())
    return list(heard)


def test_rows_that_are_others_when_they_are_read_again_are_refused(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wxb.data import dask_kept

    def drawn(count: int = 100) -> pd.DataFrame:
        x = np.random.default_rng().normal(size=(count, 2))
        return pd.DataFrame(x, columns=["x", "y"])

    frame = dd.from_delayed([dask.delayed(drawn)() for _ in range(3)], meta=drawn(0))
    assert wxb.fit(frame, "y").n == 300
    assert wxb.fit(frame, "y", se="HC1").n == 300  # they are kept
    monkeypatch.setattr(dask_kept, "_room", lambda dask_worker: 0)
    with pytest.raises(wxb.DataError, match="has other rows when it is read again"):
        wxb.fit(frame, "y", se="HC1")
    assert wxb.fit(frame.persist(), "y", se="HC1").n == 300


def test_columns_beside_each_other_do_not_come_here(rows: pd.DataFrame) -> None:
    frame = dd.from_pandas(rows, npartitions=3)
    for data in ((frame[["x"]], frame["y"]), {"x": frame["x"], "y": frame["y"]}):
        with pytest.raises(wxb.DataError, match="is of Dask, and all its rows would come here"):
            wxb.fit(data, "y")
    assert wxb.fit(frame["y"], "y", features=[]) == wxb.fit(rows[["y"]], "y", features=[])
    with pytest.raises(wxb.DataError, match="a Dask Delayed has no columns"):
        wxb.fit(dask.delayed(lambda: rows)(), "y")


def test_a_worker_that_dies_leaves_no_trace(files: str) -> None:
    """Kills of a worker while a fit runs: the result is right, and comes."""
    from wxb.data import dask_client

    there, asked = wxb.on_dask(f"{files}/*.parquet", "local"), ASKED[3]
    right, chance = fitted(f"{files}/*.parquet", asked), random.Random(5)
    assert_same_answer(fitted(there, asked), right)
    workers = dask_client.connected("local").cluster.workers

    def kill(after: float) -> None:
        time.sleep(after)
        running = [one.process.pid for one in workers.values() if one.status.name == "running" and one.process]
        if pids := [pid for pid in running if pid]:
            os.kill(chance.choice(pids), signal.SIGKILL)

    for __ in range(2):
        killer = threading.Thread(target=kill, args=(chance.uniform(0, 0.3),))
        killer.start()
        assert_same_answer(fitted(there, asked), right)
        killer.join()


def test_partitions_of_which_all_find_room_are_made_once(
    rows: pd.DataFrame, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wxb.data import dask_kept

    folder = str(tmp_path)

    def part(place: int) -> pd.DataFrame:
        Path(folder, f"{place} {time.time_ns()}").touch()
        return rows[place * 600 : place * 600 + 600]

    def made_for(asked: dict[str, Any]) -> int:
        for one in tmp_path.iterdir():
            one.unlink()
        frame = dd.from_map(part, range(5), meta=rows[:0])
        assert_same_answer(fitted(wxb.on_dask(frame, client), asked), fitted(rows, asked))
        return len(list(tmp_path.iterdir()))

    asked = {"features": ["x", "z"], "se": "HC3"}
    assert made_for(asked) == 5
    assert made_for({**asked, "folds": 3}) == 5
    gc.collect()
    assert not [key for key in client.who_has() if "part" in str(key)]  # none stays there
    monkeypatch.setattr(dask_kept, "_room", lambda dask_worker: 1000)
    assert made_for(asked) > 9


@pytest.mark.parametrize("se", ["classical", "HC1"])
@pytest.mark.parametrize("error", [TimeoutError("slow"), KeyError(), KeyError("a"), ValueError("boom")], ids=repr)
def test_what_a_partition_raises_is_raised(rows: pd.DataFrame, client: Any, error: Exception, se: str) -> None:
    def part(place: int) -> pd.DataFrame:
        if place == 3:
            raise error
        return rows[place * 500 : place * 500 + 500]

    frame = dd.from_map(part, range(6), meta=rows[:0])
    for __ in range(2):
        with pytest.raises(type(error)) as raised:
            fitted(wxb.on_dask(frame, client), {**ASKED[0], "se": se})
        assert raised.value.args == error.args


def test_a_kept_partition_that_failed_ends_the_fit(rows: pd.DataFrame, client: Any) -> None:
    def part(place: int) -> pd.DataFrame:
        if place == 1:
            raise ValueError("boom")
        return rows[place * 500 : place * 500 + 500]

    held = dd.from_map(part, range(6), meta=rows[:0])[["x", "z", "y"]].persist(scheduler=client)
    distributed.wait(held)
    with pytest.raises(ValueError, match="boom"):
        fitted(wxb.on_dask(held, client), ASKED[3])


@pytest.mark.parametrize("se", [None, "HC1"])
def test_a_fit_in_a_task_leaves_its_place_to_those_it_waits_for(
    rows: pd.DataFrame, client: Any, se: str | None
) -> None:
    """As many of them as there are threads; another task finds room afterwards."""
    frame = dd.from_map(lambda place: rows[500 * place : 500 * place + 500], range(6), meta=rows[:0])

    def fit() -> tuple[float, ...]:
        return tuple(wxb.fit(frame, "y", features=["x", "z"], se=se).inference.se.tolist())

    whole = tuple(wxb.fit(rows[:3000], "y", features=["x", "z"], se=se).inference.se.tolist())
    asked = [client.submit(fit, pure=False) for __ in range(2 * sum(client.nthreads().values()))]
    assert {future.result(timeout=60) for future in asked} == {whole}
    assert client.submit(int, "7", pure=False).result(timeout=20) == 7

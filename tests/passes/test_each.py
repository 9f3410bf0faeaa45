"""A toy statistic (the example of what one takes), and what `each` promises all of them."""

from __future__ import annotations

import json
import time
from threading import Event
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wxb
from wxb.data import open_table
from wxb.data.selection import Selection
from wxb.errors import NumericalError
from wxb.passes import Statistic, each, workers
from wxb.passes.by_share import share_moments
from wxb.passes.checkpoint import Checkpoint
from wxb.question.shares import Shares


class Largest(Statistic[list[float]]):
    """The m largest targets: what is written for a new statistic, and nothing else is touched."""

    def __init__(self, m: int) -> None:
        self.m, self.found = m, [0.0][:0]

    def new(self) -> Largest:
        return Largest(self.m)

    def add(self, block: Any) -> None:
        self._take(block.target.values.tolist())

    def absorb(self, other: Largest) -> None:
        self._take(other.found)

    def result(self, scan: Any) -> list[float]:
        return self.found

    def _take(self, more: list[float]) -> None:
        self.found = sorted([*self.found, *more], reverse=True)[: self.m]


class Numbers(Statistic[list[int]]):
    """The numbers of the rows, which come in order however many threads there are."""

    in_order = True

    def __init__(self) -> None:
        self.found: list[int] = []
        self.parts: list[int] = []

    def new(self) -> Numbers:
        return Numbers()

    def begin(self, block: Any) -> None:
        self.parts.append(block.first)

    def add(self, block: Any) -> None:
        self.found += block.row_numbers().tolist()

    def absorb(self, other: Numbers) -> None:
        self.found += other.found

    def result(self, scan: Any) -> tuple[list[int], list[int]]:
        return self.found, self.parts


ROWS = 20_000
Y = np.random.default_rng(3).permutation(ROWS).astype(np.float64)


@pytest.fixture
def scan(tmp_path):
    pq.write_table(pa.table({"x": np.arange(ROWS) * 1.0, "y": Y}), tmp_path / "t.parquet", row_group_size=6000)
    return lambda: open_table(tmp_path / "t.parquet").scan(Selection(target="y"))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_many_statistics_in_one_pass(scan, threads):
    found = scan()
    given = [Largest(3), Numbers(), share_moments(found, Shares(), "exact", False), Largest(1)]
    largest, (numbers, parts), moments, one = each(found, given, threads=threads).results
    assert largest == [ROWS - 1.0, ROWS - 2.0, ROWS - 3.0]
    assert one == [ROWS - 1.0]
    assert numbers == list(range(ROWS))
    assert parts == [0, 6000, 12000, 18000]
    assert moments.sums[0].rows == ROWS
    assert given[0].found == [], "a statistic given is asked for new ones, and never fed"


class InFlight(Statistic[int]):
    """The most copies that were fed and not yet absorbed; the first block takes long."""

    in_order = True

    def __init__(self, seen: dict[str, int]) -> None:
        self.seen = seen

    def new(self) -> InFlight:
        self.seen["made"] = self.seen.get("made", 0) + 1
        return InFlight(self.seen)

    def add(self, block: Any) -> None:
        if block.first == 0:
            time.sleep(0.3)

    def absorb(self, other: InFlight) -> None:
        self.seen["most"] = max(self.seen.get("most", 0), self.seen["made"] - 1)  # the one that absorbs is none of them
        self.seen["made"] -= 1

    def result(self, scan: Any) -> int:
        return self.seen["most"]


@pytest.mark.parametrize("threads", [2, 3])
def test_blocks_in_flight_are_bounded_by_the_threads(tmp_path, threads):
    rows = np.arange(40 * 5000.0)
    pq.write_table(pa.table({"x": rows, "y": rows}), tmp_path / "t.parquet", row_group_size=5000)
    scan = open_table(tmp_path / "t.parquet").scan(Selection(target="y"))
    [most] = each(scan, [InFlight({})], threads=threads).results
    assert threads < most <= 2 * threads + 1


class Refusing(Statistic[int]):
    """Refuses every block by its number, the first one only after another was refused."""

    def __init__(self, another: Event) -> None:
        self.another = another

    def new(self) -> Refusing:
        return Refusing(self.another)

    def add(self, block: Any) -> None:
        if block.first == 0:
            self.another.wait(20)
        else:
            self.another.set()
        raise NumericalError(f"row {block.first}", "leave it out")


@pytest.mark.parametrize("threads", [2, 3])
def test_of_several_blocks_that_are_refused_the_first_is_said(tmp_path, threads):
    rows = np.arange(40 * 5000.0)
    pq.write_table(pa.table({"x": rows, "y": rows}), tmp_path / "t.parquet", row_group_size=5000)
    scan = open_table(tmp_path / "t.parquet").scan(Selection(target="y"))
    with pytest.raises(NumericalError, match=r": row 0\n"):
        each(scan, [Refusing(Event())], threads=threads)


class Meeting(Statistic[bool]):
    """Whether another block was added while the first one was."""

    in_order = True

    def __init__(self, another: Event, seconds: float) -> None:
        self.another, self.seconds, self.met = another, seconds, False

    def new(self) -> Meeting:
        return Meeting(self.another, self.seconds)

    def add(self, block: Any) -> None:
        if block.first:
            self.another.set()
        else:
            self.met = self.another.wait(self.seconds)

    def absorb(self, other: Meeting) -> None:
        self.met |= other.met

    def result(self, scan: Any) -> bool:
        return self.met


class MeetingOfBlas(Meeting):
    """The same, of what has threads of its own."""

    uses_blas = True

    def new(self) -> MeetingOfBlas:
        return MeetingOfBlas(self.another, self.seconds)


@pytest.mark.parametrize(
    ("columns", "statistic", "held", "together"),
    [
        (300, Meeting(Event(), 20), 2, True),
        (300, MeetingOfBlas(Event(), 0.5), 2, False),
        (100, Meeting(Event(), 0.5), 2, False),
        (300, Meeting(Event(), 0.5), 1.9, False),
    ],
    ids=["wide", "blas", "few", "no room"],
)
def test_blocks_of_few_rows_are_shared_out_where_they_are_wide(
    columns, statistic, held, together, tmp_path, monkeypatch
):
    """Of a hundred columns two such blocks are quicker added one after the other. held : for how many threads sums have room"""
    monkeypatch.setattr(workers, "HELD", int(held * workers.EACH * (columns + 1) ** 2))
    rows = np.arange(2 * 2000.0)
    pq.write_table(
        pa.table({f"x{j}": rows for j in range(columns)} | {"y": rows}), tmp_path / "t.parquet", row_group_size=2000
    )
    scan = open_table(tmp_path / "t.parquet").scan(Selection(target="y"))
    assert each(scan, [statistic], threads=2).results == [together]


@pytest.mark.parametrize("rows", [ROWS, 3])
def test_progress_goes_up_to_all_rows_and_says_how_many_there_are(tmp_path, rows):
    pq.write_table(pa.table({"x": Y[:rows], "y": Y[:rows]}), tmp_path / "t.parquet", row_group_size=6000)
    told: list[tuple[int, int | None]] = []
    each(
        open_table(tmp_path / "t.parquet").scan(Selection(target="y")),
        [Largest(1)],
        progress=lambda done, total: told.append((done, total)),
    )
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1][0] == rows
    assert {total for _, total in told} == {rows}


def test_a_statistic_that_does_not_see_nan_reads_what_was_looked_at():
    data = {"x": [1.0, 2.0, float("nan"), 4.0], "y": [1.0, 2.0, 3.0, 4.0]}
    scan = open_table(data).scan(Selection(target="y", missing="drop"))
    numbers, _ = each(scan, [Numbers()]).results[0]
    assert numbers == [0, 1, 3]


def test_what_cannot_be_put_aside_is_no_checkpoint(scan, tmp_path):
    checkpoint = Checkpoint(tmp_path / "state.json", (), 0.0)
    with pytest.raises(wxb.UsageError, match="cannot be put aside"):
        each(scan(), [Largest(3)], checkpoint=checkpoint)


def test_a_checkpoint_of_version_1_is_read(scan, tmp_path):
    """It held what one statistic of moments says among its own fields."""
    path = tmp_path / "state.json"
    checkpoint = Checkpoint(path, (0.0, 0, 0, ""), 0.0)

    def stop(rows, total):
        if rows > 12_000:
            raise KeyboardInterrupt

    def moments_of(progress=None):
        found = scan()
        statistic = share_moments(found, Shares(), "exact", False)
        return each(found, [statistic], checkpoint=checkpoint, progress=progress).results[0]

    with pytest.raises(KeyboardInterrupt):
        moments_of(stop)
    state = json.loads(path.read_text())
    [statistic] = state.pop("statistics")
    path.write_text(json.dumps(state | statistic | {"version": 1}))
    seen: list[int] = []
    resumed = moments_of(lambda rows, total: seen.append(rows))
    assert seen[0] > 12_000
    path.unlink()
    assert resumed == moments_of()


def test_threads_are_as_many_as_their_sums_have_room():
    assert [workers.with_room(16, columns) for columns in (0, 1, 1000, 2000, 3000, 4100, 50_000)] == [
        16,
        16,
        16,
        4,
        1,
        1,
        1,
    ]

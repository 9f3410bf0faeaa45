"""What a fit over many workers costs, from what one worker needs for one part: the figures of docs/scale.md.

    python bench/scale.py [--rounds 3]        costs of one part, and what follows for 10^12 rows and 1 … 10 000 workers
    python bench/scale.py --simulate          1000 parts of 0 … 10^6 rows, merged as a tree: bits and depth

CPU time of one thread, least of the rounds. A part is read from Parquet, summed, sent, merged; the machine may be shared.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import wxb
from wxb.data import open_table
from wxb.data.dask_plan import FAN, OPENED, shares, tree
from wxb.data.elsewhere import Elsewhere

N = 10**12
PARTS = {10: 250_000, 100: 32_768, 1000: 4096}  # rows of a part as they are measured, by columns
WORKERS = (1, 10, 100, 1000, 10_000)
GROUP = 10**6  # rows of a row group
NETWORK = 1.25e9  # bytes a second of a worker: 10 Gbit
DISPATCH = 1e-3  # seconds of the scheduler for a task: Dask's own figure is 0.2 … 1 ms


@dataclass
class Pass:
    """seconds : of a part's work, of one merge        sent, made : bytes of a task, of what it comes to"""

    work: float
    merge: float
    sent: int
    made: int


class Metered:
    """An engine of this process that takes the time of what it does."""

    def __init__(self) -> None:
        self.lengths: dict[str, int] = {}
        self.passes: list[Pass] = []

    def let_go(self) -> None:
        pass

    def settled(self, parts: Sequence[Any]) -> Sequence[Any]:
        return parts

    def run(self, job: Any) -> Any:
        made, took = [], []
        for task in job.tasks:
            began = time.process_time()
            made.append(cloudpickle.dumps(job.work(*task)))
            took.append(time.process_time() - began)
        sent, size = len(cloudpickle.dumps(job.tasks[0])), max(map(len, made))
        merges: list[float] = []
        while len(made) > 1:
            began = time.process_time()
            both = job.merge(cloudpickle.loads(made[0]), cloudpickle.loads(made[1]))
            made[:2] = [cloudpickle.dumps(both)]
            merges.append(time.process_time() - began)
        self.passes.append(Pass(min(took), min(merges, default=0.0), sent, size))
        return cloudpickle.loads(made[0])


def measured(p: int, rounds: int) -> list[Pass]:
    """The two passes of a fit with HC3."""
    rows, random = PARTS[p], np.random.default_rng(p)
    columns = {f"x{i}": random.normal(size=3 * rows) for i in range(p)}
    table = pa.table({**columns, "y": random.normal(size=3 * rows)})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.parquet"
        pq.write_table(table, path, row_group_size=rows)
        engines = [Metered() for __ in range(rounds)]
        for engine in engines:
            wxb.fit(Elsewhere(open_table(path, threads=1), engine), "y", se="HC3")
    return [
        min((engine.passes[place] for engine in engines), key=lambda one: one.work)
        for place in range(len(engines[0].passes))
    ]


def plan(p: int, passes: Sequence[Pass]) -> list[str]:
    """Lines of the table: hours of the work and of what is not divided, bytes moved."""
    parts, lines = N // GROUP, []
    for workers in WORKERS:
        tasks, fan = len(shares([OPENED + GROUP] * parts, workers)), FAN
        work = sum(one.work * N / PARTS[p] + one.merge * parts for one in passes) / workers
        depth = max(1, int(np.ceil(np.log(tasks) / np.log(fan))))
        last = sum(depth * ((fan - 1) * one.merge + fan * one.made / NETWORK) for one in passes)
        merges = tasks // (fan - 1)
        moved = sum(one.made * (tasks + merges) + one.sent * parts for one in passes)
        lines.append(
            f"| {p} | {workers} | {said(work)} | {tasks} | {said(2 * (tasks + merges) * DISPATCH)} | {depth}, {last:.2g} s |"
            f" {moved / 1e9:.2g} GB | {N * 8 * (p + 1) / workers / 1e12:.2g} TB |"
        )
    return lines


def said(seconds: float) -> str:
    units = ((365.25 * 86400, "years"), (86400, "days"), (3600, "h"), (60, "min"))
    return next((f"{seconds / unit:.2g} {name}" for unit, name in units if seconds >= 2 * unit), f"{seconds:.2g} s")


def table(rounds: int) -> None:
    found = {p: measured(p, rounds) for p in PARTS}
    print("| columns | pass | µs a row | bytes of a part's result | ms a merge |\n|---:|---|---:|---:|---:|")
    for p, passes in found.items():
        for name, one in zip(("sums", "HC3"), passes):
            print(f"| {p} | {name} | {1e6 * one.work / PARTS[p]:.3g} | {one.made:,} | {1e3 * one.merge:.3g} |")
    print(
        "\n| columns | workers (one thread) | work, both passes | tasks | scheduler | depth of the tree, its last merges |",
        end="",
    )
    print(" results moved | rows read by a worker, each pass |\n|---:|---:|---:|---:|---:|---:|---:|---:|")
    for p in (100, 1000):
        print("\n".join(plan(p, found[p])))


# ---------------------------------------------------------------- a thousand parts


class Tree:
    """Parts made where they are summed; what they came to is merged as Dask's tasks are."""

    def __init__(self) -> None:
        self.lengths: dict[str, int] = {}
        self.depth = 0

    def let_go(self) -> None:
        pass

    def settled(self, parts: Sequence[Any]) -> Sequence[Any]:
        return parts

    def run(self, job: Any) -> Any:
        made = [(cloudpickle.dumps(job.work(*task)), 0) for task in job.tasks]

        def join(level: int, place: int, *near: tuple[bytes, int]) -> tuple[bytes, int]:
            whole = reduce(job.merge, (cloudpickle.loads(one) for one, __ in near))
            return cloudpickle.dumps(whole), 1 + max(depth for __, depth in near)

        found, self.depth = tree(made, join)
        return cloudpickle.loads(found)


def simulate(parts: int, most: float, seed: int = 1) -> None:
    """Parts of unequal sizes, none to `most` rows, against the same rows in one part."""
    random = np.random.default_rng(seed)
    sizes = np.floor(most ** random.uniform(-0.2, 1.0, parts)).astype(int)
    sizes[sizes <= 1] = 0
    sizes[random.integers(parts)] = int(most)
    x, e = random.normal(1e3, 1, sizes.sum()), random.normal(size=sizes.sum())
    whole = {"x": x, "z": x * 1e-9 + e, "y": 2 * x + e}
    edges = np.append(0, np.cumsum(sizes))
    pieces = [{name: one[a:b] for name, one in whole.items()} for a, b in pairwise(edges)]
    engine = Tree()
    began = time.perf_counter()
    found = wxb.fit(Elsewhere(InParts(pieces), engine), "y", features=["x", "z"], se="HC3")
    took = time.perf_counter() - began
    right = wxb.fit(whole, "y", features=["x", "z"], se="HC3")
    apart = np.abs(found.inference.se / right.inference.se - 1).max()
    exact = found.moments == right.moments and (found.coef == right.coef).all()
    print(
        f"{parts} parts of {sizes.min()} … {sizes.max()} rows, {sizes.sum()} in all, {np.sum(sizes == 0)} empty: {took:.1f} s; "
        f"sums and coefficients {'the same bits' if exact else 'OTHER BITS'}; HC3 apart by {apart:.1e}; depth {engine.depth}"
    )


class InParts:
    """Columns in memory in several pieces, each a part of its own."""

    name, rereadable = "the pieces", True

    def __init__(self, pieces: Sequence[dict[str, Any]]) -> None:
        self.pieces = pieces
        self.columns, self.kinds = tuple(pieces[0]), open_table(next(one for one in pieces if len(one["x"]))).kinds

    def scan(self, selection: Any) -> Any:
        from dataclasses import replace

        scans = [open_table(piece).scan(selection) if len(piece["x"]) else None for piece in self.pieces]
        first = next(one for one in scans if one is not None)
        parts = [Keyed(place, scan.parts[0] if scan else None) for place, scan in enumerate(scans)]
        return replace(first, source=self.name, parts=tuple(parts), unproven=None)


@dataclass(frozen=True)
class Keyed:
    place: int
    part: Any

    @property
    def key(self) -> str:
        return str(self.place)

    @property
    def rows(self) -> int:
        return self.part.rows if self.part else 0

    def blocks(self, first: int) -> Any:
        from wxb.data.reading import Reading

        if self.part is None:
            return Reading()
        return (yield from self.part.blocks(first))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--simulate", action="store_true")
    given = parser.parse_args()
    work: Callable[[], None] = (lambda: simulate(1000, 1e6)) if given.simulate else (lambda: table(given.rounds))
    work()


if __name__ == "__main__":
    main()

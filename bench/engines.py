"""A fit over the workers of Dask: one worker and two, and what the client holds meanwhile.

    make test-engines                                   installs Dask
    .venv/bin/python bench/engines.py [--rows 20000000] [--rounds 3]

Times are in turn (one worker, two, one, two, …), the least of each counts. The bits of every fit are compared with those of one
machine. Memory is that of the client, in which the scheduler runs too: its peak in one fit over what it was before, beside that of
a fit of a single file in this process, which solves as many coefficients.

Before them stands what the machine allows: processes of one thread each that fit the same files without Dask, one all of them and
two a half each. Where two processors are two threads of one core, neither comes to a half.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import tempfile
import time
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import wxb

FILE = 1_000_000  # rows
COLUMNS = 7
FITS: dict[str, tuple[dict[str, Any], float]] = {
    "7 columns": ({"features": [f"x{i}" for i in range(COLUMNS)]}, 0.6),
    "7 columns, HC3": ({"features": [f"x{i}" for i in range(COLUMNS)], "se": "HC3"}, 0.6),
    "C(school) of 1000, clusters": ({"formula": "y ~ x0 + x1 + C(school)", "se": "cluster:school"}, 0.7),
}


def rows(seed: int, count: int = FILE) -> pa.Table:
    """Some rows: columns of numbers, a school, a target."""
    random = np.random.default_rng(seed)
    columns = {f"x{i}": random.normal(i, 1 + i, count) for i in range(COLUMNS)}
    school = random.integers(0, 1000, count)
    y = sum(columns.values()) + school / 100 + random.normal(size=count)
    return pa.table({**columns, "school": school, "y": y})


class Grown:
    """`with Grown() as grown: …`: MB that this process held at most meanwhile, over what it held before (on Linux)."""

    def __enter__(self) -> Grown:
        Path("/proc/self/clear_refs").write_text("5")
        self.before = self._held("VmRSS")
        return self

    def __exit__(self, *ended: object) -> None:
        self.by = self._held("VmHWM") - self.before

    def _held(self, what: str) -> float:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(float(line.split()[1]) / 1024 for line in lines if line.startswith(what))


def asked(fit: dict[str, Any]) -> dict[str, Any]:
    return fit if "formula" in fit else {"target": "y", **fit}


def timed(data: Any, fit: dict[str, Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    model = wxb.fit(data, **asked(fit))
    return time.perf_counter() - began, model


def alone(files: list[str]) -> None:
    """What a process of its own makes of some of the files."""
    pa.set_cpu_count(1)
    wxb.fit(files, **asked(FITS["7 columns"][0]), threads=1)


def of_processes(files: list[str], rounds: int) -> None:
    context, least = multiprocessing.get_context("spawn"), [inf, inf]
    with context.Pool(1) as one, context.Pool(2) as two:
        work = [(one, [files]), (two, [files[::2], files[1::2]])]
        for pool, halves in work:
            pool.map(alone, halves)  # everything is loaded
        for __ in range(rounds):
            for place, (pool, halves) in enumerate(work):
                began = time.perf_counter()
                pool.map(alone, halves, 1)
                least[place] = min(least[place], time.perf_counter() - began)
    print(f"without Dask: one process {least[0]:.2f} s, two {least[1]:.2f} s: {least[1] / least[0]:.2f}", flush=True)


def of_workers(files: str, rounds: int) -> None:
    from distributed import Client, LocalCluster

    clusters = [LocalCluster(n_workers=n, threads_per_worker=1, dashboard_address=":0") for n in (1, 2)]
    clients = [Client(cluster, set_as_default=False) for cluster in clusters]
    sources = [wxb.on_dask(files, client) for client in clients]
    for source in sources:
        wxb.fit(source, "y", features=["x0"])  # everything is loaded
    for name, (fit, bar) in FITS.items():
        right, same, least, most = timed(files, fit)[1], True, [inf, inf], 0.0
        for __ in range(rounds):
            for place, source in enumerate(sources):
                with Grown() as grown:
                    took, model = timed(source, fit)
                same, most, least[place] = same and model == right, max(most, grown.by), min(least[place], took)
                del model
        with Grown() as grown:
            timed(files.replace("*", "000"), fit)
        seconds = f"one worker {least[0]:.2f} s, two {least[1]:.2f} s: {least[1] / least[0]:.2f} (bar {bar})"
        memory = f"client + {most:.0f} MB, here of one file + {grown.by:.0f}"
        print(f"{name}: {seconds}; bits {'the same' if same else 'OTHERS'}; {memory}", flush=True)
    for client, cluster in zip(clients, clusters):
        client.close()
        cluster.close()


def made_on_workers(count: int) -> None:
    """A frame whose rows are made on the workers: what the client grows by."""
    import dask.dataframe as dd
    from distributed import Client, LocalCluster

    def part(seed: int) -> Any:
        return rows(seed).to_pandas()

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster, Client(cluster):
        frame = dd.from_map(part, range(count // FILE), meta=rows(0, 1).to_pandas())
        wxb.fit(frame.partitions[:1], "y", features=["x0"])
        with Grown() as grown:
            took, model = timed(frame, FITS["7 columns"][0])
        print(
            f"a frame of {model.n} × {COLUMNS} made on the workers: {took:.2f} s; client + {grown.by:.0f} MB (bar 300)",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    logging.getLogger("distributed").setLevel(logging.ERROR)
    made_on_workers(given.rows * 6 // 5)
    with tempfile.TemporaryDirectory() as folder:
        for place in range(given.rows // FILE):
            pq.write_table(rows(place), Path(folder) / f"{place:03}.parquet", row_group_size=FILE // 4)
        of_processes(sorted(map(str, Path(folder).glob("*.parquet"))), given.rounds)
        of_workers(f"{folder}/*.parquet", given.rounds)


if __name__ == "__main__":
    main()

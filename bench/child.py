"""One thing, in a process of its own: `child.py WHAT PATH` prints {"seconds": …, "peak": MB} as JSON.

Imports come before the clock starts: what is measured is the work, as in a program that is already running.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tables import NAMES


def wxb_fit(path: str) -> Callable[[], object]:
    import duckdb  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    import wxb

    wxb.fit({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}, target="y")  # loads what a fit loads
    return lambda: wxb.fit(path, target="y").inference.se


def wxb_fast(path: str) -> Callable[[], object]:
    import duckdb  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    import wxb

    wxb.fit({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}, target="y")
    return lambda: wxb.fit(path, target="y", precision="fast").inference.se


def pyarrow_table(path: str) -> Callable[[], object]:
    import pyarrow.parquet as pq

    return lambda: pq.read_table(path, columns=[*NAMES, "y"])


def pyarrow_groups(path: str) -> Callable[[], object]:
    import pyarrow.parquet as pq

    def read() -> None:
        file = pq.ParquetFile(path)
        for group in range(file.num_row_groups):
            file.read_row_group(group, columns=[*NAMES, "y"])

    return read


def duckdb_scan(path: str) -> Callable[[], object]:
    import duckdb

    sums = ", ".join(f"sum({name})" for name in (*NAMES, "y"))
    connection = duckdb.connect()
    return lambda: connection.execute(f"SELECT {sums} FROM read_csv(?)", [path]).fetchall()


WHAT = {f.__name__: f for f in (wxb_fit, wxb_fast, pyarrow_table, pyarrow_groups, duckdb_scan)}


def peak() -> float:
    """Largest resident memory of this process so far in MB. (ru_maxrss would count the parent's from before exec.)"""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    work = WHAT[sys.argv[1]](sys.argv[2])
    began = time.perf_counter()
    work()
    print(json.dumps({"seconds": time.perf_counter() - began, "peak": peak()}))


if __name__ == "__main__":
    main()

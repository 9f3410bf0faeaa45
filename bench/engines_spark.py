"""A fit of a frame of Spark in local mode, beside Spark's own count of the same columns.

    make test-spark                                     installs Spark (Java 17 must be there)
    .venv-spark/bin/python bench/engines_spark.py [--rows 5000000] [--rounds 3]

Both are done in turn, the least time of each counts; the first of each, in which Java compiles and Python starts, does not. The
bits are compared with those of one machine. The bar: 1.5 × the count + 3 s.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import wxb

PIECE = 500_000  # rows
COLUMNS = 10


def write(folder: Path, rows: int) -> None:
    """Files of rows: nine columns and a target."""
    for place in range(-(-rows // PIECE)):
        random = np.random.default_rng(place)
        columns = {f"x{j}": random.normal(j, 1 + j, PIECE) for j in range(COLUMNS - 1)}
        y = sum(columns.values()) + random.normal(size=PIECE)
        pq.write_table(pa.table({**columns, "y": y}), folder / f"{place:04}.parquet")


def session() -> Any:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    asked = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    made = SparkSession.builder.master("local[2]").config(map=asked).getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    return made


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, args.rows)
        spark = session()
        frame = spark.read.parquet(str(folder))
        counts = [f"count({column})" for column in frame.columns]
        works = {"count": lambda: frame.selectExpr(*counts).collect(), "fit": lambda: wxb.fit(frame, "y")}
        works |= {"fit, HC1": lambda: wxb.fit(frame, "y", se="HC1")}
        here = {
            "fit": wxb.fit(str(folder / "*.parquet"), "y"),
            "fit, HC1": wxb.fit(str(folder / "*.parquet"), "y", se="HC1"),
        }
        times: dict[str, list[float]] = {what: [] for what in works}
        for turn in range(args.rounds + 1):
            for what, work in works.items():
                took, found = timed(work)
                assert what not in here or found == here[what], f"{what}: other bits"
                times[what] += [took] if turn else []
        spark.stop()
    count = min(times["count"])
    print(f"{args.rows} rows of {COLUMNS} columns, local[2], {args.rounds} rounds; the bits of one machine")
    for what, took in times.items():
        print(f"  {what:10} {min(took):6.2f} s   {min(took) / count:5.2f} × the count   bar {1.5 * count + 3:.2f} s")


if __name__ == "__main__":
    main()

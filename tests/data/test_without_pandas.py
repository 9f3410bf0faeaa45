"""Nothing that is read needs pandas, which is no dependency: tables of every type of Arrow's, where it cannot be imported."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from datetime import date
from decimal import Decimal
import pyarrow as pa
from pyarrow import csv, parquet
import wxb

squares = [i * i for i in range(6)]
numbers = {str(kind): pa.array(squares, kind) for kind in (pa.int8(), pa.uint64(), pa.float32(), pa.float64())}
numbers["decimal"] = pa.array([Decimal(i) / 4 for i in squares])
numbers["yes"] = pa.array([True, False, True, True, False, False])
times = {
    "instant": pa.array([10**18 + i * 10**12 + 1 for i in squares], pa.timestamp("ns")),
    "zoned": pa.array([10**15 + i * 10**12 for i in squares], pa.timestamp("us", "Asia/Seoul")),
    "day": pa.array([date(2020, 1, 1 + i) for i in squares]),
    "wait": pa.array([i * 10**6 + 1 for i in squares], pa.duration("ns")),
}
words = {"word": pa.array(list("aabbcc")), "coded": pa.array(list("aabbcc")).dictionary_encode()}
table = pa.table({**numbers, **times, **words, "y": pa.array([1.0, 2.0, 4.0, 3.0, 7.0, 5.0])})
parquet.write_table(table, "t.parquet")
csv.write_csv(table.select([*numbers, "word", "y"]), "t.csv")
for source in (table, "t.parquet", "t.csv"):
    there = set(table.column_names) - ({*times, "coded"} if source == "t.csv" else set())
    for feature in there & (numbers.keys() | times.keys()):
        assert wxb.fit(source, "y", features=[feature]).n == 6
    for label in there & {"int8", "yes", "decimal", "day", "zoned", "word", "coded"}:
        assert len(wxb.fit(source, "y", by=label, features=["int8"])) in (2, 3, 6)
try:
    wxb.fit(table, "y", by="instant", features=["int8"])
except wxb.DataError as error:
    assert "finer than microseconds" in error.what
"""


def test_every_type_of_arrow_is_read(tmp_path):
    (tmp_path / "pandas.py").write_text("raise ModuleNotFoundError('no pandas')")
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr

"""Spark for real, in local mode: partitions summed where they lie, numbered only where they are held still, and what is refused."""

from __future__ import annotations

import datetime as dt
import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import wxb
from support.answers import assert_same_answer
from wxb.data import open_table

pyspark = pytest.importorskip("pyspark")
pytestmark = [pytest.mark.engines, pytest.mark.filterwarnings("default")]
ROWS = 3000


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    asked = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "Asia/Seoul",
        "spark.sql.shuffle.partitions": "3",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100",
    }
    session = SparkSession.builder.master("local[2]").config(map=asked).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    random = np.random.default_rng(1)
    x = random.normal(size=ROWS)
    return pa.table(
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
def frame(spark: Any, rows: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Of files of which some have no rows, each a partition."""
    import pyarrow.parquet as pq

    there = tmp_path_factory.mktemp("spark")
    for place, (start, stop) in enumerate([(0, 0), (0, 1100), (1100, 1100), (1100, 2999), (2999, ROWS), (0, 0)]):
        pq.write_table(rows.slice(start, stop - start), there / f"{place}.parquet")
    spark.conf.set("spark.sql.files.openCostInBytes", 1 << 30)
    one = [spark.read.parquet(str(there / f"{place}.parquet")) for place in range(6)]
    whole = one[0]
    for more in one[1:]:
        whole = whole.union(more)
    return whole


ASKED: list[dict[str, Any]] = [
    {"features": ["x", "z"]},
    {"features": ["x", "z"], "weights": "w", "where": "z > 0 and school != 'east'"},
    {"features": ["x", "z"], "folds": 5, "se": "HC3"},
    {"features": ["x", "z"], "by": "school"},
    {"formula": "y ~ x*C(school)"},
    {"formula": "y ~ x + z | firm", "se": "cluster:firm"},
    {"features": ["x", "z"], "l2": "auto", "folds": 4},
    {"features": ["x"], "test": 0.2, "se": "HAC:3"},
    {"features": ["x", "z"], "by": "school", "se": "HC3", "test": 0.2},
]


def fitted(data: Any, asked: dict[str, Any]) -> Any:
    return wxb.fit(data, **(asked if "formula" in asked else {"target": "y", **asked}))


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked.values())))
def test_a_frame_has_the_bits_of_its_rows(rows: pa.Table, frame: Any, asked: dict[str, Any]) -> None:
    assert_same_answer(fitted(frame, asked), fitted(rows, asked))


def test_many_results_are_merged_on_the_executors(rows: pa.Table, frame: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from wxb.data import spark_engine

    monkeypatch.setattr(spark_engine, "HERE", 0)
    monkeypatch.setattr(spark_engine, "FAN", 2)
    asked: dict[str, Any] = {"features": ["x"], "by": "firm"}
    assert_same_answer(fitted(frame, asked), fitted(rows, asked))
    with pytest.raises(wxb.DataError, match=r"missing values: row .* .rows of partition 1 of the frame"):
        wxb.fit(frame.selectExpr("y", "case when x < 1 then x end as x"), "y")


def test_what_was_held_is_released_and_progress_is_told(spark: Any, rows: pa.Table, frame: Any) -> None:
    told: list[Any] = []
    wxb.fit(frame, "y", features=["x"], folds=3, progress=lambda *now: told.append(now))
    gc.collect()
    assert told[-1] == (ROWS, ROWS)
    assert spark.sparkContext._jsc.getPersistentRDDs().size() == 0
    own = frame.persist()
    assert_same_answer(fitted(own, ASKED[2]), fitted(rows, ASKED[2]))
    assert own.is_cached
    own.unpersist(blocking=True)


def test_types(spark: Any) -> None:
    day = dt.datetime(2024, 3, 1, 12)
    made = [
        (
            n,
            float(n * n % 7),
            Decimal(n) / 8,
            dt.date(2024, 1, 1 + n),
            day + dt.timedelta(hours=n * n),
            n % 3 == 0,
            "yes" if n % 2 else "no",
            None,
            [1.0],
            (n,),
        )
        for n in range(20)
    ]
    names = "`a.b` short, `q``t` float, d decimal(20,3), day date, at timestamp, b boolean, s string, "
    names += "`빔` void, l array<double>, t struct<u:int>"
    frame = spark.createDataFrame(made, names).selectExpr(
        "*", "cast(at as timestamp_ntz) as local", "at - timestamp'2024-03-01' as since"
    )
    table = open_table(frame)
    kinds = {name: kind.sort for name, kind in table.kinds.items()}
    assert kinds["at"] == kinds["day"] == kinds["local"] == "instant"
    assert (kinds["since"], kinds["b"], kinds["s"]) == ("duration", "truth", "truth")
    for name in ("q`t", "d", "day", "at", "b", "s", "local", "since"):
        plain = frame.select(f"`{name.replace('`', '``')}`", "`a.b`").toArrow()
        assert wxb.fit(frame, "a.b", features=[name]) == wxb.fit(plain, "a.b", features=[name]), name
    for name, said in [("l", "list<"), ("t", "struct<"), ("빔", "20"), ("none", "no column")]:
        with pytest.raises(wxb.DataError, match=said):
            wxb.fit(frame, "a.b", features=[name])


def test_rows_before_are_those_of_one_partition(frame: Any, rows: pa.Table) -> None:
    from pyspark.sql import functions

    formula = "y ~ lag(y) + x"
    with pytest.raises(wxb.UsageError, match="rows of the Spark frame are in several partitions"):
        wxb.fit(frame, formula=formula)
    numbered = frame.withColumn("number", functions.monotonically_increasing_id())
    one = numbered.repartition(1).sortWithinPartitions("number")
    assert_same_answer(wxb.fit(one, formula=formula, se="HC1"), wxb.fit(rows, formula=formula, se="HC1"))


def test_frames_without_rows_and_those_of_other_rows_each_time(spark: Any, frame: Any) -> None:
    from pyspark.sql import functions

    for asked in ASKED[:3]:
        with pytest.raises(wxb.DataError, match="there are no data rows"):
            wxb.fit(frame.where("x > 100"), "y", **asked)

    @functions.udf("double")
    def drawn(x: float) -> float:
        return float(np.random.default_rng().normal())

    with pytest.raises(wxb.DataError, match="has other rows when it is read again"):
        wxb.fit(frame.select("x", drawn("x").alias("y")), "y", se="HC1")
    with pytest.raises(wxb.DataError, match="X is of Spark"):
        wxb.fit((frame[["x"]], frame["y"]), "y")


def test_what_is_no_table(spark: Any, frame: Any) -> None:
    twice = frame.select("x", "z", "x", "y")
    once = wxb.fit(frame, "y", features=["z"])
    assert wxb.fit(twice, "y", features=["z"]) == wxb.fit(frame.pandas_api(), "y", features=["z"]) == once
    with pytest.raises(wxb.DataError, match="`x`"):
        wxb.fit(twice, "y", features=["x"])
    with pytest.raises(wxb.DataError, match="one by one"):
        once.predict(frame)
    with pytest.raises(wxb.DataError, match="no columns"):
        wxb.fit(frame.groupBy("x"), "y")
    with pytest.raises(wxb.DataError, match="no end"):
        wxb.fit(spark.readStream.format("rate").load(), "value")
    with pytest.raises(wxb.UsageError, match="weights"):
        wxb.fit(frame, "y", weights=[1.0])
    for asked in ({}, {"folds": 2}):
        with pytest.raises(wxb.WxbError, match=r"too few|no data rows|no rows"):
            wxb.fit(frame.filter("x > 1e9"), "y", features=["x"], **asked)


def test_errors_come_back_as_they_are(frame: Any, rows: pa.Table) -> None:
    most = max(rows["x"].to_pylist())
    gone = frame.selectExpr("y", f"nullif(x, {most!r}D) as x")
    place = rows["x"].to_pylist().index(most)
    with pytest.raises(wxb.DataError, match=r"1 missing value: row [0-9]+, column `x` .rows of partition"):
        wxb.fit(gone, "y")
    with pytest.raises(wxb.DataError, match=f"1 missing value: row {place + 1}, column `x`\n") as error:
        wxb.fit(gone, "y", folds=3)
    assert error.value.__cause__ is None
    empty = frame.selectExpr("y", "case when spark_partition_id() = 1 then null else x end as x")
    with pytest.raises(wxb.DataError, match=r"[0-9]+ missing values: row 1, .*rows of partition 1"):
        wxb.fit(empty, "y")
    with pytest.warns(wxb.WxbWarning, match="1 of 3000 rows dropped"):
        wxb.fit(gone, "y", missing="drop")


def test_rows_that_do_not_stay_are_refused(spark: Any, tmp_path: Path) -> None:
    count = str(tmp_path / "count")

    def more_each_time(batches: Any) -> Any:
        with open(count, "a+") as file:
            file.write("x")
            size = file.tell()
        for __ in batches:
            yield pa.RecordBatch.from_pydict({"x": np.arange(9.0 + size), "y": np.arange(9.0 + size) ** 2})

    frame = spark.range(1, numPartitions=1).mapInArrow(more_each_time, "x double, y double")
    wxb.fit(frame, "y")
    with pytest.raises(wxb.DataError, match="rows in a place where it had"):
        wxb.fit(frame, "y", se="HC1")
    assert wxb.fit(frame.persist(), "y", se="HC1").n > 9


def test_partitions_that_stay_by_themselves_are_read_twice_and_others_held_still(
    spark: Any, frame: Any, rows: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wxb.data.spark_engine import Spark

    counted, real = list[str](), Spark._counted

    def counts(self: Spark, key: str) -> list[int]:
        counted.append(key)
        return real(self, key)

    monkeypatch.setattr(Spark, "_counted", counts)
    asked = {"features": ["x", "z"], "se": "HC1"}
    assert_same_answer(fitted(frame, asked), fitted(rows, asked))
    assert not counted
    there = str(tmp_path)

    def other_partitions(batches: Any) -> Any:
        """The same rows, of which the first partition has more from the second time on."""
        for batch in batches:
            [place] = batch["id"].to_pylist()
            with open(f"{there}/{place}", "a+") as file:
                file.write("x")
                cut = 10 if file.tell() == 1 else 15
            x = np.arange(40.0)[slice(cut) if place == 0 else slice(cut, None)]
            yield pa.RecordBatch.from_pydict({"x": x, "y": x**2})

    moving = spark.range(2, numPartitions=2).mapInArrow(other_partitions, "x double, y double")
    x = np.arange(40.0)
    assert_same_answer(wxb.fit(moving, "y", se="HC1"), wxb.fit({"x": x, "y": x**2}, "y", se="HC1"))
    assert len(counted) == 1


def test_executors_with_another_wxb(frame: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from wxb.data import spark_engine

    monkeypatch.setattr(spark_engine, "__version__", "0.0.1")
    with pytest.raises(wxb.UsageError, match=r"executors of Spark have wxb .*, and 0\.0\.1 is asked"):
        wxb.fit(frame, "y", features=["x"])
    told = spark_engine._told(RuntimeError("ModuleNotFoundError: No module named 'wxb'"))
    assert "cannot import `wxb`" in str(told)


def test_an_error_of_the_plan_is_spark_s(frame: Any) -> None:
    from pyspark.errors import PySparkException

    with pytest.raises(PySparkException, match="at all"):
        wxb.fit(frame.selectExpr("x", "if(x > 2, raise_error('not at all'), y) as y"), "y")


CONNECT = """
import pyarrow as pa, wxb
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote("local[2]").getOrCreate()
frame = spark.range(0, 900, numPartitions=3).selectExpr("id % 31 as x", "id * 0.5 + id % 7 as y", "id as i")
asked = {"features": ["x", "i"], "folds": 3, "se": "HC1"}
assert wxb.fit(frame, "y", **asked) == wxb.fit(frame.toArrow(), "y", **asked)
try:
    wxb.fit(frame.selectExpr("nullif(x, 3) as x", "y"), "y")
except wxb.DataError as error:
    print(error)
spark.stop()
"""


def test_through_spark_connect() -> None:
    pytest.importorskip("grpc")
    ran = subprocess.run([sys.executable, "-c", CONNECT], check=False, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert "missing value" in ran.stdout

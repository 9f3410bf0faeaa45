"""What a scan does with data that are not numbers, not there, or gone half way: one message with what and where."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wxb

N = 5000
RANDOM = np.random.default_rng(101)


def columns(**changes) -> dict[str, np.ndarray]:
    found = {"a": RANDOM.normal(size=N), "b": RANDOM.normal(size=N), "y": RANDOM.normal(size=N)}
    for name, cells in changes.items():
        for row, value in cells.items():
            found[name][row] = value
    return found


@pytest.mark.parametrize("carrier", ["dict", "arrays", "pandas", "parquet", "csv"])
def test_infinite_values_are_counted_and_placed(carrier, tmp_path):
    data = columns(b={41: np.inf, 4000: -np.inf})
    source: object = data
    call: dict = {"target": "y"}
    if carrier == "arrays":
        source, call = (np.column_stack([data["a"], data["b"]]), data["y"]), {}
    elif carrier == "pandas":
        source = pd.DataFrame(data)
    elif carrier == "parquet":
        source = tmp_path / "rows.parquet"
        pq.write_table(pa.table(data), source, row_group_size=1000)
    elif carrier == "csv":
        source = tmp_path / "rows.csv"
        pd.DataFrame(data).to_csv(source, index=False)
    with pytest.raises(wxb.DataError) as caught:
        wxb.fit(source, **call)
    said = str(caught.value)
    assert "inf" in said
    assert "42" in said or "43" in said  # the row, or the line of the file


@pytest.mark.parametrize("threads", [1, 2])
def test_missing_values_are_an_error_or_dropped(threads):
    data = columns(a={7: np.nan}, y={8: np.nan, 9: np.nan})
    with pytest.raises(wxb.DataError, match="missing") as caught:
        wxb.fit(data, target="y", threads=threads)
    assert "3" in str(caught.value)
    with pytest.warns(wxb.WxbWarning, match=f"3 of {N} rows dropped"):
        model = wxb.fit(data, target="y", missing="drop", threads=threads)
    kept = np.delete(np.arange(N), [7, 8, 9])
    assert model.moments == wxb.fit({k: v[kept] for k, v in data.items()}, target="y").moments
    assert (model.n, model.dropped_rows) == (N - 3, 3)


@pytest.mark.parametrize("missing", ["error", "drop"])
def test_nothing_but_missing(missing):
    data = columns()
    data["b"][:] = np.nan
    with pytest.raises(wxb.DataError, match="no values"):
        wxb.fit(data, target="y", missing=missing)
    halves = columns()
    halves["a"][::2], halves["b"][1::2] = np.nan, np.nan
    with pytest.raises(wxb.DataError, match="missing"):
        wxb.fit(halves, target="y", missing=missing)


def test_negative_and_infinite_weights():
    data = {**columns(), "w": np.ones(N)}
    data["w"][5] = -1.0
    with pytest.raises(wxb.DataError, match="negative"):
        wxb.fit(data, target="y", weights="w")
    data["w"][5] = np.inf
    with pytest.raises(wxb.DataError, match="inf"):
        wxb.fit(data, target="y", weights="w")


def test_weights_of_zero_everywhere():
    data = {**columns(), "w": np.zeros(N)}
    with pytest.raises(wxb.WxbError):
        wxb.fit(data, target="y", weights="w")


def test_a_parquet_file_cut_off(tmp_path):
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table(columns()), path)
    whole = path.read_bytes()
    for length in (0, 3, 100, len(whole) // 2, len(whole) - 5):
        path.write_bytes(whole[:length])
        with pytest.raises(wxb.DataError, match=r"rows\.parquet"):
            wxb.fit(path, target="y")


def test_a_parquet_file_damaged_inside(tmp_path):
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table(columns()), path, row_group_size=500)
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 3
    whole[middle : middle + 2000] = b"\xff" * 2000
    path.write_bytes(whole)
    try:
        model = wxb.fit(path, target="y")
    except wxb.DataError as error:
        assert "rows.parquet" in str(error)  # noqa: PT017
    else:  # plain pages have no checksum: other numbers, but numbers
        assert np.isfinite(model.theta).all()


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_that_vanishes_during_the_scan(tmp_path, kind):
    for i in range(6):
        data = pa.table(columns()).slice(0, 500)
        path = tmp_path / f"part{i}.{kind}"
        if kind == "csv":
            data.to_pandas().to_csv(path, index=False)
        else:
            pq.write_table(data, path)

    def vanish(*_):
        for path in tmp_path.glob("part[3-5]*"):
            path.unlink()

    with pytest.raises(wxb.DataError, match="part3"):
        wxb.fit(str(tmp_path / f"part*.{kind}"), target="y", progress=vanish, threads=1)


def test_a_stream_that_breaks_off():
    schema = pa.schema([("a", pa.float64()), ("y", pa.float64())])

    def batches():
        yield pa.record_batch([pa.array(RANDOM.normal(size=100))] * 2, schema=schema)
        raise OSError("the line went dead")

    with pytest.raises((wxb.DataError, OSError), match="the line went dead"):
        wxb.fit(pa.RecordBatchReader.from_batches(schema, batches()), target="y")


@pytest.mark.parametrize(
    ("scale", "outlier"),
    [(1e300, 1e-320), (-1e300, -1e-320), (1e-300, 1e300), (1e-300, -1e308), (1.0, 5e-324), (2.0**900, 1.1 * 2.0**-150)],
)
def test_ranges_are_those_of_the_data_whatever_their_size(scale, outlier, tmp_path):
    x = RANDOM.uniform(1, 2, 9000) * scale
    x[7000] = outlier
    model = wxb.fit({"x": x, "y": np.arange(9000) % 7}, target="y")
    assert model.ranges == ((x.min(), x.max()),)
    model.save(tmp_path / "m.json")
    assert wxb.load(tmp_path / "m.json").ranges == model.ranges


def test_sums_that_overflow_at_precision_fast():
    x = np.linspace(1e200, 2e200, 5000)
    y = np.arange(5000) * 1.0
    with pytest.raises(wxb.NumericalError, match=r'overflow with `precision="fast"`[^$]*precision="exact"'):
        wxb.fit((x, y), precision="fast")
    assert wxb.fit((x, y)).r2 == 1.0


def test_calls_that_are_wrong():
    data = columns()
    with pytest.raises(wxb.UsageError, match=r"which column.*a, b, y"):
        wxb.fit(data)
    with pytest.raises(wxb.DataError, match=r"'z'|`z`"):
        wxb.fit(data, target="z")
    with pytest.raises(wxb.UsageError, match="precision must be one of 'exact', 'fast'"):
        wxb.fit(data, target="y", precision="extreme")
    with pytest.raises(wxb.UsageError, match="moments hold none"):
        wxb.fit(wxb.Moments.of([[1.0]], [1.0]), folds=3)
    with pytest.raises(wxb.UsageError, match="the target of these moments is y, not z"):
        wxb.fit(wxb.Moments.of([[1.0]], [1.0]), "z")
    with pytest.raises(wxb.UsageError, match="belongs to a descent"):
        wxb.fit(data, target="y", momentum=0.9)
    with pytest.raises(wxb.UsageError, match="lr must be a number or 'auto'"):
        wxb.fit(data, target="y", lr="fast")


def test_the_same_file_twice_is_counted_twice(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("x,y\n1,2\n2,\n3,5\n4,9\n")
    with pytest.warns(wxb.WxbWarning, match="2 of 8 rows dropped"):
        model = wxb.fit([path, path], target="y", missing="drop")
    assert (model.n, model.dropped_rows) == (6, 2)

"""What `fit` takes, every call takes: one table of containers, and one of what each refuses in words."""

from __future__ import annotations

import array
import io
import types
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import wxb

torch: Any = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore:the sums of parts")

RNG = np.random.default_rng(3)
X = RNG.integers(-64, 64, (12, 2)) / 8  # exact in bfloat16 too
Y = RNG.integers(-64, 64, 12) / 8
ROWS = [{"x1": a, "x2": b, "y": c} for (a, b), c in zip(X.tolist(), Y.tolist())]
COLUMNS = {"x1": X[:, 0], "x2": X[:, 1], "y": Y}
RECORDS = np.array([tuple(row.values()) for row in ROWS], dtype=[("x1", "f8"), ("x2", "f8"), ("y", "f8")])
PACKED = np.array([(1, *row.values()) for row in ROWS], dtype=[("k", "i1"), *RECORDS.dtype.descr])[["x1", "x2", "y"]]
GRADED = torch.tensor(X, requires_grad=True)

TABLES: dict[str, Callable[[], Any]] = {
    "dict of arrays": lambda: COLUMNS,
    "dict of lists": lambda: {name: column.tolist() for name, column in COLUMNS.items()},
    "dict of tuples": lambda: {name: tuple(column.tolist()) for name, column in COLUMNS.items()},
    "dict of buffers": lambda: {name: array.array("d", column) for name, column in COLUMNS.items()},
    "dict of views": lambda: {name: memoryview(column.copy()) for name, column in COLUMNS.items()},
    "dict of tensors": lambda: {name: torch.tensor(column, requires_grad=True) for name, column in COLUMNS.items()},
    "dict of bfloat16": lambda: {name: torch.tensor(column).bfloat16() for name, column in COLUMNS.items()},
    "dict of float16": lambda: {name: column.astype(np.float16) for name, column in COLUMNS.items()},
    "dict of pandas series": lambda: {name: pd.Series(column) for name, column in COLUMNS.items()},
    "dict of polars series": lambda: {name: pl.Series(name, column) for name, column in COLUMNS.items()},
    "dict of arrow arrays": lambda: {name: pa.array(column) for name, column in COLUMNS.items()},
    "dict of arrow chunks": lambda: {name: pa.chunked_array([column[:5], column[5:]]) for name, column in COLUMNS.items()},
    "dict of Float64": lambda: {name: pd.Series(column, dtype="Float64") for name, column in COLUMNS.items()},
    "list of dicts": lambda: ROWS,
    "open file": lambda: io.StringIO(pd.DataFrame(COLUMNS).to_csv(index=False)),
    "open bytes": lambda: io.BytesIO(pd.DataFrame(COLUMNS).to_csv(index=False).encode()),
    "open Parquet": lambda: io.BytesIO(pd.DataFrame(COLUMNS).to_parquet()),
    "pandas": lambda: pd.DataFrame(COLUMNS),
    "pandas on Arrow": lambda: pa.table(COLUMNS).to_pandas(types_mapper=pd.ArrowDtype),
    "polars": lambda: pl.DataFrame(COLUMNS),
    "Arrow table": lambda: pa.table(COLUMNS),
    "Arrow batch": lambda: pa.record_batch(COLUMNS),
    "Arrow reader": lambda: pa.table(COLUMNS).to_reader(),
    "DuckDB": lambda: duckdb.from_arrow(pa.table(COLUMNS)),
    "records": lambda: RECORDS,
    "packed records": lambda: PACKED,
    "recarray": lambda: RECORDS.view(np.recarray),
    "(X, y)": lambda: (X, Y),
    "(X, y) of lists": lambda: (X.tolist(), Y.tolist()),
    "(X, y) of tuples": lambda: (tuple(map(tuple, X.tolist())), tuple(Y.tolist())),
    "(X, y) with grad": lambda: (GRADED, torch.tensor(Y, requires_grad=True)),
    "(X, y) bfloat16": lambda: (torch.tensor(X).bfloat16(), torch.tensor(Y).bfloat16()),
    "(X, y) views": lambda: (memoryview(X.copy()), memoryview(Y.copy())),
    "(X, y) big-endian": lambda: (X.astype(">f8"), Y.astype(">f4")),
    "(list of tensors, y)": lambda: (list(GRADED), list(torch.tensor(Y, requires_grad=True))),
    "(frame, series)": lambda: (pd.DataFrame(X, columns=["x1", "x2"]), pd.Series(Y)),
    "(polars, polars)": lambda: (pl.DataFrame(COLUMNS).select("x1", "x2"), pl.Series("y", Y)),
    "(Arrow, Arrow)": lambda: (pa.table(COLUMNS).select(["x1", "x2"]), pa.array(Y)),
    "(dict, list)": lambda: ({"x1": X[:, 0], "x2": X[:, 1].tolist()}, Y.tolist()),
    "(rows, array)": lambda: ([{"x1": a, "x2": b} for a, b in X.tolist()], Y),
    "(records, array)": lambda: (RECORDS[["x1", "x2"]], Y),
}  # fmt: skip
ALONE: dict[str, Callable[[], Any]] = {  # features alone, for predict
    "array": lambda: X,
    "list": X.tolist,
    "grad": lambda: GRADED,
    "bfloat16": lambda: torch.tensor(X).bfloat16(),
    "list of tensors": lambda: list(GRADED),
    "view": lambda: memoryview(X.copy()),
    "Fortran": lambda: np.asfortranarray(X),
    "objects": lambda: X.astype(object),
    "list of dicts": lambda: [{"x1": a, "x2": b} for a, b in X.tolist()],
    "fields": lambda: RECORDS[["x1", "x2"]],
}
EXPECTED = wxb.fit((X, Y))
TAKEN = EXPECTED.predict(X).tolist()


@pytest.mark.parametrize("kind", TABLES)
def test_every_call_takes_what_fit_takes(kind: str) -> None:
    give = TABLES[kind]
    model = wxb.fit(give(), "y")
    assert (model.terms, model.theta.tolist()) == (EXPECTED.terms, EXPECTED.theta.tolist())
    assert model.predict(give()).tolist() == TAKEN
    assert EXPECTED.predict(give()).tolist() == TAKEN
    twice = wxb.update(model, give())
    assert wxb.forget(twice, give()).theta.tolist() == EXPECTED.theta.tolist()
    assert wxb.rates(give(), "y").best == wxb.rates(EXPECTED).best
    assert wxb.cost_of(give(), "y", "x1 + 2*x2").cost == wxb.cost_of((X, Y), None, "x1 + 2*x2").cost
    assert model.predict(give(), interval=0.9).low.tolist() == EXPECTED.predict(X, interval=0.9).low.tolist()


@pytest.mark.parametrize("kind", ALONE)
def test_predict_takes_features_alone(kind: str) -> None:
    assert EXPECTED.predict(ALONE[kind]()).tolist() == TAKEN


ONE = wxb.fit(([1.0, 2, 4], [2.0, 1, 5]))


@pytest.mark.parametrize(
    "column",
    [
        np.array([3.0, 5.0]), [3, 5], range(3, 6, 2), array.array("i", [3, 5]), torch.tensor([3.0, 5.0], requires_grad=True),
        pd.Series([3, 5]), pl.Series([3, 5]), pa.array([3, 5]), pa.chunked_array([[3], [5]]), pd.Index([3, 5]),
        memoryview(b"\x03\x05"),
        {"x": range(3, 6, 2)}, {"x": array.array("i", [3, 5])}, [{"x": 3}, {"x": 5}], {"x": pd.Series([3, 5], index=["b", "a"])},
    ],
    ids=lambda c: type(c).__name__,
)  # fmt: skip
def test_one_column(column: Any) -> None:
    assert ONE.predict(column).tolist() == ONE.predict(np.array([3.0, 5.0])).tolist()
    y = [1.0, 2.0]
    with pytest.warns(wxb.WxbWarning, match="0 residual"):
        assert wxb.fit((column, y)).theta.tolist() == wxb.fit(([3.0, 5.0], y)).theta.tolist()


@pytest.mark.parametrize(
    "value", [3, 3.0, np.float32(3), np.int64(3), np.array(3.0), torch.tensor(3.0, requires_grad=True),
    torch.tensor(3.0).bfloat16()]
)  # fmt: skip
def test_a_dict_of_single_values(value: Any) -> None:
    assert ONE.predict({"x": value}).tolist() == [ONE.predict([3.0])[0]]


def test_series_in_another_order_are_one_row_each() -> None:
    a, b = pd.Series([1.0, 2, 3], index=list("abc")), pd.Series([30.0, 20, 10], index=list("cba"))
    model = wxb.fit({"a": [1.0, 2, 3, 4], "b": [1.0, 0, 0, 2], "y": [1.0, 2, 2, 7]}, "y")
    assert model.predict({"a": a, "b": b}).tolist() == model.predict({"a": [1, 2, 3], "b": [10, 20, 30]}).tolist()
    with pytest.raises(wxb.DataError, match="have different indexes: row 1 is 'a'"):
        model.predict({"a": a, "b": b.reset_index(drop=True)})


MASKED = np.ma.masked_array(np.array([1.0, 2, 3]), [False, True, False])
HALF = torch.tensor([1.0, 2.0, 3.0]).to_sparse()


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (MASKED, "masked array"),
        (np.ma.masked_array([1.0, 2, 3]), "masked array"),
        ([MASKED, MASKED, MASKED], "masked array"),
        (np.array([1 + 2j, 2, 3]), "complex"),
        ([1 + 2j, 2, 3], "complex"),
        (torch.tensor([1 + 2j, 2, 3]), "complex"),
        (np.array(["1", "2", "3"]), "text"),
        (np.array([b"1", b"2", b"3"]), ""),
        (np.array(3.0), "shape ()"),
        (np.ones((3, 1, 1)), "shape (3, 1, 1)"),
        ([[1.0], [1.0, 2.0], [1.0]], "lengths"),
        ([torch.ones(1), torch.ones(2), torch.ones(1)], "lengths"),
        (HALF, "sparse tensor"),
        ((v for v in [1.0, 2, 3]), "generator"),
        (map(float, [1, 2, 3]), "map"),
        (pl.LazyFrame({"x": [1.0, 2, 3]}), "LazyFrame"),
        ({1.0, 2.0, 3.0}, ""),
        ("1 2 3", ""),
        (b"123", "bytes"),
        (None, ""),
        (object(), "object"),
        (types.SimpleNamespace(detach=3), "SimpleNamespace"),
        (types.SimpleNamespace(iloc=3, index=3), "SimpleNamespace"),
        (pd.DataFrame({"x": [1, 2, 3]}).groupby("x"), ""),
        (torch.ones(3, device="meta"), "numbers cannot be had"),
        (io.BytesIO(b"x\n1\n"), "BytesIO"),
    ],
    ids=lambda v: type(v).__name__ if not isinstance(v, str) else v,
)  # fmt: skip
def test_what_fit_refuses_predict_refuses(x: Any, said: str) -> None:
    calls = [
        lambda: wxb.fit((x, [1.0, 2, 4])),
        lambda: ONE.predict((x, [1.0, 2, 4])),
        lambda: wxb.update(ONE, (x, [1.0, 2, 4])),
    ]
    if not isinstance(x, np.ndarray) or isinstance(x, np.ma.MaskedArray) or x.ndim == 1:
        calls += [lambda: wxb.fit({"x": x, "y": [1.0, 2, 4]}, "y")]
        calls += [lambda: ONE.predict({"x": x})] if x is not None and not isinstance(x, pl.LazyFrame) else []
    for call in calls:
        with pytest.raises(wxb.WxbError) as caught:
            call()
        in_a_list = isinstance(x, list) and "number" in str(caught.value)  # told by the cell
        assert said in str(caught.value) or in_a_list


def test_rows_that_are_not_all_dicts() -> None:
    with pytest.raises(wxb.DataError, match=r"row 2 is \[1, 2\] \(list\), and row 1 is a dict"):
        wxb.fit([{"x": 1, "y": 2}, [1, 2]], "y")
    with pytest.raises(wxb.DataError, match="1 missing value: row 2, column `x`"):
        wxb.fit([{"x": 1, "y": 2}, {"y": 2}], "y")


def test_a_name_that_no_system_can_spell() -> None:
    with pytest.raises(wxb.DataError, match="is not the name of a file"):
        wxb.fit("\ud800", "y")

"""The same rows give the same bits, whatever carries them: chunks, order, threads, CSV, Parquet, pandas, polars, arrays."""

from __future__ import annotations

import threading
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wxb
from wxb.data import Selection
from wxb.data.open import open_table
from wxb.moments import Moments
from wxb.moments.kernels import ByNumPy, choose
from wxb.passes import each
from wxb.passes.by_share import share_moments
from wxb.passes.grouped import GroupMoments
from wxb.passes.labelled import LabelledMoments
from wxb.passes.labels import by_label
from wxb.question.shares import Shares

ROWS = 20_000
RANDOM = np.random.default_rng(51)
X = RANDOM.normal(size=(ROWS, 3)) * [1.0, 1e6, 1e-4] + [0.0, 1e7, 3.0]
Y = X @ [1.0, 2e-6, 5e3] + RANDOM.normal(size=ROWS) * 10.0 ** RANDOM.uniform(-6, 2, ROWS)
COLUMNS = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "y": Y}


def bits(model: wxb.Model) -> tuple[list[str], list[str]]:
    return [v.hex() for v in model.theta.tolist()], [v.hex() for v in model.inference.se.tolist()]


TRUTH = bits(wxb.fit(COLUMNS, target="y"))


@pytest.mark.parametrize("chunks", [1, 7, 1000])
@pytest.mark.parametrize("threads", [1, 2])
def test_chunks_and_threads(chunks, threads):
    table = pa.table(COLUMNS)
    cuts = np.linspace(0, ROWS, chunks + 1).astype(int)
    batches = [b for low, high in pairwise(cuts) for b in table.slice(low, high - low).to_batches()]
    reader = pa.RecordBatchReader.from_batches(table.schema, batches)
    assert bits(wxb.fit(reader, target="y", threads=threads)) == TRUTH


@pytest.mark.parametrize("chunks", [1, 7, 1000])
def test_chunks_of_moments(chunks):
    pieces = np.array_split(np.arange(ROWS), chunks)
    total = sum(Moments.of(X[piece], Y[piece]) for piece in pieces)
    assert isinstance(total, Moments)
    assert bits(wxb.fit(total)) == TRUTH


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("threads", [1, 2])
def test_order_of_rows(seed, threads):
    order = np.random.default_rng(seed).permutation(ROWS)
    shuffled = {name: column[order] for name, column in COLUMNS.items()}
    assert bits(wxb.fit(shuffled, target="y", threads=threads)) == TRUTH


def write_csv(path, start=0, stop=ROWS):
    with path.open("w") as file:
        file.write(",".join(COLUMNS) + "\n")
        for row in zip(*(column[start:stop].tolist() for column in COLUMNS.values())):
            file.write(",".join(map(repr, row)) + "\n")


@pytest.mark.parametrize("threads", [1, 2])
def test_csv(tmp_path, threads):
    write_csv(tmp_path / "rows.csv")
    assert bits(wxb.fit(tmp_path / "rows.csv", target="y", threads=threads)) == TRUTH


def test_many_csv_files(tmp_path):
    for i in range(5):
        write_csv(tmp_path / f"part{i}.csv", i * ROWS // 5, (i + 1) * ROWS // 5)
    assert bits(wxb.fit(str(tmp_path / "part*.csv"), target="y")) == TRUTH


@pytest.mark.parametrize("row_group", [ROWS, 3001, 100])
@pytest.mark.parametrize("threads", [1, 2])
def test_parquet(tmp_path, row_group, threads):
    pq.write_table(pa.table(COLUMNS), tmp_path / "rows.parquet", row_group_size=row_group)
    assert bits(wxb.fit(tmp_path / "rows.parquet", target="y", threads=threads)) == TRUTH


@pytest.mark.parametrize(
    "make",
    [
        pd.DataFrame,
        pl.DataFrame,
        pa.table,
        lambda c: pl.concat([pl.DataFrame(c)[:777], pl.DataFrame(c)[777:]], rechunk=False),
        lambda c: pd.DataFrame(c).sample(frac=1, random_state=1),
    ],
    ids=["pandas", "polars", "arrow", "polars in chunks", "pandas with an index out of order"],
)
def test_tables(make):
    assert bits(wxb.fit(make(COLUMNS), target="y")) == TRUTH


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays(order):
    assert bits(wxb.fit((np.asarray(X, order=order), Y))) == TRUTH


def test_float32_is_the_float64_it_stands_for():
    narrow = {name: column.astype(np.float32) for name, column in COLUMNS.items()}
    wide = {name: column.astype(np.float64) for name, column in narrow.items()}
    assert bits(wxb.fit(narrow, target="y")) == bits(wxb.fit(wide, target="y"))
    assert bits(wxb.fit(pl.DataFrame(narrow), target="y")) == bits(wxb.fit(wide, target="y"))


def test_threads_that_really_work_at_once(monkeypatch):
    """The first two blocks wait for each other, so that two threads have sums of their own."""
    together, calls, real = threading.Barrier(2, timeout=30), [], LabelledMoments.add

    def waiting(*arguments):
        calls.append(threading.current_thread().name)
        if len(calls) <= 2:
            together.wait()
        return real(*arguments)

    monkeypatch.setattr(LabelledMoments, "add", waiting)
    table = pa.table(COLUMNS)
    batches = [table.slice(start, 5000).to_batches()[0] for start in range(0, ROWS, 5000)]
    model = wxb.fit(pa.RecordBatchReader.from_batches(table.schema, batches), target="y", threads=2)
    assert len(set(calls)) == 2
    assert bits(model) == TRUTH
    assert model.ranges == tuple((x.min(), x.max()) for x in X.T)


@pytest.mark.parametrize("kernel", [ByNumPy(), choose()], ids=lambda kernel: kernel.name)
@pytest.mark.parametrize("threads", [1, 2])
def test_either_kernel(kernel, threads):
    scan = open_table(COLUMNS).scan(Selection(target="y"))
    found = each(scan, [share_moments(scan, Shares(), "exact", False, kernel)], threads=threads).results[0]
    assert found.sums[0] == Moments.of(X, Y, terms=["a", "b", "c"], target="y")
    assert found.ranges == tuple((x.min(), x.max()) for x in X.T)


@pytest.mark.parametrize("kernel", [ByNumPy(), choose()], ids=lambda kernel: kernel.name)
@pytest.mark.parametrize("threads", [1, 2])
def test_groups_on_either_kernel(kernel, threads):
    """A large group and many small ones."""
    ids = np.where(np.arange(ROWS) % 2 == 0, 0, RANDOM.integers(1, 300, ROWS))
    scan = open_table({**COLUMNS, "g": ids}).scan(Selection(target="y", by="g"))
    statistic = GroupMoments(scan.terms, (scan.target,), label=by_label(0), threads=threads, kernel=kernel)
    gathered = each(scan, [statistic], threads=threads).results[0]
    for label in gathered.labels[:20]:
        rows = ids == label
        assert gathered[label] == Moments.of(X[rows], Y[rows], terms=["a", "b", "c"], target="y")


def test_an_error_on_a_thread_is_raised(monkeypatch):
    def failing(*_):
        raise wxb.NumericalError("a number that is none")

    monkeypatch.setattr(LabelledMoments, "add", failing)
    with pytest.raises(wxb.NumericalError, match="the table: a number that is none"):
        wxb.fit(COLUMNS, target="y", threads=2)


def test_two_runs_on_threads_end_alike():
    runs = {str(bits(wxb.fit(COLUMNS, target="y", threads=4))) for _ in range(5)}
    assert runs == {str(TRUTH)}


def test_descent_on_a_column_far_from_zero_is_judged_by_its_own_spread():
    """Identifiers of 1e15 ± 3e5: their variance is lost in a float64 second moment, and so would be the cost."""
    random = np.random.default_rng(0)
    far = np.round(1e15 + 3e5 * random.normal(size=200))
    near = random.normal(size=200) * 3
    y = 5 * near + (far - 1e15) * 1e-5 + random.normal(size=200) * 8 + 60
    data = {"near": near, "far": far, "y": y}
    with pytest.warns(wxb.WxbWarning, match="standardised"):
        model = wxb.fit(data, "y", lr=0.1, scale="standard", epochs=400)
    exact = wxb.fit(data, "y")
    assert model.trajectory.outcome.kind.value == "converged"
    np.testing.assert_allclose(model.coef, exact.coef, rtol=1e-12)
    _, covariance = exact.bowl.centred()
    np.testing.assert_allclose(covariance, np.cov(near, far - 1e15, bias=True), rtol=1e-12)
    assert 1 < wxb.rates(exact).scaled().condition < 1.5
    squares = sum(
        (Fraction(float(c)) - Fraction(model.intercept) - Fraction(float(model.coef[0])) * Fraction(float(a))
         - Fraction(float(model.coef[1])) * Fraction(float(b))) ** 2
        for a, b, c in zip(near, far, y)
    )  # fmt: skip
    assert model.cost == pytest.approx(float(squares / 200), rel=1e-9)

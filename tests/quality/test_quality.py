"""Test rows and folds: cost, RMSE, MAE and R² as explicit refits have them; leave-one-out; what cannot be judged is told."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from wxb.cli import main
from wxb.question.shares import TEST, Shares

RANDOM = np.random.default_rng(47)
N = 90
X = RANDOM.normal(size=(N, 2))
W = RANDOM.integers(0, 4, N) / 2
Y = X @ [1.0, -2.0] + RANDOM.normal(size=N)
TABLE = {"a": X[:, 0], "b": X[:, 1], "w": W, "y": Y}


def quiet(call, *arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        return call(*arguments, **options)


def line_of(rows, w, intercept):
    Z = np.column_stack([np.ones(N), X]) if intercept else X
    root = np.sqrt(w[rows])
    theta = np.linalg.lstsq(Z[rows] * root[:, None], Y[rows] * root, rcond=None)[0]
    return Z @ theta


def figures(error, rows, w, intercept):
    own, e, y = w[rows], error[rows], Y[rows]
    mean = (own * y).sum() / own.sum() if intercept else 0.0
    cost = (own * e**2).sum() / own.sum()
    return [
        cost,
        np.sqrt(cost),
        (own * abs(e)).sum() / own.sum(),
        1 - (own * e**2).sum() / (own * (y - mean) ** 2).sum(),
    ]


def of(quality):
    return [quality.cost, quality.rmse, quality.mae, quality.r2]


@settings(max_examples=40)
@given(st.sampled_from([0.0, 0.3]), st.sampled_from([0, 2, 7, N]), st.booleans(), st.booleans(), st.integers(0, 9))
def test_figures_are_those_of_explicit_refits(test, folds, weighted, intercept, seed):
    if not (test or folds):
        return
    w = W if weighted else np.ones(N)
    model = wxb.fit(
        TABLE, "y", features=["a", "b"], weights="w" if weighted else None, test=test, folds=folds, seed=seed,
        intercept=intercept,
    )  # fmt: skip
    share = Shares(test=test, folds=folds, seed=seed).of(np.arange(N))
    train = share != TEST
    if test:
        assert model.test_quality.rows == (~train & (w > 0)).sum()
        assert of(model.test_quality) == pytest.approx(
            figures(Y - line_of(train, w, intercept), ~train, w, intercept), rel=1e-9
        )
        assert model.test_cost == model.test_quality.cost
    if folds:
        error = np.zeros(N)
        for k in range(folds):
            mine = share == k
            error[mine] = (Y - line_of(train & ~mine, w, intercept))[mine]
        found = model.cross_validation
        assert of(found.overall) == pytest.approx(figures(error, train, w, intercept), rel=1e-9)
        costs = [
            (w * error**2)[share == k].sum() / w[share == k].sum() if w[share == k].any() else np.nan
            for k in range(folds)
        ]
        assert model.fold_costs == pytest.approx(costs, rel=1e-8, nan_ok=True)
        assert found.spread == pytest.approx(np.nanstd(costs, ddof=1), rel=1e-9)


def test_leaving_one_out_is_the_hat_matrix():
    model = wxb.fit((X, Y), folds=N)
    Z = np.column_stack([np.ones(N), X])
    hat = Z @ np.linalg.solve(Z.T @ Z, Z.T)
    left_out = (Y - hat @ Y) / (1 - np.diag(hat))
    assert np.sort(model.fold_costs) == pytest.approx(np.sort(left_out**2), rel=1e-9)
    assert model.cross_validation.overall.mae == pytest.approx(np.abs(left_out).mean(), rel=1e-12)


def test_ten_folds_of_sixteen_rows(tmp_path, capsys):
    lines = "".join(f"{i},{2 * i + i % 3}\n" for i in range(16))
    (tmp_path / "t.csv").write_text("x,y\n" + lines)
    path = str(tmp_path / "t.csv")
    assert main(["fit", path, "-t", "y", "--folds", "10"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "folds 10, each judged by the line of the others: cost" in said
    assert "(standard deviation over the folds), RMSE" in said
    assert main(["fit", path, "-t", "y", "--folds", "10", "--test", "0.2", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert set(content["test"]) == {"rows", "cost", "rmse", "mae", "r2"}
    assert set(content["folds"]) == {"folds", "rows", "cost", "rmse", "mae", "r2", "cost_sd", "notes"}
    assert content["folds"]["mae"] > 0
    assert main(["fit", path, "-t", "y", "--folds", "17"]) == 2
    assert "more folds than rows" in capsys.readouterr().err


def test_what_cannot_be_judged_is_told():
    model = quiet(wxb.fit, {"x": [1.0, 2.0, 4.0], "y": [1.0, 2.0, 3.0]}, "y", folds=2)
    assert np.isnan(model.fold_costs).sum() == 1
    assert "cannot be judged: without its rows 1 row is too few" in model.cross_validation.notes[0]
    assert "cannot be judged" in model.summary()
    x = np.array([1.0, 2.0, 3.0, 4.0])
    model = wxb.fit({"a": x, "b": [0.0, 0, 0, 1], "y": x**2}, "y", folds=4)
    assert any("b cannot be told from the other terms" in note for note in model.cross_validation.notes)
    missing = {"x": [1.0, None, 3.0, 4.0, 6.0], "y": [1.0, 2, 3, 5, 8]}
    model = quiet(wxb.fit, missing, "y", folds=5, missing="drop")
    assert np.isnan(model.fold_costs).sum() == 1
    assert "has no rows left" in model.cross_validation.notes[0]


def test_rows_that_are_read_once_have_no_mean_absolute_error():
    table = pa.table(TABLE).select(["a", "b", "y"])
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches())
    once, again = wxb.fit(reader, "y", test=0.3, folds=3), wxb.fit(table, "y", test=0.3, folds=3)
    assert once.test_quality.mae is None
    assert once.cross_validation.overall.mae is None
    assert once.test_cost == again.test_cost
    assert again.test_quality.mae > 0
    assert "MAE —" in once.summary()


@pytest.mark.parametrize("batches", [1, 7, 30])
def test_chunks_leave_no_trace_in_the_mean_absolute_error(batches):
    table = pa.table(TABLE).select(["a", "b", "y"])
    parts = pa.Table.from_batches(
        [b for i in range(0, N, -(-N // batches)) for b in table.slice(i, -(-N // batches)).to_batches()]
    )
    one, many = (wxb.fit(t, "y", test=0.3, folds=3) for t in (table, parts))
    assert (one.test_mae, one.fold_mae) == (many.test_mae, many.fold_mae)


def test_a_file_keeps_what_is_known_and_no_rows(tmp_path):
    """Moments of one row are that row; so of small folds the file has only how they were predicted."""
    few, many = wxb.fit((X, Y), folds=N, test=0.2), wxb.fit((X, Y), folds=3, test=0.2)
    for name, model in (("few", few), ("many", many)):
        model.save(tmp_path / f"{name}.json")
        loaded = wxb.load(tmp_path / f"{name}.json")
        assert loaded.test_quality == model.test_quality
        assert loaded.cross_validation.overall == model.cross_validation.overall
        assert loaded.cross_validation.spread == model.cross_validation.spread
        np.testing.assert_array_equal(loaded.fold_costs, model.fold_costs)
        assert loaded.summary() == model.summary()
    assert "fold_moments" not in json.loads((tmp_path / "few.json").read_text())
    loaded = wxb.load(tmp_path / "few.json")
    with pytest.raises(wxb.UsageError, match="hold so few rows that its file does not keep them"):
        wxb.update(loaded, {"x1": [1.0], "x2": [2.0], "y": [3.0]})


@pytest.mark.parametrize("offset", [0, 10**9, 10**12, 10**15, 17 * 10**17])
def test_far_from_zero_every_figure_has_its_digits(offset):
    """The lines are judged by their exact coefficients: rounded ones cost four times as much at 1.7e18."""
    at = RANDOM.integers(0, 1000, N)
    y = 0.7 * at + RANDOM.normal(size=N) * 1e-3
    options = {"test": 0.3, "folds": 3}
    far = quiet(wxb.fit, pa.table({"x": pa.array(at + offset, pa.int64()), "y": y}), "y", **options)
    near = wxb.fit({"x": at, "y": y}, "y", **options)
    assert of(far.test_quality) == pytest.approx(of(near.test_quality), rel=1e-13)
    assert of(far.cross_validation.overall) == pytest.approx(of(near.cross_validation.overall), rel=1e-13)
    assert far.fold_costs == pytest.approx(near.fold_costs, rel=1e-13)
    assert far.cross_validation.spread == pytest.approx(near.cross_validation.spread, rel=1e-13)


def test_costs_near_the_end_of_the_range_have_a_spread():
    plain, large = (wxb.fit((X, Y * factor), folds=4).cross_validation for factor in (1.0, 2.0**500))
    assert large.spread == plain.spread * 2.0**1000


def test_without_an_intercept_the_share_of_held_out_rows_is_said_to_be_uncentred():
    text = " ".join(wxb.fit((X, Y), test=0.3, folds=3, intercept=False).summary().split())
    assert text.count("(uncentred)") == 2
    assert "(uncentred)" not in wxb.fit((X, Y), test=0.3, folds=3).summary()


def test_the_quality_of_fast_sums_is_said_to_be_unproven():
    x = np.arange(40.0)
    for precision in ("exact", "fast"):
        text = wxb.fit({"x": x, "y": 2 * x + np.sin(x)}, "y", folds=4, precision=precision).summary()
        assert ("no bound proves their digits" in " ".join(text.split())) == (precision == "fast")

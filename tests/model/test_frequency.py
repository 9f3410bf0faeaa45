"""`frequency=`: rows sent as counts give the bits of the rows repeated, whatever carries them, and whatever is done next."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wxb
from wxb.cli import main

RANDOM = np.random.default_rng(77)
ROWS = 400
COUNTS = RANDOM.integers(0, 5, ROWS)
TABLE = {
    "a": np.round(RANDOM.normal(size=ROWS), 3),
    "b": RANDOM.integers(0, 50, ROWS),
    "w": np.round(RANDOM.uniform(0.1, 2, ROWS), 3),
    "y": np.round(RANDOM.normal(size=ROWS), 3),
}
REPEATED = {name: np.repeat(column, COUNTS) for name, column in TABLE.items()}
COUNTED = TABLE | {"f": COUNTS}
ASKED = {"target": "y", "features": ["a", "b"]}


def bits(model: wxb.Model) -> dict[str, object]:
    inference = model.inference
    return {
        "theta": model.theta.tolist(),
        "se": inference.se.tolist(),
        "t": inference.t.tolist(),
        "p": inference.p.tolist(),
        "whole": (model.n, model.r2, model.cost, inference.f, inference.loglik, inference.aic, inference.bic),
        "moments": model.moments,
        "ranges": model.ranges,
        "weighted": model.moments.weighted,
    }


def carried(table: dict[str, np.ndarray], form: str, folder) -> object:
    arrow = pa.table(table)
    if form == "csv":
        path = folder / "t.csv"
        pl.DataFrame(table).write_csv(path)
        return path
    if form == "parquet":
        pq.write_table(arrow, folder / "t.parquet", row_group_size=70)
        return folder / "t.parquet"
    if form == "stream":
        return pa.RecordBatchReader.from_batches(arrow.schema, arrow.to_batches(max_chunksize=33))
    return {"dict": table, "polars": pl.DataFrame(table), "arrow": arrow}[form]


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("form", ["dict", "polars", "arrow", "csv", "parquet", "stream"])
def test_counts_are_repeated_rows(tmp_path, form, weights):
    counted = wxb.fit(carried(COUNTED, form, tmp_path), **ASKED, weights=weights, frequency="f")
    repeated = wxb.fit(REPEATED, **ASKED, weights=weights)
    assert bits(counted) == bits(repeated)
    assert counted.n == COUNTS.sum()


def test_features_left_open_are_without_the_counts():
    assert wxb.fit(COUNTED, "y", weights="w", frequency="f").terms == ("a", "b")


def test_groups():
    group = RANDOM.integers(0, 5, ROWS)
    group[:3], counts = 9, COUNTS.copy()
    counts[:3] = 0
    counted = wxb.fit(COUNTED | {"f": counts, "g": group}, **ASKED, frequency="f", by="g")
    repeated = wxb.fit({n: np.repeat(c, counts) for n, c in (TABLE | {"g": group}).items()}, **ASKED, by="g")
    assert counted.labels == repeated.labels, "a group whose every row counts 0 is none"
    assert counted.coef.tolist() == repeated.coef.tolist()
    assert counted.rows.tolist() == repeated.rows.tolist()
    assert bits(counted[2]) == bits(repeated[2])


def test_a_row_and_its_repetitions_are_in_one_share():
    whole = wxb.fit(COUNTED, **ASKED, frequency="f", test=0.2, folds=4, seed=3)
    assert whole.n + whole.test_quality.rows == COUNTS.sum()
    assert whole.cross_validation.overall.rows == whole.n
    shares = wxb.fit(COUNTED, **ASKED, test=0.2, folds=4, seed=3)
    assert shares.test_quality.rows < whole.test_quality.rows


def test_fast_sums_within_their_digits():
    fast = wxb.fit(COUNTED, **ASKED, weights="w", frequency="f", precision="fast")
    exact = wxb.fit(REPEATED, **ASKED, weights="w")
    assert fast.n == exact.n
    assert (np.abs(fast.theta - exact.theta) <= np.abs(exact.theta) * 10.0**-fast.digits).all()


def test_what_is_done_next():
    half = ROWS // 2
    first, second = ({n: c[part] for n, c in COUNTED.items()} for part in (slice(half), slice(half, None)))
    whole = wxb.fit(COUNTED, **ASKED, frequency="f")
    model = wxb.fit(first, **ASKED, frequency="f")
    updated = wxb.update(model, second, frequency="f")
    assert bits(updated) == bits(whole) == bits(wxb.merge(model, wxb.fit(second, **ASKED, frequency="f")))
    left = wxb.forget(whole, second, frequency="f")
    assert left.theta.tolist() == model.theta.tolist()
    assert left.moments == model.moments
    repeated = {n: np.repeat(c[half:], COUNTS[half:]) for n, c in TABLE.items()}
    assert bits(wxb.update(model, repeated)) == bits(whole), "the sums of both are the same thing"
    assert wxb.forget(whole, repeated).moments == model.moments
    assert wxb.forget(wxb.update(model, repeated), second, frequency="f").moments == model.moments
    assert whole.predict(TABLE).tolist() == whole.predict(COUNTED).tolist()


def test_rates_and_a_descent_count_too():
    counted, repeated = wxb.rates(COUNTED, **ASKED, frequency="f"), wxb.rates(REPEATED, **ASKED)
    assert counted.best.hex() == repeated.best.hex()
    descents = [
        wxb.fit(data, **ASKED, lr="auto", epochs=50, **more)
        for data, more in ((COUNTED, {"frequency": "f"}), (REPEATED, {}))
    ]
    assert descents[0].theta.tolist() == descents[1].theta.tolist()


def test_a_model_file_and_a_checkpoint(tmp_path):
    source = carried(COUNTED, "parquet", tmp_path)
    model = wxb.fit(source, **ASKED, frequency="f", checkpoint=tmp_path / "state.json")
    model.save(tmp_path / "m.json")
    assert bits(wxb.load(tmp_path / "m.json")) == bits(model) == bits(wxb.fit(REPEATED, **ASKED))


def test_the_command_line(tmp_path, capsys):
    carried(COUNTED, "csv", tmp_path)
    options = ["--target", "y", "--features", "a,b"]
    path, saved, changed = str(tmp_path / "t.csv"), str(tmp_path / "m.json"), str(tmp_path / "n.json")
    assert main(["fit", path, *options, "--frequency", "f", "--json", "--save", saved]) == 0
    record = json.loads(capsys.readouterr().out)
    truth = wxb.fit(REPEATED, **ASKED)
    assert record["n"] == truth.n
    assert wxb.load(saved).theta.tolist() == truth.theta.tolist()
    assert main(["update", saved, path, "--frequency", "f", "-o", changed]) == 0
    assert wxb.load(changed).n == 2 * truth.n
    assert main(["forget", changed, path, "--frequency", "f", "-o", changed]) == 0
    assert wxb.load(changed).moments == truth.moments
    assert main(["rates", path, *options, "--frequency", "f"]) == 0


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ({"f": COUNTS + 0.5}, "400 frequencies that are no counts: row 1, column `f`"),
        ({"f": np.zeros(ROWS)}, "no row is there, for every frequency in `f` is 0"),
        ({"f": np.where(np.arange(ROWS) == 1, -1, 1)}, "1 frequency that is no count: row 2, column `f`"),
    ],
)
def test_what_is_no_count(more, match):
    with pytest.raises(wxb.DataError, match=match):
        wxb.fit(COUNTED | more, **ASKED, frequency="f")


def test_where_counts_do_not_go():
    with pytest.raises(wxb.UsageError, match=r"frequency.* is for sums of rows"):
        wxb.fit(COUNTED, **ASKED, frequency="f", optimizer="adam")
    with pytest.raises(wxb.UsageError, match=r"frequency.* needs rows"):
        wxb.fit(wxb.Moments.of([[1.0], [2.0]], [1.0, 2.0]), frequency="f")
    with pytest.raises(wxb.UsageError, match="frequency must be the name of a column"):
        wxb.fit(TABLE, "y", frequency=COUNTS)
    with pytest.raises(wxb.UsageError, match="frequency is a choice of the fit"):
        wxb.rates(wxb.fit(TABLE, "y"), frequency="f")


def test_one_column_as_both_is_refused_for_what_it_is_not():
    with pytest.raises(wxb.DataError, match="400 frequencies that are no counts"):
        wxb.fit(COUNTED | {"f": COUNTS + 0.5}, **ASKED, frequency="f", weights="f")


@pytest.mark.parametrize("role", ["weights", "frequency"])
def test_times_are_neither_weights_nor_counts(role):
    days = np.datetime64("2020-01-01") + np.arange(4)
    table = {"x": [1.0, 2, 3, 5], "y": [2.0, 4, 7, 9], "t": days}
    with pytest.raises(wxb.DataError, match=r"column `t` holds instants .*, which are no (weights|counts)"):
        wxb.fit(table, "y", **{role: "t"})

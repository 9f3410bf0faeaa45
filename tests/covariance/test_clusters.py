"""Clustered errors against direct algebra in 40 digits, and the laws they keep: no order, chunk or thread leaves a trace."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

import wxb
from wxb.passes import moment_tally

SETS = json.loads((Path(__file__).parents[1] / "reference" / "clusters" / "errors.json").read_text())["sets"]
KINDS = ["cluster:g", "CR2:g", "CR3:g", "cluster:g+t", "DK:t:0", "DK:t:2"]


def table_of(one):
    table = {f"x{j}": np.array(x) for j, x in enumerate(one["x"])} | {n: np.array(one[n]) for n in "ygt"}
    return table | ({} if one["w"] is None else {"w": np.array(one["w"])})


def asked(one):
    options = {"target": "y", "features": [f"x{j}" for j in range(len(one["x"]))]}
    return options | ({} if one["w"] is None else {"weights": "w"})


def names_first(values):
    """The intercept stands first in the reference, as it does in inference."""
    return [np.nan if value is None else float(value) for value in values]


@pytest.mark.parametrize(
    ("se", "scored"), [*((se, False) for se in KINDS), *((se, True) for se in KINDS if se[:3] not in ("CR2", "CR3"))]
)
def test_they_are_those_of_direct_algebra(se, scored, monkeypatch):
    if scored:
        monkeypatch.setattr(moment_tally, "MOST_BYTES", 0)
    for one in SETS:
        model = wxb.fit(table_of(one), **asked(one), se=se)
        np.testing.assert_allclose(model.inference.se, names_first(one["se"][se]), rtol=3e-13)
        assert model.errors is not None
        assert ("rows once more" in model.errors.read) is scored
        if se == "CR2:g":
            np.testing.assert_allclose(model.inference.t_freedom, names_first(one["cr2_freedom"]), rtol=1e-11)
        else:
            groups = [len(set(one[c])) for c in se.split(":")[1].split("+")]
            assert set(model.inference.t_freedom) == {min(groups) - 1}


RANDOM = np.random.default_rng(5)
N = 1500
DATA = {
    "x": RANDOM.normal(size=N) + 1e4,
    "z": RANDOM.normal(size=N) * 10.0 ** RANDOM.integers(-6, 6, N),
    "w": RANDOM.uniform(0, 2, N),
    "f": RANDOM.integers(0, 3, N),
    "g": np.array([f"s{i}" for i in RANDOM.integers(0, 40, N)]),
    "t": RANDOM.integers(1990, 2003, N),
}
DATA["y"] = DATA["x"] - DATA["z"] + RANDOM.normal(size=N) + RANDOM.normal(size=13)[DATA["t"] - 1990]
ASKED = {"target": "y", "features": ["x", "z"]}


def bits(model):
    found = model.errors
    return found.matrix.tobytes(), found.freedom.tobytes(), found.clusters, found.notes


@pytest.mark.parametrize("scored", [False, True], ids=["moments", "scores"])
@pytest.mark.parametrize("more", [{}, {"weights": "w"}, {"frequency": "f"}], ids=["plain", "weights", "frequency"])
def test_chunks_threads_order_and_source_leave_no_trace(more, scored, tmp_path, monkeypatch):
    if scored:
        monkeypatch.setattr(moment_tally, "MOST_BYTES", 0)
    for se in ("cluster:g+t", "DK:t:2") if scored else ("CR2:g", "cluster:g+t"):
        options = ASKED | more | {"se": se}
        truth = bits(wxb.fit(DATA, **options, threads=1))
        frame = pd.DataFrame(DATA)
        shuffled = frame.sample(frac=1, random_state=3).reset_index(drop=True)
        assert bits(wxb.fit(shuffled, **options, threads=2)) == truth
        parts = [shuffled.iloc[i::7] for i in range(7)]
        for i, part in enumerate(parts):
            part.to_csv(tmp_path / f"{i}.csv", index=False)
        assert bits(wxb.fit(str(tmp_path / "*.csv"), **options)) == truth
        pa.parquet.write_table(pa.table(frame), tmp_path / "t.parquet", row_group_size=400)
        assert bits(wxb.fit(tmp_path / "t.parquet", **options)) == truth
        if not scored:
            assert bits(wxb.fit(io.BytesIO((tmp_path / "t.parquet").read_bytes()), **options)) == truth


def test_with_very_many_rows_scores_are_summed_in_a_second_pass_whatever_the_source(monkeypatch, tmp_path):
    monkeypatch.setattr(moment_tally, "MOST_ROWS", N - 1)
    many = wxb.fit(DATA, **ASKED, se="cluster:g", threads=2)
    pa.parquet.write_table(pa.table(DATA), tmp_path / "t.parquet", row_group_size=300)
    file = wxb.fit(tmp_path / "t.parquet", **ASKED, se="cluster:g", threads=1)
    assert bits(file) == bits(many)
    assert "the rows once more" in many.errors.read
    once = wxb.fit(pa.table(DATA).to_reader(max_chunksize=500), **ASKED, se="cluster:g")
    assert once.errors.read == "moments by g"
    np.testing.assert_allclose(many.inference.se, once.inference.se, rtol=1e-13)
    with pytest.raises(wxb.UsageError, match="needs moments by `g`"):
        many.with_se("CR3:g")
    assert bits(many.with_se("CR3:g", DATA)) == bits(once.with_se("CR3:g"))
    monkeypatch.setattr(moment_tally, "MOST_ROWS", N)
    assert "moments" in wxb.fit(DATA, **ASKED, se="cluster:g", threads=2).errors.read


def test_a_source_that_can_be_read_once_is_enough():
    stream = io.BytesIO(pd.DataFrame(DATA).to_csv(index=False).encode())
    once = wxb.fit(pa.table(DATA).to_reader(max_chunksize=500), **ASKED, se="CR3:g")
    assert bits(once) == bits(wxb.fit(DATA, **ASKED, se="CR3:g")) == bits(wxb.fit(stream, **ASKED, se="CR3:g"))


def test_frequencies_are_repeated_rows():
    rows = {name: np.repeat(column, DATA["f"]) for name, column in DATA.items()}
    for se in ("cluster:g", "CR2:g", "CR3:t", "DK:t:1"):
        assert bits(wxb.fit(DATA, **ASKED, frequency="f", se=se)) == bits(wxb.fit(rows, **ASKED, se=se))


def test_a_cluster_per_row_is_hc():
    few = {name: column[:200] for name, column in DATA.items()} | {"id": np.arange(200)}
    for se, like, factor in (
        ("cluster:id", "HC0", 200 / 199 * 199 / 197),
        ("CR2:id", "HC2", 1.0),
        ("CR3:id", "HC3", 199 / 200),
    ):
        found, hc = wxb.fit(few, **ASKED, se=se), wxb.fit(few, **ASKED, se=like)
        np.testing.assert_allclose(found.inference.se, hc.inference.se * np.sqrt(factor), rtol=1e-12)
        assert any("every row is a cluster of its own" in note for note in found.errors.notes)


def test_the_label_column_is_no_feature_unless_it_is_asked_for():
    few = {name: DATA[name] for name in ("x", "t", "y")}
    assert wxb.fit(few, "y", se="cluster:t").terms == ("x",)
    assert wxb.fit(few, "y", features=["x", "t"], se="cluster:t").terms == ("x", "t")


def test_one_cluster_is_refused():
    for se, what in (("cluster:c", "two clusters"), ("CR2:c", "two clusters"), ("DK:c", "two times")):
        with pytest.raises(wxb.NumericalError, match=f"`c` has a single value, and errors need at least {what}"):
            wxb.fit(DATA | {"c": np.zeros(N)}, **ASKED, se=se)


def test_a_cluster_that_decides_a_coefficient_is_named_where_it_is_left_out():
    few = {name: column[:60] for name, column in DATA.items()}
    few |= {
        "g": np.array(["north"] * 20 + ["south"] * 20 + ["west"] * 20),
        "only": np.where(np.arange(60) < 20, few["x"], 0),
    }
    given = {"target": "y", "features": ["x", "only"]}
    with pytest.raises(wxb.NumericalError, match="without `north` of `g`") as caught:
        wxb.fit(few, **given, se="CR3:g")
    assert 'se="CR2:g"' in caught.value.do
    model = wxb.fit(few, **given, se="CR2:g")
    assert "without cluster `north`" in model.errors.notes[-1]
    assert np.isfinite(model.inference.se).all()


def test_fewer_clusters_than_coefficients_test_no_more_than_they_can():
    few = {"c": np.arange(N) % 3, **{f"v{j}": RANDOM.normal(size=N) for j in range(4)}, "y": DATA["y"]}
    model = wxb.fit(few, "y", se="cluster:c")
    assert (
        "F is left out: 3 clusters let at most 2 coefficients be tested together, and there are 4"
        in model.errors.notes[0]
    )
    assert np.isnan(model.inference.f)
    assert np.isfinite(model.inference.se).all()


@pytest.mark.parametrize(
    ("se", "said"),
    [
        ("CR2:c", "3 clusters let at most 2"),
        ("CR3:c", "3 clusters let at most 2"),
        ("cluster:c+g", "3 clusters let at most 2"),
        ("DK:c:1", "3 times let at most 2"),
        ("bootstrap:99:c", "3 clusters let at most 2"),
        ("cluster:two", "2 clusters let only 1 coefficient"),
    ],
)
def test_an_f_that_is_left_out_is_said_to_be(se: str, said: str):
    random = np.random.default_rng(4)
    data = {"c": np.arange(90) % 3, "two": np.arange(90) % 2, "g": np.arange(90) // 9}
    data |= {f"v{j}": random.normal(size=90) for j in range(4)} | {"y": random.normal(size=90)}
    given = {"target": "y", "features": ["v0", "v1", "v2", "v3"], "se": se}
    text = " ".join(wxb.fit(data, **given).summary().split())
    assert f"F is left out: {said}" in text
    assert "and there are 4 terms." in text
    assert "· F " not in text
    few = wxb.fit(data, "y", features=["v0"], se=se)
    assert "F is left out" not in few.summary()
    assert "· F " in few.summary()


def test_a_missing_label_is_a_missing_value():
    holes = {**DATA, "g": [None if i == 7 else g for i, g in enumerate(DATA["g"].tolist())]}
    with pytest.raises(wxb.DataError, match="g"):
        wxb.fit(holes, **ASKED, se="cluster:g")
    with pytest.warns(wxb.WxbWarning, match="1 of 1500 rows"):
        assert wxb.fit(holes, **ASKED, se="cluster:g", missing="drop").n == N - 1


def test_an_unknown_column_is_refused_with_those_there_are():
    with pytest.raises(wxb.DataError, match="school"):
        wxb.fit(DATA, **ASKED, se="cluster:school")


def test_too_many_lags():
    with pytest.raises(wxb.UsageError, match="13 lags: the number of times is 13"):
        wxb.fit(DATA, **ASKED, se="DK:t:13")


def test_a_perfect_fit_and_no_degrees_of_freedom():
    perfect = {"x": np.arange(12.0), "c": np.arange(12) % 4, "y": 2 * np.arange(12.0)}
    assert wxb.fit(perfect, "y", se="cluster:c").inference.se.tolist() == [0.0, 0.0]
    with pytest.warns(wxb.WxbWarning, match="0 residual degrees"):
        model = wxb.fit({"x": [1.0, 2.0], "c": [1, 2], "y": [1.0, 3.0]}, "y", se="cluster:c")
    assert np.isnan(model.inference.se).all()


def test_two_ways_may_have_a_negative_eigenvalue_which_is_said():
    random = np.random.default_rng(3)
    for seed in range(200):
        random = np.random.default_rng(seed)
        few = {"x": random.normal(size=12), "z": random.normal(size=12), "y": random.normal(size=12)}
        few |= {"a": random.integers(0, 3, 12), "b": random.integers(0, 3, 12)}
        if len(set(few["a"])) < 2 or len(set(few["b"])) < 2:
            continue
        model = wxb.fit(few, "y", features=["x", "z"], se="cluster:a+b")
        lowest = np.linalg.eigvalsh(model.inference.covariance)[0]
        if lowest < -1e-6:
            assert any("negative eigenvalue" in note for note in model.errors.notes)
            return
    raise AssertionError("no example was found")


@pytest.mark.parametrize("power", [-13, -4, 3, 13])
@pytest.mark.parametrize("more", [{}, {"weights": "w"}, {"frequency": "f"}], ids=["plain", "weights", "frequency"])
def test_scores_know_no_scale(more, power, monkeypatch):
    """A target times 2^(32 m) has errors times as much; labels that are missing take their rows with them."""
    monkeypatch.setattr(moment_tally, "MOST_BYTES", 0)
    gone = RANDOM.uniform(size=N) < 0.1
    frame = pd.DataFrame(DATA).assign(g=np.where(gone, None, DATA["g"]))
    options = ASKED | more | {"se": "cluster:g", "missing": "drop"}
    with pytest.warns(wxb.WxbWarning, match="missing g"):
        near = wxb.fit(frame, **options)
    with pytest.warns(wxb.WxbWarning, match="missing g"):
        far = wxb.fit(frame.assign(y=frame["y"] * 2.0 ** (32 * power)), **options)
    np.testing.assert_allclose(far.inference.se, near.inference.se * 2.0 ** (32 * power), rtol=2e-15)
    left = wxb.fit(frame[~gone], **options)
    np.testing.assert_array_equal(left.inference.se, near.inference.se)

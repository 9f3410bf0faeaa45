"""Standard errors of another kind: asked of the fit, changed afterwards, kept in the file; the line stays what it is."""

from __future__ import annotations

import json

import numpy as np
import pytest

import wxb

RANDOM = np.random.default_rng(11)
N = 60
X = RANDOM.normal(size=(N, 2))
DATA = {
    "x": X[:, 0],
    "z": X[:, 1],
    "w": RANDOM.uniform(0.5, 2, N),
    "school": np.array([f"s{i % 9}" for i in range(N)]),
    "year": 2000 + np.arange(N) % 7,
}
DATA["y"] = X @ [1.0, -2.0] + RANDOM.normal(size=N) * (1 + X[:, 0] ** 2)
ASKED = {"target": "y", "features": ["x", "z"]}
KINDS = ["HC0", "HC1", "HC2", "HC3", "HAC:2", "HAC"]


def same(one: wxb.Model, other: wxb.Model) -> bool:
    a, b = one.inference, other.inference
    return one == other and np.array_equal(a.covariance, b.covariance) and a.p.tolist() == b.p.tolist() and a.f == b.f


@pytest.mark.parametrize("se", KINDS)
@pytest.mark.parametrize("weights", [None, "w"])
def test_changed_afterwards_they_are_those_of_a_fit(se, weights, tmp_path):
    fitted, plain = wxb.fit(DATA, **ASKED, se=se, weights=weights), wxb.fit(DATA, **ASKED, weights=weights)
    assert fitted == plain  # the line
    assert not np.array_equal(fitted.inference.se, plain.inference.se)
    assert same(plain.with_se(se, DATA, weights=weights), fitted)
    assert same(fitted.with_se("classical"), plain)
    fitted.save(tmp_path / "m.json")
    loaded = wxb.load(tmp_path / "m.json")
    assert same(loaded, fitted)
    assert loaded.errors is not None
    assert (loaded.errors.read, loaded.errors.factor) == (fitted.errors.read, fitted.errors.factor)
    assert str(loaded) == str(fitted)


def test_rows_of_another_fit_are_refused():
    model = wxb.fit(DATA, **ASKED)
    other = {**DATA, "y": DATA["y"] + 1}
    with pytest.raises(wxb.UsageError, match="not the rows that the model was fitted to"):
        model.with_se("HC1", other)
    with pytest.raises(wxb.UsageError, match="needs the rows, and this model holds none"):
        model.with_se("HC1")
    with pytest.raises(wxb.UsageError, match="needs moments by `school` and `year`"):
        model.with_se("cluster:school+year")
    with pytest.raises(wxb.UsageError, match="had no weights"):
        model.with_se("HC1", DATA, weights="w")


def test_test_rows_are_no_part_of_the_errors():
    model = wxb.fit(DATA, **ASKED, se="HC1", test=0.3, seed=4)
    assert same(wxb.fit(DATA, **ASKED, test=0.3, seed=4).with_se("HC1", DATA), model)
    assert model.n < N


def test_a_descent_has_the_errors_of_the_minimum():
    descent = wxb.fit(DATA, **ASKED, se="HC1", lr="auto")
    assert descent.inference.se.tolist() == wxb.fit(DATA, **ASKED, se="HC1").inference.se.tolist()


@pytest.mark.parametrize(
    ("options", "said"),
    [({"precision": "fast"}, "needs exact sums"), ({"se": "HC9"}, "HC0, HC1")],
)
def test_what_does_not_go_together(options, said):
    with pytest.raises(wxb.UsageError, match=said):
        wxb.fit(DATA, **ASKED, **({"se": "HC1"} | options))


def test_moments_have_no_rows():
    moments = wxb.fit(DATA, **ASKED).moments
    with pytest.raises(wxb.UsageError, match='`se="HC1"` needs rows'):
        wxb.fit(moments, se="HC1")


def test_sums_of_models_say_that_errors_of_rows_are_gone():
    half = {name: column[: N // 2] for name, column in DATA.items()}
    rest = {name: column[N // 2 :] for name, column in DATA.items()}
    model = wxb.fit(half, **ASKED, se="HC1")
    with pytest.warns(wxb.WxbWarning, match='classical now: `se="HC1"`'):
        whole = wxb.update(model, rest)
    assert whole.errors is None
    assert same(whole.with_se("HC1", DATA), wxb.fit(DATA, **ASKED, se="HC1"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("errors", "errors"), "HC2"),
        (("errors", "errors"), "nonsense"),
        (("errors", "matrix"), [[1.0]]),
        (("errors", "freedom"), [1.0, -2.0, 3.0]),
        (("errors", "more"), 1),
        (("recipe", "se"), "HC9"),
        (("errors",), None),
    ],
)
def test_errors_of_a_file_that_are_not_just_so_are_refused(path, value, tmp_path):
    wxb.fit(DATA, **ASKED, se="HC1").save(tmp_path / "m.json")
    content = json.loads((tmp_path / "m.json").read_text())
    place = content
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    (tmp_path / "m.json").write_text(json.dumps(content))
    with pytest.raises(wxb.ModelFileError):
        wxb.load(tmp_path / "m.json")


CLUSTERED = ["cluster:school", "CR2:school", "CR3:school"]


@pytest.mark.parametrize("weights", [None, "w"])
def test_moments_by_cluster_are_kept_and_serve_other_errors(weights):
    fits = {se: wxb.fit(DATA, **ASKED, se=se, weights=weights) for se in [*CLUSTERED, "DK:school:1"]}
    for model in fits.values():
        for se, truth in fits.items():
            assert same(model.with_se(se), truth)
    plain = wxb.fit(DATA, **ASKED, weights=weights).with_se("cluster:school", DATA, weights=weights)
    assert same(plain.with_se("CR3:school"), fits["CR3:school"])


@pytest.mark.parametrize("se", [*CLUSTERED, "cluster:school+year", "DK:year:1"])
@pytest.mark.parametrize("share", [{}, {"test": 0.2}, {"folds": 3}], ids=str)
def test_sums_of_models_have_the_errors_of_one_fit(se, share):
    half = {name: column[: N // 2] for name, column in DATA.items()}
    rest = {name: column[N // 2 :] for name, column in DATA.items()}
    whole = wxb.fit(DATA, **ASKED, se=se, **share)
    updated = wxb.update(wxb.fit(half, **ASKED, se=se, **share), rest)
    assert same(updated, whole)
    if not share:
        assert same(wxb.merge(wxb.fit(half, **ASKED, se=se), wxb.fit(rest, **ASKED, se=se)), whole)
        assert same(wxb.forget(updated, rest), wxb.fit(half, **ASKED, se=se))
        with pytest.warns(wxb.WxbWarning, match="classical now"):
            assert wxb.merge(wxb.fit(half, **ASKED, se=se), wxb.fit(rest, **ASKED)).errors is None

"""Robust errors of lines with categories are those of the same line with its dummies written out."""

from __future__ import annotations

import numpy as np
import pytest

import wxb

RANDOM = np.random.default_rng(8)
N = 400
SCHOOL = RANDOM.integers(0, 5, N)
DATA = {
    "x": RANDOM.normal(size=N),
    "school": np.array([f"s{i}" for i in SCHOOL]),
    "g": RANDOM.integers(0, 30, N),
    "w": RANDOM.uniform(0.5, 2, N),
}
DATA["y"] = DATA["x"] + SCHOOL + RANDOM.normal(size=N) * (1 + DATA["x"] ** 2) + RANDOM.normal(size=30)[DATA["g"]]
DUMMIES = DATA | {f"school[s{i}]": (i == SCHOOL) * 1.0 for i in range(1, 5)}
NAMES = ["x", *(f"school[s{i}]" for i in range(1, 5))]


@pytest.mark.parametrize("se", ["HC1", "HC3", "HAC:2", "cluster:g", "CR2:g", "CR3:g", "cluster:g+school", "DK:g:2"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_they_are_those_of_the_dummies(se, weights):
    found = wxb.fit(DATA, "y", features=["x", "school"], se=se, weights=weights)
    truth = wxb.fit(DUMMIES, "y", features=NAMES, se=se, weights=weights)
    assert found.terms == truth.terms
    np.testing.assert_allclose(found.inference.se, truth.inference.se, rtol=1e-11)
    np.testing.assert_allclose(found.inference.t_freedom, truth.inference.t_freedom, rtol=1e-11)
    plain = wxb.fit(DATA, "y", features=["x", "school"], weights=weights)
    later = plain.with_se(se, DATA, weights=weights)
    assert np.array_equal(later.inference.covariance, found.inference.covariance, equal_nan=True)


def test_two_stages_have_clustered_errors_of_projected_terms():
    """Scores x̂ e, against their sums by hand."""
    z = RANDOM.normal(size=(N, 2))
    x = z @ [1.0, 0.5] + RANDOM.normal(size=N)
    table = {"x": x, "a": z[:, 0], "b": z[:, 1], "g": DATA["g"], "y": 2 * x + RANDOM.normal(size=30)[DATA["g"]]}
    model = wxb.fit(table, "y", features=["x"], endogenous="x", instruments=["a", "b"], se="cluster:g")
    Z, X = np.column_stack([np.ones(N), z]), np.column_stack([np.ones(N), x])
    hat = Z @ np.linalg.lstsq(Z, X, rcond=None)[0]
    bread = np.linalg.inv(hat.T @ hat)
    e = table["y"] - X @ (bread @ hat.T @ table["y"])
    scores = np.array([hat[DATA["g"] == g].T @ e[DATA["g"] == g] for g in np.unique(DATA["g"])])
    G = len(scores)
    truth = bread @ scores.T @ scores @ bread * G / (G - 1) * (N - 1) / (N - 2)
    np.testing.assert_allclose(model.inference.se, np.sqrt(truth.diagonal()), rtol=1e-10)


@pytest.mark.parametrize("absorb", [False, True])
def test_levels_that_are_eliminated_have_clustered_errors_around_their_means(absorb):
    n, levels = 3000, 300
    school = RANDOM.integers(0, levels, n)
    table = {"x": RANDOM.normal(size=n) + school / 100, "school": np.array([f"s{i:03d}" for i in school])}
    table |= {"g": RANDOM.integers(0, 30, n)}
    table["y"] = table["x"] + RANDOM.normal(size=levels)[school] + RANDOM.normal(size=n) * table["x"]
    options = {"features": ["x"], "absorb": "school"} if absorb else {"features": ["x", "school"]}
    model = wxb.fit(table, "y", **options, se="cluster:g")
    found = np.unique(school)

    def around(values):
        return (
            values
            - (np.bincount(school, values, levels) / np.maximum(np.bincount(school, minlength=levels), 1))[school]
        )

    x, y = around(table["x"]), around(table["y"])
    e = y - x * (x @ y) / (x @ x)
    scores = np.bincount(table["g"], x * e)
    G, k = 30, 1 + len(found)
    truth = np.sqrt(scores @ scores) / (x @ x) * np.sqrt(G / (G - 1) * (n - 1) / (n - k))
    assert model["x"].se == pytest.approx(truth, rel=1e-11)
    without = [np.flatnonzero(table["g"] != g) for g in range(G)]
    away = [wxb.fit({k: v[rows] for k, v in table.items()}, "y", **options).coef[0] - model.coef[0] for rows in without]
    jackknife = np.sqrt((G - 1) / G * np.square(away).sum())
    assert wxb.fit(table, "y", **options, se="CR3:g")["x"].se == pytest.approx(jackknife, rel=1e-10)


def test_absorbed_effects_of_the_clusters_themselves_are_not_counted():
    """As in fixest and pyfixest: k is then the terms and one more; others count."""
    n, levels = 2000, 50
    school = RANDOM.integers(0, levels, n)
    table = {"x": RANDOM.normal(size=n) + school / 10, "z": RANDOM.normal(size=n), "s": school, "g": np.arange(n) % 20}
    table["y"] = table["x"] + RANDOM.normal(size=levels)[school] + RANDOM.normal(size=n)
    own = wxb.fit(table, "y", features=["x", "z"], absorb="s", se="cluster:s")
    other = wxb.fit(table, "y", features=["x", "z"], absorb="s", se="cluster:g")
    assert f"= {levels / (levels - 1) * (n - 1) / (n - 3):.6g} (the effects of `s` not counted" in own.errors.factor
    assert f"= {20 / 19 * (n - 1) / (n - 2 - levels):.6g} (the effects of `s` counted in k)" in other.errors.factor


@pytest.mark.parametrize(
    "se", ["HC0", "HC1", "HC2", "HC3", "cluster:g", "cluster:g+school", "DK:g:2", "CR2:g", "CR3:g", "HAC:2"]
)
def test_levels_that_are_eliminated_may_be_all_there_is(se):
    n, levels = 1000, 50
    school, g = RANDOM.integers(0, levels, n), RANDOM.integers(0, 30, n)
    table = {"school": school, "g": g, "y": RANDOM.normal(size=30)[g] + RANDOM.normal(size=n)}
    found = wxb.fit(table, formula="y ~ C(school)", se=se).inference.se
    if se.startswith(("CR", "HAC")):  # which levels have none of
        assert np.isnan(found).all()
        return
    names = [f"s{level}" for level in range(1, levels)]
    wide = table | {name: (school == int(name[1:])) * 1.0 for name in names}
    np.testing.assert_allclose(found, wxb.fit(wide, "y", features=names, se=se).inference.se, rtol=1e-11)

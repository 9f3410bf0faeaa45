"""A category eliminated gives the bits of its dummies; what it says of errors, rows and collinear columns is what they say."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import wxb
from wxb.certainty import certainty_of
from wxb.covariance.classical import covariance_matrix, residual_variance, standard_errors
from wxb.elimination import Eliminated, solve_terms, terms
from wxb.errors import NumericalError
from wxb.question import Shares
from wxb.solve import Solution, solve


def frame(rows: int = 400, levels: int = 12, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    g, c = rng.integers(0, levels, rows), rng.integers(0, 3, rows)
    x, z = rng.standard_normal(rows) + g, rng.integers(0, 9, rows)
    names = [f"s{i:02d}" for i in g]
    y = x + 2 * z + g + c + rng.standard_normal(rows)
    return pd.DataFrame({"y": y, "x": x, "school": names, "z": z, "kind": [f"k{i}" for i in c], "w": rng.random(rows)})


def both(data: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, **options: Any) -> tuple[Solution, Solution]:
    """The minimum by elimination, and by the moments of all terms."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = wxb.fit(data, target="y", **options)
    assert model.gathered is not None
    monkeypatch.setattr(terms, "FEW", 5)
    found = solve_terms(model.design, model.gathered.train)
    return found, solve(model.design.moments(model.gathered.train), intercept=model.design.intercept)


@pytest.mark.parametrize("options", [{}, {"weights": "w"}, {"intercept": False}, {"frequency": "z"}])
def test_bits_are_those_of_dummies(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    data = frame()
    if "weights" not in options:
        data = data.drop(columns="w")
    if (
        "intercept" in options
    ):  # one category: of two without an intercept the second has a base, and none is eliminated
        data = data.drop(columns="kind")
    if "frequency" in options:
        data["z"] += 1
    found, expected = both(data, monkeypatch, **options)
    assert isinstance(found.eliminated, Eliminated)
    assert found.names == expected.names
    assert found.coefficients.tobytes() == expected.coefficients.tobytes()
    assert (found.tss, found.freedom, found.kept) == (expected.tss, expected.freedom, expected.kept)
    assert float(found.rss) == float(expected.rss)
    assert [float(v) for v in found.exact] == expected.coefficients.tolist()
    assert found.moments == expected.moments
    assert found.moments.ledger.value(3, 4) == found.moments.ledger.value(4, 3)


@pytest.mark.parametrize("options", [{}, {"weights": "w"}, {"intercept": False}])
def test_errors_are_those_of_dummies(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    data = frame().drop(columns="kind")
    found, expected = both(data if options.get("weights") else data.drop(columns="w"), monkeypatch, **options)
    sure = certainty_of(expected)
    matrix, se = covariance_matrix(expected, residual_variance(expected, sure)), standard_errors(expected, sure)
    assert found.eliminated is not None
    sd = float(expected.rss / expected.freedom) ** 0.5
    np.testing.assert_allclose(found.eliminated.roots() * sd, se, rtol=1e-13)
    np.testing.assert_allclose(found.eliminated.covariance() * sd**2, matrix, rtol=1e-11, atol=1e-14)
    rows = np.random.default_rng(3).standard_normal((20, len(se)))
    one = np.zeros((2, len(se)))
    one[:, [0, 3]] = 1.0
    for some in (rows, one):
        spread = np.sqrt(np.einsum("mi,ij,mj->m", some, matrix, some))
        np.testing.assert_allclose(found.eliminated.root(some) * sd, spread, rtol=1e-11)


def test_what_does_not_vary_within_levels_gives_way_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    data = frame().drop(columns=["kind", "w"])
    data["size"] = data["school"].str[1:].astype(int) * 3
    data["half"] = data["x"] / 2
    data["region"] = data["school"].str[1:].astype(int) % 3
    data["region"] = "r" + data["region"].astype(str)
    found, expected = both(data, monkeypatch)
    said = [found.dependence_text(d) for d in found.dropped]
    assert said == [
        "size does not vary within the levels of school",
        "half = 0.5·x within the levels of school",
        "region[r1] does not vary within the levels of school",
        "region[r2] does not vary within the levels of school",
    ]
    assert found.freedom == expected.freedom
    assert float(found.rss) == float(expected.rss)
    assert np.isnan(found.eliminated.roots()[[found.names.index("size")]]).all()
    with pytest.raises(NumericalError, match="does not vary within the levels of school"):
        wxb.fit(data, target="y", rank="error")


def test_a_level_of_one_row_and_many_levels() -> None:
    data = frame(rows=3000, levels=97, seed=4).drop(columns="w")
    data.loc[0, "school"] = "solo"
    model = wxb.fit(data, target="y")
    assert model.solution.eliminated is not None
    place = model.solution.names.index("school[solo]")
    assert np.isfinite(model.inference.se[place])
    shuffled = wxb.fit(data.sample(frac=1, random_state=1), target="y")
    assert shuffled.solution.coefficients.tobytes() == model.solution.coefficients.tobytes()
    assert shuffled.inference.se.tobytes() == model.inference.se.tobytes()
    assert model.summary()
    assert model.predict(data.head(3), interval=0.95) is not None


def held_out(lost: set[int], shares: Shares) -> pd.DataFrame:
    """Every level has rows, and these, before, between and after others, are of a row that is held out."""
    data = frame(rows=120).drop(columns=["w", "kind"])
    data["school"] = [f"s{i % 10:02d}" for i in range(len(data))]
    rows = np.flatnonzero(shares.of(np.arange(len(data))) < 0)
    for row, place in zip(rows.tolist(), sorted(lost)):
        data.loc[row, "school"] = f"s{place:02d}x" if place >= 0 else "a"
    return data


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("lost", [{3, 9}, {4}, {-1, 5}])
def test_levels_of_held_out_rows_alone_give_way(
    lost: set[int], intercept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = held_out(lost, Shares(test=0.4, seed=2))
    known: dict[str, Any] = {"test": 0.4, "seed": 2, "intercept": intercept}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = wxb.fit(data, "y", **known)
        monkeypatch.setattr(terms, "FEW", 5)
        found = wxb.fit(data, "y", **known)
        robust = wxb.fit(data, "y", se="HC1", **known)
    assert isinstance(found.solution.eliminated, Eliminated)
    assert found.dropped == expected.dropped
    assert expected.dropped
    assert found.theta.tobytes() == expected.theta.tobytes()
    np.testing.assert_allclose(found.inference.se, expected.inference.se, rtol=1e-13)
    assert found.inference.freedom == expected.inference.freedom
    assert found.test_quality == expected.test_quality
    assert [(one.name, one.df) for one in found.anova().effects] == [
        (one.name, one.df) for one in expected.anova().effects
    ]
    assert np.isnan(robust.inference.se).tolist() == np.isnan(expected.inference.se).tolist()


def test_a_group_without_some_of_the_levels_is_its_own_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    data = frame(rows=120).drop(columns=["w", "kind"])
    data["half"] = np.where(data["school"] < "s07", "low", "all")
    monkeypatch.setattr(terms, "FEW", 5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        groups = wxb.fit(data, "y", by="half")
        alone = wxb.fit(data[data["half"] == "low"].drop(columns="half"), "y")
    own = {name: groups["low"][name] for name in alone}
    assert [one.coef for one in own.values()] == alone.theta.tolist()
    np.testing.assert_allclose([one.se for one in own.values()], alone.inference.se, rtol=1e-13)


@pytest.mark.parametrize("coding", ["treatment", "sum"])
@pytest.mark.parametrize("base", ["s00", "s05"])
def test_the_sums_of_its_terms_are_those_of_dummies(coding: str, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each product of two columns of the design, against columns of 1, 0 and -1 in whole numbers."""
    data = frame().assign(x=lambda frame: frame.x.round(2) * 64 // 1, y=lambda frame: frame.y * 8 // 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = wxb.fit(data, formula=f'y ~ x + C(school, base="{base}", coding={coding})')
    assert model.gathered is not None
    monkeypatch.setattr(terms, "FEW", 5)
    moments = solve_terms(model.design, model.gathered.train).moments
    others = [name for name in sorted(set(data.school)) if name != base]
    off = (data.school == base).to_numpy(int) if coding == "sum" else 0
    levels = {f"school[{name}]": (data.school == name).to_numpy(int) - off for name in others}
    columns = {"(b)": np.ones(len(data), int), "x": data.x.to_numpy(int), **levels, "y": data.y.to_numpy(int)}
    assert list(columns) == ["(b)", *moments.terms, "y"]
    for i, one in enumerate(columns.values()):
        for j, other in enumerate(columns.values()):
            assert moments.exact(i, j) == int(one @ other), (i, j)
    ledger = moments.ledger
    whole = [[v * 2.0 ** (ledger.exponents[i] + ledger.exponents[j]) for j, v in enumerate(row)]
             for i, row in enumerate(ledger.integers)]  # fmt: skip
    assert whole == [[int(one @ other) for other in columns.values()] for one in columns.values()]

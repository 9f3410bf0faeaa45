"""Interactions eliminated block by block give the bits of their dummies, and what gives way is what gives way among these."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pyarrow
import pytest

import wxb
from wxb.certainty import certainty_of
from wxb.covariance.classical import covariance_matrix, residual_variance, standard_errors
from wxb.elimination import solve_terms, terms, too_many
from wxb.elimination.beside_blocks import BesideBlocks
from wxb.errors import NumericalError, UsageError
from wxb.solve import Solution, solve

Data = dict[str, Any]
FORMULAS = [
    "y ~ C(school)*x + z",
    "y ~ x*C(school)",
    "y ~ x:C(school) + z + kind",
    "y ~ 0 + C(school) + C(school):x",
    "y ~ C(school)*(x + z)",
    "y ~ C(school)*poly(x, 2) + z",
    "y ~ C(school)*C(region)",
    "y ~ C(school):C(region) + z:kind",
    "y ~ C(school)*C(region)*x + z",
    "y ~ x:C(school) + C(school)*C(region)",
]


def rows_of(seed: int = 1, n: int = 320, far: float = 0.0) -> Data:
    rng = np.random.default_rng(seed)
    g, h, k = rng.integers(0, 8, n), rng.integers(0, 3, n), rng.integers(0, 3, n)
    x, z = rng.normal(size=n) + g + far, rng.normal(size=n) + far
    return {
        "school": np.array([f"s{i}" for i in g]),
        "region": np.array([f"r{i}" for i in h]),
        "kind": np.array([f"k{i}" for i in k]),
        "x": x,
        "z": z,
        "w": rng.random(n) + 0.1,
        "y": x * g + z + h + rng.normal(size=n),
    }


def with_holes(seed: int) -> Data:
    """Cells without rows, a level of one row, levels within which x is the same."""
    data = rows_of(seed, 150)
    school, region = data["school"], data["region"]
    data["x"][np.isin(school, ["s2", "s0"] if seed % 2 else ["s2", "s7"])] = 5.1
    kept = ~((school == "s0") & (region != "r2")) & ~((school == "s3") & (region != "r1"))
    kept &= ~((region == "r0") & (np.random.default_rng(seed).random(len(kept)) < 0.7))
    kept[np.flatnonzero(school == "s5")[1:]] = False
    return {name: values[kept] for name, values in data.items()}


def both(data: Data, formula: str, monkeypatch: pytest.MonkeyPatch, **options: Any) -> tuple[Solution, Solution]:
    """The minimum by blocks, and by the moments of all terms."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = wxb.fit(data, formula=formula, **options)
    assert model.gathered is not None
    monkeypatch.setattr(terms, "MOST", 10)
    found = solve_terms(model.design, model.gathered.train)
    assert isinstance(found.eliminated, BesideBlocks)
    return found, solve(model.design.moments(model.gathered.train), intercept=model.design.intercept)


def same(found: Solution, expected: Solution) -> None:
    assert found.names == expected.names
    assert found.kept == expected.kept
    assert [d.column for d in found.dropped] == [d.column for d in expected.dropped]
    assert found.coefficients.tobytes() == expected.coefficients.tobytes()
    assert (found.tss, found.freedom, float(found.rss)) == (expected.tss, expected.freedom, float(expected.rss))
    sure = certainty_of(expected)
    matrix, se = covariance_matrix(expected, residual_variance(expected, sure)), standard_errors(expected, sure)
    assert found.eliminated is not None
    sd = float(expected.rss / expected.freedom) ** 0.5
    np.testing.assert_allclose(found.eliminated.roots() * sd, se, rtol=1e-14)
    spread = np.sqrt(np.outer(matrix.diagonal(), matrix.diagonal()))
    np.testing.assert_allclose(found.eliminated.covariance() * sd**2 / spread, matrix / spread, atol=1e-10)


@pytest.mark.parametrize("formula", FORMULAS)
def test_bits_are_those_of_dummies(formula: str, monkeypatch: pytest.MonkeyPatch) -> None:
    same(*both(rows_of(), formula, monkeypatch))


@pytest.mark.parametrize("options", [{"weights": "w"}, {"where": "z > -1"}])
def test_so_they_are_of_weights_and_some_rows(options: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    same(*both(rows_of(), FORMULAS[0], monkeypatch, **options))


@pytest.mark.parametrize("seed", [4, 5])
@pytest.mark.parametrize("formula", FORMULAS[:9])
def test_what_gives_way_is_what_dummies_leave_out(formula: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    same(*both(with_holes(seed), formula, monkeypatch))


@pytest.mark.parametrize("formula", [FORMULAS[0], FORMULAS[8]])
def test_far_from_zero_nothing_is_lost(formula: str, monkeypatch: pytest.MonkeyPatch) -> None:
    same(*both(rows_of(3, far=1e6), formula, monkeypatch))


def test_what_does_not_vary_beside_the_blocks_gives_way_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    data = rows_of()
    data["twice"] = 2 * data["x"]
    found, _ = both(data, "y ~ twice + C(school)*x", monkeypatch)
    texts = [found.dependence_text(one) for one in found.dropped]
    assert texts == ["twice is told by the terms before it"] or "school" in texts[0]
    assert found.rank == 16
    hollow = with_holes(4)
    found, _ = both(hollow, "y ~ C(school)*C(region)", monkeypatch)
    texts = [found.dependence_text(one) for one in found.dropped]
    assert "school[s3]:region[r2] is 0 in every row" in texts


def test_sums_of_products_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for formula in (FORMULAS[0], FORMULAS[5], FORMULAS[8]):
        found, expected = both(rows_of(n=150), formula, monkeypatch)
        assert found.moments == expected.moments
        assert found.moments.ledger.exponents == expected.moments.ledger.exponents
        monkeypatch.undo()


def test_errors_at_rows_are_those_of_dummies(monkeypatch: pytest.MonkeyPatch) -> None:
    found, expected = both(rows_of(), FORMULAS[0], monkeypatch)
    matrix = covariance_matrix(expected, residual_variance(expected, certainty_of(expected)))
    assert found.eliminated is not None
    rows = np.random.default_rng(3).standard_normal((20, len(matrix)))
    sd = float(expected.rss / expected.freedom) ** 0.5
    spread = np.sqrt(np.einsum("mi,ij,mj->m", rows, matrix, rows))
    np.testing.assert_allclose(found.eliminated.root(rows) * sd, spread, rtol=1e-11)
    low = 0.5**60 * rows
    np.testing.assert_allclose(found.eliminated.root(rows, low) * sd, spread, rtol=1e-11)


@pytest.mark.parametrize("formula", ["y ~ C(school)*x + z", "y ~ C(school)*C(region) + z"])
def test_a_model_of_blocks_is_one_as_any_other(formula: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    data = rows_of(6)
    dense = wxb.fit(data, formula=formula)
    monkeypatch.setattr(terms, "MOST", 10)
    model = wxb.fit(data, formula=formula)
    assert isinstance(model.solution.eliminated, BesideBlocks)
    some = {name: values[:30] for name, values in data.items()}
    assert model.predict(some).tobytes() == dense.predict(some).tobytes()
    one, other = (m.predict(some, interval=0.9) for m in (model, dense))
    np.testing.assert_allclose([one.low, one.high], [other.low, other.high], rtol=1e-13)
    for mine, theirs in zip(model.anova().effects, dense.anova().effects):
        assert (mine.name, mine.df, mine.sum_of_squares) == (theirs.name, theirs.df, theirs.sum_of_squares)
    parts = [{name: values[some] for name, values in data.items()} for some in (slice(200), slice(200, None))]
    one, other = (wxb.fit(part, formula=formula) for part in parts)
    assert wxb.merge(one, other) == model
    assert wxb.forget(model, parts[1]) == one
    model.save(tmp_path / "model.json", keep="labels")
    again = wxb.load(tmp_path / "model.json")
    assert again == model
    assert again.inference.se.tobytes() == model.inference.se.tobytes()
    assert "school" in str(model.summary())


@pytest.mark.parametrize(("batches", "threads"), [(1, 2), (7, 1), (40, 2)])
def test_batches_and_threads_leave_no_trace(batches: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "MOST", 10)
    data = rows_of(8, 280)
    table = pyarrow.table(data)
    parts = pyarrow.Table.from_batches(table.to_batches(max_chunksize=280 // batches))
    one, other = (wxb.fit(t, formula=FORMULAS[0], threads=n) for t, n in ((table, 1), (parts, threads)))
    assert other.theta.tobytes() == one.theta.tobytes()
    assert other.inference.se.tobytes() == one.inference.se.tobytes()


def test_what_rows_say_one_by_one_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (terms, too_many):
        monkeypatch.setattr(module, "MOST", 10)
    with pytest.raises(UsageError, match="of which most are interactions with `school`"):
        wxb.fit(rows_of(), formula=FORMULAS[0], se="HC1")
    with pytest.raises(NumericalError, match="leave `coding=sum` of `school` out"):
        wxb.fit(rows_of(), formula="y ~ C(school, coding=sum)*x")

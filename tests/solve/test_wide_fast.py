"""precision="fast" of many columns, solved in doubles: each bound against exact arithmetic, however ill conditioned."""

from __future__ import annotations

import warnings
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from support.rational import digits
from wxb.estimate import Estimate
from wxb.inference import infer
from wxb.moments.shifted import ShiftedLedger, about, in_doubles
from wxb.normal_equations import perturbation, rounded
from wxb.normal_equations.rounded import RoundedSystem
from wxb.solve import solve
from wxb.solve.rounded import Rounded
from wxb.verified.inverse import lower_inverse

COUNT = 36  # columns, a few more than are ever solved in integers


def data(
    seed: int, near: float, offset: float = 3.0, scale: float = 0.0, rows: int = 90
) -> tuple[np.ndarray, np.ndarray]:
    """Columns that go together, one nearly the sum of two others, in scales that differ by up to 10^scale."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((rows, COUNT)) + rng.standard_normal((rows, 2)) @ rng.standard_normal((2, COUNT))
    X[:, 7] = X[:, 2] - X[:, 3] + near * X[:, 7]
    X += offset * rng.standard_normal(COUNT)
    y = X @ rng.standard_normal(COUNT) + rng.standard_normal(rows)
    return X * 10.0 ** rng.uniform(-scale / 2, scale / 2, COUNT), y


def fractions(matrix: np.ndarray) -> fmpq_mat:
    whole = [[Fraction(float(v)) for v in row] for row in np.atleast_2d(matrix)]
    return fmpq_mat([[fmpq(v.numerator, v.denominator) for v in row] for row in whole])


def as_fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


@pytest.mark.parametrize("off", [0.0, 1e-9, 1e-5])
@pytest.mark.parametrize("near", [1.0, 1e-2, 1e-4, 1e-6, 1e-8])
def test_every_bound_of_a_system_holds_however_crude_its_factor_is(monkeypatch, near, off):
    """What LAPACK finds is made worse: what is proven of it must be true all the same, or nothing be proven."""
    rng = np.random.default_rng(5)
    monkeypatch.setattr(rounded, "lower_inverse", lambda L: lower_inverse(L) * (1 + off * rng.uniform(-1, 1, L.shape)))
    X, y = data(1, near, offset=0.0, rows=60)
    Z = np.column_stack([X[:, :12] * 10.0 ** rng.uniform(-30, 30, 12), y])
    sums = Z.T @ Z
    sums = np.triu(sums) + np.triu(sums, 1).T
    system = RoundedSystem.of(sums)
    if system is None:
        assert near < 1e-3 or off > 1e-6
        return
    A, r = fractions(system.matrix), fractions(system.right[:, None])
    inverse, found = A.inv(), system.minimum()
    theta = inverse * r
    w = [Fraction(float(v)) for v in system.roots]
    worst = Fraction(0)
    for i in range(12):
        assert inverse[i, i] > 0
        assert abs(as_fraction(theta[i, 0]) - Fraction(float(found.theta[i]))) <= Fraction(float(found.away[i]))
        for j in range(12):
            apart = abs(as_fraction(inverse[i, j]) - Fraction(float(system.inverse[i, j])))
            worst = max(worst, apart / (w[i] * w[j]))
    assert worst <= Fraction(system.doubt)
    rss = Fraction(system.square) - as_fraction((r.transpose() * theta)[0, 0])
    assert abs(rss - Fraction(found.rss)) <= Fraction(found.lost)


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    near=st.sampled_from([1.0, 1e-2, 1e-4, 1e-6]),
    offset=st.sampled_from([0.0, 30.0, 1e5]),
    scale=st.sampled_from([0.0, 12.0, 100.0]),
    intercept=st.booleans(),
    weighted=st.booleans(),
)
def test_promises_of_many_columns_are_kept(seed, near, offset, scale, intercept, weighted):
    X, y = data(seed, near, offset, scale)
    table = {f"x{j}": column for j, column in enumerate(X.T)} | {
        "y": y,
        "w": np.random.default_rng(seed).random(90) + 0.01,
    }
    call = {
        "target": "y",
        "features": list(table)[:COUNT],
        "intercept": intercept,
        "weights": "w" if weighted else None,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact, fast = wxb.fit(table, **call), wxb.fit(table, precision="fast", **call)
    if exact.dropped or fast.dropped:
        assert fast.digits.max() in (0.0, 16.0)
        return
    truth, found, sure = exact.inference, fast.inference, fast.inference.certainty
    assert near < 1e-3 or offset > 1e3 or fast.digits.min() > 4
    for i in range(len(fast.theta)):
        assert max(digits(fast.theta[i], exact.solution.exact[i]), 0.0) >= sure.coefficients[i] - 1e-6
        if not np.isnan(found.se[i]):
            assert digits(found.se[i], Fraction(truth.se[i])) >= sure.errors[i] - 1e-2
    assert truth.rss <= sure.most_rss * (1 + 1e-12)
    assert max(digits(found.rss, Fraction(truth.rss)), 0.0) >= sure.rss - 1e-2
    if sure.share_error < np.inf:
        assert abs(found.r2 - truth.r2) <= sure.share_error + 1e-15


def test_doubles_find_what_integers_find_of_the_same_sums():
    fast = wxb.fit(data(3, 1e-1), precision="fast")
    assert fast.solution.rounded is not None
    whole = solve(replace(fast.moments, precision="exact", noise=None))
    assert fast.theta == pytest.approx(whole.coefficients, rel=1e-9)
    assert float(fast.solution.rss) == pytest.approx(float(whole.rss), rel=1e-10)
    exact = wxb.fit(data(3, 1e-1))
    assert fast.inference.se == pytest.approx(exact.inference.se, rel=1e-8)
    assert fast.inference.covariance == pytest.approx(exact.inference.covariance, rel=1e-7, abs=1e-12)
    assert 8 < fast.inference.certainty.errors.min() < 14


def test_columns_that_may_be_collinear_are_solved_in_integers_and_promised_nothing():
    """Of rows that are read once; where they can be read again their exact sums are taken."""
    X, y = data(4, 1.0)
    X[:, 20] = X[:, 1] + X[:, 2]
    table = pa.table({f"x{j}": column for j, column in enumerate(X.T)} | {"y": y})
    fast = wxb.fit(table.to_reader(), "y", precision="fast")
    assert fast.solution.rounded is None
    assert fast.digits.max() == 0.0
    assert "no digit" in fast.summary()


def test_a_file_keeps_what_was_found_and_refuses_what_was_changed(tmp_path):
    fast = wxb.fit(data(5, 1.0), precision="fast")
    fast.save(tmp_path / "m.json")
    kept = wxb.load(tmp_path / "m.json")
    assert kept.theta.tolist() == fast.theta.tolist()
    assert kept.digits.tolist() == fast.digits.tolist()
    assert kept.inference.se.tolist() == fast.inference.se.tolist()
    known = kept.solution.rounded
    assert known.nearly_solved_by(fast.theta * (1 + 1e-15))
    assert not known.nearly_solved_by(fast.theta * np.where(np.arange(COUNT + 1) == 9, 1 + 1e-7, 1))


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("offset", [0.0, 3.0, 1e7])
@pytest.mark.parametrize("count", [1, 5, 20, COUNT])
def test_a_file_of_any_width_is_read_again_also_far_from_0_where_rounding_b_is_more_than_the_sums_lost(
    tmp_path, count, offset, intercept
):
    X, y = data(5, 1.0, offset)
    fast = wxb.fit((X[:, :count], y), precision="fast", intercept=intercept)
    fast.save(tmp_path / "m.json")
    kept = wxb.load(tmp_path / "m.json")
    assert kept.theta.tolist() == fast.theta.tolist()
    assert kept.inference.se == pytest.approx(fast.inference.se, rel=1e-9, nan_ok=True)
    text = (tmp_path / "m.json").read_text()
    (tmp_path / "m.json").write_text(text.replace(repr(float(fast.coef[0])), repr(float(fast.coef[0]) * 1.001)))
    with pytest.raises(wxb.ModelFileError, match="not the minimum"):
        wxb.load(tmp_path / "m.json")


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e7])
@pytest.mark.parametrize("near", [1.0, 1e-3, 1e-5, 1e-6])
@pytest.mark.parametrize("count", [8, 12, 20])
def test_doubles_do_not_cost_few_columns_digits_that_integers_tell(monkeypatch, count, near, offset):
    X, y = data(2, near, offset, rows=400)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fast = wxb.fit((X[:, :count], y), precision="fast").inference
        monkeypatch.setattr(Rounded, "of", lambda *_: None)
        whole = infer(Estimate.of(solve(fast.solution.moments)))
    enough = 9.0  # all that are shown
    for mine, theirs in (
        (fast.certainty.coefficients, whole.certainty.coefficients),
        (fast.certainty.errors, whole.certainty.errors),
        (fast.certainty.rss, whole.certainty.rss),
    ):
        assert np.all(mine >= np.minimum(theirs, enough) - 0.1)
    assert np.isnan(fast.se).tolist() == np.isnan(whole.se).tolist()


@pytest.mark.parametrize("origin", [0.0, 5.0, 1e9])
def test_sums_about_an_origin_are_the_same_in_integers_and_in_doubles(origin):
    rng = np.random.default_rng(int(origin))
    Z = np.column_stack([np.ones(30), rng.standard_normal((30, 3)) + np.array([0, 1, 1e4])])
    c = np.array([0.0, origin, -1.5, 1e4])
    moved = Z - c
    sums = moved.T @ moved
    sums = np.triu(sums) + np.triu(sums, 1).T
    ledger = ShiftedLedger(c, sums)
    cells = [(i, j) for i in range(4) for j in range(4)]
    alone = {cell: Fraction(v) * Fraction(2) ** f for cell in cells for v, f in [ledger.value(*cell)]}
    integers, exponents = ledger.integers, ledger.exponents
    for i, j in cells:
        assert integers[i][j] * Fraction(2) ** (exponents[i] + exponents[j]) == alone[i, j]
    back, lost = in_doubles(ledger.part([0, 1, 3]), [0.0, 0.25, 1e4])
    whole, units = about(ledger, [0.0, 0.25, 1e4], [0, 1, 3])
    plain, off = in_doubles(ledger, [0.0] * 4)
    for i in range(3):
        for j in range(3):
            true = whole[i][j] * Fraction(2) ** (units[i] + units[j])
            assert abs(Fraction(back[i, j]) - true) <= Fraction(lost[i]) * Fraction(lost[j])
    for i, j in cells:
        assert abs(Fraction(plain[i, j]) - alone[i, j]) <= Fraction(off[i]) * Fraction(off[j])
    assert np.array_equal(in_doubles(ledger, c.tolist())[0], sums)


def test_what_the_inverse_is_off_counts_in_the_errors():
    X, y = data(6, 1e-2)
    system = wxb.fit((X, y), precision="fast").solution.rounded.system
    bad = replace(system, inverse=system.inverse * (1 + 1e-5), doubt=2e-5)
    none = np.zeros(COUNT + 1)
    found = perturbation.perturbation(bad.inverse, none, none, 0.0, None, doubt=bad.doubt)
    assert (found.spreads >= 1e-5).all()

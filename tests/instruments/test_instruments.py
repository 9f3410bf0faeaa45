"""Two-stage least squares against 50-digit algebra, on twenty seeded sets; what cannot be told is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import inf, isnan

import numpy as np
import pytest

from support.rational import digits
from support.two_stage import SETS, table
from wxb.certainty import certainty_of
from wxb.covariance.classical import standard_errors
from wxb.errors import NumericalError, UsageError
from wxb.instruments import two_stages
from wxb.moments import Moments
from wxb.solve import solve
from wxb.tails import chi2_upper_p, f_upper_p

BAR = 15


def moments_of(columns: dict[str, np.ndarray], target: str = "y", **options) -> Moments:
    names = [name for name in columns if name != target]
    return Moments.of([columns[name] for name in names], columns[target], terms=names, target=target, **options)


@pytest.mark.parametrize("one", SETS, ids=lambda one: str(one["seed"]))
def test_twenty_sets(one):
    solution, stages = two_stages(moments_of(table(one)), one["endogenous"], one["instruments"])
    assert solution.names == ("(b)", *one["exogenous"], *one["endogenous"])
    se = standard_errors(solution, certainty_of(solution))
    for i, (coef, error) in enumerate(zip(one["coef"], one["se"])):
        assert digits(solution.coefficients[i], Fraction(coef)) >= BAR
        assert digits(se[i], Fraction(error)) >= BAR
    assert digits(float(solution.rss), Fraction(one["rss"])) >= BAR
    for found, truth in zip(stages.first, one["first"], strict=True):
        assert digits(found.f, Fraction(truth["f"])) >= BAR
        assert digits(found.partial_r2, Fraction(truth["partial_r2"])) >= BAR
        assert found.p == f_upper_p(found.f, *found.f_freedom)
    more = len(one["instruments"]) - len(one["endogenous"])
    assert stages.sargan_freedom == more
    if more:
        assert digits(stages.sargan, Fraction(one["sargan"])) >= BAR
        assert stages.sargan_p == chi2_upper_p(stages.sargan, more)
    else:
        assert isnan(stages.sargan)
    assert digits(stages.wu_hausman, Fraction(one["wu_hausman"])) >= BAR
    assert stages.wu_p == f_upper_p(stages.wu_hausman, *stages.wu_freedom)


def simple(n: int = 40, **more: np.ndarray) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    a, z, w, u, v = rng.normal(size=(5, n))
    x = z + 0.5 * w + u + v
    return {"a": a, "x": x, "z": z, "w": w, **more, "y": 1 + 2 * x + a - u}


def test_a_term_that_is_its_own_instrument_gives_least_squares():
    table = simple()
    table = {"a": table["a"], "x": table["x"], "z": table["x"].copy(), "y": table["y"]}
    solution, stages = two_stages(moments_of(table), ["x"], ["z"])
    plain = solve(moments_of({k: v for k, v in table.items() if k != "z"}))
    assert solution.coefficients.tolist() == plain.coefficients.tolist()
    assert digits(float(solution.rss), plain.rss) >= BAR
    assert stages.first[0].f == inf
    assert stages.first[0].partial_r2 == 1
    assert isnan(stages.wu_hausman)


def test_order_and_scale_leave_no_trace():
    table = simple()
    one, _ = two_stages(moments_of(table), ["x"], ["z", "w"])
    turned = {k: v[::-1] for k, v in reversed(table.items())}
    two, _ = two_stages(moments_of(turned), ["x"], ["w", "z"])
    by_name = dict(zip(two.names, two.coefficients.tolist()))
    assert [by_name[name] for name in one.names] == one.coefficients.tolist()
    wide = {**table, "z": table["z"] * 2.0**90, "x": table["x"] * 2.0**-80}
    three, stages = two_stages(moments_of(wide), ["x"], ["z", "w"])
    assert three.coefficients[2] == one.coefficients[2] * 2.0**80
    assert stages.sargan == two_stages(moments_of(table), ["x"], ["z", "w"])[1].sargan


def test_weights_are_rows_repeated():
    table, counts = simple(), np.arange(40) % 3 + 1.0
    weighted, _ = two_stages(moments_of(table, weights=counts), ["x"], ["z", "w"])
    often = {k: np.repeat(v, counts.astype(int)) for k, v in table.items()}
    repeated, _ = two_stages(moments_of(often), ["x"], ["z", "w"])
    assert weighted.coefficients.tolist() == repeated.coefficients.tolist()


def test_without_an_intercept():
    table = simple()
    solution, stages = two_stages(moments_of(table), ["x"], ["z", "w"], intercept=False)
    Z, X = (np.column_stack([table[k] for k in names]) for names in (("a", "z", "w"), ("a", "x")))
    fitted = Z @ np.linalg.lstsq(Z, X, rcond=None)[0]
    np.testing.assert_allclose(solution.coefficients, np.linalg.lstsq(fitted, table["y"], rcond=None)[0], rtol=1e-10)
    assert stages.wu_freedom == (1, 37)


def test_collinear_terms_and_instruments_give_way():
    table = simple()
    table = {
        "a": table["a"],
        "a2": 2 * table["a"],
        "x": table["x"],
        "z": table["z"],
        "z2": table["z"] + table["a"],
        "y": table["y"],
    }
    solution, stages = two_stages(moments_of(table), ["x"], ["z", "z2"])
    assert [solution.names[d.column] for d in solution.dropped] == ["a2"]
    assert (stages.instruments, stages.unused) == (("z",), ("z2",))
    assert stages.sargan_freedom == 0
    assert "`z2`" in stages.remarks[-1]
    plain = {k: v for k, v in table.items() if k not in ("a2", "z2")}
    assert (
        solution.coefficients[[0, 1, 3]].tolist()
        == two_stages(moments_of(plain), ["x"], ["z"])[0].coefficients.tolist()
    )


def test_weak_instruments_are_named():
    rng = np.random.default_rng(5)
    weak = {"x": rng.normal(size=60), "z": rng.normal(size=60), "y": rng.normal(size=60)}
    _, stages = two_stages(moments_of(weak), ["x"], ["z"])
    assert stages.first[0].weak
    assert stages.remarks[0].startswith("the instruments are weak for `x` (first-stage F ")


@pytest.mark.parametrize(
    ("endogenous", "instruments", "said"),
    [
        (["x", "a"], ["z"], "2 endogenous terms and 1 instrument"),
        (["x"], ["q"], "no term `q`"),
        (["q"], ["z"], "no term `q`"),
        (["x", "a"], ["z", "z2"], "do not determine the coefficients of `x`, `a`"),
        (["x"], ["zero"], "tell too little of it"),
        (["b"], ["z"], "b = 2·a: nothing of it is endogenous"),
        (["x"], ["apart"], "tell too little of it"),
    ],
)
def test_what_does_not_determine_an_answer(endogenous, instruments, said):
    table = simple(8)
    side = np.array([1.0, -1, 1, -1, 1, -1, 1, -1])
    columns = {
        "a": side,
        "b": 2 * side,
        "x": np.round(table["x"] * 4),
        "z": table["z"],
        "z2": table["z"] * 3,
        "zero": np.zeros(8),
    }
    columns["apart"] = np.array([1.0, 1, -1, -1, 0, 0, 0, 0])
    columns["x"][:4] = 1.0  # beside which the column above tells nothing of x, exactly
    used = {k: v for k, v in columns.items() if k in {"a", *endogenous, *instruments}}
    with pytest.raises((UsageError, NumericalError)) as caught:
        two_stages(moments_of({**used, "y": table["y"]}), endogenous, instruments)
    assert said in caught.value.what
    assert caught.value.do


def test_rounded_sums_are_refused():
    with pytest.raises(UsageError, match="two stages need exact sums"):
        two_stages(replace(moments_of(simple()), precision="fast"), ["x"], ["z"])


def test_a_line_through_every_row_leaves_nothing():
    table = simple()
    table["a"] = np.round(4 * table["a"])
    table["y"] = 1 + 2 * table["a"]
    solution, stages = two_stages(moments_of(table), ["x"], ["z", "w"])
    assert solution.coefficients.tolist() == [1, 2, 0]
    assert solution.rss == 0
    assert isnan(stages.sargan)

"""p and quantiles of t, F and χ² against 60-digit arithmetic (hypergeometric series, checked by integrating the density)."""

from __future__ import annotations

import csv
from fractions import Fraction
from math import inf, isnan, nan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.rational import digits
from wxb import tails
from wxb.tails import chi2_upper_p, f_upper_p, t_two_sided_p, two_sided_t

with (Path(__file__).parent / "tails.csv").open(newline="") as file:
    TABLE = [
        (row["kind"], int(row["first"]), int(row["second"]), float(row["at"]), row["p"]) for row in csv.DictReader(file)
    ]
SMALLEST = 2.3e-308  # below it a float64 has fewer digits


def rows(kind):
    return [pytest.param(*row[1:], id=f"{row[1]}-{row[2]}-{row[3]:g}") for row in TABLE if row[0] == kind]


def close(found: float, truth: str, bar: float) -> bool:
    if abs(float(truth)) < SMALLEST:
        return abs(Fraction(found) - Fraction(truth)) <= 2 * Fraction(5e-324)
    return digits(found, Fraction(truth)) >= bar


@pytest.mark.parametrize(("first", "freedom", "t", "p"), rows("t"))
def test_t(first, freedom, t, p):
    assert close(t_two_sided_p(t, freedom), p, 15.5)
    assert t_two_sided_p(-t, freedom) == t_two_sided_p(t, freedom)


@pytest.mark.parametrize(("explained", "freedom", "f", "p"), rows("F"))
def test_f(explained, freedom, f, p):
    assert close(f_upper_p(f, explained, freedom), p, 15.5)


@pytest.mark.parametrize(("first", "freedom", "x", "p"), rows("chi2"))
def test_chi2(first, freedom, x, p):
    assert close(chi2_upper_p(x, freedom), p, 15.5)


def test_the_ends_of_chi2():
    assert chi2_upper_p(0.0, 3) == 1
    assert chi2_upper_p(inf, 3) == 0
    assert chi2_upper_p(1e6, 2) == 0
    assert isnan(chi2_upper_p(nan, 3))
    assert isnan(chi2_upper_p(1.0, 0))


@pytest.mark.parametrize(("first", "freedom", "level", "t"), rows("quantile"))
def test_quantiles(first, freedom, level, t):
    assert close(two_sided_t(level, freedom), t, 15.5)


@given(st.floats(1e-3, 1e3), st.integers(1, 10**6))
def test_f_of_one_term_is_t_squared(t, freedom):
    square = t * t
    if Fraction(square) == Fraction(t) ** 2:
        assert f_upper_p(square, 1, freedom) == t_two_sided_p(t, freedom)


@given(st.floats(0.01, 100), st.integers(1, 500), st.integers(1, 500))
def test_the_two_tails_of_f_make_one(f, first, second):
    """P(F > f) + P(1/F > 1/f) = 1, each from its own end."""
    inverse = 1 / f
    assert f_upper_p(f, first, second) + f_upper_p(inverse, second, first) == pytest.approx(1, abs=2e-13)


@given(st.floats(1e-6, 0.9999999), st.integers(1, 10**6))
def test_the_quantile_inverts_the_tail(level, freedom):
    assert t_two_sided_p(two_sided_t(level, freedom), freedom) == pytest.approx(1 - level, rel=1e-12)


def test_ends():
    assert t_two_sided_p(0.0, 5) == 1.0
    assert t_two_sided_p(inf, 5) == 0.0
    assert t_two_sided_p(-inf, 5) == 0.0
    assert isnan(t_two_sided_p(nan, 5))
    assert isnan(t_two_sided_p(1.0, 0))
    assert f_upper_p(0.0, 2, 5) == 1.0
    assert f_upper_p(inf, 2, 5) == 0.0
    assert isnan(f_upper_p(1.0, 0, 5))
    assert isnan(f_upper_p(1.0, 2, 0))
    assert isnan(two_sided_t(0.95, 0))
    assert t_two_sided_p(1e4, 10**6) == 0.0  # about 1e-20 000 000


@pytest.mark.parametrize(
    ("t", "freedom", "p"),  # mpmath, 40 digits
    [
        (2.0, 3.25, "0.13225193284252991769"),
        (0.5, 1.0625, "0.70086184715428675903"),
        (12.5, 17.3, "4.3158092993841039619e-10"),
        (1.96, 12345.678, "0.050018251382386080998"),
    ],
)
def test_freedom_need_not_be_whole(t, freedom, p):
    assert close(t_two_sided_p(t, freedom), p, 15.5)
    assert t_two_sided_p(two_sided_t(0.9, freedom), freedom) == pytest.approx(0.1, rel=1e-12)


def test_both_roads_to_a_small_tail_end_at_the_same_number(monkeypatch):
    cases = [(t, freedom) for t in (11.0, 15.5, 20.0, 31.0, 44.0, 51.0) for freedom in (12, 300, 2000.5, 10**6)]
    quick = [tails.t_two_sided_p(*case) for case in cases]
    monkeypatch.setattr(tails, "FAR", tails.NEAR)
    monkeypatch.setattr(tails, "SMALL", 1e9)
    assert [tails.t_two_sided_p(*case) for case in cases] == quick

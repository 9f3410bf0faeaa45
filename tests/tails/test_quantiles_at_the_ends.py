"""Quantiles of |T| at levels near 0 and near 1, and of huge degrees of freedom: known in closed form, or held between balls."""

from __future__ import annotations

import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from wxb.tails import t_two_sided_p, two_sided_t

BITS = 400
NEAR_0 = (5e-324, 1e-300, 2.0**-1000, 1e-100, 1e-30, 1e-17, 1e-16, 1e-10, 1e-5, 0.01, 0.3, 0.4999999999999999, 0.5)
NEAR_1 = (0.5000000000000001, 0.9, 0.95, 1 - 1e-10, 1 - 2.0**-52, 1 - 2.0**-53)
levels = st.one_of(st.floats(1e-300, 0.5), st.floats(-300, -1).map(lambda power: 10.0**power))


def cauchy(level: float) -> arb:
    return (arb(level) * arb.pi() / 2).tan()


def of_two(level: float) -> arb:
    """ν = 2:  P(|T| ≤ t) = t/√(2 + t²)"""
    one = arb(level)
    return one * (2 / (1 - one * one)).sqrt()


def of_four(t: arb) -> arb:
    """ν = 4:  P(|T| ≤ t) = s (3 − s²)/2,   s = t/√(4 + t²)"""
    s = t / (4 + t * t).sqrt()
    return s * (3 - s * s) / 2


def share(t: arb, freedom: float) -> arb:
    """P(|T| ≤ t) by arb's own hypergeometric series."""
    nu = arb(freedom)
    a, half = -t * t / nu, arb(1) / 2
    logs = ((nu + 1) / 2).lgamma() - (nu / 2).lgamma() - (nu * arb.pi()).log() / 2
    return 2 * t * logs.exp() * a.hypgeom_2f1(half, (nu + 1) / 2, 3 * half)


def close(found: float, truth: arb) -> bool:
    return bool(abs(arb(found) - truth) <= abs(truth) * arb(2) ** -52 + arb(2) ** -1074)


def between(found: float, level: float, of) -> bool:
    """Whether the level is that of a number within 2^−52 of this one."""
    hair = arb(2) ** -52
    return bool(of(arb(found) * (1 - hair)) < arb(level)) and bool(of(arb(found) * (1 + hair)) > arb(level))


@pytest.mark.parametrize("level", [*NEAR_0, *NEAR_1])
def test_of_one_and_two_degrees_of_freedom(level):
    with ctx.workprec(1400):
        assert close(two_sided_t(level, 1), cauchy(level))
        assert close(two_sided_t(level, 2), of_two(level))


@settings(max_examples=40)
@given(levels)
def test_any_small_level_of_few_degrees_of_freedom(level):
    with ctx.workprec(1400):
        assert close(two_sided_t(level, 1), cauchy(level))
        assert close(two_sided_t(level, 2), of_two(level))
        assert between(two_sided_t(level, 4), level, of_four)


@settings(max_examples=30)
@given(levels, st.floats(1, 300))
def test_any_degrees_of_freedom(level, freedom):
    with ctx.workprec(BITS):
        assert between(two_sided_t(level, freedom), level, lambda t: share(t, freedom))


@pytest.mark.parametrize("level", [1e-300, 1e-10, 0.3, 0.5, 0.95, 1 - 2.0**-53])
@pytest.mark.parametrize("freedom", [1e10, 1e12, 1e16, 1e18, 1e25, 1e100, 1e300])
def test_huge_degrees_of_freedom_are_the_normal_law(level, freedom):
    """t = z + (z³ + z)/(4ν) + O(1/ν²)"""
    with ctx.workprec(BITS):
        z = arb(level).erfinv() * arb(2).sqrt()
        assert close(two_sided_t(level, freedom), z + (z**3 + z) / 4 / arb(freedom))


@pytest.mark.parametrize("t", [1e-5, 0.5, 1.96, 8.0, 37.0])
@pytest.mark.parametrize("freedom", [1e16, 1e18, 1e100])
def test_tails_of_huge_degrees_of_freedom_are_those_of_the_normal_law(t, freedom):
    """P(|T| > t) − P(|Z| > t) = φ(t) (t³ + t)/(2ν) + O(1/ν²)"""
    with ctx.workprec(BITS):
        z = arb(t)
        more = (-z * z / 2).exp() / (2 * arb.pi()).sqrt() * (z**3 + z) / 2 / arb(freedom)
        assert close(t_two_sided_p(t, freedom), (z / arb(2).sqrt()).erfc() + more)

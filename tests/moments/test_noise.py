"""The slack of rounded sums is the bound of the textbook, to the last bit on the safe side."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from wxb.moments.noise import UNIT, Noise


@given(st.integers(1, 10**6), st.integers(1, 10**9), st.floats(1e-6, 1e100), st.floats(0.0, 1e100))
def test_the_slack_is_that_of_m_additions(additions: int, rows: int, squares: float, others: float) -> None:
    """γ = (m + 9) u / (1 − (m + 9) u) of S, which is itself rounded: s² ≥ γ S, and hardly more."""
    slack = Noise.of_sums((0.0, 1.0), (squares, others), additions, rows).slack
    chain = (additions + 9) * Fraction(UNIT)
    gamma = chain / (1 - chain)
    for s, found in zip((squares, others), slack):
        assert Fraction(found) ** 2 >= gamma * Fraction(s)
        assert Fraction(found) ** 2 <= gamma * Fraction(s) * Fraction(1001, 1000) + Fraction(1, 10**200)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_about_another_origin_and_in_sums_it_never_shrinks(first: float, second: float) -> None:
    a, b = (Noise.of_sums((0.0, origin), (10.0, 20.0), 40, 10) for origin in (first, second))
    assert all(x >= y for x, y in zip(a.about((0.0, second)), a.slack))
    total = a + b
    assert total.origin == a.origin
    assert all(
        Fraction(t) ** 2 >= Fraction(x) ** 2 + Fraction(y) ** 2
        for t, x, y in zip(total.slack, a.slack, b.about(a.origin))
    )

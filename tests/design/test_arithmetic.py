"""Computed columns against rational arithmetic: nothing is lost where nothing is said to be lost."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from wxb.data.block import Column
from wxb.design.arithmetic import ROWS, Steps
from wxb.design.made import Made
from wxb.formula import read

N = ROWS + 500
draw = np.random.default_rng(5)
X, Z, K = draw.normal(0, 3, N), draw.lognormal(0, 1, N), draw.integers(0, 50, N).astype(float)
SOURCES = {"x": Column(X), "z": Column(Z), "k": Column(K), "p": Column(X, X * 2.0**-55)}
WHOLE = {"k"}
EXACT = [
    "x*z",
    "x^2",
    "x + z",
    "x - z",
    "2*x",
    "x/4",
    "k*k",
    "k^5",
    "abs(x*z)",
    "-x*z",
    "x > z",
    "(x > 1)*(k <= 3)",
    "k == 7",
]
LOSES = {
    "x^3": 2,
    "x^10": 9,
    "(x + z)*(x - z)": 2,
    "x*z + z^2 - x": 4,
    "p*z": 1,
    "p + z": 1,
    "x^0 + z": 1,
}  # products and sums of pairs
ROUNDED = ["x/z", "z^-2", "1/(x*z)"]


def columns(*texts: str) -> list[Column]:
    made = []
    for text in texts:
        [[factor]] = read(f"q ~ I({text})").over(["q", *SOURCES]).terms
        made.append(Made(name=text, sources=factor.names, tree=factor.tree))
    return Steps.of(made).columns(SOURCES, WHOLE, N)


def error(text: str, column: Column) -> float:
    """The largest relative distance from the true values, at some of the rows."""
    worst = Fraction(0)
    for row in range(0, N, 211):
        names = {
            name: Fraction(one.values[row]) + Fraction(0 if one.low is None else one.low[row])
            for name, one in SOURCES.items()
        }
        wanted = Fraction(eval(text.replace("^", "**"), {"abs": abs}, names))  # noqa: S307
        found = Fraction(column.values[row]) + Fraction(0 if column.low is None else column.low[row])
        worst = max(worst, abs(found - wanted) / (abs(wanted) or 1))
    return float(worst)


@pytest.mark.parametrize("text", EXACT)
def test_products_and_sums_of_doubles_are_exact(text):
    [column] = columns(text)
    assert error(text, column) == 0


@pytest.mark.parametrize("text", LOSES)
def test_those_of_pairs_lose_a_hundred_bits_less(text):
    [column] = columns(text)
    assert error(text, column) <= LOSES[text] * 2.0**-102


@pytest.mark.parametrize("text", ROUNDED)
def test_quotients_are_rounded_once(text):
    [column] = columns(text)
    assert column.low is None
    assert error(text, column) <= 2.0**-53 * (1 + 2.0**-40)


def test_a_double_is_no_pair_where_it_is_enough():
    assert all(column.low is None for column in columns("k*k", "k^5 + 3*k", "2*x", "x > z", "log(x*x)", "x*0.5"))


def test_functions_of_pairs_are_rounded_once():
    exact, double = columns("log(x*x)", "log(z) + 0*x")
    np.testing.assert_allclose(exact.values, 2 * np.log(np.abs(X)), rtol=1e-13)
    np.testing.assert_allclose(double.values, np.log(Z), rtol=1e-15)
    [root] = columns("sqrt(z*z)")
    assert root.values.tolist() == Z.tolist()


def test_each_part_is_computed_once():
    made = [
        Made(name=text, sources=("x", "z"), tree=read(f"q ~ I({text})").over(["q", "x", "z"]).terms[0][0].tree)  # type: ignore[union-attr]
        for text in ("log(x)*z", "log(x)*z + 1", "z*log(x)", "x^2", "x^4", "x^8")
    ]
    steps = Steps.of(made)
    assert sum(symbol == "log" for symbol, *_ in steps.done) == 1
    assert sum(symbol == "*" for symbol, *_ in steps.done) == 4
    assert steps.made[0] == steps.made[2]


def test_what_is_not_there_makes_nothing_that_is():
    lost = {"x": Column(np.array([1.0, np.nan])), "z": Column(np.array([2.0, 2.0]))}
    for text in ("x > z", "x != z", "abs(x) + z", "x*z", "exp(x)", "x^0.3"):
        [[factor]] = read(f"q ~ I({text})").over(["q", "x", "z"]).terms
        [column] = Steps.of([Made(name=text, sources=("x", "z"), tree=factor.tree)]).columns(lost, (), 2)
        assert np.isfinite(column.values).tolist() == [True, False], text


def test_a_column_that_is_held_is_not_written_over():
    first = columns("x*z", "x + z")
    kept = [(one.values.copy(), None if one.low is None else one.low.copy()) for one in first]
    columns("z^3", "x - z", "z*z*x")
    for one, (values, low) in zip(first, kept):
        np.testing.assert_array_equal(one.values, values)
        np.testing.assert_array_equal(one.low, low)

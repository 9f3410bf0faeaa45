"""Logarithms and exponentials are the doubles nearest to their values, of doubles and of pairs, small, large and next to 1."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any

import numpy as np
import pytest

from wxb.design import elementary

C = Context(prec=420, Emin=-9999, Emax=9999)
LN2 = C.ln(Decimal(2))
FUNCTIONS: dict[str, tuple[Callable[..., Any], Callable[[Decimal], Decimal]]] = {
    "log": (elementary.log, C.ln),
    "log2": (elementary.log2, lambda v: C.divide(C.ln(v), LN2)),
    "log10": (elementary.log10, C.log10),
    "log1p": (elementary.log1p, lambda v: C.ln(C.add(Decimal(1), v))),
    "exp": (elementary.exp, C.exp),
}
draw = np.random.default_rng(3)
POSITIVE = np.concatenate(
    [
        draw.lognormal(0, 4, 60),
        1 + draw.normal(0, 1e-3, 40),
        1 + draw.normal(0, 1e-12, 20),
        np.ldexp(1.0, np.arange(-1074, 1024, 61)),
        10.0 ** np.arange(-300, 300, 50),
        [5e-324, 1e-310, 1.7e308, 1.0, np.nextafter(1, 2), np.nextafter(1, 0), 2.0**-8, 1 + 2.0**-8],
    ]
)
SMALL = np.concatenate(
    [draw.normal(0, 1e-3, 40), draw.normal(0, 1e-17, 20), [2.0**-8, -(2.0**-8), 1e-290, -1e-290, 0.0]]
)
ANY = np.concatenate([draw.normal(0, 10, 60), draw.uniform(-744, 709.7, 40), SMALL, [709.78, -745.1, -745.2, -1e5]])


def arguments(name: str) -> np.ndarray:
    if name == "exp":
        return ANY
    return np.concatenate([POSITIVE[POSITIVE > 1e-3] - 0.999, SMALL]) if name == "log1p" else POSITIVE


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_they_are_rounded_correctly(name, paired):
    function, exactly = FUNCTIONS[name]
    x = arguments(name)
    low = x * 2.0**-54 * draw.uniform(-1, 1, len(x)) if paired and name != "log1p" else None
    found = function(x, low)
    lows = np.zeros(len(x)) if low is None else low
    wanted = [float(exactly(C.add(Decimal(float(a)), Decimal(float(b))))) for a, b in zip(x, lows)]
    assert found.tolist() == wanted


@pytest.mark.parametrize("name", FUNCTIONS)
def test_compiled_loops_give_the_bits_of_numpy(name, monkeypatch):
    pytest.importorskip("wxb.design._elementary", reason="without a C compiler")
    function, x = FUNCTIONS[name][0], np.tile(arguments(name), 1 + 2 * elementary.FEW // len(arguments(name)))
    found = function(x)
    monkeypatch.setattr(elementary, "_compiled", None)
    np.testing.assert_array_equal(found, function(x))


def test_compiled_products_and_sums_are_exact(monkeypatch):
    pytest.importorskip("wxb.design._elementary", reason="without a C compiler")
    a, b = draw.normal(0, 1e3, 1001), draw.lognormal(0, 3, 1001)
    found = elementary.products(a, b), elementary.sums(a, b)
    monkeypatch.setattr(elementary, "_compiled", None)
    np.testing.assert_array_equal(found, (elementary.products(a, b), elementary.sums(a, b)))


def test_what_has_no_value_is_nan_and_what_is_beyond_infinite():
    inf, nan = np.inf, np.nan
    values = np.array([0.0, -1.0, inf, nan])
    for function in (elementary.log, elementary.log2, elementary.log10):
        np.testing.assert_array_equal(function(values), [-inf, nan, inf, nan])
    np.testing.assert_array_equal(elementary.log1p(values - 1), [-inf, nan, inf, nan])
    np.testing.assert_array_equal(elementary.exp(np.array([800.0, -800.0, inf, -inf, nan])), [inf, 0, inf, 0, nan])


def test_powers_that_are_no_whole_numbers():
    zero = np.zeros(5)
    x = np.array([2.0, 9.0, 0.0, 1e300, -1.0])
    found = elementary.power((x, zero), (np.array([0.5]), np.array([0.0])))
    np.testing.assert_array_equal(found, [2.0**0.5, 3.0, 0.0, 1e150, np.nan])

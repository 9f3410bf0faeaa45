"""An error beyond the range of doubles leaves no mean, whichever thread met it and whatever the others saw."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest

from wxb.data import open_table
from wxb.data.selection import Selection
from wxb.passes.absolute_errors import AbsoluteErrors
from wxb.passes.labels import unlabelled


def fed(whole: AbsoluteErrors, x: float) -> AbsoluteErrors:
    made = whole.new()
    for block in open_table({"x": [x, 1.0], "y": [-x, 2.0]}).scan(Selection(target="y")).blocks():
        made.add(block)
    return made


@pytest.mark.parametrize("order", list(permutations([1.0, 1e308, 2.0])))
def test_the_order_of_the_threads_leaves_no_trace(order: tuple[float, ...]) -> None:
    whole = AbsoluteErrors(unlabelled, {0: ("all", [Fraction(0), Fraction(1)])}, True)
    scan = open_table({"x": [1.0], "y": [1.0]}).scan(Selection(target="y"))
    for x in order:
        if x < 1e308:
            whole.absorb(fed(whole, x))
    assert whole.result(scan) == {"all": pytest.approx((2 + 1 + 4 + 1) / 4)}
    again = whole.new()
    for x in order:
        again.absorb(fed(again, x))
    assert again.result(scan) == {"all": None}

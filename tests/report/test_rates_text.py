"""The answer of `wxb rates` fits a terminal, whatever the rates and names."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from support.bowls import bowl_of_spectrum, hours
from support.thinned import pairwise
from wxb.learning_rates import rates_of
from wxb.printable import cells
from wxb.report.lines import WIDTH
from wxb.report.rates_text import rates_table, rates_text

X = np.linspace(50.0, 470.0, 32)


NAMES = ["disp", "a_rather_long_name_of_a_column", "공부시간과 잠잔시간의 합계"]


@pytest.mark.parametrize(("name", "lr", "momentum"), pairwise(NAMES, [None, 1e-9, 1.0799e-5, 0.1, 1e6], [0.0, 0.9]))
def test_no_line_is_wider_than_a_terminal(name, lr, momentum) -> None:
    table = {name: X, "hp": 60 + 200 * np.sin(X) ** 2, "y": 30 - 0.03 * X + np.cos(X)}
    rates = wxb.rates(table, "y")
    text = rates_text(rates, lr=lr, momentum=momentum, target=f"y = −0.0303512 · {name} − 0.02484 · hp + 30.7375731")
    assert max(map(cells, text.split("\n"))) <= WIDTH
    assert ("← asked" in text) == (lr is not None)
    assert all(line.strip() != "asked" for line in text.split("\n"))


def test_the_table_of_rates() -> None:
    assert rates_table(rates_of(hours()), lr=0.01, mark="the notebook's").splitlines() == [
        " rate     what happens",
        " 0.001    crawls: 9577 epochs per digit",
        " 0.01     slow: 957 epochs per digit   ← the notebook's",
        " 0.17647  best constant rate: 53 epochs per digit",
        " 0.18029  the limit (2/λmax)",
        " 0.2      diverges: distance × 1.219 each epoch, overflows near epoch 1788",
    ]


@pytest.mark.parametrize(
    ("lr", "said"), [(0.1803, "diverges"), (0.1802, "zigzags"), (1e-5, "crawls"), (0.1, "is good"), (2.0, "×")]
)
def test_the_verdict_comes_first(lr: float, said: str) -> None:
    text = rates_text(rates_of(hours()), lr=lr, target="score")
    verdict = text.split("\n\n")[0]
    assert said in verdict
    assert "← asked" in text
    assert "sum" in text.split("\n\n")[-1]


@given(st.integers(1, 10), st.floats(0, 12), st.floats(-9, 9), st.sampled_from([0.0, 0.5, 0.9]), st.booleans())
@settings(max_examples=40)
def test_every_table_is_in_order_and_names_the_limit(
    p: int, digits: float, size: float, momentum: float, nesterov: bool
) -> None:
    rates = rates_of(bowl_of_spectrum(10**size * np.geomspace(1, 10**-digits, p), 1))
    rows = rates.table(None, momentum, nesterov and momentum > 0)
    assert [row.rate for row in rows] == sorted(row.rate for row in rows)
    assert [row.role for row in rows] == ["slow", "slow", "best", "limit", "diverges"]
    assert [row.verdict.converges for row in rows] == [True, True, True, False, False]
    assert all(len(line) <= 80 for line in rates_text(rates, momentum=momentum).splitlines())

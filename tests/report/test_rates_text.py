"""The answer of `wxb rates` fits a terminal, whatever the rates and names."""

from __future__ import annotations

import numpy as np
import pytest

import wxb
from wxb.printable import cells
from wxb.report.lines import WIDTH
from wxb.report.rates_text import rates_text

X = np.linspace(50.0, 470.0, 32)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("lr", [None, 1e-9, 1.0799e-5, 0.1, 1e6])
@pytest.mark.parametrize("name", ["disp", "a_rather_long_name_of_a_column", "공부시간과 잠잔시간의 합계"])
def test_no_line_is_wider_than_a_terminal(name, lr, momentum) -> None:
    table = {name: X, "hp": 60 + 200 * np.sin(X) ** 2, "y": 30 - 0.03 * X + np.cos(X)}
    rates = wxb.rates(table, "y")
    text = rates_text(rates, lr=lr, momentum=momentum, target=f"y = −0.0303512 · {name} − 0.02484 · hp + 30.7375731")
    assert max(map(cells, text.split("\n"))) <= WIDTH
    assert ("← asked" in text) == (lr is not None)
    assert all(line.strip() != "asked" for line in text.split("\n"))

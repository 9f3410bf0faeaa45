"""What is too long to be explained is refused in words, before the work; what is just short enough is explained."""

from __future__ import annotations

import pytest

from wxb.errors import UsageError
from wxb.explaining.bounds import MOST_NAMES
from wxb.explaining.expression import explain_expression


def sum_of(count: int) -> tuple[str, dict[str, float]]:
    names = [f"a{i}" for i in range(count)]
    return "+".join(names), dict.fromkeys(names, 1.0)


LONG = {
    "1500 leaves": (*sum_of(1500), 1),
    "400 results": (";".join(["b0=w", *(f"b{i}=b{i - 1}*w" for i in range(1, 400))]), {"w": 1.0}, 1),
    "10 000 parts": ("*".join(["w"] * 9_999), {"w": 1.0}, 1),
    "all by all": ("+".join(f"a{i}*" * 8 + f"a{i}" for i in range(90)), {f"a{i}": 1.0 for i in range(90)}, 1),
    "repeated": ("w**2 + sin(w)*exp(w) + w/(1 + w)", {"w": 1.0}, 10_000),
}


@pytest.mark.parametrize("name", LONG)
def test_what_is_too_long_is_refused(monkeypatch, name):
    text, at, times = LONG[name]
    monkeypatch.setattr("wxb.explaining.expression.evaluated", None)  # nothing is computed
    with pytest.raises(UsageError, match=r"at most|more than can be explained") as caught:
        explain_expression(text, at, times=times)
    assert caught.value.do


def test_what_is_short_enough_is_explained():
    found = explain_expression(*sum_of(MOST_NAMES - 1))
    assert len(found.gradients) == MOST_NAMES - 1
    assert explain_expression("w**2", {"w": 3.0}, times=5000).additions[-1].after == 30_000.0


def test_giant_powers_and_deep_nesting_end():
    assert explain_expression("2**2**2**2**w", {"w": 1.0}).graph.nodes[-1].value is not None
    with pytest.raises(Exception, match="nested more than"):
        explain_expression("(" * 5000 + "w" + ")" * 5000, {"w": 1.0})

"""Where each rule begins to speak: a loop just below its threshold is left alone, one just above is not."""

from __future__ import annotations

import pytest
import torch

from wxb.watching import Report, watch
from wxb.watching.events import LARGEST, Curve
from wxb.watching.finding import Site
from wxb.watching.losses import WAKES, Losses
from wxb.watching.rules.flat import _still
from wxb.watching.rules.overflow import growth
from wxb.watching.rules.rate_sample import diverged


def rules_of(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def curve_of(losses: list[float]) -> Curve:
    curve = Curve()
    for value in losses:
        curve.add(value)
    return curve


def geometric(rises: int, total: float) -> list[float]:
    return [10.0, 8.0, *(5.0 * total ** (i / rises) for i in range(rises + 1))]


@pytest.mark.parametrize(
    ("losses", "grows"),
    [
        (geometric(3, 100.0), False),
        (geometric(4, 100.0), True),
        (geometric(6, 9.9), False),
        (geometric(6, 10.1), True),
        ([*geometric(2, 100.0), float("inf")], False),  # two factors are no law
        ([*geometric(2, 1e7), float("inf")], True),
        ([*geometric(1, 100.0), float("inf")], False),
        ([1.0, 2.0, 4.0, 8.0, 8.0 * 4**0.98, 8.0 * 4**1.96], True),  # the last growth is a factor like those before
        ([1.0, 2.0, 4.0, 4.1, 16.4, 16.8], False),
        ([1.0, 2.0, 1e3, 1e6, 1.1e6, float("inf")], True),  # ragged, but it left a million-fold
        ([1.0, 2.0, 1e3, 8e5, 9e5, float("inf")], False),
        ([5.0, 0.0, 1.0, 10.0, 100.0, 1000.0], False),
    ],
)
def test_growth_is_four_rises_of_one_factor_to_ten_times(losses: list[float], grows: bool) -> None:
    assert (growth(curve_of(losses)) is not None) is grows


@pytest.mark.parametrize(("last", "told"), [(2.9, False), (3.1, True), (float("inf"), True)])
def test_a_loss_above_three_times_its_first_has_diverged(last: float, told: bool) -> None:
    assert diverged(curve_of([1.0, 0.5, last])) is told


@pytest.mark.parametrize(("spread", "told"), [(0.9e-6, True), (1.1e-6, False)])
def test_a_loss_stands_still_within_a_millionth(spread: float, told: bool) -> None:
    assert _still(curve_of([2.0, 2.0 * (1 - spread / 2), 2.0 * (1 - spread)])) is told


@pytest.mark.parametrize(
    ("losses", "wakes"), [([1.0, 0.9, 2.0], False), ([1.0, 1.21, 1.44], False), ([1.0, 1.21, 1.46], True)]
)
def test_a_second_rise_by_a_fifth_wakes_the_watch(losses: list[float], wakes: bool) -> None:
    curve = curve_of(losses[:-1])
    assert curve.would_rise(losses[-1]) is wakes


def test_after_sixteen_rises_a_restless_loss_is_left_alone() -> None:
    losses, place = Losses(), (line for line in "of the user's")
    caller = place.gi_frame
    curve = losses.begin(Site("train.py", 1))
    losses.place(curve, caller, quick=True)
    told = 0
    for value in [1.0, 2.0, 4.0] * 40:
        if not losses.take(caller, value):
            told += 1
            curve.add(value)
    assert told == WAKES
    assert curve.rising == LARGEST == losses.begin(Site("train.py", 2)).rising


def descend(lr: float, steps: int, x: torch.Tensor, y: torch.Tensor, start: float = 0.0) -> Report:
    """W·x without intercept: λmax = 2·mean(x²)."""
    W = torch.full((x.shape[1], 1), start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([W], lr=lr)
    with watch() as report:
        for _ in range(steps):
            optimizer.zero_grad()
            ((x @ W - y) ** 2).mean().backward()
            optimizer.step()
    return report


UNIT = torch.tensor([[1.0], [-1.0], [1.0], [-1.0], [1.0], [-1.0]], dtype=torch.float64)  # λmax = 2, the limit is 1


@pytest.mark.parametrize(("lr", "told"), [(0.9999, False), (1.0001, False), (1.001, True)])
def test_a_rate_is_too_large_from_a_thousandth_above_the_limit(lr: float, told: bool) -> None:
    assert ("learning-rate" in rules_of(descend(lr, 12, UNIT, 3 * UNIT))) is told


@pytest.mark.parametrize(("steps", "told"), [(4, False), (5, True)])
def test_a_loss_is_flat_after_five_backward_calls(steps: int, told: bool) -> None:
    assert ("flat" in rules_of(descend(1e-12, steps, UNIT, 3 * UNIT))) is told


@pytest.mark.parametrize(("size", "told"), [(99.0, False), (101.0, True)])
def test_columns_are_of_other_scales_from_a_hundred_times(size: float, told: bool) -> None:
    """Beside a column of ones and the intercept's, whose own condition is 1."""
    other = torch.tensor([[1.0], [1.0], [-1.0], [-1.0], [1.0], [1.0], [-1.0], [-1.0]], dtype=torch.float64)
    large = torch.tensor([[1.0], [-1.0], [1.0], [-1.0], [1.0], [-1.0], [1.0], [-1.0]], dtype=torch.float64)
    x = torch.cat([size * large, other], 1)
    assert ("scale" in rules_of(descend(1e-5, 6, x, large + other))) is told


@pytest.mark.parametrize(("calls", "told"), [(2, False), (3, True)])
def test_no_step_is_missed_after_three_backward_calls(calls: int, told: bool) -> None:
    W = torch.zeros(1, 1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([W], lr=0.1)
    with watch() as report:
        for _ in range(calls):
            optimizer.zero_grad()
            ((UNIT @ W - UNIT) ** 2).mean().backward()
    assert ("no-update" in rules_of(report)) is told

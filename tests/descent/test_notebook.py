"""The notebook's run: twenty log lines, from the moments and from PyTorch."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest

from support.bowls import hours
from wxb.descent import descend
from wxb.trajectory import OutcomeKind

NOTEBOOK = """\
Epoch    0/1999 W: 0.187, b: 0.080 Cost: 18.666666
Epoch  100/1999 W: 1.746, b: 0.578 Cost: 0.048171
Epoch  200/1999 W: 1.800, b: 0.454 Cost: 0.029767
Epoch  300/1999 W: 1.843, b: 0.357 Cost: 0.018394
Epoch  400/1999 W: 1.876, b: 0.281 Cost: 0.011366
Epoch  500/1999 W: 1.903, b: 0.221 Cost: 0.007024
Epoch  600/1999 W: 1.924, b: 0.174 Cost: 0.004340
Epoch  700/1999 W: 1.940, b: 0.136 Cost: 0.002682
Epoch  800/1999 W: 1.953, b: 0.107 Cost: 0.001657
Epoch  900/1999 W: 1.963, b: 0.084 Cost: 0.001024
Epoch 1000/1999 W: 1.971, b: 0.066 Cost: 0.000633
Epoch 1100/1999 W: 1.977, b: 0.052 Cost: 0.000391
Epoch 1200/1999 W: 1.982, b: 0.041 Cost: 0.000242
Epoch 1300/1999 W: 1.986, b: 0.032 Cost: 0.000149
Epoch 1400/1999 W: 1.989, b: 0.025 Cost: 0.000092
Epoch 1500/1999 W: 1.991, b: 0.020 Cost: 0.000057
Epoch 1600/1999 W: 1.993, b: 0.016 Cost: 0.000035
Epoch 1700/1999 W: 1.995, b: 0.012 Cost: 0.000022
Epoch 1800/1999 W: 1.996, b: 0.010 Cost: 0.000013
Epoch 1900/1999 W: 1.997, b: 0.008 Cost: 0.000008""".splitlines()

X, Y = np.array([[1.0], [2.0], [3.0]]), np.array([2.0, 4.0, 6.0])


def test_moments_print_the_notebooks_lines_correctly_rounded() -> None:
    lines = list(descend(hours(), lr=0.01, epochs=2000).log_lines(100))
    expected = [line.replace("18.666666", "18.666667").replace("0.029767", "0.029766") for line in NOTEBOOK]
    assert lines == expected


@pytest.mark.torch
def test_torch_in_float32_prints_the_notebooks_lines_exactly() -> None:
    from wxb.training import train

    assert list(train((X, Y), lr=0.01, epochs=2000, dtype="float32").log_lines(100)) == NOTEBOOK


@pytest.mark.torch
def test_engines_agree_at_every_epoch() -> None:
    from wxb.training import train

    torch, moments = train((X, Y), lr=0.01, epochs=2000), descend(hours(), lr=0.01, epochs=2000)
    assert len(torch) == len(moments) == 2000
    for name in ("W", "b", "cost", "gradient_norm"):
        assert np.abs(getattr(torch, name) - getattr(moments, name)).max() < 1e-12
    assert torch.final_cost == pytest.approx(moments.final_cost, abs=1e-12)


def test_prediction_after_the_run() -> None:
    path = descend(hours(), lr=0.01, epochs=2000)
    assert f"{path.W[-1, 0] * 4 + path.b[-1]:.3f}" == "7.995"
    assert path.outcome.kind is OutcomeKind.EPOCHS_USED_UP
    assert path.outcome.distance_cost == pytest.approx(path.final_cost)


def test_the_epochs_told_are_those_that_arrive() -> None:
    used_up = descend(hours(), lr=0.01, epochs=2000).outcome
    told = re.search(r"`epochs=(\d+)`  at this rate until", used_up.text)
    assert told is not None
    assert descend(hours(), lr=0.01, epochs=int(told[1])).outcome.good
    assert not descend(hours(), lr=0.01, epochs=int(told[1]) - 1).outcome.good


def test_epochs_needed_is_what_it_takes() -> None:
    first = descend(hours(), lr=0.01, epochs=2000)
    total = 2000 + int(first.outcome.epochs_needed or 0)
    assert descend(hours(), lr=0.01, epochs=total).outcome.kind is OutcomeKind.CONVERGED
    assert descend(hours(), lr=0.01, epochs=total - 1).outcome.epochs_needed == 1


def calls(epochs: int) -> int:
    """How many functions a run calls, Python's and NumPy's: what it does, whatever else the machine is busy with."""
    count = 0

    def counted(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    bowl = hours()
    sys.setprofile(counted)
    try:
        descend(bowl, lr=0.01, epochs=epochs)
    finally:
        sys.setprofile(None)
    return count


def test_the_work_does_not_grow_with_the_epochs() -> None:
    descend(hours(), lr=0.01, epochs=10)  # imports what it needs
    assert calls(10**9) < 1.5 * calls(1000) < 3000

"""What PyTorch is handed by a fit: the rate that is best for the momentum it has."""

from __future__ import annotations

import pytest

import wxb

CARS = "tests/reference/peers/cars.csv"


@pytest.mark.torch
@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
def test_the_best_rate_is_that_of_the_momentum(momentum: float, nesterov: bool) -> None:
    options = {"lr": "auto", "momentum": momentum, "nesterov": nesterov, "epochs": 3}
    torch, moments = (wxb.fit(CARS, "dist", engine=engine, **options) for engine in ("torch", "moments"))
    assert torch.trajectory.lr[0] == wxb.rates(CARS, "dist").best_for(momentum, nesterov)
    assert torch.trajectory.lr[0] == pytest.approx(moments.trajectory.lr[0], rel=1e-3)  # which is rounded down

"""λmax by Lanczos against the exact spectrum, and the limits it gives against what training really does."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from wxb.watching.curvature import lanczos, limit, measure


def symmetric(eigenvalues: list[float], seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    Q, _ = torch.linalg.qr(torch.randn(len(eigenvalues), len(eigenvalues), generator=generator, dtype=torch.float64))
    return Q @ torch.diag(torch.tensor(eigenvalues, dtype=torch.float64)) @ Q.T


@given(st.lists(st.floats(-50, 100), min_size=1, max_size=16), st.integers(0, 5))
def test_full_lanczos_is_exact(eigenvalues: list[float], seed: int) -> None:
    H = symmetric(eigenvalues, seed)
    start = torch.ones(len(eigenvalues), dtype=torch.float64)
    start += torch.randn(len(eigenvalues), generator=torch.Generator().manual_seed(seed + 9), dtype=torch.float64)
    largest, vector, _, _ = lanczos(lambda v: H @ v, start / start.norm(), len(eigenvalues), torch)
    size = max(map(abs, eigenvalues))
    assert largest == pytest.approx(max(eigenvalues), abs=3e-3 * size + 1e-9)
    if size > 1e-6:
        assert float((H @ vector - largest * vector).norm()) <= 0.05 * size


def test_flat_spectrum_where_power_iteration_errs_low() -> None:
    eigenvalues = [1.0 + 0.02 * i for i in range(51)]
    H = symmetric(eigenvalues, 1)
    start = torch.randn(51, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    largest, *_ = lanczos(lambda v: H @ v, start / start.norm(), 32, torch)
    assert largest == pytest.approx(2.0, rel=1e-3)
    power = start / start.norm()
    for _ in range(32):
        power = H @ power / (H @ power).norm()
    assert float(power @ H @ power) < 1.99


def test_measure_equals_the_exact_hessian_and_touches_nothing() -> None:
    torch.manual_seed(0)
    x = torch.randn(50, 4, dtype=torch.float64)
    y = torch.randn(50, 1, dtype=torch.float64)
    model = torch.nn.Linear(4, 1, dtype=torch.float64)
    state = torch.get_rng_state()
    loss = ((model(x) - y) ** 2).mean()
    found = measure(loss, list(model.parameters()), torch, torch.autograd.grad)
    X = torch.cat([x, torch.ones(50, 1, dtype=torch.float64)], 1)
    exact = float(torch.linalg.eigvalsh(2 / 50 * X.T @ X)[-1])
    assert found.largest == pytest.approx(exact, rel=1e-8)
    assert all(p.grad is None for p in model.parameters())
    assert torch.equal(state, torch.get_rng_state())
    loss.backward()  # the graph is still whole


@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.5, False), (0.9, False), (0.5, True), (0.9, True)])
def test_limit_is_sharp(momentum: float, nesterov: bool) -> None:
    curvature = 3.7

    def end(factor: float) -> float:
        w = torch.tensor([1.0], dtype=torch.float64, requires_grad=True)
        rate = factor * limit(curvature, momentum, nesterov)
        optimizer = torch.optim.SGD([w], lr=rate, momentum=momentum, nesterov=nesterov, foreach=False)
        for _ in range(4000):
            w.grad = curvature * w.detach()  # of 0.5 * curvature * w²
            optimizer.step()
            if not abs(w.item()) < 1e6:
                return math.inf
        return abs(w.item())

    assert end(0.99) < 1e-3
    assert end(1.01) == math.inf


def test_no_limit_without_curvature() -> None:
    assert limit(0.0) == math.inf
    assert limit(-1.0) == math.inf

"""A step is what the user's line calls: what it does within, also the steps of other optimizers, is a part of it.

Watched in the window and after it; a step that fails is none, and leaves nothing behind.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from wxb.watching import Report, watch

STEPS = 58
Step = Callable[[Callable[[], Any]], Any]


class Own(torch.optim.SGD):
    """A subclass as one writes it."""

    def step(self, closure: Any = None) -> Any:
        return super().step(closure)


class Further(Own):
    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        return super().step(closure)


class Lookahead(torch.optim.Optimizer):
    """Slow weights that follow those of another optimizer, whose groups are its own."""

    def __init__(self, base: torch.optim.Optimizer) -> None:
        super().__init__(base.param_groups, {})
        self.base, self.param_groups, self.count = base, base.param_groups, 0
        self.slow = [p.detach().clone() for group in self.param_groups for p in group["params"]]

    def step(self, closure: Any = None) -> Any:
        loss = self.base.step(closure)
        self.count += 1
        if self.count % 5 == 0:
            for p, slow in zip((p for group in self.param_groups for p in group["params"]), self.slow, strict=True):
                slow.lerp_(p.detach(), 0.5)
                p.data.copy_(slow)
        return loss


class Sharp(torch.optim.Optimizer):
    """Sharpness-aware: a step up, the closure, back, and the step of another optimizer."""

    def __init__(self, base: torch.optim.Optimizer) -> None:
        super().__init__(base.param_groups, {})
        self.base, self.param_groups = base, base.param_groups

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        assert closure is not None
        with torch.enable_grad():
            closure()
        held = [p for group in self.param_groups for p in group["params"]]
        moves = [0.01 * p.grad / p.grad.norm().clamp(min=1e-12) for p in held]
        for p, move in zip(held, moves, strict=True):
            p.add_(move)
        with torch.enable_grad():
            loss = closure()
        for p, move in zip(held, moves, strict=True):
            p.sub_(move)
        self.base.step()
        return loss


class Several(torch.optim.Optimizer):
    """One face of several optimizers."""

    def __init__(self, *several: torch.optim.Optimizer) -> None:
        super().__init__([p for one in several for group in one.param_groups for p in group["params"]], {})
        self.several = several

    def step(self, closure: Any = None) -> Any:
        for one in self.several:
            one.step()


def sgd(model: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=0.02)


def scaled(optimizer: torch.optim.Optimizer) -> Step:
    scaler = torch.amp.GradScaler("cpu", init_scale=1.0)
    scaler.scale(torch.zeros(()))  # only then does it step

    def step(closure: Callable[[], Any]) -> None:
        closure()
        scaler.step(optimizer)
        scaler.update()

    return step


def scheduled(optimizer: torch.optim.Optimizer) -> Step:
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 5 * STEPS)

    def step(closure: Callable[[], Any]) -> None:
        closure()
        optimizer.step()
        schedule.step()

    return step


def usual(optimizer: torch.optim.Optimizer) -> Step:
    def step(closure: Callable[[], Any]) -> None:
        closure()
        optimizer.step()

    return step


def closing(optimizer: torch.optim.Optimizer) -> Step:
    return optimizer.step


def both(model: nn.Module) -> torch.optim.Optimizer:
    *bodies, last = model.parameters()
    return Several(torch.optim.SGD(bodies, lr=0.02), torch.optim.Adam([last], lr=0.01))


WAYS: dict[str, tuple[Callable[[nn.Module], torch.optim.Optimizer], Callable[[torch.optim.Optimizer], Step]]] = {
    "torch's own": (sgd, usual),
    "a subclass": (lambda model: Own(model.parameters(), lr=0.02), usual),
    "of a subclass, decorated": (lambda model: Further(model.parameters(), lr=0.02), usual),
    "with a closure": (lambda model: Further(model.parameters(), lr=0.02), closing),
    "lbfgs": (lambda model: torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=2), closing),
    "scheduled": (lambda model: Own(model.parameters(), lr=0.02), scheduled),
    "scaled": (lambda model: Own(model.parameters(), lr=0.02), scaled),
    "lookahead": (lambda model: Lookahead(sgd(model)), usual),
    "lookahead of a subclass": (lambda model: Lookahead(Own(model.parameters(), lr=0.02)), usual),
    "sharp": (lambda model: Sharp(sgd(model)), closing),
    "several": (both, usual),
}


def trained(
    make: Callable[[nn.Module], torch.optim.Optimizer], stepping: Callable[[torch.optim.Optimizer], Step], steps: int
) -> list[torch.Tensor]:
    torch.manual_seed(3)
    x = torch.randn(24, 3)
    y = x @ torch.tensor([[1.0], [-2.0], [0.5]]) + 0.1 * torch.randn(24, 1)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    optimizer = make(model)
    step = stepping(optimizer)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        return loss

    for _ in range(steps):
        step(closure)
    return [p.detach().clone() for p in model.parameters()]


@pytest.mark.parametrize("way", WAYS)
def test_a_step_counts_once_whatever_it_calls(way: str) -> None:
    plain = trained(*WAYS[way], STEPS)
    with watch() as report:
        watched = trained(*WAYS[way], STEPS)
    assert report.steps == STEPS
    assert all(torch.equal(one, other) for one, other in zip(plain, watched, strict=True))
    assert not report.findings, report.text()
    assert not [note for note in report.notes if "failed" in note], report.notes
    for layer in report.curves.layers:
        assert list(layer.steps) == sorted(set(layer.steps))
        assert max(layer.steps) < STEPS


def failing(kind: Any, where: Callable[[int], bool], steps: int) -> tuple[Report, int]:
    """A loop that catches what its optimizer raises, and goes on; its cost is broadcast from the third step on."""
    made = [0]

    class Fails(kind):
        count = 0

        def step(self, closure: Any = None) -> Any:
            Fails.count += 1
            if where(Fails.count):
                raise ValueError("not now")
            made[0] += 1
            return super().step(closure)

    torch.manual_seed(1)
    x = torch.randn(16, 1)
    model = nn.Linear(1, 1)
    with watch() as report:
        optimizer = Fails(model.parameters(), lr=0.01)
        for _ in range(steps):
            optimizer.zero_grad()
            (model(x) - x[:, 0]).square().mean().backward()
            try:
                optimizer.step()
            except ValueError:
                continue
    return report, made[0]


@pytest.mark.parametrize("kind", [torch.optim.SGD, Own])
@pytest.mark.parametrize("where", [lambda n: n == 1, lambda n: n % 3 == 0, lambda n: 20 < n < 25, lambda n: n == 48])
def test_a_step_that_fails_is_none_and_the_loop_is_watched_on(
    kind: type[torch.optim.Optimizer], where: Callable[[int], bool]
) -> None:
    report, made = failing(kind, where, STEPS)
    assert report.steps == made
    assert [finding.rule for finding in report.findings] == ["broadcast"], report.text()
    assert not [note for note in report.notes if "failed" in note], report.notes


def test_after_a_step_of_torchs_own_failed_operations_are_seen_again() -> None:
    model, x = nn.Linear(2, 1), torch.randn(8, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    def refuses(optimizer: Any, args: Any, kwargs: Any) -> None:
        raise ValueError("not now")

    handle = optimizer.register_step_pre_hook(refuses)
    with watch() as report:
        model(x).square().mean().backward()
        with pytest.raises(ValueError, match="not now"):
            optimizer.step()
        handle.remove()
        for _ in range(6):
            optimizer.zero_grad()
            (model(x) - x[:, 0]).square().mean().backward()
            optimizer.step()
    assert report.steps == 6
    assert [finding.rule for finding in report.findings] == ["broadcast"], report.text()


def test_a_step_that_fails_within_another_is_a_part_of_it() -> None:
    class Tries(Lookahead):
        def step(self, closure: Any = None) -> Any:
            with contextlib.suppress(ValueError):
                self.base.step()

    class Fails(torch.optim.SGD):
        def step(self, closure: Any = None) -> Any:
            raise ValueError("never")

    model, x = nn.Linear(2, 1), torch.randn(8, 2)
    with watch() as report:
        optimizer = Tries(Fails(model.parameters(), lr=0.1))
        for _ in range(40):
            optimizer.zero_grad()
            model(x).square().mean().backward()
            optimizer.step()
    assert report.steps == 40

"""Modes and compilers of the user's beside watching: what they see, and what they make, is what it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch._dynamo.utils import counters
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

from wxb.watching import Report, watch


def make() -> tuple[nn.Module, torch.optim.Optimizer, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
    return model, torch.optim.SGD(model.parameters(), lr=0.01), torch.randn(16, 4), torch.randn(16)


def seen_by_a_dispatch_mode() -> list[str]:
    class Counting(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            seen.append(str(func))
            return func(*args, **(kwargs or {}))

    seen: list[str] = []
    model, optimizer, x, y = make()
    with Counting():
        for _ in range(12):
            optimizer.zero_grad()
            (model(x) - y).square().mean().backward()
            optimizer.step()
    return seen


def test_a_dispatch_mode_sees_nothing_of_ours() -> None:
    plain = seen_by_a_dispatch_mode()
    with watch() as report:
        watched = seen_by_a_dispatch_mode()
    assert watched == plain
    assert [finding.rule for finding in report.findings] == ["broadcast"]
    assert not [note for note in report.notes if "failed" in note]


def test_training_on_fake_tensors_is_nobodys_training() -> None:
    with watch() as report, FakeTensorMode():
        model, optimizer, x, y = make()
        for _ in range(3):
            (model(x) - y).square().mean().backward()
            optimizer.step()
    assert (report.backwards, report.steps, report.findings) == (0, 0, [])
    assert report.notes == ["no backward call and no optimizer step was seen: nothing to judge"]


def of_the_model(model: nn.Module, optimizer: torch.optim.Optimizer) -> Callable[..., torch.Tensor]:
    return torch.compile(model, backend="aot_eager", fullgraph=True)


def of_the_whole_step(model: nn.Module, optimizer: torch.optim.Optimizer) -> Callable[..., torch.Tensor]:
    @torch.compile(backend="eager")
    def step(x: torch.Tensor) -> torch.Tensor:
        optimizer.zero_grad()
        out = model(x)
        out.square().mean().backward()
        optimizer.step()
        return model(x)

    return step


def train_compiled(compile_: Callable[..., Callable[..., torch.Tensor]]) -> tuple[list[torch.Tensor], int]:
    """The parameters after it, and the graphs that were compiled."""
    torch.compiler.reset()
    counters.clear()
    model, optimizer, x, y = make()
    compiled = compile_(model, optimizer)
    for _ in range(12):
        optimizer.zero_grad()
        (compiled(x) - y).square().mean().backward()
        optimizer.step()
    return list(model.parameters()), counters["stats"]["unique_graphs"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the compiler's own imports
@pytest.mark.parametrize(("compile_", "backwards"), [(of_the_model, 12), (of_the_whole_step, 24)])
def test_compiled_code_is_compiled_as_it_was(
    compile_: Callable[..., Callable[..., torch.Tensor]], backwards: int
) -> None:
    plain, graphs = train_compiled(compile_)
    report: Report
    with watch() as report:
        watched, as_many = train_compiled(compile_)
    assert all(torch.equal(one, other) for one, other in zip(plain, watched, strict=True))
    assert as_many == graphs
    assert report.backwards == backwards
    assert [finding.rule for finding in report.findings] == ["broadcast"]
    assert [note for note in report.notes if "torch.compile was used" in note]
    assert not [note for note in report.notes if "failed" in note]

"""Between windows a loss is differentiated as `Tensor.backward` does it, and others who wrap that are called as ever."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from wxb.watching import quiet, watch


def losses(steps: int = 60, **options: Any) -> list[float]:
    torch.manual_seed(0)
    net, x = torch.nn.Linear(3, 1), torch.randn(8, 3)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    found = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = net(x).square().mean()
        loss.backward(**options)
        optimizer.step()
        found.append(loss.item())
    return found


def test_this_torch_has_a_method_that_only_passes_on() -> None:
    assert torch.Tensor.backward.__code__.co_names == quiet.PASSES_ON


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("owner", [torch.autograd, torch.Tensor])
def test_who_wraps_it_sees_every_call(owner: Any, inside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, calls = losses(), []

    def wrap() -> None:
        original = owner.backward

        def counted(*args: Any, **kwargs: Any) -> Any:
            calls.append(1)
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, "backward", counted)

    if not inside:
        wrap()
    with watch() as report:
        if inside:
            wrap()
        watched = losses()
        monkeypatch.undo()
    assert watched == plain
    assert report.backwards == report.steps == 60
    assert len(calls) >= 60  # in a window torch hands the method itself to the mode, which calls it once more


def test_options_reach_it() -> None:
    with watch() as report:
        assert losses(retain_graph=True) == losses()
    assert report.backwards == 120

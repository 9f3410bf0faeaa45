"""Without a name that torch does not promise, watching goes on, and says in words what it does not see."""

from __future__ import annotations

import pytest
import torch

from wxb.watching import private, watch

NAMES = sorted(path for paths, __ in private.MISSED for path in paths)


def train() -> list[float]:
    torch.manual_seed(0)
    model, x = torch.nn.Linear(3, 1), torch.randn(8, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    losses = []
    for _ in range(40):
        loss = (model(x) - x[:, 0]).square().mean()  # (8, 1) against (8,)
        loss.backward()
        optimizer.step()  # without zero_grad
        losses.append(loss.item())
    return losses


def test_this_torch_has_all_of_them() -> None:
    assert private.missing(torch) == []


@pytest.mark.parametrize("path", [path for path in NAMES if "__" not in path and "skip_code" not in path])
def test_without_a_name_the_run_is_the_run_and_its_lack_is_said(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = train()
    owner, __, name = path.rpartition(".")
    where = private.of(torch, owner)
    monkeypatch.delattr(where, name)
    with watch() as report:
        watched = train()
    assert watched == plain
    (said,) = [note for note in report.notes if f"`torch.{path}`" in note]
    assert said.startswith("this PyTorch has no ")
    assert not [note for note in report.notes if "failed" in note], report.notes
    assert "stale-gradients" in {finding.rule for finding in report.findings}
    assert report.backwards == report.steps == 40

"""The step in which a finding was first seen: of the run, from 0; none where it is of no step."""

from __future__ import annotations

import json

import pytest
import torch
from torch import nn

import wxb
from wxb.page import losses
from wxb.watching.children import finding_of


def train(loss_at, steps=9, optimizer_class=torch.optim.SGD):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = optimizer_class(net.parameters(), lr=1e-3)
    x, y = torch.randn(16, 3), torch.randn(16, 1)
    for step in range(steps):
        optimizer.zero_grad()
        loss_at(step, net(x), y).backward()
        optimizer.step()


def broadcast_from_5(step, predicted, y):
    return ((predicted - (y if step < 5 else y.squeeze(1))) ** 2).mean()


def nan_at_7(step, predicted, y):
    return ((predicted - y) ** 2).mean() * (1.0 if step != 7 else float("nan"))


def logits_twice_from_4(step, predicted, y):
    given = torch.sigmoid(predicted) if step >= 4 else predicted
    return nn.functional.binary_cross_entropy_with_logits(given, (y > 0).float())


@pytest.mark.parametrize(
    ("loss_at", "rule", "step"),
    [(broadcast_from_5, "broadcast", 5), (nan_at_7, "nan", 7), (logits_twice_from_4, "double-softmax", 4)],
)
def test_a_finding_says_in_which_step_it_was_first_seen(loss_at, rule: str, step: int) -> None:
    with wxb.watch() as report:
        train(loss_at)
    (found,) = (one for one in report.findings if one.rule == rule)
    assert found.step == step
    (told,) = (one for one in json.loads(json.dumps(report.to_dict()))["findings"] if one["rule"] == rule)
    assert told["step"] == step


def test_a_crash_is_of_the_step_that_it_ended() -> None:
    def detached_at_3(step, predicted, y):
        return ((predicted.detach() if step == 3 else predicted) - y).square().mean()

    with pytest.raises(RuntimeError), wxb.watch() as report:
        train(detached_at_3)
    (found,) = report.findings
    assert (found.rule, found.step) == ("crash", 3)


def test_what_came_by_degrees_is_of_no_step() -> None:
    torch.manual_seed(0)
    x = torch.randn(64, 3) * torch.tensor([1.0, 100.0, 1.0])
    y = x.sum(1, keepdim=True)
    net = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-6)
    with wxb.watch() as report:
        for _ in range(30):
            optimizer.zero_grad()
            nn.functional.mse_loss(net(x), y).backward()
            optimizer.step()
    assert [one.step for one in report.findings if one.rule == "scale"] == [None]


def test_a_loop_without_an_optimizer_counts_no_steps() -> None:
    w = torch.zeros(3, 1, requires_grad=True)
    x, y = torch.randn(16, 3), torch.randn(16)
    with wxb.watch() as report:
        for _ in range(12):
            ((x @ w - y) ** 2).mean().backward()
            with torch.no_grad():
                w -= 1e-3 * w.grad
                w.grad = None
    assert [(one.rule, one.step) for one in report.findings if one.rule == "broadcast"] == [("broadcast", None)]


def test_the_page_marks_a_finding_at_its_step() -> None:
    with wxb.watch() as plain:
        train(broadcast_from_5)
    (scene,) = losses.losses(plain.curves, plain.findings)
    marked = {mark.text: mark.points[0, 0] for mark in scene.panels[0].marks if getattr(mark, "role", "") == "limit"}
    assert marked == {"1 broadcast": 5.0}


def test_a_report_of_a_child_that_names_no_step_is_read() -> None:
    told = {"rule": "nan", "file": "a.py", "line": 3, "source": "x", "evidence": "e", "effect": "f", "fix": "g",
            "because": "", "backward_call": None}  # fmt: skip
    assert finding_of(told).step is None
    assert finding_of({**told, "step": 4}).step == 4

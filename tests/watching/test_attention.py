"""How much a run is looked at: the first window ends in time as well as in steps, and says so where it did."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
import torch
from torch import nn

from wxb.watching import attention, watch


def small_operations(count: int) -> None:
    x = torch.zeros(4)
    for _ in range(count // 2):
        x = x * 0.5
        x = x + 1.0


def train_faulty() -> None:
    torch.manual_seed(0)
    x = torch.randn(16, 1)
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for _ in range(12):
        optimizer.zero_grad()
        (model(x) - x[:, 0]).square().mean().backward()
        optimizer.step()


def test_many_operations_before_training_are_thinned_out_and_the_training_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attention, "LEAST", 0.05)
    with watch() as report:
        small_operations(4000)
        train_faulty()
    assert [finding.rule for finding in report.findings] == ["broadcast"]
    (note,) = (note for note in report.notes if "operations were looked at" in note)
    assert int(note.split()[0]) < 2000


def test_a_run_of_usual_size_is_looked_at_whole() -> None:
    with watch() as report:
        train_faulty()
    assert not [note for note in report.notes if "operations were looked at" in note]


def test_the_window_of_a_costly_run_closes_after_three_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "LEAST", 0.0)
    looking = attention.Attention()
    looking.used = 1.0
    wanted = [looking.wanted(steps, steps, optimizers=True, looking=True) for steps in range(5)]
    assert wanted == [True, True, True, False, False]
    looking.alarm(5, 5)
    assert looking.wanted(6, 6, optimizers=True, looking=False)


def test_of_each_place_a_few_operations_more_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "LEAST", 0.0)
    looking = attention.Attention()
    looking.on_operations = 1.0
    at_one_place = [looking.worth(sys._getframe()) for _ in range(50)]
    assert sum(at_one_place) == attention.FEW
    assert looking.worth(sys._getframe())
    assert looking.missed


@pytest.mark.parametrize(("kind", "seen"), [(torch.optim.Adam, False), (type("Own", (torch.optim.Adam,), {}), True)])
def test_the_lens_rests_while_an_optimizer_of_torchs_own_steps(
    kind: Callable[..., torch.optim.Optimizer], seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wxb.watching.session import Session

    names: set[str] = set()
    before = Session.operation
    monkeypatch.setattr(
        Session, "operation", lambda self, func, *rest: (names.add(func.__name__), before(self, func, *rest))[1]
    )
    layer = torch.nn.Linear(2, 1)
    optimizer = kind(layer.parameters())
    with watch():
        for _ in range(3):
            optimizer.zero_grad()
            layer(torch.ones(4, 2)).square().mean().backward()
            optimizer.step()
    assert {"mean", "square"} <= names
    assert ("lerp_" in names or "addcdiv_" in names) is seen

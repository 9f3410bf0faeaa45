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


def test_what_the_lens_itself_costs_counts() -> None:
    looking = attention.Attention(each=0.001)
    for _ in range(20):
        looking.worth(sys._getframe())
    assert looking.used == looking.on_operations == pytest.approx(20 * attention.OWN * 0.001)


def test_what_is_passed_by_counts_and_is_looked_at_again_when_training_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "LEAST", 0.0)
    looking = attention.Attention(each=0.001)
    looking.took(1.0)
    at_one_place = [looking.worth(sys._getframe()) for _ in range(attention.FEW + 1)]
    assert at_one_place == [True] * attention.FEW + [False]
    assert len(looking.passing) == 1
    before = looking.used
    asked_again = [not looking.passes() for _ in range(2 * attention.ASKED)]
    assert sum(asked_again) == 2
    assert looking.used - before == pytest.approx(2 * (attention.ASKED - 1) * attention.OWN * 0.001)
    looking.training()
    assert not looking.passing


def test_of_operations_passed_by_the_session_hears_only_now_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = []
    before = attention.Attention.worth
    monkeypatch.setattr(attention, "LEAST", 0.0)
    monkeypatch.setattr(attention, "SHARE", 0.0)
    monkeypatch.setattr(attention.Attention, "worth", lambda self, frame: (heard.append(frame), before(self, frame))[1])
    with watch():
        x = torch.zeros(4)
        for _ in range(2000):
            x = x * 0.5
    assert len(heard) < 50


def test_gradients_that_watching_computes_itself_are_not_taken_for_arriving_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from wxb.watching.session import Session

    arrived = []
    before = Session._arriving
    monkeypatch.setattr(Session, "_arriving", lambda self, *what: (arrived.append(what[0]), before(self, *what))[1])
    with watch():
        train_faulty()
    assert len(arrived) == 2 * attention.FIRST  # a weight and an intercept


@pytest.mark.parametrize(("layers", "measured"), [(5, True), (20, False)])
def test_the_curvature_of_a_deep_graph_waits(layers: int, measured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from wxb.watching.rules import learning_rate
    from wxb.watching.rules.learning_rate import LearningRate

    seen = []
    monkeypatch.setattr(learning_rate, "DEEP", 60)
    monkeypatch.setattr(LearningRate, "_measure", lambda self, backward, *rest: seen.append(backward.index))
    model = nn.Sequential(*(part for _ in range(layers) for part in (nn.Linear(2, 2), nn.Tanh())))
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    with watch():
        for _ in range(2):
            optimizer.zero_grad()
            model(torch.ones(4, 2)).square().mean().backward()
            optimizer.step()
    assert bool(seen) is measured


@pytest.mark.parametrize("kept", ["sum", "list"])
def test_a_leak_is_seen_however_short_the_time(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "LEAST", 0.0)
    monkeypatch.setattr(attention, "SHARE", 0.0)
    layer = nn.Linear(3, 1)
    optimizer = torch.optim.Adam(layer.parameters())
    total, losses = torch.zeros(()), []
    with watch() as report:
        for _ in range(20):
            optimizer.zero_grad()
            loss = layer(torch.randn(8, 3)).square().mean()
            loss.backward()
            optimizer.step()
            if kept == "sum":
                total = total + loss
            else:
                losses.append(loss)
    assert "graph-leak" in [finding.rule for finding in report.findings]

"""Where one thread trains with torch's own optimizers nothing is asked when a step begins: all is counted and seen as before."""

from __future__ import annotations

import copy
import functools
import itertools
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from test_outermost_steps import Lookahead
from torch import nn
from torch.optim.optimizer import register_optimizer_step_post_hook

from wxb.watching import Report, quiet, tracks, watch

BEFORE = 40  # steps: the first window is over, and the one at 32
X = torch.linspace(-1, 1, 64).reshape(16, 4)


@pytest.fixture
def seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first look no other is due."""
    monkeypatch.setattr(tracks, "FREE", -1.0)
    monkeypatch.setattr(tracks, "BUDGET", 1e-9)


pytestmark = pytest.mark.usefixtures("seldom")


def net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(4, 1)


def differentiate(model: nn.Module, *optimizers: torch.optim.Optimizer) -> torch.Tensor:
    for optimizer in optimizers:
        optimizer.zero_grad()
    loss = (model(X) - X.sum(1, keepdim=True)).square().mean()
    loss.backward()
    return loss


def hidden(make: Callable[[], Any]) -> Callable[[], Any]:
    """What is no variable of any frame, and not known before it does something."""
    return functools.partial(getattr, SimpleNamespace(it=make()), "it")


def train(
    model: nn.Module, optimizer: torch.optim.Optimizer, steps: int, after: Callable[[], Any] = lambda: None
) -> None:
    for _ in range(steps):
        differentiate(model, optimizer)
        optimizer.step()
        after()


def watched(body: Callable[[nn.Module, torch.optim.Optimizer], None]) -> Report:
    """After forty quiet steps of SGD."""
    with watch() as report:
        model = net()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        train(model, optimizer, BEFORE)
        assert quiet.calm, "what is tested is not there"
        body(model, optimizer)
    assert not quiet.calm
    assert not quiet.built
    assert not [note for note in report.notes if "failed" in note], report.notes
    return report


@pytest.mark.parametrize("groups", [1, 2])
def test_every_rate_is_known_from_its_step_on(groups: int) -> None:
    rates = [0.01] * 50 + [0.02] * 20 + [0.01 + 0.0001 * i for i in range(30)]
    with watch() as report:
        model = net()
        optimizer = torch.optim.SGD([{"params": [p]} for p in model.parameters()][:groups], lr=0.01)
        for rate in rates:
            optimizer.param_groups[-1]["lr"] = rate
            train(model, optimizer, 1)
        assert quiet.calm
    known = report.curves.rates[-1]
    changes = [i for i in range(100) if i == 0 or rates[i] != rates[i - 1]]
    assert (known.steps, known.value, known.until) == (changes, [rates[i] for i in changes], 99)
    assert report.steps == 100


def test_steps_are_looked_at_as_often_as_time_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, "BUDGET", 0.05)
    calm: list[int] = []
    with watch() as report:
        model = net()
        train(model, torch.optim.SGD(model.parameters(), lr=0.01), 1000, lambda: calm.append(len(quiet.calm)))
    assert sum(calm) > 100
    assert report.steps == 1000
    assert len(report.curves.layers[0].steps) > 20
    (layer,) = report.curves.layers
    assert list(layer.update) == pytest.approx([0.01 * norm for norm in layer.gradient], rel=1e-2, abs=1e-7)


def test_an_optimizer_made_later_is_known_before_its_first_step() -> None:
    def body(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        other = torch.optim.Adam(model.parameters(), lr=0.003)
        assert not quiet.calm
        train(model, optimizer, 1)
        assert not quiet.calm
        train(model, other, 15)
        assert quiet.calm
        for _ in range(5):
            train(model, other, 1)
            train(model, optimizer, 1)
        assert quiet.calm

    report = watched(body)
    assert report.steps == BEFORE + 26
    assert report.curves.layers[-1].steps[0] == BEFORE + 1
    assert report.curves.layers[-1].update[0] > 0  # of its first step too
    assert [(one.steps, one.until) for one in report.curves.rates] == [([0], BEFORE + 25), ([BEFORE + 1], BEFORE + 24)]


def test_parameters_added_later_begin_a_curve_at_once() -> None:
    def body(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        optimizer.add_param_group({"params": [scale], "lr": 0.05})
        for _ in range(5):
            optimizer.zero_grad()
            (differentiate(model) * scale).detach()
            (model(X) * scale).square().mean().backward()
            optimizer.step()

    scale = torch.ones(1, requires_grad=True)
    report = watched(body)
    assert report.steps == BEFORE + 5
    assert BEFORE in report.curves.layers[-1].steps
    assert [one.steps for one in report.curves.rates[-2:]] == [[BEFORE], [BEFORE]]


@pytest.mark.parametrize("kind", ["a copy", "one that holds another"])
def test_a_copy_nobody_saw_being_made_counts_from_its_first_step(kind: str) -> None:
    def body(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        other = copy.deepcopy(optimizer) if kind == "a copy" else copied()
        for mine, its in zip(optimizer.param_groups, other.param_groups, strict=True):
            its["params"] = mine["params"]
        if kind != "a copy":
            other.slow = [p.detach().clone() for p in model.parameters()]
            other.base.param_groups = other.param_groups
        assert quiet.calm
        for _ in range(3):
            train(model, other, 1)
            train(model, optimizer, 1)

    copied: Any = hidden(lambda: Lookahead(torch.optim.SGD(net().parameters(), lr=0.01)))
    report = watched(body)
    assert report.steps == BEFORE + 6
    assert report.findings == []
    assert all(update > 0 for layer in report.curves.layers for update in layer.update)


def test_a_step_with_a_closure_that_fails_or_differentiates_counts_as_one_or_none() -> None:
    def body(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        def fails() -> torch.Tensor:
            raise ValueError("not now")

        with pytest.raises(ValueError, match="not now"):
            optimizer.step(fails)
        for _ in range(3):
            optimizer.step(lambda: differentiate(model, optimizer))
        train(model, optimizer, 3)

    report = watched(body)
    assert (report.backwards, report.steps) == (BEFORE + 6, BEFORE + 6)
    assert report.findings == []


def test_a_loss_that_is_news_within_a_closure_is_seen_within_its_step(monkeypatch: pytest.MonkeyPatch) -> None:
    from wxb.watching.rules.learning_rate import LearningRate

    seen = []
    told = LearningRate.backward_started
    monkeypatch.setattr(
        LearningRate, "backward_started", lambda rule, event: (seen.append(event.in_step), told(rule, event))
    )

    def body(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        seen.clear()
        optimizer.step(lambda: differentiate(model, optimizer) if not model(X).square().mean().backward() else None)

    report = watched(body)
    assert report.steps == BEFORE + 1
    assert seen[0] is True


def test_a_step_that_fails_is_none() -> None:
    def body(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        def refuses(*what: Any) -> None:
            raise ValueError("not now")

        handle = optimizer.register_step_pre_hook(refuses)
        with pytest.raises(ValueError, match="not now"):
            train(model, optimizer, 1)
        handle.remove()
        train(model, optimizer, 5)

    assert watched(body).steps == BEFORE + 5


@pytest.mark.parametrize("differentiates", [True, False])
def test_another_thread_that_begins_has_its_own_count(differentiates: bool) -> None:
    def body(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        def work() -> None:
            for _ in range(3):
                if differentiates:
                    differentiate(other, its())
                its().step()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert not quiet.calm
        train(model, optimizer, 20)
        assert not quiet.calm

    other = net()
    its = hidden(lambda: torch.optim.SGD(other.parameters(), lr=0.02))
    differentiate(other)
    assert watched(body).steps == BEFORE + 23


def test_optimizers_of_ones_own_are_asked_before_every_step() -> None:
    class Own(torch.optim.SGD):
        pass

    model = net()
    with watch() as report:
        train(model, Own(model.parameters(), lr=0.01), BEFORE)
        assert not quiet.calm
    assert report.steps == BEFORE


def test_a_step_made_in_a_hook_of_another_is_a_part_of_it() -> None:
    model, other, counts = net(), net(), itertools.count()
    with watch() as report:
        optimizer, its = (torch.optim.SGD(one.parameters(), lr=0.01) for one in (model, other))
        differentiate(other)
        optimizer.register_step_post_hook(lambda *what: its.step() if next(counts) in (0, 38) else None)
        train(model, optimizer, BEFORE)
    assert report.steps == BEFORE


def test_many_backward_calls_in_one_step() -> None:
    calls, model = [], net()
    with watch() as report:
        optimizer = torch.optim.LBFGS(model.parameters(), lr=0.01, max_iter=3)
        for _ in range(BEFORE):
            optimizer.step(lambda: calls.append(1) or differentiate(model, optimizer))
    assert (report.backwards, report.steps) == (len(calls), BEFORE)
    assert report.findings == []


def test_a_run_within_a_run_and_the_rest_of_the_outer_one() -> None:
    def body(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        with watch() as inner:
            train(model, optimizer, 20)
            assert not quiet.calm
        assert inner.steps == 20
        train(model, optimizer, 5)
        assert quiet.calm

    assert watched(body).steps == BEFORE + 25


@pytest.mark.parametrize("which", ["its own", "its own, before", "of all optimizers, before"])
def test_a_rate_that_a_hook_of_the_users_lowers_after_each_step_is_the_next_ones(which: str) -> None:
    def lower(optimizer: Any, *what: Any) -> None:
        optimizer.param_groups[0]["lr"] *= 0.9

    rates, model = [], net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    handle = register_optimizer_step_post_hook(lower) if which.startswith("of all") else None
    if which == "its own, before":
        optimizer.register_step_post_hook(lower)
    try:
        with watch() as report:
            for step in range(BEFORE + 20):
                if step == BEFORE and which == "its own":
                    assert quiet.calm
                    optimizer.register_step_post_hook(lower)
                differentiate(model, optimizer)
                rates.append(optimizer.param_groups[0]["lr"])
                optimizer.step()
            assert not quiet.calm
    finally:
        if handle is not None:
            handle.remove()
    (known,) = report.curves.rates
    changes = [i for i, rate in enumerate(rates) if i == 0 or rate != rates[i - 1]]
    assert (list(known.steps), list(known.value)) == (changes, [rates[i] for i in changes])


@pytest.mark.parametrize("again", [False, True])
def test_steps_in_a_closure_are_parts_of_the_step_that_it_is_given_to(again: bool) -> None:
    def body(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        other = net()
        made = [torch.optim.SGD(other.parameters(), lr=0.01)]
        train(other, made[0], BEFORE)
        assert quiet.calm

        def closure() -> torch.Tensor:
            if again:
                made[0] = torch.optim.SGD(other.parameters(), lr=0.01)
            train(other, made[0], 2)
            return differentiate(model, optimizer)

        for step in range(30):
            optimizer.param_groups[0]["lr"] = 0.01 + 0.001 * step
            optimizer.step(closure)
        train(model, optimizer, 10)
        assert again or quiet.calm

    report = watched(body)
    assert (report.backwards, report.steps) == (2 * BEFORE + 100, 2 * BEFORE + 40)
    assert list(report.curves.rates[0].steps) == [0, *range(2 * BEFORE + 1, 2 * BEFORE + 30)]


def test_an_optimizer_with_a_closure_that_nobody_saw_is_known_from_its_first_step() -> None:
    def body(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        def closure() -> torch.Tensor:
            its().zero_grad()
            loss = (model(X) - X.sum(1, keepdim=True)).square().mean()
            loss.backward()
            return loss

        its().param_groups[0]["params"] = its()._params = list(model.parameters())
        for _ in range(5):
            its().step(closure)

    its: Any = hidden(lambda: torch.optim.LBFGS(net().parameters(), lr=0.01, max_iter=3))
    report = watched(body)
    assert report.curves.rates[-1].steps == [BEFORE]
    assert report.steps == BEFORE + 5


def test_each_of_many_optimizers_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    calm = 0  # after how many of them: the loss of a new one is an alarm, and a few steps are looked at
    plain = quiet._plain
    monkeypatch.setattr(quiet, "_plain", lambda record: asked.append(1) or plain(record))
    with watch():
        for _ in range(100):
            model = net()
            train(model, torch.optim.SGD(model.parameters(), lr=0.01), 12)
            calm += bool(quiet.calm)
    assert calm
    assert len(asked) <= 100

"""The curves of a run: what they hold is what happened, in bounded memory, and the run stays what it was, bit for bit."""

from __future__ import annotations

import functools
import math
import threading

import pytest
import torch

import wxb
from wxb.watching.curves import told_apart
from wxb.watching.thinned import MOST, Stairs, Thinned


def model() -> torch.nn.Sequential:
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))


def train(net, steps=12, lr=0.1, seen=None, optimizer=None):
    optimizer = optimizer or torch.optim.SGD(net.parameters(), lr=lr)
    x = torch.linspace(-1, 1, 64).reshape(16, 4)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (net(x) - x.sum(1, keepdim=True)).square().mean()
        loss.backward()
        before = [one.detach().clone() for one in net.parameters()]
        optimizer.step()
        if seen is not None:
            seen.append((loss.item(), [one.grad.clone() for one in net.parameters()], before))
    return net


def test_norms_are_those_of_the_steps() -> None:
    seen: list = []
    with wxb.watch() as report:
        net = train(model(), 6, seen=seen)
    curves = report.curves
    assert [one.name for one in curves.layers] == ["net.0", "net.2"]
    first = curves.layers[0]
    assert first.steps == list(range(6))
    assert first.parameters == 40
    after = [[one.detach() for one in net.parameters()], *[before for __, __, before in seen[:0:-1]]][::-1]
    for step, (_loss, gradients, before) in enumerate(seen):
        norm = math.sqrt(sum(float(one.square().sum()) for one in gradients[:2]))
        moved = math.sqrt(sum(float((new - old).square().sum()) for new, old in zip(after[step][:2], before[:2])))
        assert first.gradient[step] == pytest.approx(norm, rel=1e-5)
        assert first.update[step] == pytest.approx(moved, rel=1e-4)
    assert list(curves.losses[0].value) == [loss for loss, __, __ in seen]
    (rate,) = curves.rates
    assert (rate.steps, rate.value, rate.until) == ([0], [0.1], 5)
    dead = 1.0 - float(seen[0][1][0].any(1).float().mean())
    assert first.dead[0] == pytest.approx(dead)
    assert report.to_dict().keys().isdisjoint({"curves"}), "F.json stays what it was"
    assert curves.to_dict()["layers"][0]["step"] == first.steps


def test_a_watched_run_is_the_run() -> None:
    plain = train(model(), 60)
    state = torch.get_rng_state()
    with wxb.watch():
        watched = train(model(), 60)
    assert all(torch.equal(one, other) for one, other in zip(plain.parameters(), watched.parameters()))
    train(model(), 60)
    assert torch.equal(torch.get_rng_state(), state)


def test_several_optimizers_groups_and_threads() -> None:
    def work() -> None:
        train(model(), 4)

    net = model()
    groups = [{"params": net[0].parameters(), "lr": 0.1}, {"params": net[2].parameters(), "lr": 0.01}]
    with wxb.watch() as report:
        train(net, 4, optimizer=torch.optim.Adam(groups))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert len(report.curves.layers) >= 2
    assert {one.value[0] for one in report.curves.rates} >= {0.1, 0.01}


def test_what_is_not_finite_and_what_crashes_is_kept() -> None:
    w = torch.ones(3, requires_grad=True)

    def run() -> None:
        optimizer = torch.optim.SGD([w], lr=50.0)
        for _ in range(80):
            optimizer.zero_grad()
            (w**2).sum().backward()
            optimizer.step()
        raise ZeroDivisionError

    watch = wxb.watch()
    with pytest.raises(ZeroDivisionError), watch as report:
        run()
    (loss,) = report.curves.losses
    assert loss.bad_at > 0
    assert not math.isfinite(loss.value[-1])
    assert report.curves.layers[0].parameters == 3


def test_a_curve_of_any_length_is_held_in_few_bins() -> None:
    curve = Thinned()
    for number in range(100_000):
        curve.add(math.nan if number == 50_000 else float((number * 7919) % 100_003))
    low, high = curve.bounds()
    assert MOST // 2 <= len(curve.last) == len(low) == len(high) == len(curve.at()) <= MOST
    assert curve.count == 100_000
    assert curve.bad_at == 50_000
    assert curve.at()[-1] == 99_999
    values = [float((number * 7919) % 100_003) for number in range(100_000)]
    assert min(low) == min(values)
    assert max(high) == max(values[:50_000] + values[50_001:])
    place = 700
    assert curve.last[place] == values[curve.at()[place]]


def test_tracks_stay_few() -> None:
    from wxb.watching import tracks

    w = torch.ones(3, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1e-6)
    patch = pytest.MonkeyPatch()
    patch.setattr(tracks, "MOST", 20)
    patch.setattr(tracks, "FREE", math.inf)
    with wxb.watch() as report:
        for _ in range(200):
            optimizer.zero_grad()
            (w**2).sum().backward()
            optimizer.step()
    patch.undo()
    (layer,) = report.curves.layers
    assert 10 <= len(layer.steps) <= 20
    assert layer.steps[0] == 0
    assert layer.steps[-1] > 150


def test_a_rate_is_known_from_the_very_step_on() -> None:
    """Changed between looks, by a scheduler and by hand; a tensor too."""
    net = model()
    optimizer = torch.optim.SGD(net.parameters(), lr=torch.tensor(0.25))
    with wxb.watch() as report:
        train(net, 200, optimizer=optimizer)
        optimizer.param_groups[0]["lr"].fill_(0.125)
        train(net, 101, optimizer=optimizer)
        optimizer.param_groups[0]["lr"] = 0.0625
        train(net, 56, optimizer=optimizer)
        optimizer.param_groups[0]["lr"] = 0.03125
        train(net, 1, optimizer=optimizer)
    (rate,) = report.curves.rates
    assert (rate.steps, rate.value, rate.until) == ([0, 200, 301, 357], [0.25, 0.125, 0.0625, 0.03125], 357)
    assert rate.to_dict()["low"] == rate.to_dict()["high"] == rate.value


def test_many_changes_of_a_rate_are_few_stairs_with_bounds() -> None:
    stairs, rates = Stairs(), [math.nan if step == 7 else float((step * 7919) % 10_007) for step in range(100_000)]
    for step, rate in enumerate(rates):
        stairs.stands(2 * step, rate)
        stairs.stands(2 * step + 1, rate)
    starts, last = stairs.starts, stairs.levels.last
    low, high = stairs.levels.bounds()
    assert MOST // 2 <= len(starts) == len(last) == len(low) == len(high) <= MOST
    for begin, end, value, least, most in list(zip(starts, [*starts[1:], 200_000], last, low, high))[::37]:
        stretch = rates[begin // 2 : end // 2]
        assert value == stretch[-1]
        assert (least, most) == (min(x for x in stretch if x == x), max(x for x in stretch if x == x))


def test_one_optimizer_after_the_other_and_two_in_turn_keep_their_own_rates() -> None:
    nets = [model(), model()]
    both = [torch.optim.SGD(nets[0].parameters(), lr=0.5), torch.optim.Adam(nets[1].parameters(), lr=0.25)]
    with wxb.watch() as report:
        for epoch in range(40):
            for net, optimizer in zip(nets, both):
                train(net, 2, optimizer=optimizer)
            both[1].param_groups[0]["lr"] = 0.25 if epoch < 30 else 0.125
    first, second = report.curves.rates
    assert (first.steps, first.value, first.until) == ([0], [0.5], 157)
    assert (second.steps, second.value, second.until) == ([2, 126], [0.25, 0.125], 159)


def test_a_leap_of_the_rate_says_at_which_loss_it_showed() -> None:
    w = torch.ones(2, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.01)
    with wxb.watch() as report:
        for step in range(60):
            optimizer.param_groups[0]["lr"] = 0.01 if step < 40 else 1e4
            optimizer.zero_grad()
            ((w - 3) ** 2).sum().backward()
            optimizer.step()
    (leap,) = (one for one in report.to_dict()["findings"] if one["rule"] == "learning-rate")
    assert leap["backward_call"] == 41  # step 40 was the first that was too long


def test_layers_and_optimizers_of_one_name_are_told_apart() -> None:
    x = torch.linspace(-1, 1, 48).reshape(16, 3)

    def lower(net):
        net(x).square().mean().backward()

    def train_all(lowers):
        optimizer = torch.optim.SGD([p for one in lowers for p in one.args[0].parameters()], lr=0.01)
        for _ in range(3):
            optimizer.zero_grad()
            for one in lowers:
                one()
            optimizer.step()

    linear, of = torch.nn.Linear, functools.partial
    with wxb.watch() as report:
        train_all([of(lower, torch.nn.Sequential(linear(3, 3), linear(3, 3)))])
        train_all([of(lower, torch.nn.Sequential(linear(3, 3)))])
        train_all([of(lower, linear(3, 3)), of(lower, linear(3, 3))])
    told = report.curves.to_dict()
    assert [one["layer"] for one in told["layers"]] == ["net.0 (1)", "net.1", "net.0 (2)", "net (1)", "net (2)"]
    assert [one["group"] for one in told["learning_rates"]] == ["SGD (1)", "SGD (2)", "SGD (3)"]
    assert {one["parameters"] for one in told["layers"]} == {12}


def test_a_name_with_a_number_that_is_there_already_is_not_given_again() -> None:
    assert told_apart(["a", "b", "a", "a (1)", "a"]) == ["a (2)", "b", "a (3)", "a (1)", "a (4)"]

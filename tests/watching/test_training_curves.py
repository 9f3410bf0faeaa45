"""The curves of a run: what they hold is what happened, in bounded memory, and the run stays what it was, bit for bit."""

from __future__ import annotations

import math
import threading

import pytest
import torch

import wxb
from wxb.watching.thinned import MOST, Thinned


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
    assert list(curves.rates[0].value) == [0.1] * 6
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

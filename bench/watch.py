"""What watching costs: steps after the window, whole short runs, and small operations before training.

    python bench/watch.py [--rounds 20]

Watched and unwatched take turns, in processor seconds of the thread, and of each the best of many is taken: neither a slow
moment of the machine nor a busy neighbour decides. Bars: steps of an 80k-parameter network, at most 2 % (1.7 ms) and 3 %
(0.5 ms); whole runs, at most 10 % and 0.3 s; 60 000 operations, at most half a second; 200 layers, at most 10 % and 0.3 s.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

import torch
from torch import nn

from wxb.watching import watch

Optimizer = type[torch.optim.Optimizer]
BEFORE, STEPS = 140, 100  # between the windows at steps 128 and 256; the first looks of the curves are over


def make_step(rows: int, optimizer_class: Optimizer, batches: bool = False) -> Callable[[], None]:
    """One full training step of an MLP with 82 689 parameters. batches : each step draws other rows of 4096"""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 1))
    X, Y = torch.randn(4096, 64), torch.randn(4096, 1)
    x, y = X[:rows], Y[:rows]
    optimizer = optimizer_class(model.parameters(), lr=1e-3)

    def step() -> None:
        chosen = torch.randint(0, 4096, (rows,)) if batches else slice(0, rows)
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(X[chosen] if batches else x), Y[chosen] if batches else y)
        loss.backward()
        optimizer.step()

    return step


def seconds(work: Callable[[], None], count: int = 1) -> float:
    began = time.thread_time()
    for _ in range(count):
        work()
    return time.thread_time() - began


def after_the_window(rows: int, optimizer_class: Optimizer, rounds: int) -> dict[str, object]:
    """The best single step of those, and the median, of many runs watched and not."""
    step = make_step(rows, optimizer_class)
    plain, watched = [], []
    for _ in range(rounds):
        seconds(step, BEFORE)
        plain += [seconds(step) for _ in range(STEPS)]
        with watch():
            seconds(step, BEFORE)
            watched += [seconds(step) for _ in range(STEPS)]
    median = statistics.median
    return {"steps": rows, "optimizer": optimizer_class.__name__, "ms": round(1e3 * min(plain), 3),
            "best": round(min(watched) / min(plain), 4), "median": round(median(watched) / median(plain), 4)}  # fmt: skip


def whole_run(steps: int, optimizer_class: Optimizer, batches: bool) -> dict[str, object]:
    def run() -> None:
        seconds(make_step(64, optimizer_class, batches), steps)

    def run_watched() -> None:
        with watch():
            run()

    pairs = [(seconds(run), seconds(run_watched)) for _ in range(4)][1:]
    plain, watched = (min(one) for one in zip(*pairs, strict=True))
    return {"run": steps, "optimizer": optimizer_class.__name__, "s": round(plain, 3), "watched": round(watched, 3),
            "of the bar": round((watched - plain) / (0.1 * plain + 0.3), 3)}  # fmt: skip


def many_layers(layers: int, steps: int, optimizer_class: Optimizer) -> dict[str, object]:
    def run() -> None:
        torch.manual_seed(0)
        model = nn.Sequential(*(part for _ in range(layers) for part in (nn.Linear(16, 16), nn.Tanh())))
        optimizer = optimizer_class(model.parameters(), lr=1e-3)
        x, y = torch.randn(32, 16), torch.randn(32, 16)
        for _ in range(steps):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x), y).backward()
            optimizer.step()

    def run_watched() -> None:
        with watch():
            run()

    pairs = [(seconds(run), seconds(run_watched)) for _ in range(6)][1:]
    plain, watched = (min(one) for one in zip(*pairs, strict=True))
    return {"layers": layers, "optimizer": optimizer_class.__name__, "s": round(plain, 3), "watched": round(watched, 3),
            "of the bar": round((watched - plain) / (0.1 * plain + 0.3), 3)}  # fmt: skip


def before_training(operations: int) -> dict[str, object]:
    def run() -> None:
        x = torch.zeros(4)
        for _ in range(operations // 2):
            x = x * 0.5
            x = x + 1.0
        seconds(make_step(64, torch.optim.SGD), 12)

    def run_watched() -> None:
        with watch():
            run()

    pairs = [(seconds(run), seconds(run_watched)) for _ in range(4)][1:]
    plain, watched = (min(one) for one in zip(*pairs, strict=True))
    return {"operations": operations, "s": round(plain, 3), "watched": round(watched, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for rows, optimizer in ((32, torch.optim.SGD), (160, torch.optim.Adam)):
        print(json.dumps(after_the_window(rows, optimizer, options.rounds)))
    for steps, optimizer, batches in (
        (100, torch.optim.SGD, False),
        (500, torch.optim.SGD, True),
        (1000, torch.optim.Adam, True),
    ):
        print(json.dumps(whole_run(steps, optimizer, batches)))
    for layers, steps in ((200, 60), (20, 300)):
        for optimizer in (torch.optim.Adam, torch.optim.SGD):
            print(json.dumps(many_layers(layers, steps, optimizer)))
    print(json.dumps(before_training(60_000)))


if __name__ == "__main__":
    main()

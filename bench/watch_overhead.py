"""What watching costs after the first ten steps: steps of an 80k-parameter network, watched and not, in alternation.

    python bench/watch_overhead.py [--pairs 30] [--steps 100]

Each pair times as many steps unwatched, watched and unwatched again, in processor seconds, so that neither a slow moment
of the machine nor a busy neighbour decides; the ratio printed is the median over the pairs. The first ten steps, where
every operation is looked at, are timed apart.
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
from wxb.watching.attention import FIRST


def make_step(rows: int, optimizer_class: type[torch.optim.Optimizer]) -> Callable[[], None]:
    """One full training step of an MLP with 82 689 parameters."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 1))
    x, y = torch.randn(rows, 64), torch.randn(rows, 1)
    optimizer = optimizer_class(model.parameters(), lr=1e-3)

    def step() -> None:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()

    return step


def seconds(step: Callable[[], None], count: int) -> float:
    began = time.process_time()
    for _ in range(count):
        step()
    return time.process_time() - began


def measure(step: Callable[[], None], pairs: int, steps: int) -> dict[str, float]:
    """Medians over the pairs: one unwatched step, and watched ÷ unwatched, after and within the first ten steps."""
    seconds(step, 50)
    plain, late, first = [], [], []
    for _ in range(pairs):
        before = seconds(step, steps)
        with watch():
            opening = seconds(step, FIRST)
            watched = seconds(step, steps)
        unwatched = (before + seconds(step, steps)) / 2
        plain.append(unwatched / steps)
        late.append(watched / unwatched)
        first.append((opening / FIRST) / (unwatched / steps))
    return {
        "step_ms": 1e3 * statistics.median(plain),
        "late_ratio": statistics.median(late),
        "first_ratio": statistics.median(first),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--steps", type=int, default=100)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for rows, optimizer in ((64, torch.optim.SGD), (256, torch.optim.Adam)):
        result = measure(make_step(rows, optimizer), options.pairs, options.steps)
        print(json.dumps({"rows": rows, "optimizer": optimizer.__name__, **result}))


if __name__ == "__main__":
    main()

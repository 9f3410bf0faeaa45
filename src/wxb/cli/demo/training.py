"""Descent, learning rates and the training loop: sections 5 to 7."""

from __future__ import annotations

import numpy as np

from wxb.cli.demo.section import FILE, Section, fit, needs_torch
from wxb.numbers import fixed, number
from wxb.report.lines import table


def descent(torch: bool) -> Section:
    """The sign rule, with numbers."""
    bowl = fit().bowl
    rows = [["W", "gradient", "W − 0.01 · gradient", "so"]]
    for W in (0.0, 1.0, 2.0, 3.0, 4.0):
        slope = float(bowl.gradient(np.array([0.0, W]))[1])
        after = W - 0.01 * slope
        way = "negative: W grows" if slope < 0 else "positive: W shrinks" if slope > 0 else "0: W stays, the minimum"
        rows.append([number(W), fixed(slope, 3), fixed(after, 3), way])
    body = [
        "  W := W − α · ∂cost/∂W. Where the slope is negative W grows, where positive W",
        "  shrinks: both ways lead down, to where the slope is 0. With b = 0, α = 0.01:",
        "",
        *table(rows, left=0, words_last=True),
    ]
    return Section(
        "5  Gradient descent", tuple(body), calls=("model.bowl.gradient([0, 4])           # (b, W) → gradient",)
    )


def learning_rate(torch: bool) -> Section:
    """Too small, good, too large."""
    from wxb.learning_rates import rates_of
    from wxb.numbers import readable, round_down

    rates = rates_of(fit().bowl)
    best = round_down(rates.best)
    epochs = (0, 10, 50, 100, 200)
    rows = [["α", *(f"{e}" for e in epochs), "what happens"]]
    for lr in (0.001, 0.01, best, 0.2):
        path = fit(lr=lr, epochs=201).trajectory
        assert path is not None
        costs = dict(zip(path.epochs.tolist(), path.cost.tolist()))
        rows.append(
            [
                readable(lr),
                *(number(costs.get(e), 3) for e in epochs),
                rates.verdict(lr).brief.partition(":")[0].partition(",")[0],
            ]
        )
    rows[3][-1] = "good: the best rate"
    body = [
        "  The cost at epoch 0, 10, … for a rate too small, the notebook's own, the best,",
        "  and one too large:",
        "",
        *table(rows, gap="  ", words_last=True),
        "",
        f"  Below α = {readable(round_down(rates.max, 5), 5)} every rate converges, above it none: 2/λmax, known",
        "  before the run.",
    ]
    return Section(
        "6  Learning rate",
        tuple(body),
        (f"wxb rates {FILE} --lr 0.2", f"wxb fit {FILE} --lr 0.2 --epochs 50"),
        ('wxb.rates("examples/hours.csv", "score").verdict(0.2)',),
    )


def training(torch: bool) -> Section:
    """The training loop and its log."""
    moments = fit(lr=0.01, epochs=2000)
    assert moments.trajectory is not None
    if not torch:
        body = [*needs_torch(), "", "  The same descent from the moments of the data, without PyTorch:", ""]
        body += [f"  {line}" for line in moments.trajectory.log_lines(100)]
        return Section("7  Training", tuple(body), (f"wxb fit {FILE} --lr 0.01 --epochs 2000",))
    single = fit(lr=0.01, epochs=2000, engine="torch", dtype="float32").trajectory
    double = fit(lr=0.01, epochs=2000, engine="torch").trajectory
    assert single is not None
    assert double is not None
    body = ["  2000 times by PyTorch: H = x·W + b, cost, zero_grad(), backward(), step():", ""]
    body += [f"  {line}" for line in single.log_lines(100)]
    body += [
        "",
        "  The same epochs in float64 from the moments of the data, which needs neither",
        "  PyTorch nor, after one reading, the data. Two lines differ, in a last digit:",
        "",
    ]
    pairs = zip(single.log_lines(100), moments.trajectory.log_lines(100))
    body += [f"  {ours}" for theirs, ours in pairs if theirs != ours]
    apart = max(
        float(np.abs(double.W - moments.trajectory.W).max()), float(np.abs(double.b - moments.trajectory.b).max())
    )
    body += ["", f"  Both engines in float64: W and b differ by at most {number(apart, 2)} in 2000 epochs.", *_seeded()]
    return Section(
        "7  Training",
        tuple(body),
        (
            f"wxb fit {FILE} --lr 0.01 --epochs 2000 \\\n        --engine torch --dtype float32",
            f"wxb fit {FILE} --lr 0.01 --epochs 2000",
        ),
        ('model = wxb.fit("examples/hours.csv", "score", lr=0.01, epochs=2000)', "model.trajectory.at(100).W"),
    )


def _seeded() -> list[str]:
    """The same seed gives the same numbers, another one others."""
    found = []
    for seed in (1, 1, 2):
        path = fit(optimizer="sgd", lr=0.01, batch_size=1, epochs=20, seed=seed).trajectory
        assert path is not None
        found.append(repr(float(path.W[-1][0])))
    same = "the same to the last bit" if found[0] == found[1] else "NOT the same"
    return [
        "",
        "  Row by row in random order (--batch-size 1 --seed N), W after 20 epochs:",
        *table(
            [
                ["seed 1", found[0]],
                [
                    "seed 1 again",
                    found[1],
                ],
                ["seed 2", found[2]],
            ],
            indent="    ",
        ),
        f"  Same seed: {same}.",
    ]

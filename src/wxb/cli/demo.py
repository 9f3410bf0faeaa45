"""`wxb demo`: the notebook *Linear Regression and Autograd*, start to end, on its own data.

Every number is computed when the demo runs, by the call that stands beside it. Nothing is read, written or downloaded.
Without PyTorch the sections that need it say so and the others run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wxb.cli.extras import has_torch
from wxb.cli.screen import Screen
from wxb.numbers import fixed, number, predicted
from wxb.printable import cells
from wxb.report.lines import WIDTH, table

if TYPE_CHECKING:
    from wxb.model.model import Model

HOURS = {"hours": [1, 2, 3], "score": [2, 4, 6]}
LINE = {"hours": [2, 3, 4, 5], "score": [25, 50, 42, 61]}
FILE = "examples/hours.csv --target score"
INSTALL = "pip install 'wxb[torch]'"


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the notebook. body : lines        commands, calls : what gives these numbers"""

    title: str
    body: tuple[str, ...]
    commands: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        head = f"── {self.title} "
        yield head + "─" * (WIDTH - cells(head))
        yield ""
        yield from self.body
        if self.commands or self.calls:
            yield ""
        yield from (f"  $ {command}" for command in self.commands)
        yield from (f"  >>> {call}" for call in self.calls)
        yield ""


def run(screen: Screen) -> int:
    """All sections, each shown as soon as it is computed."""
    torch = has_torch()
    shown = []
    screen.show("wxb demo: the notebook Linear Regression and Autograd, section by section.", heading=True)
    screen.show("Every number below is computed now, by the command or call that stands under it.\n")
    for make in (
        data,
        shapes,
        hypothesis,
        cost,
        descent,
        learning_rate,
        training,
        prediction,
        zero_grad,
        autograd,
        afterwards,
    ):
        section = make(torch)
        shown.append(section)
        screen.show("\n".join(section.lines()), heading=True)
    screen.answer(
        {
            "torch": torch,
            "sections": [
                {"title": s.title, "text": list(s.body), "commands": list(s.commands), "calls": list(s.calls)}
                for s in shown
            ],
        }
    )
    return 0


def _fit(**options: Any) -> Model:
    from wxb.api import fit

    return fit(HOURS, "score", **options)


def _needs_torch() -> list[str]:
    return ["  This part is PyTorch's, which is not installed. It comes with:", f"    {INSTALL}"]


def data(torch: bool) -> Section:
    """The question."""
    body = [
        "  One student studied 1 hour and scored 2, another 2 hours and scored 4, a third",
        "  3 hours and scored 6. How many points are 4 hours worth?",
        "",
        *table([["hours (x)", "1", "2", "3", "4"], ["score (y)", "2", "4", "6", "?"]]),
    ]
    return Section(
        "1  Data",
        tuple(body),
        (f"wxb fit {FILE}",),
        ('wxb.fit({"hours": [1, 2, 3], "score": [2, 4, 6]}, target="score")',),
    )


def shapes(torch: bool) -> Section:
    """Tensors, as the notebook prints them."""
    if not torch:
        return Section("2  Tensors and their shapes", tuple(_needs_torch()))
    from wxb.explaining._torch import torch as pytorch

    body = []
    for name, values in (("x_train", HOURS["hours"]), ("y_train", HOURS["score"])):
        tensor = pytorch.tensor(values, dtype=pytorch.float32).reshape(-1, 1)
        shape = f"shape {tuple(tensor.shape)}: {len(values)} rows, 1 column"
        body.append(f"  {name} = {' '.join(str(tensor).split())}   {shape}")
    start = str(pytorch.zeros(1, requires_grad=True))
    body += [
        f"  W = {start}   b = {start}",
        "  One number each, zero at first; requires_grad says that they are to learn.",
    ]
    return Section("2  Tensors and their shapes", tuple(body))


def hypothesis(torch: bool) -> Section:
    """H(x) = Wx + b."""
    from wxb.api import cost_of

    start = cost_of(HOURS, "score", "0*hours + 0")
    best = cost_of(HOURS, "score", "2*hours + 0")
    rows = [
        ["W", "b", "H(1)", "H(2)", "H(3)", "cost"],
        ["0", "0", *(number(v) for v in start.predicted), number(start.cost, 6)],
        ["2", "0", *(number(v) for v in best.predicted), number(best.cost, 6)],
    ]
    body = [
        "  A straight line: H(x) = W·x + b. W is the weight, b the bias. Learning means",
        "  finding the W and b whose line lies nearest to the points.",
        "",
        *table(rows, left=0),
    ]
    return Section("3  Hypothesis", tuple(body), (f'wxb cost {FILE} --line "0*hours + 0"',))


def cost(torch: bool) -> Section:
    """Mean squared error, on the notebook's second table."""
    from wxb.api import cost_of

    found = cost_of(LINE, "score", "13*hours + 1")
    rows = [
        ["hours (x)", *(number(v) for v in LINE["hours"])],
        ["score (y)", *(number(v) for v in found.actual)],
        ["13x + 1", *(number(v) for v in found.predicted)],
        ["error", *(number(v) for v in found.error)],
        ["error²", *(number(v * v) for v in found.error)],
    ]
    body = [
        "  cost(W, b) = 1/n · Σ [y − H(x)]², the mean squared error. For y = 13x + 1:",
        "",
        *table(rows),
        "",
        f"  cost = ({' + '.join(number(v * v) for v in found.error)}) / 4 = {number(found.cost)}",
        "  (At x = 4 the error is 42 − 53 = −11; the notebook's −9 is a slip.)",
    ]
    return Section(
        "4  Cost",
        tuple(body),
        ('wxb cost examples/line.csv --target score --line "13*hours + 1"',),
        ('wxb.cost_of("examples/line.csv", "score", "13*hours + 1").cost',),
    )


def descent(torch: bool) -> Section:
    """The sign rule, with numbers."""
    bowl = _fit().bowl
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

    rates = rates_of(_fit().bowl)
    best = round_down(rates.best)
    epochs = (0, 10, 50, 100, 200)
    rows = [["α", *(f"{e}" for e in epochs), "what happens"]]
    for lr in (0.001, 0.01, best, 0.2):
        path = _fit(lr=lr, epochs=201).trajectory
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
    moments = _fit(lr=0.01, epochs=2000)
    assert moments.trajectory is not None
    if not torch:
        body = [*_needs_torch(), "", "  The same descent from the moments of the data, without PyTorch:", ""]
        body += [f"  {line}" for line in moments.trajectory.log_lines(100)]
        return Section("7  Training", tuple(body), (f"wxb fit {FILE} --lr 0.01 --epochs 2000",))
    single = _fit(lr=0.01, epochs=2000, engine="torch", dtype="float32").trajectory
    double = _fit(lr=0.01, epochs=2000, engine="torch").trajectory
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
        path = _fit(optimizer="sgd", lr=0.01, batch_size=1, epochs=20, seed=seed).trajectory
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


def prediction(torch: bool) -> Section:
    """The question answered."""
    reached, exact = _fit(lr=0.01, epochs=2000), _fit()
    rows = [["", "W", "b", "4 hours"]]
    for name, model in (("2000 epochs", reached), ("exact minimum", exact)):
        value = float(np.asarray(model.predict({"hours": [4.0]}))[0])
        rows.append([name, fixed(float(model.coef[0]), 3), fixed(model.intercept, 3), predicted(value)])
    body = [*table(rows), "", "  2000 epochs came close; without --lr the fit is the minimum itself."]
    return Section(
        "   Prediction for 4 hours",
        tuple(body),
        (f"wxb fit {FILE} --lr 0.01 --epochs 2000 \\\n        --at hours=4", f"wxb fit {FILE} --at hours=4"),
        ('model.predict({"hours": [4]})',),
    )


def zero_grad(torch: bool) -> Section:
    """Gradients add up."""
    title = "8  Why zero_grad"
    if not torch:
        return Section(title, tuple(_needs_torch()))
    from wxb.explaining.expression import explain_expression

    piled = explain_expression("z = 2*w", {"w": 2.0}, times=21)
    cleared = explain_expression("z = 2*w", {"w": 2.0}, times=21, zero_grad=True)
    body = ["  z = 2w at w = 2; backward() 21 times. w.grad after each call:", ""]
    body += _row_of([f"{one.after:.1f}" for one in piled.additions])
    body += ["", "  Each backward() adds 2.0; nothing empties w.grad. After zero_grad() each time:", ""]
    body += _row_of([f"{one.after:.1f}" for one in cleared.additions])
    return Section(
        title,
        tuple(body),
        ('wxb explain "z = 2*w" --at w=2 --times 21', 'wxb explain "z = 2*w" --at w=2 --times 21 --zero-grad'),
    )


def _row_of(words: list[str]) -> list[str]:
    return ["    " + "".join(f"{word:>6}" for word in words[first : first + 11]) for first in range(0, len(words), 11)]


def autograd(torch: bool) -> Section:
    """dz/dw = 8, written out."""
    title = "9  Autograd"
    if not torch:
        return Section(title, tuple(_needs_torch()))
    from wxb.explaining.expression import explain_expression

    text = "y = w**2; z = 2*y + 5"
    found = explain_expression(text, {"w": 2.0})
    body = [
        "  z = 2y + 5, y = w², at w = 2: values, derivatives, and the chain rule.",
        "",
        *(f" {line}" for line in found.text().split("\n")),
    ]
    return Section(
        title,
        tuple(body),
        (f'wxb explain "{text}" --at w=2',),
        ("wxb.explain(z)                          # any tensor of your own",),
    )


def afterwards(torch: bool) -> Section:
    """What to try with one's own data."""
    rows = [
        ("wxb fit YOUR.csv --target COLUMN", "the exact line, its errors, what it means"),
        ("wxb rates YOUR.csv --target COLUMN", "which learning rates will converge"),
        ("wxb fit … --lr auto --plot", "watch the cost fall"),
        ("wxb watch train.py", "what is wrong with a PyTorch loop"),
        ("wxb --help", "everything else"),
    ]
    width = max(len(command) for command, _ in rows)
    return Section("Next", tuple(f"  {command:<{width}}   {what}" for command, what in rows))

"""A line and what it costs: sections 1 to 4 of the notebook, and the question answered."""

from __future__ import annotations

import numpy as np

from wxb.cli.demo.section import FILE, HOURS, LINE, Section, fit, needs_torch
from wxb.numbers import fixed, number, predicted
from wxb.report.lines import table


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
        return Section("2  Tensors and their shapes", tuple(needs_torch()))
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


def prediction(torch: bool) -> Section:
    """The question answered."""
    reached, exact = fit(lr=0.01, epochs=2000), fit()
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

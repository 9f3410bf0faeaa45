"""Learning: the step, the rate, the training loop, what it reached, and what it predicts."""

from __future__ import annotations

import numpy as np

from wxb.i18n import _
from wxb.lesson.data import EPOCHS, FILE, fitted, reached
from wxb.lesson.parts import Code, Command, Formula, Lines, Part, Shown, Table, Words, needs_torch
from wxb.numbers import fixed, number, predicted, readable, round_down

LOOP = f"""\
torch.manual_seed(1)
W = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([W, b], lr=0.01)
for epoch in range({EPOCHS}):
    hypothesis = x_train * W + b
    cost = torch.mean((hypothesis - y_train) ** 2)
    optimizer.zero_grad()
    cost.backward()
    optimizer.step()
    if epoch % 100 == 0:
        print("Epoch {{:4d}}/{EPOCHS - 1} W: {{:.3f}}, b: {{:.3f}} Cost: {{:.6f}}".format(
            epoch, W.item(), b.item(), cost.item()))"""
STEP = """\
cost = torch.mean((hypothesis - y_train) ** 2)
optimizer = torch.optim.SGD([W, b], lr=0.01)
optimizer.zero_grad()
cost.backward()
print(cost.item(), W.grad, b.grad)
optimizer.step()
print(W, b)"""


def descent(torch: bool) -> tuple[Part, ...]:
    """The sign rule, with numbers."""
    bowl = fitted().bowl
    rows = [("W", _("gradient"), "W − 0.01 · " + _("gradient"), _("so"))]
    for W in (0.0, 1.0, 2.0, 3.0, 4.0):
        slope = float(bowl.gradient(np.array([0.0, W]))[1])
        way = _("negative: W grows") if slope < 0 else _("positive: W shrinks") if slope > 0 else _("0: the minimum")
        rows.append((number(W), fixed(slope, 3), fixed(W - 0.01 * slope, 3), way))
    return (
        Words(
            _(
                "The cost is a bowl over W and b. Its slope at the W where you stand, the gradient, times a small "
                "number α, the learning rate, is taken from W, again and again:"
            )
        ),
        Formula("W := W − α · ∂cost/∂W", r"W := W - \alpha \frac{\partial}{\partial W} cost(W)"),
        Words(
            _(
                "Where the slope is negative W grows, where it is positive W shrinks: both ways lead down, to where "
                "the slope is 0. With b = 0 and α = 0.01:"
            )
        ),
        Table(rows=tuple(rows), left=0, words_last=True),
        Code(
            'exact = wxb.fit(students, target="score")\nexact.bowl.gradient([0, 4])[1]', (Lines((_gradient_at_4(),)),)
        ),
        Code(
            'one = wxb.fit(students, target="score", lr=0.01, epochs=1)\none.plot("cost")',
            (Shown(fitted(lr=0.01, epochs=1).plot("cost").scene),),
        ),
        Words(_("One step of PyTorch from W = 0 and b = 0, where the cost is 18.667 and its slope along W −18.667:")),
        Code(STEP, _printed_step() if torch else needs_torch()),
    )


def _gradient_at_4() -> str:
    return fixed(float(fitted().bowl.gradient(np.array([0.0, 4.0]))[1]), 3).replace("−", "-")


def _printed_step() -> tuple[Lines]:
    from wxb.explaining._torch import torch
    from wxb.lesson.data import STUDENTS

    x, y = (torch.FloatTensor(STUDENTS[name]).reshape(-1, 1) for name in ("hours", "score"))
    W, b = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    cost = torch.mean((x * W + b - y) ** 2)
    cost.backward()
    before = f"{cost.item()} {W.grad} {b.grad}"
    torch.optim.SGD([W, b], lr=0.01).step()
    return (Lines((before, f"{W} {b}")),)


def learning_rate() -> tuple[Part, ...]:
    """Too small, good, too large."""
    from wxb.descent import descend
    from wxb.learning_rates import rates_of

    bowl = fitted().bowl
    rates = rates_of(bowl)
    best, limit = round_down(rates.best), readable(round_down(rates.max, 5), 5)
    epochs = (0, 10, 50, 100, 200)
    rows = [("α", *(str(epoch) for epoch in epochs), _("what happens"))]
    for lr, what in (
        (0.001, _("too small: crawls")),
        (0.01, _("quick at first, then slow")),
        (best, _("the best constant rate")),
        (0.2, _("too large: diverges")),
    ):
        path = descend(bowl, lr=lr, epochs=201)
        costs = dict(zip(path.epochs.tolist(), path.cost.tolist()))
        rows.append((readable(lr), *(number(costs.get(epoch), 3) for epoch in epochs), what))
    return (
        Words(
            _(
                "Too small a rate crawls; one too large jumps across the valley and climbs out of it. The cost at "
                "epoch 0, 10, 50 … for four rates:"
            )
        ),
        Table(rows=tuple(rows), words_last=True),
        Words(
            _(
                "The border is {limit}: below it every rate converges, above it none. It is 2/λmax, with λmax the "
                "largest curvature of the bowl, and so it is known before the run.",
                limit=limit,
            )
        ),
        Code(
            'print(wxb.rates(students, target="score").verdict(0.2).brief)',
            (Lines((rates.verdict(0.2).brief,)),),
        ),
        Code('exact.plot("alpha")', (Shown(fitted().plot("alpha").scene),)),
        Command(f"wxb rates {FILE} --lr 0.2"),
    )


def training(torch: bool) -> tuple[Part, ...]:
    """The training loop and its log, and the same without PyTorch."""
    ours = reached().trajectory
    assert ours is not None
    printed: tuple[Words | Lines, ...] = needs_torch()
    gives = (Lines(tuple(ours.log_lines(100))),)
    if torch:
        theirs = reached(engine="torch", dtype="float32").trajectory
        assert theirs is not None
        printed = (Lines(tuple(theirs.log_lines(100))),)
        gives = (
            Lines(tuple(mine for mine, other in zip(ours.log_lines(100), theirs.log_lines(100)) if mine != other)),
        )
    return (
        Words(_("The whole loop: a prediction, its cost, the gradient, a step, {epochs} times.", epochs=EPOCHS)),
        Code(LOOP, printed),
        Words(
            _(
                "The same epochs in float64 from the sums of the data; this needs neither PyTorch nor, after one "
                "reading, the data. Beside PyTorch's log in float32 two lines differ, in a last digit:"
            )
        ),
        Code(
            f'model = wxb.fit(students, target="score", lr=0.01, epochs={EPOCHS})\n'
            'print("\\n".join(model.trajectory.log_lines(100)))',
            gives,
        ),
        Code('model.plot("epochs")', (Shown(reached().plot("epochs").scene),)),
        Command(f"wxb fit {FILE} --lr 0.01 --epochs {EPOCHS}"),
        Command(f"wxb fit {FILE} --lr 0.01 --epochs {EPOCHS} --engine torch --dtype float32"),
    )


def result(torch: bool) -> tuple[Part, ...]:
    """What the descent reached, beside the minimum."""
    near, exact = reached(), fitted()
    rows = [("", "W", "b", _("cost"))]
    for name, model in ((_("{epochs} epochs", epochs=EPOCHS), near), (_("exact minimum"), exact)):
        rows.append((name, fixed(float(model.coef[0]), 6), fixed(model.intercept, 6), number(model.cost, 3)))
    parts: list[Part] = [
        Words(
            _(
                "A descent comes nearer and nearer and never arrives: the first hundred epochs make the cost small, "
                "the rest works at the last little bit. Without a learning rate the fit is the minimum itself."
            )
        ),
        Code("model.coef, model.intercept, exact.coef, exact.intercept", (Table(rows=tuple(rows)),)),
        Code('model.plot("film")', (Shown(near.plot("film").scene),)),
        Code('model.plot("path")', (Shown(near.plot("path").scene),)),
    ]
    if torch:
        double, path = reached(engine="torch").trajectory, near.trajectory
        assert double is not None
        assert path is not None
        apart = max(float(np.abs(double.W - path.W).max()), float(np.abs(double.b - path.b).max()))
        parts.append(
            Words(
                _(
                    "PyTorch in float64 and wxb differ by at most {apart} in W and b over all epochs.",
                    apart=number(apart, 2),
                )
            )
        )
    return (*parts, Command(f"wxb fit {FILE}"))


def prediction() -> tuple[Part, ...]:
    """The question answered."""
    rows = [("", _("4 hours"))]
    for name, model in ((_("{epochs} epochs", epochs=EPOCHS), reached()), (_("exact minimum"), fitted())):
        rows.append((name, predicted(float(np.asarray(model.predict({"hours": [4.0]}))[0]))))
    return (
        Words(_("Now the question of the beginning: what are 4 hours worth?")),
        Code('model.predict({"hours": [4]}), exact.predict({"hours": [4]})', (Table(rows=tuple(rows)),)),
        Words(_("Was your guess near? Beyond 3 hours there are no data: the line is all that speaks for it.")),
        Code(
            'exact.plot("line", students, at={"hours": 4})',
            (Shown(fitted().plot("line", _students(), at={"hours": 4}).scene),),
        ),
        Command(f"wxb fit {FILE} --at hours=4"),
    )


def _students() -> dict[str, list[int]]:
    from wxb.lesson.data import STUDENTS

    return STUDENTS


def seed(torch: bool) -> tuple[Part, ...]:
    """The same seed gives the same numbers, another one others."""
    source = (
        'options = {"optimizer": "sgd", "lr": 0.01, "batch_size": 1, "epochs": 20}\n'
        "for seed in (1, 1, 2):\n"
        '    one = wxb.fit(students, target="score", seed=seed, **options)\n'
        "    print(seed, one.coef[0])"
    )
    return (
        Words(
            _(
                "The notebook begins with `torch.manual_seed(1)`: what is random is to come out the same every time. "
                "Here nothing is; W and b begin with 0 and every epoch takes all rows. Taken row by row in random "
                "order it matters. W after 20 epochs:"
            )
        ),
        Code(source, _seeded() if torch else needs_torch()),
        Words(_("The same seed gives the same number to the last bit, another seed another one.")),
        Command(f"wxb fit {FILE} --lr 0.01 --epochs 20 --batch-size 1 --seed 1"),
    )


def _seeded() -> tuple[Lines]:
    from wxb import api
    from wxb.lesson.data import STUDENTS

    found = []
    for chosen in (1, 1, 2):
        model = api.fit(STUDENTS, "score", optimizer="sgd", lr=0.01, batch_size=1, epochs=20, seed=chosen)
        found.append(f"{chosen} {float(model.coef[0])!r}")
    return (Lines(tuple(found)),)

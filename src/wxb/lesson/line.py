"""A line and what it costs: the question, tensors, the hypothesis, the cost."""

from __future__ import annotations

from wxb.i18n import _
from wxb.lesson import scenes
from wxb.lesson.data import FILE, SHEET, STUDENTS
from wxb.lesson.parts import Code, Command, Formula, Lines, Part, Shown, Table, Words, needs_torch
from wxb.numbers import number


def data() -> tuple[Part, ...]:
    """The question."""
    hours, score = STUDENTS["hours"], STUDENTS["score"]
    return (
        Words(
            _(
                "One student studied 1 hour and scored 2, another 2 hours and scored 4, a third 3 hours and scored 6. "
                "How many points are 4 hours worth?"
            )
        ),
        Table(
            rows=(
                (_("hours (x)"), *map(str, hours), "4"),
                (_("score (y)"), *map(str, score), "?"),
            )
        ),
        Shown(scenes.question(hours, score)),
        Words(
            _(
                "Put down a guess of your own first. Rows that a line learns from are training data; rows that are "
                "kept apart to judge it are test data."
            )
        ),
        Code(f"import wxb\n\nstudents = {STUDENTS}".replace("'", '"')),
        Command(f"wxb fit {FILE}"),
    )


def shapes(torch: bool) -> tuple[Part, ...]:
    """Tensors, and what becomes of (3,) − (3, 1)."""
    first = "import torch\n\nx_train = torch.FloatTensor([[1], [2], [3]])\ny_train = torch.FloatTensor([[2], [4], [6]])"
    return (
        Words(_("PyTorch keeps numbers in tensors. A row for each student and one column: the shape is (3, 1).")),
        Code(f"{first}\nprint(x_train)\nprint(x_train.shape)", _printed_tensors() if torch else needs_torch()),
        Words(
            _(
                "Written without the inner brackets the scores have the shape (3,). The difference of (3, 1) and (3,) "
                "is then 3 × 3: every student against every other, 9 errors instead of 3, and not a word about it."
            )
        ),
        Code("flat = torch.FloatTensor([2, 4, 6])\nprint(y_train - flat)", _printed_trap() if torch else ()),
        Words(
            _("The squares of these have the mean 5.33, where 0 is meant. In a loop of your own `wxb watch` finds it.")
        ),
        Command("wxb watch train.py"),
    )


def _printed_tensors() -> tuple[Lines]:
    x_train, __ = _tensors()
    return (Lines((*str(x_train).split("\n"), str(x_train.shape))),)


def _printed_trap() -> tuple[Lines]:
    __, y_train = _tensors()
    return (Lines(tuple(str(y_train - y_train.reshape(-1)).split("\n"))),)


def _tensors():
    from wxb.explaining._torch import torch

    return tuple(torch.FloatTensor(STUDENTS[name]).reshape(-1, 1) for name in ("hours", "score"))


def hypothesis(torch: bool) -> tuple[Part, ...]:
    """H(x) = Wx + b."""
    from wxb.api import cost_of

    rows: list[tuple[str, ...]] = [("W", "b", "H(1)", "H(2)", "H(3)", _("cost"))]
    for W in (0, 2):
        found = cost_of(STUDENTS, "score", f"{W}*hours + 0")
        rows.append((str(W), "0", *(number(v) for v in found.predicted), number(found.cost, 6)))
    source = (
        "W = torch.zeros(1, requires_grad=True)\nb = torch.zeros(1, requires_grad=True)\n"
        "hypothesis = x_train * W + b\nprint(hypothesis)"
    )
    return (
        Words(
            _(
                "A straight line is the hypothesis. The weight W is its slope, the bias b its height at x = 0. Learning "
                "means finding the W and b whose line lies nearest to the points."
            )
        ),
        Formula("H(x) = W·x + b", "H(x) = Wx + b"),
        Shown(scenes.tried(STUDENTS["hours"], STUDENTS["score"], [(0, 2), (1, 3), (2, 0)])),
        Words(_("W and b are one number each, 0 at first; `requires_grad` says that they are to learn.")),
        Code(source, _printed_hypothesis() if torch else needs_torch()),
        Words(_("With W = 0 every prediction is 0. With W = 2 the line passes through every point:")),
        Code('wxb.cost_of(students, "score", "2*hours + 0")', (Table(rows=tuple(rows), left=0),)),
        Command(f'wxb cost {FILE} --line "0*hours + 0"'),
    )


def _printed_hypothesis() -> tuple[Lines]:
    from wxb.explaining._torch import torch

    W, b = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    return (Lines(tuple(str(_tensors()[0] * W + b).split("\n"))),)


def cost() -> tuple[Part, ...]:
    """Mean squared error, on the notebook's second table."""
    from wxb.api import cost_of, fit

    found = cost_of(SHEET, "score", "13*hours + 1")
    best = fit(SHEET, "score")
    squares = [number(v * v) for v in found.error]
    rows = (
        (_("hours (x)"), *(number(v) for v in SHEET["hours"])),
        (_("score (y)"), *(number(v) for v in found.actual)),
        ("13x + 1", *(number(v) for v in found.predicted)),
        (_("error"), *(number(v) for v in found.error)),
        (_("error²"), *squares),
    )
    least = scenes.equation(round(float(best.coef[0]), 9), round(best.intercept, 9))
    return (
        Words(
            _(
                "The error of a row is actual − predicted. Added up as they are, + and − cancel; so errors are squared, "
                "and the mean of the squares is the cost, which is also called loss, error or objective function."
            )
        ),
        Formula(
            "cost(W, b) = 1/n · Σ [y − H(x)]²",
            r"cost(W, b) = \frac{1}{n} \sum_{i=1}^{n} \left[y^{(i)} - H(x^{(i)})\right]^2",
        ),
        Words(_("Four other students, and the line y = 13x + 1:")),
        Code(
            f'sheet = {SHEET}\nfound = wxb.cost_of(sheet, "score", "13*hours + 1")\nfound.error, found.cost'.replace(
                "'", '"'
            ),
            (Table(rows=rows), Lines((f"cost = ({' + '.join(squares)}) / 4 = {number(found.cost)}",))),
        ),
        Words(_("At x = 4 the error is 42 − 53 = −11; the −9 of the notebook is a slip.")),
        Shown(scenes.squares(SHEET["hours"], SHEET["score"], [(13, 1), (float(best.coef[0]), best.intercept)])),
        Words(
            _(
                "Can you find a line that is cheaper than 62.5? No line costs less than {least}: {cost}.",
                least=least,
                cost=number(best.cost),
            )
        ),
        Code('best = wxb.fit(sheet, target="score")\nbest.plot("squares", sheet)'),
        Command('wxb cost examples/line.csv --target score --line "13*hours + 1"'),
    )

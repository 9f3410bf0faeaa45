"""What a notebook shows of a result: its numbers as tables, its picture, and the text that a terminal shows.

    text/html         the table, the words and the picture        image/svg+xml   the picture alone, where there is one
    text/plain        as `print` has it

`wxb.values.Shown` asks for it by name, and only when a notebook asks, so that results know nothing of pictures. What is shown
does not grow with what is held: tables end after some rows and say how many more there are, and so do pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from wxb.i18n import _, _n, language
from wxb.marks.scene import Scene
from wxb.numbers import apart, counted, number
from wxb.page import drawn, style, tables
from wxb.page.line import line
from wxb.page.losses import losses
from wxb.page.parts import lines, listed, paragraph, table
from wxb.pictures.alpha import of_rates
from wxb.report.group_table import label_text
from wxb.report.rates_text import rates_head, rates_ways

if TYPE_CHECKING:
    from wxb.learning_rates import Rates, Verdict
    from wxb.model.groups import Groups
    from wxb.model.line import LineCost
    from wxb.model.model import Model
    from wxb.predict.evaluate import Prediction
    from wxb.trajectory import Trajectory
    from wxb.watching.report import Report

Content = tuple[str, Scene | None]  # HTML, and the picture
MOST_GROUPS, MOST_TERMS, MOST_ROWS, MOST_EPOCHS = 40, 8, 20, 12


def bundle(value: Any) -> dict[str, str]:
    """By media type."""
    html, scene = FACES[_face(value)](value)
    plain = str(value)
    found = {"text/plain": plain}
    if scene is not None:
        from wxb.marks.svg import shown, svg

        found["image/svg+xml"] = shown(svg(scene))
        html = f"{html}\n{found['image/svg+xml']}"
    return found | {
        "text/html": f'<div class="wxb-shown" lang="{language()}"><style>{style.SHOWN}</style>\n{html}\n</div>'
    }


def _face(value: Any) -> str:
    """The class that says how it is shown: its own, or the one that it was made from."""
    return next(one.__name__ for one in type(value).__mro__ if one.__name__ in FACES)


def model(found: Model) -> Content:
    return line(found), drawn.of_line(found)


def groups(found: Groups, interval: float = drawn.LEVEL) -> Content:
    labels = list(found)[:MOST_GROUPS]
    weights = found.coef[: len(labels), :MOST_TERMS]
    columns = [*weights.T, *([found.intercept[: len(labels)]] if found.question.intercept else [])]
    numbers = np.column_stack(columns).tolist() if columns else [[]] * len(labels)
    rows = [
        [label_text(label), str(count), *map(number, values)]
        for label, count, values in zip(labels, found.rows.tolist(), numbers)
    ]
    names = [*found.terms[:MOST_TERMS], *(["b"] if found.question.intercept else [])]
    by = label_text(found.by)
    count = counted(len(found), "group")
    caption = _("{target} by {columns}: {count}", target=found.target, columns=by, count=count)
    shown = table([by, _("rows"), *names], rows, caption, more=len(found) - len(labels))
    left = len(found.terms) - MOST_TERMS
    more = [_n("… {n} more term", "… {n} more terms", left)] if left > 0 else []
    return shown + listed([*more, *(f"! {one}" for one in found.warnings)]), drawn.of_groups(found, interval)


def trajectory(found: Trajectory) -> Content:
    chosen = np.unique(np.round(np.geomspace(1, len(found), MOST_EPOCHS)).astype(int) - 1) if len(found) else []
    entries = [found.entry(int(place)) for place in chosen]
    names = [*found.terms[:MOST_TERMS], *(["b"] if found.intercept else [])]
    rows = [
        [
            str(one.epoch),
            *(number(w) for w in one.W[:MOST_TERMS].tolist()),
            *([number(one.b)] if found.intercept else []),
            number(one.cost),
            *([] if one.test_cost is None else [number(one.test_cost)]),
        ]
        for one in entries
    ]
    tested = [] if found.test_cost is None else [_("test cost")]
    shown = table(
        [_("epoch"), *names, _("cost"), *tested], rows, _("W and b after the epoch, the cost before its step")
    )
    return lines(found.outcome.text) + shown + listed(found.notes), drawn.of_trajectory(found)


def rates(found: Rates) -> Content:
    rows = [[number(one.rate, 5), one.text] for one in found.table()]
    shown = table([_("rate"), _("what happens")], rows, _("Learning rates"), words=[1])
    head = rates_head(found, "", 0.0, False).splitlines()
    return listed(head) + shown + lines("\n".join(rates_ways(found, 0.0, False))), of_rates(found)


def verdict(found: Verdict) -> Content:
    return lines(found.text), of_rates(found.theory, [found.lr], found.momentum, found.nesterov, found.epochs)


def line_cost(found: LineCost) -> Content:
    names = list(found.columns)[:MOST_TERMS]
    columns = [
        *(found.columns[name] for name in names),
        found.actual,
        found.predicted,
        found.error,
        np.square(found.error),
    ]
    told = [apart(one[:MOST_ROWS].tolist(), 6) for one in columns]
    rows = [[str(row), *cells] for row, cells in enumerate(zip(*told), 1)]
    head = [_("row"), *names, found.target, _("predicted"), _("error"), _("error²")]
    shown = found.line if "=" in found.line else f"{found.target} = {found.line}"
    said = _(
        "cost {cost}, the mean of squared errors; mean |error| {size}",
        cost=number(found.cost, 6),
        size=number(found.mean_absolute, 6),
    )
    return (
        paragraph(shown, "wxb-line")
        + table(head, rows, said, more=found.n - len(rows))
        + listed(f"! {one}" for one in found.notes),
        drawn.of_line_cost(found),
    )


def prediction(found: Prediction) -> Content:
    columns = [found.value, *([found.low, found.high] if found.level else [])]
    rows = [
        [str(row), *(number(one, 6) for one in cells)]
        for row, cells in enumerate(zip(*(one[:MOST_ROWS].tolist() for one in columns)), 1)
    ]
    level = number(100 * found.level)
    within = _("intervals of {level} % into which a new row falls", level=level)
    if found.of == "mean":
        within = _("intervals of {level} % in which the mean of such rows lies", level=level)
    head = [_("row"), _("prediction"), *([_("low"), _("high")] if found.level else [])]
    caption = within if found.level else _("Predictions")
    return table(head, rows, caption, more=len(found.value) - len(rows)), drawn.of_prediction(found)


def report(found: Report) -> Content:
    rows = [[one.rule, str(one.site), one.evidence, one.effect, one.fix] for one in found.findings]
    head = [_("finding"), _("where"), _("how it is known"), _("what it does"), _("what to write")]
    first = found.text().splitlines()[0]
    shown = table(head, rows, words=[1, 2, 3, 4]) if rows else ""
    return paragraph(first) + shown + listed(found.notes), next(iter(losses(found.curves, found.findings)), None)


def _of_table(html: Callable[[Any], str]) -> Callable[[Any], Content]:
    return lambda found: (html(found), None)


FACES: Mapping[str, Callable[[Any], Content]] = {
    "Model": model,
    "Groups": groups,
    "Trajectory": trajectory,
    "Rates": rates,
    "Verdict": verdict,
    "LineCost": line_cost,
    "Prediction": prediction,
    "Report": report,
    "WaldTest": _of_table(tables.tests),
    "Anova": _of_table(tables.anova),
    "Vif": _of_table(tables.vif),
    "Margins": _of_table(tables.margins),
    "Comparison": _of_table(tables.comparison),
    "WildTest": _of_table(tables.wild),
    "Diagnostics": _of_table(tables.diagnostics),
}

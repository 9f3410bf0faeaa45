"""How the terms of a line were selected, step by step.

terms selected by AIC, beginning with all terms: 3 of 6
          coefficients    RSS    AIC
                     7  163.5  157.0
  − qsec             6  167.4  155.8
"""

from __future__ import annotations

from wxb.fitted import Fitted
from wxb.i18n import N_, _
from wxb.numbers import number
from wxb.printable import show
from wxb.report.lines import aligned, fits, names, room_for_names, table, wrapped
from wxb.stepwise.steps import CRITERIA, Steps

MOST = 20  # steps that are shown, the last ones
SAME_ROWS = 1e-9  # of the RSS: sums of other rows do not come so near
BEGINNING = {
    "both": N_("beginning with all terms, out or in"),
    "backward": N_("beginning with all terms"),
    "forward": N_("beginning with none"),
}


def steps_lines(model: Fitted) -> list[str]:
    """Nothing of a line whose terms were not selected."""
    steps = model.steps
    if steps is None:
        return []
    head = _(
        "terms selected by {criterion}, {beginning}: {chosen} of {count}",
        criterion=_(CRITERIA[steps.criterion]),
        beginning=_(BEGINNING[steps.direction]),
        chosen=len(steps.chosen),
        count=len(steps.candidates),
    )
    told = _(
        "chosen before rows came or went: RSS and {criterion} are of the rows of then",
        criterion=_(CRITERIA[steps.criterion]),
    )
    earlier = told if _rows_changed(model, steps) else ""
    left = len(steps) - MOST
    before = _("{count} steps before these: `model.steps` has them", count=left) if left > 0 else ""
    stay = ", ".join(map(show, steps.always))
    kept = _("in every line: {terms}", terms=stay) if stay else ""
    return [
        *wrapped(head),
        *(wrapped(earlier, "    ") if earlier else []),
        *(wrapped(kept, "    ") if kept else []),
        *(wrapped(before, "    ") if before else []),
        *_table(steps),
    ]


def _rows_changed(model: Fitted, steps: Steps) -> bool:
    """Whether the line is of other rows than those that chose its terms: `update`, `merge` and `forget` keep the terms."""
    found, then = model.inference, steps.lines[-1].rss
    return found is not None and abs(found.rss - then) > SAME_ROWS * max(found.rss, then)


def _table(steps: Steps) -> list[str]:
    lines = steps.lines[-MOST:] if len(steps) > MOST else steps.lines
    moved = [one.term for one in lines]
    numbers = [
        [_("coefficients"), *(str(one.coefficients) for one in lines)],
        ["RSS", *aligned([number(one.rss, 5) for one in lines])],
        [_(CRITERIA[steps.criterion]), *aligned([number(one.value, 6) for one in lines])],
    ]
    found: list[str] = []
    for most in room_for_names(34, 26, 20, 12):
        called = [f"{one.sign} {name}".strip() for one, name in zip(lines, names(moved, most))]
        found = table(list(zip(["", *called], *numbers)), gap="  " if most > 20 else " ", indent="    ")
        if fits(found):
            break
    return found

"""The lesson: the notebook *Linear Regression and Autograd* as eleven ideas, each with words, code, pictures and commands.

What it says is data (`parts`), and every number and picture in it is computed when it is asked for. Three painters show it:
`terminal` (`wxb demo`), `notebook` (`wxb demo --notebook`), `markdown` (the tutorial of the documentation). Nothing is read,
written or downloaded.

    line         three students, tensors, hypothesis, cost         descending   the step, the rate, the loop, what it reached
    gradients    zero_grad, the chain rule                         scenes       pictures that are no kind of a fitted line
"""

from __future__ import annotations

from collections.abc import Callable

from wxb.i18n import N_, _
from wxb.lesson import descending, gradients, line
from wxb.lesson.parts import Part, Section

TITLE = N_("Linear regression and autograd")
ABOUT = N_(
    "Three students, a straight line, what it costs, how it learns, and why dz/dw is 8. Every number is computed now."
)


def plan(torch: bool) -> tuple[tuple[str, str, Callable[[], tuple[Part, ...]]], ...]:
    """(key, title, what makes its parts) of every section. torch : whether PyTorch is to be asked"""
    return (
        ("data", _("Three students"), line.data),
        ("tensors", _("Tensors and their shapes"), lambda: line.shapes(torch)),
        ("hypothesis", _("Hypothesis"), lambda: line.hypothesis(torch)),
        ("cost", _("Cost"), line.cost),
        ("descent", _("Gradient descent"), lambda: descending.descent(torch)),
        ("rate", _("Learning rate"), descending.learning_rate),
        ("training", _("Training"), lambda: descending.training(torch)),
        ("result", _("What was reached"), lambda: descending.result(torch)),
        ("prediction", _("Prediction for 4 hours"), descending.prediction),
        ("seed", _("Random seed"), lambda: descending.seed(torch)),
        ("zero-grad", _("Why zero_grad"), lambda: gradients.zero_grad(torch)),
        ("autograd", _("Autograd"), lambda: gradients.autograd(torch)),
        ("next", _("Next"), gradients.afterwards),
    )


def section(place: int, torch: bool) -> Section:
    """One of them, computed; the last, which is what comes after the lesson, has no number."""
    every = plan(torch)
    key, title, make = every[place]
    return Section(key=key, number="" if key == "next" else str(place + 1), title=title, parts=make())

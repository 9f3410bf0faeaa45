"""`wxb demo`: the notebook *Linear Regression and Autograd*, start to end, on its own data.

Every number is computed when the demo runs, by the call that stands beside it. Nothing is read, written or downloaded.
Without PyTorch the sections that need it say so and the others run.
"""

from __future__ import annotations

from wxb.cli.demo.autograd import autograd, zero_grad
from wxb.cli.demo.line import afterwards, cost, data, hypothesis, prediction, shapes
from wxb.cli.demo.training import descent, learning_rate, training
from wxb.cli.extras import has_torch
from wxb.cli.screen import Screen


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

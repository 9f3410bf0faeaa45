"""Models side by side, as papers show them: terms down, models across, errors beneath.

content   models → rows of cells, which know nothing of where they are shown
text, markdown, latex, html   the same rows, each as its readers need them
model_table   what is given out: one value that can be shown in all four
"""

from __future__ import annotations

from wxb.report.side_by_side.look import Look
from wxb.report.side_by_side.model_table import ModelTable, side_by_side

__all__ = ["Look", "ModelTable", "side_by_side"]

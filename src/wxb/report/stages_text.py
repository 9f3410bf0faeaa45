"""What two stages rest on, in a line or two: how well the instruments tell, whether they agree, whether they were needed.

two stages: x by z1, z2 · first-stage F 38.1 · Sargan χ²(1) 0.379, p 0.538 · Wu–Hausman F(1, 193) 33.9, p 1.6e-8
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from wxb.i18n import _
from wxb.numbers import p_value, statistic
from wxb.printable import one_line
from wxb.report.lines import wrapped

if TYPE_CHECKING:
    from wxb.instruments import Stages

MOST_NAMED = 4


def stages_lines(stages: Stages) -> list[str]:
    tested = ", ".join(statistic(one.f) for one in stages.first)
    said = [
        _("two stages: {terms} by {told}", terms=_named(stages.endogenous), told=_named(stages.instruments)),
        _("first-stage F {f}", f=tested),
    ]
    if not isnan(stages.sargan):
        said.append(f"Sargan χ²({stages.sargan_freedom}) {statistic(stages.sargan)}, p {p_value(stages.sargan_p)}")
    if not isnan(stages.wu_hausman):
        first, second = stages.wu_freedom
        said.append(f"Wu–Hausman F({first}, {second}) {statistic(stages.wu_hausman)}, p {p_value(stages.wu_p)}")
    return wrapped(" · ".join(said), "  ", "    ")


def _named(names: tuple[str, ...]) -> str:
    shown = ", ".join(map(one_line, names[:MOST_NAMED]))
    count = len(names) - MOST_NAMED
    return _("{shown} and {count} more", shown=shown, count=count) if count > 0 else shown

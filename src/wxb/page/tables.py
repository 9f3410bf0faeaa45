"""What is tested of a line, in HTML: hypotheses, analyses of variance, inflation, means, nested lines, what rows say of errors."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from wxb.i18n import _
from wxb.numbers import DASH, number, p_value, statistic
from wxb.page.parts import by_columns, joined, listed, paragraph, table

if TYPE_CHECKING:
    from wxb.covariance.wild import WildTest
    from wxb.diagnostics.record import Diagnostics, StandingOut
    from wxb.hypotheses.anova import Anova
    from wxb.hypotheses.collinearity import Vif
    from wxb.hypotheses.margins import Margin, Margins
    from wxb.hypotheses.nested import Comparison
    from wxb.hypotheses.wald import WaldTest

LEVEL = 0.95


def tests(found: WaldTest) -> str:
    q, freedom = found.f_freedom
    rows = [
        [one.text, *_numbers(one.estimate, one.se), statistic(one.t), p_value(one.p), _between(one.interval(LEVEL))]
        for one in found.each
    ]
    head = [_("hypothesis"), _("estimate"), _("std. err"), "t", "p", _interval()]
    together = f"F({q}, {number(freedom)}) = {statistic(found.f)}, p {p_value(found.p)}"
    chi2 = f"χ²({q}) = {statistic(found.chi2)}, p {p_value(found.chi2_p)}"
    said = _("all together: {f}; {chi2}", f=together, chi2=chi2) if len(found) > 1 else ""
    caption = _("Tests of hypotheses, errors: {errors}", errors=found.errors)
    return table(head, rows, caption) + paragraph(said) + _notes(found.notes)


def anova(found: Anova) -> str:
    rows = [
        [one.name, str(one.df), number(one.sum_of_squares, 5), statistic(one.f), p_value(one.p) if one.df else DASH]
        for one in found.effects
    ]
    rows.append([_("residuals"), str(found.freedom), number(found.rss, 5), "", ""])
    head = [_("piece"), "df", _("sum of squares"), "F", "p"]
    return table(head, rows, _("Analysis of variance of {target}", target=found.target)) + _notes(found.notes)


def vif(found: Vif) -> str:
    rows = [[one.name, str(one.df), statistic(one.gvif), statistic(one.root)] for one in found.inflations]
    head = [_("piece"), "df", "GVIF", "GVIF^(1/2df)"]
    if all(one.df == 1 for one in found.inflations):
        rows, head = [[name, *rest] for name, __, *rest in rows], [head[0], "VIF", "√VIF"]
    said = _("condition of all coefficients: {condition}", condition=number(found.condition))
    return table(head, rows, _("Variance inflation")) + paragraph(said) + _notes(found.notes)


def margins(found: Margins) -> str:
    what = _("mean slope") if found.slopes else _("mean")
    caption = _("{what} of {target} by {of}, all else as in the rows", what=what, target=found.target, of=found.of)
    head = ["", what, _("std. err"), "t", "p", _interval()]
    return table(head, [_margin(one) for one in found.rows], caption) + _differences(found) + _notes(found.notes)


def _differences(found: Margins) -> str:
    if found.slopes or not 2 <= len({one.name for one in found.rows}) <= 12:
        return ""
    rows = [[*_margin(one), p_value(one.holm)] for one in found.differences]
    return table(["", _("difference"), _("std. err"), "t", "p", _interval(), _("Holm's p")], rows, _("Differences"))


def _margin(one: Margin) -> list[str]:
    return [one.label, *_numbers(one.estimate, one.se), statistic(one.t), p_value(one.p), _between(one.interval(LEVEL))]


def comparison(found: Comparison) -> str:
    steps = found.steps
    columns = [
        ["", *found.names],
        ["df", *map(str, found.freedom)],
        ["RSS", *(number(one, 5) for one in found.rss)],
        ["AIC", *(number(one, 5) for one in found.aic)],
        ["F", "", *(statistic(one.f) for one in steps)],
        ["p", "", *(p_value(one.p) for one in steps)],
        ["LR", "", *(statistic(one.lr) for one in steps)],
        ["p", "", *(p_value(one.lr_p) for one in steps)],
    ]
    return by_columns(columns, _("Nested lines of the same rows")) + _notes(found.notes)


def wild(found: WildTest) -> str:
    caption = _("Wild cluster bootstrap, {values} signs", values=found.values)
    row = [
        f"{found.name} = {number(found.null)}",
        statistic(found.t),
        p_value(found.p),
        str(found.draws),
        str(found.clusters),
    ]
    return table([_("hypothesis"), "t", "p", _("draws"), _("clusters")], [row], caption)


def diagnostics(found: Diagnostics) -> str:
    tests = [("Breusch–Pagan", found.breusch_pagan), ("White", found.white), ("Jarque–Bera", found.jarque_bera)]
    rows = [
        [name, statistic(one.statistic), str(one.freedom), p_value(one.p)] for name, one in tests if one is not None
    ]
    if not isnan(found.durbin_watson):
        rows.append(["Durbin–Watson", statistic(found.durbin_watson), "", ""])
    rows.append([_("predicted R²"), number(found.predicted_r2), "", ""])
    caption = _("What the rows say of the errors of {target}", target=found.target)
    standing = [
        *_standing(_("largest leverage"), found.leverage),
        *_standing(_("Cook's distance"), found.cook),
        *_standing(_("studentised error"), found.studentised),
    ]
    out = table([_("what"), _("row"), _("value")], standing, _("Rows that stand out")) if standing else ""
    return table([_("test"), _("statistic"), "df", "p"], rows, caption) + out + _notes(found.notes)


def _standing(name: str, rows: Sequence[StandingOut]) -> list[list[str]]:
    return [
        [name, str(one.row + 1) if one.label is None else f"{one.row + 1}: {one.label}", number(one.value)]
        for one in rows
    ]


def _numbers(*values: float) -> list[str]:
    return [number(value) if np.isfinite(value) else DASH for value in values]


def _between(ends: tuple[float, float]) -> str:
    return f"{number(ends[0])} … {number(ends[1])}" if np.isfinite(ends).all() else DASH


def _interval() -> str:
    return _("{level} % interval", level=number(100 * LEVEL))


def _notes(notes: Sequence[str]) -> str:
    return listed(f"! {joined(note.splitlines())}" for note in notes)

"""What is said of a line under a penalty: its λ and how it was chosen, its effective degrees of freedom, its certificate.

R² 0.8911 · cost 1.204 · 7.4 of 11 degrees of freedom
l2 = 0.07607, by folds the smallest cost of 50 · conditions of the minimum hold to 9e-17
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, sqrt
from typing import TYPE_CHECKING

import numpy as np

from wxb.advice import Advice
from wxb.fitted import Fitted
from wxb.i18n import N_, _
from wxb.numbers import fixed, number
from wxb.report.lines import wrapped

if TYPE_CHECKING:
    from wxb.penalties.answer import Answer

HOW = {
    "folds": N_("{name} = {value}, of {count} the one that predicts folds best"),
    "one-se": N_("{name} = {value}, of {count} the largest that predicts folds within one standard error of the best"),
    "leave-one-out": N_(
        "{name} = {value}, of {count} the one that predicts each row best by all others, at a cost of {cost}"
    ),
    "gcv": N_("{name} = {value}, of {count} the best by generalised cross-validation"),
}


def penalty_facts(model: Fitted, found: Answer, spelled: Callable[[str], str] = str) -> list[list[str]]:
    """Lines: R², cost, freedom; each λ and how it was chosen; the certificate; that there are no errors."""
    share = _("R² {share}", share=fixed(model.r2, 4)) if isfinite(model.r2) else ""
    freedom = _(
        "effective degrees of freedom {freedom} of {count}",
        freedom=number(found.freedom, 4),
        count=len(model.layout),
    )
    first = [text for text in (share, _("cost {cost}", cost=number(model.cost, 6)), freedom) if text]
    certificate = _("conditions of the minimum hold to {gap}", gap=number(found.gap, 2))
    zero = int((model.coef == 0).sum()) - len(model.dropped)
    sparse = _("coefficients at 0: {zero} of {count}", zero=zero, count=len(model.coef))
    second = [
        *penalties(model, found),
        *([sparse] if found.l1 or (model.coef.size and np.any(zero)) else []),
        certificate,
    ]
    chosen = found.path is not None or np.any(zero)
    none = (
        _(
            "standard errors and p are not known under a penalty: it pulls coefficients towards 0, and chose by these rows"
        )
        if chosen
        else _("standard errors and p are not known under a penalty: it pulls coefficients towards 0")
    )
    third = [text for text in (_rmse(model), spelled(_as_given(model, found))) if text]
    return [wrapped(" · ".join(first)), wrapped(" · ".join(second)), *map(wrapped, third), wrapped(none)]


def _rmse(model: Fitted) -> str:
    """How far off rows are predicted that the line did not see: at the best λ, the plainer one, and the one that was chosen."""
    path = model.path
    if path is None or path.judged_by == "gcv":
        return ""
    said: dict[int, list[str]] = {path.least: [_("the smallest")]}
    if path.within is not None:
        said.setdefault(path.within, []).append(_("the largest λ within one standard error"))
    said.setdefault(path.chosen, []).append(_("chosen"))
    each = [
        _(
            "{rmse} at {name} = {value} ({why})",
            rmse=number(sqrt(float(path.judged[place]))),
            name=path.varied,
            value=number(float(path.values[place])),
            why=", ".join(why),
        )
        for place, why in sorted(said.items(), reverse=True)
        if isfinite(path.judged[place])
    ]
    head = N_("RMSE of the folds, in units of {target}: {each}")
    if path.judged_by == "leave-one-out":
        head = N_("RMSE of rows left out, in units of {target}: {each}")
    return _(head, target=model.target, each="; ".join(each)) if each else ""


def _as_given(model: Fitted, found: Answer) -> str:
    """That folds judge a λ and choose none, where it was given as a number."""
    given = [name for name, value in (("l2", found.l2), ("l1", found.l1)) if value]
    if not given or model.path is not None or model.cross_validation is None:
        return ""
    return _("λ is as given, and the folds only judge it; {auto} has them choose one", auto=Advice(given[-1], "auto"))


def penalties(model: Fitted, found: Answer) -> list[str]:
    """Each λ, the chosen one with how."""
    path, said = model.path, []
    for name, value in (("l2", found.l2), ("l1", found.l1)):
        if path is not None and path.varied == name:
            how = "one-se" if path.chosen != path.least else path.judged_by
            cost = number(float(path.judged[path.chosen]))
            said.append(_(HOW[how], name=name, value=number(value), count=len(path), cost=cost))
        elif value:
            said.append(f"{name} = {number(value)}")
    return said

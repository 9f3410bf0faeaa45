"""What is said beside any test of a line: by which errors, and what should be known of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import _, _n
from wxb.numbers import counted, number
from wxb.printable import show

Found = TypeVar("Found")


def with_errors(name: str) -> str:
    """Errors as a sentence has them: `classical errors`, `errors clustered by school (CR1)`, `HAC errors, 4 lags`."""
    if name.startswith("clustered"):
        return _("errors {name}", name=name)
    first = re.split("[ ,]", name, maxsplit=1)[0]
    return _("{first} errors{rest}", first=first, rest=name[len(first) :])


def remarks_of(fitted: Fitted) -> tuple[str, ...]:
    """What should be known of a test of this line."""
    if fitted.penalised is not None:
        return (
            _(
                "standard errors, t, p and intervals are not known under a penalty: how far it moves the coefficients, and what is "
                "made of them, the rows do not tell"
            ),
        )
    inference = fitted.inference
    found = []
    if not fitted.is_minimum:
        found.append(_("what is tested is the exact minimum of the cost, not what the descent reached"))
    if inference.freedom == 0:
        found.append(
            _(
                "{rows} and as many coefficients leave no degree of freedom: nothing can be tested",
                rows=counted(inference.rows, "row"),
            )
        )
    elif inference.is_through_all:
        found.append(_("the line passes through every row: the errors are 0, and so is what a test can tell"))
    if fitted.moments.precision == "fast":
        certain = min((float(inference.certainty.errors[i]) for i in fitted.solution.kept), default=0.0)
        digits = number(certain, 2)
        told = (
            _n(
                "{digits} digit of each standard error is certain",
                "{digits} digits of each standard error are certain",
                1 if digits == "1" else 2,
                digits=digits,
            )
            if certain >= 1
            else _("no digit is certain")
        )
        found.append(_('the sums were rounded (`precision="fast"`): {told}', told=told))
    if fitted.steps is not None:
        found.append(fitted.steps.remark)
    return tuple(found)


def named(name: str, known: Mapping[str, Found], what: str) -> Found:
    """The one of that name; UsageError names those near it."""
    if name in known:
        return known[name]
    from difflib import get_close_matches

    near = get_close_matches(str(name), known, n=3, cutoff=0.5) or list(known)[:12]
    raise UsageError(
        _("there is no {what} {name}", what=what, name=show(str(name))),
        _("there are {near}", near=", ".join(map(show, near))),
    )

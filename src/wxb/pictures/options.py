"""What a picture may be told, each once; which kind takes what stands in `kinds`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import inf
from typing import Any

import numpy as np

from wxb import arguments
from wxb.errors import UsageError
from wxb.i18n import _

MOST_RATES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """term : the column that the picture goes along        interval : the level of intervals

    at : where to predict, {column: value} each
    rates : learning rates to draw        within : epochs of runs that are drawn and were not made
    """

    term: str | None = None
    at: Sequence[Mapping[str, Any]] = ()
    interval: float = 0.95
    rates: tuple[float, ...] = ()
    within: int | None = None

    @classmethod
    def of(cls, kind: str, takes: Sequence[str], given: Mapping[str, Any]) -> Options:
        """Options that were given, checked; UsageError for one that the kind does not take."""
        known = [field.name for field in fields(cls)]
        for name in given:
            if name not in takes or name not in known:
                named = ", ".join(f"`{one}=`" for one in takes)
                raise UsageError(
                    _("a picture `{kind}` takes no `{name}=`", kind=kind, name=name),
                    _("it takes {options}", options=named) if takes else _("leave it out"),
                )
        more = dict(given)
        if more.get("term") is not None:
            more["term"] = arguments.instance("term", more["term"], str, _("the name of a column"))
        if "interval" in more:
            more["interval"] = arguments.level(more["interval"], "interval")
        if more.get("rates") is not None:
            more["rates"] = _rates(more["rates"])
        if more.get("within") is not None:
            more["within"] = arguments.whole("within", more["within"], 1, _("a number of epochs, 1 or more"))
        if isinstance(more.get("at"), Mapping):
            more["at"] = (more["at"],)
        return cls(**more)


def _rates(given: Any) -> tuple[float, ...]:
    """Positive numbers, a few; one alone is that."""
    found = np.atleast_1d(arguments.vector("rates", np.atleast_1d(given), _("positive numbers"))).tolist()
    if not 0 < len(found) <= MOST_RATES or not all(0 < rate < inf for rate in found):
        what = _(
            "`rates` has {n} numbers, and takes 1 to {most} that are positive and finite", n=len(found), most=MOST_RATES
        )
        raise UsageError(what, _("give some, such as `rates=[0.001, 0.1]`"))
    return tuple(found)

"""The losses of a watched run as pictures: a curve for each line that differentiates one, with the findings where they show.

Of a long run the median and the extremes of its parts are drawn; what left the range of numbers ends where it left it.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from wxb._typing import Vector
from wxb.i18n import _, _n
from wxb.marks.axis import Axis, around
from wxb.marks.mark import Mark, Role, between, dots, line, rule
from wxb.marks.scene import Panel, Scene
from wxb.numbers import number, thousands
from wxb.pictures.words import name_of
from wxb.watching.curves import Curves, Loss
from wxb.watching.finding import Finding

MOST_LINES = 4
MOST_LOSSES, PARTS = 400, 200  # of a curve that are drawn one by one; parts of a longer one
DIVERGING = frozenset(("nan", "overflow", "learning-rate", "stale-gradients"))


def losses(curves: Curves, findings: Sequence[Finding]) -> list[Scene]:
    """A picture for each of the longest curves; the numbers of findings where they show."""
    kept = sorted((one for one in curves.losses if len(one.calls)), key=lambda one: one.calls[-1], reverse=True)
    steps = 1 + max((rate.until for rate in curves.rates), default=0)
    return [_loss(one, findings if place == 0 else (), steps) for place, one in enumerate(kept[:MOST_LINES])]


def _loss(loss: Loss, findings: Sequence[Finding], steps: int) -> Scene:
    calls, value, low, high = (np.asarray(one, float) for one in (loss.calls, loss.value, loss.low, loss.high))
    everything = np.concatenate([value, low, high])
    finite = everything[np.isfinite(everything)]
    log = bool(len(finite)) and float(finite.min()) > 0 and float(finite.max()) > 20 * float(finite.min())
    at, middle, least, greatest = _parted(calls, value, low, high)
    marks: list[Mark] = []
    if (least != greatest).any() and np.isfinite([least, greatest]).all():
        marks.append(between(at, least, greatest, "row-band", name=_("least and greatest between")))
    marks += drawn_line(at, middle, "path", _("median") if len(at) < len(calls) else "")
    if loss.bad_at >= 0:
        marks.append(rule(x=loss.bad_at, role="diverge", text=_("not finite")))
    for at, numbers in _places(loss, findings, steps).items():
        marks.append(rule(x=at, role="limit", text=" ".join(numbers)))
    ends = [number(loss.first if loss.first == loss.first else float(value[0])), number(float(value[-1]))]
    count = loss.calls[-1] + 1
    seen = calls if loss.bad_at < 0 else calls[calls <= 1.5 * loss.bad_at + 5]  # what comes after is not there
    panel = Panel(
        x=along(_("backward call"), seen), y=around(_("loss"), finite, log=log), marks=tuple(marks), aspect=0.5
    )
    said = _n(
        "From {first} to {last} in {n} backward call at {site}.",
        "From {first} to {last} in {n} backward calls at {site}.",
        count,
        first=ends[0],
        last=ends[1],
        n=thousands(count),
        site=loss.site,
    )
    if loss.bad_at >= 0:
        said = _("From {first}, not finite from backward call {at} on, of {n}, at {site}.", first=ends[0],
                 at=thousands(loss.bad_at), n=thousands(count), site=loss.site)  # fmt: skip
    return Scene(
        kind="loss",
        title=_("The loss at {site}", site=name_of(str(loss.site))),
        description=said,
        panels=(panel,),
        table={_("backward call"): calls.tolist(), _("loss"): value.tolist()},
    )


def _parted(calls: Vector, value: Vector, low: Vector, high: Vector) -> tuple[Vector, Vector, Vector, Vector]:
    """Of many losses the last call, the median and the extremes of each of PARTS parts."""
    if len(calls) <= MOST_LOSSES:
        return calls, value, low, high
    parts = np.array_split(np.arange(len(calls)), PARTS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # parts without a finite number
        finite = [np.where(np.isfinite(one), one, np.nan) for one in (value, low, high)]
        middle, least, greatest = (
            np.array([of(one[part]) for part in parts]) for of, one in zip((np.nanmedian, np.nanmin, np.nanmax), finite)
        )
    return np.array([calls[part[-1]] for part in parts]), middle, least, greatest


def drawn_line(x: Vector, y: Vector, role: Role, name: str = "") -> list[Mark]:
    """A line, or the dot that it is where it has one number."""
    seen = np.isfinite(y)
    return [line(x, y, role, name=name) if seen.sum() != 1 else dots(x[seen], y[seen], role, name=name)]


def _places(loss: Loss, findings: Sequence[Finding], steps: int) -> dict[float, list[str]]:
    """Where findings show: at the call they name, those of a loss that runs away where it was lowest, others at their step.

    steps : of the run, which lie evenly between its calls
    """
    value = np.asarray(loss.value, float)
    finite = np.isfinite(value)
    lowest = float(loss.calls[int(np.nanargmin(np.where(finite, value, np.inf)))]) if finite.any() else 0.0
    found: dict[float, list[str]] = {}
    for place, one in enumerate(findings, 1):
        calls_a_step = (loss.calls[-1] + 1) / steps
        at = calls_a_step * (one.step or 0) if one.call is None else float(one.call)
        if one.rule in DIVERGING and one.call is None:
            at = float(loss.bad_at) if one.rule in ("nan", "overflow") and loss.bad_at >= 0 else lowest
        found.setdefault(at, []).append(f"{place} {one.rule}")
    return found


def along(label: str, *steps: Vector) -> Axis:
    return around(label, *steps, margin=0.02)

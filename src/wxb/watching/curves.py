"""The curves of a run: losses by backward call; gradients, updates, weights and rates by step, for each layer. No torch.

    loss            each line that differentiates one
    gradient        ‖∂loss/∂W‖ as the optimizer finds it        update      ‖W after − W before‖        ratio    update / ‖W‖
    dead            share of a layer's units (rows of its weights) whose gradient is exactly 0
    learning rate   each group of each optimizer, exactly: from which step on it is what

Steps that were not looked at are not there; NaN is what was not to be had at one that was.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from wxb.numbers import finite_or_text
from wxb.watching.events import Curve
from wxb.watching.finding import Site

SCHEMA = "wxb.curves/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """calls : backward calls, from 0        value : the last of each bin, which has `low` and `high`        bad_at : −1

    first : the first of all, where it is known
    """

    site: Site
    calls: Sequence[int]
    value: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    bad_at: int
    first: float = math.nan

    def to_dict(self) -> dict[str, Any]:
        return {
            "file": self.site.file,
            "line": self.site.line,
            "backward_call": list(self.calls),
            **{name: [finite_or_text(one) for one in getattr(self, name)] for name in ("value", "low", "high")},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer at the steps that were looked at; `parameters` is the count of its numbers."""

    name: str
    parameters: int
    steps: Sequence[int]
    gradient: Sequence[float]
    update: Sequence[float]
    weight: Sequence[float]
    dead: Sequence[float]

    @property
    def ratio(self) -> list[float]:
        """Update by weight."""
        return [u / w if w > 0 else math.nan for u, w in zip(self.update, self.weight)]

    def to_dict(self) -> dict[str, Any]:
        series = ("gradient", "update", "weight", "ratio", "dead")
        return {
            "layer": self.name,
            "parameters": self.parameters,
            "step": list(self.steps),
            **{name: [finite_or_text(one) for one in getattr(self, name)] for name in series},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate is `value` from its step on, until the next; the last until the last step of the optimizer, `until`.

    low, high : bounds until the next step; they are `value` where each change is kept, of fewer than 2000
    """

    name: str
    steps: Sequence[int]
    value: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    until: int

    def to_dict(self) -> dict[str, Any]:
        series = ("value", "low", "high")
        return {
            "group": self.name,
            "step": list(self.steps),
            **{name: [finite_or_text(one) for one in getattr(self, name)] for name in series},
            "until": self.until,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """alarms : backward calls at which something was new or wrong, so that the run was looked at closely"""

    losses: tuple[Loss, ...] = ()
    layers: tuple[Layer, ...] = ()
    rates: tuple[Rate, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """JSON, every number in full."""
        return {
            "schema": SCHEMA,
            "losses": [one.to_dict() for one in self.losses],
            "layers": [one.to_dict() for one in self.layers],
            "learning_rates": [one.to_dict() for one in self.rates],
            "notes": list(self.notes),
        }


def losses_of(curves: Mapping[Site, Curve]) -> tuple[Loss, ...]:
    """The losses of a thread, as they are shown."""
    wholes = [(site, curve.whole, curve.first[0]) for site, curve in curves.items() if curve.count]
    return tuple(
        Loss(
            site=site,
            calls=one.at(),
            value=one.last,
            low=one.bounds()[0],
            high=one.bounds()[1],
            bad_at=one.bad_at,
            first=first,
        )
        for site, one, first in wholes
    )


def together(several: Sequence[Curves]) -> Curves:
    """Those of several threads; no two layers have one name, and no two rates."""
    layers = [one for each in several for one in each.layers]
    rates = [one for each in several for one in each.rates]
    return Curves(
        losses=tuple(one for each in several for one in each.losses),
        layers=tuple(replace(one, name=name) for one, name in zip(layers, told_apart([one.name for one in layers]))),
        rates=tuple(replace(one, name=name) for one, name in zip(rates, told_apart([one.name for one in rates]))),
        notes=tuple(dict.fromkeys(note for each in several for note in each.notes)),
    )


def told_apart(names: Sequence[str]) -> list[str]:
    """Names that are there several times, with a number each: `net.0 (1)`, `net.0 (2)`, but none that is there already."""
    counts, taken = Counter(names), set(names)
    told, numbers = [], dict.fromkeys(names, 0)
    for name in names:
        own = name
        while own in taken and counts[name] > 1:
            numbers[name] += 1
            own = f"{name} ({numbers[name]})"
        taken.add(own)
        told.append(own)
    return told

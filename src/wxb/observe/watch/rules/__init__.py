"""The rules, in the order they are told of events. Each is one file: what it looks for, how it knows, what it says."""

from __future__ import annotations

from wxb.observe.watch.events import Rule
from wxb.observe.watch.rules.broadcast import Broadcast
from wxb.observe.watch.rules.flat import Flat
from wxb.observe.watch.rules.gradient import NoGradient
from wxb.observe.watch.rules.learning_rate import LearningRate
from wxb.observe.watch.rules.nan import NotANumber
from wxb.observe.watch.rules.overflow import Overflow
from wxb.observe.watch.rules.scale import Scale
from wxb.observe.watch.rules.stale import StaleGradients
from wxb.observe.watch.rules.untracked import UntrackedUpdate
from wxb.observe.watch.rules.update import NoUpdate

RULES: list[type[Rule]] = [
    NotANumber,
    Broadcast,
    StaleGradients,
    UntrackedUpdate,
    NoGradient,
    NoUpdate,
    LearningRate,
    Overflow,
    Scale,
    Flat,
]

__all__ = ["RULES"]

"""The rules, in the order they are told of events. Each is one file: what it looks for, how it knows, what it says."""

from __future__ import annotations

from wxb.watching.events import Rule
from wxb.watching.rules.accumulation import Accumulation
from wxb.watching.rules.broadcast import Broadcast
from wxb.watching.rules.clip_order import ClipOrder
from wxb.watching.rules.crash import Crash
from wxb.watching.rules.dead import Dead
from wxb.watching.rules.double_softmax import DoubleSoftmax
from wxb.watching.rules.flat import Flat
from wxb.watching.rules.gradient import NoGradient
from wxb.watching.rules.graph_leak import GraphLeak
from wxb.watching.rules.learning_rate import LearningRate
from wxb.watching.rules.lost_update import LostUpdate
from wxb.watching.rules.missing_log import MissingLog
from wxb.watching.rules.mode import Mode
from wxb.watching.rules.nan import NotANumber
from wxb.watching.rules.overflow import Overflow
from wxb.watching.rules.penalty import Penalty
from wxb.watching.rules.rate_leap import RateLeap
from wxb.watching.rules.reduction import Reduction
from wxb.watching.rules.same_batch import SameBatch
from wxb.watching.rules.scale import Scale
from wxb.watching.rules.schedule import ScheduleOrder
from wxb.watching.rules.softmax_dim import SoftmaxDim
from wxb.watching.rules.stale import StaleGradients
from wxb.watching.rules.unregistered import Unregistered
from wxb.watching.rules.untracked import UntrackedUpdate
from wxb.watching.rules.update import NoUpdate

RULES: list[type[Rule]] = [
    NotANumber,
    Crash,
    Broadcast,
    SoftmaxDim,
    DoubleSoftmax,
    MissingLog,
    StaleGradients,
    Mode,
    SameBatch,
    ClipOrder,
    UntrackedUpdate,
    Unregistered,
    NoGradient,
    Penalty,
    NoUpdate,
    LostUpdate,
    ScheduleOrder,
    Reduction,
    Accumulation,
    LearningRate,
    RateLeap,
    Overflow,
    Scale,
    Dead,
    Flat,
    GraphLeak,
]

__all__ = ["RULES"]

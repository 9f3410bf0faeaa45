"""What is asked of a fit, frozen: what is read, by which method, which rows count for what; and how it runs.

A `Question` decides the answer to the last bit; a `Running` changes nothing in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from numbers import Integral
from os import PathLike
from typing import Any, Literal, Protocol

from wxb.arguments import NO_NUMBERS, function, path, wrong
from wxb.choices import conform
from wxb.data.selection import Selection
from wxb.i18n import _
from wxb.question.shares import Shares

__all__ = ["Method", "Question", "Running", "Selection", "Shares"]


class Method(Protocol):
    """A way to the coefficients: a frozen record of its own options."""

    def estimate(self, question: Question, passes: Any) -> Any:
        """The `wxb.estimate.Estimate` from the rows, in one pass or several (`wxb.passes.again.Passes`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """selection : what is read        method : the way to the coefficients, and its options        intercept : whether b is fitted

    rank : "drop" lets later ones of collinear terms give way, "error" refuses them
    precision : of the sums, "exact" or "fast"        shares : test rows and folds
    absorb : columns of labels of which each level has an effect that is fitted and not shown; a text is one column
    se : which standard errors, as `wxb.covariance.errors.Errors` spells them; None the classical ones
    """

    method: Method
    selection: Selection = field(default_factory=Selection)
    precision: Literal["exact", "fast"] = "exact"
    rank: Literal["drop", "error"] = "drop"
    intercept: bool = True
    absorb: tuple[str, ...] | None = None
    se: str | None = None
    shares: Shares = field(default_factory=Shares)

    def __post_init__(self) -> None:
        if isinstance(self.absorb, str):
            object.__setattr__(self, "absorb", (self.absorb,))
        conform(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """threads : None takes all cores        progress : called with (rows, total)        on_epoch : with each entry of the path

    checkpoint : where the state of a long scan is put aside
    """

    threads: int | None = None
    progress: Callable[[int, int | None], None] | None = None
    on_epoch: Callable[[Any], None] | None = None
    checkpoint: str | PathLike[str] | None = None

    def __post_init__(self) -> None:
        function("progress", self.progress, _("(rows, total)"))
        function("on_epoch", self.on_epoch, _("an Entry of the trajectory"))
        if self.checkpoint is not None:
            path("checkpoint", self.checkpoint)
        if self.threads is not None and (not _is_whole(self.threads) or self.threads < 1):
            raise wrong("threads", _("1 or more"), self.threads, _("leave it out for all cores"))


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, NO_NUMBERS)

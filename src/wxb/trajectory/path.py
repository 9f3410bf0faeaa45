"""The path of a descent: where (W, b) was after every epoch, what it cost, and how it ended.

Integers count from 0 as in the notebook: at epoch e the gradient is taken at the current (W, b), the step is made, and the
entry shows W and b *after* the step and the cost *before* it. The test cost stands beside the cost: same coefficients,
other rows. Every epoch is kept up to `KEPT_AT_MOST`; beyond that the logged ones and the last.

>>> from wxb.descent import descend
>>> for line in descend(bowl, lr=0.01, epochs=2000).log_lines(1000):
...     print(line)
Epoch    0/1999 W: 0.187, b: 0.080 Cost: 18.666667
Epoch 1000/1999 W: 1.971, b: 0.066 Cost: 0.000633
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.arguments import whole
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.numbers import number, numbered
from wxb.trajectory.entry import Entry
from wxb.trajectory.kept import KEPT_AT_MOST
from wxb.trajectory.log import LINE_WIDTH, LogLine
from wxb.trajectory.outcome import Outcome
from wxb.values import Shown, Value, still

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory(Value, Shown):
    """k kept epochs of a descent over p weights and an intercept.

    Attributes
    ----------
    terms : p names of the weights
    intercept : whether b was descended on; b is 0 throughout when it was not
    epochs (k,), W (k, p), b (k,), cost (k,), test_cost (k,) or None, gradient_norm (k,), lr (k,)
    outcome : how it ended, with the next action in its text
    total_epochs : epochs asked for; the log counts to total_epochs − 1 as the notebook does
    start : W (p,) and b where it started
    final_cost, final_test_cost : at W[-1], b[-1], after the last step
    best : the coefficients with the lowest test cost among the epochs kept. Its epoch is the one whose test cost it
        is, its W and b are those *before* that epoch's step
    log_every : distance of the kept epochs when not all were kept, 1 when they were
    method : how the steps were made, "" for plain gradient descent at a constant rate: "momentum 0.9", "adam, batches of 32"
    notes : what the reader of the log should know
    """

    terms: tuple[str, ...]
    intercept: bool
    epochs: Integers
    W: Matrix
    b: Vector
    cost: Vector
    gradient_norm: Vector
    lr: Vector
    outcome: Outcome
    total_epochs: int
    start: tuple[Vector, float]
    final_cost: float
    test_cost: Vector | None = None
    final_test_cost: float | None = None
    best: Entry | None = None
    log_every: int = 1
    method: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        Value.__post_init__(self)
        still(self.start[0])

    def __repr__(self) -> str:
        weights = numbered(len(self.terms), "weight") + (" and b" if self.intercept else "")
        what = f"{numbered(self.outcome.epochs, 'epoch')}, {weights}"
        return f"Trajectory({what}: {self.outcome.kind.value}, cost {number(self.final_cost)})"

    def __len__(self) -> int:
        return len(self.epochs)

    def at(self, epoch: int) -> Entry:
        """The entry of an epoch. Raises UsageError when that epoch was not made or not kept."""
        epoch = whole("epoch", epoch, -(10**18), _("a whole number"))
        position = int(np.searchsorted(self.epochs, epoch))
        if position < len(self.epochs) and self.epochs[position] == epoch:
            return self.entry(position)
        last = int(self.epochs[-1])
        if epoch < 0 or epoch > last:
            raise UsageError(
                _("epoch {epoch} was not made: the run has epochs 0 … {last}", epoch=epoch, last=last),
                _("ask for one of these epochs"),
            )
        near = self.epochs[[max(position - 1, 0), position]]
        raise UsageError(
            _(
                "epoch {epoch} was not kept: beyond {most} epochs only every {log_every}th is",
                epoch=epoch,
                most=KEPT_AT_MOST,
                log_every=self.log_every,
            ),
            _(
                "ask for epoch {near} or {other}, or run with a log interval that divides {epoch}",
                near=near[0],
                other=near[1],
                epoch=epoch,
            ),
        )

    def entry(self, position: int) -> Entry:
        """The entry at a position, counted among the kept ones."""
        position = whole("position", position, -len(self), _("a position among the kept entries"))
        if position >= len(self):
            raise UsageError(
                _(
                    "there are {count} kept entries, and none at position {position}",
                    count=len(self),
                    position=position,
                ),
                _("ask for one of the positions there are, from 0"),
            )
        return Entry(
            epoch=int(self.epochs[position]),
            W=self.W[position],
            b=float(self.b[position]),
            cost=float(self.cost[position]),
            test_cost=None if self.test_cost is None else float(self.test_cost[position]),
            gradient_norm=float(self.gradient_norm[position]),
            lr=float(self.lr[position]),
        )

    def entries(self) -> Iterator[Entry]:
        """Every kept entry."""
        return map(self.entry, range(len(self)))

    def log_lines(self, every: int = 100, width: int = LINE_WIDTH) -> Iterator[str]:
        """The notebook's log: one line for each kept epoch that `every` divides, and the last of a run that stopped early.

        width : cells of a line, which decide how many weights are named
        """
        every = whole("every", every, 1, _("a number of epochs, 1 or more"))
        line = LogLine(
            terms=self.terms,
            intercept=self.intercept,
            last=self.total_epochs - 1,
            largest=float(max(np.abs(self.W).max(initial=0.0), np.abs(self.b).max(initial=0.0))),
            dearest=float(self.cost.max(initial=0.0)),
            tested=self.test_cost is not None,
            width=width,
        )
        stopped_early = len(self) > 0 and self.epochs[-1] != self.total_epochs - 1
        for position, epoch in enumerate(self.epochs.tolist()):
            if epoch % every == 0 or (stopped_early and position == len(self) - 1):
                yield line.text(self.entry(position))

    def to_dicts(self) -> Iterator[dict[str, object]]:
        """One object per kept epoch, for JSON lines."""
        for entry in self.entries():
            record: dict[str, object] = {"epoch": entry.epoch, "W": entry.W.tolist(), "b": entry.b, "cost": entry.cost}
            if entry.test_cost is not None:
                record["test_cost"] = entry.test_cost
            record["gradient_norm"] = entry.gradient_norm
            record["lr"] = entry.lr
            yield record

    def to_arrow(self) -> pyarrow.Table:
        """The kept epochs as an Arrow table: epoch, one column W[term] per weight, b, cost, (test_cost), gradient_norm, lr."""
        import pyarrow

        columns: dict[str, Vector | Integers] = {"epoch": self.epochs}
        columns |= {f"W[{term}]": np.ascontiguousarray(self.W[:, j]) for j, term in enumerate(self.terms)}
        columns |= {"b": self.b, "cost": self.cost}
        if self.test_cost is not None:
            columns["test_cost"] = self.test_cost
        columns |= {"gradient_norm": self.gradient_norm, "lr": self.lr}
        return pyarrow.table(columns)

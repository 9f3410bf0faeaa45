"""What a loop has reached so far: every epoch up to the number that can be kept, then the logged ones."""

from __future__ import annotations

import math

import numpy as np

from wxb._typing import Vector
from wxb.trajectory import KEPT_AT_MOST, Entry, Outcome, Trajectory, epochs_to_keep


class SoFar:
    """Entries as they come; `trajectory` freezes them."""

    def __init__(
        self,
        terms: tuple[str, ...],
        intercept: bool,
        total: int,
        log_every: int | None,
        W: Vector,
        b: float,
        method: str = "",
    ) -> None:
        self.method = method
        self.terms, self.intercept, self.total, self.log_every = terms, intercept, total, log_every
        self.start_W, self.start_b = W, b
        self.interval = epochs_to_keep(total, log_every)[0]
        self.made = 0
        self.first_cost = self.last_cost = 0.0
        self.best_epoch = 0
        self._best: Entry | None = None
        self._entries: list[Entry] = []
        self._last: Entry | None = None

    def add(
        self, epoch: int, W: Vector, b: float, cost: float, test_cost: float | None, norm: float, lr: float
    ) -> Entry:
        """Note an epoch; its entry."""
        before = self.last()
        entry = Entry(epoch, W, b, cost, test_cost, norm, lr)
        if epoch < KEPT_AT_MOST or epoch % self.interval == 0:
            self._entries.append(entry)
        if self.made == 0:
            self.first_cost = cost
        if test_cost is not None and (
            self._best is None or self._best.test_cost is None or test_cost < self._best.test_cost
        ):
            self._best = Entry(epoch, before[0], before[1], cost, test_cost, norm, lr)
            self.best_epoch = epoch
        self.made, self.last_cost, self._last = epoch + 1, cost, entry
        return entry

    def last(self) -> tuple[Vector, float]:
        """W and b after the last epoch, or the start."""
        return (self.start_W, self.start_b) if self._last is None else (self._last.W, self._last.b)

    def trajectory(self, outcome: Outcome, final_cost: float, final_test_cost: float | None) -> Trajectory:
        """The kept epochs."""
        interval, _ = epochs_to_keep(self.made, self.log_every if self.total <= KEPT_AT_MOST else self.interval)
        kept = [entry for entry in self._entries if entry.epoch % interval == 0]
        assert self._last is not None
        if not kept or kept[-1].epoch != self._last.epoch:
            kept.append(self._last)
        tested = [entry.test_cost for entry in kept if entry.test_cost is not None]
        return Trajectory(
            terms=self.terms,
            intercept=self.intercept,
            epochs=np.array([entry.epoch for entry in kept], dtype=np.int64),
            W=np.stack([entry.W for entry in kept]),
            b=np.array([entry.b for entry in kept]),
            cost=np.array([entry.cost for entry in kept]),
            gradient_norm=np.array([entry.gradient_norm for entry in kept]),
            lr=np.array([entry.lr for entry in kept]),
            outcome=outcome,
            total_epochs=self.total,
            start=(self.start_W, self.start_b),
            final_cost=final_cost if math.isfinite(final_cost) else self.last_cost,
            test_cost=np.array(tested) if tested else None,
            final_test_cost=final_test_cost,
            best=self._best,
            log_every=interval,
            method=self.method,
        )

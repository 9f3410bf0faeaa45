"""The loop itself, one epoch at a time: on all rows at once, block by block where they are streamed, or in batches."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wxb.errors import UsageError
from wxb.i18n import _
from wxb.training.feed import Batch, Feed
from wxb.training.line import Line

if TYPE_CHECKING:
    import torch


@dataclass(slots=True, eq=False)
class Loop:
    """One epoch at a time: (cost before the step, gradient norm)."""

    model: Line
    feed: Feed
    optimizer: torch.optim.Optimizer
    batch_size: int | None
    seed: int
    interrupted: bool = False

    def epoch(self, number: int) -> tuple[float, float]:
        if self.batch_size is None:
            return self._step(None)
        costs, weights = [], []
        mean: list[torch.Tensor] = []
        try:
            for batch in self.feed.batches(self.batch_size, number, self.seed):
                weight = batch.weight
                costs.append(self._step(batch)[0] * weight)
                weights.append(weight)
                share = weight / self.feed.total
                gradients = [gradient * share for gradient in self.model.gradients()]
                mean = [a + g for a, g in zip(mean, gradients)] if mean else gradients
        except KeyboardInterrupt:
            if number or not mean:  # the last whole epoch is what was reached
                raise
            self.interrupted = True  # in the first epoch the steps made are all there is
            costs = costs[: len(weights)]
        return math.fsum(costs) / math.fsum(weights), _norm(mean)

    def _step(self, batch: Batch | None) -> tuple[float, float]:
        """zero_grad, backward, step on a batch, or on all rows. The optimizer may call for the cost more than once (L-BFGS)."""
        seen: list[tuple[float, float]] = []

        def closure() -> float:
            self.optimizer.zero_grad()
            value = self._backward(batch)
            if not seen:
                seen.append((value, _norm(self.model.gradients()) if batch is None else 0.0))
            return value

        try:
            self.optimizer.step(closure)
        except RuntimeError as error:
            name = type(self.optimizer).__name__
            raise UsageError(
                _(
                    "the optimizer {name} cannot make this step: {splitlines}",
                    name=name,
                    splitlines=str(error).splitlines()[0],
                ),
                _("choose another optimizer, such as sgd or adam"),
            ) from error
        return seen[0]

    def _backward(self, batch: Batch | None) -> float:
        if batch is not None or self.feed.in_memory:
            cost = self.model.batch_cost(batch if batch is not None else next(self.feed.blocks()))
            cost.backward()
            return cost.item()
        parts = []
        for block in self.feed.blocks():
            part = self.model.batch_cost(block, self.feed.total)
            part.backward()
            parts.append(part.item())
        return math.fsum(parts)


def _norm(gradients: list[torch.Tensor]) -> float:
    return math.sqrt(math.fsum(float(gradient.double().square().sum()) for gradient in gradients))

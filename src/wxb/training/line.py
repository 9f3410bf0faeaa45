"""The line on tensors: the leaves W (p,) and b (1,), and the cost of rows.

Refuses a device that computes nothing, a type of numbers too small to descend in, a start of another length.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wxb._typing import Vector
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.training.feed import Batch, Feed

if TYPE_CHECKING:
    import torch

Cost = Callable[["torch.Tensor", "torch.Tensor"], "torch.Tensor"]


def squared(hypothesis: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Squared error of each row."""
    return (hypothesis - y) ** 2


COSTS: dict[str, Cost] = {"squared": squared}


@dataclass(slots=True, eq=False)
class Line:
    """The leaves and the cost. b is None without an intercept."""

    W: torch.Tensor
    b: torch.Tensor | None
    cost: Cost

    def row_costs(self, batch: Batch) -> torch.Tensor:
        # One feature is multiplied elementwise, as the notebook does: a matrix product rounds differently.
        hypothesis = batch.X * self.W if batch.X.shape[1] == 1 else batch.X @ self.W
        return self.cost(hypothesis if self.b is None else hypothesis + self.b, batch.y)

    def batch_cost(self, batch: Batch, total: float | None = None) -> torch.Tensor:
        """Mean over the batch, or its part of the mean over rows whose weights add to `total`."""
        costs = self.row_costs(batch)
        if total is None and batch.w is None:
            return costs.mean()
        weighted = costs if batch.w is None else costs * batch.w
        return weighted.sum() / (total if total is not None else batch.w.sum() if batch.w is not None else len(costs))

    def mean_cost(self, feed: Feed) -> float:
        """The cost on all rows, without a graph."""
        import torch

        with torch.no_grad():
            if feed.in_memory:
                return float(self.batch_cost(next(feed.blocks())))
            return math.fsum(float(self.batch_cost(block, feed.total)) for block in feed.blocks())

    def values(self) -> tuple[Vector, float]:
        W = self.W.detach().cpu().numpy().astype(np.float64)
        return W, 0.0 if self.b is None else float(self.b.detach())

    def set(self, W: Vector, b: float) -> None:
        """Put the leaves back to given values."""
        import torch

        with torch.no_grad():
            self.W.copy_(torch.tensor(W, dtype=self.W.dtype))
            if self.b is not None:
                self.b.fill_(b)

    def gradients(self) -> list[torch.Tensor]:
        leaves = [self.W] if self.b is None else [self.W, self.b]
        return [leaf.grad for leaf in leaves if leaf.grad is not None]


def leaves(
    torch: Any, features: int, intercept: bool, start: Vector | None, dtype: torch.dtype, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    W = torch.zeros(features, dtype=dtype, device=device)
    b = torch.zeros(1, dtype=dtype, device=device)
    if start is not None:
        values = np.asarray(start, dtype=np.float64)
        if values.shape != (features + intercept,) or not np.isfinite(values).all():
            raise UsageError(
                _(
                    "the start has shape {shape} and must be {features} finite numbers, intercept first",
                    shape=values.shape,
                    features=features + intercept,
                ),
                _("give a start of that length"),
            )
        W.copy_(torch.as_tensor(values[1:] if intercept else values))
        if intercept:
            b.fill_(float(values[0]))
    return W.requires_grad_(), b.requires_grad_(intercept)


def device_named(torch: Any, name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.zeros(1, device=device).tolist()  # "meta" computes nothing
    except (RuntimeError, AssertionError) as error:
        raise UsageError(
            _("the device {name!r} cannot be used: {splitlines}", name=name, splitlines=str(error).splitlines()[0]),
            _("device='cpu' always can"),
        ) from None
    return device


def dtype_named(torch: Any, name: str) -> torch.dtype:
    if name not in ("float32", "float64"):
        raise UsageError(
            _("the dtype is {name!r}; it is 'float64' or 'float32'", name=name),
            _('give `dtype="float64"` or `dtype="float32"`'),
        )
    return getattr(torch, name)


def cost_named(name: str) -> Cost:
    if name not in COSTS:
        raise UsageError(_("there is no cost {name!r}", name=name), _("the costs are {costs}", costs=", ".join(COSTS)))
    return COSTS[name]

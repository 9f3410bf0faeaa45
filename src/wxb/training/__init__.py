"""The notebook's training loop: hypothesis, cost, zero_grad, backward, step, on any optimizer of torch.optim.

    for epoch in range(epochs):
        hypothesis = x_train * W + b                      X @ W + b for several features
        cost = torch.mean((hypothesis - y_train) ** 2)
        optimizer.zero_grad(); cost.backward(); optimizer.step()

W (p,) and b (1,) are separate leaves, as there. On all rows at once the cost of an epoch is that before its step. With
batches the cost is the mean over the epoch's batches, each before its own step, and the gradient norm that of the mean
gradient; the final cost is always that of all rows at the final W and b. Rows that do not fit in memory are streamed:
on all rows their gradients are accumulated block by block.

It gives the same `Trajectory` as `wxb.descent`, which needs no torch and no data, but only does squares and plain steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wxb._typing import Vector
from wxb.errors import MissingExtra, NumericalError, UsageError
from wxb.numbers import readable
from wxb.training.feed import Batch, Feed, Source
from wxb.training.optimizers import make_optimizer, optimizer_names
from wxb.training.so_far import SoFar
from wxb.trajectory import Entry, Outcome, OutcomeKind, Stop, Trajectory, blown_up_beyond

if TYPE_CHECKING:
    import torch

__all__ = ["optimizer_names", "train"]

Cost = Callable[["torch.Tensor", "torch.Tensor"], "torch.Tensor"]


def squared(hypothesis: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Squared error of each row."""
    return (hypothesis - y) ** 2


COSTS: dict[str, Cost] = {"squared": squared}


def train(
    source: Source,
    *,
    terms: Sequence[str] | None = None,
    intercept: bool = True,
    cost: str = "squared",
    optimizer: str = "sgd",
    lr: float | None = None,
    epochs: int,
    momentum: float = 0.0,
    nesterov: bool = False,
    options: Mapping[str, Any] | None = None,
    batch_size: int | None = None,
    seed: int = 0,
    dtype: str = "float64",
    device: str = "cpu",
    start: Vector | None = None,
    test: Source | None = None,
    stop: Stop | None = None,
    on_epoch: Callable[[Entry], None] | None = None,
    log_every: int | None = None,
    stop_when_blown_up: bool = True,
) -> Trajectory:
    """The path of (W, b) by autograd.

    source : (X, y), (X, y, w), or a function that starts an iterator of such blocks anew for every epoch
    terms : p names; x1 … xp by default
    lr : None takes the optimizer's own default
    options : further options of the optimizer, by torch's names
    start : (q,) intercept first; zeros by default, as in the notebook
    stop : gradient_norm and patience; the rules that need the minimum belong to `wxb.descent`
    on_epoch : called with the entry of every epoch, after its step
    stop_when_blown_up : SGD on all rows is stopped once its cost is a thousand times the start's (more with momentum)

    Raises UsageError, MissingExtra without torch, NumericalError when the cost is not finite at the start. KeyboardInterrupt
    after the first step of batches, or the first epoch of all rows, ends the run with what was reached.
    """
    torch = _torch()
    _checked(epochs, batch_size, stop, test)
    place = _device(torch, device)
    kind = _dtype(torch, dtype)
    feed = Feed(source, dtype=kind, device=place)
    names = tuple(terms) if terms is not None else tuple(f"x{j + 1}" for j in range(feed.features))
    if len(names) != feed.features:
        raise UsageError(
            f"{len(names)} terms were named and X has {feed.features} columns", "give one name for each column of X"
        )
    W, b = _leaves(torch, feed.features, intercept, start, kind, place)
    sgd = optimizer.lower() in ("sgd", "gd")
    wanted = (
        dict(options or {}) | ({"momentum": momentum} if momentum else {}) | ({"nesterov": True} if nesterov else {})
    )
    engine = make_optimizer(optimizer, [W, b] if intercept else [W], 1e-3 if sgd and lr is None else lr, wanted)
    model = _Model(W, b if intercept else None, COSTS[_cost_name(cost)])
    loop = _Loop(model, feed, engine, batch_size, seed)
    tested = None if test is None else Feed(test, dtype=kind, device=place)
    if tested is not None and tested.features != feed.features:
        raise UsageError(
            f"the test rows have {tested.features} columns and the training rows {feed.features}",
            "give test rows with the same columns",
        )
    method = _method(optimizer, wanted, batch_size)
    so_far = SoFar(names, intercept, epochs, log_every, *model.values(), method)
    limit = blown_up_beyond(wanted.get("momentum", 0.0)) if sgd and batch_size is None and stop_when_blown_up else None
    outcome = _run(loop, so_far, epochs, tested, stop or Stop(), on_epoch, limit)
    model.set(*so_far.last())
    return so_far.trajectory(outcome, model.mean_cost(feed), None if tested is None else model.mean_cost(tested))


@dataclass(slots=True, eq=False)
class _Model:
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


@dataclass(slots=True, eq=False)
class _Loop:
    """One epoch at a time: (cost before the step, gradient norm)."""

    model: _Model
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
                f"the optimizer {name} cannot make this step: {str(error).splitlines()[0]}",
                "choose another optimizer, such as sgd or adam",
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


def _run(
    loop: _Loop,
    so_far: SoFar,
    epochs: int,
    test: Feed | None,
    stop: Stop,
    on_epoch: Callable[[Entry], None] | None,
    growth_limit: float | None,
) -> Outcome:
    """Make the epochs until one of the endings."""
    lr = _rate(loop.optimizer)
    try:
        for epoch in range(epochs):
            test_cost = None if test is None else loop.model.mean_cost(test)
            cost, norm = loop.epoch(epoch)
            W, b = loop.model.values()
            if not (math.isfinite(cost) and math.isfinite(b) and np.isfinite(W).all()):
                return _not_finite(so_far, epoch, lr)
            entry = so_far.add(epoch, W, b, cost, test_cost, norm, _rate(loop.optimizer))
            if loop.interrupted:
                return Outcome(OutcomeKind.INTERRUPTED, so_far.made, reason="in the middle of the first epoch", lr=lr)
            if on_epoch is not None:
                on_epoch(entry)
            if growth_limit is not None and cost > growth_limit * so_far.first_cost:
                return Outcome(OutcomeKind.DIVERGING, epoch + 1, epoch=epoch, last_cost=cost, lr=lr)
            if stop.gradient_norm is not None and norm <= stop.gradient_norm:
                reason = f"gradient norm {readable(norm)} at epoch {epoch}, at most {readable(stop.gradient_norm)}"
                return Outcome(OutcomeKind.CONVERGED, epoch + 1, reason=reason, lr=lr)
            if stop.patience is not None and epoch - so_far.best_epoch >= stop.patience:
                reason = f"the test cost was lowest at epoch {so_far.best_epoch} and not lower in the {stop.patience} epochs after"
                return Outcome(OutcomeKind.CONVERGED, epoch + 1, reason=reason, lr=lr)
    except KeyboardInterrupt:
        if not so_far.made:
            raise
        return Outcome(OutcomeKind.INTERRUPTED, so_far.made, lr=lr)
    return Outcome(OutcomeKind.EPOCHS_USED_UP, epochs, lr=lr)


def _not_finite(so_far: SoFar, epoch: int, lr: float) -> Outcome:
    if not so_far.made:
        raise NumericalError(
            "the cost, or the first step from it, is beyond the range of the numbers used",
            "take a smaller learning rate, scale the columns, or use dtype float64",
        )
    return Outcome(OutcomeKind.NOT_FINITE, so_far.made, epoch=epoch, last_cost=so_far.last_cost, lr=lr)


def _method(optimizer: str, options: Mapping[str, Any], batch_size: int | None) -> str:
    """How the steps are made, in words; "" for plain gradient descent on all rows."""
    plain = optimizer.lower() in ("sgd", "gd")
    parts = [] if plain and (options or batch_size is None) else [optimizer.lower()]
    parts += [f"{name} {value}" for name, value in options.items()]
    return ", ".join(parts + ([f"batches of {batch_size}"] if batch_size else []))


def _norm(gradients: list[torch.Tensor]) -> float:
    return math.sqrt(math.fsum(float(gradient.double().square().sum()) for gradient in gradients))


def _rate(optimizer: torch.optim.Optimizer) -> float:
    return float(optimizer.param_groups[0].get("lr", math.nan))


def _leaves(
    torch: Any, features: int, intercept: bool, start: Vector | None, dtype: torch.dtype, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    W = torch.zeros(features, dtype=dtype, device=device)
    b = torch.zeros(1, dtype=dtype, device=device)
    if start is not None:
        values = np.asarray(start, dtype=np.float64)
        if values.shape != (features + intercept,) or not np.isfinite(values).all():
            raise UsageError(
                f"the start has shape {values.shape} and must be {features + intercept} finite numbers, intercept first",
                "give a start of that length",
            )
        W.copy_(torch.as_tensor(values[1:] if intercept else values))
        if intercept:
            b.fill_(float(values[0]))
    return W.requires_grad_(), b.requires_grad_(intercept)


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise MissingExtra("torch", "torch", "descent by autograd") from None
    return torch


def _device(torch: Any, name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.zeros(1, device=device).tolist()  # "meta" computes nothing
    except (RuntimeError, AssertionError) as error:
        raise UsageError(
            f"the device {name!r} cannot be used: {str(error).splitlines()[0]}", "device='cpu' always can"
        ) from None
    return device


def _dtype(torch: Any, name: str) -> torch.dtype:
    if name not in ("float32", "float64"):
        raise UsageError(
            f"the dtype is {name!r}; it is 'float64' or 'float32'", 'give `dtype="float64"` or `dtype="float32"`'
        )
    return getattr(torch, name)


def _cost_name(name: str) -> str:
    if name not in COSTS:
        raise UsageError(f"there is no cost {name!r}", f"the costs are {', '.join(COSTS)}")
    return name


def _checked(epochs: int, batch_size: int | None, stop: Stop | None, test: Source | None) -> None:
    if epochs < 1:
        raise UsageError(
            f"{epochs} epochs were asked for; a run has at least 1", "give a number of epochs in that range"
        )
    if batch_size is not None and batch_size < 1:
        raise UsageError(
            f"the batch size is {batch_size}; it is a number of rows, 1 or more", "give a batch of at least 1 row"
        )
    if stop is None:
        return
    if stop.cost_within is not None or stop.standard_errors is not None:
        raise UsageError(
            "cost and standard errors from the minimum are known to the moments engine only",
            "stop by gradient norm or patience here",
        )
    if stop.patience is not None and test is None:
        raise UsageError(
            "patience watches the test cost, and there are no test rows", "give a test share, or another rule"
        )

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
from typing import TYPE_CHECKING, Any

import numpy as np

from wxb._typing import Vector
from wxb.errors import MissingExtra, NumericalError, UsageError
from wxb.i18n import _
from wxb.numbers import counted, readable
from wxb.training.feed import Feed, Source
from wxb.training.line import Line, cost_named, device_named, dtype_named, leaves
from wxb.training.loop import Loop
from wxb.training.optimizers import make_optimizer, optimizer_names
from wxb.training.so_far import SoFar
from wxb.trajectory import Entry, Outcome, OutcomeKind, Stop, Trajectory, blown_up_beyond

if TYPE_CHECKING:
    import torch

__all__ = ["optimizer_names", "train"]


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
    place = device_named(torch, device)
    kind = dtype_named(torch, dtype)
    feed = Feed(source, dtype=kind, device=place)
    names = tuple(terms) if terms is not None else tuple(f"x{j + 1}" for j in range(feed.features))
    if len(names) != feed.features:
        raise UsageError(
            _(
                "X has {columns}, and the terms that are named are {count}",
                count=len(names),
                columns=counted(feed.features, "column"),
            ),
            _("give one name for each column of X"),
        )
    W, b = leaves(torch, feed.features, intercept, start, kind, place)
    sgd = optimizer.lower() in ("sgd", "gd")
    wanted = (
        dict(options or {}) | ({"momentum": momentum} if momentum else {}) | ({"nesterov": True} if nesterov else {})
    )
    engine = make_optimizer(optimizer, [W, b] if intercept else [W], 1e-3 if sgd and lr is None else lr, wanted)
    model = Line(W, b if intercept else None, cost_named(cost))
    loop = Loop(model, feed, engine, batch_size, seed)
    tested = None if test is None else Feed(test, dtype=kind, device=place)
    if tested is not None and tested.features != feed.features:
        raise UsageError(
            _(
                "the test rows have {columns} and the training rows {given}",
                columns=counted(tested.features, "column"),
                given=feed.features,
            ),
            _("give test rows with the same columns"),
        )
    method = _method(optimizer, wanted, batch_size)
    so_far = SoFar(names, intercept, epochs, log_every, *model.values(), method)
    limit = blown_up_beyond(wanted.get("momentum", 0.0)) if sgd and batch_size is None and stop_when_blown_up else None
    outcome = _run(loop, so_far, epochs, tested, stop or Stop(), on_epoch, limit)
    model.set(*so_far.last())
    return so_far.trajectory(outcome, model.mean_cost(feed), None if tested is None else model.mean_cost(tested))


def _run(
    loop: Loop,
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
                return Outcome(
                    OutcomeKind.INTERRUPTED, so_far.made, reason=_("in the middle of the first epoch"), lr=lr
                )
            if on_epoch is not None:
                on_epoch(entry)
            if growth_limit is not None and cost > growth_limit * so_far.first_cost:
                return Outcome(OutcomeKind.DIVERGING, epoch + 1, epoch=epoch, last_cost=cost, lr=lr)
            if stop.gradient_norm is not None and norm <= stop.gradient_norm:
                reason = _(
                    "gradient norm {norm} at epoch {epoch}, at most {gradient_norm}",
                    norm=readable(norm),
                    epoch=epoch,
                    gradient_norm=readable(stop.gradient_norm),
                )
                return Outcome(OutcomeKind.CONVERGED, epoch + 1, reason=reason, lr=lr)
            if stop.patience is not None and epoch - so_far.best_epoch >= stop.patience:
                reason = _(
                    "the test cost was lowest at epoch {best_epoch} and not lower in {patience} after it",
                    best_epoch=so_far.best_epoch,
                    patience=counted(stop.patience),
                )
                return Outcome(OutcomeKind.CONVERGED, epoch + 1, reason=reason, lr=lr)
    except KeyboardInterrupt:
        if not so_far.made:
            raise
        return Outcome(OutcomeKind.INTERRUPTED, so_far.made, lr=lr)
    return Outcome(OutcomeKind.EPOCHS_USED_UP, epochs, lr=lr)


def _not_finite(so_far: SoFar, epoch: int, lr: float) -> Outcome:
    if not so_far.made:
        raise NumericalError(
            _("the cost, or the first step from it, is beyond the range of the numbers used"),
            _("take a smaller learning rate, scale the columns, or use dtype float64"),
        )
    return Outcome(OutcomeKind.NOT_FINITE, so_far.made, epoch=epoch, last_cost=so_far.last_cost, lr=lr)


def _rate(optimizer: torch.optim.Optimizer) -> float:
    return float(optimizer.param_groups[0].get("lr", math.nan))


def _method(optimizer: str, options: Mapping[str, Any], batch_size: int | None) -> str:
    """How the steps are made, in words; "" for plain gradient descent on all rows."""
    plain = optimizer.lower() in ("sgd", "gd")
    parts = [] if plain and (options or batch_size is None) else [optimizer.lower()]
    parts += [f"{name} {value}" for name, value in options.items()]
    return ", ".join(parts + ([_("batches of {batch_size}", batch_size=batch_size)] if batch_size else []))


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise MissingExtra("torch", "torch", _("descent by autograd")) from None
    return torch


def _checked(epochs: int, batch_size: int | None, stop: Stop | None, test: Source | None) -> None:
    if epochs < 1:
        raise UsageError(
            _("{epochs} epochs were asked for; a run has at least 1", epochs=epochs),
            _("give a number of epochs in that range"),
        )
    if batch_size is not None and batch_size < 1:
        raise UsageError(
            _("the batch size is {batch_size}; it is a number of rows, 1 or more", batch_size=batch_size),
            _("give a batch of at least 1 row"),
        )
    if stop is None:
        return
    if stop.cost_within is not None or stop.standard_errors is not None:
        raise UsageError(
            _("cost and standard errors from the minimum are known to the moments engine only"),
            _("stop by gradient norm or patience here"),
        )
    if stop.patience is not None and test is None:
        raise UsageError(
            _("patience watches the test cost, and there are no test rows"), _("give a test share, or another rule")
        )

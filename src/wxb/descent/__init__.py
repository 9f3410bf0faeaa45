"""Gradient descent on a bowl: what PyTorch's SGD would do on the data, computed from the moments.

The step is torch.optim.SGD's, v = 0 at the start:  v ← βv + g,  θ ← θ − lr·v,  or with Nesterov  θ ← θ − lr(g + βv).
In the eigenvectors of the Hessian every component moves by itself, so the state after e epochs is a closed form
(`wxb.learning_rates.modes`): a billion epochs cost what a thousand do. Schedules and the exact line search change the rate
from epoch to epoch and are stepped, O(q) each.

    frame     the coordinates: eigenvectors, standardised or not        motion    c(e) in closed form, or by steps
    walk      which epochs are kept, which rule ends the run            ending    the outcome, with its next action

>>> path = descend(bowl, lr=0.01, epochs=2000)
>>> path.at(1999).W, path.outcome.kind.value
(array([1.9973...]), 'epochs used up')
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from wxb._typing import Marks, Matrix, Vector
from wxb.bowl import Bowl
from wxb.descent.ending import FOREVER, NEAR_ENOUGH, SIX_DIGITS, Stepping, diverging, outcome_of, unstable
from wxb.descent.frame import Frame, frame_of
from wxb.descent.motion import Stepped
from wxb.descent.schedule import Schedule
from wxb.descent.walk import Rules, Walk, walk_constant, walk_stepped
from wxb.errors import NumericalError, UsageError
from wxb.i18n import _
from wxb.learning_rates.theory import checked_momentum, checked_rate
from wxb.numbers import counted, readable
from wxb.trajectory import Entry, OutcomeKind, Stop, Trajectory

__all__ = ["Schedule", "Stop", "descend", "explained"]


STEPS_WITHOUT_EPOCHS = 100_000
"""The most epochs of a run whose rate changes, where no number of epochs was given."""


def descend(
    bowl: Bowl,
    *,
    lr: float | str | None = None,
    epochs: int | None = None,
    momentum: float = 0.0,
    nesterov: bool = False,
    schedule: str | Schedule | None = None,
    start: Vector | None = None,
    scale: str | None = None,
    test: Bowl | None = None,
    stop: Stop | None = None,
    log_every: int | None = None,
    line_search: bool = False,
    standard_errors: Vector | None = None,
    on_epoch: Callable[[Entry], None] | None = None,
) -> Trajectory:
    """The path of full-batch gradient descent.

    lr : a rate, or "auto" (None is the same): the best constant rate for this momentum
    epochs : None goes on until `stop` holds
    schedule : see `Schedule`: "step:500:0.1", "exponential:0.999", "cosine", "inverse:0.01"
    start : (q,) in the order of bowl.names; zeros by default
    scale : "standard" descends on standardised columns; W and b come back in the user's units
    test : the bowl of the test rows, in the same terms
    stop : by default none when both lr and epochs are numbers. Otherwise the coefficients within NEAR_ENOUGH standard
        errors of the minimum, or where these are not known (or zero) the distance a millionth of the start's
    log_every : distance of the kept epochs beyond 10 000; None: 100, or more so that at most 1000 are kept
    standard_errors : (q,) of the coefficients, in the order of bowl.names
    on_epoch : called with each kept entry; a KeyboardInterrupt of it ends the run there, with what was reached

    Raises UsageError for options that do not fit together, NumericalError when `stop` would never hold.
    """
    momentum = checked_momentum(momentum, nesterov)
    _checked_options(bowl, lr, epochs, momentum, schedule, line_search, test)
    frame = frame_of(bowl, start, scale, standard_errors)
    automatic = lr is None or lr == "auto"
    rate = frame.rates.best_for(momentum, nesterov) if automatic else checked_rate(_number(lr))
    if stop is None and (automatic or epochs is None):
        stop = _default_stop(frame)
    rules = Rules(frame, stop or Stop())
    if schedule is None and not line_search:
        stepping = Stepping(rate, momentum, nesterov)
        walk = _constant(frame, stepping, rules, epochs, log_every)
    else:
        total = epochs or STEPS_WITHOUT_EPOCHS
        plan = None if schedule is None else Schedule.parse(schedule)
        change = _("exact line search") if plan is None else _("schedule {text}", text=plan.text)
        stepping = Stepping(None, momentum, nesterov, change)
        motion = Stepped(
            frame.components,
            frame.rates.eigenvalues,
            lr=rate,
            momentum=momentum,
            nesterov=nesterov,
            schedule=plan,
            total=total,
        )
        walk = walk_stepped(motion, rules, total, log_every)
    path = _trajectory(frame, stepping, walk, epochs or walk.made, test, stop)
    last = _interrupted_at(path, on_epoch)
    if last is None:
        return path
    walk = replace(_cut(walk, int(np.searchsorted(walk.epochs, last)) + 1), interrupted=True)
    return _trajectory(frame, stepping, walk, epochs or walk.made, test, stop)


def _interrupted_at(path: Trajectory, on_epoch: Callable[[Entry], None] | None) -> int | None:
    """The epoch at which the caller, who is shown each entry, ended the run; None when they saw it to its end."""
    if on_epoch is not None:
        for entry in path.entries():
            try:
                on_epoch(entry)
            except KeyboardInterrupt:
                return entry.epoch
    return None


def explained(
    path: Trajectory,
    bowl: Bowl,
    *,
    momentum: float = 0.0,
    nesterov: bool = False,
    standard_errors: Vector | None = None,
    gradient_descent: bool = True,
) -> Trajectory:
    """A trajectory another engine made on this bowl, its outcome completed by what the bowl knows.

    The distance left in cost and standard errors, and, where the steps were those of full-batch gradient descent, the
    epochs missing or the cause of a divergence. Other optimizers (`gradient_descent=False`) get the distance only.
    """
    theta = bowl.layout.join(path.W[-1], path.b[-1])
    frame = frame_of(bowl, bowl.layout.join(*path.start), None, standard_errors)
    rate = float(path.lr[-1])
    stepping = Stepping(rate if gradient_descent else None, momentum, nesterov)
    outcome = path.outcome
    if outcome.kind in (OutcomeKind.DIVERGING, OutcomeKind.NOT_FINITE):
        if unstable(frame, stepping):
            seen = outcome.epoch if outcome.kind is OutcomeKind.DIVERGING else None
            outcome = replace(diverging(frame, stepping, outcome.epochs, seen, rate), last_cost=outcome.last_cost)
        return replace(path, outcome=outcome)
    reached = (frame.rates.eigenvectors.T @ (theta - bowl.minimum))[None]
    walk = Walk(
        path.epochs[-1:], reached, reached, path.lr[-1:], 1, outcome.epochs, outcome.reason,
        interrupted=outcome.kind is OutcomeKind.INTERRUPTED,
    )  # fmt: skip
    return replace(path, outcome=outcome_of(frame, stepping, walk))


def _checked_options(
    bowl: Bowl,
    lr: float | str | None,
    epochs: int | None,
    momentum: float,
    schedule: object,
    line_search: bool,
    test: Bowl | None,
) -> None:
    if isinstance(lr, str) and lr != "auto":
        raise UsageError(
            _("the learning rate is {lr!r}; it is a positive number or 'auto'", lr=lr),
            _('give a positive number, or `lr="auto"`'),
        )
    if epochs is not None and (epochs < 1 or epochs > FOREVER):
        raise UsageError(
            _("{epochs} epochs were asked for; a run has 1 to 10^15", epochs=epochs),
            _("give a number of epochs in that range"),
        )
    if line_search and not (lr is None or lr == "auto"):
        raise UsageError(
            _("the exact line search finds the rate of every epoch, and a rate is given"), _("leave one of them out")
        )
    if line_search and (momentum or schedule):
        raise UsageError(
            _("the exact line search goes with neither momentum nor a schedule"), _("leave one of them out")
        )
    if test is not None and test.layout != bowl.layout:
        raise UsageError(
            _("the test rows have the terms {names}, the training rows {given}", names=test.names, given=bowl.names),
            _("give test rows of the same terms"),
        )


def _number(lr: float | str | None) -> float:
    assert isinstance(lr, (int, float))
    return lr


def _default_stop(frame: Frame) -> Stop:
    if frame.errors is not None:
        return Stop(standard_errors=NEAR_ENOUGH)
    bound = SIX_DIGITS * float(frame.excess(frame.components[None])[0])
    return Stop(cost_within=bound if bound > 0 else 1e-300)


def _constant(frame: Frame, stepping: Stepping, rules: Rules, epochs: int | None, log_every: int | None) -> Walk:
    motion = stepping.motion(frame)
    walk = walk_constant(motion, rules, epochs or FOREVER, log_every, unstable(frame, stepping))
    if epochs is None and not walk.reason and walk.blown is None:
        best = frame.rates.best_for(stepping.momentum, stepping.nesterov)
        raise NumericalError(
            _("at lr {lr} the stopping rule does not hold within 10^15 epochs", lr=readable(motion.lr, 6)),
            _("the best constant rate is {best}; {text}", best=readable(best), text=frame.rates.scaled().text),
        )
    return walk


def _trajectory(
    frame: Frame, stepping: Stepping, walk: Walk, total: int, test: Bowl | None, stop: Stop | None
) -> Trajectory:
    test_cost = None if test is None else _cost(test, frame.theta(walk.before))
    best_position = None if test_cost is None else int(np.argmin(test_cost))
    patience = None if stop is None else stop.patience
    if patience is not None:
        if test_cost is None:
            raise UsageError(
                _("patience watches the test cost, and there are no test rows"), _("give a test share, or another rule")
            )
        walk = _cut_by_patience(walk, test_cost, patience)
        test_cost = test_cost[: len(walk.epochs)]
        best_position = int(np.argmin(test_cost))
    outcome = outcome_of(frame, stepping, walk)
    finite = _finite(frame, walk)
    theta = frame.theta(walk.after[finite])
    W, b = frame.bowl.layout.split(theta)
    cost = frame.bowl.floor + frame.excess(walk.before[finite])
    last = frame.bowl.floor + float(frame.excess(walk.after[finite][-1:])[0])
    start_W, start_b = frame.bowl.layout.split(frame.start)
    path = Trajectory(
        terms=frame.bowl.layout.terms,
        intercept=frame.bowl.layout.intercept,
        epochs=walk.epochs[finite],
        W=W,
        b=b,
        cost=cost,
        gradient_norm=frame.gradient_norm(walk.before[finite]),
        lr=walk.rate[finite],
        outcome=outcome,
        total_epochs=total,
        start=(start_W, float(start_b)),
        final_cost=last if np.isfinite(last) else float(cost[-1]),
        test_cost=None if test_cost is None else test_cost[finite],
        final_test_cost=None if test is None else float(_cost(test, theta[-1:])[0]),
        log_every=walk.log_every,
        method=stepping.method,
        notes=_notes(frame),
    )
    if best_position is None or best_position >= len(path):
        return path
    return replace(path, best=_best(path, frame, walk, best_position))


def _best(path: Trajectory, frame: Frame, walk: Walk, position: int) -> Entry:
    """The entry of the lowest test cost, with the coefficients that have it: those before the step."""
    if position == 0:
        W, b = path.start
    elif path.log_every == 1:
        W, b = path.W[position - 1], float(path.b[position - 1])
    else:
        W, b = frame.bowl.layout.split(frame.theta(walk.before[position : position + 1])[0])
    return replace(path.entry(position), W=W, b=float(b))


def _cut_by_patience(walk: Walk, test_cost: Vector, patience: int) -> Walk:
    """The walk up to the first kept epoch that is `patience` epochs past the lowest test cost until then."""
    lowest = np.minimum.accumulate(test_cost)
    is_new = np.append(True, test_cost[1:] < lowest[:-1])
    best_epoch = np.maximum.accumulate(np.where(is_new, walk.epochs, 0))
    late = np.flatnonzero(walk.epochs - best_epoch >= patience)
    if not len(late):
        return walk
    end = int(late[0]) + 1
    reason = _(
        "the test cost was lowest at epoch {best_epoch} and not lower in {patience} after it",
        best_epoch=best_epoch[end - 1],
        patience=counted(patience),
    )
    return replace(_cut(walk, end), reason=reason)


def _cut(walk: Walk, end: int) -> Walk:
    """The first `end` kept epochs of a walk."""
    return replace(
        walk, epochs=walk.epochs[:end], before=walk.before[:end], after=walk.after[:end], rate=walk.rate[:end],
        made=int(walk.epochs[end - 1]) + 1, reason="", blown=None,
    )  # fmt: skip


def _finite(frame: Frame, walk: Walk) -> Marks:
    """The kept epochs whose numbers are all finite; a run that blows up at once keeps at least its first."""
    finite = np.isfinite(frame.excess(walk.before)) & np.isfinite(walk.after).all(axis=-1)
    if not finite.any():
        rate = frame.rates.max
        raise NumericalError(
            _("the coefficients leave the range of float64 at the first step"),
            _("rates up to {rate} converge (without momentum)", rate=readable(rate)),
        )
    return finite


def _notes(frame: Frame) -> tuple[str, ...]:
    notes = []
    if frame.standard is not None:
        notes.append(
            _("descended on standardised columns; W and b are in your units, rates are for the standardised ones")
        )
    if frame.rates.flat:
        notes.append(
            _(
                "{flat} direction(s) are flat, because terms are collinear: descent ends at the minimum "
                "nearest to its start",
                flat=frame.rates.flat,
            )
        )
    return tuple(notes)


def _cost(bowl: Bowl, theta: Matrix) -> Vector:
    """Mean squared error at θ (k, q) → (k,); one matrix product, where `Bowl.cost` loops over pairs."""
    with np.errstate(over="ignore", invalid="ignore"):
        delta = theta - bowl.minimum
        return bowl.floor + bowl.excess(delta)

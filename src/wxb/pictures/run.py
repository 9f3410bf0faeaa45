"""The descent that was made, as pictures see it: where it was after each epoch, from its real start, and what came of it.

A picture is *of the run made*: its start, rate, momentum, schedule, scaling, batches. Costs along it are those of all rows.
*Arrived* is a cost above the minimum of a ten thousandth of the start's (two digits of distance), or a stopping rule that held.

A model read from a file has no path; of the exact minimum there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.bowl import Bowl
from wxb.descent import descend
from wxb.errors import UsageError
from wxb.fitted import NO_ANSWER, Fitted
from wxb.i18n import N_, _, _n
from wxb.learning_rates import Rates, Verdict, VerdictKind, rates_of
from wxb.learning_rates.verdict import ARRIVED
from wxb.marks.mark import Role
from wxb.marks.measure import shortened
from wxb.methods.descent import Descent
from wxb.methods.training import Training
from wxb.numbers import in_words, number, readable, told_apart
from wxb.printable import cells, one_line
from wxb.trajectory import OutcomeKind, Trajectory

ROLES: dict[VerdictKind, Role] = {
    VerdictKind.TOO_SMALL: "slow",
    VerdictKind.SLOW: "slow",
    VerdictKind.GOOD: "good",
    VerdictKind.ZIGZAG: "zigzag",
    VerdictKind.CRITICAL: "zigzag",
    VerdictKind.DIVERGING: "diverge",
}
CAME = {
    VerdictKind.TOO_SMALL: N_("too small: not there yet"),
    VerdictKind.SLOW: N_("slow: not there yet"),
    VerdictKind.GOOD: N_("good: it arrives"),
    VerdictKind.ZIGZAG: N_("zigzag: across the minimum at every epoch"),
    VerdictKind.CRITICAL: N_("exactly critical: it never arrives"),
    VerdictKind.DIVERGING: N_("too large: it climbs"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """How steps are made. full : each goes down the gradient of all rows        scaled : of standardised columns"""

    momentum: float = 0.0
    nesterov: bool = False
    scaled: bool = False
    full: bool = True

    @property
    def scale(self) -> str | None:
        return "standard" if self.scaled else None


@dataclass(frozen=True, eq=False)
class Run:
    """A descent on a bowl. steps : how it was made"""

    bowl: Bowl
    path: Trajectory
    steps: Steps = Steps()

    @cached_property
    def track(self) -> Matrix:
        """(k + 1, q) the coefficients from the start on, after each kept epoch."""
        path = self.path
        return self.bowl.layout.join(np.vstack([path.start[0], path.W]), np.append(path.start[1], path.b))

    @property
    def epochs(self) -> Integers:
        """(k + 1,) how many epochs were made until there."""
        return np.append(0, self.path.epochs + 1)

    @cached_property
    def excess(self) -> Vector:
        """(k + 1,) of the cost above the minimum."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.bowl.excess(self.track - self.bowl.minimum)

    @property
    def made(self) -> int:
        return self.path.outcome.epochs

    @property
    def diverges(self) -> bool:
        return self.path.outcome.kind.value in NO_ANSWER

    @property
    def arrived(self) -> bool:
        if self.diverges:
            return False
        enough = self.excess[-1] <= ARRIVED**2 * self.excess[0] * (1 + 1e-9)
        return bool(enough) or self.path.outcome.kind is OutcomeKind.CONVERGED

    @property
    def constant(self) -> bool:
        """Whether every step had one rate, down the gradient of all rows."""
        return self.steps.full and bool(np.all(self.path.lr == self.path.lr[0]))

    @cached_property
    def rates(self) -> Rates:
        """Of the columns as they were descended on."""
        return rates_on(self.bowl, self.steps)

    @cached_property
    def verdict(self) -> Verdict | None:
        """Of its rate, where it had one."""
        if not self.constant:
            return None
        lr, steps = float(self.path.lr[0]), self.steps
        return self.rates.verdict(lr, steps.momentum, steps.nesterov, epochs=max(self.made, 1))

    @property
    def came(self) -> VerdictKind:
        """What came of it: judged by where it is, and only then by its rate."""
        if self.diverges:
            return VerdictKind.DIVERGING
        kind = None if self.verdict is None else self.verdict.kind
        if kind in (VerdictKind.ZIGZAG, VerdictKind.CRITICAL):
            return kind
        if self.arrived:
            return VerdictKind.GOOD
        return kind if kind in (VerdictKind.TOO_SMALL, VerdictKind.SLOW) else VerdictKind.SLOW

    @property
    def came_text(self) -> str:
        if self.came is VerdictKind.GOOD and not self.constant:
            return _("it arrives")
        return _(CAME[self.came])

    @property
    def rate_text(self) -> str:
        """Its rate, and what else decided its steps."""
        lr = self.path.lr
        if np.all(lr == lr[0]):
            said = _("learning rate {lr}", lr=readable(float(lr[0])))
        else:
            said = _("learning rate {first} … {last}", first=readable(float(lr[0])), last=readable(float(lr[-1])))
        return " · ".join([said, *([self.path.method] if self.path.method else [])])

    @property
    def end_text(self) -> str:
        """How far it came."""
        said = (
            _n("{n} epoch", "{n} epochs", self.made) if self.made < 10_000 else _("{n} epochs", n=in_words(self.made))
        )
        growth = self.path.outcome.growth
        if self.diverges and growth is not None and growth > 1:
            return _(
                "{epochs}: the distance grows × {growth} each epoch", epochs=said, growth=told_apart(growth, 1.0)[0]
            )
        if self.diverges:
            return _("{epochs}: the cost grew to {cost}", epochs=said, cost=readable(self.path.final_cost))
        left = number(max(float(self.excess[-1]), 0.0), 3)
        return _("{epochs}: cost {left} above the minimum", epochs=said, left=left)

    @property
    def note(self) -> str:
        """What is to be known of the units, and why it went wrong."""
        said = (
            [_("descended on standardised columns; the path is drawn in the units of the columns")]
            if self.steps.scaled
            else []
        )
        cause = self.path.outcome.cause
        if cause is not None and self.diverges:
            lr, limit = told_apart(cause.lr, cause.limit)
            said.append(
                _("rates from {limit} on diverge ({rule}), and this one is {lr}", limit=limit, rule=cause.rule, lr=lr)
            )
        if self.path.log_every > 1:
            every = self.path.log_every
            said.append(_("every {every}th epoch was kept and is drawn", every=every))
        if self.rates.flat:
            said.append(
                _("collinear terms leave the cost flat in some directions: the minimum nearest to the start is drawn")
            )
        return " · ".join(said)

    @cached_property
    def goal(self) -> Vector:
        """(q,) the minimum that it goes to: of several, because terms are collinear, that nearest to the start."""
        if not self.rates.flat:
            return self.bowl.minimum
        away = self.track[0] - self.bowl.minimum
        vectors = rates_of(self.bowl).eigenvectors
        return self.bowl.minimum + away - vectors @ (vectors.T @ away)


def run_of(model: Fitted) -> Run:
    """The run that was made; UsageError where there is none, or none was kept."""
    model.estimate.refuse_unless_least_squares(_("a descent"))
    if model.trajectory is None:
        raise UsageError(
            _("this picture is of a descent, and this line is the exact minimum")
            if model.is_minimum
            else _("this picture is of the path of a descent, and a model read from a file has none"),
            _("fit it with `lr=` and `epochs=`"),
        )
    return Run(model.bowl, model.trajectory, steps_of(model))


def steps_of(model: Fitted) -> Steps:
    method = model.question.method
    if isinstance(method, Descent):
        return Steps(momentum=method.momentum, nesterov=method.nesterov, scaled=method.scale is not None)
    if isinstance(method, Training):
        return Steps(momentum=method.momentum, nesterov=method.nesterov, full=method.gradient_descent)
    return Steps()


def rates_on(bowl: Bowl, steps: Steps) -> Rates:
    """Of the columns as they are descended on."""
    found = rates_of(bowl)
    if not steps.scaled:
        return found
    standard = found.standard()
    return rates_of(Bowl(bowl.layout, standard.hessian, standard.into(bowl.minimum), bowl.floor, bowl.rows))


def start_of(model: Fitted) -> Vector:
    """(q,) where the run began; zeros where none was made."""
    path = model.trajectory
    return np.zeros(len(model.layout)) if path is None else model.layout.join(*path.start)


def tried(model: Fitted, lr: float, epochs: int) -> Run:
    """A run at another rate: the same start, momentum and scaling."""
    steps = steps_of(model)
    path = descend(
        model.bowl,
        lr=lr,
        epochs=epochs,
        momentum=steps.momentum,
        nesterov=steps.nesterov,
        start=start_of(model),
        scale=steps.scale,
    )
    return Run(model.bowl, path, Steps(momentum=steps.momentum, nesterov=steps.nesterov, scaled=steps.scaled))


def symbol(bowl: Bowl, position: int, width: int = 24) -> str:
    """b, or W (hours)."""
    if bowl.layout.intercept and position == 0:
        return "b"
    return f"W ({named(bowl, position, width)})"


def named(bowl: Bowl, position: int, width: int) -> str:
    """The name of a coefficient, shortened so that no other is called the same."""
    if cells(bowl.names[position]) <= width:
        return one_line(bowl.names[position])
    return shortened(bowl.names, lambda name: cells(name) <= width)[position]


def steepest(bowl: Bowl) -> int:
    """The weight along which the cost is steepest, where most of a descent happens."""
    diagonal = np.diag(bowl.hessian).copy()
    if bowl.layout.intercept and len(diagonal) > 1:
        diagonal[0] = -1.0
    return int(np.argmax(diagonal))


def place_of(bowl: Bowl, term: str | None, besides: Sequence[int] = ()) -> int:
    """Where a coefficient stands, by default the first weight that is not among others; UsageError for one that there is not."""
    if term is not None:
        return bowl.layout.position("(b)" if term == "b" and "b" not in bowl.names else term)
    weights = [*range(bowl.layout.offset, len(bowl.names)), *range(bowl.layout.offset)]
    return next(place for place in weights if place not in besides)

"""The descent that a page opens with: start, rate, epochs, momentum.

A page makes steps at one constant rate, with momentum or without, down the gradient of all rows. A model that was reached so
opens with its own; any other way to a line is refused in words. Where nothing is said the rate is 0.01, as in the lesson, while
it arrives within the epochs; else the best one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, inf, log10
from typing import Any

from wxb.arguments import whole
from wxb.bowl import Bowl
from wxb.errors import NumericalError, UsageError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.learning_rates import Rates, VerdictKind, rates_of
from wxb.learning_rates.theory import checked_rate
from wxb.methods.descent import Descent
from wxb.methods.path import start_vector
from wxb.methods.training import Training

RATE, EPOCHS, MOST_EPOCHS = 0.01, 2000, 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """start : W and b        only : "W" where b is held at its start"""

    start: tuple[float, float] = (0.0, 0.0)
    lr: float = RATE
    epochs: int = EPOCHS
    momentum: float = 0.0
    only: str = "both"

    def to_json(self) -> dict[str, Any]:
        weight, bias = self.start
        return {
            "start": {"W": weight, "b": bias},
            "lr": self.lr,
            "epochs": self.epochs,
            "momentum": self.momentum,
            "only": self.only,
        }


def path_asked(
    model: Fitted, lr: float | str | None = None, epochs: int | None = None, momentum: float = 0.0, start: Any = None
) -> Path:
    """What was said of it, on the bowl of a model."""
    if epochs is not None:
        whole("epochs", epochs, 1, _("a number of epochs, 1 or more"))
    if isinstance(lr, int | float):
        checked_rate(lr)
    said: Any = {"lr": lr, "epochs": epochs, "momentum": momentum, "start": start}
    return _path(model, Descent(**said))


def path_of(model: Fitted) -> Path:
    """That of the descent a model was reached by; UsageError where a page cannot make its steps."""
    method = model.question.method
    if isinstance(method, Descent | Training):
        other = _other(method)
        if other:
            raise UsageError(
                _(
                    "the page makes steps at one rate down the gradient of all rows, and this descent had {option}",
                    option=f"`{other}=`",
                ),
                _("fit it without, or open the page of the exact minimum"),
            )
        return _path(model, method)
    return _path(model, Descent())


def _other(method: Descent | Training) -> str:
    """An option by which a descent makes other steps than the page's, "" for none."""
    if isinstance(method, Training):
        found = {"nesterov": method.nesterov, "batch_size": method.batch_size, "optimizer": not method.gradient_descent}
        found["dtype"] = method.dtype != "float64"
    else:
        found = {name: getattr(method, name) for name in ("nesterov", "schedule", "scale", "line_search")}
    return next((name for name, value in found.items() if value), "")


def _path(model: Fitted, method: Descent | Training) -> Path:
    start = start_vector(method.start, model.layout.names)
    bias, weight = (0.0, 0.0) if start is None else (start if model.layout.intercept else (0.0, *start))
    made = model.trajectory
    epochs = method.epochs or (EPOCHS if made is None else max(made.outcome.epochs, 1))
    if not 1 <= epochs <= MOST_EPOCHS:
        raise UsageError(
            _("a page makes at most {most} epochs, and {n} are asked for", most=MOST_EPOCHS, n=epochs),
            _("give fewer: `epochs=2000`"),
        )
    rate = float(method.lr) if isinstance(method.lr, int | float) else None
    if rate is None and made is not None and len(made.lr):
        rate = float(made.lr[0])
    return Path(
        start=(float(weight), float(bias)),
        lr=_rate(model.bowl, method.momentum, epochs, best=method.lr == "auto") if rate is None else rate,
        epochs=int(epochs),
        momentum=method.momentum,
        only="both" if model.layout.intercept else "W",
    )


def _rate(bowl: Bowl, momentum: float, epochs: int, best: bool) -> float:
    """A rate where none is given: that of the lesson while it is a good one, else the best."""
    try:
        rates: Rates = rates_of(bowl)
        good = rates.verdict(RATE, momentum, epochs=epochs).kind in (VerdictKind.GOOD, VerdictKind.SLOW)
        found = float(rates.best_for(momentum))
    except NumericalError:  # nothing moves: every number is 0
        return RATE
    if best:
        return found
    return RATE if good or not 0 < found < inf else _downwards(found)


def _downwards(rate: float) -> float:
    """To two significant digits, and not above."""
    place = 1 - floor(log10(rate))
    return float(f"{floor(rate * 10.0**place)}e{-place}") if abs(place) < 300 else rate

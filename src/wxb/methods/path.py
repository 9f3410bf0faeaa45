"""What every descent is asked: where it starts, which rule stops it, what is kept of its path.

A start is kept as a tuple, so that a question can be compared: of numbers in the order of the coefficients, or of pairs
(name, number), where "(b)" names the intercept and a coefficient left out starts at 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wxb._typing import Vector
from wxb.arguments import instance, number, vector, whole
from wxb.choices import conform
from wxb.data.given import column_name
from wxb.errors import UsageError
from wxb.estimate import Estimate
from wxb.i18n import _
from wxb.layout import INTERCEPT
from wxb.passes.sums import Sums
from wxb.solve import Solution
from wxb.trajectory import Stop

if TYPE_CHECKING:
    from wxb.trajectory import Trajectory


def conform_path(record: Any) -> None:
    """Bring the fields of a descent's record to what they are kept as; UsageError names the one that cannot be."""
    if record.stop is not None:
        instance("stop", record.stop, Stop, _("a wxb.Stop"), _("for example `stop=wxb.Stop(gradient_norm=1e-8)`"))
    if record.log_every is not None:
        whole("log_every", record.log_every, 1, _("a number of epochs, 1 or more"))
    if record.start is not None:
        object.__setattr__(record, "start", _kept(record.start))
    conform(record)


def _kept(start: Any) -> tuple[Any, ...]:
    if isinstance(start, dict):
        return tuple((name, number(_("start of {name}", name=name), value)) for name, value in _by_names(start).items())
    if isinstance(start, tuple) and all(isinstance(part, tuple) for part in start) and start:
        return start
    return tuple(np.atleast_1d(vector("start", start, _("numbers, or a dict of them by coefficient"))).tolist())


def _by_names(start: dict[Any, Any]) -> dict[str, Any]:
    """A start by the texts that names are inside: {0: 1.0} is that of the column `0`."""
    names = {column_name(name, "start"): value for name, value in start.items()}
    if len(names) < len(start) or None in names:
        raise UsageError(
            _("start has two values for one coefficient, or one without a name"), _("give every name once")
        )
    return {name: value for name, value in names.items() if name is not None}


def start_vector(start: tuple[Any, ...] | None, names: tuple[str, ...]) -> Vector | None:
    """(k,) where a descent over the coefficients of those names starts; None for zeros."""
    if start is None:
        return None
    if start and isinstance(start[0], tuple):
        by_name = dict(start)
        unknown = [name for name in by_name if name not in names]
        if unknown:
            raise UsageError(
                _("start names {unknown!r}, which is no coefficient", unknown=unknown[0]),
                _("they are {names}", names=", ".join(names)),
            )
        start = tuple(by_name.get(name, 0.0) for name in names)
    array = np.array(start, dtype=np.float64)
    if array.shape != (len(names),) or not np.isfinite(array).all():
        order = ", ".join("b" if name == INTERCEPT else name for name in names)
        raise UsageError(
            _("start must be {count} finite numbers, in the order {order}", count=len(names), order=order),
            _("or a dict of them by coefficient"),
        )
    return array


def reached(path: Trajectory, stop: Stop | None, sums: Sums, solution: Solution) -> Estimate:
    """The end of the path, or the best test cost when that decides the stop."""
    best = path.best if stop is not None and stop.patience is not None else None
    return Estimate.of(
        solution,
        test_moments=sums.test,
        fold_moments=sums.folds,
        trajectory=path,
        theta=None if best is None else solution.layout.join(best.W, best.b),
    )


def known_errors(solution: Solution) -> Vector | None:
    """(k,) standard errors of the minimum, 0 for coefficients left out; None where they are not known."""
    from wxb.inference import infer

    errors = infer(Estimate.of(solution)).se
    known = bool(np.isfinite(errors[list(solution.kept)]).all()) and solution.rss > 0
    return np.nan_to_num(errors, nan=0.0) if known else None

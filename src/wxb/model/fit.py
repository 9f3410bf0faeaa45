"""The one road from a source to a model: fit(source, recipe) → Model.

source ── open, scan ──▶ blocks ── gather, in one pass ──▶ moments ── solve ──▶ the exact minimum
                                                              └─ descend ──▶ what gradient descent reaches
(a cost or optimizer that moments cannot serve goes to PyTorch, block by block, and comes back as the same trajectory)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from wxb._typing import Vector
from wxb.arguments import NO_NUMBERS, described, function, instance, number, path, vector, whole, wrong
from wxb.data import open_table
from wxb.data.given import column_name
from wxb.data.layout import LaidOut, plain_source
from wxb.data.selection import Selection
from wxb.data.table import Scan, Table
from wxb.errors import DataError, NumericalError, UsageError
from wxb.estimate import Estimate
from wxb.layout import INTERCEPT
from wxb.model.assemble import assemble
from wxb.model.model import Model
from wxb.model.tell import tell
from wxb.moments import Moments
from wxb.passes import Checkpoint, Passed, Progress, Statistic, each
from wxb.passes.absolute_errors import AbsoluteErrors
from wxb.passes.by_share import label_of, share_moments
from wxb.passes.kept import KeptRows, RowsAgain
from wxb.passes.labelled import Labelled
from wxb.question.shares import TEST, Shares
from wxb.recipe import Recipe
from wxb.solve import Solution, bowl_of, solve

if TYPE_CHECKING:
    from wxb.model.groups import Groups
    from wxb.trajectory import Stop, Trajectory


@dataclass(frozen=True, slots=True)
class Call:
    """What a fit needs besides its recipe: where the data are, which columns, and how to run.

    threads, progress, checkpoint, on_epoch change nothing in the answer.
    """

    target: str | None = None
    features: Sequence[str] | None = None
    weights: str | None = None
    by: str | None = None
    start: Any = None
    stop: Stop | None = None
    log_every: int | None = None
    threads: int | None = None
    progress: Progress | None = None
    checkpoint: str | Path | None = None
    on_epoch: Any = None

    def __post_init__(self) -> None:
        for name in ("target", "weights", "by"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                raise UsageError(
                    f"{name} must be the name of a column, not {described(value)}",
                    "names are texts here, also where a table has numbers for names",
                )
        function("progress", self.progress, "(rows, total)")
        function("on_epoch", self.on_epoch, "an Entry of the trajectory")
        if self.checkpoint is not None:
            path("checkpoint", self.checkpoint)
        if self.stop is not None:
            from wxb.trajectory import Stop

            instance("stop", self.stop, Stop, "a wxb.Stop", "for example stop=wxb.Stop(gradient_norm=1e-8)")
        if self.log_every is not None:
            whole("log_every", self.log_every, 1, "a number of epochs, 1 or more")
        if self.threads is not None and (not _is_whole(self.threads) or self.threads < 1):
            raise wrong("threads", "1 or more", self.threads, "leave it out for all cores")


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, NO_NUMBERS)


def fit(data: Any, recipe: Recipe, call: Call) -> Model | Groups:
    """Fit a line to data. With `call.by` one model per group."""
    if isinstance(data, Moments):
        return _from_moments(data, recipe, call)
    table = open_table(data, threads=call.threads)
    target = call.target
    if target is None:
        if not isinstance(plain_source(data), tuple):
            raise UsageError(
                f"which column of {table.name} is to be predicted? Its columns: {', '.join(table.columns[:20])}",
                "give `target=…`",
            )
        target = table.columns[-1]
    selection = Selection(
        target=target, features=call.features, weights=call.weights, by=call.by, missing=recipe.missing
    )
    scan = table.scan(selection)
    if call.by is not None:
        from wxb.model.groups import fit_groups

        return tell(fit_groups(scan, recipe, call.by, call.threads, call.progress))
    shares = Shares(recipe.test, recipe.folds, recipe.seed)
    again = _rereading(table, selection)
    statistics: list[Statistic[Any]] = [share_moments(scan, shares, recipe.precision, call.weights is not None)]
    if recipe.uses_torch:
        statistics.append(KeptRows(scan.source, again is not None))
    checkpoint = _checkpoint(data, recipe, call)
    passed = each(
        scan,
        statistics,
        threads=call.threads,
        progress=call.progress,
        checkpoint=checkpoint,
        needed=len(scan.terms) + recipe.intercept,
    )
    train, test, folds = _by_share(passed, shares, call.weights)
    rows = RowsAgain(passed.results[1], again, label_of(shares)) if recipe.uses_torch else None
    model = _with_model(train, recipe, call, passed, test, folds, rows)
    if not shares.whole:
        model = _looked_at_again(model, shares, again, call.threads)
    if checkpoint:
        checkpoint.finished()
    return tell(model)


def _looked_at_again(model: Model, shares: Shares, again: Callable[[], Scan] | None, threads: int | None) -> Model:
    """The model with the mean absolute errors of its test rows and folds, where the rows can be read a second time."""
    if again is None or not np.isfinite(model.theta).all() or model.diverged:
        return model
    folds = model.cross_validation
    lines = {} if folds is None else {k: ("fold", line) for k, line in enumerate(folds.lines) if line is not None}
    if shares.test:
        lines[TEST] = ("test", model.exact_theta)
    errors = AbsoluteErrors(label_of(shares), lines, model.recipe.intercept)
    means = each(again(), [errors], threads=threads).results[0]
    test, fold = means.get("test"), means.get("fold")
    found = replace(model.estimate, test_mae=test, fold_mae=fold)
    if folds is not None:  # not worked out a second time
        found.__dict__["cross_validation"] = replace(folds, overall=replace(folds.overall, mae=fold))
    return replace(model, estimate=found)


def _rereading(table: Table, selection: Selection) -> Callable[[], Scan] | None:
    """A function that starts the scan anew, for tables that can be read more than once (an Arrow stream cannot)."""
    return partial(table.scan, selection) if table.rereadable else None


def _checkpoint(data: Any, recipe: Recipe, call: Call) -> Checkpoint | None:
    if call.checkpoint is None:
        return None
    layout = data.layout.given if isinstance(data, LaidOut) else ""
    text = f"{recipe.precision} {recipe.missing} weights={call.weights} {layout}".rstrip()
    return Checkpoint(Path(call.checkpoint), (recipe.test, recipe.folds, recipe.seed, text))


def _by_share(
    passed: Passed, shares: Shares, weights: str | None
) -> tuple[Moments, Moments | None, tuple[Moments, ...]]:
    """Training moments, test moments, fold moments."""
    found: Labelled = passed.results[0]
    sums, source, reading = found.sums, passed.scan.source, passed.reading
    folds = tuple(sums[k] for k in range(max(shares.folds, 1)))
    train = sum(folds[1:], folds[0])
    test = sums.get(TEST)
    if train.rows == 0:
        if reading.dropped:
            raise DataError(f"{source}: no row is left; all {reading.dropped} have missing values")
        if weights is not None and not (test and test.rows):
            raise DataError(f"{source}: no row counts, for every weight in {weights} is 0")
        if test and test.rows:
            raise UsageError(f"test={shares.test:g} held out all {test.rows} rows", "hold out a smaller share")
        raise DataError(f"{source} has no data rows", "a fit needs at least as many rows as coefficients")
    if test is not None and test.rows == 0:
        raise UsageError(
            f"test={shares.test:g} held out none of {train.rows} rows", "hold out a larger share, or use another seed"
        )
    if shares.folds > reading.rows:
        rows = reading.rows
        raise UsageError(
            f"{shares.folds} folds of {rows} rows: there are more folds than rows",
            f"use fewer folds; folds={rows} leaves out one row at a time",
        )
    return train, test, folds if shares.folds else ()


def _with_model(
    train: Moments,
    recipe: Recipe,
    call: Call,
    passed: Passed,
    test: Moments | None,
    folds: tuple[Moments, ...],
    rows: RowsAgain | None,
) -> Model:
    try:
        solution = solve(train, intercept=recipe.intercept, rank=recipe.rank)
    except NumericalError as error:
        raise NumericalError(f"{passed.scan.source}: {error.what}", error.do) from None
    trajectory = _descent(solution, recipe, call, test, rows)
    estimate = Estimate.of(
        solution, test_moments=test, fold_moments=folds, trajectory=trajectory, theta=_best(trajectory, solution, call)
    )
    return assemble(
        estimate,
        recipe,
        ranges=passed.results[0].ranges,
        dropped_rows=passed.reading.dropped,
        source_rows=passed.reading.rows,
        notes=passed.reading.notes,
        kinds=passed.scan.kinds,
    )


def _from_moments(moments: Moments, recipe: Recipe, call: Call) -> Model:
    if recipe.test or recipe.folds or call.by is not None or call.weights is not None or call.checkpoint:
        raise UsageError("test, folds, by, weights and checkpoint need rows, and moments hold none")
    if recipe.uses_torch:
        raise UsageError("the torch engine needs rows, and moments hold none", "give the data themselves")
    if call.target is not None:
        if len(moments.targets) == 1 and call.target != moments.target:
            raise UsageError(f"the target of these moments is {moments.target}, not {call.target}")
        moments = moments.of_target(call.target)
    if call.features is not None:
        moments = moments.select(list(call.features))
    solution = solve(moments, intercept=recipe.intercept, rank=recipe.rank)
    trajectory = _descent(solution, recipe, call, None, None)
    estimate = Estimate.of(solution, trajectory=trajectory, theta=_best(trajectory, solution, call))
    return tell(assemble(estimate, recipe, source_rows=moments.rows))


def _descent(
    solution: Solution, recipe: Recipe, call: Call, test: Moments | None, rows: RowsAgain | None
) -> Trajectory | None:
    """The path asked for, or None when the exact minimum is."""
    if not recipe.descends and not recipe.uses_torch:
        return None
    start = start_vector(call.start, solution.names)
    if recipe.uses_torch:
        from wxb.model.torch_engine import TorchCall, run

        assert rows is not None
        return run(solution, recipe, TorchCall(start, call.stop, call.on_epoch, call.log_every), rows)
    from wxb.descent import descend
    from wxb.inference import infer

    errors = infer(Estimate.of(solution)).se
    known = bool(np.isfinite(errors[list(solution.kept)]).all()) and solution.rss > 0
    return descend(
        bowl_of(solution),
        lr=recipe.lr,
        epochs=recipe.epochs,
        momentum=recipe.momentum,
        nesterov=recipe.nesterov,
        schedule=recipe.schedule,
        start=start,
        scale=recipe.scale,
        test=None if test is None else bowl_of(solution, test),
        stop=call.stop,
        log_every=call.log_every,
        line_search=recipe.line_search,
        standard_errors=np.nan_to_num(errors, nan=0.0) if known else None,
        on_epoch=call.on_epoch,
    )


def _by_names(start: dict[Any, Any]) -> dict[str, Any]:
    """A start by the texts that names are inside: {0: 1.0} is that of the column `0`."""
    names = {column_name(name, "start"): value for name, value in start.items()}
    if len(names) < len(start) or None in names:
        raise UsageError("start has two values for one coefficient, or one without a name", "give every name once")
    return {name: value for name, value in names.items() if name is not None}


def start_vector(start: Any, names: tuple[str, ...]) -> Any:
    """(k,) start from a dict {term: value, "(b)": value}, an array in the order of the coefficients, or None."""
    if start is None:
        return None
    if isinstance(start, dict):
        start = _by_names(start)
        unknown = [name for name in start if name not in names]
        if unknown:
            raise UsageError(f"start names {unknown[0]!r}, which is no coefficient", f"they are {', '.join(names)}")
        start = [number(f"start of {name}", start.get(name, 0.0)) for name in names]
    array = vector("start", start, "numbers, or a dict of them by coefficient")
    if array.shape != (len(names),) or not np.isfinite(array).all():
        order = ", ".join("b" if n == INTERCEPT else n for n in names)
        raise UsageError(f"start must be {len(names)} finite numbers, in the order {order}")
    return array


def _best(trajectory: Trajectory | None, solution: Solution, call: Call) -> Vector | None:
    """(k,) of the best test cost, when that decides the stop."""
    if trajectory is None or call.stop is None or call.stop.patience is None or trajectory.best is None:
        return None
    return solution.layout.join(trajectory.best.W, trajectory.best.b)

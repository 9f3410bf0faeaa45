"""Models as sums: add new rows, merge two sites, forget rows, without the rows that were fitted before.

update(M, new rows)   moments + moments of the new rows
merge(A, B)           moments of A + moments of B
forget(M, old rows)   moments − moments of the old rows: the bits equal a fit that never saw them
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from wxb.data import open_table
from wxb.errors import NumericalError, UsageError
from wxb.model.fit import assemble, tell
from wxb.model.gather import Ranges, gather
from wxb.model.meaning import common_kinds, matched, source_columns
from wxb.model.model import Model
from wxb.model.shares import Shares
from wxb.moments import Moments
from wxb.solve import solve


def update(model: Model, data: Any, *, weights: str | None = None) -> Model:
    """The model of the rows it has seen and those of `data`."""
    moments, notes = moments_like(model, data, weights)
    return _refitted(model, lambda: model.moments + moments, notes, ranges=None, kinds=model.kinds)


def forget(model: Model, data: Any, *, weights: str | None = None) -> Model:
    """The model of the rows it has seen without those of `data`, as if it had never seen them."""
    moments, notes = moments_like(model, data, weights)
    if model.moments.precision != "exact":
        raise UsageError("forgetting needs exact moments, and this model was fitted with precision='fast'")
    return _refitted(model, lambda: model.moments - moments, notes, ranges=None, kinds=model.kinds)


def merge(first: Model, *others: Model) -> Model:
    """The model of the rows of all."""
    ranges, kinds = first.ranges, common_kinds(first, others)
    for other in others:
        if other.recipe.intercept != first.recipe.intercept:
            raise UsageError("one of the models has an intercept and the other has not")
        ranges = _union(ranges, other.ranges)
    return _refitted(first, lambda: sum((m.moments for m in others), first.moments), (), ranges, kinds)


def moments_like(model: Model, data: Any, weights: str | None) -> tuple[Moments, tuple[str, ...]]:
    """The moments of rows read the way the model's own were, and what the reader noted."""
    if weights is None and model.moments.weighted:
        raise UsageError("this model's rows had weights", "name the column of weights: weights=… (--weights …)")
    table = open_table(data)
    columns = source_columns(model, table.columns)
    scan = table.scan(target=model.target, features=columns, weights=weights, missing=model.recipe.missing)
    scan = matched(model, scan, columns)
    gathered = gather(scan, Shares(), precision=model.moments.precision, weighted=weights is not None)
    if not gathered.sums or gathered.sums[0].rows == 0:
        raise UsageError(f"{scan.source} has no rows to add or take away")
    return gathered.sums[0], tuple(scan.notes)


def _refitted(model: Model, combine: Callable[[], Moments], notes: tuple[str, ...], ranges: Any, kinds: Any) -> Model:
    """The exact minimum of other moments in the place of the model's."""
    moments = combine()
    recipe = replace(
        model.recipe,
        lr=None, epochs=None, momentum=0.0, nesterov=False, schedule=None, scale=None, line_search=False,
        optimizer=None, engine="auto", dtype="float64", batch_size=None, device="cpu", test=0.0, folds=0,
    )  # fmt: skip
    if moments.rows == 0:
        raise NumericalError("no rows are left")
    solution = solve(moments, intercept=recipe.intercept, rank=recipe.rank)
    return tell(assemble(solution, recipe, solution.coefficients, ranges=ranges, notes=notes, kinds=kinds))


def _union(first: Ranges | None, second: Ranges | None) -> Ranges | None:
    if first is None or second is None:
        return None
    return tuple((min(a, c), max(b, d)) for (a, b), (c, d) in zip(first, second))

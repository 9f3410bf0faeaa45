"""The Python calls, with their options spelled out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from wxb.arguments import instance
from wxb.data.given import column_name, given, is_together
from wxb.data.layout import LayoutOptions, laid_out
from wxb.errors import UsageError
from wxb.model.fit import Call
from wxb.model.fit import fit as _fit
from wxb.model.model import Model
from wxb.recipe import Recipe

if TYPE_CHECKING:
    from wxb.learning_rates import Rates
    from wxb.model.line import LineCost
    from wxb.trajectory import Stop


def fit(
    data: Any,
    target: str | None = None,
    *,
    features: Iterable[str] | None = None,
    weights: Any = None,
    lr: float | str | None = None,
    epochs: int | None = None,
    momentum: float = 0.0,
    nesterov: bool = False,
    schedule: str | None = None,
    scale: str | None = None,
    line_search: bool = False,
    stop: Stop | None = None,
    start: Any = None,
    optimizer: str | None = None,
    batch_size: int | None = None,
    engine: str = "auto",
    dtype: str = "float64",
    device: str = "cpu",
    precision: str = "exact",
    rank: str = "drop",
    intercept: bool = True,
    test: float = 0.0,
    folds: int = 0,
    by: str | None = None,
    seed: int = 0,
    missing: str = "error",
    threads: int | None = None,
    log_every: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    on_epoch: Callable[[Any], None] | None = None,
    checkpoint: str | Path | None = None,
    **layout: Unpack[LayoutOptions],
) -> Any:
    """Fit H(x) = W·x + b to data by squared error.

    Without `lr`, `epochs` or `optimizer` the answer is the exact minimum; with them it is what that descent reached, and
    `model.trajectory` is its path.

    data : a path or glob (CSV, TSV, gzip, JSON, Parquet), "-" for stdin, an open file, a pandas, polars or pyarrow table, any
        Arrow stream, a dict of columns, a list of dicts, an array of records, `(X, y)` or `(X, y, weights)` of arrays, tensors,
        lists or frames, or `Moments`; series and frames of pandas are put together by their index labels
    target, features, weights, by : columns by name; features defaults to all others; `by` fits one model per group;
        weights of tables in memory may be a list, an array or a series, one a row
    missing : "error" names the first missing cells, "drop" leaves incomplete rows out and says how many
    test, folds, seed : share of rows held out, number of folds; a row's share depends on its number and the seed only. Folds differ
        by at most one row before test rows and incomplete rows are taken out; folds=n leaves one row out at a time (up to 10 000)
    rank : "drop" lets later ones of collinear terms give way, by name; "error" refuses them
    precision : "exact", or "fast" (rounded float64 sums; `model.digits` says what they can promise)
    threads, progress, on_epoch, checkpoint : how to run; they change nothing in the answer
    skip, comment, na, encoding, sep, date, where : how a text is read, where the reader cannot tell, and which rows
        (`wxb.data.layout.Layout`): lines above the header, what comment lines begin with, more spellings of missing,
        the codec, what is between cells (" ": spaces), the form of dates ("%d/%m/%Y"), a condition ("age >= 18")

    Raises DataError, NumericalError, UsageError (all WxbError); warns with WxbWarning.
    """
    recipe = Recipe(
        lr, epochs, momentum, nesterov, schedule, scale, line_search, optimizer, engine, dtype, batch_size, device,
        precision, rank, intercept, test, folds, seed, missing,
    )  # fmt: skip
    asked = given(data, target, features, weights)
    call = Call(
        asked.target, asked.features, asked.weights, column_name(by, "by"),
        start, stop, log_every, threads, progress, checkpoint, on_epoch
    )  # fmt: skip
    return _fit(laid_out(asked.data, layout), recipe, call)


def rates(
    data: Any,
    target: str | None = None,
    *,
    features: Iterable[str] | None = None,
    weights: Any = None,
    intercept: bool = True,
    missing: str = "error",
    threads: int | None = None,
    **layout: Unpack[LayoutOptions],
) -> Rates:
    """Which learning rates converge on these data, which is best, and what a given one will do.

    data : anything `fit` takes, or a fitted `Model`; the options are those of `fit`. Momentum is asked of the answer:
    `wxb.rates(data).verdict(0.2, momentum=0.9)`.
    """
    from wxb.learning_rates import rates_of

    if isinstance(data, Model):
        given = {"target": target, "features": features, "weights": weights, "threads": threads}
        for name, value in given.items():
            if value is not None:
                raise UsageError(f"{name} is a choice of the fit, and this model is fitted", "give the data themselves")
        return rates_of(data.bowl)
    options = {"features": features, "weights": weights, "intercept": intercept, "missing": missing, "threads": threads}
    return rates_of(fit(laid_out(data, layout), target, **options).bowl)


def cost_of(
    data: Any, target: str | None, line: str, *, missing: str = "error", **layout: Unpack[LayoutOptions]
) -> LineCost:
    """What a given line such as "13*hours + 1" costs on all rows: predictions, errors, mean squared error."""
    from wxb.model.line import cost_of as cost

    if is_together(data) and len(data) == 3:
        raise UsageError("the cost of a line takes no weights: every row counts the same", "Give (X, y).")
    asked = given(data, target)
    return cost(laid_out(asked.data, layout), asked.target, line, missing=missing)


def update(model: Model, data: Any, *, weights: Any = None, **layout: Unpack[LayoutOptions]) -> Model:
    """The model of the rows it has seen and those of `data`, as if these followed in the same table.

    Test rows and folds go on being dealt by the rows' numbers, bounds widen, dropped rows and notes are kept. `weights` must be
    given when the model's rows had weights, and only then. Mean absolute errors are not known afterwards: they need all rows.
    """
    from wxb.model.combine import update as combine

    asked = given(data, weights=weights)
    return combine(_model("model", model), laid_out(asked.data, layout), weights=asked.weights)


def forget(model: Model, data: Any, *, weights: Any = None, **layout: Unpack[LayoutOptions]) -> Model:
    """The model without the rows of `data`, to the bit as if it had never seen them.

    Raises DataError for rows that were never all in the model, where sums can show it: more rows than there are, values outside the
    model's bounds, or a remainder that is the moments of no rows at all (not positive semidefinite, of too high a rank, broken
    whole numbers). A row that was never there but leaves possible sums is taken away without a sign: a model holds no rows. The
    bounds for "outside the data" stay those of all rows (`outer_ranges`). A model with test rows or folds refuses: which share a
    row is in follows from its number.
    """
    from wxb.model.combine import forget as combine

    asked = given(data, weights=weights)
    return combine(_model("model", model), laid_out(asked.data, layout), weights=asked.weights)


def merge(first: Model, *others: Model) -> Model:
    """The model of the rows of all: test rows to test rows, fold k to fold k (each site dealt its rows by its own numbers).

    UsageError names the first thing in which a model differs from the first: target, terms, their order, intercept, precision,
    weights, rank, test, folds.
    """
    from wxb.model.combine import merge as combine

    models = [_model(f"argument {i}", model) for i, model in enumerate((first, *others), 1)]
    return combine(*models)


def _model(name: str, value: Any) -> Model:
    how = 'wxb.load("m.json") reads a saved one' if isinstance(value, str | PathLike) else "wxb.fit(…) gives one"
    return instance(name, value, Model, "a fitted Model", how)

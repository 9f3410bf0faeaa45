"""New rows through a model: the same words for the same columns, checked by name; H(x) to twelve digits and more.

Of an exact minimum H(x) is what its exact coefficients say, not those rounded to float64 (`wxb.linear_form`): with x near 2^62 the
rounding of W alone would move it by hundreds. A model solves for them only when a row's terms cancel so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb.data import open_table
from wxb.data.arrays import array_cells
from wxb.errors import DataError, NumericalError, UsageError
from wxb.linear_form import evaluate
from wxb.model.model import Model, Prediction

Vector = NDArray[np.float64]
Lows = dict[str, Vector]


def predict(model: Model, data: Any, interval: float | None = None) -> Vector | Prediction:
    """Predictions of all rows of `data`, in memory."""
    parts = list(predict_blocks(model, data, interval))
    if interval is None:
        return np.concatenate([p.value for p in parts]) if parts else np.empty(0)
    if not parts:
        return Prediction(np.empty(0), np.empty(0), np.empty(0), interval)
    value, low, high = (np.concatenate([getattr(p, name) for p in parts]) for name in ("value", "low", "high"))
    return Prediction(value, low, high, interval)


def predict_blocks(model: Model, data: Any, interval: float | None = None) -> Iterator[Prediction]:
    """Predictions block by block, for data larger than memory; without `interval` low and high repeat the value."""
    for _, _, prediction in predicted_blocks(model, data, interval):
        yield prediction


def predicted_blocks(
    model: Model,
    data: Any,
    interval: float | None = None,
    *,
    missing: str = "error",
    notes: list[str] | None = None,
) -> Iterator[tuple[NDArray[np.int64], dict[str, NDArray[Any]], Prediction]]:
    """The same with the numbers of the rows, counted from 0, and the term columns each prediction was made from.

    Columns of integers beyond 2^53 come as Python's integers, all others as float64.

    missing : "error", or "drop" for rows with a missing value        notes : takes what the reader noted
    """
    if interval is not None and not model.is_minimum:
        raise UsageError(
            "a prediction interval is one of the exact minimum; this model is what a descent reached",
            "fit without lr and epochs",
        )
    for numbers, columns, lows in _term_blocks(model, data, missing, notes):
        value = _evaluated(model, columns, lows, numbers)
        whole = {term: _whole(values, lows.get(term)) for term, values in columns.items()}
        if interval is None:
            yield numbers, whole, Prediction(value, value, value, 0.0)
            continue
        low = model.design({t: lows.get(t, np.zeros(len(value))) for t in model.terms}, 0.0) if lows else None
        half = model.inference.half_width(model.design(columns), interval, low=low)
        yield numbers, whole, Prediction(value, value - half, value + half, interval)


def _evaluated(model: Model, columns: Mapping[str, Vector], lows: Lows, numbers: NDArray[np.int64]) -> Vector:
    """(m,) H(x)."""
    first = [np.broadcast_to(1.0, len(numbers))] if model.recipe.intercept else []
    design = [*first, *(columns[term] for term in model.terms)]
    if not design:
        return np.zeros(len(numbers))
    rests = {i: lows[term] for i, term in enumerate(model.terms, len(first)) if term in lows}
    value = evaluate(design, rests, model.theta, lambda: _exact_coefficients(model))
    beyond = np.flatnonzero(np.isinf(value))
    if len(beyond):
        raise NumericalError(
            f"row {numbers[beyond[0]] + 1}: the prediction is beyond the range of a float64",
            "look at the values of that row, or rescale the target before the fit",
        )
    return value


def _exact_coefficients(model: Model) -> Sequence[Fraction]:
    """Of an exact minimum before they were rounded; of a descent those it reached."""
    if model.is_minimum and np.array_equal(model.solution.coefficients, model.theta):
        return model.solution.exact
    return [Fraction(value) for value in model.theta.tolist()]


def _whole(values: Vector, low: Vector | None) -> NDArray[Any]:
    """Integers beyond 2^53 as Python's, so that they are written whole; other columns as they are."""
    if low is None or not (np.floor(values) == values).all() or not (np.floor(low) == low).all():
        return values
    return np.array([int(a) + int(b) for a, b in zip(values.tolist(), low.tolist())], dtype=object)


def source_columns(terms: tuple[str, ...]) -> list[str]:
    """Columns the terms are made of: the term "paid[yes]" is read from the column "paid"."""
    return [term[: term.rindex("[")] if term.endswith("]") and "[" in term else term for term in terms]


def _even(columns: Mapping[str, Vector]) -> bool:
    shapes = {values.shape for values in columns.values()}
    return len(shapes) <= 1 and all(len(shape) == 1 for shape in shapes)


def _term_blocks(
    model: Model, data: Any, missing: str, notes: list[str] | None
) -> Iterator[tuple[NDArray[np.int64], dict[str, Vector], Lows]]:
    """Numbers of the rows, term columns, and what these leave where one double does not hold a value."""
    array = _as_matrix(data)
    if array is not None:
        if array.shape[1] != len(model.terms):
            raise UsageError(
                f"X has {array.shape[1]} columns, the model {len(model.terms)} terms: {', '.join(model.terms)}"
            )
        pairs = [_pair(column) for column in array.T]
        if not all(np.isfinite(values).all() for values, _ in pairs):
            raise DataError("X holds NaN or infinite values; no prediction can be made of them")
        yield np.arange(len(array)), *_named(model.terms, pairs)
        return
    if isinstance(data, Mapping):
        data = {name: np.atleast_1d(np.asarray(values)) for name, values in data.items()}
        given = {t: data[t] for t in model.terms if t in data and data[t].dtype.kind in "biuf"}
        if len(given) == len(model.terms) and _even(given):
            pairs = [_pair(values) for values in given.values()]
            for term, (values, _) in zip(given, pairs):
                if not np.isfinite(values).all():
                    raise DataError(f"{term} holds NaN or infinite values; no prediction can be made of them")
            yield np.arange(len(next(iter(given.values()), ()))), *_named(given, pairs)
            return
    table = open_table(data)
    names = [t if t in table.columns else c for t, c in zip(model.terms, source_columns(model.terms))]
    scan = table.scan(target=None, features=names, missing=missing)
    if scan.terms != model.terms:
        raise DataError(
            f"{scan.source}: its columns read as {', '.join(scan.terms)}, the model's terms are {', '.join(model.terms)}",
            "yes/no columns must hold the same two words as in the data the model was fitted to",
        )
    for block in scan.blocks():
        pairs = [(column.values, column.low) for column in block.features]
        yield block.row_numbers(), *_named(scan.terms, pairs)
    if notes is not None:
        notes.extend(scan.notes)


def _named(terms: Iterable[str], pairs: Sequence[tuple[Vector, Vector | None]]) -> tuple[dict[str, Vector], Lows]:
    columns = {term: values for term, (values, _) in zip(terms, pairs)}
    return columns, {term: low for term, (_, low) in zip(columns, pairs) if low is not None}


def _pair(column: NDArray[Any]) -> tuple[Vector, Vector | None]:
    """(m,) numbers of any type as doubles, and what 64-bit integers and long doubles leave."""
    if column.dtype.kind not in "iuf":
        return column.astype(np.float64), None
    cells = array_cells(column)
    return cells.values, cells.low


def _as_matrix(data: Any) -> NDArray[Any] | None:
    """(m, p) of an array or nested list; None for anything that has columns of its own."""
    if isinstance(data, np.ndarray) or (isinstance(data, list) and not any(isinstance(d, str) for d in data)):
        array = np.asarray(data)
        if array.dtype.kind not in "iuf":
            array = array.astype(np.float64)
        return array[:, None] if array.ndim == 1 else array
    detach = getattr(data, "detach", None)
    return None if detach is None else _as_matrix(detach().cpu().numpy())


def outside(model: Model, columns: Mapping[str, Any]) -> list[str]:
    """Terms whose values lie outside those the model was fitted to, in words."""
    if model.ranges is None:
        return []
    found = []
    for term, (low, high) in zip(model.terms, model.ranges):
        if term in columns:
            values = np.atleast_1d(np.asarray(columns[term], dtype=np.float64))
            beyond = values[(values < low) | (values > high)]
            if len(beyond):
                found.append(f"{term} = {beyond[0]:g} is outside the data ({low:g} … {high:g})")
    return found

"""New rows through a model: the same words for the same columns, checked by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb.data import open_table
from wxb.errors import DataError, UsageError
from wxb.model.model import Model, Prediction

Vector = NDArray[np.float64]


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
) -> Iterator[tuple[NDArray[np.int64], dict[str, Vector], Prediction]]:
    """The same with the numbers of the rows, counted from 0, and the term columns each prediction was made from.

    missing : "error", or "drop" for rows with a missing value        notes : takes what the reader noted
    """
    if interval is not None and not model.is_minimum:
        raise UsageError(
            "a prediction interval is one of the exact minimum; this model is what a descent reached",
            "fit without lr and epochs",
        )
    for numbers, columns in _term_blocks(model, data, missing, notes):
        design = model.design(columns)
        value = design @ model.theta
        if interval is None:
            yield numbers, columns, Prediction(value, value, value, 0.0)
            continue
        bounds = model.inference.prediction_interval(design, interval)
        yield numbers, columns, Prediction(value, bounds[:, 0], bounds[:, 1], interval)


def source_columns(terms: tuple[str, ...]) -> list[str]:
    """Columns the terms are made of: the term "paid[yes]" is read from the column "paid"."""
    return [term[: term.rindex("[")] if term.endswith("]") and "[" in term else term for term in terms]


def _even(columns: Mapping[str, Vector]) -> bool:
    shapes = {values.shape for values in columns.values()}
    return len(shapes) <= 1 and all(len(shape) == 1 for shape in shapes)


def _term_blocks(
    model: Model, data: Any, missing: str, notes: list[str] | None
) -> Iterator[tuple[NDArray[np.int64], dict[str, Vector]]]:
    array = _as_matrix(data)
    if array is not None:
        if array.shape[1] != len(model.terms):
            raise UsageError(
                f"X has {array.shape[1]} columns, the model {len(model.terms)} terms: {', '.join(model.terms)}"
            )
        if not np.isfinite(array).all():
            raise DataError("X holds NaN or infinite values; no prediction can be made of them")
        yield np.arange(len(array)), dict(zip(model.terms, array.T))
        return
    if isinstance(data, Mapping):
        data = {name: np.atleast_1d(np.asarray(values)) for name, values in data.items()}
        given = {t: data[t].astype(np.float64) for t in model.terms if t in data and data[t].dtype.kind in "biuf"}
        if len(given) == len(model.terms) and _even(given):
            for term, values in given.items():
                if not np.isfinite(values).all():
                    raise DataError(f"{term} holds NaN or infinite values; no prediction can be made of them")
            yield np.arange(len(next(iter(given.values()), ()))), given
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
        columns = {term: _full(column.values, column.low) for term, column in zip(scan.terms, block.features)}
        yield block.row_numbers(), columns
    if notes is not None:
        notes.extend(scan.notes)


def _full(values: Vector, low: Vector | None) -> Vector:
    return values if low is None else values + low


def _as_matrix(data: Any) -> NDArray[np.float64] | None:
    """(m, p) of an array or nested list; None for anything that has columns of its own."""
    if isinstance(data, np.ndarray) or (isinstance(data, list) and not any(isinstance(d, str) for d in data)):
        array = np.asarray(data, dtype=np.float64)
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

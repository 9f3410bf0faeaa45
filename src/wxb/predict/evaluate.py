"""New rows through a model: the same words for the same columns, checked by name; H(x) to twelve digits and more.

Of an exact minimum H(x) is what its exact coefficients say, not those rounded to float64 (`wxb.linear_form`): with x near 2^62 the
rounding of W alone would move it by hundreds. A model solves for them only when a row's terms cancel so far.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.advice import Advice
from wxb.arguments import wrong
from wxb.errors import NumericalError, UsageError
from wxb.fitted import Fitted
from wxb.linear_form import evaluate
from wxb.numbers import counted, number
from wxb.printable import show
from wxb.values import Value

if TYPE_CHECKING:
    from wxb.predict.term_rows import Lows

Of = Literal["row", "mean"]


@dataclass(frozen=True, slots=True, eq=False)
class Prediction(Value):
    """value : (m,) predictions        low, high : (m,) their intervals at `level`

    of : what these are intervals of: "row", into which a new row falls, or "mean", that of the target at such rows
    """

    value: Vector
    low: Vector
    high: Vector
    level: float
    of: Of = "row"

    def __repr__(self) -> str:
        shown = ", ".join([number(value) for value in self.value[:3].tolist()] + ["…"] * (len(self.value) > 3))
        within = f"; {100 * self.level:g} % intervals of a {self.of}" if self.level else ""
        return f"Prediction({counted(len(self.value), 'row')}: {shown}{within})"


def interval_of(of: Any, interval: float | None) -> Of:
    """What the intervals are of, checked; UsageError where none are asked for."""
    if of not in get_args(Of):
        raise wrong(
            "of", "'row' or 'mean'", of, "a new row falls into the one, the mean of such rows lies in the other"
        )
    if of == "mean" and interval is None:
        raise UsageError(
            f"{Advice('of', of)} says what an interval is of, and none is asked for", "give `interval=0.95`"
        )
    return of


def predict(model: Fitted, data: Any, interval: float | None = None, of: Of = "row") -> Vector | Prediction:
    """Predictions of all rows of `data`, in memory."""
    parts = list(predict_blocks(model, data, interval, of))
    if interval is None:
        return np.concatenate([p.value for p in parts]) if parts else np.empty(0)
    if not parts:
        return Prediction(np.empty(0), np.empty(0), np.empty(0), interval, of)
    value, low, high = (np.concatenate([getattr(p, name) for p in parts]) for name in ("value", "low", "high"))
    return Prediction(value, low, high, interval, of)


def predict_blocks(model: Fitted, data: Any, interval: float | None = None, of: Of = "row") -> Iterator[Prediction]:
    """Predictions block by block, for data larger than memory; without `interval` low and high repeat the value."""
    for _, _, prediction in predicted_blocks(model, data, interval, of):
        yield prediction


def predicted_blocks(
    model: Fitted,
    data: Any,
    interval: float | None = None,
    of: Of = "row",
    *,
    missing: str = "error",
    notes: list[str] | None = None,
) -> Iterator[tuple[NDArray[np.int64], dict[str, NDArray[Any]], Prediction]]:
    """The same with the numbers of the rows, counted from 0, and the term columns each prediction was made from.

    Columns of integers beyond 2^53 come as Python's integers, all others as float64.

    missing : "error", or of rows with a missing value "drop" to leave them out, "nan" to predict NaN
    notes : takes what the reader noted
    """
    if interval is not None and not model.is_minimum:
        raise UsageError(
            "a prediction interval is one of the exact minimum; this model is what a descent reached",
            "fit without lr and epochs",
        )
    from wxb.predict.term_rows import term_blocks

    for numbers, columns, lows in term_blocks(model, data, missing, notes):
        whole = {term: whole_column(values, lows.get(term)) for term, values in columns.items()}
        yield numbers, whole, _predicted(model, numbers, columns, lows, interval, of)


def predict_terms(
    model: Fitted,
    columns: Mapping[str, NDArray[Any]],
    interval: float | None = None,
    rests: Lows | None = None,
    of: Of = "row",
) -> Prediction:
    """Predictions of term columns in the model's own units (times in days); without `interval` low and high repeat the value.

    rests : what the doubles of some columns leave
    """
    from wxb.predict.term_rows import numbered

    numbers, values, lows = numbered(model.terms, columns)
    return _predicted(model, numbers, values, lows | (rests or {}), interval, of)


def _predicted(
    model: Fitted, numbers: NDArray[np.int64], columns: Mapping[str, Vector], lows: Lows, interval: float | None, of: Of
) -> Prediction:
    value = _evaluated(model, columns, lows, numbers)
    if interval is None:
        return Prediction(value, value, value, 0.0)
    low = model.design.rows({t: lows.get(t, np.zeros(len(value))) for t in model.terms}, 0.0) if lows else None
    half = model.inference.half_width(model.design.rows(columns), interval, low=low, new=of == "row")
    return Prediction(value, value - half, value + half, interval, of)


def _evaluated(model: Fitted, columns: Mapping[str, Vector], lows: Lows, numbers: NDArray[np.int64]) -> Vector:
    """(m,) H(x)."""
    model.refuse_absorbed("a prediction")
    design = model.layout.listed([columns[term] for term in model.terms], np.broadcast_to(1.0, len(numbers)))
    from wxb.predict.term_rows import offset_of

    taken = np.zeros(len(numbers))
    for name in offset_of(model):
        if name not in columns:
            raise UsageError(
                f"{show(name)} is part of every prediction, and it is not given", "give a table of its columns"
            )
        taken = columns[name]
    if not design:
        return taken
    rests = {i: lows[term] for i, term in enumerate(model.terms, model.layout.offset) if term in lows}
    value = evaluate(design, rests, model.theta, lambda: model.exact_theta) + taken
    beyond = np.flatnonzero(np.isinf(value))
    if len(beyond):
        raise NumericalError(
            f"row {numbers[beyond[0]] + 1}: the prediction is beyond the range of a float64",
            "look at the values of that row, or rescale the target before the fit",
        )
    return value


def whole_column(values: Vector, low: Vector | None) -> NDArray[Any]:
    """Integers beyond 2^53 as Python's, so that they are written whole; other columns as they are."""
    if low is None or not (np.floor(values) == values).all() or not (np.floor(low) == low).all():
        return values
    return np.array([int(a) + int(b) for a, b in zip(values.tolist(), low.tolist())], dtype=object)

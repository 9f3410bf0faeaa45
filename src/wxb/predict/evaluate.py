"""New rows through a model: the same words for the same columns, checked by name; H(x) to twelve digits and more.

Of an exact minimum H(x) is what its exact coefficients say, not those rounded to float64 (`wxb.linear_form`): with x near 2^62 the
rounding of W alone would move it by hundreds. A model solves for them only when a row's terms cancel so far.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.advice import Advice
from wxb.arguments import warn, wrong
from wxb.data.layout import LaidOut
from wxb.data.numbers import whole_column
from wxb.data.remarks import NO_PREDICTION, warn_without_order
from wxb.errors import NumericalError, UsageError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.linear_form import evaluate
from wxb.numbers import number, numbered
from wxb.printable import show
from wxb.values import Shown, Value

if TYPE_CHECKING:
    from wxb.predict.formed import OfLevels
    from wxb.predict.term_rows import Lows

Of = Literal["row", "mean"]


@dataclass(frozen=True, slots=True, eq=False)
class Prediction(Value, Shown):
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
        return f"Prediction({numbered(len(self.value), 'row')}: {shown}{within})"


def interval_of(of: Any, interval: float | None) -> Of:
    """What the intervals are of, checked; UsageError where none are asked for."""
    if not isinstance(of, str) or of not in get_args(Of):
        raise wrong(
            "of", _("'row' or 'mean'"), of, _("a new row falls into the one, the mean of such rows lies in the other")
        )
    if of == "mean" and interval is None:
        raise UsageError(
            _("{of} says what an interval is of, and none is asked for", of=Advice("of", of)), _("give `interval=0.95`")
        )
    return cast(Of, of)


def levels_of(unseen: Any) -> OfLevels:
    """What becomes of rows with a level that the model does not know, where each row keeps its place."""
    if not isinstance(unseen, str) or unseen not in ("error", "drop", "reference"):
        raise wrong(
            "unseen", _("'error', 'drop' or 'reference'"), unseen, _("leave it out to be told of the first such row")
        )
    return "nan" if unseen == "drop" else unseen


def predict(
    model: Fitted, data: Any, interval: float | None = None, of: Of = "row", unseen: OfLevels = "error"
) -> Vector | Prediction:
    """Predictions of all rows of `data`, in memory."""
    if not getattr(data.source if isinstance(data, LaidOut) else data, "ordered", True):
        warn_without_order()
    notes: list[str] = []
    how: dict[str, Any] = {"missing": _missing(model), "unseen": unseen, "notes": notes}
    parts = [rows.prediction for rows in predicted_blocks(model, data, interval, of, **how)]
    from wxb.design.unseen import UNSEEN

    for note in notes:
        if _(UNSEEN) in note or (model.design.lags and _(NO_PREDICTION) in note):
            warn(note)
    if interval is None:
        return np.concatenate([p.value for p in parts]) if parts else np.empty(0)
    if not parts:
        return Prediction(np.empty(0), np.empty(0), np.empty(0), interval, of)
    value, low, high = (np.concatenate([getattr(p, name) for p in parts]) for name in ("value", "low", "high"))
    return Prediction(value, low, high, interval, of)


def predict_blocks(
    model: Fitted, data: Any, interval: float | None = None, of: Of = "row", unseen: OfLevels = "error"
) -> Iterator[Prediction]:
    """Predictions block by block, for data larger than memory; without `interval` low and high repeat the value."""
    for rows in predicted_blocks(model, data, interval, of, missing=_missing(model), unseen=unseen):
        yield rows.prediction


def _missing(model: Fitted) -> str:
    """Missing cells are refused; rows whose earlier rows are not there keep their place, without a prediction."""
    return "early" if model.design.lags else "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedRows:
    """numbers : (m,) of the rows in the source, from 0        prediction : of each

    shown : the columns that they were predicted from, by name: terms that are columns, else the columns of the source.
        Whole numbers beyond 2^53 are Python's
    terms : columns of the terms as far as there are any, for what lies outside the data
    """

    numbers: NDArray[np.int64]
    shown: dict[str, NDArray[Any]]
    terms: dict[str, NDArray[Any]]
    prediction: Prediction


def predicted_blocks(
    model: Fitted,
    data: Any,
    interval: float | None = None,
    of: Of = "row",
    *,
    missing: str = "error",
    unseen: OfLevels = "error",
    notes: list[str] | None = None,
) -> Iterator[PredictedRows]:
    """Predictions block by block, with what they were made from.

    missing : "error", or of rows with a missing value "drop" to leave them out, "nan" to predict NaN; "early" predicts NaN where
        an earlier row is not there, and refuses missing cells
    unseen : the same of rows with a level that the model does not know; "reference" counts it as the base
    notes : takes what the reader noted
    """
    if interval is not None:
        refuse_interval(model)
    if not model.design.is_plain:
        yield from _formed_blocks(model, data, interval, of, (missing, unseen), notes)
        return
    from wxb.predict.term_rows import term_blocks

    for numbers, columns, lows in term_blocks(model, data, missing, notes):
        whole = {term: whole_column(values, lows.get(term)) for term, values in columns.items()}
        found = _predicted(model, numbers, columns, lows, interval, of)
        yield PredictedRows(numbers=numbers, shown=whole, terms=whole, prediction=found)


def refuse_interval(model: Fitted) -> None:
    """UsageError for a line of whose predictions no errors are known."""
    model.estimate.refuse_penalised(
        _("a prediction interval"),
        _(
            "leave `interval=` out: predictions are there; a line without `l2=`, `l1=` and `positive=` has intervals too"
        ),
    )
    if not model.is_minimum:
        raise UsageError(
            _("a prediction interval is one of the exact minimum; this model is what a descent reached"),
            _("fit without `lr=` and `epochs=`, or leave `interval=` out"),
        )


def _formed_blocks(
    model: Fitted, data: Any, interval: float | None, of: Of, policy: tuple[str, OfLevels], notes: list[str] | None
) -> Iterator[PredictedRows]:
    """The same of a design of categories or a formula."""
    from wxb.predict.formed import FormedLine, formed_rows, raw_terms
    from wxb.predict.term_rows import opened

    line = FormedLine(model)
    table, columns = opened(model, data, notes)
    for rows in formed_rows(model, table, *policy, notes, columns):
        value = rows.spread(line.values(rows))
        _refuse_beyond(value, rows.numbers)
        found = Prediction(value, value, value, 0.0)
        if interval is not None:
            half = rows.spread(line.half_widths(rows, interval, new=of == "row"))
            found = Prediction(value, value - half, value + half, interval, of)
        terms = raw_terms(model, rows.block)
        yield PredictedRows(numbers=rows.numbers, shown=rows.shown, terms=terms, prediction=found)


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

    if model.design.offset is not None:
        raise UsageError(
            _("{name} is part of every prediction, and it is no term", name=show(model.design.offset.name)),
            _("give a table of its columns"),
        )
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
    model.estimate.refuse_absorbed(_("a prediction"))
    design = model.layout.listed([columns[term] for term in model.terms], np.broadcast_to(1.0, len(numbers)))
    if not design:
        return np.zeros(len(numbers))
    rests = {i: lows[term] for i, term in enumerate(model.terms, model.layout.offset) if term in lows}
    value = evaluate(design, rests, model.theta, lambda: model.exact_theta)
    _refuse_beyond(value, numbers)
    return value


def _refuse_beyond(value: Vector, numbers: NDArray[np.int64]) -> None:
    beyond = np.flatnonzero(np.isinf(value))
    if len(beyond):
        raise NumericalError(
            _("row {numbers}: the prediction is beyond the range of a float64", numbers=numbers[beyond[0]] + 1),
            _("look at the values of that row, or rescale the target before the fit"),
        )

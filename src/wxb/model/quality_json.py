"""How folds were predicted, as JSON: for folds of so few rows that their moments would be rows, which no model file holds."""

from __future__ import annotations

from math import isfinite, nan
from typing import Any

import numpy as np

from wxb.fields import Reader
from wxb.i18n import _
from wxb.quality import CrossValidation, Quality

NUMBERS = ("cost", "rmse", "mae", "r2")


def cross_validation_to_json(folds: CrossValidation) -> dict[str, Any]:
    """The numbers of all rows together, the cost of each fold and their spread; what is not finite is null."""
    costs = [known(cost) for cost in folds.costs.tolist()]
    return {**quality_to_json(folds.overall), "costs": costs, "spread": known(folds.spread), "notes": list(folds.notes)}


def quality_to_json(quality: Quality) -> dict[str, Any]:
    """How some rows were predicted."""
    return {"rows": quality.rows, **{name: known(getattr(quality, name)) for name in NUMBERS}}


def quality_of(reader: Reader) -> Quality:
    """The same back; the object may hold more."""
    rows = reader.integer("rows")
    if rows < 0:
        raise reader.get("rows").fail(_("must be 0 or more"))
    mae = optional_number(reader, "mae")
    cost, rmse, r2 = (_or_nan(optional_number(reader, name)) for name in ("cost", "rmse", "r2"))
    return Quality(rows=rows, cost=cost, rmse=rmse, mae=mae, r2=r2)


def cross_validation(reader: Reader) -> CrossValidation:
    """The same back, without the lines; of files that were written before costs were kept without these."""
    overall, spread = quality_of(reader), _or_nan(optional_number(reader, "spread"))
    costs = [_cost(one) for one in reader.items("costs")] if reader.has("costs") else []
    notes = reader.texts("notes")
    reader.done()
    return CrossValidation(overall=overall, costs=np.array(costs), lines=(), spread=spread, notes=notes)


def _cost(reader: Reader) -> float:
    value = nan if reader.content is None else reader.value(float)
    if value < 0:
        raise reader.fail(_("must be 0 or more"))
    return value


def _or_nan(value: float | None) -> float:
    return nan if value is None else value


def optional_number(reader: Reader, name: str) -> float | None:
    """A number of at least 0 but for R², or null."""
    if not reader.has(name):
        return None
    value = reader.number(name)
    if not isfinite(value) or (value < 0 and name != "r2"):
        raise reader.get(name).fail(_("must be 0 or more"))
    return value


def known(value: float | None) -> float | None:
    """The value, or None where it is not finite."""
    return value if value is not None and isfinite(value) else None

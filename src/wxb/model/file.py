"""The model file: JSON, version 2, refused whole when anything in it is not known.

    {"format": "wxb model", "version": 2, "target": "score", "terms": ["hours"], "kinds": [{"sort": "whole"}, …],
     "coef": [2.0], "intercept": 0.0, "outcome": "exact minimum", "recipe": {…}, "moments": {…}, …}

Version 1 had no kinds (what the columns mean), so a model of it does not know in which unit its times were counted, and marks
of exact columns where the moments now have bits.

Rules of a format that lives: a field is never given another meaning; a new field comes with a new version; every
version once written stays readable. Numbers are written with the digits that bring back the same float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wxb import arguments
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.methods.options import to_json
from wxb.model.errors_json import covariance_to_json
from wxb.model.quality_json import cross_validation_to_json
from wxb.moments import Moments
from wxb.moments.as_json import moments_to_json
from wxb.printable import json_text
from wxb.writing import refuse_other, write_atomically

FORMAT, VERSION, OLDEST = "wxb model", 2, 1


def model_to_json(model: Fitted) -> dict[str, Any]:
    """The model as a JSON object. A trajectory is not kept, only how it ended."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "target": model.target,
        "terms": list(model.terms),
        "kinds": None
        if model.kinds is None
        else [one.to_json() for one in (*model.design.columns, model.design.target)],
        "coef": model.coef.tolist(),
        "intercept": model.intercept,
        "outcome": model.outcome,
        "recipe": to_json(model.question),
        "dropped_rows": model.dropped_rows,
        "source_rows": model.source_rows,
        "warnings": list(model.warnings),
        "notes": list(model.notes),
        "ranges": None if model.column_ranges is None else [list(pair) for pair in model.column_ranges],
        "outer_ranges": model.outer_ranges,
        "moments": moments_to_json(model.moments),
    }
    if model.test_moments is not None:
        content["test_moments"] = moments_to_json(model.test_moments)
    content |= {k: v for k, v in (("test_mae", model.test_mae), ("fold_mae", model.fold_mae)) if v is not None}
    if model.fold_moments and not _nearly_rows(model.fold_moments):
        content["fold_moments"] = [moments_to_json(m) for m in model.fold_moments]
    elif model.cross_validation is not None:
        content["cross_validation"] = cross_validation_to_json(model.cross_validation)
    if model.errors is not None:
        content["errors"] = covariance_to_json(model.errors)
    return content


def _nearly_rows(folds: Sequence[Moments]) -> bool:
    """Whether some fold has so few rows that its moments tell them: the moments of one row are that row."""
    return any(0 < fold.rows < fold.ledger.width for fold in folds)


def save(model: Fitted, path: str | Path) -> None:
    """Write the model atomically: a temporary file, flushed to the disk, renamed."""
    path = arguments.path("path", path)
    if model.gathered is not None:
        raise UsageError("a model with categories is not kept in a file yet", "fit it anew where it is needed")
    refuse_other(path, (f'"{FORMAT}"'.encode(),), "a model that wxb saved")
    write_atomically(path, json_text(model_to_json(model), indent=1) + "\n")

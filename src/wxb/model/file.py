"""The model file: JSON, version 4, refused whole when anything in it is not known.

    {"format": "wxb model", "version": 4, "target": "score", "terms": ["hours"], "kinds": [{"sort": "whole"}, …],
     "coef": [2.0], "intercept": 0.0, "outcome": "exact minimum", "recipe": {…}, "moments": {…}, …}

Terms that are not columns as they stand have a "design" in the place of the kinds (`wxb.model.design_json`) and the sums that were
gathered in the place of the moments (`wxb.model.sums_json`): levels, bases and moments follow from these. Where they would tell
rows a "minimum" stands there, coefficients and standard errors alone (`wxb.model.withheld`). A line of two stages has
"stages" there, the sums of all that was read (`wxb.model.stages_json`). Version 2 had none of these. A line under a penalty has a
"penalty" beside the moments (`wxb.model.penalty_json`), one whose terms were selected "steps" (`wxb.model.steps_json`), which
version 3 did not know.
Version 1 had no kinds (what the columns mean), so a model of it does not know in which unit its times were counted, and marks
of exact columns where the moments now have bits.

Rules of a format that lives: a field is never given another meaning; a new field comes with a new version; every
version once written stays readable. Numbers are written with the digits that bring back the same float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from wxb import arguments
from wxb.advice import Advice
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.methods.options import to_json
from wxb.model.design_json import design_to_json
from wxb.model.errors_json import covariance_to_json
from wxb.model.quality_json import cross_validation_to_json, quality_to_json
from wxb.model.stages_json import stages_to_json
from wxb.model.sums_json import gathered_to_json, tells_rows
from wxb.model.withheld import solution_to_json, warnings_to_json
from wxb.moments import Moments
from wxb.moments.as_json import moments_to_json
from wxb.moments.tally_json import tally_to_json
from wxb.printable import json_text
from wxb.writing import refuse_other, write_atomically

Keep = Literal["labels"] | None
FORMAT, VERSION, OLDEST = "wxb model", 4, 1


def model_to_json(model: Fitted, keep: Keep = None) -> dict[str, Any]:
    """The model as a JSON object. A trajectory is not kept, only how it ended.

    keep : "labels" has it hold sums by cluster, and by level also where these tell rows
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "target": model.target,
        "terms": list(model.terms),
        "coef": model.coef.tolist(),
        "intercept": model.intercept,
        "outcome": model.outcome,
        "recipe": to_json(replace(model.question, intercept=model.layout.intercept)),
        "dropped_rows": model.dropped_rows,
        "source_rows": model.source_rows,
        "warnings": list(model.warnings),
        "notes": list(model.notes),
        "ranges": None if model.column_ranges is None else [list(pair) for pair in model.column_ranges],
        "outer_ranges": model.outer_ranges,
    }
    if model.stages is not None:
        content["stages"] = stages_to_json(model, keep)
    else:
        content |= _plain(model) if model.design.is_plain else _designed(model, keep)
    content |= {k: v for k, v in (("test_mae", model.test_mae), ("fold_mae", model.fold_mae)) if v is not None}
    if "fold_moments" not in content and "fold_sums" not in content and model.cross_validation is not None:
        content["cross_validation"] = cross_validation_to_json(model.cross_validation)
    if model.penalised is not None:
        from wxb.model.penalty_json import penalty_to_json

        content["penalty"] = penalty_to_json(model.penalised)
        if model.cross_validation is not None:
            content["cross_validation"] = cross_validation_to_json(model.cross_validation)
    if model.steps is not None:
        from wxb.report.record import steps_record

        content["steps"] = steps_record(model.steps)
    if model.errors is not None:
        content["errors"] = covariance_to_json(model.errors, alone="minimum" in content)
    if keep is not None and model.clusters:
        content["clusters"] = [{"labels": list(by), **tally_to_json(tally)} for by, tally in model.clusters.items()]
    return content


def _plain(model: Fitted) -> dict[str, Any]:
    """Of terms that are columns: what these mean, and their moments."""
    columns = (*model.design.columns, model.design.target)
    content: dict[str, Any] = {"kinds": None if model.kinds is None else [one.to_json() for one in columns]}
    content["moments"] = moments_to_json(model.moments)
    if model.test_moments is not None:
        content["test_moments"] = moments_to_json(model.test_moments)
    if model.fold_moments and not _nearly_rows(model.fold_moments):
        content["fold_moments"] = [moments_to_json(m) for m in model.fold_moments]
    return content


def _designed(model: Fitted, keep: Keep) -> dict[str, Any]:
    """Of other terms: the design, and what was gathered for it, unless it tells rows."""
    content: dict[str, Any] = {"design": design_to_json(model.design)}
    sums = model.gathered
    if sums is None or (keep is None and tells_rows(model.design, sums.kept)):
        content |= {"minimum": solution_to_json(model), "warnings": warnings_to_json(model)}
        return content | ({"test": quality_to_json(model.test_quality)} if model.test_quality is not None else {})
    content["sums"] = gathered_to_json(sums.train)
    if sums.test is not None:
        content["test_sums"] = gathered_to_json(sums.test)
    few = _nearly_rows([fold.plain for fold in sums.folds]) or tells_rows(model.design, sums.folds)
    if sums.folds and (keep is not None or not few):
        content["fold_sums"] = [gathered_to_json(fold) for fold in sums.folds]
    return content


def _nearly_rows(folds: Sequence[Moments]) -> bool:
    """Whether some fold has so few rows that its moments tell them: the moments of one row are that row."""
    return any(0 < fold.rows < fold.ledger.width for fold in folds)


def save(model: Fitted, path: str | Path, keep: Keep = None) -> str:
    """Write the model atomically: a temporary file, flushed to the disk, renamed. Gives what should be known of the file, or ""."""
    path = arguments.path("path", path)
    if keep not in (None, "labels"):
        raise arguments.wrong("keep", _('"labels", or None'), keep)
    refuse_other(path, (f'"{FORMAT}"'.encode(),), _("a model that wxb saved"))
    write_atomically(path, json_text(model_to_json(model, keep), indent=1) + "\n")
    return _remark(model, keep)


def _remark(model: Fitted, keep: Keep) -> str:
    few = model.gathered is not None and tells_rows(model.design, model.gathered.kept)
    if keep is not None and (few or model.clusters):
        return _("the file holds sums under labels: those of a label with few rows tell these")
    if not few:
        return ""
    return _(
        "the file holds coefficients and standard errors, not the sums: some level has so few rows "
        "that they would tell these ({keep} keeps them)",
        keep=Advice("keep", "labels"),
    )

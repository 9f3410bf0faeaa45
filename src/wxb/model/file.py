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

import numpy as np

from wxb import arguments
from wxb.data.kinds import SORTS, WORDS, Kind
from wxb.errors import ModelFileError, UsageError
from wxb.estimate import Estimate
from wxb.fields import Reader
from wxb.layout import Layout
from wxb.methods.options import KEPT, question_of, to_json
from wxb.model.model import Model
from wxb.model.own_minimum import is_own_minimum
from wxb.model.quality_json import cross_validation, cross_validation_to_json, optional_number
from wxb.moments import Moments
from wxb.moments.as_json import moments_from_json, moments_to_json
from wxb.printable import json_text
from wxb.question import Question
from wxb.trajectory import OutcomeKind
from wxb.writing import refuse_other, write_atomically

FORMAT, VERSION, OLDEST = "wxb model", 2, 1
OUTCOMES = tuple(kind.value for kind in OutcomeKind)


def model_to_json(model: Model) -> dict[str, Any]:
    """The model as a JSON object. A trajectory is not kept, only how it ended."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "target": model.target,
        "terms": list(model.terms),
        "kinds": None if model.kinds is None else [kind.to_json() for kind in model.kinds],
        "coef": model.coef.tolist(),
        "intercept": model.intercept,
        "outcome": model.outcome,
        "recipe": to_json(model.question),
        "dropped_rows": model.dropped_rows,
        "source_rows": model.source_rows,
        "warnings": list(model.warnings),
        "notes": list(model.notes),
        "ranges": None if model.ranges is None else [list(pair) for pair in model.ranges],
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
    return content


def _nearly_rows(folds: Sequence[Moments]) -> bool:
    """Whether some fold has so few rows that its moments tell them: the moments of one row are that row."""
    return any(0 < fold.rows < fold.ledger.width for fold in folds)


def save(model: Model, path: str | Path) -> None:
    """Write the model atomically: a temporary file, flushed to the disk, renamed."""
    path = arguments.path("path", path)
    refuse_other(path, (f'"{FORMAT}"'.encode(),), "a model that wxb saved")
    write_atomically(path, json_text(model_to_json(model), indent=1) + "\n")


def load(path: str | Path) -> Model:
    """Read a saved model, of this version of the format or an earlier one.

    path : of the file, as `model.save` or `wxb fit --save` wrote it

    Raises ModelFileError with the path of the offending field, `$.coef[2]`, for anything unknown, missing or of another type.
    """
    if isinstance(path, str) and not arguments.can_be_encoded(path):
        raise ModelFileError(
            f"{arguments.described(path)} cannot be read: no file can have this name", "give the path of a file"
        )
    reader = Reader.open(arguments.path("path", path), FORMAT, VERSION, OLDEST)
    terms, target = reader.texts("terms"), reader.text("target")
    second = reader.integer("version") > 1
    kinds = _kinds(reader, terms, target) if second else None
    moments = moments_from_json(reader.object("moments"))
    if (moments.terms, moments.target) != (terms, target):
        raise reader.get("moments").fail("are of other terms or another target than the model")
    coef = np.array(reader.numbers("coef"), dtype=np.float64)
    if len(coef) != len(terms):
        raise reader.get("coef").fail(f"must have {len(terms)} numbers, one for each term, not {len(coef)}")
    if not np.isfinite(coef).all():
        raise reader.get("coef").fail("holds a number beyond the range of float64")
    test = _like(moments, reader.object("test_moments")) if reader.has("test_moments") else None
    folds = [_like(moments, r) for r in reader.items("fold_moments")] if reader.has("fold_moments") else []
    outcome = reader.text("outcome")
    if outcome not in OUTCOMES:
        raise reader.get("outcome").fail(f"must be one of {', '.join(OUTCOMES)}")
    if reader.integer("dropped_rows") < 0:
        raise reader.get("dropped_rows").fail("must be 0 or more")
    question = _question(reader.object("recipe"), target)
    layout, intercept = Layout(terms, question.intercept), reader.number("intercept")
    if intercept and not layout.intercept:
        raise reader.get("intercept").fail("must be 0 in a model without an intercept")
    estimate = Estimate(
        theta=layout.join(coef, intercept),
        layout=layout,
        moments=moments,
        outcome=OutcomeKind(outcome),
        rank=question.rank,
        test_moments=test,
        fold_moments=tuple(folds),
        test_mae=optional_number(reader, "test_mae") if second else None,
        fold_mae=optional_number(reader, "fold_mae") if second else None,
        kept_folds=cross_validation(reader.object("cross_validation")) if reader.has("cross_validation") else None,
    )
    model = Model(
        estimate=estimate,
        question=question,
        kinds=kinds,
        ranges=_ranges(reader, len(terms)),
        outer_ranges=second and reader.boolean("outer_ranges"),
        dropped_rows=reader.integer("dropped_rows"),
        source_rows=_source_rows(reader) if second else None,
        notes=reader.texts("notes") if second else (),
        warnings=reader.texts("warnings"),
    )
    reader.done()
    if model.is_minimum and not is_own_minimum(moments, model.theta, question.intercept, question.rank):
        raise reader.get("coef").fail("and $.intercept are not the minimum of the file's own moments")
    return model


def _kinds(reader: Reader, terms: tuple[str, ...], target: str) -> tuple[Kind, ...] | None:
    """What the columns mean; null for a model of bare moments."""
    if reader.get("kinds").content is None:
        return None
    found = [_kind(cell) for cell in reader.objects("kinds")]
    if len(found) != len(terms) + 1:
        raise reader.get("kinds").fail(f"must have {len(terms) + 1} entries, one for each term and one for the target")
    for kind, term in zip(found, terms):
        if kind.word and not term.endswith(f"[{kind.word}]"):
            raise reader.get("kinds").fail(
                f"do not go with the terms: {kind.word} is 1 in a term that is not named for it"
            )
    return tuple(found)


def _kind(reader: Reader) -> Kind:
    sort = reader.text("sort")
    if sort not in SORTS:
        raise reader.get("sort").fail(f"must be one of {', '.join(SORTS)}")
    word = reader.text("word") if sort == "truth" else ""
    if sort == "truth" and word not in WORDS:
        raise reader.get("word").fail(f"must be one of {', '.join(WORDS)}")
    return Kind(sort=sort, word=word, aware=sort == "instant" and reader.boolean("aware"))


def _source_rows(reader: Reader) -> int | None:
    """Rows of the sources; null where an earlier version did not count them."""
    if not reader.has("source_rows"):
        return None
    if reader.integer("source_rows") < 0:
        raise reader.get("source_rows").fail("must be 0 or more")
    return reader.integer("source_rows")


def _like(moments: Moments, reader: Reader) -> Moments:
    """Moments of other rows of the same columns."""
    found = moments_from_json(reader)
    if (found.terms, found.target) != (moments.terms, moments.target):
        raise reader.fail("are of other terms or another target than the model")
    return found


def _question(reader: Reader, target: str) -> Question:
    """The choices of the fit; what it was asked to read is not in the file, but for its target."""
    choices: dict[str, Any] = {}
    for name, choice in KEPT.items():
        if reader.has(name):
            field = reader.get(name)
            is_text = not choice.kinds or (isinstance(field.content, str) and (choice.words or str in choice.kinds))
            choices[name] = field.value(str) if is_text else field.value(choice.kinds[0])
    reader.done()
    try:
        return question_of(choices | {"target": target})
    except UsageError as error:
        raise ModelFileError(f"{reader.source}: {reader.path}: {error.what}", error.do) from None


def _ranges(reader: Reader, count: int) -> tuple[tuple[float, float], ...] | None:
    if not reader.has("ranges"):
        return None
    pairs = []
    for pair in reader.items("ranges"):
        numbers = [Reader(v, f"{pair.path}[{i}]", pair.source).value(float) for i, v in enumerate(pair.value(list))]
        if len(numbers) != 2:
            raise pair.fail("must be two numbers, the smallest and the largest value")
        pairs.append((numbers[0], numbers[1]))
    if len(pairs) != count:
        raise reader.get("ranges").fail(f"must have {count} pairs, one for each term")
    return tuple(pairs)

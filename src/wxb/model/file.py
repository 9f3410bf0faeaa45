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
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from wxb import arguments
from wxb.data.kinds import SORTS, WORDS, Kind
from wxb.design import Design, Term
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
from wxb.printable import json_text, show
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
        "kinds": None if model.kinds is None else [term.to_json() for term in model.design.columns],
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
    design = _design(reader, terms, target, question.intercept, second)
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
        design=design,
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


def _design(reader: Reader, terms: tuple[str, ...], target: str, intercept: bool, second: bool) -> Design:
    """What the terms are made of; null for a model of bare moments, and version 1 did not know it: their names are all there is."""
    if not second or reader.get("kinds").content is None:
        return Design.guessed(terms, target, intercept)
    found = [_term(cell, name) for cell, name in zip(reader.objects("kinds"), (*terms, target))]
    if len(reader.items("kinds")) != len(terms) + 1:
        raise reader.get("kinds").fail(f"must have {len(terms) + 1} entries, one for each term and one for the target")
    *made, last = found
    for place, term in enumerate(made):
        if term.word and term.column == term.name:  # the column was not written at first
            made[place] = term = replace(term, column=term.name.removesuffix(f"[{term.word}]"))
        if term.name != (f"{term.column}[{term.word}]" if term.word else term.column):
            raise reader.get("kinds").fail(f"do not go with the terms: {show(term.name)} is not named for what it is")
    if last.column != target:
        raise reader.get("kinds").fail("do not go with the target, which is a column")
    return Design(terms=tuple(made), target=last, intercept=intercept)


def _term(reader: Reader, name: str) -> Term:
    sort = reader.text("sort")
    if sort not in SORTS:
        raise reader.get("sort").fail(f"must be one of {', '.join(SORTS)}")
    word = reader.text("word") if sort == "truth" else ""
    if sort == "truth" and word not in WORDS:
        raise reader.get("word").fail(f"must be one of {', '.join(WORDS)}")
    kind = Kind(sort=sort, word=word, aware=sort == "instant" and reader.boolean("aware"))
    column = reader.text("column") if reader.has("column") else name
    return Term(name=name, column=column, kind=kind)


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

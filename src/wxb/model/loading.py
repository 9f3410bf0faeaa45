"""Reading a model file (`wxb.model.file`), refused whole when anything in it is not known.

ModelFileError names the field, `$.coef[2]`. What follows from the rest of the file is checked against it: coefficients that are
said to be the minimum must be that of the file's own moments.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from wxb import arguments
from wxb._typing import Vector
from wxb.choices import choices as choices_of
from wxb.covariance.covariance import Covariance
from wxb.covariance.errors import Errors
from wxb.design.part import part_of
from wxb.errors import ModelFileError, UsageError
from wxb.estimate import Estimate
from wxb.fields import Reader
from wxb.i18n import _, _n
from wxb.layout import Layout
from wxb.methods.exact import Stepwise
from wxb.methods.options import KEPT, question_of
from wxb.methods.penalised import Penalised
from wxb.methods.two_stage import TwoStage
from wxb.model.design_json import columns_from_json
from wxb.model.errors_json import covariance_from_json
from wxb.model.file import FORMAT, OLDEST, VERSION
from wxb.model.held import Held, read_designed
from wxb.model.model import Model
from wxb.model.own_minimum import is_own_minimum
from wxb.model.quality_json import cross_validation, optional_number
from wxb.model.stages_json import stages_from_json, test_moments_from_json
from wxb.moments import Moments
from wxb.moments.as_json import moments_from_json
from wxb.moments.tally import Tally
from wxb.moments.tally_json import tally_from_json
from wxb.penalties.answer import Answer
from wxb.question import Question
from wxb.stepwise.steps import Steps
from wxb.trajectory import OutcomeKind

OUTCOMES = tuple(kind.value for kind in OutcomeKind)


def load(path: str | Path) -> Model:
    """Read a saved model, of this version of the format or an earlier one.

    path : of the file, as `model.save` or `wxb fit --save` wrote it

    Raises ModelFileError with the path of the offending field, `$.coef[2]`, for anything unknown, missing or of another type.
    """
    return model_of(_opened(path))


def model_of(reader: Reader) -> Model:
    """The model of an object that says it is one."""
    terms, second = reader.texts("terms"), reader.integer("version") > 1
    question = _question(reader.object("recipe"), reader.text("target"))
    theta = _theta(reader, Layout(terms, question.intercept))
    if isinstance(question.method, TwoStage):
        return _of_stages(reader, question, terms, theta)
    designed = reader.integer("version") > 2 and reader.has("design")
    kept = read_designed(reader, question, terms, theta) if designed else _plain(reader, question, terms, second)
    layout = Layout(terms, question.intercept)
    estimate = Estimate(
        theta=theta,
        layout=layout,
        moments=kept.moments,
        outcome=_outcome(reader),
        rank=question.rank,
        test_moments=kept.test,
        fold_moments=kept.folds,
        ordered=question.shares.ordered,
        known_solution=kept.solution,
        test_mae=optional_number(reader, "test_mae") if second else None,
        fold_mae=optional_number(reader, "fold_mae") if second else None,
        penalised=_penalty(reader, question, layout, theta),
        steps=_steps(reader, question),
        kept_test=kept.test_quality,
        kept_folds=cross_validation(reader.object("cross_validation")) if reader.has("cross_validation") else None,
    )
    model = Model(
        estimate=estimate,
        question=question,
        design=kept.design,
        column_ranges=_ranges(reader, len(kept.design.columns)),
        outer_ranges=second and reader.boolean("outer_ranges"),
        dropped_rows=_dropped_rows(reader),
        source_rows=_source_rows(reader) if second else None,
        notes=reader.texts("notes") if second else (),
        warnings=reader.texts("warnings"),
        gathered=kept.gathered,
        errors=_errors(reader, question, len(theta)),
        clusters=_clusters(reader, kept.moments) if reader.integer("version") > 2 else {},
    )
    reader.done()
    if not _is_minimum(model) if model.is_minimum else not _is_near_minimum(model):
        raise reader.get("coef").fail(_("and $.intercept are not the minimum of the file's own moments"))
    return model


def _penalty(reader: Reader, question: Question, layout: Layout, theta: Vector) -> Answer | None:
    """What is known of a penalty, where the recipe asks for one."""
    if (_outcome(reader) is OutcomeKind.PENALISED) != isinstance(question.method, Penalised):
        raise reader.get("outcome").fail(_("is not that of the recipe"))
    if not isinstance(question.method, Penalised):
        return None
    from wxb.model.penalty_json import penalty_from_json

    return penalty_from_json(reader.object("penalty"), question.method, layout, theta)


def _steps(reader: Reader, question: Question) -> Steps | None:
    """How the terms were selected, where the recipe asks for that."""
    if not isinstance(question.method, Stepwise):
        return None
    from wxb.model.steps_json import steps_from_json

    return steps_from_json(reader.object("steps"), question.method)


def _of_stages(reader: Reader, question: Question, terms: tuple[str, ...], theta: Vector) -> Model:
    """The model of two stages, which follows from the sums that the file holds."""
    own = reader.object("stages")
    held = stages_from_json(own, question, reader.text("target"))
    estimate = replace(
        held.estimate,
        test_moments=test_moments_from_json(own, held.estimate, reader.text("target")),
        test_mae=optional_number(reader, "test_mae"),
    )
    own.done()
    if estimate.layout.terms != terms or not np.array_equal(estimate.theta, theta):
        raise reader.get("coef").fail(_("and $.intercept are not those of the file's own sums"))
    design, __ = part_of(held.design, terms)
    model = Model(
        estimate=estimate,
        question=question,
        design=design,
        whole_design=held.design,
        column_ranges=_ranges(reader, len(design.columns)),
        outer_ranges=reader.boolean("outer_ranges"),
        dropped_rows=_dropped_rows(reader),
        source_rows=_source_rows(reader),
        notes=reader.texts("notes"),
        warnings=reader.texts("warnings"),
        gathered=held.gathered,
        errors=_errors(reader, question, len(theta)),
    )
    if _outcome(reader) is not estimate.outcome:
        raise reader.get("outcome").fail(_("is not that of two stages"))
    reader.done()
    return model


def _theta(reader: Reader, layout: Layout) -> Vector:
    """(k,) the coefficients."""
    coef, intercept = _coefficients(reader, len(layout.terms)), reader.number("intercept")
    if intercept and not layout.intercept:
        raise reader.get("intercept").fail(_("must be 0 in a model without an intercept"))
    return layout.join(coef, intercept)


def _dropped_rows(reader: Reader) -> int:
    if reader.integer("dropped_rows") < 0:
        raise reader.get("dropped_rows").fail(_("must be 0 or more"))
    return reader.integer("dropped_rows")


def _is_minimum(model: Model) -> bool:
    """Whether the coefficients are those of the sums, where the file holds them."""
    question = model.question
    if model.gathered is not None:
        return np.array_equal(model.solution.coefficients, model.theta)
    return not model.design.is_plain or is_own_minimum(model.moments, model.theta, question.intercept, question.rank)


def _is_near_minimum(model: Model) -> bool:
    """Whether a line under a penalty is as near the minimum of the file's sums as it says, where these are of the terms alone."""
    found, method = model.penalised, model.question.method
    if found is None or not isinstance(method, Penalised) or not model.design.is_plain or model.gathered is not None:
        return True
    from wxb.model.penalty_json import is_as_near_as_it_says

    return is_as_near_as_it_says(found, model.moments, method, model.question.intercept)


def _plain(reader: Reader, question: Question, terms: tuple[str, ...], second: bool) -> Held:
    """Moments of terms that are columns."""
    target = reader.text("target")
    moments = _moments(reader, terms, target)
    test = _like(moments, reader.object("test_moments")) if reader.has("test_moments") else None
    folds = [_like(moments, r) for r in reader.items("fold_moments")] if reader.has("fold_moments") else []
    design = columns_from_json(reader, terms, target, question.intercept, second)
    return Held(design=design, moments=moments, test=test, folds=tuple(folds))


def _opened(path: str | Path) -> Reader:
    if isinstance(path, str) and not arguments.can_be_encoded(path):
        raise ModelFileError(
            _("{path} cannot be read: no file can have this name", path=arguments.described(path)),
            _("give the path of a file"),
        )
    return Reader.open(arguments.path("path", path), FORMAT, VERSION, OLDEST)


def _moments(reader: Reader, terms: tuple[str, ...], target: str) -> Moments:
    moments = moments_from_json(reader.object("moments"))
    if (moments.terms, moments.target) != (terms, target):
        raise reader.get("moments").fail(_("are of other terms or another target than the model"))
    return moments


def _coefficients(reader: Reader, count: int) -> Vector:
    coef = np.array(reader.numbers("coef"), dtype=np.float64)
    if len(coef) != count:
        raise reader.get("coef").fail(
            _n(
                "must have {n} number, one for each term, not {given}",
                "must have {n} numbers, one for each term, not {given}",
                count,
                given=len(coef),
            )
        )
    if not np.isfinite(coef).all():
        raise reader.get("coef").fail(_("holds a number beyond the range of float64"))
    return coef


def _outcome(reader: Reader) -> OutcomeKind:
    outcome = reader.text("outcome")
    if outcome not in OUTCOMES:
        raise reader.get("outcome").fail(_("must be one of {outcomes}", outcomes=", ".join(OUTCOMES)))
    return OutcomeKind(outcome)


def _source_rows(reader: Reader) -> int | None:
    """Rows of the sources; null where an earlier version did not count them."""
    if not reader.has("source_rows"):
        return None
    if not 0 <= reader.integer("source_rows") < 2**63:
        raise reader.get("source_rows").fail(_("must be 0 or more, and a number of rows"))
    return reader.integer("source_rows")


def _like(moments: Moments, reader: Reader) -> Moments:
    """Moments of other rows of the same columns."""
    found = moments_from_json(reader)
    if (found.terms, found.target) != (moments.terms, moments.target):
        raise reader.fail(_("are of other terms or another target than the model"))
    return found


def _question(reader: Reader, target: str) -> Question:
    """The choices of the fit; what it was asked to read is not in the file, but for its target."""
    choices: dict[str, Any] = {}
    for name, choice in KEPT.items():
        if reader.has(name):
            field = reader.get(name)
            is_text = not choice.kinds or (isinstance(field.content, str) and (choice.words or str in choice.kinds))
            choices[name] = field.value(str) if is_text else field.value(choice.kinds[0])
    if reader.has("among"):
        choices["among"] = reader.numbers("among")
    if reader.has("penalise"):
        factors = reader.object("penalise")
        choices["penalise"] = {name: factors.number(name) for name in factors.value(dict)}
    for name in choices_of(TwoStage):
        if reader.has(name):
            choices[name] = reader.texts(name)
    reader.done()
    try:
        return question_of(choices | {"target": target})
    except UsageError as error:
        raise ModelFileError(f"{reader.source}: {reader.path}: {error.what}", error.do) from None


def _errors(reader: Reader, question: Question, count: int) -> Covariance | None:
    """How the coefficients vary, where the recipe asks for other errors than the classical ones."""
    if not reader.has("errors"):
        if question.se is not None:
            raise reader.get("recipe").get("se").fail(_("asks for errors that the file does not hold"))
        return None
    found = covariance_from_json(reader.object("errors"), count)
    asked = None if question.se is None else Errors.parse(question.se)
    if found.errors is None or asked is None or (found.errors.kind, found.errors.labels) != (asked.kind, asked.labels):
        raise reader.get("errors").fail(_("are not those that the recipe asks for"))
    return found


def _clusters(reader: Reader, moments: Moments) -> dict[tuple[str, ...], Tally]:
    """Moments by cluster, of a file that was asked to hold them."""
    found: dict[tuple[str, ...], Tally] = {}
    width = moments.ledger.width
    for one in reader.items("clusters") if reader.has("clusters") else []:
        labels, tally = one.texts("labels"), tally_from_json(one)
        if (len(tally.axes), tally.width) != (len(labels), width * (width + 1) // 2) or sum(tally.rows) != moments.rows:
            raise one.fail(_("are not those of the rows of the model"))
        found[labels] = tally
    return found


def _ranges(reader: Reader, count: int) -> tuple[tuple[float, float], ...] | None:
    if not reader.has("ranges"):
        return None
    pairs = []
    for pair in reader.items("ranges"):
        numbers = [Reader(v, f"{pair.path}[{i}]", pair.source).value(float) for i, v in enumerate(pair.value(list))]
        if len(numbers) != 2:
            raise pair.fail(_("must be two numbers, the smallest and the largest value"))
        pairs.append((numbers[0], numbers[1]))
    if len(pairs) != count:
        raise reader.get("ranges").fail(
            _n("must have {n} pair, one for each term", "must have {n} pairs, one for each term", count)
        )
    return tuple(pairs)

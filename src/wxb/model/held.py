"""What a model file holds of the sums of a model, and the design that they are of."""

from __future__ import annotations

from dataclasses import dataclass

from wxb._typing import Vector
from wxb.design import Design
from wxb.errors import WxbError
from wxb.fields import Reader
from wxb.i18n import _
from wxb.model.design_json import design_from_json
from wxb.model.quality_json import quality_of
from wxb.model.sums_json import gathered_from_json
from wxb.model.withheld import solution_from_json
from wxb.moments import Moments
from wxb.moments.gathered import SharesGathered
from wxb.passes.gather import assembled
from wxb.passes.sums import Sums
from wxb.quality import Quality
from wxb.question import Question
from wxb.solve import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """moments, test, folds : of the terms        gathered : what these were made of, None of terms that are columns

    solution : the minimum, where it is known        test_quality : of test rows whose sums are not there
    """

    design: Design
    moments: Moments
    test: Moments | None = None
    folds: tuple[Moments, ...] = ()
    gathered: SharesGathered | None = None
    solution: Solution | None = None
    test_quality: Quality | None = None


def read_designed(reader: Reader, question: Question, terms: tuple[str, ...], theta: Vector) -> Held:
    """Of a design of categories or a formula."""
    design = design_from_json(reader.object("design"), reader.text("target"), question.intercept)
    if design.layout.terms != terms:
        raise reader.get("design").fail(_("is of other terms than the model"))
    if reader.has("minimum"):
        solution = solution_from_json(reader.object("minimum"), design, theta)
        test = None
        if reader.has("test"):
            test = quality_of(one := reader.object("test"))
            one.done()
        return Held(design=design, moments=solution.moments, solution=solution, test_quality=test)
    gathered = SharesGathered(
        train=gathered_from_json(reader.object("sums"), design),
        test=gathered_from_json(reader.object("test_sums"), design) if reader.has("test_sums") else None,
        folds=tuple(gathered_from_json(one, design) for one in reader.items("fold_sums"))
        if reader.has("fold_sums")
        else (),
    )
    try:
        if design.closed(gathered.whole).state != design.state:
            raise reader.get("design").fail(_("has other levels or bases than follow from the sums"))
        sums = assembled(Sums(train=gathered.train.plain), design, gathered)
        solution = sums.minimum(question)
    except WxbError as error:
        raise reader.get("sums").fail(_("are those of no model: {what}", what=error.what)) from None
    return Held(
        design=design, moments=solution.moments, test=sums.test, folds=sums.folds, gathered=gathered, solution=solution
    )

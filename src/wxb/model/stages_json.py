"""A line of two stages in a model file: what it rests on beside the terms of the line, the instruments and their sums.

    {"terms": […], "kinds": […], "moments": {…}}        of columns as they stand
    {"terms": […], "design": {…}, "sums": {…}}          of categories or a formula

The estimate and its tests follow from these and are worked out anew, so a file holds nothing that could contradict them. Sums by
level that would tell rows are written for `keep="labels"` only; without them such a line cannot be kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wxb.advice import Advice
from wxb.design import Design
from wxb.errors import UsageError, WxbError
from wxb.estimate import Estimate
from wxb.fields import Reader
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.model.design_json import columns_from_json, design_from_json, design_to_json
from wxb.model.sums_json import gathered_from_json, gathered_to_json, tells_rows
from wxb.moments import Moments
from wxb.moments.as_json import moments_from_json, moments_to_json
from wxb.moments.gathered import SharesGathered
from wxb.passes.again import MomentsAlone
from wxb.passes.gather import assembled
from wxb.passes.statistic import Statistic
from wxb.passes.sums import Sums
from wxb.question import Question, Running


class SumsAlone(MomentsAlone):
    """What a method is handed where only sums are left.  design : what their terms are made of, None of columns"""

    def __init__(self, found: Sums, design: Design | None) -> None:
        super().__init__(found.train, Running())
        self.found, self.design = found, design

    def sums(self, question: Question, *others: Statistic[Any]) -> Sums:
        return self.found


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStages:
    """estimate : of two stages        design : of all terms, the instruments' among them        gathered : None of columns"""

    estimate: Estimate
    design: Design
    gathered: SharesGathered | None = None


def stages_to_json(model: Fitted, keep: str | None) -> dict[str, Any]:
    """A JSON object of all terms that were read and of their sums."""
    whole, sums = model.read_design, model.gathered
    content: dict[str, Any] = {"terms": list(whole.layout.terms)}
    if whole.is_plain:
        columns = (*whole.columns, whole.target)
        content["kinds"] = None if whole.kinds is None else [one.to_json() for one in columns]
        content["moments"] = moments_to_json(model.sums)
    else:
        if sums is None or (keep is None and tells_rows(whole, sums.kept)):
            raise UsageError(
                _("some level has so few rows that its sums would tell them, and two stages follow from all sums"),
                _(
                    "save it with {keep}, which keeps such sums, or keep `model.coefficients()`",
                    keep=Advice("keep", "labels"),
                ),
            )
        content |= {"design": design_to_json(whole), "sums": gathered_to_json(sums.train)}
    if model.test_moments is not None:
        content["test_moments"] = moments_to_json(model.test_moments)
    return content


def stages_from_json(reader: Reader, question: Question, target: str) -> HeldStages:
    """The line back, found anew from the sums; ModelFileError for what is none."""
    terms = reader.texts("terms")
    if reader.has("design"):
        design = design_from_json(reader.object("design"), target, question.intercept)
        gathered = SharesGathered(train=gathered_from_json(reader.object("sums"), design))
        sums = Sums(train=gathered.train.plain)
    else:
        design, gathered = columns_from_json(reader, terms, target, question.intercept), None
        sums = Sums(train=_moments(reader.object("moments"), terms, target))
    if design.layout.terms != terms:
        raise reader.get("terms").fail(_("are not those of the design"))
    try:
        if gathered is not None:
            if design.closed(gathered.whole).state != design.state:
                raise reader.get("design").fail(_("has other levels or bases than follow from the sums"))
            sums = assembled(sums, design, gathered)
        alone = SumsAlone(sums, None if gathered is None else design)
        estimate = question.method.estimate(question, alone)
    except WxbError as error:
        raise reader.fail(_("are of no two stages: {what}", what=error.what)) from None
    return HeldStages(estimate=estimate, design=design, gathered=gathered)


def test_moments_from_json(reader: Reader, estimate: Estimate, target: str) -> Moments | None:
    """Those of the rows held out, of the terms of the line."""
    if not reader.has("test_moments"):
        return None
    return _moments(reader.object("test_moments"), estimate.layout.terms, target)


def _moments(reader: Reader, terms: tuple[str, ...], target: str) -> Moments:
    found = moments_from_json(reader)
    if (found.terms, found.target) != (terms, target):
        raise reader.fail(_("are of other terms or another target than the model"))
    return found

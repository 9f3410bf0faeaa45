"""Mean absolute errors of test rows and folds: the one number of theirs that moments do not hold, so the rows are read again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wxb.estimate import Estimate
from wxb.fitted import NO_ANSWER
from wxb.passes.again import RowPasses
from wxb.passes.by_share import label_of
from wxb.question import Question
from wxb.question.shares import TEST


def judged(estimate: Estimate, question: Question, passes: RowPasses) -> Estimate:
    """The estimate with these errors, where there are such rows and a source can be read a second time."""
    shares = question.shares
    if shares.ordered:
        estimate = replace(estimate, ordered=True)
    if estimate.path is not None and not shares.test:  # λ was chosen by squares: no pass for |e| of folds is made
        return estimate
    if (
        estimate.steps is not None  # rows of all terms are none of the chosen
        or shares.whole
        or not passes.rereadable
        or not np.isfinite(estimate.theta).all()
        or estimate.outcome.value in NO_ANSWER
    ):
        return estimate
    from wxb.passes.absolute_errors import AbsoluteErrors

    folds = estimate.cross_validation
    lines = {} if folds is None else {k: ("fold", line) for k, line in enumerate(folds.lines) if line is not None}
    if shares.test:
        lines[TEST] = ("test", estimate.exact_theta)
    [means] = passes.each([AbsoluteErrors(label_of(shares), lines, estimate.layout.intercept)])
    test, fold = means.get("test"), means.get("fold")
    found = replace(estimate, test_mae=test, fold_mae=fold)
    if folds is not None:  # not worked out a second time
        found.__dict__["cross_validation"] = replace(folds, overall=replace(folds.overall, mae=fold))
    return found

"""Test rows and folds within groups: the sums of each share of each group, from one pass, and absolute errors from another.

Shares go by the numbers of rows in the whole source, so a row has the share that it has without groups.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb.estimate import Estimate
from wxb.moments import Moments
from wxb.passes.absolute_errors import AbsoluteErrors
from wxb.passes.again import RowPasses
from wxb.passes.by_share import label_and_share, share_moments
from wxb.passes.labels import Label
from wxb.passes.split import Split
from wxb.passes.sums import Sums, refuse_idle
from wxb.question import Question
from wxb.question.shares import TEST
from wxb.values import still


@dataclass(frozen=True, kw_only=True)
class SharedGroups:
    """What was gathered of groups and shares.  labels : g        sums : of each"""

    labels: tuple[Any, ...]
    sums: tuple[Sums, ...]
    terms: tuple[str, ...]
    targets: tuple[str, ...]
    rounding: tuple[float, ...]

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """(g,) training rows of each."""
        return still(np.array([sums.train.rows for sums in self.sums], dtype=np.int64))

    def numbered(self, group: int) -> Moments:
        return self.sums[group].train


def gather(passes: RowPasses, question: Question, label: Label) -> SharedGroups:
    """The sums of the first pass."""
    weighted = question.selection.weights is not None
    moments = share_moments(passes.scan, question.shares, question.precision, weighted)
    [found] = passes.each([Split(label, [moments])])
    sums = [_sums(labelled.sums, question) for [labelled] in found.values()]
    train, test = (sum(one.rows for one in side if one is not None) for side in zip(*((s.train, s.test) for s in sums)))
    refuse_idle(question.shares, train, test, passes.reading.rows)
    scan = passes.scan
    return SharedGroups(
        labels=tuple(found), sums=tuple(sums), terms=scan.terms, targets=(scan.target,), rounding=scan.rounding
    )


def _sums(found: Mapping[int, Moments], question: Question) -> Sums:
    folds = tuple(found[k] for k in range(max(question.shares.folds, 1)))
    test = found.get(TEST)
    return Sums(
        train=sum(folds[1:], folds[0]),
        test=test if test is not None and test.rows else None,
        folds=folds if question.shares.folds else (),
    )


def judged(
    estimates: Mapping[Hashable, Estimate], passes: RowPasses, question: Question, label: Label
) -> dict[Hashable, Estimate]:
    """The estimates with mean absolute errors of their own test rows and folds, where the source can be read again."""
    lines: dict[Any, tuple[Hashable, Any]] = {}
    for name, estimate in estimates.items():
        folds = estimate.cross_validation
        for k, line in enumerate(() if folds is None else folds.lines):
            if line is not None:
                lines[name, k] = (name, "fold"), line
        if estimate.test_moments is not None:
            exact: tuple[Fraction, ...] = tuple(estimate.exact_theta)
            lines[name, TEST] = (name, "test"), exact
    if not lines or not passes.rereadable:
        return dict(estimates)
    joint = label_and_share(label, question.shares)
    [means] = passes.each([AbsoluteErrors(joint, lines, question.intercept)])
    found: dict[Hashable, Estimate] = {}
    for name, estimate in estimates.items():
        test, fold = means.get((name, "test")), means.get((name, "fold"))
        found[name] = one = replace(estimate, test_mae=test, fold_mae=fold)
        folds = estimate.cross_validation
        if folds is not None:  # not worked out a second time
            one.__dict__["cross_validation"] = replace(folds, overall=replace(folds.overall, mae=fold))
    return found

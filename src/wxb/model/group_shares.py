"""Test rows and folds within groups: the sums of each share of each group, from one pass, and absolute errors from another.

Shares go by the numbers of rows in the whole source, so a row has the share that it has without groups.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb.design import Design
from wxb.design.close import refuse_identifiers
from wxb.errors import DataError, WxbError
from wxb.estimate import Estimate
from wxb.moments import Moments
from wxb.moments.gathered import SharesGathered
from wxb.passes.absolute_errors import AbsoluteErrors
from wxb.passes.again import RowPasses
from wxb.passes.by_share import label_and_share, share_moments
from wxb.passes.gather import assembled, gathered, tallies_of
from wxb.passes.labels import Label
from wxb.passes.split import OfTerms, Split
from wxb.passes.statistic import Statistic
from wxb.passes.sums import Sums, refuse_idle
from wxb.question import Question
from wxb.question.shares import TEST
from wxb.values import still


@dataclass(frozen=True, kw_only=True)
class SharedGroups:
    """What was gathered of groups and shares.

    labels : g        sums : of each, of the terms        gathered : what these were assembled from, None of terms that are columns
    """

    labels: tuple[Any, ...]
    sums: tuple[Sums, ...]
    gathered: tuple[SharesGathered | None, ...]
    terms: tuple[str, ...]
    targets: tuple[str, ...]

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """(g,) training rows of each."""
        return still(np.array([sums.train.rows for sums in self.sums], dtype=np.int64))

    def numbered(self, group: int) -> Moments:
        return self.sums[group].train


@dataclass(frozen=True, kw_only=True)
class KeptGroups:
    """Groups of a file.  found : the estimate of each by label, or why it has none        rows : (g,) training rows of each"""

    found: Mapping[Any, Estimate | WxbError]
    rows: NDArray[np.int64]
    terms: tuple[str, ...]
    targets: tuple[str, ...]

    @property
    def labels(self) -> tuple[Any, ...]:
        return tuple(self.found)

    def estimate(self, group: int) -> Estimate:
        found = self.found[self.labels[group]]
        if isinstance(found, WxbError):
            raise found
        return found


def gather(
    passes: RowPasses, question: Question, label: Label, skip: int, more: Sequence[Statistic[Any]] = ()
) -> tuple[SharedGroups, Design | None, list[Any]]:
    """The sums of the first pass, the design closed by those of all groups together, and what `more` made of the rows.

    skip : labels of groups in a block
    """
    weighted, design, shares = question.selection.weights is not None, passes.design, question.shares
    moments = share_moments(passes.scan, shares, question.precision, weighted)
    watch = [] if design is None else [passes.identifiers(design, skip)]
    tallies = [] if design is None else tallies_of(design, shares)
    split: Statistic[Any] = Split(label, [moments, *tallies], skip=skip)
    found, *others = passes.each([*watch, split, *more])[len(watch) :]
    sums = [_sums(labelled.sums, question) for labelled, *_ in found.values()]
    train, test = (sum(one.rows for one in side if one is not None) for side in zip(*((s.train, s.test) for s in sums)))
    refuse_idle(shares, train, test, passes.reading.rows)
    parts: list[SharesGathered | None] = [None] * len(sums)
    if design is not None:
        by_group = [gathered(design, shares, labelled.sums, parts) for labelled, *parts in found.values()]
        design = _closed(design, by_group, passes)
        sums = [assembled(one, design, part) for one, part in zip(sums, by_group)]
        parts = list(by_group)
    terms = passes.scan.terms if design is None else design.layout.terms
    together = SharedGroups(
        labels=tuple(found), sums=tuple(sums), gathered=tuple(parts), terms=terms, targets=(passes.scan.target,)
    )
    return together, design, others


def _closed(design: Design, groups: Sequence[SharesGathered], passes: RowPasses) -> Design:
    """The design with the levels and bases of all rows, so that the groups have the same terms."""
    whole = sum((one.whole for one in groups[1:]), groups[0].whole) if groups else None
    if whole is None:
        return design
    try:
        found = design.meant(passes.scan).closed(whole)
        refuse_identifiers(found, whole.rows)
    except DataError as error:
        raise DataError(f"{passes.source}: {error.what}", error.do) from None
    passes.design = found
    return found


def _sums(found: Mapping[int, Moments], question: Question) -> Sums:
    folds = tuple(found[k] for k in range(question.shares.count))
    test = found.get(TEST)
    return Sums(
        train=sum(folds[1:], folds[0]),
        test=test if test is not None and test.rows else None,
        folds=folds if question.shares.folds else (),
    )


def judged(
    estimates: Mapping[Hashable, Estimate], passes: RowPasses, question: Question, label: Label, skip: int
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
    errors: Statistic[Any] = AbsoluteErrors(joint, lines, question.intercept)
    if passes.design is not None:
        errors = OfTerms(passes.design.dense, errors, skip=skip)
    [means] = passes.each([errors], raw=True)
    found: dict[Hashable, Estimate] = {}
    for name, estimate in estimates.items():
        test, fold = means.get((name, "test")), means.get((name, "fold"))
        found[name] = one = replace(estimate, test_mae=test, fold_mae=fold)
        folds = estimate.cross_validation
        if folds is not None:  # not worked out a second time
            one.__dict__["cross_validation"] = replace(folds, overall=replace(folds.overall, mae=fold))
    return found

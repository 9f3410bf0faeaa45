"""Moments of each share of a scan's rows: test rows, folds, or all rows under the label 0."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from wxb._typing import Marks
from wxb.data.block import Block
from wxb.data.labels import labels_of_integers
from wxb.data.table import Scan
from wxb.moments.kernels import Kernel
from wxb.passes.fast import FastMoments
from wxb.passes.labelled import LabelledMoments
from wxb.passes.labels import Ids, Label, unlabelled
from wxb.question.shares import TEST, Shares


def label_of(shares: Shares) -> Label:
    """The share of each row as its label."""
    if shares.whole:
        return unlabelled
    labels = (*range(shares.count), TEST)  # code −1 is the last

    def label(block: Block) -> tuple[Ids, Sequence[Hashable]]:
        return shares.of_block(block), labels

    return label


def label_and_share(label: Label, shares: Shares) -> Label:
    """Another label of each row beside its share."""

    def joint(block: Block) -> tuple[Ids, Sequence[Hashable]]:
        found = label(block)
        codes, labels = (np.zeros(block.rows, dtype=np.int64), (0,)) if found is None else found
        count = shares.count + 1  # the share −1 is place 0
        both = labels_of_integers(codes * count + shares.of_block(block) + 1)
        return both.codes, [(labels[place // count], place % count - 1) for place in both.values]

    return joint


def held_out_of(shares: Shares) -> Callable[[Block], Marks] | None:
    """What marks the rows that are held out to test on; None where none are."""
    return (lambda block: shares.of(block.row_numbers()) < 0) if shares.test else None


def share_moments(
    scan: Scan, shares: Shares, precision: str, weighted: bool, kernel: Kernel | None = None
) -> LabelledMoments:
    """The statistic whose result has the moments of every share there can be."""
    made = LabelledMoments if precision == "exact" else FastMoments
    return made(
        scan.terms,
        (scan.target,),
        label=label_of(shares),
        always=shares.labels(),
        weighted=weighted,
        kernel=kernel,
    )

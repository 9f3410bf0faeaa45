"""The sums of a design with categories in one pass: moments of its raw columns by share, and tallies by share and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Self

import numpy as np

from wxb.data.block import Block, Column
from wxb.data.labels import Labels
from wxb.design import Design
from wxb.design.joints import Joint, Pairs, joints_of
from wxb.elimination import solve_terms
from wxb.moments import Moments
from wxb.moments.gathered import Gathered, SharesGathered
from wxb.moments.tally import Tally
from wxb.passes.by_share import label_of
from wxb.passes.sums import Sums
from wxb.passes.tally import Products, TallySums
from wxb.question.shares import TEST, Shares
from wxb.solve import Solution


class ShareTally(TallySums):
    """A tally whose first label is the share of a row, put before all others of a block."""

    def __init__(self, places: Sequence[int], columns: Products, shares: Shares, **options: Any) -> None:
        super().__init__(places, columns, **options)
        self.shares = shares

    def new(self) -> Self:
        return type(self)(self.places, self.columns, self.shares, kernel=self.kernel)

    def add(self, block: Block) -> None:
        found = label_of(self.shares)(block)
        assert found is not None
        codes, values = found
        codes = np.where(codes < 0, codes + len(values), codes)
        super().add(replace(block, labels=(Labels(codes, tuple(values)), *block.labels)))


def tallies_of(design: Design, shares: Shares, skip: int = 0) -> list[TallySums]:
    """The statistics of a design's joint labels; skip : labels of a block before those of the design"""
    names = [one.column for one in design.categories]
    made = []
    for joint, pairs in joints_of(design).items():
        places, columns = [skip + names.index(column) for column in joint], partial(_products, pairs)
        if shares.whole:
            made.append(TallySums(places, columns))
        else:
            made.append(ShareTally([0, *(place + 1 for place in places)], columns, shares))
    return made


def gathered(design: Design, shares: Shares, sums: Mapping[Any, Moments], tallies: Sequence[Tally]) -> SharesGathered:
    """What was summed, by share."""
    by_joint = dict(zip(joints_of(design), tallies, strict=True))
    if shares.whole:
        return SharesGathered(train=Gathered(plain=sums[0], tallies=by_joint))
    split = {joint: {share: part for (share,), part in tally.split(1).items()} for joint, tally in by_joint.items()}
    folds = [_of_share(k, sums, split, by_joint) for k in range(shares.count)]
    return SharesGathered(
        train=sum(folds[1:], folds[0]),
        test=_of_share(TEST, sums, split, by_joint) if shares.test else None,
        folds=tuple(folds) if shares.folds else (),
    )


def _products(pairs: Pairs, block: Block) -> list[list[Column]]:
    """The factors of each product, with the target after the raw columns."""
    columns = block.features if block.target is None else (*block.features, block.target)
    return [[columns[place - 1] for place in pair if place] for pair in pairs]


def _of_share(
    share: int, sums: Mapping[Any, Moments], split: Mapping[Joint, Mapping[int, Tally]], whole: Mapping[Joint, Tally]
) -> Gathered:
    tallies = {joint: parts.get(share) or _without_rows(whole[joint]) for joint, parts in split.items()}
    return Gathered(plain=sums[share], tallies=tallies)


def _without_rows(tally: Tally) -> Tally:
    """Under all labels but the first, of no rows."""
    none = np.empty(0, dtype=np.int64)
    return Tally.ordered(tally.axes[1:], tally.codes[none][:, 1:], tally.rows[none], tally.sums.taken(none))


def assembled(sums: Sums, design: Design, gathered: SharesGathered) -> Sums:
    """Sums of raw columns as those of the terms."""
    return replace(
        sums,
        train=design.moments(gathered.train),
        test=None if gathered.test is None else design.moments(gathered.test),
        folds=tuple(map(design.moments, gathered.folds)),
        solved=partial(_solved, design, gathered.train),  # groups are pickled with it
    )


def _solved(design: Design, gathered: Gathered, rank: str) -> Solution:
    return solve_terms(design, gathered, rank=rank)

"""Which levels go with which: rows of each combination of two columns of labels, and so whether one lies within the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

import numpy as np

from wxb._typing import Marks
from wxb.data.block import Block, Column
from wxb.moments.kernels import choose
from wxb.moments.tally import Tally
from wxb.passes.once_more import Former
from wxb.passes.tally import Products, TallySums
from wxb.whitening import Whitening


class Joined(TallySums):
    """places : which of a block's columns of labels        columns : what is summed, nothing as a rule

    left_out : marks rows that are not looked at, None for none
    """

    def __init__(
        self,
        places: Sequence[int],
        columns: Products = lambda block: (),
        *,
        left_out: Callable[[Block], Marks] | None = None,
    ) -> None:
        super().__init__(places, columns)
        self.left_out = left_out
        self.numbers_rows = True

    def new(self) -> Self:
        return type(self)(self.places, self.columns, left_out=self.left_out)

    def add(self, block: Block) -> None:
        if self.left_out is not None:
            block = block.at(np.flatnonzero(~self.left_out(block)))
        if block.rows:
            super().add(block)


def seen_by(whitening: Whitening, form: Former, fine: bool = False) -> Callable[[Block], tuple[list[Column], Column]]:
    """z̃ and e of the rows of a block.  fine : in pairs of doubles"""
    kernel = choose()

    def of(block: Block) -> tuple[list[Column], Column]:
        some = form(block)
        if fine:
            z, left = whitening.pairs(some.columns, some.lows)
            return [Column(*one) for one in z], Column(*left)
        rows = whitening.rows(block.row_numbers(), some.columns, some.lows, kernel, some.weights.values)
        return [Column(one) for one in rows.z], Column(rows.left)

    return of


def residuals_of(whitening: Whitening, form: Former, fine: bool = False) -> Products:
    """e of the rows of a block."""
    seen = seen_by(whitening, form, fine)
    return lambda block: [[seen(block)[1]]]


def scores_of(whitening: Whitening, form: Former) -> Products:
    """e z̃ of the rows of a block, in pairs of doubles."""
    seen = seen_by(whitening, form, fine=True)

    def of(block: Block) -> list[list[Column]]:
        z, left = seen(block)
        return [[one, left] for one in z]

    return of


def lies_within(tally: Tally) -> bool:
    """Whether every level of the first column goes with one of the second."""
    return len(tally) == len(tally.axes[0])

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


def residuals_of(whitening: Whitening, form: Former) -> Products:
    """e of the rows of a block."""
    kernel = choose()

    def of(block: Block) -> list[list[Column]]:
        some = form(block)
        rows = whitening.rows(block.row_numbers(), some.columns, some.lows, kernel, some.weights.values)
        return [[Column(rows.left)]]

    return of


def lies_within(tally: Tally) -> bool:
    """Whether every level of the first column goes with one of the second."""
    return len(tally) == len(tally.axes[0])

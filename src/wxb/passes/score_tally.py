"""Scores under labels, from the rows once more: Σ_{i: label_i = g} w_i e_i z̃_i, as a tally of k columns.

z̃ and the residual e are rounded once for each row, their products and sums are not at all; so blocks, threads and the order of
rows leave no trace. For labels too many to hold moments of, and for terms that only a second pass has as columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from wxb._typing import Marks
from wxb.data.block import Block, Column
from wxb.moments.kernels import Kernel, choose
from wxb.passes.once_more import Former
from wxb.passes.statistic import Numbers
from wxb.passes.tally import TallySums
from wxb.whitening import Whitening


class ScoreTally(TallySums):
    """places : which of a block's columns of labels        whitening : how rows are seen

    form : a block's terms, and its target last        left_out : marks rows that are not looked at
    """

    def __init__(
        self,
        places: Sequence[int],
        whitening: Whitening,
        *,
        form: Former = Numbers.of,
        left_out: Callable[[Block], Marks] | None = None,
        kernel: Kernel | None = None,
    ) -> None:
        self.kernel = kernel or choose()
        super().__init__(places, self._products, kernel=self.kernel)
        self.whitening, self.form, self.left_out = whitening, form, left_out
        self.uses_blas = True

    def new(self) -> ScoreTally:
        return type(self)(self.places, self.whitening, form=self.form, left_out=self.left_out, kernel=self.kernel)

    def add(self, block: Block) -> None:
        if self.left_out is not None:
            block = block.at(np.flatnonzero(~self.left_out(block)))
        if block.rows:
            super().add(block)

    def _products(self, block: Block) -> list[list[Column]]:
        numbers = self.form(block)
        rows = self.whitening.rows(block.row_numbers(), numbers.columns, numbers.lows, self.kernel, block.weights)
        left = Column(rows.left)
        return [[Column(one), left] for one in rows.z]

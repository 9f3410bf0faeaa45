"""Scores under labels, from the rows once more: Σ_{i: label_i = g} w_i e_i z̃_i, as a tally of k columns.

z̃, the residual e and their product are rounded for each row by itself, the product to a multiple of 2^(32 p), and from there on
nothing is: so blocks, threads and the order of rows leave no trace. p is such that no score is more than 2^100 of these units (by
Cauchy and Schwarz none is larger than √RSS), which leaves a row's product its own digits. Half as much work as moments
by label, but in a pass of its own: for very many rows, for labels too many to hold moments of, and for terms that only a second
pass has as columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from wxb._typing import Marks
from wxb.data.block import Block
from wxb.moments.kernels import Kernel, choose
from wxb.moments.plan import DIGIT, FIRST
from wxb.passes.once_more import Former
from wxb.passes.statistic import Numbers
from wxb.passes.tally import TallySums, counts_of
from wxb.whitening import Whitening

CACHED = 1 << 17  # numbers whitened at a time


class ScoreTally(TallySums):
    """places : which of a block's columns of labels        whitening : how rows are seen        rss : Σ w e² of all rows

    form : a block's terms, and its target last        left_out : marks rows that are not looked at
    """

    def __init__(
        self,
        places: Sequence[int],
        whitening: Whitening,
        rss: Fraction,
        *,
        form: Former = Numbers.of,
        left_out: Callable[[Block], Marks] | None = None,
        kernel: Kernel | None = None,
    ) -> None:
        self.kernel = kernel or choose()
        super().__init__(places, lambda block: (), kernel=self.kernel)
        self.whitening, self.rss, self.form, self.left_out = whitening, rss, form, left_out
        self.uses_blas = self.numbers_rows = True
        bits = (rss.numerator.bit_length() - rss.denominator.bit_length()) // 2 + 1  # √RSS < 2^bits
        self.low = -((FIRST - 1 - bits) // DIGIT) - 2  # where the last of three digits stands

    def new(self) -> ScoreTally:
        return type(self)(
            self.places, self.whitening, self.rss, form=self.form, left_out=self.left_out, kernel=self.kernel
        )

    def add(self, block: Block) -> None:
        if self.left_out is not None:
            block = block.at(np.flatnonzero(~self.left_out(block)))
        if not block.rows:
            return
        labels = [block.labels[place] for place in self.places]
        cells = self._cells.of([level.of(one.codes, one.values) for level, one in zip(self._levels, labels)])
        numbers, which, k = self.form(block), block.row_numbers(), self.whitening.width
        self._count(cells, counts_of(block))
        sums = self._of(k)
        step = max(1, CACHED // max(1, k))
        for start in range(0, block.rows, step):
            part = slice(start, start + step)
            some = numbers.at(part)
            rows = self.whitening.rows(which[part], some.columns, some.lows, self.kernel, some.weights.values)
            left = rows.left
            for factor in (some.weights.values, some.weights.counts):
                left = left if factor is None else left * factor
            sums.add_scores(rows.z, np.ldexp(left, -DIGIT * self.low), cells[part], self.low)

"""Too few rows are refused before anything is summed: blocks wait until there are as many rows as coefficients."""

from __future__ import annotations

from collections.abc import Sequence

from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.errors import NumericalError
from wxb.solve import check_rows

MOST_WAITING = 1 << 25  # numbers that may wait: a quarter of a gigabyte

Placed = tuple[Block, int]  # a block and the number of its part


class Waiting:
    """Blocks held back until there are rows enough for an answer: with fewer, nothing need be summed to refuse.

    blocks : those that wait        rows : kept rows seen, each as often as it is counted
    """

    def __init__(self, needed: int) -> None:
        self.needed, self.rows = needed, 0
        self.blocks: list[Placed] = []

    def pass_on(self, block: Block, part: int) -> Sequence[Placed]:
        """The blocks to be summed now: none while there are too few rows, then all that waited, then each as it comes."""
        if not self.needed:
            return ((block, part),)
        self.rows += block.rows if block.frequency is None else sum(map(int, block.frequency.tolist()))
        self.blocks.append((block, part))
        if self.rows < self.needed and self.rows * (len(block.features) + 1) <= MOST_WAITING:
            return ()
        ready, self.blocks, self.needed = self.blocks, [], 0
        return ready

    def refuse_too_few(self, scan: Scan) -> None:
        """At the end of the source: NumericalError when rows still wait for more, and none comes."""
        if self.rows and self.blocks:
            refuse_too_few(scan, self.rows, self.needed)


def refuse_too_few(scan: Scan, rows: int, needed: int) -> None:
    """NumericalError, of that source, when there are fewer rows than coefficients."""
    try:
        check_rows(rows, needed, len(scan.terms))
    except NumericalError as error:
        raise NumericalError(f"{scan.source}: {error.what}", error.do) from None

"""Whether a query gives the same rows again: a sum over its rows of what each one holds, kept from the first time.

Of a row every double and label is mixed into 64 bits; the sum of these does not depend on the order of rows, the sum of each times
an odd number made of its place does. Other rows have the same sum once in 2⁶⁴: a look, no proof.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from wxb.data.block import Block
from wxb.data.labels import Labels
from wxb.data.reading import Blocks, Read
from wxb.errors import DataError
from wxb.i18n import _

Bits = NDArray[np.uint64]
_ODD = np.uint64(0x9E3779B97F4A7C15)
_OTHER = np.uint64(0xD1B54A32D192ED03)
_HALF = np.uint64(32)


@dataclass(slots=True)
class Seen:
    """rows : of the source        whatever_order, in_order : sums of what they hold"""

    rows: int = 0
    whatever_order: int = 0
    in_order: int = 0

    def add(self, block: Block) -> None:
        mixed = np.zeros(block.rows, dtype=np.uint64)
        numbers = [*block.features, *((block.target,) if block.target is not None else ())]
        for column in numbers:
            _mix(mixed, column.values)
            if column.low is not None:
                _mix(mixed, column.low)
        for weights in (block.weights, block.frequency):
            if weights is not None:
                _mix(mixed, weights)
        for labels in block.labels:
            _mix(mixed, _label_bits(labels))
        places = block.row_numbers().astype(np.uint64)
        self.whatever_order = (self.whatever_order + int(mixed.sum())) % 2**64
        self.in_order = (self.in_order + int((mixed * (places * _OTHER | np.uint64(1))).sum())) % 2**64


def _mix(mixed: Bits, column: NDArray[np.float64] | Bits) -> None:
    """Stir the bits of a column into those of the rows."""
    mixed ^= np.ascontiguousarray(column).view(np.uint64)
    mixed *= _ODD
    mixed ^= mixed >> _HALF


def _label_bits(labels: Labels) -> Bits:
    return np.array([crc32(repr(value).encode()) for value in labels.values], dtype=np.uint64)[labels.codes]


def watched(blocks: Blocks, before: dict[Hashable, Seen], key: Hashable, *, in_order: bool) -> Blocks:
    """The blocks, and at their end the comparison with what was seen under this key before."""
    now, read = Seen(), Read(blocks)
    for block in read:
        now.add(block)
        yield block
    now.rows = read.reading.rows
    then = before.setdefault(key, now)
    if (now.rows, now.whatever_order) != (then.rows, then.whatever_order):
        raise DataError(
            _("the query gave other rows than the first time it was issued"),
            _(
                "give the address in place of a connection, so that one transaction sees one state of the data; "
                "neither random() nor a LIMIT without ORDER BY can be read twice"
            ),
        )
    if in_order and now.in_order != then.in_order:
        raise DataError(
            _("the query gave its rows in another order than the first time it was issued"),
            _("let ORDER BY name columns that tell any two rows apart"),
        )
    return read.reading


__all__ = ["Seen", "watched"]

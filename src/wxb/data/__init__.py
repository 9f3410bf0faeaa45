"""Any table → blocks of float64 columns.

>>> table = open_table({"hours": [1, 2, 3], "score": [2, 4, 6]})
>>> scan = table.scan(Selection(target="score"))
>>> [block.rows for block in scan.blocks()]
[3]
"""

from __future__ import annotations

from wxb._typing import Vector
from wxb.data.block import Block, Column
from wxb.data.kinds import Kind
from wxb.data.labels import Labels
from wxb.data.open import open_table
from wxb.data.reading import Reading
from wxb.data.selection import Selection
from wxb.data.table import Part, Scan, Table

__all__ = ["Block", "Column", "Kind", "Labels", "Part", "Reading", "Scan", "Selection", "Table", "Vector", "open_table"]

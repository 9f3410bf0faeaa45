"""Any table → blocks of float64 columns.

>>> from wxb.data import open_table
>>> scan = open_table({"hours": [1, 2, 3], "score": [2, 4, 6]}).scan(target="score")
>>> [block.rows for block in scan.blocks()]
[3]
"""

from __future__ import annotations

from wxb._typing import Vector
from wxb.data.open import open_table
from wxb.data.table import Block, Column, Part, Scan, Table

__all__ = ["Block", "Column", "Part", "Scan", "Table", "Vector", "open_table"]

"""What a line is made of: raw columns, pieces of them, and the terms that its coefficients stand for.

>>> from wxb.data import Selection, open_table
>>> scan = open_table({"hours": [1, 2], "paid": ["yes", "no"], "score": [2, 4]}).scan(Selection(target="score"))
>>> [(term.name, term.column, term.kind.described) for term in Design.of(scan, intercept=True).terms]
[('hours', 'hours', 'whole numbers'), ('paid[yes]', 'paid', 'yes/no')]
"""

from __future__ import annotations

from wxb.design.design import Design
from wxb.design.made import Made
from wxb.design.pieces import Category, Coded, Component, Level, Numbers, Piece, State
from wxb.design.structure import Term

__all__ = ["Category", "Coded", "Component", "Design", "Level", "Made", "Numbers", "Piece", "State", "Term"]

"""What a line is made of: its terms, each with the column it stands for and what that column means.

>>> from wxb.data import Selection, open_table
>>> scan = open_table({"hours": [1, 2], "paid": ["yes", "no"], "score": [2, 4]}).scan(Selection(target="score"))
>>> [(term.name, term.column, term.kind.described) for term in Design.of(scan, intercept=True).terms]
[('hours', 'hours', 'whole numbers'), ('paid[yes]', 'paid', 'yes/no')]
"""

from __future__ import annotations

from wxb.design.terms import Design, Term

__all__ = ["Design", "Term"]

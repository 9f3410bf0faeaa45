"""A formula, `log(y) ~ x*z + C(school) | firm`: what is predicted, from which terms, what is absorbed. Syntax and algebra, no data.

    text ── read ─▶ Written: trees, every function and argument checked ── over the columns of a table ─▶ Formula: terms in order

Nothing is ever evaluated: a function is one of a list, and every argument of it is read. `.` is all other columns, and a dotted
name is a column. Text of more than 20 000 characters, nesting of more than 100 and crossings to more than 10 000 terms are refused.

>>> formula = read("y ~ x*z + I(x**2) - 1 | firm").over(["y", "x", "z", "firm"])
>>> str(formula)
'y ~ 0 + x + z + I(x^2) + x:z | firm'
"""

from __future__ import annotations

from wxb.formula.factors import Basis, Coded, Column, Computed, Factor, Lag, Offset, Spline
from wxb.formula.formula import Formula, Written, read
from wxb.formula.written import written

__all__ = [
    "Basis",
    "Coded",
    "Column",
    "Computed",
    "Factor",
    "Formula",
    "Lag",
    "Offset",
    "Spline",
    "Written",
    "read",
    "written",
]

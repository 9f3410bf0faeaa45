"""A line written down for others: as an expression of SQL, as a function of Python, as an equation of LaTeX.

    recipe   model → the numbers of its rows, the levels of its categories, a weight for each: what all of them write
    sql, python, latex   the same recipe, each as its readers need it

Each writes names and levels as quoted text of its language: nothing in a column's name is ever part of the code.
"""

from __future__ import annotations

"""A term: a name, the column it is made of, what the column means. A design: p terms, the target, and whether there is a b.

What a term is follows from the scan it was fitted to and is kept in the model and its file; nobody reads it off its name. A yes/no
column `paid` is the term `paid[yes]`; a column of numbers that is itself called `paid[yes]` is the term of that name and a number.

    rows (m, k)        1 x₁ … x_p        the intercept's 1 first when there is one
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wxb import arguments
from wxb._typing import Matrix, Vector
from wxb.data.field import Field
from wxb.data.kinds import WORDS, Kind, truth
from wxb.data.table import Scan
from wxb.errors import UsageError
from wxb.layout import Layout
from wxb.printable import show


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """kind : what the column means; None where a model does not know (of bare moments, or of a file of version 1)"""

    name: str
    column: str
    kind: Kind | None = None

    @classmethod
    def of(cls, field: Field) -> Term:
        return cls(name=field.term, column=field.called, kind=field.kind)

    @classmethod
    def guessed(cls, name: str) -> Term:
        """What a name says where nothing else is known: `paid[yes]` was made of yes and no."""
        word = next((word for word in WORDS if name.endswith(f"[{word}]")), "")
        return (
            cls(name=name, column=name.removesuffix(f"[{word}]"), kind=truth(word))
            if word
            else cls(name=name, column=name)
        )

    @property
    def word(self) -> str:
        """What 1 stands for in a yes/no term, "" in any other."""
        return self.kind.word if self.kind else ""

    @property
    def is_truth(self) -> bool:
        return self.kind is not None and self.kind.sort == "truth"

    @property
    def is_time(self) -> bool:
        return self.kind is not None and self.kind.is_time

    def to_json(self) -> dict[str, Any] | None:
        """What it means, and its column where that is not its name; None when not known."""
        if self.kind is None:
            return None
        return self.kind.to_json() | ({"column": self.column} if self.column != self.name else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """terms : p        target : the column that is predicted        intercept : whether there is a b"""

    terms: tuple[Term, ...]
    target: Term
    intercept: bool

    @classmethod
    def of(cls, scan: Scan, intercept: bool) -> Design:
        """The terms of a scan, as its columns are known."""
        target = scan.roles.target
        kind = target.kind if target else None
        terms = tuple(map(Term.of, scan.roles.features))
        return cls(terms=terms, target=Term(name=scan.target, column=scan.target, kind=kind), intercept=intercept)

    @classmethod
    def guessed(cls, terms: Sequence[str], target: str, intercept: bool) -> Design:
        """Of names alone."""
        return cls(terms=tuple(map(Term.guessed, terms)), target=Term(name=target, column=target), intercept=intercept)

    @property
    def layout(self) -> Layout:
        return Layout(tuple(term.name for term in self.terms), self.intercept)

    @property
    def columns(self) -> tuple[Term, ...]:
        """p + 1: the terms, then the target."""
        return (*self.terms, self.target)

    @property
    def kinds(self) -> tuple[Kind, ...] | None:
        """p + 1 meanings (terms, then target); None when one is not known."""
        kinds = tuple(term.kind for term in self.columns if term.kind is not None)
        return kinds if len(kinds) == len(self.columns) else None

    def sources(self, columns: Sequence[str]) -> list[str]:
        """Which of a table's columns each term is read from: one of the term's own name, else the one it is made of."""
        return [term.name if term.name in columns else term.column for term in self.terms]

    def rows(self, columns: Mapping[str, Vector], constant: float = 1.0) -> Matrix:
        """(m, k) design rows of term columns, with the intercept's 1 (or `constant`) first when there is one."""
        columns = arguments.instance("columns", columns, Mapping, "a dict of columns by the names of the terms")
        names = self.layout.terms
        missing = [name for name in names if name not in columns]
        if missing:
            raise UsageError(
                f"no value for {', '.join(map(show, missing))}", f"the model's terms are {', '.join(names)}"
            )
        parts = [np.atleast_1d(arguments.vector(f"column {show(name)}", columns[name])) for name in names]
        rows = len(parts[0]) if parts else 1
        if any(part.shape != (rows,) for part in parts):
            raise UsageError("the columns have different lengths", "give each term one number a row")
        return np.column_stack(self.layout.listed(parts, np.full(rows, arguments.number("constant", constant))))

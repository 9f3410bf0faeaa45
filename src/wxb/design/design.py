"""A design: which raw columns are made of a source, which pieces of these a line has, and what its coefficients stand for.

    source ── formed ─▶ raw columns and labels ── gathered ─▶ sums ── closed ─▶ levels and bases ── moments ─▶ those of the terms

What a column means follows from the scan it was fitted to and is kept in the model and its file; nobody reads it off a name. A
yes/no column `paid` is the column `paid[yes]`; one of numbers that is itself called `paid[yes]` is of that name and a number.

    rows (m, k)        1 x₁ … x_p        the intercept's 1 first when there is one
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from wxb import arguments
from wxb._typing import Integers, Matrix, Vector
from wxb.data.kinds import Kind
from wxb.data.selection import Selection
from wxb.data.table import Scan
from wxb.design.made import Made
from wxb.design.pieces import Category, Coded, Numbers, Piece
from wxb.design.structure import Structure
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.printable import show

if TYPE_CHECKING:
    from wxb.data.block import Block
    from wxb.moments.exact import Moments
    from wxb.moments.gathered import Gathered


@dataclass(frozen=True, kw_only=True)
class Design(Structure):
    """A structure, and what is done with it. What it holds is described at `Structure`."""

    @classmethod
    def plain(cls, columns: Sequence[Made], target: Made, intercept: bool) -> Design:
        """A term for every column."""
        pieces = tuple(
            Piece(text=one.name, factors=(Numbers(text=one.name, parts=(one.name,), names=(one.name,)),), columns=(j,))
            for j, one in enumerate(columns, 1)
        )
        return cls(columns=tuple(columns), target=target, pieces=pieces, intercept=intercept)

    @classmethod
    def of(
        cls, scan: Scan, intercept: bool, order: Sequence[str] | None = None, absorbed: Sequence[str] = ()
    ) -> Design:
        """The columns of a scan, as they are known; those read as labels are categories.

        order : of the terms by their columns, where it is not that of the source        absorbed : the first of the labels
        """
        roles = scan.roles
        kind = roles.target.kind if roles.target else None
        target = Made(name=scan.target, sources=(scan.target,), kind=kind)
        if not roles.labels:
            return cls.plain(tuple(map(Made.of, roles.features)), target, intercept)
        fields = sorted((*roles.features, *roles.labels[len(absorbed) :]), key=lambda field: field.position)
        kinds = {field.called: field.kind for field in fields}
        gone = {field.called: field.kind for field in roles.labels[: len(absorbed)]}
        return cls.of_kinds({name: kinds[name] for name in order or kinds}, target, intercept, gone)

    @classmethod
    def of_kinds(
        cls, kinds: Mapping[str, Kind], target: Made, intercept: bool, absorbed: Mapping[str, Kind] | None = None
    ) -> Design:
        """A term for every column of numbers and a category for every other, in this order; absorbed : categories besides."""
        absorbed, constant = absorbed or {}, intercept or bool(absorbed)
        numbers = [Made.named(name, kind) for name, kind in kinds.items() if not kind.is_category]
        design = cls.plain(numbers, target, intercept and not absorbed)
        labels = [name for name, kind in kinds.items() if kind.is_category]
        coded = {name: Coded(column=name, full=not constant and name == labels[0]) for name in labels}
        own = iter(design.pieces)
        pieces = tuple(
            Piece(text=name, factors=(coded[name],), columns=(0,)) if name in coded else next(own) for name in kinds
        )
        categories = [Category(column=name, kind=kind, asked=True, absorbed=True) for name, kind in absorbed.items()]
        categories += [Category(column=name, kind=kinds[name]) for name in labels]
        return replace(design, pieces=pieces, categories=tuple(categories))

    @classmethod
    def guessed(cls, terms: Sequence[str], target: str, intercept: bool) -> Design:
        """Of names alone."""
        return cls.plain(tuple(map(Made.guessed, terms)), Made(name=target, sources=(target,)), intercept)

    def sources(self, columns: Sequence[str]) -> list[str]:
        """Which of a table's columns each raw column is read from: one of its own name, else the one it is made of."""
        return [one.name if one.name in columns else one.column for one in self.columns]

    def selection(self, asked: Selection) -> Selection:
        """What is read for it, where weights, counts and the treatment of missing values are as asked."""
        *features, target = self.source_names
        kinds = {one.column: one.kind for one in self.categories if one.kind is not None}
        kinds |= {
            name: self.meanings[name] for name in self.read_as_labels if name in self.meanings and name not in kinds
        }
        return replace(asked, target=target, features=tuple(features), labels=self.read_as_labels, kinds=kinds)

    def formed(self, scan: Scan, *, dense: bool = False) -> Scan:
        """A scan of its selection as one of its raw columns, with `dense` of its terms."""
        from wxb.design.form import DesignForm
        from wxb.design.looking_back import looking_back

        names = self.source_names if scan.roles.target else self.needed_names
        scan = looking_back(scan, self.lags, names) if self.lags else scan
        form = DesignForm.of(self, names, scan, dense)
        return replace(scan, form=form, unproven=scan.unproven if form.steps.keep_gaps else None)

    def meant(self, scan: Scan) -> Design:
        """The design with what the columns of a scan mean, as it was found."""
        from wxb.design.computed_kind import kind_of

        roles = scan.roles
        known = {field.called: field.kind for field in (*roles.columns, *roles.labels)}

        def meant(made: Made) -> Made:
            return replace(made, kind=kind_of(made.tree, known) if made.tree else known[made.column])

        columns = tuple(map(meant, self.columns))
        known = {name: known[name] for name in (*self.source_names, *self.read_as_labels)}
        return replace(self, columns=columns, target=meant(self.target), meanings=known)

    def dense(self, block: Block) -> Block:
        """A formed block with the terms of a closed design as its features."""
        from wxb.design.dense import term_columns

        return replace(block, features=term_columns(self, block))

    def closed(self, gathered: Gathered) -> Design:
        """The design with what follows from all rows: levels and bases."""
        from wxb.design.close import closed

        return replace(self, state=closed(self, gathered))

    def moments(self, gathered: Gathered) -> Moments:
        """The exact moments of the terms of a closed design, target last."""
        from wxb.design.assemble import moments_of

        return moments_of(self, gathered)

    def matrix(self, block: Block) -> Matrix:
        """(m, k) rows of a formed block, the intercept's 1 first when there is one."""
        from wxb.design.dense import pair_rows

        return pair_rows(self, block)[0]

    def codes(self, block: Block) -> dict[str, Integers]:
        """{column of labels: (m,) places of the rows' levels, −1 for one that is not known}."""
        from wxb.design.dense import codes_of

        return codes_of(self, block)

    def rows(self, columns: Mapping[str, Vector], constant: float = 1.0) -> Matrix:
        """(m, k) design rows of term columns, with the intercept's 1 (or `constant`) first when there is one."""
        columns = arguments.instance("columns", columns, Mapping, _("a dict of columns by the names of the terms"))
        names = self.layout.terms
        missing = [name for name in names if name not in columns]
        if missing:
            raise UsageError(
                _("no value for {missing}", missing=", ".join(map(show, missing))),
                _("the model's terms are {names}", names=", ".join(names)),
            )
        parts = [np.atleast_1d(arguments.vector(_("column {name}", name=show(name)), columns[name])) for name in names]
        rows = len(parts[0]) if parts else 1
        if any(part.shape != (rows,) for part in parts):
            raise UsageError(_("the columns have different lengths"), _("give each term one number a row"))
        return np.column_stack(self.layout.listed(parts, np.full(rows, arguments.number("constant", constant))))

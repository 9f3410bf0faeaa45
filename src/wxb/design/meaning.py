"""Other rows as the terms of a design: columns found by name, checked by kind, refused by name where they mean another thing.

A term `paid[yes]` is made of the column `paid`, of yes and no, of 1 and 0, or of a column that is itself called `paid[yes]`.
Instants of any unit are the same instants; instants with and without a time zone, durations and numbers are told apart.
Where a kind is not known (the model's file is of version 1, or it was fitted to bare moments), numbers and yes/no are taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wxb.data.field import Field
from wxb.data.kinds import WHOLE, Kind
from wxb.data.reading import Blocks, Read
from wxb.data.selection import Selection
from wxb.data.table import Part, Scan, Table
from wxb.design.design import Design
from wxb.design.made import Made
from wxb.design.pieces import Category
from wxb.errors import DataError, UsageError
from wxb.i18n import _
from wxb.numbers import counted
from wxb.printable import show


def scan_as(
    design: Design,
    table: Table,
    *,
    target: bool = True,
    weights: str | None = None,
    frequency: str | None = None,
    missing: str = "error",
    columns: Sequence[str] | None = None,
    beside: tuple[str, ...] = (),
) -> Scan:
    """A scan of a table's columns as the terms of a design (and its target), or DataError for what means another thing.

    columns : to read them from, where not by name        beside : further columns read as labels
    """
    if not design.is_plain:
        asked = Selection(weights=weights, frequency=frequency, beside=beside, missing=missing)
        return _formed_as(design, table, target, asked, columns)
    names = design.sources(table.columns) if columns is None else list(columns)
    wanted = design.target.name if target else None
    asked = Selection(
        target=wanted,
        features=names,
        weights=weights,
        frequency=frequency,
        beside=beside,
        missing=missing,
    )
    scan = table.scan(asked)
    pairs = list(zip(scan.roles.columns, (*design.columns, design.target)))
    truths: dict[int, str] = {}
    for place, ((field, made), name) in enumerate(zip(pairs, (*names, scan.target))):
        refuse_other(made.kind, field.kind, name, scan.source)
        if made.is_truth and field.kind.sort != "truth":
            truths[place] = name
    meant = [_meant(field, made) for field, made in pairs]
    roles = replace(scan.roles, target=meant.pop() if target else None)
    scan = replace(scan, roles=replace(roles, features=tuple(meant)))
    if not truths:
        return scan
    parts = tuple(_Truths(part, truths, scan.source) for part in scan.parts)
    return replace(scan, parts=parts, unproven=None)


def _formed_as(design: Design, table: Table, target: bool, asked: Selection, columns: Sequence[str] | None) -> Scan:
    """The same for a design of categories or a formula: the columns that its own are made of, and those of labels."""
    wanted = design.selection(asked)
    if target:  # rows to be added: a level that is not known becomes one, and has to be what the others are
        found = table.kinds
        for category in design.categories:
            _refuse_other_labels(category, found.get(category.column), table.name)
    names = (*(wanted.features or ()), wanted.target) if target else design.needed_names
    wanted = wanted if target else replace(wanted, target=None, features=design.needed_names)
    scan = table.scan(wanted if columns is None else _by_position(wanted, columns))
    known = {one.column: one for one in (*design.columns, design.target) if one.tree is None}
    truths: dict[int, str] = {}
    for place, (name, field) in enumerate(zip(names, scan.roles.columns)):
        made = known.get(str(name))
        if made is None:
            continue
        refuse_other(made.kind, field.kind, str(name), scan.source)
        if made.is_truth and field.kind.sort != "truth":
            truths[place] = field.called
    if truths:
        scan = replace(scan, parts=tuple(_Truths(part, truths, scan.source) for part in scan.parts), unproven=None)
    return scan


def _refuse_other_labels(category: Category, found: Kind | None, source: str) -> None:
    """Labels of text and of numbers do not stand for each other: 1 and "1" are two levels. A few rows may all be yes or no."""
    if category.kind is None or found is None or found.sort == "truth":
        return
    if (category.kind.sort == "text") == (found.sort == "text"):
        return
    raise DataError(
        _(
            "{source}: column {column} holds {found}, and the levels of the model are of {own}",
            source=source,
            column=show(category.column),
            found=found.described,
            own=category.kind.described,
        ),
        _("give the labels as in the data of the fit"),
    )


def _by_position(wanted: Selection, columns: Sequence[str]) -> Selection:
    """What is read of columns without names: those of numbers in their order, then those of labels alone."""
    names = list(dict.fromkeys((*(wanted.features or ()), *wanted.labels)))
    if len(columns) != len(names):
        raise UsageError(
            _(
                "X has {columns}, and the model is made of {count}: {names}",
                columns=counted(len(columns), "column"),
                count=len(names),
                names=", ".join(map(show, names)),
            ),
            _("give its columns in this order, or a table with their names"),
        )
    place = dict(zip(names, columns))
    kinds = {place[name]: kind for name, kind in (wanted.kinds or {}).items()}
    features, labels = ([place[name] for name in side] for side in (wanted.features or (), wanted.labels))
    return replace(wanted, features=tuple(features), labels=tuple(labels), kinds=kinds)


def _meant(field: Field, made: Made) -> Field:
    """A column under the name the design has it by; yes/no and numbers, which stand for each other, are what it is there."""
    either = made.is_truth or field.kind.sort == "truth"
    return replace(field, name=made.column, kind=(made.kind or WHOLE) if either else field.kind, asked="")


def common(first: Design, others: Sequence[Design]) -> Design:
    """The design of a sum of models, or DataError where their columns mean different things; what one does not know it does not."""
    found = [*first.columns, first.target]
    for place, other in enumerate(others, 2):
        if [one.name for one in other.columns] != [one.name for one in first.columns]:
            continue  # refused by the sums, in their words
        source = _("model {place} of the merge", place=place)
        known = (*other.columns, other.target)
        for mine, theirs in zip((*first.columns, first.target), known):
            if theirs.kind is not None:
                refuse_other(mine.kind, theirs.kind, mine.name, source)
            elif mine.kind is not None and mine.is_time:
                refuse_other(None, mine.kind, mine.name, _("the first model of the merge"))
        found = [_coarser(mine, theirs) for mine, theirs in zip(found, known)]
    categories = list(first.categories)
    for place, other in enumerate(others, 2):
        categories = [
            _both(one, two, _("model {place} of the merge", place=place))
            for one, two in zip(categories, other.categories)
        ]
    known = dict(first.meanings)
    for other in others:
        known = {name: _either(kind, other.meanings.get(name)) for name, kind in known.items()}
    known |= {one.column: one.kind for one in categories if one.kind is not None}
    return replace(first, columns=tuple(found[:-1]), target=found[-1], categories=tuple(categories), meanings=known)


def _either(one: Kind, other: Kind | None) -> Kind:
    """Of two kinds that mean the same that whose numbers may carry more rounding."""
    return other if other is not None and other.unit_roundoff > one.unit_roundoff else one


def _both(one: Category, two: Category, source: str) -> Category:
    """A category with the levels that either declares, in the order of the first."""
    if one.kind is None or two.kind is None:
        return one
    _refuse_other_labels(one, two.kind, source)
    levels = tuple(dict.fromkeys((*one.kind.levels, *two.kind.levels)))
    return replace(one, kind=replace(one.kind, levels=levels), asked=one.asked or two.asked)


def _coarser(one: Made, other: Made) -> Made:
    """Of two columns that mean the same the one whose numbers may carry more rounding, or whose meaning is not known."""
    if one.kind is None or other.kind is None:
        return one if one.kind is None else other
    return other if other.kind.unit_roundoff > one.kind.unit_roundoff else one


def refuse_other(kind: Kind | None, found: Kind, name: str, source: str) -> None:
    """Raise DataError when a column of the kind `found` cannot stand for one of a model's, None where it does not know."""
    if kind is None:
        if found.is_time:
            raise DataError(
                _(
                    "{source}: column {name} holds {found}, and a model of an earlier file version (or of "
                    "bare moments) does not know in which unit its {name} was counted",
                    source=source,
                    name=show(name),
                    found=found.described,
                ),
                _("fit that model anew from its data"),
            )
        return
    reason = kind.why_not(found)
    if reason:
        raise DataError(
            _(
                "{source}: column {name} does not fit the model: {reason}",
                source=source,
                name=show(name),
                reason=reason,
            ),
            advice(kind, found),
        )


def advice(kind: Kind, found: Kind) -> str:
    """What to do about a column that means something else."""
    if kind.sort == found.sort == "instant":
        return (
            _("give it a time zone as in the data of the fit (in pandas: .dt.tz_localize('UTC'))")
            if kind.aware
            else _(
                "take the time zone off (in pandas: .dt.tz_convert('UTC').dt.tz_localize(None)), if these "
                "are the same clocks"
            )
        )
    if kind.sort == "instant":
        return _("give dates, datetimes or ISO 8601 text such as 2024-01-02T03:04")
    if kind.sort == "duration":
        return _("give durations (timedelta): a number does not say its unit")
    if found.is_time:
        return _("give numbers counted as those that the model was fitted to, or fit it anew to times")
    return _("give 1 and 0, as in the data of the fit") if found.sort == "truth" else _("give yes and no, or 1 and 0")


@dataclass(frozen=True, slots=True)
class _Truths:
    """A part whose columns of numbers stand for yes and no: 1 and 0, and nothing else."""

    part: Part
    columns: dict[int, str]
    source: str

    @property
    def key(self) -> str:
        return self.part.key

    @property
    def rows(self) -> int | None:
        return self.part.rows

    def blocks(self, first: int) -> Blocks:
        read = Read(self.part.blocks(first))
        for block in read:
            for place, name in self.columns.items():
                column = block.features[place] if place < len(block.features) else block.target
                assert column is not None
                refuse_no_truth(column.values, name, self.source, block.row_numbers())
            yield block
        return read.reading


def refuse_no_truth(values: NDArray[np.float64], name: str, source: str, rows: NDArray[np.int64]) -> None:
    """Raise DataError for a number that is neither 1 nor 0 where yes or no is meant."""
    bad = np.flatnonzero((values != 0) & (values != 1))
    if len(bad):
        what = _(
            "{source}: column {name}, row {row}: {value:g} is neither 1 (yes) nor 0 (no)",
            source=source,
            name=show(name),
            row=rows[bad[0]] + 1,
            value=values[bad[0]],
        )
        raise DataError(
            what if len(bad) == 1 else _("{what}, nor are {count} more", what=what, count=len(bad) - 1),
            _("the model was fitted to a yes/no column"),
        )

"""Which column plays which part in a scan: features, target, weights, labels, the condition on rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wxb.data.field import Field
from wxb.data.kinds import NUMBER, TEXT
from wxb.data.reading import Reading
from wxb.i18n import _, few
from wxb.printable import show

if TYPE_CHECKING:
    from wxb.data.where import Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The columns of a scan.

    numeric : those read as numbers: features, then target, weights, frequency
    labelled : those read as labels: `by`, then `labels`, which may be among the others too, and those `beside` the line
    date : the form in which dates are written, besides ISO 8601
    """

    features: tuple[Field, ...] = ()
    target: Field | None = None
    weights: Field | None = None
    frequency: Field | None = None
    by: tuple[Field, ...] = ()
    labels: tuple[Field, ...] = ()
    beside: tuple[Field, ...] = ()
    filter: Filter | None = None
    date: str | None = None

    @property
    def columns(self) -> tuple[Field, ...]:
        """Features, then the target when there is one: the columns of the moments."""
        return (*self.features, self.target) if self.target else self.features

    @property
    def filters(self) -> tuple[Field, ...]:
        """The columns of the condition on rows."""
        return self.filter.fields if self.filter else ()

    @property
    def numeric(self) -> tuple[Field, ...]:
        return (*self.columns, *(field for field in (self.weights, self.frequency) if field))

    @property
    def used(self) -> tuple[Field, ...]:
        return (*self.numeric, *self.filters, *self.labelled)

    @property
    def labelled(self) -> tuple[Field, ...]:
        return (*self.by, *self.labels, *self.beside)

    @property
    def terms(self) -> tuple[str, ...]:
        return tuple(field.term for field in self.features)

    def settled(self) -> Roles:
        """The roles without what could have been wrong with their columns, so that they can be sent elsewhere."""
        if not self.filter and not any(field.problem for field in self.labelled):
            return self
        by, labels, beside = (tuple(map(_settled, side)) for side in (self.by, self.labels, self.beside))
        return replace(self, by=by, labels=labels, beside=beside, filter=self.filter.settled() if self.filter else None)

    def after(self, reading: Reading) -> Roles:
        """The columns as a reading showed them: some are not exact by type after all."""
        columns = [
            replace(field, integral=False, kind=NUMBER if field.kind.sort == "whole" else field.kind)
            if place in reading.inexact
            else field
            for place, field in enumerate(self.columns)
        ]
        target = columns.pop() if self.target else None
        return replace(self, features=tuple(columns), target=target)

    def notes(self) -> tuple[str, ...]:
        """What to say of the columns used. What 1 stands for is in the term of a feature; a target has to say it."""
        words = [field for field in (self.target, self.weights, self.frequency) if field and field.word]
        truths = [
            _("{name}: {word} is read as 1", name=show(f.name), word="yes" if f.word == "yes" else "TRUE")
            for f in words
        ]
        forms = [
            _("{name}: this name is written in another Unicode form in the table", name=show(f.name))
            for f in self.used
            if f.asked
        ]
        plain = [field for field in self.numeric if field.note and not field.doubtful]
        return (*_noted(plain), *self.doubts(), *few(truths), *few(forms))

    def doubts(self) -> tuple[str, ...]:
        """Those of the notes that say how a column may be meant otherwise."""
        return _noted([field for field in self.numeric if field.doubtful])


def _noted(fields: Sequence[Field]) -> tuple[str, ...]:
    """The notes of columns; those that say the same of many are told as one."""
    alike: dict[str, list[str]] = {}
    for field in fields:
        alike.setdefault(field.note.removeprefix(show(field.name)), []).append(field.note)
    return tuple(note for notes in alike.values() for note in few(notes))


def _settled(field: Field) -> Field:
    """A column of labels: what is no column of numbers is one of text there, also where it only looks like numbers."""
    text = field.problem is not None and not field.kind.levels
    return replace(field, problem=None, kind=TEXT) if text else replace(field, problem=None)

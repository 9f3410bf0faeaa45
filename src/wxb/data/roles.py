"""Which column plays which part in a scan: features, target, weights, groups, the condition on rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wxb.data.field import Field
from wxb.data.kinds import Kind
from wxb.data.table import Scan
from wxb.printable import show

if TYPE_CHECKING:
    from wxb.data.where import Filter


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of a scan. `numeric` are those read as numbers: features, then target, then weights."""

    features: tuple[Field, ...]
    target: Field | None
    weights: Field | None
    by: Field | None
    filter: Filter | None = None

    @property
    def filters(self) -> tuple[Field, ...]:
        """The columns of the condition on rows."""
        return self.filter.fields if self.filter else ()

    @property
    def numeric(self) -> tuple[Field, ...]:
        return (*self.features, *(field for field in (self.target, self.weights) if field))

    @property
    def used(self) -> tuple[Field, ...]:
        return (*self.numeric, *self.filters, self.by) if self.by else (*self.numeric, *self.filters)

    @property
    def terms(self) -> tuple[str, ...]:
        return tuple(field.term for field in self.features)

    @property
    def integral(self) -> tuple[bool, ...]:
        return tuple(field.integral for field in (*self.features, *((self.target,) if self.target else ())))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What the features, then the target when there is one, mean."""
        return tuple(field.kind for field in (*self.features, *((self.target,) if self.target else ())))

    def scan(self, source: str) -> Scan:
        """A scan of these columns, still without its parts."""
        target = self.target.term.removesuffix(f"[{self.target.word}]") if self.target else ""
        return Scan(source, self.terms, target, self.integral, (), self.notes(), kinds=self.kinds)

    def notes(self) -> list[str]:
        """What to say of the columns used. What 1 stands for is in the term of a feature; a target has to say it."""
        words = [field for field in (self.target, self.weights) if field and field.word]
        truths = [f"{show(f.name)}: {'yes' if f.word == 'yes' else 'TRUE'} is read as 1" for f in words]
        forms = [
            f"{show(f.name)}: this name is written in another Unicode form in the table" for f in self.used if f.asked
        ]
        return [field.note for field in self.numeric if field.note] + truths + forms

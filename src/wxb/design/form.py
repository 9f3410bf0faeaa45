"""The form of a design: a block of source columns becomes one of its raw columns, on the threads of the pass.

What is computed is computed in pairs of doubles (`wxb.design.arithmetic`). A number that is not finite where those
that it is made of are is refused, with its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from wxb.data.block import Block, Column
from wxb.data.field import Field
from wxb.data.kinds import NUMBER
from wxb.data.roles import Roles
from wxb.data.table import Scan
from wxb.design.arithmetic import Source, Steps
from wxb.design.computed_kind import kind_of
from wxb.design.dense import term_columns
from wxb.design.looking_back import lag_text
from wxb.design.made import Lag, Made
from wxb.design.pieces import level_text
from wxb.design.structure import Structure
from wxb.errors import DataError
from wxb.i18n import _, both
from wxb.moments.pairs import subtract
from wxb.printable import show


@dataclass(frozen=True, slots=True)
class DesignForm:
    """design : whose raw columns are made; with `dense` its terms        source : as the user would name it

    names : of the columns of a block as it is read, features, then target        whole : those that are whole numbers by type
    made : the columns to be made: raw ones, the target where it is read, the offset        steps : how
    looks : whether what is computed is looked at for numbers that are not finite
    lags : which numbers of earlier rows a block brings        texts : where the labels are that are compared with a text

    The offset is taken off the target; where no target is read, it stands after the raw columns.
    """

    design: Structure
    source: str
    names: tuple[str, ...]
    whole: frozenset[str]
    made: tuple[Made, ...]
    steps: Steps
    dense: bool = False
    looks: bool = True
    lags: tuple[Lag, ...] = ()
    texts: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    @classmethod
    def of(cls, design: Structure, names: tuple[str, ...], scan: Scan, dense: bool) -> DesignForm:
        """The form of a scan of the design's sources, whose names these are."""
        whole = frozenset(n for n, field in zip(names, scan.roles.columns) if field.kind.sort in ("whole", "truth"))
        target, offset = ([design.target] if scan.roles.target else []), ([design.offset] if design.offset else [])
        made = (*design.columns, *target, *offset)
        places = {name: place for place, name in enumerate(design.read_as_labels, len(scan.roles.by))}
        texts = {(name, text): places[name] for name, text in design.texts}
        steps = Steps.of(made)
        return cls(design, scan.source, names, whole, made, steps, dense, lags=design.lags, texts=texts)

    def unproven(self) -> DesignForm:
        return replace(self, looks=False)

    def __call__(self, block: Block) -> Block:
        read = block.features if block.target is None else (*block.features, block.target)
        columns: dict[Source, Column] = {**dict(zip(self.names, read)), **dict(zip(self.lags, block.earlier))}
        for (name, text), place in self.texts.items():
            labels = block.labels[place]
            columns[name, text] = Column(
                np.array([level_text(one) == text for one in labels.values], float)[labels.codes]
            )
        computed = iter(self.steps.columns(columns, self.whole, block.rows))
        found: list[Column] = []
        for one in self.made:
            found.append(columns[one.column] if one.tree is None else next(computed))
            if self.looks and one.tree is not None and not _finite(found[-1]):
                self._refuse(one, found[-1], columns, block)
        count = len(self.design.columns)
        target = None if block.target is None else found[count]
        beside = found[-1:] if self.design.offset else []
        if target is not None and beside:
            target, beside = Column(*subtract(_pair(target), _pair(beside.pop()))), []
        formed = replace(block, features=(*found[:count], *beside), target=target, earlier=())
        return replace(formed, features=term_columns(self.design, formed)) if self.dense else formed

    def fields(self, roles: Roles) -> tuple[Field, ...]:
        known = dict(zip(self.names, roles.columns))
        design = self.design
        if self.dense:
            made = [Field(term.name, -1, kind=term.kind or NUMBER) for term in design.terms]
        else:
            made = [self._field(one, known) for one in (design.columns if roles.target else self.made)]
        return (*made, self._field(design.target, known)) if roles.target else tuple(made)

    def _field(self, made: Made, known: Mapping[str, Field]) -> Field:
        if made.tree is None:
            return replace(known[made.column], name=made.name, asked="")
        kind = kind_of(made.tree, {name: known[name].kind for name in made.sources})
        return Field(made.name, -1, kind=kind, integral=kind.sort == "whole")

    def _refuse(self, made: Made, column: Column, columns: Mapping[Source, Column], block: Block) -> None:
        """DataError for what is not finite where its sources are; numbers that are not there are for the sums to see."""
        bad = ~np.isfinite(column.values)
        if column.low is not None:
            bad |= ~np.isfinite(column.low)
        earlier = {lag_text(lag): columns[lag] for lag in made.lags}
        sources = {name: columns[name] for name in made.names_now} | earlier
        bad &= np.logical_and.reduce([np.isfinite(one.values) for one in sources.values()])
        if bad.any():
            raise self._not_finite(made, sources, block, int(np.flatnonzero(bad)[0]))

    def _not_finite(self, made: Made, sources: Mapping[str, Column], block: Block, place: int) -> DataError:
        said = both(*(f"{show(name)} = {column.values[place]:g}" for name, column in sources.items()))
        row = block.row_numbers()[place] + 1
        what = _("{source}: row {row}: {name} is no finite number", source=self.source, row=row, name=show(made.name))
        if said:
            what = _("{what} where {values}", what=what, values=said)
        return DataError(
            what,
            _(
                "leave such rows out: `where=` takes a condition such as '{name} > 0'",
                name=made.sources[0] if made.sources else "x",
            ),
        )


def _finite(column: Column) -> bool:
    """Whether all its numbers are: a finite sum proves it."""
    total = column.values.sum() + (0.0 if column.low is None else column.low.sum())
    return bool(np.isfinite(total))


def _pair(column: Column) -> tuple[np.ndarray, np.ndarray]:
    return column.values, np.zeros(len(column.values)) if column.low is None else column.low

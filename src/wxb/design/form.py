"""The form of a design: a block of source columns becomes one of its raw columns, on the threads of the pass.

What is computed is computed in pairs of doubles (`wxb.design.computed`). A number that is not finite where those that it is made of
are is refused, with its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from wxb.data.block import Block, Column
from wxb.data.field import Field
from wxb.data.kinds import NUMBER
from wxb.data.roles import Roles
from wxb.design.computed import computed
from wxb.design.dense import term_columns
from wxb.design.made import Made
from wxb.design.structure import Structure
from wxb.errors import DataError
from wxb.moments.pairs import subtract
from wxb.printable import show


@dataclass(frozen=True, slots=True)
class DesignForm:
    """design : whose raw columns are made; with `dense` its terms        source : as the user would name it

    names : of the columns of a block as it is read, features, then target
    """

    design: Structure
    source: str
    names: tuple[str, ...]
    dense: bool = False

    def __call__(self, block: Block) -> Block:
        read = block.features if block.target is None else (*block.features, block.target)
        columns = dict(zip(self.names, read))
        features = tuple(self._made(one, columns, block) for one in self.design.columns)
        target = None if block.target is None else self._target(columns, block)
        formed = replace(block, features=features, target=target)
        return replace(formed, features=term_columns(self.design, formed)) if self.dense else formed

    def fields(self, roles: Roles) -> tuple[Field, ...]:
        known = dict(zip(self.names, roles.columns))
        design = self.design
        if self.dense:
            made = [Field(term.name, -1, kind=term.kind or NUMBER) for term in design.terms]
        else:
            made = [self._field(one, known) for one in design.columns]
        return (*made, self._field(design.target, known)) if roles.target else tuple(made)

    def _field(self, made: Made, known: Mapping[str, Field]) -> Field:
        if made.tree is None:
            return replace(known[made.column], name=made.name, asked="")
        return Field(
            made.name, -1, kind=made.kind or NUMBER, integral=made.kind is not None and made.kind.sort == "whole"
        )

    def _target(self, columns: Mapping[str, Column], block: Block) -> Column:
        target, offset = self._made(self.design.target, columns, block), self.design.offset
        if offset is None:
            return target
        taken = self._made(offset, columns, block)
        return Column(*subtract(_pair(target), _pair(taken)))

    def _made(self, made: Made, columns: Mapping[str, Column], block: Block) -> Column:
        if made.tree is None:
            return columns[made.column]
        sources = {name: columns[name] for name in made.sources}
        with np.errstate(all="ignore"):
            column = computed(made.tree, sources, block.rows)
        bad = ~np.isfinite(column.values)
        if bad.any():  # numbers that are not there are for the sums to see
            bad &= np.logical_and.reduce([np.isfinite(one.values) for one in sources.values()])
            if bad.any():
                raise self._not_finite(made, sources, block, int(np.flatnonzero(bad)[0]))
        return column

    def _not_finite(self, made: Made, sources: Mapping[str, Column], block: Block, place: int) -> DataError:
        said = " and ".join(f"{show(name)} = {column.values[place]:g}" for name, column in sources.items())
        row = block.row_numbers()[place] + 1
        return DataError(
            f"{self.source}: row {row}: {show(made.name)} is no finite number where {said}",
            f"leave such rows out: `where=` takes a condition such as '{made.column} > 0'",
        )


def _pair(column: Column) -> tuple[np.ndarray, np.ndarray]:
    return column.values, np.zeros(len(column.values)) if column.low is None else column.low

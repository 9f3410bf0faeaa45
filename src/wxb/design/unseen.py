"""Levels of new rows that a model was not fitted to: refused by row, left out, or counted as the base.

A level that the data of the fit did not have has no coefficient. Nothing is known of it, so a prediction with the base's
(`reference`) is an assumption of who asks for it, and is said.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wxb.data.block import Block
from wxb.data.labels import Labels
from wxb.data.words import count
from wxb.design.dense import codes_of
from wxb.design.pieces import Level, level_text
from wxb.design.structure import Structure
from wxb.errors import DataError
from wxb.i18n import N_, _, either
from wxb.near import near_names
from wxb.printable import show

Policy = Literal["error", "drop", "reference"]
SHOWN = 12  # levels in a message
UNSEEN = N_("a level that the model was not fitted to")


@dataclass(frozen=True, slots=True)
class Unseen:
    """design : closed        source : as the user would name it        policy : what becomes of rows with such a level"""

    design: Structure
    source: str
    policy: Policy
    _met: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])

    def settled(self, block: Block) -> tuple[Block, NDArray[np.int64] | None]:
        """(a block whose levels are all known, the places of its rows in the block, None where all are there)."""
        keep: NDArray[np.bool_] | None = None
        labels = list(block.labels)
        codes = codes_of(self.design, block)
        for place, category in enumerate(self.design.categories):
            unseen = codes[category.column] < 0
            if not unseen.any():
                continue
            self._note(category.column, block, labels[place], unseen)
            if self.policy == "reference":
                labels[place] = _with(labels[place], unseen, self.design.base(category.column))
            else:
                keep = ~unseen if keep is None else keep & ~unseen
        block = replace(block, labels=tuple(labels))
        if keep is None:
            return block, None
        rows = np.flatnonzero(keep)
        return block.at(rows), rows

    def _note(self, column: str, block: Block, labels: Labels, unseen: NDArray[np.bool_]) -> None:
        places = np.flatnonzero(unseen)
        if self.policy == "error":
            raise self._refusal(column, labels.values[labels.codes[places[0]]], int(block.row_numbers()[places[0]]))
        codes, counts = np.unique(labels.codes[places], return_counts=True)
        met = self._met.setdefault(column, Counter())
        met.update({level_text(labels.values[code]): times for code, times in zip(codes.tolist(), counts.tolist())})

    def _refusal(self, column: str, level: Level, row: int) -> DataError:
        known = [level_text(one) for one in self.design.state.levels[column]]
        near = near_names(level_text(level), known)
        listed = ", ".join(map(show, known[:SHOWN])) + (", …" if len(known) > SHOWN else "")
        meant = (
            _("did you mean {near}?", near=either(*map(show, near)))
            if near
            else _("its levels are {levels}", levels=listed)
        )
        return DataError(
            _(
                "{source}: row {row}: {column} is {level}, {unseen}",
                source=self.source,
                row=row + 1,
                column=show(column),
                level=show(level_text(level)),
                unseen=_(UNSEEN),
            ),
            _(
                '{meant}; `unseen="drop"` leaves such rows out, `unseen="reference"` counts them as {base}',
                meant=meant,
                base=show(self._base(column)),
            ),
        )

    def _base(self, column: str) -> str:
        return level_text(self.design.base(column))

    def notes(self) -> list[str]:
        """What was done, when all blocks were settled."""
        found = []
        for column, met in self._met.items():
            names = [f"{show(name)} ({times})" for name, times in met.most_common(5)]
            listed = ", ".join(names)
            if len(met) > 5:
                listed = _("{listed} and {count} more", listed=listed, count=len(met) - 5)
            said = _("{column} is {unseen}: {levels}", column=show(column), unseen=_(UNSEEN), levels=listed)
            rows = count(met.total(), "row")
            found.append(
                _("{rows} counted as {base}: {levels}", rows=rows, base=show(self._base(column)), levels=said)
                if self.policy == "reference"
                else _("{rows} without a prediction: {levels}", rows=rows, levels=said)
            )
        return found


def _with(labels: Labels, places: NDArray[np.bool_], level: Level) -> Labels:
    """Labels with one level at some places."""
    values = labels.values if level in labels.values else (*labels.values, level)
    return Labels(np.where(places, values.index(level), labels.codes), values)

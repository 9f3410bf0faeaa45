"""A text that a formula compares a column with and no row holds, `I(colour == "rde")`: named, with the labels near it.

Such a comparison is the same in every row, so its term gives way, and only then the rows are read once more for the labels of
that column. A source that can be read only once has none to name.
"""

from __future__ import annotations

from typing import Self

import numpy as np

from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.design import Design
from wxb.design.pieces import level_text
from wxb.estimate import Estimate
from wxb.i18n import _, _n, few
from wxb.near import list_names, near_names
from wxb.passes.again import RowPasses
from wxb.passes.statistic import Statistic
from wxb.printable import show

MOST_KEPT, MOST_NAMED = 10_000, 8


class LabelsMet(Statistic["tuple[set[str], ...]"]):
    """The labels that rows have in some label columns of a block, as texts, of many the first ones to be met."""

    def __init__(self, places: tuple[int, ...]) -> None:
        self.places, self.met = places, tuple(set[str]() for __ in places)

    def new(self) -> Self:
        return type(self)(self.places)

    def add(self, block: Block) -> None:
        for place, met in zip(self.places, self.met):
            if len(met) < MOST_KEPT:
                labels = block.labels[place]
                met |= {level_text(labels.values[code]) for code in np.unique(labels.codes).tolist()}

    def absorb(self, other: Self) -> None:
        for met, more in zip(self.met, other.met):
            met |= more

    def result(self, scan: Scan) -> tuple[set[str], ...]:
        return self.met


def never_met(estimate: Estimate, passes: RowPasses) -> tuple[str, ...]:
    """What is to be said of the texts that no row holds, of terms that gave way."""
    design = passes.design
    if design is None or not passes.rereadable or not estimate.solution.dropped:
        return ()
    compared = _of_dropped(estimate, design)
    columns = tuple(dict.fromkeys(column for column, __ in compared))
    if not columns:
        return ()
    [met] = passes.each([LabelsMet(tuple(map(design.read_as_labels.index, columns)))], raw=True)
    labels = dict(zip(columns, met))
    return few(_said(column, text, labels[column]) for column, text in compared if text not in labels[column])


def _of_dropped(estimate: Estimate, design: Design) -> tuple[tuple[str, str], ...]:
    """(column, text) of each comparison in a raw column of a term that gave way."""
    gone = {estimate.solution.names[one.column] for one in estimate.solution.dropped}
    made = {
        design.columns[place - 1]
        for term in design.terms
        if term.name in gone
        for place, __ in term.component.combination
        if place
    }
    return tuple(dict.fromkeys(pair for one in design.columns if one in made for pair in one.texts))


def _said(column: str, text: str, met: set[str]) -> str:
    labels = sorted(met)
    near = near_names(text, labels)
    if near:
        there = _n("near it is {names}", "near it are {names}", len(near), names=list_names(near))
    else:
        there = _("there are {labels}", labels=list_names(labels, MOST_NAMED))
    return _("no row has {text} in {column}: {there}", text=show(text), column=show(column), there=there)

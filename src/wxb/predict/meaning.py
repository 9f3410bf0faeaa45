"""What a model's columns mean, and whether new columns mean the same: found by name, checked by kind, refused by name.

A term `paid[yes]` is made of the column `paid`, of yes and no, of 1 and 0, or of a column that is itself called `paid[yes]`.
Instants of any unit are the same instants; instants with and without a time zone, durations and numbers are told apart.
A model that does not know its kinds (its file is of version 1, or it was fitted to bare moments) takes numbers and yes/no.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wxb.data.kinds import WHOLE, WORDS, Kind, truth
from wxb.data.reading import Blocks, Read
from wxb.data.table import Part, Scan
from wxb.errors import DataError
from wxb.fitted import Fitted
from wxb.printable import show


def kinds_of(model: Fitted) -> tuple[Kind | None, ...]:
    """The kinds of the terms, then of the target; None where the model does not know."""
    if model.kinds is not None:
        return model.kinds
    return tuple(truth(word) if (word := word_of(name)) else None for name in (*model.terms, model.target))


def word_of(term: str) -> str:
    """What 1 stands for in a term that is named for it: "yes" of `paid[yes]`; else ""."""
    return next((word for word in WORDS if term.endswith(f"[{word}]")), "")


def column_of(term: str, kind: Kind | None) -> str:
    """The column a term is made of."""
    return term.removesuffix(f"[{kind.word}]") if kind is not None and kind.word else term


def source_columns(model: Fitted, columns: Sequence[str]) -> list[str]:
    """Which of a table's columns each term is read from: one of the term's own name, else the one it is made of."""
    return [term if term in columns else column_of(term, kind) for term, kind in zip(model.terms, kinds_of(model))]


def matched(model: Fitted, scan: Scan, columns: Sequence[str]) -> Scan:
    """The scan of `columns` read as the model's terms (and target, when it has one), or DataError for what means another thing."""
    wanted = list(zip(scan.roles.columns, kinds_of(model)))
    names = [*columns, scan.target]
    truths: dict[int, str] = {}
    meant = []
    for place, ((field, kind), name) in enumerate(zip(wanted, names)):
        refuse_other(kind, field.kind, name, scan.source)
        if kind is not None and kind.sort == "truth" and field.kind.sort != "truth":
            truths[place] = name
        truth_of_one = "truth" in (field.kind.sort, kind.sort if kind else "")
        meant.append(replace(field, kind=kind or WHOLE) if truth_of_one else field)
    target = meant.pop() if scan.roles.target else None
    named = [replace(field, name=column_of(term, field.kind), asked="") for field, term in zip(meant, model.terms)]
    roles = replace(scan.roles, features=tuple(named), target=target)
    if not truths:
        return replace(scan, roles=roles)
    return replace(
        scan, roles=roles, parts=tuple(_Truths(part, truths, scan.source) for part in scan.parts), unproven=None
    )


def common_kinds(first: Fitted, others: Sequence[Fitted]) -> tuple[Kind, ...] | None:
    """The kinds of a sum of models, or DataError where their columns mean different things; None when one does not know."""
    found = first.kinds
    for place, other in enumerate(others, 2):
        if (other.terms, other.target) != (first.terms, first.target):
            continue  # refused by the sums, in their words
        source = f"model {place} of the merge"
        for kind, theirs, name in zip(kinds_of(first), kinds_of(other), (*first.terms, first.target)):
            if theirs is not None:
                refuse_other(kind, theirs, name, source)
            elif kind is not None and kind.is_time:
                refuse_other(None, kind, name, "the first model of the merge")
        if found is None or other.kinds is None:
            found = None
            continue
        found = tuple(b if b.unit_roundoff > a.unit_roundoff else a for a, b in zip(found, other.kinds))
    return found


def refuse_other(kind: Kind | None, found: Kind, name: str, source: str) -> None:
    """Raise DataError when a column of the kind `found` cannot stand for one of a model's, None where it does not know."""
    if kind is None:
        if found.is_time:
            raise DataError(
                f"{source}: column {show(name)} holds {found.described}, and a model of an earlier file version (or of bare "
                f"moments) does not know in which unit its {show(name)} was counted",
                "fit that model anew from its data",
            )
        return
    reason = kind.why_not(found)
    if reason:
        raise DataError(f"{source}: column {show(name)} does not fit the model: {reason}", advice(kind, found))


def advice(kind: Kind, found: Kind) -> str:
    """What to do about a column that means something else."""
    if kind.sort == found.sort == "instant":
        return (
            "give it a time zone as in the data of the fit (in pandas: .dt.tz_localize('UTC'))"
            if kind.aware
            else "take the time zone off (in pandas: .dt.tz_convert('UTC').dt.tz_localize(None)), if these are the same clocks"
        )
    if kind.sort == "instant":
        return "give dates, datetimes or ISO 8601 text such as 2024-01-02T03:04"
    if kind.sort == "duration":
        return "give durations (timedelta): a number does not say its unit"
    if found.is_time:
        return "give numbers counted as those that the model was fitted to, or fit it anew to times"
    return "give 1 and 0, as in the data of the fit" if found.sort == "truth" else "give yes and no, or 1 and 0"


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
        raise DataError(
            f"{source}: column {show(name)}, row {rows[bad[0]] + 1}: {values[bad[0]]:g} is neither 1 (yes) nor 0 (no)"
            f"{f', nor are {len(bad) - 1} more' if len(bad) > 1 else ''}",
            "the model was fitted to a yes/no column",
        )

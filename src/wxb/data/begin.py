"""How every table with fields begins a scan: choose the columns, say what is to be said of them, hand the parts their gate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

from wxb.data.columns import choose
from wxb.data.field import Field
from wxb.data.gate import Gate
from wxb.data.layout import NOTHING, SourceLayout
from wxb.data.pandas_index import left_out_notes
from wxb.data.selection import Selection
from wxb.data.table import Part, Scan


def begin(
    source: str,
    fields: Sequence[Field],
    selection: Selection,
    parts: Callable[[Gate], Iterable[Part]],
    *,
    layout: SourceLayout = NOTHING,
    index: frozenset[str] = frozenset(),
    notes: Iterable[str] = (),
) -> Scan:
    """A scan of the chosen columns; DataError and UsageError where they cannot be chosen so.

    parts : makes the parts        layout : a condition on rows and the form of dates in it
    index : columns that were the index of a pandas table, features only when they are asked for
    notes : on the source as a whole
    """
    fields = [replace(field, named=False) if field.name in index else field for field in fields]
    roles = choose(fields, selection, source=source, where=layout.where, date=layout.date)
    out = left_out_notes(index, [field.name for field in fields], selection.features, roles)
    gate = Gate(source=source, roles=roles, drop=selection.missing == "drop")
    said = dict.fromkeys((*notes, *out, *roles.notes()))
    made = tuple(parts(gate))
    if len(made) > 1:
        apart = replace(gate, alone=False)
        made = tuple([replace(cast("Any", part), gate=apart) for part in made])
    return Scan(source=source, roles=roles, parts=made, notes=tuple(said))

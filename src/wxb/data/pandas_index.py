"""pandas indexes: rows that belong together by their labels, and index columns, which are no columns of the table.

X, y and weights with equal indexes are taken as they lie. With the same labels, each once, in another order, they are put
in the order of the first, and that is said. With other labels nothing says which rows belong together: refused.

A frame written to Parquet or Arrow takes its index along; the metadata called `pandas` tells which columns are one. Such a
column was none in pandas: it is a feature only when it is asked for by name.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wxb.errors import DataError
from wxb.i18n import _, _n
from wxb.printable import show

if TYPE_CHECKING:
    from wxb.data.roles import Roles

_UNNAMED = re.compile(r"__index_level_[0-9]+__")


def has_index(thing: Any) -> bool:
    """Whether a thing is a pandas series or frame."""
    pandas: Any = sys.modules.get("pandas")
    return pandas is not None and isinstance(thing, (pandas.Series, pandas.DataFrame))


def align(base: Any, thing: Any, base_name: str, name: str) -> tuple[Any, str]:
    """The rows of `thing` in the order of `base`, both series or frames of pandas, and what to say about it ("" nothing)."""
    mine, other = base.index, thing.index
    if mine is other or len(mine) != len(other) or mine.equals(other):  # lengths are compared elsewhere, in words
        return thing, ""
    if mine.is_unique and other.is_unique:
        places = other.get_indexer(mine)
        if (places >= 0).all():
            return thing.iloc[places], _(
                "{name} has its rows in another order than {base_name}: matched by their index labels",
                name=name,
                base_name=base_name,
            )
    row, here, there = _first_difference(mine, other)
    twice = "" if mine.is_unique and other.is_unique else _(", and labels occur more than once")
    raise DataError(
        _(
            "{base_name} and {name} have different indexes: row {row} is {here!r:.60} in {base_name} and "
            "{there!r:.60} in {name}{twice}, so it cannot be told which rows belong together",
            base_name=base_name,
            name=name,
            row=row + 1,
            here=here,
            there=there,
            twice=twice,
        ),
        _(
            "give both the same labels ({mend}), or use .reset_index(drop=True) on both if they go by position",
            mend=_mend(base_name, name),
        ),
    )


def _mend(base_name: str, name: str) -> str:
    plain = base_name.isidentifier() and name.isidentifier()
    return f"{name}.loc[{base_name}.index]" if plain else _("the one's .loc[the other's .index]")


def _first_difference(mine: Any, other: Any) -> tuple[int, Any, Any]:
    for row, (here, there) in enumerate(zip(mine, other)):
        if here is not there and not _same(here, there):
            return row, here, there
    return 0, mine.dtype, other.dtype


def _same(here: Any, there: Any) -> bool:
    try:
        return bool(here == there) or bool(here != here and there != there)
    except (TypeError, ValueError):  # NA, or labels that are arrays
        return False


def align_columns(columns: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[str]]:
    """A dict of columns with its series in the order of the first of them, and what to say about it."""
    series = [name for name, column in columns.items() if has_index(column)]
    if len(series) < 2:
        return columns, []
    found, notes, base = dict(columns), [], series[0]
    for name in series[1:]:
        found[name], note = align(
            columns[base], columns[name], _("column {base}", base=show(base)), _("column {name}", name=show(name))
        )
        notes += [note] if note else []
    loose = [name for name, column in columns.items() if name not in series and hasattr(column, "__len__")]
    if notes and loose:
        raise DataError(
            _(
                "{partition}, and column {loose} has no index, so it cannot be told which rows of it belong to them",
                partition=notes[0].partition(":")[0],
                loose=show(loose[0]),
            ),
            _("give all columns as series of one index, or .reset_index(drop=True) on each if they go by position"),
        )
    return found, notes


# ---------------------------------------------------------------- index columns of files and streams


def index_columns(names: Iterable[str], *metadata: Mapping[bytes, bytes] | None) -> frozenset[str]:
    """Which columns of an Arrow schema, or of a Parquet file, were the index of a pandas frame."""
    found = {name for name in names if _UNNAMED.fullmatch(name)}
    for one in metadata:
        found |= _told(one)
    return frozenset(found)


def categories(schema: Any) -> frozenset[str]:
    """Columns of an Arrow schema that were categories with an order of their own: of a pandas frame, or a polars Enum."""
    listed = _metadata(schema.metadata).get("columns")
    told = listed if isinstance(listed, list) else []
    found = {c.get("name") for c in told if isinstance(c, dict) and c.get("pandas_type") == "categorical"}
    enums = {
        field.name for field in schema if any(b"ENUM" in one for told in (field.metadata or {}).items() for one in told)
    }
    return frozenset(enums | {name for name in found if isinstance(name, str)})


def _metadata(metadata: Mapping[bytes, bytes] | None) -> dict[str, Any]:
    """What pandas wrote into the metadata of a table."""
    import json

    text = (metadata or {}).get(b"pandas")
    try:
        told = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _told(metadata: Mapping[bytes, bytes] | None) -> set[str]:
    listed = _metadata(metadata).get("index_columns")
    return {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()


def left_out_notes(index: frozenset[str], names: Sequence[str], features: Any, roles: Roles) -> list[str]:
    """What to say of index columns that are no features because nobody asked for them."""
    taken = {field.name for field in roles.used}
    out = [] if features is not None else [name for name in names if name in index and name not in taken]
    if not out:
        return []
    return [
        _n(
            "{names}: column of the index of a pandas table, no feature unless asked for by name",
            "{names}: columns of the index of a pandas table, no features unless asked for by name",
            len(out),
            names=", ".join(show(name) for name in out),
        )
    ]

"""Which two columns a page shows: those that were named, else the first of numbers.

    target and features named       these            target alone      x is the first other column of numbers
    features alone                  y is the first other             neither           the first two, x and y

What was chosen is said where there was a choice. A name that is no column is left to who reads the table: it knows the near ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from wxb.data.kinds import NUMERIC, Kind
from wxb.data.table import Table
from wxb.errors import DataError, UsageError
from wxb.i18n import _, listed
from wxb.printable import show


def chosen(table: Table, target: str | None, features: Sequence[str] | None) -> tuple[str, str, list[str]]:
    """(target, feature, what is said of the choice); DataError of a table that has no two columns of numbers."""
    if features is not None and len(features) != 1:
        raise UsageError(
            _("the page is of one column, and `features=` names {n}", n=len(features)),
            _("name one column by `features=`, the one to go along"),
        )
    named = [name for name in (features[0] if features else None, target) if name is not None]
    free = [name for name in table.columns if name not in named and _counts(table.kinds[name])]
    missing = 2 - len(named)
    if len(free) < missing:
        raise DataError(
            _(
                "{source} has too few columns of numbers for a line: {columns}",
                source=table.name,
                columns=_shown(table),
            ),
            _("a page needs two: one to go along, one to predict"),
        )
    x = features[0] if features else free.pop(0)
    y = target if target is not None else free.pop(0)
    said = []
    if missing and free:
        options = listed([*(["`features=`"] if not features else []), *(["`target=`"] if target is None else [])])
        said.append(
            _(
                "{y} by {x} is shown; there are more columns of numbers, and {options} names others",
                y=show(y),
                x=show(x),
                options=options,
            )
        )
    return y, x, said


def _counts(kind: Kind) -> bool:
    """Whether a column is of numbers, or of yes and no."""
    return kind.sort in {*NUMERIC, "truth"} and not kind.levels


def _shown(table: Table) -> str:
    return ", ".join(map(show, table.columns[:20])) or _("none")

"""What is to be said when a source was read to its end: which rows a condition chose, which were dropped; or that none is left."""

from __future__ import annotations

from wxb.arguments import warn
from wxb.data.problems import no_values
from wxb.data.reading import Reading
from wxb.data.roles import Roles
from wxb.data.words import count
from wxb.errors import DataError
from wxb.i18n import N_, _, _n
from wxb.printable import foreign

NO_PREDICTION = N_("have no prediction")
_UNPREDICTED = N_("{dropped} of {read} rows {none}: missing {columns}")
_DROPPED = N_("{dropped} of {read} rows dropped: missing {columns}")
NUMBERS = N_(
    "the rows of a query without ORDER BY have the numbers and the order of this one reading, and another reading may give others"
)


def remarks(source: str, roles: Roles, reading: Reading) -> tuple[str, ...]:
    """Notes on what was left out and dropped; DataError where nothing is left, or a column holds nothing."""
    if reading.rows == 0:
        raise DataError(_("{source}: there are no data rows", source=source), _("give at least one row of data"))
    read, said = reading.rows - reading.left_out, []
    if roles.filter is not None:
        condition, rows = _("where {condition}", condition=foreign(roles.filter.text)), count(reading.rows, "row")
        if read == 0:
            what = _(
                "{source}: {condition} holds for none of the {rows}", source=source, condition=condition, rows=rows
            )
            raise DataError(what, _("look at the condition"))
        said.append(_("{condition}: {read} of {rows}", condition=condition, read=read, rows=rows))
    for name, cells in reading.missing.items():
        if cells == read:
            raise DataError(*no_values(source, roles, name, read))
    if reading.dropped:
        columns = ", ".join(f"{foreign(name)} ({cells})" for name, cells in reading.missing.items())
        if reading.dropped == read:
            raise DataError(
                _n(
                    "{source}: its only row has a missing value: {columns}",
                    "{source}: every one of the {n} rows has a missing value: {columns}",
                    read,
                    source=source,
                    columns=columns,
                ),
                _("leave a column out that is missing often"),
            )
        said.append(_of_dropped(reading, _DROPPED))
    return tuple(said)


def warn_without_order() -> None:
    """Of rows that go by their numbers or their order, where these are of one reading."""
    warn(_("{numbers}: end the query with an ORDER BY whose columns tell any two rows apart", numbers=_(NUMBERS)))


def without_prediction(reading: Reading) -> list[str]:
    """The notes where incomplete rows were not dropped, but have no prediction."""
    dropped = _of_dropped(reading, _DROPPED)
    return [_of_dropped(reading, _UNPREDICTED) if note == dropped else note for note in reading.notes]


def _of_dropped(reading: Reading, text: str) -> str:
    columns = ", ".join(f"{foreign(name)} ({cells})" for name, cells in reading.missing.items())
    read = reading.rows - reading.left_out
    return _(text, dropped=reading.dropped, read=read, columns=columns, none=_(NO_PREDICTION))

"""What is to be said when a source was read to its end: which rows a condition chose, which were dropped; or that none is left."""

from __future__ import annotations

from wxb.data.problems import no_values
from wxb.data.reading import Reading
from wxb.data.roles import Roles
from wxb.data.words import count
from wxb.errors import DataError
from wxb.i18n import N_, _
from wxb.printable import foreign

NO_PREDICTION = N_("have no prediction")
_UNPREDICTED = N_("{dropped} of {read} rows {none}: missing {columns}")
_DROPPED = N_("{dropped} of {read} rows dropped: missing {columns}")


def remarks(source: str, roles: Roles, reading: Reading) -> tuple[str, ...]:
    """Notes on what was left out and dropped; DataError where nothing is left, or a column holds nothing."""
    if reading.rows == 0:
        raise DataError(f"{source}: there are no data rows", "give at least one row of data")
    read, said = reading.rows - reading.left_out, []
    if roles.filter is not None:
        condition = f"where {foreign(roles.filter.text)}"
        if read == 0:
            raise DataError(
                f"{source}: {condition} holds for none of the {count(reading.rows, 'row')}", "look at the condition"
            )
        said.append(f"{condition}: {read} of {count(reading.rows, 'row')}")
    for name, cells in reading.missing.items():
        if cells == read:
            raise DataError(*no_values(source, roles, name, read))
    if reading.dropped:
        columns = ", ".join(f"{foreign(name)} ({cells})" for name, cells in reading.missing.items())
        if reading.dropped == read:
            raise DataError(
                f"{source}: every one of the {read} rows has a missing value: {columns}",
                "leave a column out that is missing often",
            )
        said.append(_of_dropped(reading, _DROPPED))
    return tuple(said)


def without_prediction(reading: Reading) -> list[str]:
    """The notes where incomplete rows were not dropped, but have no prediction."""
    dropped = _of_dropped(reading, _DROPPED)
    return [_of_dropped(reading, _UNPREDICTED) if note == dropped else note for note in reading.notes]


def _of_dropped(reading: Reading, text: str) -> str:
    columns = ", ".join(f"{foreign(name)} ({cells})" for name, cells in reading.missing.items())
    read = reading.rows - reading.left_out
    return _(text, dropped=reading.dropped, read=read, columns=columns, none=_(NO_PREDICTION))

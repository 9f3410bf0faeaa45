"""`wxb predict -o`: the table as it was, with the predictions beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wxb.errors import UsageError
from wxb.i18n import _
from wxb.printable import show

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wxb.data.written import Written

NUMBER = "row"


class Beside:
    """The columns of a table as they are written, and new ones beside them, block by block.

    names : of all to be written        types : Arrow's, for those of the source (asked for by Parquet alone)
    """

    def __init__(self, written: Written, form: str, new: Sequence[str], numbered: bool, terms: dict[str, str]) -> None:
        self.written, self.form, self.new, self.numbered = written, form, list(new), numbered
        self.terms = terms  # {column of numbers: its term}
        self.names = [*([NUMBER] if numbered else []), *written.names, *new]
        self._refuse_twice()
        self._taken = 0

    def _refuse_twice(self) -> None:
        for name in self.new:
            if name in self.written.names:
                raise UsageError(
                    _("the table already has a column {name}", name=show(name)),
                    _("rename it, or leave it out of the table, and predict again"),
                )
        if self.numbered and NUMBER in self.written.names:
            raise UsageError(
                _("the table already has a column `{number}`, as `--missing drop` would add", number=NUMBER),
                _("rename it"),
            )
        names = self.written.names
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None and self.form != ".csv":
            raise UsageError(
                _("the table has two columns {twice}, which only CSV can hold", twice=show(twice)),
                _("end the name in .csv"),
            )

    def types(self) -> dict[str, Any]:
        """Arrow's types of the source's columns but those that are written as numbers."""
        found = dict(zip(self.written.names, self.written.types()))
        return {name: kind for name, kind in found.items() if not (self.written.textual and name in self.terms)}

    def joined(self, numbers: NDArray[Any], terms: dict[str, Any], new: Sequence[Any]) -> list[Any]:
        """The columns of a block: the rows of these numbers, and what was found for them."""
        columns = self._rows(numbers.tolist())
        if self.written.textual and self.form != ".csv":
            columns = [
                self._as_numbers(column, terms[self.terms[name]]) if name in self.terms else column
                for name, column in zip(self.written.names, columns)
            ]
        return [*([(numbers + 1).tolist()] if self.numbered else []), *columns, *new]

    def _rows(self, numbers: list[int]) -> list[Any]:
        if not numbers:
            return [[] for __ in self.written.names]
        skipped = numbers[0] - self._taken
        columns = self.written.take(numbers[-1] + 1 - self._taken)
        first, self._taken = self._taken, numbers[-1] + 1
        if len(numbers) == self._taken - first:
            return columns
        if skipped + len(numbers) == self._taken - first:
            return [column[skipped:] for column in columns]
        return [_picked(column, [number - first for number in numbers]) for column in columns]

    def _as_numbers(self, texts: list[str], values: Any) -> Any:
        """Numbers where the text has them; whole ones whole, in JSON."""
        if self.form in (".parquet", ".pq"):
            return values
        return [_whole(text, value) for text, value in zip(texts, values.tolist())]


def _picked(column: Any, places: list[int]) -> Any:
    return column.take(places) if hasattr(column, "take") else [column[place] for place in places]


def _whole(text: str, value: Any) -> Any:
    try:
        return int(text) if text.isascii() and "_" not in text else value
    except ValueError:
        return value

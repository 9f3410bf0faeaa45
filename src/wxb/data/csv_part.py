"""One text file of a scan.

Files up to half a megabyte are read by Python's csv module straight away: DuckDB takes longer to import than they take
to read. Larger ones go through DuckDB (`csv_fast`), and continue with the careful reader where DuckDB refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from wxb.data import csv_dialect
from wxb.data.block import Block, block_rows
from wxb.data.csv_dialect import Dialect, cells_of, filter_cells, label_texts
from wxb.data.csv_encoding import ascii_inside, find_encoding, undecodable
from wxb.data.csv_rows import WrongEncoding, data_rows, locate
from wxb.data.field import Field
from wxb.data.files import open_bytes
from wxb.data.gate import Gate, PartGate
from wxb.data.labels import labels_of
from wxb.data.reading import Blocks
from wxb.data.source_file import SourceFile
from wxb.data.words import Cells

if TYPE_CHECKING:
    from wxb.data.csv_database import Database

SMALL_FILE = 512 << 10


def is_large(file: SourceFile) -> bool:
    """Whether DuckDB is worth importing for it."""
    return file.size > SMALL_FILE


@dataclass(frozen=True, slots=True)
class TextPart:
    """One text file of a scan.

    database : what reads the large files of the scan, None where none is        several : it is not the only one
    more : others follow it
    """

    file: SourceFile
    dialect: Dialect
    gate: Gate
    database: Database | None
    several: bool
    more: bool

    @property
    def key(self) -> str:
        return self.file.key

    @property
    def rows(self) -> int | None:
        return len(self.dialect.sample) if self.dialect.whole else None

    def blocks(self, first: int) -> Blocks:
        return TextReading(self, first).blocks()


class TextReading:
    """One reading of a text file. What its head did not show, another encoding, is found on the way."""

    def __init__(self, file: TextPart, first: int) -> None:
        self.file, self.several = file.file, file.several
        self.database, self.more = file.database, file.more
        self.dialect, self.roles = file.dialect, file.gate.roles
        self.part = PartGate(file.gate, first, self._locate)

    def blocks(self) -> Blocks:
        self.file.still_same()
        done = False
        if self.database is not None and self._fast():
            from wxb.data.csv_fast import fast_blocks

            connect = partial(self.database.connection, self.more)
            done = yield from fast_blocks(self.file, self.dialect, self.positions(), self.roles, self.part, connect)
        if not done:
            yield from self._careful()
        if self.database is not None and not self.more:
            self.database.close()
        self.file.still_same()
        return self.part.close()

    def _fast(self) -> bool:
        """Whether DuckDB reads this file as the careful reader would, and is worth it."""
        dialect = self.dialect
        eight_bit = not self.roles.labelled and ascii_inside(dialect.encoding)
        return (
            is_large(self.file)
            and (dialect.utf8 or eight_bit)
            and dialect.separator not in (" ", "#")
            and dialect.plain_top
            and dialect.one_line_header
            and len(dialect.header) > 1
        )

    def positions(self) -> list[int]:
        """Where this file has the columns used, which may stand in another order in each file."""
        header = self.dialect.header
        names = [self._name(field) for field in self.roles.used]
        return [
            field.position if field.position < len(header) and header[field.position] == name else header.index(name)
            for field, name in zip(self.roles.used, names)
        ]

    def _name(self, field: Field) -> str:
        return field.name if field.named else ""

    def _careful(self) -> Iterator[Block]:
        """Read with Python's csv module, from the row after those the gate has seen."""
        try:
            yield from self._careful_rows()
        except WrongEncoding as error:
            self._other_encoding(error)
            yield from self._careful_rows()

    def _careful_rows(self) -> Iterator[Block]:
        skip = self.part.rows
        size = block_rows(len(self.dialect.header))
        positions = self.positions()
        waiting: list[list[str]] = []
        for number_of, (_, row) in enumerate(data_rows(self.file, self.dialect)):
            if number_of < skip:
                continue
            waiting.append(row)
            if len(waiting) == size:
                block = self._block(waiting, positions)
                waiting = []
                if block is not None:
                    yield block
        if waiting:
            block = self._block(waiting, positions)
            if block is not None:
                yield block

    def _block(self, rows: list[list[str]], positions: Sequence[int]) -> Block | None:
        part, first = self.part, len(self.roles.numeric)
        part.choose(
            lambda k, field, as_text: filter_cells(
                [row[positions[first + k]] for row in rows], field, as_text, self.dialect
            ),
            len(rows),
        )
        cells: list[Cells] = []
        for role, position in zip(self.roles.numeric, positions):
            texts = [row[position] for row in rows]
            column, bad = cells_of(texts, role, self.dialect)
            if bad:
                part.refuse_texts(role.name, bad)
            cells.append(column)
        labels, labelled = [], self.roles.labelled
        for place, (role, position) in enumerate(zip(labelled, positions[len(positions) - len(labelled) :])):
            texts = [row[position] for row in rows]
            as_written = place < len(self.roles.by)
            labels.append(labels_of(texts if as_written else label_texts(texts, role, self.dialect)))
        return part.block(cells, len(rows), labels)

    def _locate(self, places: Sequence[tuple[int, str]]) -> list[tuple[str, str | None]]:
        names = {field.name: self._name(field) for field in self.roles.used}
        try:
            found = locate(self.file, self.dialect, [(row, names[name]) for row, name in places])
        except WrongEncoding as error:
            self._other_encoding(error)
            found = locate(self.file, self.dialect, [(row, names[name]) for row, name in places])
        return [(f"{self.file.name} {place}" if self.several else place, text) for place, text in found]

    def _other_encoding(self, error: WrongEncoding) -> None:
        """A file whose head was plain ASCII shows its encoding further down."""
        with open_bytes(self.file, self.dialect.compressed) as stream:
            data = stream.read()
        head = data[: csv_dialect.HEAD_BYTES]
        if self.dialect.layout.encoding or self.dialect.encoding != "utf-8" or not head.isascii():
            cause = error.__cause__
            assert isinstance(cause, UnicodeError)
            raise undecodable(self.file, self.dialect.encoding, data, cause) from error
        encoding, notes = find_encoding(self.file, data, whole=True)
        self.dialect = csv_dialect.with_encoding(self.dialect, encoding, notes[0])
        self.part.note(notes[0])

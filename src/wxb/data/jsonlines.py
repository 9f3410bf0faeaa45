"""JSON as a Table: one object a line, or an array of objects, numbers kept to the last digit.

Both are read piece by piece. A key that a line lacks is a missing cell, as null is. Numbers in quotes are text and refused.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from wxb.data.begin import begin
from wxb.data.block import Block, block_rows
from wxb.data.csv_dialect import SAMPLE_ROWS
from wxb.data.dates import DateForm, iso_text
from wxb.data.field import Field, kinds_of
from wxb.data.files import damaged_gzip, open_bytes
from wxb.data.frames import HeldObjects, filter_objects
from wxb.data.gate import Gate, PartGate
from wxb.data.kinds import Kind
from wxb.data.labels import labels_of
from wxb.data.layout import NOTHING, SourceLayout
from wxb.data.numbers import object_cells
from wxb.data.reading import Blocks
from wxb.data.selection import Selection
from wxb.data.source_file import SourceFile
from wxb.data.table import Scan
from wxb.errors import DataError, system_said
from wxb.i18n import _
from wxb.printable import show

Row = tuple[int, dict[str, Any]]
PIECE = 1 << 20  # letters read at a time
MOST_OF_ONE = 64 << 20  # letters of one object
_SPACES = re.compile(r"[ \t\r\n]*")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, __ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(_("the key {twice} occurs twice", twice=show(twice)))
    return found


def lines_of(file: SourceFile, compressed: bool, layout: SourceLayout = NOTHING) -> Iterator[Row]:
    """(line, object) of every line that is not blank, or of every element of an array, with the line it begins on."""
    na = frozenset(layout.na)
    line = 0
    try:
        with io.TextIOWrapper(open_bytes(file, compressed), encoding=layout.encoding or "utf-8-sig") as text:
            first = _first_letter(text)
            found = _elements(file, text, first) if first.endswith("[") else _objects(file, text, first)
            read = None if layout.date is None else DateForm.of(layout.date).nanoseconds
            plain = not na and read is None
            for line, row in found:
                yield line, row if plain else {key: as_meant(thing, na, read) for key, thing in row.items()}
    except UnicodeError as error:
        coded = layout.encoding or "UTF-8"
        raise DataError(
            _(
                "{name}, after line {line}: not {coded} text ({error})",
                name=file.name,
                line=line,
                coded=coded,
                error=error,
            ),
            _("JSON is UTF-8; `encoding=` names another"),
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged_gzip(file, error) from error
    except OSError as error:
        file.still_same()
        raise DataError(
            _("{name} cannot be read: {strerror}", name=file.name, strerror=system_said(error)),
            _("check that the file is there, is a file and may be read"),
        ) from error


def as_meant(thing: Any, na: frozenset[str], read: Any) -> Any:
    """A value as the layout means it: None for a spelling of missing, a date of its form in ISO 8601."""
    if not isinstance(thing, str):
        return thing
    if thing.strip() in na:
        return None
    known = None if read is None else read(thing)
    return thing if known is None else iso_text(*known)


def _first_letter(text: TextIO) -> str:
    """What a text begins with, down to the first letter that is no space."""
    found = ""
    while not found.strip() and (more := text.read(1)):
        found += more
    return found


def _objects(file: SourceFile, lines: TextIO, before: str) -> Iterator[Row]:
    """One object a line; `before` is what was read of the first ones."""
    decode = json.JSONDecoder(object_pairs_hook=_pairs).decode
    first = before.count("\n")
    head = before.rpartition("\n")[2]
    for line, text in enumerate(lines, first + 1):
        text, head = head + text, ""
        if text.isspace():
            continue
        try:
            found = decode(text.strip())
        except (ValueError, RecursionError) as error:
            reason = _fault(error)
            raise DataError(
                _(
                    "{name}, line {line}: no JSON object ({reason}): {strip}",
                    name=file.name,
                    line=line,
                    reason=reason,
                    strip=show(text.strip()),
                ),
                _("write one JSON object on each line, or an array of objects"),
            ) from error
        yield line, _row(file, line, found, text)


def _row(file: SourceFile, line: int, found: object, text: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise DataError(
            _("{name}, line {line}: {strip} is no JSON object", name=file.name, line=line, strip=show(text.strip())),
            _('write one object on each line, like {"hours": 1, "score": 52}, or an array of them'),
        )
    return found


class _Buffer:
    """A text read piece by piece: a position in it, and the line that is."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.text, self.at, self.line = stream, "", 0, 1

    def more(self) -> bool:
        piece = self.stream.read(max(PIECE, len(self.text) - self.at))
        self.text, self.at = self.text[self.at :] + piece, 0
        return bool(piece)

    def letter(self) -> str:
        """The next letter that is no space, not taken; "" at the end."""
        while True:
            rest = _SPACES.match(self.text, self.at)
            assert rest is not None
            self.line += rest.group().count("\n")
            self.at = rest.end()
            if self.at < len(self.text) or not self.more():
                return self.text[self.at : self.at + 1]


def _elements(file: SourceFile, stream: TextIO, before: str) -> Iterator[Row]:
    """The objects of an array whose [ was read, after `before`, one after the other, without the whole in memory."""
    decode = json.JSONDecoder(object_pairs_hook=_pairs).raw_decode
    buffer = _Buffer(stream)
    buffer.line += before.count("\n")
    between = ""
    while (letter := buffer.letter()) != "]" or between == ",":
        if between == "]" and letter != ",":
            raise _broken(
                file, buffer, _("found where , or ] is expected") if letter else _("the array is not closed with ]")
            )
        if between == "]":
            buffer.at += 1
            between = ","
            continue
        while True:
            try:
                found, end = decode(buffer.text, buffer.at)
                break
            except (ValueError, RecursionError) as error:
                if not _may_be_cut(error, buffer) or not buffer.more():
                    reason = _("the array is not closed with ]") if not letter else _fault(error, buffer.at)
                    raise _broken(file, buffer, reason) from error
        text = buffer.text[buffer.at : end]
        yield buffer.line, _row(file, buffer.line, found, text[:80])
        buffer.line += text.count("\n")
        buffer.at, between = end, "]"
    buffer.at += 1
    if buffer.letter():
        raise _broken(file, buffer, _("more follows the array's end"))


def _fault(error: Exception, start: int = 0) -> str:
    """Where a text stops being JSON, or why it is none."""
    if isinstance(error, json.JSONDecodeError):
        return _("from letter {place} on", place=error.pos - start + 1)
    return _("nested too deep") if isinstance(error, RecursionError) else f"{error}".split(":")[0]


def _may_be_cut(error: Exception, buffer: _Buffer) -> bool:
    """Whether a text that does not parse may only end too early."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    near = error.pos + 20 >= len(buffer.text) or error.msg.startswith("Unterminated")
    return near and len(buffer.text) - buffer.at < MOST_OF_ONE


def _broken(file: SourceFile, buffer: _Buffer, reason: str) -> DataError:
    shown = show(buffer.text[buffer.at : buffer.at + 80].split("\n")[0])
    return DataError(
        _(
            "{name}, line {line}: no JSON array of objects ({reason}): {shown}",
            name=file.name,
            line=buffer.line,
            reason=reason,
            shown=shown,
        ),
        _('write [{"hours": 1, "score": 52}, …], or one object on each line'),
    )


@dataclass(slots=True)
class JsonTable:
    """Files of JSON; the columns are the keys of the first 2000 objects, in order of appearance."""

    name: str
    files: list[SourceFile]
    compressed: list[bool]
    layout: SourceLayout = NOTHING
    sample: list[Row] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    _fields: list[Field] = field(init=False, default_factory=list)

    @classmethod
    def of(
        cls, name: str, files: list[SourceFile], compressed: list[bool], layout: SourceLayout = NOTHING
    ) -> JsonTable:
        layout.only("JSON", "na", "encoding", "date")
        table = cls(name, files, compressed, layout)
        for file, packed in zip(files, compressed):
            for __, row in zip(range(SAMPLE_ROWS - len(table.sample)), lines_of(file, packed, layout)):
                table.sample.append(row)
        table.columns = tuple(dict.fromkeys(key for __, row in table.sample for key in row))
        if not table.sample:
            raise DataError(_("{name}: there are no data rows", name=name), _("write one JSON object on each line"))
        return table

    @property
    def rereadable(self) -> bool:
        return True

    @property
    def kinds(self) -> Mapping[str, Kind]:
        return kinds_of(self._looked_at())

    def _looked_at(self) -> list[Field]:
        """What each column is by the sample, found once."""
        if not self._fields:
            self._fields = [
                HeldObjects([row.get(name) for __, row in self.sample], self.name).field(name, position)
                for position, name in enumerate(self.columns)
            ]
        return self._fields

    def scan(self, selection: Selection) -> Scan:
        return begin(self.name, self._looked_at(), selection, self._parts, layout=self.layout)

    def _parts(self, gate: Gate) -> Iterator[JsonPart]:
        for file, packed in zip(self.files, self.compressed):
            yield JsonPart(file, packed, self.layout, gate, len(self.files) > 1)


@dataclass(frozen=True, slots=True)
class JsonPart:
    """One file of JSON lines."""

    file: SourceFile
    compressed: bool
    layout: SourceLayout
    gate: Gate
    several: bool

    @property
    def key(self) -> str:
        return self.file.key

    @property
    def rows(self) -> int | None:
        return None

    def blocks(self, first: int) -> Blocks:
        part = PartGate(self.gate, first, self._locate)
        self.file.still_same()
        size = block_rows(4 * len(self.gate.roles.used))
        waiting: list[dict[str, Any]] = []
        for __, row in lines_of(self.file, self.compressed, self.layout):
            waiting.append(row)
            if len(waiting) == size:
                block = self._block(part, waiting)
                waiting = []
                if block is not None:
                    yield block
        if waiting:
            block = self._block(part, waiting)
            if block is not None:
                yield block
        self.file.still_same()
        return part.close()

    def _block(self, part: PartGate, rows: list[dict[str, Any]]) -> Block | None:
        roles = self.gate.roles
        part.choose(
            lambda k, field, as_text: filter_objects([row.get(field.name) for row in rows], field, as_text), len(rows)
        )
        cells = []
        for role in roles.numeric:
            column, bad = object_cells([row.get(role.name) for row in rows], role.kind)
            if bad:
                part.refuse_texts(role.name, bad)
            cells.append(column)
        labels = [labels_of([_label(row.get(field.name)) for row in rows]) for field in roles.labelled]
        return part.block(cells, len(rows), labels)

    def _locate(self, places: Sequence[tuple[int, str]]) -> list[tuple[str, str | None]]:
        wanted = {row for row, __ in places}
        found: dict[int, Row] = {}
        for number, row in enumerate(lines_of(self.file, self.compressed, self.layout)):
            if number in wanted:
                found[number] = row
                if len(found) == len(wanted):
                    break
        prefix = f"{self.file.name} " if self.several else ""
        said: list[tuple[str, str | None]] = []
        for number, name in places:
            line, cells = found[number]
            said.append(
                (
                    _("{prefix}line {line}", prefix=prefix, line=line),
                    json.dumps(cells[name], ensure_ascii=False) if name in cells else None,
                )
            )
        return said


def _label(thing: object) -> object:
    return json.dumps(thing) if isinstance(thing, (list, dict)) else thing

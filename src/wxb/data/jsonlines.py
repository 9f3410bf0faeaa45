"""JSON lines as a Table: one object a line, numbers kept to the last digit.

A key that a line lacks is a missing cell, as null is. Numbers in quotes are text and refused.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from wxb.data.columns import choose
from wxb.data.csv_dialect import SAMPLE_ROWS
from wxb.data.files import SourceFile, damaged_gzip, open_bytes
from wxb.data.frames import HeldObjects
from wxb.data.gate import Gate, Groups, PartGate
from wxb.data.numbers import object_cells
from wxb.data.table import Block, Scan, block_rows
from wxb.data.words import group_labels, is_missing, show
from wxb.errors import DataError

Row = tuple[int, dict[str, Any]]


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {show(twice)} occurs twice")
    return found


def lines_of(file: SourceFile, compressed: bool) -> Iterator[Row]:
    """(line, object) of every line that is not blank."""
    line = 0
    try:
        with io.TextIOWrapper(open_bytes(file, compressed), encoding="utf-8-sig") as lines:
            decode = json.JSONDecoder(object_pairs_hook=_pairs).decode
            for line, text in enumerate(lines, 1):
                if text.isspace():
                    continue
                try:
                    found = decode(text.strip())
                except (ValueError, RecursionError) as error:
                    reason = f"{error}".split(":")[0]
                    raise DataError(
                        f"{file.name}, line {line}: no JSON object ({reason}): {show(text.strip())}.",
                        "Write one JSON object on each line.",
                    ) from error
                if not isinstance(found, dict):
                    raise DataError(
                        f"{file.name}, line {line}: {show(text.strip())} is no JSON object.",
                        'Write one object on each line, like {"hours": 1, "score": 52}.',
                    )
                yield line, found
    except UnicodeError as error:
        raise DataError(f"{file.name}, after line {line}: not UTF-8 text ({error}).", "JSON is UTF-8.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged_gzip(file, error) from error
    except OSError as error:
        file.still_same()
        raise DataError(f"{file.name} cannot be read: {error.strerror or error}.") from error


@dataclass(slots=True)
class JsonTable:
    """Files of JSON lines; the columns are the keys of the first 2000 lines, in order of appearance."""

    name: str
    files: list[SourceFile]
    compressed: list[bool]
    sample: list[Row] = field(default_factory=list)
    columns: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, files: list[SourceFile], compressed: list[bool]) -> JsonTable:
        table = cls(name, files, compressed)
        for file, packed in zip(files, compressed):
            for _, row in zip(range(SAMPLE_ROWS - len(table.sample)), lines_of(file, packed)):
                table.sample.append(row)
        table.columns = tuple(dict.fromkeys(key for _, row in table.sample for key in row))
        if not table.sample:
            raise DataError(f"{name}: there are no data rows.", "Write one JSON object on each line.")
        return table

    def scan(
        self,
        *,
        target: str | None,
        features: Sequence[str] | None = None,
        weights: str | None = None,
        by: str | None = None,
        missing: str = "error",
    ) -> Scan:
        fields = [
            HeldObjects([row.get(name) for _, row in self.sample]).field(name, position)
            for position, name in enumerate(self.columns)
        ]
        roles = choose(
            fields, source=self.name, target=target, features=features, weights=weights, by=by, missing=missing
        )
        scan = roles.scan(self.name)
        gate = Gate(scan, roles, missing, len(self.files))
        several = len(self.files) > 1
        scan.pieces = [JsonPart(file, packed, gate, several) for file, packed in zip(self.files, self.compressed)]
        return scan


@dataclass(slots=True)
class JsonPart:
    """One file of JSON lines."""

    file: SourceFile
    compressed: bool
    gate: Gate
    several: bool

    @property
    def key(self) -> str:
        return self.file.key

    @property
    def rows(self) -> int | None:
        return None

    def blocks(self, first: int) -> Iterator[Block]:
        part = PartGate(self.gate, first, self._locate)
        self.file.still_same()
        size = block_rows(4 * len(self.gate.roles.used))
        waiting: list[dict[str, Any]] = []
        for _, row in lines_of(self.file, self.compressed):
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
        part.close()

    def _block(self, part: PartGate, rows: list[dict[str, Any]]) -> Block | None:
        roles = self.gate.roles
        cells = []
        for role in roles.numeric:
            column, bad = object_cells([row.get(role.name) for row in rows], role.kind)
            if bad:
                part.refuse_texts(role.name, bad)
            cells.append(column)
        groups: Groups | None = None
        if roles.by is not None:
            groups = group_labels([_label(row.get(roles.by.name)) for row in rows])
        return part.block(cells, len(rows), groups)

    def _locate(self, places: Sequence[tuple[int, str]]) -> list[tuple[str, str | None]]:
        wanted = {row for row, _ in places}
        found: dict[int, Row] = {}
        for number, row in enumerate(lines_of(self.file, self.compressed)):
            if number in wanted:
                found[number] = row
                if len(found) == len(wanted):
                    break
        prefix = f"{self.file.name} " if self.several else ""
        said: list[tuple[str, str | None]] = []
        for number, name in places:
            line, cells = found[number]
            said.append(
                (f"{prefix}line {line}", json.dumps(cells[name], ensure_ascii=False) if name in cells else None)
            )
        return said


def _label(thing: object) -> object:
    if isinstance(thing, str):
        return None if is_missing(thing) else thing.strip()
    return json.dumps(thing) if isinstance(thing, (list, dict)) else thing

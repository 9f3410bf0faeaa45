"""Parquet files as a Table: one part per row group, only the columns used, read ahead.

What pandas wrote along as its index is no feature unless it is asked for (see `pandas_index`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wxb.data.arrow import arrow_field, batch_blocks, is_text, rows_at, value_type
from wxb.data.columns import choose, looked_at
from wxb.data.csv_table import same_columns
from wxb.data.gate import Gate, PartGate
from wxb.data.kinds import Kind
from wxb.data.pandas_index import index_columns, left_out_notes
from wxb.data.roles import Roles
from wxb.data.selection import Selection
from wxb.data.source_file import SourceFile
from wxb.data.table import Block, Scan, block_rows
from wxb.errors import DataError
from wxb.printable import show


@dataclass(slots=True)
class ParquetTable:
    """Parquet files with the same columns."""

    name: str
    files: list[SourceFile]
    footers: list[Any]
    where: str | None = None
    schema: pa.Schema = field(init=False)

    @classmethod
    def of(cls, name: str, files: list[SourceFile], where: str | None = None) -> ParquetTable:
        return cls(name, files, [_footer(file) for file in files], where)

    def __post_init__(self) -> None:
        self.schema = self.footers[0].schema.to_arrow_schema()
        for file, footer in zip(self.files[1:], self.footers[1:]):
            other = footer.schema.to_arrow_schema()
            same_columns(self.files[0].name, self.schema.names, file.name, other.names)
            for column in self.schema:
                kind = other.field(column.name).type if self.schema.names.count(column.name) == 1 else column.type
                if _family(kind) != _family(column.type):
                    raise DataError(
                        f"{file.name}: column {show(column.name)} is {kind}, but {column.type} in {self.files[0].name}.",
                        "Write the column with the same type in every file.",
                    )

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.schema.names)

    @property
    def rereadable(self) -> bool:
        return True

    def scan(self, selection: Selection) -> Scan:
        heads = self._heads(looked_at(selection, self.where))
        fields = [
            arrow_field(self.name, column.name, position, column.type, heads.get(column.name))
            for position, column in enumerate(self.schema)
        ]
        index = self._index()
        fields = [replace(field, named=False) if field.name in index else field for field in fields]
        roles = choose(
            fields,
            selection,
            source=self.name,
            where=self.where,
        )
        if not any(footer.num_rows for footer in self.footers):
            raise DataError(f"{self.name}: there are no data rows.", "Give at least one row of data.")
        scan = roles.scan(self.name)
        scan.notes[:0] = left_out_notes(index, self.columns, selection.features, roles)
        scan.integral, scan.kinds = self._integral(roles), self._coarsest(roles)
        groups = [
            (file, footer, g) for file, footer in zip(self.files, self.footers) for g in range(footer.num_row_groups)
        ]
        gate = Gate(scan, roles, selection.missing, len(groups))
        several = len(self.files) > 1
        scan.pieces = [RowGroup(file, footer, group, roles, gate, several) for file, footer, group in groups]
        return scan

    def _index(self) -> frozenset[str]:
        """Columns that were the index of a pandas frame, in any of the files."""
        return index_columns(self.columns, *(footer.metadata for footer in self.footers))

    def _integral(self, roles: Roles) -> tuple[bool, ...]:
        """Marks of columns that are exact integers by type in every file."""
        if len(self.files) == 1:
            return roles.integral
        schemas = [footer.schema.to_arrow_schema() for footer in self.footers]
        fields = (*roles.features, *((roles.target,) if roles.target else ()))
        return tuple(
            mark and all(arrow_field("", f.name, 0, s.field(f.name).type, None).integral or f.word for s in schemas)
            for mark, f in zip((bool(m) for m in roles.integral), fields)
        )

    def _coarsest(self, roles: Roles) -> tuple[Kind, ...]:
        """The kinds of the columns; of floats of several widths the narrowest, whose rounding all may carry."""
        if len(self.files) == 1:
            return roles.kinds
        schemas = [footer.schema.to_arrow_schema() for footer in self.footers]
        found = []
        for name, kind in zip(
            (f.name for f in (*roles.features, *((roles.target,) if roles.target else ()))), roles.kinds
        ):
            kinds = [arrow_field("", name, 0, s.field(name).type, None).kind for s in schemas]
            found.append(kind if kind.sort == "truth" else max(kinds, key=lambda one: one.unit_roundoff))
        return tuple(found)

    def _heads(self, wanted: Callable[[str], bool]) -> dict[str, Any]:
        """The first rows of text columns that may be used, to see whether they are yes/no."""
        texts = [column.name for column in self.schema if is_text(value_type(column.type)) and wanted(column.name)]
        if not texts or self.schema.names.count(texts[0]) > 1:
            return {}
        for file, footer in zip(self.files, self.footers):
            if footer.num_rows:
                try:
                    with _opened(file, footer) as parquet:
                        for batch in parquet.iter_batches(batch_size=2000, columns=texts):
                            return {name: batch.column(name) for name in texts}
                except (pa.ArrowException, OSError) as error:
                    file.still_same()
                    raise _damaged(file, error) from error
        return {}


def _family(kind: pa.DataType) -> str:
    """What may differ between files without changing what the numbers mean: the width of integers and floats."""
    kind = value_type(kind)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return "number"
    if pa.types.is_temporal(kind):
        return arrow_field("", "", 0, kind, None).kind.described  # whatever unit
    return "text" if is_text(kind) else str(kind)


def _footer(file: SourceFile) -> Any:
    try:
        return pq.read_metadata(file.path)
    except (pa.ArrowException, OSError) as error:
        file.still_same()
        raise _damaged(file, error) from error


def _damaged(file: SourceFile, error: Exception) -> DataError:
    reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return DataError(
        f"{file.name} is damaged or cut short, not a whole Parquet file: {reason}", "Fetch or write it again."
    )


def _opened(file: SourceFile, footer: Any) -> pq.ParquetFile:
    # Pages carry checksums only when their writer was asked for them; without, damage inside a page can pass for data.
    return pq.ParquetFile(file.path, metadata=footer, pre_buffer=True, page_checksum_verification=True)


@dataclass(slots=True)
class RowGroup:
    """One row group of one file."""

    file: SourceFile
    footer: Any
    group: int
    roles: Roles
    gate: Gate
    several: bool

    @property
    def key(self) -> str:
        return f"{self.file.key}|row group {self.group}"

    @property
    def rows(self) -> int | None:
        return self.footer.row_group(self.group).num_rows

    def blocks(self, first: int) -> Iterator[Block]:
        part = PartGate(self.gate, first, self._locate)
        self.file.still_same()
        names = list(dict.fromkeys(role.name for role in self.roles.used))
        try:
            with _opened(self.file, self.footer) as parquet:
                batches = parquet.iter_batches(block_rows(len(names)), row_groups=[self.group], columns=names)
                yield from batch_blocks(batches, [role.name for role in self.roles.used], self.roles, part)
        except (pa.ArrowException, OSError) as error:
            self.file.still_same()
            raise _damaged(self.file, error) from error
        self.file.still_same()
        if part.rows != self.rows:
            raise _damaged(self.file, ValueError(f"{part.rows} rows read where {self.rows} were promised"))
        part.close()

    def _locate(self, places: Sequence[tuple[int, str]]) -> list[tuple[str, str | None]]:
        before = sum(self.footer.row_group(g).num_rows for g in range(self.group))
        found = rows_at(places, before)
        return [(f"{self.file.name} {place}", text) for place, text in found] if self.several else found

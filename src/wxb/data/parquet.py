"""Parquet files as a Table: one part per row group, only the columns used, read ahead.

What pandas wrote along as its index is no feature unless it is asked for (see `pandas_index`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wxb.data.arrow import arrow_field, batch_blocks, is_text, rows_at, value_type
from wxb.data.begin import begin
from wxb.data.block import block_rows
from wxb.data.columns import looked_at
from wxb.data.csv_table import same_columns
from wxb.data.field import Field, kinds_of
from wxb.data.gate import Gate, PartGate
from wxb.data.kinds import Kind
from wxb.data.layout import SourceLayout
from wxb.data.pandas_index import categories, index_columns
from wxb.data.reading import Blocks
from wxb.data.selection import Selection
from wxb.data.source_file import SourceFile
from wxb.data.table import Scan
from wxb.data.words import count
from wxb.errors import DataError
from wxb.i18n import _
from wxb.printable import show

BUFFER = 1 << 18  # bytes that are fetched at a time where one thread alone reads a row group


@dataclass(slots=True)
class ParquetTable:
    """Parquet files with the same columns."""

    name: str
    files: list[SourceFile]
    footers: list[Any]
    where: str | None = None
    schema: pa.Schema = field(init=False)
    _looked: dict[str, Any] = field(init=False, default_factory=dict)

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
                        _(
                            "{name}: column {name2} is {kind}, but {type} in {name3}",
                            name=file.name,
                            name2=show(column.name),
                            kind=kind,
                            type=column.type,
                            name3=self.files[0].name,
                        ),
                        _("write the column with the same type in every file"),
                    )

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.schema.names)

    @property
    def rereadable(self) -> bool:
        return True

    @property
    def kinds(self) -> Mapping[str, Kind]:
        return kinds_of(self._fields(lambda name: True))

    def _fields(self, wanted: Callable[[str], bool]) -> list[Field]:
        heads, declared = self._heads(wanted), categories(self.schema)
        schemas = [footer.schema.to_arrow_schema() for footer in self.footers[1:]]
        found = [
            arrow_field(self.name, column.name, place, column.type, heads.get(column.name), column.name in declared)
            for place, column in enumerate(self.schema)
        ]
        return [_coarsest(field, schemas) for field in found]

    def scan(self, selection: Selection) -> Scan:
        fields = self._fields(looked_at(selection, self.where))
        layout = SourceLayout(where=self.where)
        scan = begin(self.name, fields, selection, self._groups, layout=layout, index=self._index())
        if not any(footer.num_rows for footer in self.footers):
            raise DataError(_("{name}: there are no data rows", name=self.name), _("give at least one row of data"))
        return scan

    def _groups(self, gate: Gate) -> Iterator[RowGroup]:
        several = len(self.files) > 1
        for file, footer in zip(self.files, self.footers):
            for group in range(footer.num_row_groups):
                yield RowGroup(file, footer, group, gate, several)

    def _index(self) -> frozenset[str]:
        """Columns that were the index of a pandas frame, in any of the files."""
        return index_columns(self.columns, *(footer.metadata for footer in self.footers))

    def _heads(self, wanted: Callable[[str], bool]) -> dict[str, Any]:
        """The first rows of text columns that may be used, to see whether they are yes/no."""
        texts = [column.name for column in self.schema if _needs_look(column.type) and wanted(column.name)]
        texts = [name for name in texts if name not in self._looked]
        if not texts or self.schema.names.count(texts[0]) > 1:
            return self._looked
        for file, footer in zip(self.files, self.footers):
            if footer.num_rows:
                try:
                    with _opened(file, footer) as parquet:
                        for batch in parquet.iter_batches(batch_size=2000, columns=texts):
                            self._looked |= {name: batch.column(name) for name in texts}
                            return self._looked
                except (pa.ArrowException, OSError) as error:
                    file.still_same()
                    raise _damaged(file, error) from error
        return self._looked


def _needs_look(kind: pa.DataType) -> bool:
    return is_text(value_type(kind)) or pa.types.is_dictionary(kind)


def _coarsest(column: Field, others: Sequence[pa.Schema]) -> Field:
    """A column as all files have it: exact by type in every one; of floats the narrowest, whose rounding all may carry."""
    if not others or column.word or column.problem:
        return column
    same = [arrow_field("", column.name, 0, other.field(column.name).type, None) for other in others]
    kind = max((column.kind, *(one.kind for one in same)), key=lambda one: one.unit_roundoff)
    return replace(column, kind=kind, integral=column.integral and all(one.integral for one in same))


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
        _("{name} is damaged or cut short, not a whole Parquet file: {reason}", name=file.name, reason=reason),
        _("fetch or write it again"),
    )


def _opened(file: SourceFile, footer: Any, *, ahead: bool = True) -> pq.ParquetFile:
    """ahead : whether whole columns are fetched before they are decoded; else a quarter of a megabyte at a time, which is still
    in the cache then: of the processor a worker of a cluster takes a sixth less, and nobody reads beside it meanwhile
    """
    # Pages carry checksums only when their writer was asked for them; without, damage inside a page can pass for data.
    buffer = 0 if ahead else BUFFER
    return pq.ParquetFile(
        file.path, metadata=footer, pre_buffer=ahead, buffer_size=buffer, page_checksum_verification=True
    )


@lru_cache(maxsize=32)
def _kept_footer(file: SourceFile) -> Any:
    return _footer(file)


@dataclass(frozen=True, slots=True)
class RowGroup:
    """One row group of one file.

    known : the file's footer; a group that was sent to another process reads it there: of many groups it is long. There it is
        also read by the one thread that works on it, for each of the others has a group of its own
    """

    file: SourceFile
    known: Any
    group: int
    gate: Gate
    several: bool

    def __reduce__(self) -> tuple[Any, ...]:
        return RowGroup, (self.file, None, self.group, self.gate, self.several)

    @property
    def footer(self) -> Any:
        return _kept_footer(self.file) if self.known is None else self.known

    @property
    def key(self) -> str:
        return f"{self.file.key}|row group {self.group}"

    @property
    def rows(self) -> int | None:
        return self.footer.row_group(self.group).num_rows

    def blocks(self, first: int) -> Blocks:
        part = PartGate(self.gate, first, self._locate)
        self.file.still_same()
        names = list(dict.fromkeys(role.name for role in self.gate.roles.used))
        footer, beside = self.footer, self.known is not None
        try:
            with _opened(self.file, footer, ahead=beside) as parquet:
                batches = parquet.iter_batches(
                    block_rows(len(names)), row_groups=[self.group], columns=names, use_threads=beside
                )
                yield from batch_blocks(batches, [role.name for role in self.gate.roles.used], part)
        except (pa.ArrowException, OSError) as error:
            self.file.still_same()
            raise _damaged(self.file, error) from error
        self.file.still_same()
        if part.rows != self.rows:
            raise _damaged(
                self.file,
                ValueError(_("{rows} read where {rows2} were promised", rows=count(part.rows, "row"), rows2=self.rows)),
            )
        return part.close()

    def _locate(self, places: Sequence[tuple[int, str]]) -> list[tuple[str, str | None]]:
        before = sum(self.footer.row_group(g).num_rows for g in range(self.group))
        found = rows_at(places, before)
        return [(f"{self.file.name} {place}", text) for place, text in found] if self.several else found

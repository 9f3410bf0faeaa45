"""Large text tables through DuckDB: told everything, left nothing to guess, and not believed blindly.

DuckDB gets the separator, the quote, the header, the type of every column and the spellings of missing cells; its
sniffer is off. What it would read otherwise than the careful reader is kept from it:

- Lines too long for its buffers, and numbers like 100_1, are found in the bytes first (`csv_guard`).
- No column is BIGINT: DuckDB reads 1.5 as 2 there without a word. Numbers are DOUBLE, and a column with a value of
  2^53 or more is read again as text, value and remainder computed in 128-bit integers.
- Yes/no columns are text, and any other word in them comes out infinite, which sends the reading to the careful reader.
- A NaN it made of a text (`nan(1)`) has to be one of the spellings of missing cells.
- The first rows are compared with the careful reader's, bit by bit.

At any refusal the instructions are widened (more spellings of missing cells, more exact columns) and the rows already given are
skipped, they are the same ones, since DuckDB keeps the order of a file; when none wider is left, `fast_blocks` returns
False and the careful reader goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from wxb._typing import Vector
from wxb.data.block import Block, block_rows
from wxb.data.buffers import floats_of, missing_of, values_of
from wxb.data.csv_dialect import Dialect, cells_of, filter_cells, label_texts
from wxb.data.csv_guard import Guard
from wxb.data.field import Field
from wxb.data.gate import PartGate
from wxb.data.labels import Labels, coded
from wxb.data.roles import Roles
from wxb.data.source_file import SourceFile
from wxb.data.words import (
    EXACT_LIMIT,
    MISSING_SPELLINGS,
    Cells,
    whole_numbers,
)
from wxb.errors import DataError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    Connect = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]

CHECKED_ROWS = 1000
BUFFER = 16 << 20  # bytes DuckDB parses at a time: half its default, so that no thread is left with the last one


@dataclass(frozen=True, slots=True)
class Instructions:
    """What DuckDB is told: which spellings are missing, whether numbers are looked at as text, and which numeric
    columns (by place among them) are read exactly."""

    missing: tuple[str, ...]
    guarded: bool = False
    exact: frozenset[int] = frozenset()


class NeedsExact(Exception):
    """Some columns hold numbers of 2^53 or more."""

    def __init__(self, columns: frozenset[int]) -> None:
        super().__init__(columns)
        self.columns = columns


class NeedsLooks(Exception):
    """The bytes hold what numbers must be looked at for, one by one."""


class NeedsSpellings(Exception):
    """Cells read as NaN that are no missing ones of the instructions."""


class NeedsCare(Exception):
    """DuckDB read something that the careful reader has to decide."""


def fast_blocks(
    file: SourceFile, dialect: Dialect, positions: Sequence[int], roles: Roles, part: PartGate, connect: Connect
) -> Generator[Block, None, bool]:
    """The file's blocks; returns whether all of it was read (False: the careful reader goes on after `part.rows`)."""
    guard = Guard(file, dialect.compressed, dialect.comment.encode(), dialect.top_bytes)
    try:
        told = Instructions(dialect.missing, guarded=dialect.compressed)
        done = yield from _planned(file, dialect, positions, roles, part, connect, told, guard)
        return done and not guard.careful()
    finally:
        guard.close()


def _planned(
    file: SourceFile,
    dialect: Dialect,
    positions: Sequence[int],
    roles: Roles,
    part: PartGate,
    connect: Connect,
    told: Instructions,
    guard: Guard,
) -> Generator[Block, None, bool]:
    """The blocks by instructions after instructions, each wider than the one before."""
    import duckdb

    while True:
        before = part.rows
        try:
            for batch in _batches(file, dialect, positions, roles, told, connect, skip=part.rows):
                if not dialect.compressed and guard.careful():
                    return False
                if not told.guarded and guard.guarded():
                    raise NeedsLooks
                _choose(batch, roles, dialect, part)
                cells = _cells(batch, roles, told, dialect)
                if part.rows == 0:
                    _same_as_careful(dialect, positions, roles, cells)
                block = part.block(cells, batch.num_rows, _labels(batch, roles, told, dialect))
                if block is not None:
                    yield block
            return True
        except NeedsLooks:
            told = replace(told, guarded=True)
        except NeedsExact as more:
            told = replace(told, exact=told.exact | more.columns)
        except NeedsSpellings:
            if told.missing == MISSING_SPELLINGS:
                return False
            told = replace(told, missing=MISSING_SPELLINGS)
        except NeedsCare:
            return False
        except DataError:  # a ValueError, but of what the rows hold, and not of how they are read
            raise
        except (duckdb.Error, OSError, ValueError) as error:
            if not told.guarded and guard.guarded():
                told = replace(told, guarded=True)
                continue
            wider = set(MISSING_SPELLINGS) - set(told.missing)
            conversion = isinstance(error, duckdb.ConversionException) or "onversion" in str(error)
            if not (conversion and wider) or part.rows < before:
                return False
            told = replace(told, missing=MISSING_SPELLINGS)


def _batches(
    file: SourceFile,
    dialect: Dialect,
    positions: Sequence[int],
    roles: Roles,
    told: Instructions,
    connect: Connect,
    skip: int,
) -> Iterator[pa.RecordBatch]:
    """DuckDB's record batches of the columns used, after the first `skip` rows."""
    with connect() as connection:
        relation = connection.sql(_query(file, dialect, positions, roles, told))
        size = block_rows(len(positions) + len(told.exact))
        reader = (
            relation.to_arrow_reader(size)
            if hasattr(relation, "to_arrow_reader")
            else relation.fetch_arrow_reader(size)
        )
        for batch in reader:
            if skip >= batch.num_rows:
                skip -= batch.num_rows
                continue
            yield batch.slice(skip) if skip else batch
            skip = 0


def _query(file: SourceFile, dialect: Dialect, positions: Sequence[int], roles: Roles, told: Instructions) -> str:
    kinds = ["VARCHAR"] * len(dialect.header)
    chosen = []
    for index, (role, position) in enumerate(zip(roles.numeric, positions)):
        column = f"c{position}"
        grouped = position in positions[len(roles.numeric) :]  # read as labels or by a condition too, so as text
        if role.word:
            chosen.append(f"{_truth(column, role.word)} AS v{index}")
        elif role.kind.is_time:
            chosen.append(f"{column} AS v{index}")
        elif index in told.exact:
            chosen.append(f"{_double(column, dialect.decimal)} AS v{index}")
            chosen.append(f"{_remainder(column)} AS r{index}")
        elif grouped or told.guarded:
            chosen.append(f"{_double(column, dialect.decimal)} AS v{index}")
        else:
            kinds[position] = "DOUBLE"
            chosen.append(f"{column} AS v{index}")
    for index, position in enumerate(positions[len(roles.numeric) : len(roles.numeric) + len(roles.filters)]):
        chosen.append(f"c{position} AS f{index}")
    for index, position in enumerate(positions[len(positions) - len(roles.labelled) :]):
        chosen.append(f"trim(c{position}) AS g{index}")
    if not chosen:
        chosen.append("1 AS one")
    columns = ", ".join(f"'c{position}': '{kind}'" for position, kind in enumerate(kinds))
    missing = ", ".join(_quoted(word) for word in told.missing)
    options = [
        "auto_detect=false",
        f"delim={_quoted(dialect.separator)}",
        "quote='\"'",
        "escape='\"'",
        "header=true",
        f"skip={dialect.header_line - 1}",
        "strict_mode=true",
        "null_padding=false",
        "ignore_errors=false",
        f"decimal_separator={_quoted(dialect.decimal)}",
        f"compression={_quoted('gzip' if dialect.compressed else 'none')}",
        f"nullstr=[{missing}]",
        f"buffer_size={BUFFER}",
        f"columns={{{columns}}}",
    ]
    # A path is a pattern to DuckDB: brackets around a pattern's letter make it stand for itself.
    path = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in file.path)
    return f"SELECT {', '.join(chosen)} FROM read_csv({_quoted(path)}, {', '.join(options)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _truth(column: str, word: str) -> str:
    yes, no = ("true", "false") if word == "TRUE" else ("yes", "no")
    return (
        f"CASE WHEN {column} IS NULL THEN NULL WHEN lower(trim({column})) = '{yes}' THEN 1e0 "
        f"WHEN lower(trim({column})) = '{no}' THEN 0e0 ELSE CAST('inf' AS DOUBLE) END"
    )


def _double(column: str, decimal: str) -> str:
    """A number in text, an error where DuckDB would take more than is one here."""
    odd = f"contains({column}, '_') OR contains({column}, '+-')"
    if decimal == ",":
        return (
            f"CAST(CASE WHEN {odd} OR contains({column}, '.') THEN '_' ELSE replace({column}, ',', '.') END AS DOUBLE)"
        )
    return f"CAST(CASE WHEN {odd} THEN '_' ELSE {column} END AS DOUBLE)"


def _remainder(column: str) -> str:
    """What the nearest double leaves of an integer; NULL where the text is no plain integer."""
    return (
        f"CASE WHEN regexp_full_match({column}, '\\s*[+-]?[0-9]+\\s*') "
        f"THEN CAST(CAST({column} AS HUGEINT) - CAST(CAST({column} AS DOUBLE) AS HUGEINT) AS DOUBLE) END"
    )


def _cells(batch: pa.RecordBatch, roles: Roles, told: Instructions, dialect: Dialect) -> list[Cells]:
    """The numeric columns of a record batch."""
    found: list[Cells] = []
    large: set[int] = set()
    at = 0
    for index, role in enumerate(roles.numeric):
        if role.kind.is_time:
            times, bad = cells_of([text or "" for text in batch.column(at).to_pylist()], role, dialect)
            if bad:
                raise NeedsCare
            found.append(times)
            at += 1
            continue
        values = floats_of(batch.column(at))
        high, low_end, plain = _range(values)
        if not plain and int(np.isnan(values).sum()) > batch.column(at).null_count:
            raise NeedsSpellings
        at += 1
        if role.word:
            if high > 1.0:
                raise NeedsCare
            found.append(Cells(values, integral=True))
        elif index in told.exact:
            found.append(_exact(values, floats_of(batch.column(at))))
            at += 1
        else:
            if high >= EXACT_LIMIT or low_end <= -EXACT_LIMIT:
                large.add(index)
            found.append(Cells(values, integral=role.integral and whole_numbers(values), finite=plain))
    if large:
        raise NeedsExact(frozenset(large))
    return found


def _choose(batch: pa.RecordBatch, roles: Roles, dialect: Dialect, part: PartGate) -> None:
    """Evaluate the condition on rows on its columns, which are text and stand before the labels."""
    last = batch.num_columns - len(roles.labelled)
    first = last - len(roles.filters)
    part.choose(
        lambda k, field, as_text: filter_cells(
            [text or "" for text in batch.column(first + k).to_pylist()], field, as_text, dialect
        ),
        batch.num_rows,
    )


def _range(values: Vector) -> tuple[float, float, bool]:
    """The largest and the smallest value, whatever is missing, and whether all are finite."""
    high, low_end = float(values.max()), float(values.min())
    if high == high:
        return high, low_end, -np.inf < low_end and high < np.inf
    return float(np.fmax.reduce(values)), float(np.fmin.reduce(values)), False


def _exact(values: Vector, remainder: Vector) -> Cells:
    plain = np.isnan(remainder)
    large = np.abs(values) >= EXACT_LIMIT
    low = np.where(plain, 0.0, remainder)
    integral = not bool((plain & large).any()) and whole_numbers(values)
    return Cells(values, low if low.any() else None, integral=integral)


def _labels(batch: pa.RecordBatch, roles: Roles, told: Instructions, dialect: Dialect) -> list[Labels]:
    """The columns read as labels, which are text and stand last."""
    columns = batch.columns[batch.num_columns - len(roles.labelled) :]
    return [
        _label_column(column, told.missing, None if place < len(roles.by) else role, dialect)
        for place, (role, column) in enumerate(zip(roles.labelled, columns))
    ]


def _label_column(column: Any, gone: Sequence[str], role: Field | None, dialect: Dialect) -> Labels:
    """A text column as labels.  role : None where they are labels of groups, as they are written"""
    encoded = column.dictionary_encode()
    codes, missing = values_of(encoded.indices).astype(np.int64), missing_of(encoded.indices)
    if missing is not None:
        codes[missing] = 0  # under a mark of a missing cell anything may lie
    words = ["" if word in gone else word for word in encoded.dictionary.to_pylist()]
    return coded(codes, words if role is None else label_texts(words, role, dialect), missing)


def _same_as_careful(dialect: Dialect, positions: Sequence[int], roles: Roles, cells: Sequence[Cells]) -> None:
    """Compare the first rows with the careful reader's; NeedsCare at any difference."""
    width = len(dialect.header)
    rows = [row for _, row in dialect.sample[:CHECKED_ROWS]]
    if any(len(row) not in (width, width + 1) for row in rows):
        raise NeedsCare
    for role, position, column in zip(roles.numeric, positions, cells):
        texts = [row[position] for row in rows]
        careful, bad = cells_of(texts, role, dialect)
        n = min(len(texts), len(column.values))
        if bad or not np.array_equal(careful.values[:n], column.values[:n], equal_nan=True):
            raise NeedsCare

"""Arrow columns as cells, and record batches as blocks.

Numbers are taken without a copy where no cell is missing. Times are days (see `times`), decimals their nearest double
(more than 15 digits: the rest in `low`), decimals in text what the cell of a text table is, bools 1 and 0, dictionaries what they
stand for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wxb.data.block import Block, block_rows
from wxb.data.buffers import floats_of, missing_of, values_of
from wxb.data.disguise import is_text as is_plain_text
from wxb.data.field import Field
from wxb.data.frames import no_numbers
from wxb.data.gate import PartGate
from wxb.data.kinds import DURATION, NUMBER, TEXT, Kind, float_kind, instant, truth
from wxb.data.labels import Labels, as_meant, coded, labels_of_integers
from wxb.data.numbers import array_cells, decimal_parts, is_gone, kind_of_objects, object_cells
from wxb.data.problems import all_missing
from wxb.data.times import days_of_ticks
from wxb.data.words import (
    EXACT_LIMIT,
    Cells,
    Texts,
    boolean_word,
    is_missing,
    texts_as_numbers,
    texts_as_truths,
    whole_numbers,
)
from wxb.errors import DataError
from wxb.i18n import _
from wxb.printable import show

GROUPED = 16  # sums of groups are made of many rows at a time


def is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def is_written(kind: pa.DataType) -> bool:
    """Whether a column holds decimals in text, as drivers of databases give those of any precision."""
    return getattr(kind, "type_name", "") == "numeric" and is_text(getattr(kind, "storage_type", pa.null()))


def value_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def arrow_field(
    source: str, name: str, position: int, kind: pa.DataType, head: pa.Array | None, declares: bool = False
) -> Field:
    """What a column of this type can be; `head` are its first rows, looked at when it is text.

    declares : the order of a dictionary means something (else it is how the cells are kept, in the order they came)
    """
    found = _arrow_field(source, name, position, value_type(kind), head)
    if not pa.types.is_dictionary(kind) or found.word or head is None or not (declares or kind.ordered):
        return found
    words = [word for word in _things(_whole(head).dictionary) if not is_gone(word)]
    meaning = TEXT if found.kind.sort != "text" and is_text(kind.value_type) else found.kind
    levels = as_meant(coded(np.zeros(0, np.int64), words).values, meaning)[1]
    return replace(found, kind=replace(meaning, levels=levels))


def _arrow_field(source: str, name: str, position: int, kind: pa.DataType, head: pa.Array | None) -> Field:
    if pa.types.is_boolean(kind):
        return Field(name, position, truth("TRUE"), integral=True)
    if pa.types.is_floating(kind):
        return Field(name, position, float_kind(kind.bit_width // 8))
    if pa.types.is_integer(kind):
        return Field(name, position, integral=True)
    if pa.types.is_temporal(kind) and kind != pa.month_day_nano_interval():
        since = pa.types.is_timestamp(kind) or pa.types.is_date(kind)
        meaning = instant(aware=getattr(kind, "tz", None) is not None) if since else DURATION
        return Field(name, position, meaning, integral=True)
    if pa.types.is_decimal(kind):
        note = (
            _("{name}: decimals of {precision} digits, kept exactly", name=show(name), precision=kind.precision)
            if kind.precision > 15
            else ""
        )
        return Field(name, position, integral=kind.scale <= 0, note=note)
    if pa.types.is_null(kind):
        return Field(name, position, problem=lambda: all_missing(source, name, 0 if head is None else len(head)))
    if is_written(kind):
        return Field(name, position, integral=head is not None and _written_cells(_whole(head).storage).integral)
    if is_text(kind) and head is not None:
        return _text_field(source, name, position, head)
    what = _("{source}: column {name} is of type {kind}, not numeric", source=source, name=show(name), kind=kind)
    return Field(name, position, problem=lambda: DataError(what, ""))


def _text_field(source: str, name: str, position: int, head: Any) -> Field:
    """What a column of text is, by its different cells."""

    def problem() -> DataError:
        things = _plain(head).to_pylist()
        return no_numbers(source, name, things, [i for i, thing in enumerate(things) if not is_gone(thing)])

    words = _plain(_plain(head).unique()).to_pylist()
    texts = [word for word in words if word is not None]
    word = boolean_word(texts)
    if word:
        return Field(name, position, truth(word), integral=True)
    if all(map(is_missing, texts)):  # nothing but missing words so far: what follows must be yes/no or missing too
        return Field(name, position, problem=lambda: all_missing(source, name, len(head)))
    if is_plain_text(texts):
        return Field(name, position, TEXT, problem=problem)
    meaning = kind_of_objects(texts)
    if meaning.is_time and not object_cells(texts, meaning).bad:
        return Field(name, position, meaning, integral=True)
    return Field(name, position, problem=problem)


def _whole(array: Any) -> Any:
    """An array without chunks; those of a dictionary under one."""
    if not isinstance(array, pa.ChunkedArray):
        return array
    if array.num_chunks == 1:
        return array.chunk(0)
    array = (array.unify_dictionaries() if pa.types.is_dictionary(array.type) else array).combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    return array


def _plain(array: Any) -> Any:
    """An array without dictionary or chunks."""
    array = _whole(array)
    if not pa.types.is_dictionary(array.type):
        return array
    words = array.dictionary
    return (words.cast(pa.large_string()) if is_text(words.type) else words).take(array.indices)


def arrow_cells(array: Any, meaning: Kind = NUMBER) -> Texts:
    """(n,) Arrow array as cells; `meaning` matters to text."""
    array = _plain(array)
    kind = array.type
    if pa.types.is_null(kind):
        return Texts(Cells(np.full(len(array), np.nan), integral=True), [])
    if is_text(kind):
        texts = array.to_pylist()
        if meaning.is_time:
            return object_cells(texts, meaning)
        return texts_as_truths(["" if text is None else text for text in texts], meaning.word)
    if is_written(kind):
        return Texts(_written_cells(array.storage), [])
    missing = missing_of(array)
    if pa.types.is_boolean(kind):
        values = array.cast(pa.uint8())
    elif pa.types.is_decimal(kind):
        return Texts(_decimal_cells(array, missing), [])
    elif pa.types.is_temporal(kind):
        return Texts(_time_cells(array, missing), [])
    else:
        values = array
    cells = array_cells(values_of(values))
    if missing is not None:
        # Under a mark of a missing cell anything may lie, NaN and 2^60 included.
        cells.values = np.where(missing, np.nan, cells.values)
        if cells.low is not None:
            cells.low = np.where(missing, 0.0, cells.low)
            cells.low = cells.low if cells.low.any() else None
    return Texts(cells, [])


def _written_cells(texts: Any) -> Cells:
    """Decimals in text as the cells of a text table are read: the nearest double, integers with all their digits."""
    values = floats_of(texts.cast(pa.float64()))
    with np.errstate(invalid="ignore"):
        large = bool((np.abs(values) >= EXACT_LIMIT).any())
    if large:
        return texts_as_numbers(["" if text is None else text for text in texts.to_pylist()]).cells
    return Cells(values, integral=whole_numbers(values))


def _time_cells(array: Any, missing: NDArray[np.bool_] | None) -> Cells:
    kind = array.type
    ticks = values_of(array.view(pa.int32() if kind.bit_width == 32 else pa.int64())).astype(np.int64)
    if missing is not None:
        ticks[missing] = 0  # under a mark of a missing cell anything may lie
    unit = "D" if pa.types.is_date32(kind) else "ms" if pa.types.is_date64(kind) else str(kind.unit)
    values, low = days_of_ticks(ticks, unit)
    return Cells(values, low, missing, integral=low is None and whole_numbers(values))


def _decimal_cells(array: Any, missing: NDArray[np.bool_] | None) -> Cells:
    kind = array.type
    if kind.precision <= 15 and 0 <= kind.scale <= 22:
        wide = array.cast(pa.decimal128(kind.precision, kind.scale))
        data = wide.buffers()[1]
        digits = np.frombuffer(data, dtype=np.int64, count=2 * len(wide), offset=16 * wide.offset)[::2]
        # Both are exact doubles, so their quotient is the double nearest to the decimal, as text would be read.
        values = digits.astype(np.float64) / 10.0**kind.scale
        if missing is not None:
            values[missing] = np.nan
        return Cells(values, integral=kind.scale == 0)
    values, low = np.zeros(len(array)), np.zeros(len(array))
    for position, thing in enumerate(array.to_pylist()):
        values[position], low[position], __ = (np.nan, 0.0, True) if thing is None else decimal_parts(thing)
    return Cells(values, low if low.any() else None, integral=kind.scale <= 0)


def arrow_labels(array: Any) -> Labels:
    """A column of anything as labels."""
    array = _whole(array)
    array = array.storage if is_written(array.type) else array
    if pa.types.is_integer(array.type) and not array.null_count:
        return labels_of_integers(values_of(array))
    encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    codes, missing = values_of(encoded.indices).astype(np.int64), missing_of(encoded.indices)
    if missing is not None:
        codes[missing] = 0  # under a mark of a missing cell anything may lie
    return coded(codes, _things(encoded.dictionary), missing)


def _things(array: Any) -> Sequence[Any]:
    try:
        return array.to_pylist()
    except ValueError as error:
        raise DataError(
            _("a column of labels holds times finer than microseconds, which pyarrow gives only with pandas"),
            _("install pandas, or label by whole days, seconds or text"),
        ) from error


def batch_blocks(
    batches: Iterator[Any], names: Sequence[str], part: PartGate, positions: Sequence[int] | None = None
) -> Iterator[Block]:
    """The blocks of record batches, in slices of bounded size; `positions` of the columns used, found by name if None."""
    roles = part.gate.roles
    size = block_rows(len(roles.used)) * (GROUPED if roles.by else 1)
    for batch in batches:
        where = positions
        if where is None:
            at = {name: i for i, name in reversed(list(enumerate(batch.schema.names)))}
            where = [at[name] for name in names]
        columns = [batch.column(position) for position in where]
        labelled = [arrow_labels(column) for column in columns[len(columns) - len(roles.labelled) :]]
        for start in range(0, batch.num_rows, size):
            rows = min(size, batch.num_rows - start)
            part.choose(partial(_filter, columns[len(roles.numeric) :], start, rows), rows)
            cells = []
            for role, column in zip(roles.numeric, columns):
                found, bad = arrow_cells(column.slice(start, rows), role.kind)
                if bad:
                    part.refuse_texts(role.name, bad)
                cells.append(found)
            block = part.block(cells, rows, [labels.cut(start, start + rows) for labels in labelled])
            if block is not None:
                yield block


def _filter(columns: Sequence[Any], start: int, rows: int, number: int, field: Field, as_text: bool) -> Any:
    column = columns[number].slice(start, rows)
    if as_text:
        return [None if is_gone(thing) else str(thing) for thing in column.to_pylist()]
    return arrow_cells(column, field.kind)


def rows_at(places: Sequence[tuple[int, str]], offset: int = 0) -> list[tuple[str, str | None]]:
    """Rows as the user counts them, for sources without lines."""
    return [(_("row {offset}", offset=offset + row + 1), None) for row, __ in places]


@dataclass(slots=True)
class HeldArrow:
    """An Arrow column in memory, as one of the columns of a table (see `frames`).

    declares : it is a dictionary whose order means something: a pandas Categorical, a polars Enum, one dictionary of all chunks
    """

    array: Any
    declares: bool = False

    @classmethod
    def of(cls, column: Any) -> HeldArrow:
        declares = True
        if type(column).__module__.startswith("polars"):  # a Series of dates before 1.34 says that they are integers
            declares = type(column.dtype).__name__ == "Enum"
            column = pa.table(column.to_frame()).column(0)
        whole = column if isinstance(column, (pa.Array, pa.ChunkedArray)) else pa.chunked_array(column)
        return cls(_whole(whole), declares and one_dictionary(whole))

    @classmethod
    def of_pandas(cls, series: Any, name: str) -> HeldArrow:
        try:
            return cls(_whole(pa.array(series, from_pandas=True)), True)
        except pa.ArrowException as error:
            raise DataError(
                _(
                    "column {name} ({dtype}) cannot be read as numbers: {error}",
                    name=show(name),
                    dtype=series.dtype,
                    error=error,
                ),
                _("convert the column to numbers first"),
            ) from error

    def __len__(self) -> int:
        return len(self.array)

    def field(self, name: str, position: int) -> Field:
        return arrow_field(_("the table"), name, position, self.array.type, self.array, self.declares)

    def cells(self, start: int, stop: int, kind: Kind) -> Texts:
        return arrow_cells(self.array.slice(start, stop - start), kind)

    def labels(self) -> Labels:
        return arrow_labels(self.array)

    def objects(self, start: int, stop: int) -> Sequence[object]:
        things = self.array.slice(start, stop - start).to_pylist()
        return [None if thing is None or (isinstance(thing, str) and is_missing(thing)) else thing for thing in things]


def one_dictionary(array: Any) -> bool:
    """Whether all chunks of a dictionary array share theirs: then its order was chosen, and does not come from the chunks."""
    if not isinstance(array, pa.ChunkedArray) or not pa.types.is_dictionary(array.type):
        return True
    return all(chunk.dictionary.equals(array.chunk(0).dictionary) for chunk in array.chunks[1:])


def table_of(columns: Mapping[str, NDArray[Any]]) -> pa.Table:
    """Columns of numbers as an Arrow table."""
    return pa.table({name: pa.array(values) for name, values in columns.items()})

"""How a text table is written, found from its first bytes: encoding, separator, decimal mark, header, kinds of columns.

Nothing is left for a reader to guess. At most 1 MB and 2000 rows are looked at; what a later row shows to be otherwise
(a word where all were numbers, another encoding) is met by the reader, with the line it stands on.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from wxb.data.csv_encoding import decode, find_encoding
from wxb.data.csv_lines import BrokenQuote, Record, records
from wxb.data.csv_opening import SEPARATORS, Opening, find_opening
from wxb.data.disguise import is_text
from wxb.data.field import Field
from wxb.data.files import read_head
from wxb.data.kinds import NUMERIC, Kind
from wxb.data.layout import NOTHING, SourceLayout
from wxb.data.source_file import SourceFile
from wxb.data.text_times import kind_of_digits, kind_of_times, texts_as_times
from wxb.data.words import (
    MISSING_SPELLINGS,
    Texts,
    boolean_word,
    count,
    is_missing,
    number,
    texts_as_numbers,
    texts_as_truths,
    whole_numbers,
)
from wxb.errors import DataError
from wxb.i18n import _
from wxb.printable import show

HEAD_BYTES = 1 << 20
SAMPLE_ROWS = 2000

_COMMA_NUMBER = re.compile(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?")
_COMMA_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written.

    separator : " " for any number of spaces
    header_line : the line the header starts on, counted from 1
    top_bytes : how many stand above the header
    plain_top : the lines down to the header hold no quotes and no old line ends, so that any reader counts them alike
    header : the names as written, without the spaces around them
    sample : the first data rows, each with its line number
    whole : the sample holds every row of the file
    missing : the spellings of missing cells met in the sample, and those of the layout
    comment : what lines begin with that are skipped, "" for none
    layout : what the user said
    """

    encoding: str
    compressed: bool
    separator: str
    decimal: str
    header_line: int
    plain_top: bool
    top_bytes: int
    one_line_header: bool
    header: tuple[str, ...]
    sample: tuple[tuple[int, list[str]], ...]
    whole: bool
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    comment: str = ""
    layout: SourceLayout = NOTHING

    @property
    def utf8(self) -> bool:
        return self.encoding in ("utf-8", "utf-8-sig")


def sniff(file: SourceFile, compressed: bool, layout: SourceLayout = NOTHING) -> Dialect:
    """Find the dialect of a file; DataError when it is no text, has no header, or cannot be told."""
    head = read_head(file, HEAD_BYTES, compressed)
    whole = len(head) < HEAD_BYTES
    if not head.strip():
        raise DataError(_("{name} is empty", name=file.name), _("give a file with a header line and rows of data"))
    encoding, notes = (layout.encoding, []) if layout.encoding else find_encoding(file, head, whole)
    text = decode(file, head, encoding, whole)
    if compressed and not file.name.lower().endswith(".gz"):
        notes = [*notes, _("{name}: read through gzip, which it is compressed with", name=file.name)]
    opening = find_opening(file, text, layout)
    found, complete = _records(text, opening, whole, layout.na)
    if not found:
        what = _("{name} is empty", name=file.name)
        if layout.skip:
            what = _("{name} is empty below the {lines} skipped", name=file.name, lines=count(layout.skip, "line"))
        raise DataError(what, _("give a file with a header line and rows of data"))
    (header_line, raw_header), sample = found[0], found[1:]
    header = tuple(name.strip() for name in raw_header)
    if len(header) > 1 and not header[-1] and all(len(row) < len(header) or not row[-1].strip() for __, row in sample):
        header = header[:-1]  # a separator at the end of every line
    separator = opening.separator
    decimal = _decimal(file, separator, sample)
    expected = "\t" if file.name.lower().removesuffix(".gz").endswith((".tsv", ".tab")) else ","
    if (separator != expected and layout.sep is None) or decimal != ".":
        notes = [*notes, _separator_note(file, separator, decimal)]
    spellings = {cell for __, row in sample for cell in row if cell in MISSING_SPELLINGS}
    *above, first = io.StringIO(text, newline="").readlines()[:header_line]
    top = "".join(above)
    return Dialect(
        encoding=encoding,
        compressed=compressed,
        separator=separator,
        decimal=decimal,
        header_line=header_line,
        plain_top=not top or not set('"\r') & set((top + first).replace("\r\n", "\n")),
        top_bytes=len(top.encode(encoding, errors="ignore")) if top else 0,
        one_line_header=not any("\n" in name or "\r" in name for name in raw_header),
        header=header,
        sample=tuple(sample),
        whole=complete and len(sample) <= SAMPLE_ROWS,
        missing=tuple(sorted({*spellings, "", *layout.na})),
        notes=(*notes, *opening.notes),
        comment=opening.comment,
        layout=layout,
    )


def with_encoding(dialect: Dialect, encoding: str, note: str) -> Dialect:
    return replace(dialect, encoding=encoding, notes=(*dialect.notes, note))


# ---------------------------------------------------------------- separator, decimal mark


def _records(text: str, opening: Opening, whole: bool, na: Sequence[str]) -> tuple[list[Record], bool]:
    """The first records of a text with the line each starts on, and whether they are all there are.

    They end before a record that breaks the rules of quoting, and before the one a head that is not the whole cuts.
    """
    found: list[Record] = []
    stream = io.StringIO(text, newline="")
    try:
        for line, row in records(stream, opening.separator, comment=opening.comment, skipped=opening.skipped):
            if len(found) > SAMPLE_ROWS + 1:
                return found[: SAMPLE_ROWS + 1], False
            if row and (len(row) > 1 or row[0].strip()):
                found.append((line, without_na(row, na) if na and found else row))
    except BrokenQuote:
        return found[: SAMPLE_ROWS + 1], False
    return (found, True) if whole else (found[:-1][: SAMPLE_ROWS + 1], False)


def without_na(row: list[str], na: Sequence[str]) -> list[str]:
    """The cells with those spelled as `na` says empty, which is missing."""
    return ["" if cell.strip() in na else cell for cell in row]


def _decimal(file: SourceFile, separator: str, sample: Sequence[tuple[int, list[str]]]) -> str:
    """`,` when cells like 2,5 stand among numbers of a file whose separator is another."""
    if separator == ",":
        return "."
    commas = [(line, cell) for line, row in sample for cell in row if _COMMA_NUMBER.fullmatch(cell.strip())]
    if not commas:
        return "."
    decisive = [cell for __, cell in commas if not _COMMA_GROUPS.fullmatch(cell.strip())]
    if not decisive:
        line, cell = commas[0]
        raise DataError(
            _(
                "{name}, line {line}: {strip} can mean a thousand or a decimal comma, and no other cell tells which",
                name=file.name,
                line=line,
                strip=show(cell.strip()),
            ),
            _("write numbers without thousands separators and with a decimal point"),
        )
    return ","


def _separator_note(file: SourceFile, separator: str, decimal: str) -> str:
    between = _("spaces") if separator == " " else _(SEPARATORS.get(separator, show(separator)))
    said = _("{name}: cells separated by {separator}", name=file.name, separator=between)
    return _("{said}, decimal comma (2,5 is two and a half)", said=said) if decimal == "," else said


# ---------------------------------------------------------------- kinds of columns


@dataclass(frozen=True, slots=True)
class SampleKind:
    """What a column's sample holds: `word` of a yes/no column, `integral` numbers, `text` when few are numbers.

    meaning : instants, where it holds dates        disguised : text that is numbers or dates otherwise written
    """

    word: str = ""
    meaning: Kind | None = None
    integral: bool = False
    text: bool = False
    disguised: bool = False
    empty: bool = False


def sampled_kind(texts: Sequence[str], decimal: str, date: str | None = None) -> SampleKind:
    """The kind of a column from its sampled cells."""
    word = boolean_word(texts)
    if word:
        return SampleKind(word=word, integral=True)
    cells, bad = texts_as_numbers(texts, decimal)
    digits = None if bad or date is None else kind_of_digits(texts, date)
    if digits is not None:
        return SampleKind(integral=True, meaning=digits)
    if not bad:
        present = cells.values[cells.values == cells.values]
        return SampleKind(integral=cells.integral and whole_numbers(present), empty=not len(present))
    meaning = kind_of_times(texts, date)
    if meaning is not None:
        return SampleKind(integral=True, meaning=meaning)
    blank = sum(is_missing(text) for text in texts)
    text = 2 * len(bad) > len(texts) - blank
    return SampleKind(text=text, disguised=text and not is_text(dict.fromkeys(texts[i] for i in bad)))


def looks_like_data(header: Sequence[str]) -> bool:
    """A header of numbers only is the first row of a file without one."""
    numbers = [number(name) for name in header if name]
    return bool(numbers) and all(value is not None and value == value for value in numbers)


def cells_of(texts: Sequence[str], role: Field, dialect: Dialect) -> Texts:
    """A column's cells as numbers: 1 and 0 of yes and no, days of dates, or what they say."""
    if role.word:
        return texts_as_truths(texts, role.word)
    if role.kind.is_time:
        return texts_as_times(texts, role.kind.aware, dialect.layout.date)
    return texts_as_numbers(texts, dialect.decimal)


def label_texts(texts: Sequence[str], role: Field, dialect: Dialect) -> Sequence[str]:
    """Cells to be read as labels: numbers of a column of them with a decimal point, whatever the file's."""
    comma = dialect.decimal == "," and role.kind.sort in NUMERIC
    return [text.replace(",", ".") for text in texts] if comma else texts


def filter_cells(texts: Sequence[str], field: Field, as_text: bool, dialect: Dialect) -> Any:
    """A column of a condition on rows: its cells as text, None where missing, or as `cells_of` reads them."""
    if as_text:
        return [None if is_missing(text) else text for text in texts]
    return cells_of(texts, field, dialect)

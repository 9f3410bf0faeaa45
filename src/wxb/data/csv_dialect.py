"""How a text table is written, found from its first bytes: encoding, separator, decimal mark, header, kinds of columns.

Nothing is left for a reader to guess. At most 1 MB and 2000 rows are looked at; what a later row shows to be otherwise
(a word where all were numbers, another encoding) is met by the reader, with the line it stands on.

Encodings: UTF-8 with or without mark, UTF-16 with mark (or with a NUL in every other byte), else CP949 when the bytes
decode strictly and most of their two-byte letters are Hangul of KS X 1001 (both bytes ≥ 0xA1: accented Latin letters
are rarely side by side), else Windows-1252, which holds all of Latin-1's printable letters.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wxb.data.files import SourceFile, read_head
from wxb.data.words import MISSING_SPELLINGS, boolean_word, is_missing, number, show, texts_as_numbers, whole_numbers
from wxb.errors import DataError

HEAD_BYTES = 1 << 20
SAMPLE_ROWS = 2000
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
FIELD_LIMIT = 64 << 20

_COMMA_NUMBER = re.compile(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?")
_COMMA_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written.

    skipped : lines before the header that are no data (blank, `sep=;`)
    header_line : the line the header starts on, counted from 1
    header : the names as written, without the spaces around them
    sample : the first data rows, each with its line number
    whole : the sample holds every row of the file
    missing : the spellings of missing cells met in the sample
    """

    encoding: str
    compressed: bool
    separator: str
    decimal: str
    header_line: int
    one_line_header: bool
    header: tuple[str, ...]
    sample: tuple[tuple[int, list[str]], ...]
    whole: bool
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def utf8(self) -> bool:
        return self.encoding in ("utf-8", "utf-8-sig")


def sniff(file: SourceFile, compressed: bool) -> Dialect:
    """Find the dialect of a file; DataError when it is no text, has no header, or cannot be told."""
    head = read_head(file, HEAD_BYTES, compressed)
    whole = len(head) < HEAD_BYTES
    if not head.strip():
        raise DataError(f"{file.name} is empty.", "Give a file with a header line and rows of data.")
    encoding, notes = find_encoding(file, head, whole)
    text = decode_head(head, encoding, whole)
    if compressed and not file.name.lower().endswith(".gz"):
        notes = [*notes, f"{file.name}: read through gzip, which it is compressed with"]
    separator, skipped = _separator(file, text)
    records, complete = _records(text, separator, skipped, whole)
    if not records:
        raise DataError(f"{file.name} is empty.", "Give a file with a header line and rows of data.")
    (header_line, raw_header), sample = records[0], records[1:]
    header = tuple(name.strip() for name in raw_header)
    if len(header) > 1 and not header[-1] and all(len(row) < len(header) or not row[-1].strip() for _, row in sample):
        header = header[:-1]  # a separator at the end of every line
    decimal = _decimal(file, separator, sample)
    expected = "\t" if file.name.lower().removesuffix(".gz").endswith((".tsv", ".tab")) else ","
    if separator != expected or decimal != ".":
        notes = [*notes, _separator_note(file, separator, decimal)]
    spellings = {cell for _, row in sample for cell in row if cell in MISSING_SPELLINGS}
    return Dialect(
        encoding=encoding,
        compressed=compressed,
        separator=separator,
        decimal=decimal,
        header_line=header_line,
        one_line_header=header_line == 1 and not any("\n" in name or "\r" in name for name in raw_header),
        header=header,
        sample=tuple(sample),
        whole=complete and len(sample) <= SAMPLE_ROWS,
        missing=tuple(sorted(spellings | {""})),
        notes=tuple(notes),
    )


def with_encoding(dialect: Dialect, encoding: str, note: str) -> Dialect:
    return replace(dialect, encoding=encoding, notes=(*dialect.notes, note))


# ---------------------------------------------------------------- encoding


def find_encoding(file: SourceFile, data: bytes, whole: bool) -> tuple[str, list[str]]:
    """(encoding, notes) of a file's bytes, all of them or the first."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", [f"{file.name}: read as UTF-16"]
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig", []
    if b"\0" in data:
        return _with_nul(file, data)
    if decodes(data, "utf-8", whole):
        return "utf-8", []
    encoding = "cp949" if _looks_korean(data, whole) else "cp1252" if decodes(data, "cp1252", whole) else "latin-1"
    return encoding, [encoding_note(file, encoding)]


def encoding_note(file: SourceFile, encoding: str) -> str:
    names = {"cp949": "CP949 (Korean Windows)", "cp1252": "Windows-1252 (Latin-1)", "latin-1": "Latin-1"}
    return f"{file.name}: its encoding is not UTF-8; read as {names[encoding]}"


def decodes(data: bytes, encoding: str, whole: bool) -> bool:
    """Whether the bytes decode strictly; a letter cut at the end of a head does not count."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return not whole and error.start >= len(data) - 3
    return True


def decode_head(head: bytes, encoding: str, whole: bool) -> str:
    if whole:
        return head.decode(encoding)
    # The last letter may be cut; no line break is, so the rows before it are whole.
    return head.decode(encoding, errors="ignore")


def _with_nul(file: SourceFile, data: bytes) -> tuple[str, list[str]]:
    """UTF-16 without its mark has a NUL in every other byte; anything else with NULs is no text."""
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    half = max(1, min(len(data), 4096) // 2)
    for zeros, others, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > 0.6 * half and others < 0.1 * half:
            return encoding, [f"{file.name}: read as UTF-16 (without a byte order mark)"]
    nuls = data.count(0)
    if nuls > len(data) / 1000 and nuls > 20:
        raise DataError(
            f"{file.name} is a binary file, not a text table: {nuls} NUL bytes in its first {len(data)} bytes."
        )
    lines = [number for number, line in enumerate(data.split(b"\n"), 1) if b"\0" in line]
    also = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    raise DataError(
        f"{file.name}: NUL byte (\\x00) on line {lines[0]}{also}: the file is damaged, or binary.",
        "Save it again as UTF-8 text.",
    )


def _looks_korean(data: bytes, whole: bool) -> bool:
    if not decodes(data, "cp949", whole):
        return False
    pairs = re.findall(rb"[\x81-\xfe][\x41-\x5a\x61-\x7a\x81-\xfe]", data)
    hangul = sum(1 for pair in pairs if 0xB0 <= pair[0] <= 0xC8 and pair[1] >= 0xA1)
    return hangul > 0 and 2 * hangul >= len(pairs)


# ---------------------------------------------------------------- separator, decimal mark


def _records(text: str, separator: str, skipped: int, whole: bool) -> tuple[list[tuple[int, list[str]]], bool]:
    """The first records of a text with the line each starts on, and whether they are all there are.

    They end before a record that breaks the rules of quoting, and before the one a head that is not the whole cuts.
    """
    csv.field_size_limit(FIELD_LIMIT)
    stream = io.StringIO(text, newline="")
    for _ in range(skipped):
        stream.readline()
    reader = csv.reader(stream, delimiter=separator, strict=True)
    line = skipped + 1
    found: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            if len(found) > SAMPLE_ROWS + 1:
                return found[: SAMPLE_ROWS + 1], False
            if row and (len(row) > 1 or row[0].strip()):
                found.append((line, row))
            line = skipped + reader.line_num + 1
    except csv.Error:
        return found[: SAMPLE_ROWS + 1], False
    return (found, True) if whole else (found[:-1][: SAMPLE_ROWS + 1], False)


def _separator(file: SourceFile, text: str) -> tuple[str, int]:
    """(separator, lines to skip): the one that cuts the header, and then the rows, into the same number of cells."""
    first = text[:200].split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5 and first[4] in SEPARATORS:
        return first[4], 1
    best, best_score = ",", (-1.0, 0)
    for separator in SEPARATORS:
        rows = [len(row) for _, row in _records(text[: 1 << 16], separator, 0, len(text) <= 1 << 16)[0][:200]]
        if not rows or rows[0] < 2:
            continue
        share = sum(cells == rows[0] for cells in rows[1:]) / max(1, len(rows) - 1)
        score = (round(share, 1), rows[0])
        if score > best_score:
            best, best_score = separator, score
    return best, 0


def _decimal(file: SourceFile, separator: str, sample: Sequence[tuple[int, list[str]]]) -> str:
    """`,` when cells like 2,5 stand among numbers of a file whose separator is another."""
    if separator == ",":
        return "."
    commas = [(line, cell) for line, row in sample for cell in row if _COMMA_NUMBER.fullmatch(cell.strip())]
    if not commas:
        return "."
    decisive = [cell for _, cell in commas if not _COMMA_GROUPS.fullmatch(cell.strip())]
    if not decisive:
        line, cell = commas[0]
        raise DataError(
            f"{file.name}, line {line}: {show(cell.strip())} can mean a thousand or a decimal comma, "
            f"and no other cell tells which.",
            "Write numbers without thousands separators and with a decimal point.",
        )
    return ","


def _separator_note(file: SourceFile, separator: str, decimal: str) -> str:
    comma = ", decimal comma (2,5 is two and a half)" if decimal == "," else ""
    return f"{file.name}: cells separated by {SEPARATORS[separator]}{comma}"


# ---------------------------------------------------------------- kinds of columns


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column's sample holds: `word` of a yes/no column, `integral` numbers, `text` when few are numbers."""

    word: str = ""
    integral: bool = False
    text: bool = False
    empty: bool = False


def kind_of(texts: Sequence[str], decimal: str) -> Kind:
    """The kind of a column from its sampled cells."""
    word = boolean_word(texts)
    if word:
        return Kind(word=word, integral=True)
    cells, bad = texts_as_numbers(texts, decimal)
    if not bad:
        present = cells.values[cells.values == cells.values]
        return Kind(integral=cells.integral and whole_numbers(present), empty=not len(present))
    blank = sum(is_missing(text) for text in texts)
    return Kind(text=2 * len(bad) > len(texts) - blank)


def looks_like_data(header: Sequence[str]) -> bool:
    """A header of numbers only is the first row of a file without one."""
    numbers = [number(name) for name in header if name]
    return bool(numbers) and all(value is not None and value == value for value in numbers)

"""In which encoding a text is written, found from its bytes; and which it may be where that is not certain.

UTF-8 with or without mark, UTF-16 with mark (or with a NUL in every other byte), else CP949 when the bytes decode
strictly and most of their two-byte letters are Hangul of KS X 1001 (both bytes ≥ 0xA1: accented Latin letters are rarely
side by side), else Windows-1252, which holds all of Latin-1's printable letters. Where letters of two bytes make another
guess likely, it is named with the option that obeys it (`likely`), and not taken.
"""

from __future__ import annotations

import re

from wxb.advice import Advice
from wxb.data.source_file import SourceFile
from wxb.errors import DataError
from wxb.i18n import N_, _

NAMES = {
    "cp949": N_("CP949 (Korean Windows)"), "cp1252": "Windows-1252 (Latin-1)", "latin-1": "Latin-1", "cp932": "Shift-JIS",
    "gb18030": N_("GB18030 (Chinese)"), "big5": N_("Big5 (Chinese)"), "euc_jp": "EUC-JP", "cp1251": N_("Windows-1251 (Cyrillic)"),
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16",
}  # fmt: skip
_OPTION = {"cp932": "shift_jis"}
_PAIRS = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_LONE = re.compile(rb"[\x80-\xff]+")


def find_encoding(file: SourceFile, data: bytes, whole: bool) -> tuple[str, list[str]]:
    """(encoding, notes) of a file's bytes, all of them or the first."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", [_("{name}: read as UTF-16", name=file.name)]
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig", []
    if b"\0" in data:
        return _with_nul(file, data)
    if decodes(data, "utf-8", whole):
        return "utf-8", []
    encoding = "cp949" if _looks_korean(data, whole) else "cp1252" if decodes(data, "cp1252", whole) else "latin-1"
    return encoding, [encoding_note(file, encoding, data)]


def encoding_note(file: SourceFile, encoding: str, data: bytes) -> str:
    said = _("{name}: its encoding is not UTF-8; read as {encoding}", name=file.name, encoding=_(NAMES[encoding]))
    other = "" if encoding == "cp949" else likely(data)
    if not other:
        return said
    return _("{said}; it may be {encoding}: {option}", said=said, encoding=_(NAMES[other]), option=option(other))


def option(encoding: str) -> str:
    """As it is to be given."""
    return str(Advice("encoding", _OPTION.get(encoding, encoding)))


def decodes(data: bytes, encoding: str, whole: bool) -> bool:
    """Whether the bytes decode strictly; a letter cut at the end of a head does not count."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return not whole and error.start >= len(data) - 3
    return True


def decode(file: SourceFile, data: bytes, encoding: str, whole: bool) -> str:
    """The text of a file or of its head; DataError where the bytes are not of this encoding."""
    if not whole and not decodes(data, encoding, whole):
        whole = True
    try:
        # The last letter of a head may be cut; no line break is, so the rows before it are whole.
        return data.decode(encoding) if whole else data.decode(encoding, errors="ignore")
    except UnicodeError as error:
        raise undecodable(file, encoding, data, error) from error


def undecodable(file: SourceFile, encoding: str, data: bytes, error: UnicodeError) -> DataError:
    """What does not decode, from which line on, and which encoding it may be."""
    other = _other_than(encoding, data)
    do = (
        _("it may be {encoding}: {option}", encoding=_(NAMES[other]), option=option(other))
        if other
        else _("save it again as UTF-8 text, or name its `encoding=`")
    )
    reason, place = getattr(error, "reason", str(error)), file.name
    if not encoding.startswith("utf-16"):
        try:
            data.decode(encoding)  # in one piece, for the place
        except UnicodeDecodeError as whole:
            place = _("{name}, line {line}", name=file.name, line=data[: whole.start].count(10) + 1)
            if encoding.startswith("utf-8") and not data[: whole.start].removeprefix(b"\xef\xbb\xbf").isascii():
                do = _("what stands before it is UTF-8: two encodings in one file; save it again as UTF-8 text")
    name = _(NAMES.get(encoding, encoding))
    return DataError(
        _("{place}: it does not decode as {encoding}: {reason}", place=place, encoding=name, reason=reason), do
    )


def _other_than(encoding: str, data: bytes) -> str:
    found = "utf-8" if decodes(data, "utf-8", whole=False) else likely(data)
    return (
        "" if found in (encoding, encoding.removesuffix("-sig")) else found or ("cp1252" if encoding == "utf-8" else "")
    )


def likely(data: bytes) -> str:
    """The encoding that these bytes, which are no UTF-8, may be in, by the letters they give; "" when Latin is as good.

    Only runs of letters of two bytes tell; what is decoded must be almost all kana, common Han or Hangul, or Cyrillic words.
    """
    runs = b"\n".join(re.findall(rb"[^\n\r,;\t|\"]*[\x80-\xff]+[^\n\r,;\t|\"]*", data[: 1 << 16])[:2000])
    if _looks_korean(runs, whole=True):
        return "cp949"
    best, best_share = "", 0.8
    for encoding in ("cp932", "gb18030", "euc_jp", "big5", "cp1251"):
        share = _share(runs, encoding)
        if share > best_share + 0.02:
            best, best_share = encoding, share
    return best


def _share(data: bytes, encoding: str) -> float:
    """How many of the letters beyond ASCII are common ones of the language an encoding is made for."""
    try:
        letters = [letter for letter in data.decode(encoding) if letter > "\x7f"]
    except UnicodeDecodeError:
        return 0.0
    if len(letters) < 2:
        return 0.0
    if encoding == "cp1251":
        words = sum(map(len, re.findall(rb"[\xa8\xb8\xc0-\xff]{3,}", data)))
        return (
            sum("\u0400" <= letter <= "\u045f" for letter in letters) / len(letters)
            if words > 0.6 * len(letters)
            else 0.0
        )
    kana = sum("\u3040" <= letter <= "\u30ff" for letter in letters)
    common = sum(_COMMON[encoding][0] <= letter.encode(encoding)[0] <= _COMMON[encoding][1] for letter in letters)
    if encoding in ("cp932", "euc_jp"):
        return min(1.0, (kana + common) / len(letters)) if kana else 0.9 * common / len(letters)
    return (0.98 if encoding == "gb18030" else 0.97) * common / len(letters)


# The first bytes of the letters of level 1, the common ones, of each.
_COMMON = {"cp932": (0x88, 0x97), "euc_jp": (0xB0, 0xCF), "gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6)}


def ascii_inside(encoding: str) -> bool:
    """Whether the bytes of separators, quotes and digits stand for nothing else in this encoding."""
    if encoding in ("utf-8", "utf-8-sig", "cp949", "euc_kr"):
        return True
    try:
        return all(bytes([code]).decode(encoding) == chr(code) for code in range(128)) and all(
            len(bytes([code]).decode(encoding, errors="replace")) == 1
            and len((bytes([code]) * 2).decode(encoding, "replace")) == 2
            for code in range(128, 256)
        )
    except UnicodeError:
        return False


def _with_nul(file: SourceFile, data: bytes) -> tuple[str, list[str]]:
    """UTF-16 without its mark has a NUL in every other byte; anything else with NULs is no text."""
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    half = max(1, min(len(data), 4096) // 2)
    for zeros, others, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > 0.6 * half and others < 0.1 * half:
            return encoding, [_("{name}: read as UTF-16 (without a byte order mark)", name=file.name)]
    nuls = data.count(0)
    if nuls > len(data) / 1000 and nuls > 20:
        raise DataError(
            _(
                "{name} is a binary file, not a text table: {nuls} NUL bytes in its first {count} bytes",
                name=file.name,
                nuls=nuls,
                count=len(data),
            ),
            _("give a text file, or one whose ending says what it is"),
        )
    lines = [number for number, line in enumerate(data.split(b"\n"), 1) if b"\0" in line]
    on = str(lines[0]) if len(lines) == 1 else _("{shown} and {count} more", shown=lines[0], count=len(lines) - 1)
    raise DataError(
        _("{name}: NUL byte (\\x00) on line {lines}: the file is damaged, or binary", name=file.name, lines=on),
        _("save it again as UTF-8 text"),
    )


def _looks_korean(data: bytes, whole: bool) -> bool:
    if not decodes(data, "cp949", whole):
        return False
    pairs = re.findall(rb"[\x81-\xfe][\x41-\x5a\x61-\x7a\x81-\xfe]", data)
    hangul = sum(1 for pair in pairs if 0xB0 <= pair[0] <= 0xC8 and pair[1] >= 0xA1)
    if not hangul or 2 * hangul < len(pairs):
        return False
    return 10 * hangul >= 9 * len(pairs) or _share(data, "gb18030") < 0.95

"""What hostile inputs are made of: numbers, names and words that mean something somewhere, and bytes changed in a few places."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

Made = tuple[Callable[[], Any], str]

NUMBERS = (
    "0", "1", "-1", "2", "10", "0.5", "-0", "1e3", "1e-3", "1e308", "-1e308", "1.7976931348623157e308", "5e-324", "1e-320",
    "1e400",
    "9007199254740993", "18446744073709551615", "123456789012345678901234567890", "1_000", "1,000", "0x10", "nan", "NaN",
    "inf", "-Infinity",
    "NA", "", " ", ".", "-", "+5", "5.", ".5", "5%", "$5", "１２", "−5", "1e", "e5", "1e5e5", "--5", "1 2", "true", "false",
    "yes", "no", "TRUE",
    "2024-01-02", "2024-02-30", "2024-01-02T03:04:05Z", "12:30", "null", "None", "abc", "a,b", '"', '""', "1d5", "1D+03",
    "#N/A", "0" * 400,
    "9" * 400, "1" + "0" * 309, "0." + "0" * 330 + "1",
)  # fmt: skip
NAMES = (
    "x",
    "a",
    "y",
    "",
    " ",
    "x",
    "공부",
    "a b",
    "a\x1b[31m",
    "\u202e",
    "(b)",
    "a[yes]",
    "1",
    "2020",
    "`",
    '"',
    "a,b",
    "=",
    "x\n",
    "é",
    "\x00",
)
WORDS = (
    *NUMBERS,
    *NAMES,
    ",",
    ";",
    "\t",
    "|",
    "\r",
    "\n",
    "\r\n",
    "\0",
    "\ufeff",
    "\x1a",
    "#",
    "sep=;",
    "'",
    "\\",
    "{",
    "[",
    "//",
)


def mutated(random: Random, data: bytes, words: tuple[str, ...] = WORDS) -> bytes:
    """Bytes changed in a few places: flipped, cut, doubled, or with a word put in."""
    out = bytearray(data)
    for _ in range(random.choice((0, 1, 1, 1, 1, 2, 4))):
        at = random.randrange(len(out) + 1)
        match random.randrange(7):
            case 0 if out:
                out[min(at, len(out) - 1)] = random.randrange(256)
            case 1:
                del out[at : at + random.choice((1, 2, 5, 50))]
            case 2:
                out[at:at] = out[at : at + random.choice((1, 3, 20))] * random.choice((1, 2, 30))
            case 3:
                out = out[:at]
            case 4:
                out[at:at] = bytes(
                    random.choice((0, 9, 10, 13, 34, 44, 59, 255, 254, 192, 128)) for _ in range(random.randrange(1, 4))
                )
            case _:
                word = random.choice(words).encode("utf-8", "surrogatepass")
                out[at : at + random.choice((0, 0, 1, 3, 8))] = word
    return bytes(out)


def shown(data: bytes) -> str:
    return ascii(data if len(data) < 400 else data[:400] + b" ...")

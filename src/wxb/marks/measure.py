"""How wide a text is, folded and shortened: in pixels of the fonts named in `style`, or in cells of a terminal.

Letters are measured rather too wide than too narrow, since the reader's font is not known; Hangul is as wide as high.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from wxb.printable import cells, one_line

_NARROW = set("iljt.,:;|!'()[]f ")
_BROAD = set("mwMW@…─→·")


@cache
def _em(letter: str) -> float:
    if cells(letter) == 2:
        return 1.0
    if cells(letter) == 0:
        return 0.0
    if letter in _NARROW:
        return 0.34
    if letter in _BROAD or ord(letter) > 0x2190:
        return 0.95
    return 0.72 if letter.isupper() else 0.6


def text_width(text: str, size: float) -> float:
    """Width of a text in the fonts named, rather too much than too little."""
    return size * sum(map(_em, text))


def is_wide(text: str) -> bool:
    """Whether a text has letters of two cells: Hangul, Han, Kana."""
    return not text.isascii() and any(cells(letter) == 2 for letter in text)


def clean(text: str) -> str:
    """Foreign text as one line in which nothing steers or hides."""
    return one_line(" ".join(text.split()))


def folded(text: str, fits: Callable[[str], bool], most: int = 4) -> list[str]:
    """A text in at most `most` lines that fit, after spaces where it has some; what is left over is shortened."""
    lines: list[str] = []
    rest = clean(text)
    while rest and len(lines) < most - 1 and not fits(rest):
        end = _most(rest, fits)
        space = rest.rfind(" ", 0, end + 1)
        end = space if space > 0 else end
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*lines, *shortened([rest], fits)] if rest else lines


def shortened(texts: Sequence[str], fits: Callable[[str], bool]) -> list[str]:
    """Texts that fit, the middle left out where they are too long. Those that differ stay different."""
    texts = [clean(text) for text in texts]
    short = {text: text if fits(text) else _by_ends(text, fits) for text in dict.fromkeys(texts)}
    for same in _clashes(short):
        start = _common(same)
        short |= {text: _from(text, start, fits) for text in same}
    for same in _clashes(short):  # told apart by nothing that has room: by number
        for number, text in enumerate(same, 1):
            short[text] = _by_ends(text, lambda part, mark=f" #{number}": fits(part + mark)) + f" #{number}"
    return [short[text] for text in texts]


def _clashes(short: dict[str, str]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for text, seen in short.items():
        groups.setdefault(seen, []).append(text)
    return [same for same in groups.values() if len(same) > 1]


def _common(texts: Sequence[str]) -> int:
    """With how many same letters they begin."""
    return next((k for k, letters in enumerate(zip(*texts)) if len(set(letters)) > 1), min(map(len, texts)))


def _most(text: str, fits: Callable[[str], bool]) -> int:
    """How many of its first letters fit; at least one, so that something is left to say."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    return low


def _by_ends(text: str, fits: Callable[[str], bool]) -> str:
    """Beginning … end, the end half as long."""

    def with_letters(count: int) -> str:
        tail = count // 3
        return f"{text[: count - tail].rstrip()}…{text[len(text) - tail :].lstrip()}"

    if fits(text):
        return text
    low, high = 1, len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(with_letters(middle)) else (low, middle - 1)
    return with_letters(low)


def _from(text: str, start: int, fits: Callable[[str], bool]) -> str:
    """A letter or two of the beginning, then from where it differs from another."""
    head = text[:2] + "…" if start > 4 else text[:start]
    return head + _by_ends(text[max(start - 1, 0) if start > 4 else start :], lambda part: fits(head + part))

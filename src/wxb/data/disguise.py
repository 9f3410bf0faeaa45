"""Text that is text, and text that is numbers or dates in disguise.

A column is text when more than half of its cells that are not missing are no numbers (of files, of the first 2000 rows), it is not
yes/no, and it is not in disguise: `1,200`, `5 %`, `$3`, `−2`, `05/01/2024` and numbers kept as text are numbers and dates, and a
column of them is refused with what makes numbers of it, not taken for categories. A column with fewer texts stays one of numbers,
and each of these is refused with its place.

>>> is_text(["north", "18–25", "PS 12"]), is_text(["5%", "6%", "n/k"]), is_text(["yes", "no"])
(True, False, False)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice

from wxb.data.numbers import is_gone, time_of_object
from wxb.data.problems import in_disguise
from wxb.data.words import boolean_word, is_missing, number

LOOKED_AT = 200  # different texts

_DECORATION = r"[\s,'’_%$€£¥₩+()]"
_MINUS = r"^[−–﹣－]"


def is_text(texts: Iterable[str]) -> bool:
    """Whether a column of these different texts, none of them a number, is one of text."""
    found = list(islice((text.strip() for text in texts if not is_missing(text)), LOOKED_AT))
    return bool(found) and not boolean_word(found) and not disguised(found)


def disguised(texts: Sequence[str]) -> bool:
    """Whether most of these texts are numbers or dates written so that they are not read as such."""
    return in_disguise(texts) or 2 * sum(_is_number(text) or time_of_object(text) is not None for text in texts) > len(
        texts
    )


def _is_number(text: str) -> bool:
    plain = re.sub(_DECORATION, "", re.sub(_MINUS, "-", unicodedata.normalize("NFKC", text)))
    return bool(plain) and number(plain) is not None and not is_missing(plain)


def texts_among(things: Sequence[object]) -> list[str]:
    """The different texts of a column that holds nothing else but missing cells, in order of appearance; [] for any other."""
    try:
        different = dict.fromkeys(things)
    except TypeError:
        return []
    texts = [thing for thing in different if isinstance(thing, str)]
    return texts if all(is_gone(thing) for thing in different if not isinstance(thing, str)) else []

"""Names near one that is not there, and names in a line: what every refusal of an unknown name says.

>>> near_names("Hours ", ["hours", "score"])
['hours']
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from wxb.i18n import _
from wxb.printable import show


def near_names(name: str, names: Sequence[str]) -> list[str]:
    """Names equal but for letter case and spaces first, then up to three that look alike."""

    def plain(text: str) -> str:
        return unicodedata.normalize("NFKC", "".join(text.split())).replace("_", "").casefold()

    if not isinstance(name, str):
        return []
    same = [other for other in names if plain(other) == plain(name)]
    folded = {other.casefold(): other for other in names}
    from difflib import get_close_matches

    alike = [folded[key] for key in get_close_matches(name.casefold(), list(folded)[:2000], n=3, cutoff=0.6)]
    return list(dict.fromkeys(same or alike))


def list_names(names: Sequence[str], most: int = 20) -> str:
    """`a`, `b` and `c`, cut after `most` with how many more there are."""
    shown = ", ".join(show(name) for name in names[:most])
    return _("{shown} and {count} more", shown=shown, count=len(names) - most) if len(names) > most else shown

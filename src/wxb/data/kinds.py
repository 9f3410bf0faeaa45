"""What a column means: plain numbers, whole numbers, float32, yes/no, instants, durations or text.

The meaning is part of a model: it is kept with its terms and in its file, and cells that mean something else are refused
by name where numbers alone would fit. A kind also knows the rounding its numbers carry: u, the largest relative distance
between a number that was meant and the one that is stored.

    exact by type (whole, truth) 0      number 2^-53      float32 2^-24      float16 2^-11      times 2^-105 (pairs)

A float64 column that happens to hold float32 numbers is a float64 column: what it went through before is not seen.

>>> Kind(sort="instant").why_not(Kind(sort="duration"))
'they are durations, and instants (without a time zone) are wanted'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wxb.i18n import _

NUMERIC_SORTS = ("number", "whole", "float32", "float16", "truth", "instant", "duration")  # of columns read as numbers
SORTS = (*NUMERIC_SORTS, "text")
WORDS = ("yes", "TRUE")
NUMERIC = frozenset({"number", "whole", "float32", "float16"})

_ROUNDOFF = {"number": 2.0**-53, "float32": 2.0**-24, "float16": 2.0**-11, "instant": 2.0**-105, "duration": 2.0**-105}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What the cells of a column mean.

    sort : one of `SORTS`        word : what 1 stands for in a yes/no column ("yes", "TRUE"), "" elsewhere
    aware : of instants: they have a time zone, and are compared in UTC
    levels : the labels in the order that the source declares (a pandas Categorical, an Arrow dictionary, a polars Enum),
        of texts and of numbers; () where it declares none
    """

    sort: str = "number"
    word: str = ""
    aware: bool = False
    levels: tuple[Any, ...] = ()

    @property
    def is_category(self) -> bool:
        """Whether its cells are labels unless they are asked for as numbers."""
        return self.sort == "text" or bool(self.levels)

    @property
    def unit_roundoff(self) -> float:
        """u of the numbers it carries; 0 where they are exact by type."""
        return _ROUNDOFF.get(self.sort, 0.0)

    @property
    def is_time(self) -> bool:
        return self.sort in ("instant", "duration")

    @property
    def described(self) -> str:
        """In words, in the plural: "numbers", "instants (without a time zone)"."""
        if self.sort == "instant":
            return _("instants (with a time zone)") if self.aware else _("instants (without a time zone)")
        if self.sort == "duration":
            return _("durations")
        if self.sort == "text":
            return _("text")
        return _("yes/no") if self.sort == "truth" else _("whole numbers") if self.sort == "whole" else _("numbers")

    @property
    def note(self) -> str:
        """What its numbers count, where that has to be said: "instants, in days since 1970-01-01 (UTC)"; else ""."""
        if self.sort == "instant":
            return (
                _("instants, in days since 1970-01-01 (UTC)") if self.aware else _("instants, in days since 1970-01-01")
            )
        return _("durations, in days") if self.sort == "duration" else ""

    def why_not(self, other: Kind) -> str | None:
        """Why cells of the kind `other` cannot be read as this one, in words; None when they can.

        Numbers of any width stand for each other, and 1 and 0 for yes and no (which numbers there are is for the reader
        of the cells to see). Words of yes and no are no numbers; instants are compared with their like only.
        """
        numeric = self.sort in NUMERIC
        if numeric and (other.sort in NUMERIC or (other.sort == "truth" and other.word != "yes")):
            return None
        if self.sort == "truth" and (other.sort == "truth" or other.sort in NUMERIC):
            return None
        if self.sort == other.sort == "text":
            return None
        if self.is_time and (self.sort, self.aware) == (other.sort, other.aware):
            return None
        if self.sort == "text":
            return _("they are {found}, and text is wanted", found=other.described)
        return _("they are {found}, and {wanted} are wanted", found=other.described, wanted=self.described)

    def to_json(self) -> dict[str, Any]:
        """A JSON object: the sort, and what else says more."""
        more: dict[str, Any] = {"word": self.word} if self.sort == "truth" else {}
        more |= {"aware": self.aware} if self.sort == "instant" else {}
        more |= {"levels": list(self.levels)} if self.levels else {}
        return {"sort": self.sort, **more}


NUMBER, WHOLE = Kind(sort="number"), Kind(sort="whole")
TEXT = Kind(sort="text")
FLOAT32, FLOAT16 = Kind(sort="float32"), Kind(sort="float16")
DURATION = Kind(sort="duration")


def truth(word: str) -> Kind:
    return Kind(sort="truth", word=word)


def instant(aware: bool) -> Kind:
    return Kind(sort="instant", aware=aware)


def float_kind(bytes_of_one: int) -> Kind:
    """Floats of 2, 4, 8 or more bytes."""
    return FLOAT16 if bytes_of_one == 2 else FLOAT32 if bytes_of_one == 4 else NUMBER

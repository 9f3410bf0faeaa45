"""Dates in another form than ISO 8601: `date="%d/%m/%Y"`, read strictly, in ASCII, without the settings of a country.

    %Y year (4 digits)   %y year of two digits (69–99: 19.., 00–68: 20..)   %m month   %b Jan   %B January   %d day
    %j day of the year   %H hour   %I hour of 12 with %p AM or PM   %M minute   %S second   %f fraction, to 9 digits
    %z Z, +09:00 or +0900   %a Mon, %A Monday (must be the day it is)   %% a percent sign

Numbers may have fewer digits than shown (1/2/2024) but where one follows another (%Y%m%d); a space stands for one or more.
A form needs a year; a month or a day that it lacks is the first. What does not fit, 30/02/2024 say, is no date.

>>> DateForm.of("%d/%m/%Y").nanoseconds("02/01/1970")
(86400000000000, False)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wxb.data.times import DAY, nanoseconds
from wxb.errors import UsageError
from wxb.i18n import _

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PATTERNS = {
    "Y": "[0-9]{4}", "y": "[0-9]{2}", "m": "[0-9]{1,2}", "d": "[0-9]{1,2}", "j": "[0-9]{1,3}", "H": "[0-9]{1,2}",
    "I": "[0-9]{1,2}", "M": "[0-9]{1,2}", "S": "[0-9]{1,2}", "f": "[0-9]{1,9}", "p": "[AaPp][Mm]",
    "z": "Z|[+-][0-9]{2}:?[0-9]{2}", "B": "|".join(_MONTHS), "b": "|".join(name[:3] for name in _MONTHS),
    "A": "|".join(_DAYS), "a": "|".join(name[:3] for name in _DAYS),
}  # fmt: skip
# What is tried to name the option that would read some dates.
_COMMON = (
    "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y.%m.%d", "%Y-%m-%d", "%Y-%m", "%d/%m/%y", "%m/%d/%y",
    "%d.%m.%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%B %d %Y", "%b %Y", "%B %Y",
)  # fmt: skip
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_DIGITS_ALONE = re.compile("(%[YmdHMS]){3,6}|%Y%j")
_DIGITS_OR_MONTH = re.compile(r"[0-9]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)


def _fixed(pattern: list[str]) -> str:
    """The pattern in which numbers that touch have all their digits: 1958111 could be of January or of November."""
    touching = [
        "{1," in one and any("[0-9]" in near for near in _neighbours(pattern, i)) for i, one in enumerate(pattern)
    ]
    return "".join(
        one.replace("{1,", "{").replace("{9", "{1,9") if close else one for one, close in zip(pattern, touching)
    )


def _neighbours(pattern: list[str], place: int) -> list[str]:
    return [pattern[i] for i in (place - 1, place + 1) if 0 <= i < len(pattern)]


@dataclass(frozen=True, slots=True)
class DateForm:
    """A form of dates, compiled.  text : as typed        pattern : one group for each directive, in order of `fields`"""

    text: str
    pattern: re.Pattern[str]
    fields: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> DateForm:
        """UsageError for a form that says no date."""
        pattern, fields = [], []
        position = 0
        while position < len(text):
            letter = text[position]
            if letter == "%" and position + 1 < len(text):
                position += 1
                letter = text[position]
                if letter == "%":
                    pattern.append("%")
                elif letter not in _PATTERNS or letter in fields:
                    what = (
                        _("the form of dates {text!r}: %{letter} occurs twice", text=text, letter=letter)
                        if letter in fields
                        else _(
                            "the form of dates {text!r}: %{letter} is none of {known}",
                            text=text,
                            letter=letter,
                            known=" ".join(f"%{one}" for one in _PATTERNS),
                        )
                    )
                    raise UsageError(what, _("for example %d/%m/%Y"))
                else:
                    fields.append(letter)
                    pattern.append(f"({_PATTERNS[letter]})")
            else:
                pattern.append(r"\s+" if letter.isspace() else re.escape(letter))
            position += 1
        if not {"Y", "y"} & set(fields):
            raise UsageError(
                _("the form of dates {text!r} has no year", text=text), _("for example %d/%m/%Y, %Y for four digits")
            )
        if ("I" in fields) != ("p" in fields):
            raise UsageError(
                _("the form of dates {text!r}: %I and %p go together", text=text), _("for example %I:%M %p, or %H:%M")
            )
        return cls(text, re.compile(_fixed(pattern), re.ASCII | re.IGNORECASE), tuple(fields))

    @property
    def digits_alone(self) -> bool:
        """Whether what is written so is a whole number of one length that says a day, as 20240131 is for %Y%m%d."""
        return _DIGITS_ALONE.fullmatch(self.text) is not None

    @property
    def aware(self) -> bool:
        return "z" in self.fields

    def nanoseconds(self, text: str) -> tuple[int, bool] | None:
        """(nanoseconds since 1970-01-01, whether it has a zone) of a text; None when it is not of this form."""
        match = self.pattern.fullmatch(text.strip())
        if match is None or not text.isascii():
            return None
        found = dict(zip(self.fields, match.groups()))
        day = _day(found)
        clock = _clock(found)
        if day is None or clock is None:
            return None
        since = (day.toordinal() - _EPOCH) * DAY + clock
        zone = found.get("z")
        if zone is None or zone in "Zz":
            return since, zone is not None
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        if hours > 23 or minutes > 59:
            return None
        offset = (hours * 60 + minutes) * 60 * 10**9
        return since + (offset if zone[0] == "-" else -offset), True


_EPOCH = date(1970, 1, 1).toordinal()


def _day(found: dict[str, str]) -> date | None:
    year = int(found["Y"]) if "Y" in found else int(found["y"]) + (1900 if int(found["y"]) >= 69 else 2000)
    name = found.get("B", found.get("b", "")).lower()
    month = next((i for i, full in enumerate(_MONTHS, 1) if name and full.startswith(name)), int(found.get("m", 1)))
    try:
        day = date(year, month, int(found.get("d", 1)))
        if "j" in found:
            day = date(year, 1, 1) + timedelta(days=int(found["j"]) - 1)
    except (ValueError, OverflowError):
        return None
    if "j" in found and (day.year != year or ("d" in found and day.day != int(found["d"]))):
        return None
    weekday = found.get("A", found.get("a", "")).lower()
    return day if _DAYS[day.weekday()].startswith(weekday) else None


def _clock(found: dict[str, str]) -> int | None:
    hour = int(found.get("H", 0))
    if "I" in found:
        hour = int(found["I"])
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["p"].lower() == "pm" else 0)
    minute, second = int(found.get("M", 0)), int(found.get("S", 0))
    if hour > 23 or minute > 59 or second > 59:
        return None
    return ((hour * 60 + minute) * 60 + second) * 10**9 + int(found.get("f", "0").ljust(9, "0"))


def iso_text(since: int, aware: bool) -> str:
    """Nanoseconds since 1970-01-01 in ISO 8601, all of them."""
    days, rest = divmod(since, DAY)
    seconds, part = divmod(rest, 10**9)
    day = date.fromordinal(_EPOCH + days).isoformat()
    return f"{day}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{part:09d}{'Z' if aware else ''}"


def forms_of(texts: Sequence[str]) -> list[str]:
    """The common forms that read every one of these texts; [""] for ISO 8601."""
    if not texts or not all(_DIGITS_OR_MONTH.search(text) for text in texts):
        return []
    if all(nanoseconds(text) for text in texts):
        return [""]
    first = texts[0]
    forms = (f"{day}{clock}" for day in _COMMON for clock in (_CLOCKS if ":" in first else _CLOCKS[:1]))
    return [form for form in forms if all(DateForm.of(form).nanoseconds(text) for text in texts)]


def look_like_dates(texts: Sequence[str]) -> bool:
    """Whether each of these texts is a date in some common form."""
    return bool(texts) and all(forms_of([text]) for text in texts)

"""How a text is read, and which rows: what a reader recognises by itself, said outright.

    skip 3        lines above the header          comment "#"   lines that begin with it are skipped
    na "-", "?"   more spellings of missing       encoding      "cp949", "shift_jis", "utf-16", …
    sep ";"       what is between cells; " " is any number of spaces
    date "%d/%m/%Y"   the form of dates (see `dates`); ISO 8601 needs none
    sheet "2024"      of an Excel file            where "age >= 18"   rows to read (see `where`)

`where` is for every source; the others for text only, and refused elsewhere rather than ignored.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypedDict

from wxb.advice import Advice
from wxb.arguments import described
from wxb.errors import UsageError
from wxb.i18n import N_, _
from wxb.printable import show

SEPARATOR_WORDS = {"tab": "\t", "\\t": "\t", "space": " ", "spaces": " ", "comma": ",", "semicolon": ";", "bar": "|"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLayout:
    """What was said about a source; None and () leave it to the reader. UsageError for what cannot be meant."""

    skip: int | None = None
    comment: str | None = None
    na: Sequence[str] = ()
    encoding: str | None = None
    sep: str | None = None
    date: str | None = None
    sheet: str | None = None
    where: str | None = None

    def __post_init__(self) -> None:
        if self.skip is not None and (type(self.skip) is not int or self.skip < 0):
            raise UsageError(
                _("skip is {skip}: a number of lines, 0 or more, expected", skip=described(self.skip)),
                _("for example skip=2"),
            )
        for name in ("comment", "encoding", "sep", "date", "sheet", "where"):
            given = getattr(self, name)
            if given is not None and not isinstance(given, str):
                raise UsageError(
                    _("{name} is {given}: a text expected", name=name, given=described(given)), _("give a text")
                )
        if self.comment is not None and (not self.comment.strip() or "\n" in self.comment or '"' in self.comment):
            raise UsageError(
                _("comment is {comment!r}: what such lines begin with expected", comment=self.comment),
                _('for example "#"'),
            )
        na = (self.na,) if isinstance(self.na, str) else _words(self.na)
        if not all(isinstance(word, str) for word in na):
            raise UsageError(_("na is {na}: texts expected", na=described(self.na)), _('for example na=["-", "?"]'))
        object.__setattr__(self, "na", tuple(dict.fromkeys(word.strip() for word in na)))
        if self.sep is not None:
            object.__setattr__(self, "sep", _separator(self.sep))
        if self.encoding is not None:
            object.__setattr__(self, "encoding", _codec(self.encoding))
        if self.date is not None:
            from wxb.data.dates import DateForm

            DateForm.of(self.date)

    @property
    def given(self) -> dict[str, Any]:
        """The options that were given, by name."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name)) not in (None, ())}

    def only(self, source: str, *meant: str) -> None:
        """UsageError when another option than those (and `where`) was given for a source."""
        for name in self.given:
            if name not in meant and name != "where":
                text = N_("{option} says how text is read, and {source} is {kind}")
                if name == "sheet":
                    text = N_("{option} says which sheet is read, and {source} is {kind}")
                raise UsageError(_(text, option=Advice(name), source=source, kind=_(_NOT[name])), _("leave it out"))


_NOT = dict.fromkeys(("skip", "comment", "sep", "encoding"), N_("not read by lines")) | {
    "na": N_("no text"),
    "date": N_("no text"),
    "sheet": N_("no Excel file"),
}


def _words(na: Any) -> tuple[Any, ...]:
    """The texts of an iterable; what is none is given back as it is, to be refused."""
    try:
        return tuple(na) if na is not None else ()
    except TypeError:
        return (na,)


def _separator(given: str) -> str:
    found = SEPARATOR_WORDS.get(given.lower(), given)
    if len(found) != 1 or found in '"\n\r\0' or found.isalnum():
        raise UsageError(
            _("sep is {given!r}: one character expected", given=given), _('for example ";", "tab", or " " for spaces')
        )
    return found


def _codec(given: str) -> str:
    try:
        known = codecs.lookup(given)
        "a".encode(known.name).decode(known.name)
    except (LookupError, TypeError, ValueError, UnicodeError):
        raise UsageError(
            _("encoding is {given}, which is not known", given=show(given)),
            _("for example utf-8, utf-16, cp949, cp1252, shift_jis, gb18030"),
        ) from None
    return "utf-8-sig" if known.name == "utf-8" else known.name


NOTHING = SourceLayout()


class LayoutOptions(TypedDict, total=False):
    """The options of a `SourceLayout` as keywords of the Python calls."""

    skip: int | None
    comment: str | None
    na: Sequence[str]
    encoding: str | None
    sep: str | None
    date: str | None
    sheet: str | None
    where: str | None


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A source with what was said about it; `open_table` takes it as one."""

    source: Any
    layout: SourceLayout


def laid_out(source: Any, options: Mapping[str, Any]) -> Any:
    """The source itself where nothing was said, else a LaidOut; KeywordError for what is no option."""
    for name in options:
        if name not in LayoutOptions.__annotations__:
            from wxb.keywords import unknown_here

            raise unknown_here(name, tuple(LayoutOptions.__annotations__))
    layout = SourceLayout(**options)
    return LaidOut(source, layout) if layout.given else source


def layout_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a layout among others."""
    return {name: options[name] for name in LayoutOptions.__annotations__ if name in options}


def plain_source(source: Any) -> Any:
    """A source without what was said about it."""
    return source.source if isinstance(source, LaidOut) else source

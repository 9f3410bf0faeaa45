"""Reading JSON that must be just so: every field by name and type, and none left over; an error names its path, `$.coef[2]`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

from wxb.errors import ModelFileError, system_said
from wxb.i18n import N_, _
from wxb.printable import json_text

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

_NAMES = {
    dict: N_("an object"),
    list: N_("a list"),
    str: N_("text"),
    int: N_("a whole number"),
    float: N_("a number"),
    bool: N_("true or false"),
}
MOST_BYTES = 512 * 1024 * 1024
MOST_DIGITS = 4000


_HELD = {  # what else wxb saves, and how it is read
    "wxb groups": N_(
        'it holds a model for each group: in Python `wxb.Groups.load("groups.json")[label].save("one.json")`'
    ),
    "wxb model": N_('it holds one model, which `wxb.load("model.json")` reads'),
}


@dataclass(slots=True)
class Reader:
    """One JSON value and where it stands."""

    content: Any
    path: str = "$"
    source: str = "model"
    _seen: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, path: Path, format: str, version: int, oldest: int | None = None) -> Reader:
        """The object in a file that says it is of this format and version, or of one from `oldest` on."""
        content = _content(path, format)
        reader = cls(content, "$", str(path))
        if not isinstance(content, dict) or content.get("format") != format:
            found = content.get("format") if isinstance(content, dict) else None
            do = _HELD.get(found, "") if isinstance(found, str) else ""
            held = _(", but `{found}`", found=found) if do else ""
            raise ModelFileError(
                _("{path}: $.format is not `{format}`{held}", path=path, format=format, held=held),
                _(do) or _("give a file in which wxb saved one"),
            )
        reader.text("format")
        found = reader.integer("version")
        if not (version if oldest is None else oldest) <= found <= version:
            versions = (
                _("version {version}", version=version)
                if oldest is None
                else _("versions {oldest} to {version}", oldest=oldest, version=version)
            )
            raise ModelFileError(
                _("{path}: $.version is {found}, this wxb reads {versions}", path=path, found=found, versions=versions),
                _("use a newer wxb") if found > version else _("save the model anew"),
            )
        return reader

    def fail(self, what: str) -> ModelFileError:
        return ModelFileError(f"{self.source}: {self.path} {what}", _("the file was changed by hand or is damaged"))

    def value(self, kind: type[T]) -> T:
        """This value, which must be of the kind; a whole number does for a number."""
        content: Any = self.content
        if kind is float and type(content) is int and abs(content) <= 2**1000:
            content = float(content)
        if isinstance(self.content, float) and not isfinite(self.content):
            raise self.fail(_("is a number beyond the range of float64"))
        if not isinstance(content, kind) or (kind is not bool and isinstance(content, bool)):
            raise self.fail(_("must be {kind}, not {shown}", kind=_(_NAMES[kind]), shown=_shown(content)))
        return content

    def get(self, name: str) -> Reader:
        """The field of that name, which must be there."""
        fields = self.value(dict)
        if name not in fields:
            raise self.fail(_("has no field {name!r}", name=name))
        self._seen.add(name)
        return Reader(fields[name], f"{self.path}.{name}", self.source)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null; a null is taken as read."""
        fields = self.value(dict)
        if name in fields and fields[name] is None:
            self._seen.add(name)
        return fields.get(name) is not None

    def text(self, name: str) -> str:
        return self.get(name).value(str)

    def integer(self, name: str) -> int:
        return self.get(name).value(int)

    def number(self, name: str) -> float:
        return self.get(name).value(float)

    def boolean(self, name: str) -> bool:
        return self.get(name).value(bool)

    def object(self, name: str) -> Reader:
        reader = self.get(name)
        reader.value(dict)
        return reader

    def items(self, name: str) -> list[Reader]:
        """The elements of the list of that name."""
        reader = self.get(name)
        return [Reader(v, f"{reader.path}[{i}]", self.source) for i, v in enumerate(reader.value(list))]

    def objects(self, name: str) -> Iterator[Reader]:
        """The elements of a list of objects, each checked for fields left over once it was read."""
        for reader in self.items(name):
            reader.value(dict)
            yield reader
            reader.done()

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(r.value(str) for r in self.items(name))

    def numbers(self, name: str) -> list[float]:
        return [r.value(float) for r in self.items(name)]

    def done(self) -> None:
        """Refuse fields that nobody asked for."""
        for name in self.value(dict):
            if name not in self._seen:
                raise self.fail(_("has an unknown field {name!r}", name=name))


def _content(path: Path, format: str) -> Any:
    """What the JSON of a file says; ModelFileError for whatever is no file, no text or no JSON."""
    import json

    try:
        text = _bytes(path, format).decode("utf-8")
    except OSError as error:
        raise ModelFileError(
            _("{path} cannot be read: {reason}", path=path, reason=system_said(error)),
            _("check that the file is there, is a file and may be read"),
        ) from None
    except UnicodeDecodeError as error:
        raise ModelFileError(
            _("{path} is not a {format} file: byte {start} is not UTF-8", path=path, format=format, start=error.start),
            _("give a file that wxb saved"),
        ) from None
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_integer, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        cut = _(" (the file ends too early: it was cut off)") if error.pos >= len(text.rstrip()) and text else ""
        raise ModelFileError(
            _(
                "{path} is not a {format} file: line {line}, column {column} is no JSON{cut}",
                path=path,
                format=format,
                line=error.lineno,
                column=error.colno,
                cut=cut,
            ),
            _("give a file that wxb saved"),
        ) from None
    except RecursionError:
        raise ModelFileError(
            _("{path} is not a {format} file: it is nested too deep", path=path, format=format),
            _("give a file that wxb saved"),
        ) from None
    except ValueError as error:
        raise ModelFileError(
            _("{path} is not a {format} file: {error}", path=path, format=format, error=error),
            _("give a file that wxb saved"),
        ) from None


def _bytes(path: Path, format: str) -> bytes:
    """The bytes of a regular file; nothing else is waited for or read without an end."""
    if "\0" in str(path):
        raise OSError(_("the name holds a NUL"))
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(21, _("it is a folder"))
        if not stat.S_ISREG(status.st_mode):
            raise ModelFileError(
                _("{path} is a device or a pipe, not a {format} file", path=path, format=format),
                _("write it to a file first"),
            )
        data = file.read(MOST_BYTES + 1) if status.st_size <= MOST_BYTES else b""
    if status.st_size > MOST_BYTES or len(data) > MOST_BYTES:
        raise ModelFileError(
            _("{path}: {size} MiB is no {format} file", path=path, size=status.st_size >> 20, format=format),
            _("expected a {format} in JSON", format=format),
        )
    if data and f'"{format}"'.encode() not in data and data.lstrip()[:1] == b"{" and data.rstrip()[-1:] == b"}":
        raise ModelFileError(
            _("{path}: $.format is not `{format}`", path=path, format=format), _("give a file in which wxb saved one")
        )
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, __ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(_("the field {twice!r} is there twice", twice=twice))
    return content


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(_("a whole number of {count} digits is none of wxb's", count=len(text)))
    return int(text)


def _shown(content: Any) -> str:
    if content is None:
        return "null"
    if isinstance(content, dict | list):
        return _(_NAMES[type(content)])
    text = json_text(content, allow_nan=True)
    return text if len(text) <= 40 else text[:37] + "…"


def _refuse_constant(name: str) -> None:
    raise ValueError(_("{name} is not a number of JSON", name=name))

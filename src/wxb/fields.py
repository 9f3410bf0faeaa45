"""Reading JSON that must be just so: every field by name and type, and none left over; an error names its path, `$.coef[2]`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

from wxb.errors import ModelFileError
from wxb.printable import json_text

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

_NAMES = {
    dict: "an object",
    list: "a list",
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}
MOST_BYTES = 512 * 1024 * 1024
MOST_DIGITS = 4000


_HELD = {  # what else wxb saves, and how it is read
    "wxb groups": 'it holds a model for each group: in Python `wxb.Groups.load("groups.json")[label].save("one.json")`',
    "wxb model": 'it holds one model, which `wxb.load("model.json")` reads',
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
            held = f", but `{found}`" if do else ""
            raise ModelFileError(
                f"{path}: $.format is not `{format}`{held}", do or "give a file in which wxb saved one"
            )
        reader.text("format")
        found = reader.integer("version")
        if not (version if oldest is None else oldest) <= found <= version:
            versions = f"version {version}" if oldest is None else f"versions {oldest} to {version}"
            raise ModelFileError(
                f"{path}: $.version is {found}, this wxb reads {versions}",
                "use a newer wxb" if found > version else "save the model anew",
            )
        return reader

    def fail(self, what: str) -> ModelFileError:
        return ModelFileError(f"{self.source}: {self.path} {what}", "the file was changed by hand or is damaged")

    def value(self, kind: type[T]) -> T:
        """This value, which must be of the kind; a whole number does for a number."""
        content: Any = self.content
        if kind is float and type(content) is int and abs(content) <= 2**1000:
            content = float(content)
        if isinstance(self.content, float) and not isfinite(self.content):
            raise self.fail("is a number beyond the range of float64")
        if not isinstance(content, kind) or (kind is not bool and isinstance(content, bool)):
            raise self.fail(f"must be {_NAMES[kind]}, not {_shown(content)}")
        return content

    def get(self, name: str) -> Reader:
        """The field of that name, which must be there."""
        fields = self.value(dict)
        if name not in fields:
            raise self.fail(f"has no field {name!r}")
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
                raise self.fail(f"has an unknown field {name!r}")


def _content(path: Path, format: str) -> Any:
    """What the JSON of a file says; ModelFileError for whatever is no file, no text or no JSON."""
    import json

    try:
        text = _bytes(path, format).decode("utf-8")
    except OSError as error:
        raise ModelFileError(
            f"{path} cannot be read: {error.strerror or error}",
            "check that the file is there, is a file and may be read",
        ) from None
    except UnicodeDecodeError as error:
        raise ModelFileError(
            f"{path} is not a {format} file: byte {error.start} is not UTF-8", "give a file that wxb saved"
        ) from None
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_integer, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        cut = " (the file ends too early: it was cut off)" if error.pos >= len(text.rstrip()) and text else ""
        raise ModelFileError(
            f"{path} is not a {format} file: line {error.lineno}, column {error.colno}: {error.msg}{cut}",
            "give a file that wxb saved",
        ) from None
    except RecursionError:
        raise ModelFileError(
            f"{path} is not a {format} file: it is nested too deep", "give a file that wxb saved"
        ) from None
    except ValueError as error:
        raise ModelFileError(f"{path} is not a {format} file: {error}", "give a file that wxb saved") from None


def _bytes(path: Path, format: str) -> bytes:
    """The bytes of a regular file; nothing else is waited for or read without an end."""
    if "\0" in str(path):
        raise OSError("the name holds a NUL")
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(21, "it is a folder")
        if not stat.S_ISREG(status.st_mode):
            raise ModelFileError(f"{path} is a device or a pipe, not a {format} file", "write it to a file first")
        data = file.read(MOST_BYTES + 1) if status.st_size <= MOST_BYTES else b""
    if status.st_size > MOST_BYTES or len(data) > MOST_BYTES:
        raise ModelFileError(f"{path}: {status.st_size >> 20} MiB is no {format} file", f"expected a {format} in JSON")
    if data and f'"{format}"'.encode() not in data and data.lstrip()[:1] == b"{" and data.rstrip()[-1:] == b"}":
        raise ModelFileError(f"{path}: $.format is not `{format}`", "give a file in which wxb saved one")
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field {twice!r} is there twice")
    return content


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"a whole number of {len(text)} digits is none of wxb's")
    return int(text)


def _shown(content: Any) -> str:
    if content is None:
        return "null"
    if isinstance(content, dict | list):
        return _NAMES[type(content)]
    text = json_text(content, allow_nan=True)
    return text if len(text) <= 40 else text[:37] + "…"


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON")

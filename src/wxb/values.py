"""Results are values: arrays that nobody writes to, a line of text that says which one it is.

What was proven of numbers is true of these numbers only: a coefficient changed in place would be shown as the exact minimum. So the
arrays of a result cannot be written to, however it came to be: made, copied, replaced, unpickled.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

import numpy as np

from wxb.printable import one_line

Thing = TypeVar("Thing")

ARRAY = r"\b(Vector|Matrix|Integers|Marks|NDArray)\b"


def still(thing: Thing) -> Thing:
    """The thing itself; an array can no longer be written to."""
    if type(thing) is np.ndarray:
        thing.flags.writeable = False
    return thing


class Shown:
    """Base of what a notebook shows as more than its line of text: tables and pictures, made above all that is shown.

    Whoever shows it asks for the room by name: results know nothing of pictures, and load them only when a notebook asks.
    """

    __slots__ = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return import_module("wxb.page.notebook").bundle(self)


class Value:
    """Base of frozen dataclasses that are given out: the arrays among their fields are still."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for name in _arrays(type(self)):
            still(getattr(self, name))

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (type(self), {name: getattr(self, name) for name in _fields(type(self))})


def _made(cls: type[Any], fields: dict[str, Any]) -> Any:
    """What is copied or unpickled is made anew, so that its arrays are still again."""
    return cls(**fields)


@cache
def _arrays(cls: type[Any]) -> tuple[str, ...]:
    """The fields that may hold arrays, by what they are declared to hold: looking at each takes longer than a small fit has."""
    return tuple(n for n in _fields(cls) if re.search(ARRAY, str(cls.__dataclass_fields__[n].type)))


@cache
def _fields(cls: type[Any]) -> tuple[str, ...]:
    return tuple(name for name, field in cls.__dataclass_fields__.items() if field.init)


def short(name: object, width: int = 20) -> str:
    """A name in one line of at most `width` characters."""
    text = one_line(str(name)[: width + 1])
    return text if len(text) <= width else f"{text[: width - 1]}…"

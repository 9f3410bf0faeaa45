"""Results are values: arrays that nobody writes to, a line of text that says which one it is.

What was proven of numbers is true of these numbers only: a coefficient changed in place would be shown as the exact minimum. So the
arrays of a result cannot be written to, however it came to be: made, copied, replaced, unpickled.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from wxb.printable import one_line

Thing = TypeVar("Thing")


def still(thing: Thing) -> Thing:
    """The thing itself; an array can no longer be written to."""
    if type(thing) is np.ndarray:
        thing.flags.writeable = False
    return thing


class Value:
    """Base of frozen dataclasses that are given out: the arrays among their fields are still."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for name in _fields(self):
            still(getattr(self, name))

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (type(self), {name: getattr(self, name) for name in _fields(self)})


def _made(cls: type[Any], fields: dict[str, Any]) -> Any:
    """What is copied or unpickled is made anew, so that its arrays are still again."""
    return cls(**fields)


def _fields(value: Any) -> list[str]:
    return [name for name, field in value.__dataclass_fields__.items() if field.init]


def short(name: object, width: int = 20) -> str:
    """A name in one line of at most `width` characters."""
    text = one_line(str(name)[: width + 1])
    return text if len(text) <= width else f"{text[: width - 1]}…"

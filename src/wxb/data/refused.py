"""A user's mistake that a worker found: it comes back as a value, which an engine neither tries again, nor wraps, nor logs; and
what else ends a pass there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wxb.errors import DataError, WxbError


class Lost(DataError):
    """What befell an engine, not what its rows hold: reading them once more does not say where."""


class Moved(DataError):
    """A part has not as many rows as were counted there: its runner can hold them still."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An error as what can be sent, whatever its class is made of."""

    kind: type[WxbError]
    args: tuple[Any, ...]
    more: dict[str, Any]

    @classmethod
    def of(cls, error: WxbError) -> Refused:
        return cls(type(error), error.args, error.__dict__)

    def error(self) -> WxbError:
        error = self.kind.__new__(self.kind, *self.args)
        error.__dict__.update(self.more)
        return error

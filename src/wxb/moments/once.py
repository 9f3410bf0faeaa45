"""What several threads need and the first of them makes: a plan that all cut by, a point that all sum around."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """A value that is made when it is first asked for, by whichever thread that is."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._value: T | None = None

    def get(self, make: Callable[[], T]) -> T:
        """The value; made by this call if there is none yet."""
        with self._lock:
            if self._value is None:
                self._value = make()
            return self._value

    def __reduce__(self) -> tuple[object, ...]:
        """Elsewhere it is made by nobody else who shares it."""
        return _made, (type(self), self._value)


def _made(kind: type[Once[T]], value: T | None) -> Once[T]:
    once = kind()
    once._value = value
    return once

"""One thread at a time: rows are added, and lines found, by whoever has the lock."""

from __future__ import annotations

from threading import Lock
from typing import Any


class Turn:
    """lock : copied and pickled with what it guards, the copy's is free

    Taken as `with turn.lock`: methods in Python that take and give it could be interrupted between, and then nobody had a turn.
    """

    __slots__ = ("lock",)

    def __init__(self) -> None:
        self.lock = Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        return Turn, ()

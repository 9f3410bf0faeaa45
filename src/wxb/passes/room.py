"""Arrays that are used again: made anew at every block they would be given by the system, and taken back, page after page."""

from __future__ import annotations

import threading

import numpy as np

from wxb._typing import Vector


class Room(threading.local):
    """Each thread's own arrays, by name. What is in one is gone when that name is asked for again."""

    def __init__(self) -> None:
        self._arrays: dict[str, Vector] = {}

    def __reduce__(self) -> tuple[type[Room], tuple[()]]:
        return Room, ()  # what is in it is worth nothing in another process, to which a look at rows may be sent

    def of(self, name: str, count: int) -> Vector:
        """(count,) numbers of any value."""
        found = self._arrays.get(name)
        if found is None or len(found) < count:
            found = self._arrays[name] = np.empty(count)
        return found[:count]

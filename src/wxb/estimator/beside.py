"""Threads that work beside the one that hands them work, on other processors than its own.

Some systems, virtual machines with two processors among them, wake a thread on the processor of the one that wakes it, and leave
it waiting there though another is idle: short work is then done by turns. Where the system lets a program say so (Linux), these
threads keep off the processor that the caller is on. Of the caller's own thread nothing is changed.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Any


class Beside(ThreadPoolExecutor):
    """A pool of threads that keep off the processor of the thread that submits."""

    def __init__(self, threads: int, **options: Any) -> None:
        super().__init__(threads, initializer=self._enter, **options)
        self._ids: list[int] = []
        self._kept = (-1, 0)  # the processor that is left to the caller, by how many threads

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        self._keep_off()
        return super().submit(work, *given, **named)

    def _enter(self) -> None:
        self._ids.append(threading.get_native_id())

    def _keep_off(self) -> None:
        """Leave the processor that this thread is on to it."""
        ask = _processor()
        if ask is None or self._kept == (here := (ask(), len(self._ids))):
            return
        self._kept = here
        with suppress(OSError):  # a sandbox may forbid it: then they run where the system puts them
            others = os.sched_getaffinity(0) - {here[0]}
            for thread in self._ids if others else ():
                os.sched_setaffinity(thread, others)


@cache
def _processor() -> Callable[[], int] | None:
    """What says which processor the thread that asks is on, where threads can be told to keep off it."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    # PyDLL, which holds the lock of the interpreter meanwhile: another thread would take it, and be waited for.
    return getattr(ctypes.PyDLL(None), "sched_getcpu", None)

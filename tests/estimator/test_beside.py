"""Threads that are handed work keep off the processor of the one that hands it, where the system lets them be told so."""

from __future__ import annotations

import os
import threading

import pytest

from wxb.estimator import beside
from wxb.estimator.beside import Beside

LINUX = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="threads cannot be told where to run")


def where_it_may_run() -> set[int]:
    return os.sched_getaffinity(0)


@pytest.fixture
def pool():
    with Beside(1) as made:
        made.submit(threading.get_native_id).result()  # its thread is there from now on
        yield made


@LINUX
@pytest.mark.skipif(hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) < 2, reason="one processor only")
def test_threads_keep_off_the_processor_of_the_caller(pool, monkeypatch) -> None:
    allowed = os.sched_getaffinity(0)
    for here in (*sorted(allowed)[:2], *sorted(allowed)[:1]):
        monkeypatch.setattr(beside, "_processor", lambda here=here: lambda: here)
        assert pool.submit(where_it_may_run).result() == allowed - {here}
    assert os.sched_getaffinity(0) == allowed


@LINUX
def test_they_stay_on_the_processors_that_the_caller_is_held_to(pool, monkeypatch) -> None:
    told: list[tuple[int, set[int]]] = []
    held, here = {3, 5, 7}, 3
    monkeypatch.setattr(beside, "_processor", lambda: lambda: here)
    monkeypatch.setattr(os, "sched_getaffinity", lambda thread: held)
    monkeypatch.setattr(os, "sched_setaffinity", lambda thread, to: told.append((thread, to)))
    [thread] = pool._ids
    for __ in range(2):  # once is enough
        pool.submit(abs, 1).result()
    assert told == [(thread, {5, 7})]
    held, here = {5}, 5
    pool.submit(abs, 1).result()  # there is no other, so nothing is asked of them
    assert told == [(thread, {5, 7})]


@LINUX
def test_where_it_is_forbidden_they_run_as_they_would(pool, monkeypatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError("not here")

    allowed = pool.submit(where_it_may_run).result()
    monkeypatch.setattr(os, "sched_setaffinity", forbidden)
    monkeypatch.setattr(beside, "_processor", lambda: lambda: max(allowed) + 1)
    assert pool.submit(where_it_may_run).result() == allowed


def test_where_threads_cannot_be_told_nothing_is_asked(monkeypatch) -> None:
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    beside._processor.cache_clear()
    try:
        assert beside._processor() is None
        with Beside(2) as made:
            assert list(made.map(abs, [-1, 2])) == [1, 2]
    finally:
        beside._processor.cache_clear()


@LINUX
def test_the_processor_is_one_that_the_caller_may_use() -> None:
    ask = beside._processor()
    assert ask is None or ask() in os.sched_getaffinity(0)

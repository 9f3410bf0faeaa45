"""What a cluster comes to: waited for as long as anybody works, and what went wrong there in words.

Of a worker that died Dask says nothing while others take over; of a cluster without workers it waits for ever.
"""

# Types are checked where Dask need not be installed:
# pyright: reportMissingImports=false

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from wxb.data.dask_client import no_workers
from wxb.data.partitions import ALIKE
from wxb.data.refused import Lost, Refused
from wxb.errors import DataError
from wxb.i18n import _

_LACKS = re.compile(r"\] not in index\Z|\[columns\]\Z")  # pandas, of columns
ALONE = 180.0  # seconds without a worker until it is said that none comes
LOOKS = 2.0  # seconds from one look at the workers to the next


def followed(client: Any, futures: list[Any], over: Callable[[int], None], held: Iterable[Any] = ()) -> bytes | Refused:
    """What the first comes to; of each of the others it is said when it is over, and it is let go then.

    Of the first that is refused it is told as soon as all before it are over.

    held : partitions that they look at, some of them kept by the workers
    """
    from queue import Empty, SimpleQueue

    ended: SimpleQueue[int] = SimpleQueue()
    for place, future in enumerate(futures):
        future.add_done_callback(partial(_ended, ended, place))
        del future  # an error that is kept keeps this frame
    watch, root, refused = Watch(client, held), futures[0], len(futures)
    try:
        while True:
            try:
                place = ended.get(timeout=LOOKS)
            except Empty:
                watch.look()
                continue
            if place == 0:
                return gathered(root, watch)
            if futures[place].type is Refused and place < refused:
                refused = place
            elif place < refused:
                over(place - 1)
            if place != refused:
                futures[place] = None
            if not any(futures[1:refused]) and refused < len(futures):
                return gathered(futures[refused], watch)
    finally:
        client.cancel([future for future in futures if future is not None], force=True)


def _ended(queue: Any, place: int, future: Any) -> None:
    queue.put(place)


def gathered(root: Any, watch: Watch) -> bytes:
    """The last result, which lies on a worker that may die too."""
    from distributed import CancelledError, KilledWorker

    try:
        while True:
            try:
                return root.result(timeout=LOOKS)
            except TimeoutError:
                if root.status == "error":  # it is what the task raised
                    return root.result()
                watch.look()
    except KilledWorker:
        raise Lost(
            _("workers died again and again at the same rows, as they do for want of memory"),
            _("give them more memory, or write the rows in more and smaller partitions"),
        ) from None
    except CancelledError as error:
        raise _rows_gone() if "lost dependencies" in str(error) else watch.lost() from None


def _rows_gone() -> Lost:
    return Lost(
        _("rows that the frame had computed do not lie on this cluster, or no longer"),
        _("give the client with which they were computed, or make the frame anew"),
    )


class Watch:
    """Looks whether anybody is left who works, and whether what is waited for can still come.

    held : partitions, some of them kept by the workers: for what looks at one that failed before it was asked for Dask may wait for
    ever
    """

    def __init__(self, client: Any, held: Iterable[Any] = ()) -> None:
        self.client, self.held, self.alone = client, held, 0.0

    def look(self) -> None:
        for future in _futures(self.held):
            if future.status == "error":
                future.result()
        if self.client.status not in ("running", "connecting"):
            raise self.lost()
        there = self.client.scheduler_info().get("workers", {})
        self.alone = 0.0 if there else self.alone + LOOKS
        if self.alone >= ALONE:
            raise no_workers(self.client)

    def lost(self) -> Lost:
        return Lost(
            _("the scheduler of Dask went away, and with it what was summed"),
            _("start it again, and the fit anew"),
        )


def _futures(held: Iterable[Any]) -> list[Any]:
    from distributed import futures_of

    return futures_of(list(held))


@contextmanager
def in_words() -> Iterator[None]:
    """DataError where Dask takes columns out of a partition that lacks them."""
    try:
        yield
    except KeyError as error:
        said = str(error.args[0]) if error.args else ""
        if not _LACKS.search(said):
            raise
        what = _("a partition of the Dask frame lacks columns that are wanted: {error}", error=said)
        raise DataError(what, _(ALIKE)) from None


@contextmanager
def stepped_aside() -> Iterator[None]:
    """In a task of Dask this thread leaves its place to the tasks that it waits for, as it does in Dask's own `compute`."""
    from distributed import rejoin, secede

    inside = False
    with suppress(Exception):  # outside of tasks it says so in several ways
        secede()
        inside = True
    try:
        yield
    finally:
        if inside:
            rejoin()

"""Dask: frames of which every partition is summed where it lies, and files that a cluster reads.

    partition ── work on its worker ──▶ bytes ── merged, FAN neighbours at a time, on the workers ──▶ bytes ──▶ here

What a task gives is bytes, which nobody can change: a task that Dask runs again, when a worker has died, finds what the first one
found. The client holds the names of partitions and, at last, one merged result; rows stay where they are. What all tasks share
(the statistics, the columns) is sent once to each worker; a task is a file and the number of a row group, or a partition.
"""

# Types are checked where Dask need not be installed:
# pyright: reportMissingImports=false

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial, reduce
from typing import Any
from uuid import uuid4

from wxb.data.dask_client import library, ready
from wxb.data.dask_kept import kept, released
from wxb.data.dask_plan import longest_first, shares, tree, weight
from wxb.data.dask_results import Watch, followed, gathered, in_words, stepped_aside
from wxb.data.elsewhere import OnDask
from wxb.data.gate import Gate
from wxb.data.partitions import Piece
from wxb.data.refused import Refused
from wxb.data.table import Job
from wxb.errors import WxbError

ALONG = 1 << 14  # bytes up to which what all tasks share goes along with each: to fetch it takes a worker longer
TRIES = 5  # times that a task is done anew


def on_dask(data: Any, client: Any = "local") -> OnDask:
    """Data whose rows the workers of a Dask cluster read and sum up where they are; `wxb.fit` and whatever reads rows takes it.

    data : files as `fit` takes them (Parquet, CSV, JSON; a path, a glob, a list of them) that every worker finds under the same
        path, or a frame of Dask
    client : "local" (workers on this machine, one for each core), the address of a scheduler as "tcp://host:8786", or a
        `distributed.Client`

    model = wxb.fit(wxb.on_dask("data/*.parquet", "tcp://host:8786"), "y", se="HC1")

    The answer has the bits of one machine. A worker that dies is replaced, what it held is done anew. MissingExtra without Dask,
    DataError where no scheduler answers, no worker is there, or one lacks wxb, has another version or does not see the files.
    """
    library()
    return OnDask(data, client)


class Dask:
    """Maps and merges by Dask.  client : of dask.distributed; None takes the one that is active, or else Dask's own threads"""

    def __init__(self, client: Any = None, seen: Collection[str] = ()) -> None:
        """seen : workers that were looked at"""
        self.client, self.seen, self.lengths = client, set(seen), dict[str, int]()
        self.kept: dict[str, Any] = {}  # partitions that stay on the workers, by the keys of parts

    def settled(self, parts: Sequence[Any]) -> Sequence[Any]:
        return parts

    def run(self, job: Job[Any]) -> Any:
        from dask.delayed import delayed

        client = self.client or _active()
        run = uuid4().hex  # names of their own: Dask takes two tasks of one name for the same
        threads, packing = self._threads(client), Packing()
        tasks = self._where_they_are(job, client)
        several, weights = _together([part for part, __ in tasks], threads)
        packed = [packing.packed(tasks[own]) for own in several]
        shared: Any = packing.shared(job.work, job.merge)
        if len(shared) > ALONG:
            shared = delayed(shared, name=f"wxb-{run}")
        made = _made(run, shared, packed, longest_first(weights))

        def join(level: int, place: int, *near: Any) -> Any:
            return delayed(merged)(shared, *near, dask_key_name=f"wxb-merge-{run}-{level}-{place}")

        def over(place: int) -> None:
            job.over(range(len(job.tasks))[several[place]])

        root = tree(made, join)
        with in_words():
            if client is None:
                found = root.compute()
                for place in range(len(made)):
                    over(place)
            else:
                held = [one for __, some in packed for one in some]
                with stepped_aside():
                    found = followed(client, client.compute([root, *made], retries=TRIES), over, held)
        if isinstance(found, Refused):
            raise found.error()
        return pickle.loads(found)  # noqa: S301 - what our own task gave

    def _threads(self, client: Any) -> int:
        """How many threads work at once; workers that were not seen yet are looked at."""
        if client is None:
            return 1
        there = client.nthreads()
        if not there or there.keys() - self.seen:
            self.seen |= ready(client)
            there = client.nthreads()
        return max(1, sum(there.values()))

    def let_go(self) -> None:
        released(self.kept.values())
        self.kept.clear()

    def _where_they_are(self, job: Job[Any], client: Any) -> list[tuple[Any, int]]:
        """The tasks, partitions of a frame as they are kept."""
        pieces = [part for part, __ in job.tasks if isinstance(part, Piece)]
        fresh = [piece for piece in pieces if piece.key not in self.kept]
        if job.again and client is not None and fresh:
            with stepped_aside():
                held = kept([piece.held for piece in fresh], client, partial(gathered, watch=Watch(client)))
            self.kept.update(zip([piece.key for piece in fresh], held))
        known = {piece.key: replace(piece, held=self.kept.get(piece.key, piece.held)) for piece in pieces}
        return [(known.get(part.key, part), first) for part, first in job.tasks]


def computed(one: Any, client: Any) -> Any:
    """What a delayed thing comes to, where a fit would be worked on."""
    client = client or _active()
    with in_words():
        if client is None:
            return one.compute()
        ready(client)
        with stepped_aside():
            return gathered(client.compute(one), Watch(client))


def _together(parts: Sequence[Any], threads: int) -> tuple[list[slice], list[float]]:
    """Neighbours that one task reads, one after the other; how long each task takes.

    A partition that Dask holds is a task of its own: it lies somewhere, and several need not have room beside each other.
    """
    if any(isinstance(part, Piece) for part in parts):
        return [slice(place, place + 1) for place in range(len(parts))], [0.0] * len(parts)
    weights = [weight(part) for part in parts]
    several = shares(weights, threads)
    return several, [sum(weights[own]) for own in several]


def _made(run: str, shared: Any, packed: Sequence[tuple[bytes, list[Any]]], turns: Sequence[int]) -> list[Any]:
    """The tasks that read, by their places.  turns : when each of them has its turn"""
    from dask.base import annotate
    from dask.delayed import delayed

    made = list[Any]()
    for place, ((parts, held), turn) in enumerate(zip(packed, turns)):
        with annotate(priority=-turn):  # else it is Dask's own which are last, and they may be the longest
            made.append(delayed(worked)(shared, parts, *held, dask_key_name=f"wxb-part-{run}-{place}"))
    return made


# ---------------------------------------------------------------- what is sent


class Packing:
    """Parts as bytes: what they share is kept aside to go once, and what Dask holds of them stays with it."""

    def __init__(self) -> None:
        self._gates: list[Gate] = []
        self._places: dict[int, int] = {}

    def packed(self, parts: Any) -> tuple[bytes, list[Any]]:
        """(the parts, what Dask holds of them)"""
        held: list[Any] = []
        return _dumped(parts, partial(self._instead, held)), held

    def shared(self, work: Any, merge: Any) -> bytes:
        return _dumped((work, merge, self._gates), lambda thing: None)

    def _instead(self, held: list[Any], thing: Any) -> Any:
        """What stands for a thing in what is sent, None for itself."""
        if isinstance(thing, Gate):
            if id(thing) not in self._places:
                self._places[id(thing)] = len(self._gates)
                self._gates.append(thing)
            return "gate", self._places[id(thing)]
        if hasattr(type(thing), "__dask_graph__"):
            held.append(thing)
            return "held", len(held) - 1
        return None


def _dumped(thing: Any, instead: Callable[[Any], Any]) -> bytes:
    into = io.BytesIO()
    _pickler()(into, instead).dump(thing)
    return into.getvalue()


@cache
def _pickler() -> Any:
    import cloudpickle

    class Pickler(cloudpickle.Pickler):
        def __init__(self, into: io.BytesIO, instead: Callable[[Any], Any]) -> None:
            super().__init__(into)
            self.instead = instead

        def persistent_id(self, obj: Any) -> Any:
            return self.instead(obj)

    return Pickler


class _Unpickler(pickle.Unpickler):
    def __init__(self, sent: bytes, known: dict[str, Sequence[Any]]) -> None:
        super().__init__(io.BytesIO(sent))
        self.known = known

    def persistent_load(self, pid: Any) -> Any:
        return self.known[pid[0]][pid[1]]


@lru_cache(maxsize=2)
def _common(shared: bytes) -> tuple[Any, Any, Sequence[Gate]]:
    """(work, merge, gates) of all tasks of a pass; made once in each worker."""
    return pickle.loads(shared)  # noqa: S301 - what `Packing.shared` gave


def worked(shared: bytes, parts: bytes, *held: Any) -> bytes | Refused:
    """On a worker: what some neighbouring parts came to, each sent with the number of its first row.

    held : what Dask holds of the only one
    """
    work, merge, gates = _common(shared)
    try:
        found = reduce(merge, (work(*one) for one in _Unpickler(parts, {"gate": gates, "held": held}).load()))
    except WxbError as error:
        return Refused.of(error)
    return _dumped(found, lambda thing: None)


def merged(shared: bytes, *near: bytes | Refused) -> bytes | Refused:
    """On a worker: what neighbours came to, of whom there are two at a time in memory; of those that are refused the first."""
    sent = list[bytes]()
    for one in near:
        if isinstance(one, Refused):
            return one
        sent.append(one)
    return _dumped(reduce(_common(shared)[1], map(pickle.loads, sent)), lambda thing: None)


def _active() -> Any:
    """The client of dask.distributed that is active; None without."""
    import sys

    if "distributed" not in sys.modules:
        return None
    from distributed import get_client

    try:
        return get_client()
    except ValueError:
        return None

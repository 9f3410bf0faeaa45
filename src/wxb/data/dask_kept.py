"""Partitions of a frame that are read more than once: they stay on the workers between the passes, where they find room.

    the columns used of a few partitions ── how large ──▶ × partitions ≤ the room of all workers?  ──▶ all persisted, or none

A worker has room up to half of its memory limit, for it works beside; without a limit nothing is known, and nothing kept. Where
they do not fit, each pass makes them anew. A frame that was persisted is used as it is. What is kept Dask makes again when a
worker dies, and forgets when the table does (`Dask.kept`).
"""

# Types are checked where Dask need not be installed:
# pyright: reportMissingImports=false

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

LOOKED_AT = 3  # partitions whose size tells that of all
SHARE = 0.5  # of a worker's memory limit, up to which rows are kept


def kept(partitions: Sequence[Any], client: Any, result: Callable[[Any], Any]) -> Sequence[Any]:
    """The same partitions, persisted if all of them fit.

    partitions : of Dask, delayed        result : waits for what a future comes to, as long as anybody works
    """
    from dask.delayed import delayed
    from dask.sizeof import sizeof
    from distributed import futures_of

    if not partitions or futures_of(partitions[0]):
        return partitions
    room = sum(client.run(_room, on_error="ignore").values())
    places = sorted({place * (len(partitions) - 1) // max(1, LOOKED_AT - 1) for place in range(LOOKED_AT)})
    some = client.persist([partitions[place] for place in places])
    asked = client.compute(delayed(sum)([delayed(sizeof)(one) for one in some]))
    try:
        size = result(asked)
    except BaseException:  # an interrupt too
        client.cancel([asked], force=True)
        released(some)
        raise
    if size / len(some) * len(partitions) > room:
        return partitions
    return client.persist(list(partitions))


def released(partitions: Iterable[Any]) -> None:
    """Let them go, whoever else may still hold the names of them, as the last error of a notebook does."""
    from distributed import futures_of

    for future in futures_of(list(partitions)):
        future.release()


def _room(dask_worker: Any) -> int:
    """On a worker: bytes that it may still keep."""
    limit = getattr(dask_worker.memory_manager, "memory_limit", None) or 0
    return max(0, int(SHARE * limit) - dask_worker.monitor.get_process_memory())

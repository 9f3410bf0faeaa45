"""Dask: frames of which every partition is summed where it lies, and files that a cluster reads.

    partition ── work on its worker ──▶ bytes ── merged, two neighbours at a time, on the workers ──▶ bytes ──▶ here

What a task gives is bytes, which nobody can change: a task that Dask runs again, when a worker has died, finds what the first one
found. The client holds the names of partitions and, at last, one merged result; rows stay where they are.
"""

# Types are checked where Dask need not be installed:
# pyright: reportMissingImports=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa

from wxb.data.partitions import Partitions, Piece
from wxb.errors import DataError
from wxb.i18n import _

HEAD = 2000  # rows by which texts are judged


class Dask:
    """Maps and merges by Dask.  client : of dask.distributed; None takes the one that is active, or else Dask's own threads"""

    def __init__(self, client: Any = None) -> None:
        self.client = client
        self.lengths: dict[str, int] = {}

    def run(
        self,
        work: Callable[[Any, int], Any],
        merge: Callable[[Any, Any], Any],
        tasks: Sequence[tuple[Any, int]],
        done: Callable[[int], None] | None,
    ) -> Any:
        import cloudpickle
        from dask.base import tokenize
        from dask.delayed import delayed

        how, both = delayed(cloudpickle.dumps(work), pure=True), cloudpickle.dumps(merge)
        made = []
        for part, first in tasks:
            held = part.held if isinstance(part, Piece) else None
            bare = cloudpickle.dumps(replace(part, held=None) if isinstance(part, Piece) else part)
            made.append(delayed(worked, name=f"wxb-part-{tokenize(bare, first)}")(how, bare, first, held))
        client = self.client or _active()
        if client is None:
            found = _tree(made, delayed(merged), both).compute()
            for place in range(len(made) if done else 0):
                _called(done, place)
            return cloudpickle.loads(found)
        leaves = client.compute(made, retries=3)
        try:
            if done is not None:
                _follow(leaves, done)
            submit = partial(client.submit, merged, pure=False, retries=3)
            return cloudpickle.loads(_tree(leaves, submit, both).result())
        finally:
            client.cancel(leaves)


def _called(done: Callable[[int], None] | None, place: int) -> None:
    if done is not None:
        done(place)


def _follow(leaves: Sequence[Any], done: Callable[[int], None]) -> None:
    """Say of each task when it is over."""
    from distributed import as_completed

    places = {future.key: place for place, future in enumerate(leaves)}
    for future in as_completed(leaves):
        done(places[future.key])


def _tree(made: Sequence[Any], join: Callable[..., Any], merge: bytes) -> Any:
    """All, neighbours merged two by two."""
    while len(made) > 1:
        pairs = [join(merge, *made[place : place + 2]) for place in range(0, len(made) - 1, 2)]
        made = [*pairs, *made[2 * len(pairs) :]]
    return made[0]


def worked(work: bytes, part: bytes, first: int, rows: Any) -> bytes:
    """On a worker: what one part came to."""
    import cloudpickle

    own = cloudpickle.loads(part)
    return cloudpickle.dumps(cloudpickle.loads(work)(own if rows is None else own.of(rows), first))


def merged(merge: bytes, left: bytes, right: bytes) -> bytes:
    """On a worker: what two neighbours came to."""
    import cloudpickle

    return cloudpickle.dumps(cloudpickle.loads(merge)(cloudpickle.loads(left), cloudpickle.loads(right)))


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


# ---------------------------------------------------------------- frames


def dask_table(frame: Any, client: Any = None) -> Partitions:
    """The table of a Dask frame; its index is no column."""
    if not hasattr(frame, "columns") or not hasattr(frame, "_meta"):
        raise DataError(
            _("a Dask {kind} has no columns", kind=type(frame).__name__),
            _("give a frame: dask.dataframe.from_dask_array makes one"),
        )
    names = [str(name) for name in frame.columns]
    schema = pa.Schema.from_pandas(frame._meta, preserve_index=False)
    return Partitions(
        name=_("the Dask frame"),
        schema=pa.schema([field.with_name(name) for field, name in zip(schema, names)]),
        pieces=partial(_pieces, frame),
        first_rows=lambda: pa.Table.from_pandas(frame.head(HEAD, npartitions=-1), preserve_index=False),
        runner=Dask(client),
    )


def _pieces(frame: Any, names: Sequence[str]) -> tuple[list[tuple[str, Any]], Callable[[Any], pa.Table]]:
    by_text = {str(name): name for name in frame.columns}
    some = frame[[by_text[name] for name in names]]
    return [(f"{some._name}|{place}", one) for place, one in enumerate(some.to_delayed())], _as_arrow


def _as_arrow(rows: Any) -> pa.Table:
    return pa.Table.from_pandas(rows, preserve_index=False)

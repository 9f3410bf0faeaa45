"""Spark: a frame of which every partition is summed where it lies, by `mapInArrow`, and neighbours are merged.

    partition ── work ──▶ bytes ── while they are many: FAN neighbours merged on an executor ──▶ bytes ── merged ──▶ here

The frame is one part that Spark reads as many: into how many partitions a plan falls only its run tells. Sums of all rows need no
more. Where numbers of rows decide (`settled`), a pass that was just made has counted the partitions, and they are read as they are
once more: a plan without chance falls into the same ones. Where no pass has counted them, or one has not as many rows as it had,
they are held still first: the columns wanted are persisted, unless the frame is, and counted, which takes longer than to read files
twice; a partition that has other rows after that (a lost executor) is refused.

What is a user's mistake comes back as a value, which the left neighbour's outweighs: Spark neither tries it again nor wraps it.
Rejected: `frame.rdd` (not there through Spark Connect, and it runs the shuffles of a plan once more), `groupBy().applyInArrow`
(holds a group at once), a tree of fixed depth (tasks that merge nothing start a Python each).
"""

# Types are checked where Spark need not be installed:
# pyright: reportMissingImports=false

from __future__ import annotations

import re
import uuid
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial, reduce
from itertools import groupby
from typing import Any

import pyarrow as pa

from wxb._version import __version__
from wxb.data.partitions import Partitions, at_hand
from wxb.data.reading import Blocks
from wxb.data.refused import Moved, Refused
from wxb.data.table import Job
from wxb.errors import DataError, UsageError, WxbError
from wxb.i18n import _
from wxb.printable import show

HEAD = 2000  # rows by which texts are judged
FAN = 64  # neighbours that are merged at a time
HERE = 1 << 24  # bytes of results that may come here to be merged
BATCH = 1 << 16  # rows that are looked at together; batches of Spark have 10 000
RESULT = "place:long,found:binary"


class Spark:
    """Maps and merges by Spark.  frames : the columns of parts, by their keys"""

    def __init__(self, held: bool) -> None:
        self.held, self.lengths, self.frames = held, dict[str, int](), dict[str, Any]()
        self._settled, self._before = dict[str, list[int]](), dict[str, int]()

    def settled(self, parts: Sequence[Any]) -> Sequence[Any]:
        """A part for each partition, which stay where they are; those of the last pass are taken to stay once."""
        [whole] = parts
        rows = self._settled.get(whole.key) or self._of_last_pass(whole.key)
        if not rows:
            rows = self._settled[whole.key] = self._counted(whole.key)
        return [Placed(whole, place, own) for place, own in enumerate(rows)]

    def _of_last_pass(self, key: str) -> list[int]:
        """Rows of each partition as a pass that did not number them found them; [] where that is not known, or used up."""
        stretch = _stretch(key)
        found = {int(own[len(stretch) :]): rows for own, rows in self.lengths.items() if own.startswith(stretch)}
        if found:
            self._before[key] = sum(found.values())
        return [found.get(place, 0) for place in range(max(found, default=-1) + 1)]

    def _counted(self, key: str) -> list[int]:
        from pyspark.sql import functions

        frame = self.frames[key]
        if not self.held:
            from pyspark import StorageLevel

            frame.persist(StorageLevel.MEMORY_AND_DISK)
            weakref.finalize(self, _released, frame).atexit = False
        places = frame.select(functions.spark_partition_id().alias("place"))
        found = {row["place"]: row["count"] for row in places.groupBy("place").count().collect()}
        rows = [found.get(place, 0) for place in range(max(found, default=0) + 1)]
        before = self._before.get(key, sum(rows))
        if before != sum(rows):
            raise _changed(before, sum(rows))
        self.lengths = {own: rows for own, rows in self.lengths.items() if not own.startswith(f"{key}|")}
        return rows

    def run(self, job: Job[Any]) -> Any:
        from pyspark import cloudpickle
        from pyspark.errors import PySparkException

        key = job.tasks[0][0].key.partition("|")[0]  # of the whole
        frame, stretch = self.frames[key], _stretch(key)
        self.lengths = {key: rows for key, rows in self.lengths.items() if not key.startswith(stretch)}
        sent, both = cloudpickle.dumps((job.work, job.tasks)), cloudpickle.dumps(job.merge)
        made = frame.mapInArrow(_worked(sent, __version__), RESULT).persist()
        try:
            few = _few(made, both)
            if not few:
                raise DataError(
                    _("{name}: there are no data rows", name=_("the Spark frame")), _("give at least one row of data")
                )
            found = _of_neighbours(job.merge, _pairs(few))[1]
        except PySparkException as error:
            raise _told(error) from error
        finally:
            _released(made)
        if isinstance(found, Refused):
            raise found.error()
        job.over(range(len(job.tasks)))
        return found

    def let_go(self) -> None:
        for frame in () if self.held else self.frames.values():
            _released(frame)
        self._settled.clear()


def _few(made: Any, merge: bytes) -> list[Any]:
    """Results in the order of their places, so many of them merged on executors that what is left fits here."""
    [(many, size)] = made.selectExpr("count(1)", "sum(length(found))").collect()
    while many > 1 and size > HERE:
        near = made.repartition(-(-many // FAN), (made["place"] / FAN).cast("long")).sortWithinPartitions("place")
        made, many, size = near.mapInArrow(_merged(merge), RESULT), -(-many // FAN), size // FAN
    return sorted(made.collect())


@dataclass(frozen=True, slots=True)
class Placed:
    """One partition of a part.  rows : that were counted, None where they were not"""

    part: Any
    place: int
    rows: int | None

    @property
    def key(self) -> str:
        return f"{self.part.key}|{self.place}" if self.rows is not None else f"{_stretch(self.part.key)}{self.place}"

    def blocks(self, first: int) -> Blocks:
        reading = yield from self.part.blocks(first)
        if self.rows is not None and reading.rows != self.rows:
            raise _changed(self.rows, reading.rows)
        return reading


def _stretch(key: str) -> str:
    """How the keys begin of a part's partitions that do not stay."""
    return f"{key}~"


def _changed(before: int, now: int) -> Moved:
    return Moved(
        _("the Spark frame has {now} rows in a place where it had {before}", before=before, now=now),
        _("hold its rows still: `frame.checkpoint()`, or write it to Parquet and read that"),
    )


def _released(frame: Any) -> None:
    with suppress(Exception):  # a session that was stopped holds nothing
        frame.unpersist()


def _told(error: Exception) -> Exception:
    """What Spark says of its executors, where wxb can say it better."""
    lacking = re.search(r"ModuleNotFoundError:[^']*'([\w.]+)'", str(error))
    if lacking is None:
        return error
    return UsageError(
        _("the executors of Spark cannot import {name}", name=show(lacking[1])),
        _("install wxb in the Python that they run (`PYSPARK_PYTHON`), or send it along with `spark.archives`"),
    )


# ---------------------------------------------------------------- on the executors

Batches = Iterable[pa.RecordBatch]


def _worked(sent: bytes, version: str) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """What makes of a partition one row: its place, and what its rows came to."""

    def work_on(batches: Batches) -> Iterator[pa.RecordBatch]:
        from pyspark import TaskContext, cloudpickle

        context = TaskContext.get()
        assert context is not None
        place = context.partitionId()
        try:
            _same_version(version)
            work, tasks = cloudpickle.loads(sent)
            found = _of_partition(work, tasks, place, batches)
        except WxbError as error:
            found = Refused.of(error)
        yield _row(place, cloudpickle.dumps(found))

    return work_on


def _of_partition(work: Callable[[Any, int], Any], tasks: Sequence[tuple[Any, int]], place: int, rows: Batches) -> Any:
    part, first = tasks[min(place, len(tasks) - 1)]
    numbered = isinstance(part, Placed)
    if not numbered:
        part = Placed(part, place, None)
    elif place >= len(tasks):  # it had no rows when they were counted
        part = Placed(part.part, place, 0)
    if place and getattr(part.part, "looks_back", False) and any(batch.num_rows for batch in rows):
        raise UsageError(
            _("`lag` looks at the rows before, and the rows of the Spark frame are in several partitions"),
            _('put them in one, in their order: `frame.repartition(1).sortWithinPartitions("day")`'),
        )
    with at_hand(iter(rows)):
        try:
            return work(part, first)
        except WxbError as error:
            if numbered:
                raise
            error.what = _("{what} (rows of partition {place} of the frame)", what=error.what, place=place)
            error.args = (error.what, error.do)
            raise


def _same_version(asked: str) -> None:
    """Functions of this module, not what is sent along, know what is installed here."""
    if asked != __version__:
        raise UsageError(
            _("the executors of Spark have wxb {theirs}, and {ours} is asked", theirs=__version__, ours=asked),
            _("install the same version on both sides"),
        )


def _merged(merge: bytes) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """What merges rows that lie in the order of their places, FAN neighbours at a time."""

    def merge_them(batches: Batches) -> Iterator[pa.RecordBatch]:
        from pyspark import cloudpickle

        both = cloudpickle.loads(merge)
        rows = ((place.as_py(), found.as_py()) for batch in batches for place, found in zip(*batch.columns))
        for near, some in groupby(_pairs(rows), lambda row: row[0] // FAN):
            yield _row(near, cloudpickle.dumps(_of_neighbours(both, some)[1]))

    return merge_them


def _pairs(rows: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Places with what was found there."""
    from pyspark import cloudpickle

    return ((place, cloudpickle.loads(found)) for place, found in rows)


def _of_neighbours(merge: Callable[[Any, Any], Any], rows: Iterable[tuple[int, Any]]) -> tuple[int, Any]:
    def both(left: tuple[int, Any], right: tuple[int, Any]) -> tuple[int, Any]:
        for one in (left, right):
            if isinstance(one[1], Refused):
                return one
        return left[0], merge(left[1], right[1])

    return reduce(both, rows)


def _row(place: int, found: bytes) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [pa.array([place], pa.int64()), pa.array([found], pa.binary())], ["place", "found"]
    )


def _gathered(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The same rows in fewer batches."""
    some: list[pa.RecordBatch] = []
    for batch in batches:
        some.append(batch)
        if sum(one.num_rows for one in some) >= BATCH:
            yield pa.concat_batches(some)
            some = []
    if some:
        yield pa.concat_batches(some)


# ---------------------------------------------------------------- frames


def spark_table(frame: Any) -> Partitions:
    """The table of a frame of Spark, classic or through Spark Connect, or of pandas on Spark, whose index is no column."""
    frame = frame.to_spark() if hasattr(type(frame), "to_spark") else frame
    if not hasattr(type(frame), "mapInArrow"):
        raise DataError(
            _("a {kind} of Spark has no columns", kind=type(frame).__name__),
            _("give a frame: `rdd.toDF(names)` makes one, and so does an aggregate of groups"),
        )
    if frame.isStreaming:
        raise DataError(
            _("a Spark stream has no end"),
            _("give a frame of what is there, and each later batch to `model.update` (`foreachBatch`)"),
        )
    fields = frame.schema.fields
    plain = frame.toDF(*(f"c{place}" for place in range(len(fields))))  # dots, backticks and doubles are no names here
    level = frame.storageLevel
    runner = Spark(held=level.useMemory or level.useDisk)
    return Partitions(
        name=_("the Spark frame"),
        schema=pa.schema([pa.field(field.name, arrow_type(field.dataType)) for field in fields]),
        pieces=partial(_pieces, runner, plain, [field.name for field in fields], uuid.uuid4().hex),
        first_rows=lambda places: plain.select(*(f"c{place}" for place in places)).limit(HEAD).toArrow(),
        runner=runner,
    )


def _pieces(
    runner: Spark, plain: Any, names: Sequence[str], own: str, wanted: Sequence[str]
) -> tuple[Sequence[tuple[str, Any]], Callable[[Any], Batches]]:
    columns = [f"c{names.index(name)}" for name in wanted]
    key = f"{own} {' '.join(columns)}"
    runner.frames.setdefault(key, plain.select(*columns))
    return [(key, None)], _gathered


_TYPES = {
    "boolean": pa.bool_(), "byte": pa.int8(), "short": pa.int16(), "integer": pa.int32(), "long": pa.int64(),
    "float": pa.float32(), "double": pa.float64(), "string": pa.string(), "char": pa.string(), "varchar": pa.string(),
    "date": pa.date32(), "timestamp": pa.timestamp("us", "UTC"), "timestamp_ntz": pa.timestamp("us"), "void": pa.null(),
    "binary": pa.binary(),
}  # fmt: skip


def arrow_type(kind: Any) -> pa.DataType:
    """The type of Arrow that a type of Spark comes as; of what no line is made of, one that is refused by its name."""
    if kind.typeName() == "decimal":
        return pa.decimal128(kind.precision, kind.scale)
    if kind.typeName() == "array":
        return pa.list_(arrow_type(kind.elementType))
    if kind.typeName() == "struct":
        return pa.struct([pa.field(field.name, arrow_type(field.dataType)) for field in kind.fields])
    if type(kind).__name__ == "DayTimeIntervalType":
        return pa.duration("us")
    if kind.typeName() in _TYPES:
        return _TYPES[kind.typeName()]
    return pa.struct([pa.field(kind.simpleString(), pa.null())])

"""A long pass put aside: what its statistics hold and which parts that is of, so that a killed run goes on where it was.

The file is a JSON object of its own format and version, replaced atomically; killed at any moment, either the former or the new
state is there. The resumed answer is the same to the last bit: exact sums have no order, and fast ones are always added in that of
the parts. A file of version 1 holds what one statistic of moments says, among its own fields.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wxb.data.table import Count, Part, Scan
from wxb.errors import DataError
from wxb.fields import Reader
from wxb.passes.statistic import Statistic
from wxb.printable import json_text
from wxb.writing import write_atomically

FORMAT, VERSION, OLDEST = "wxb checkpoint", 2, 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """path : where the state is kept        asked : what tells this pass from another, besides its columns

    seconds : least time between two writes
    """

    path: Path
    asked: tuple[Any, ...] = ()
    seconds: float = 1.0

    def resume(self, scan: Scan, parts: Sequence[Part], statistics: Sequence[Statistic[Any]]) -> tuple[list[str], int]:
        """(keys of the parts read, rows read) of the state kept, when there is one and it is of this very pass."""
        if not self._there():
            return [], 0
        reader = Reader.open(self.path, FORMAT, VERSION, OLDEST)
        signature, digest = reader.text("scan"), self._signature(scan)
        keys = [r.value(str) for r in reader.items("parts")]
        if signature != digest or keys != [part.key for part in parts[: len(keys)]]:
            raise DataError(
                f"{self.path} is the checkpoint of another scan (other data, columns, shares or options)",
                "delete it to start anew, or give the same call it was made by",
            )
        counts = [_count(r) for r in reader.objects("counts")]
        if len(counts) != len(keys):
            raise reader.get("counts").fail(f"must be {len(keys)}, one for each part")
        _restore(reader, statistics)
        scan.counts.extend(counts)
        scan.notes.extend(note for note in reader.texts("notes") if note not in scan.notes)
        rows = reader.integer("rows")
        reader.done()
        return keys, rows

    def save(self, scan: Scan, statistics: Sequence[Statistic[Any]], keys: list[str], rows: int) -> None:
        """Put the state aside."""
        content = {
            "format": FORMAT,
            "version": VERSION,
            "scan": self._signature(scan),
            "rows": rows,
            "parts": keys,
            "counts": [_count_to_json(count) for count in scan.counts],
            "notes": list(scan.notes),
            "statistics": [statistic.state(scan) for statistic in statistics],
        }
        write_atomically(self.path, json_text(content))

    def due(self, saved: float) -> bool:
        """Whether it is time to put the state aside again, last done at that time of the monotonic clock."""
        return time.monotonic() - saved >= self.seconds

    def _there(self) -> bool:
        try:
            return self.path.exists()
        except OSError as error:
            what = error.strerror or str(error)
            raise DataError(f"{self.path} cannot be a checkpoint: {what}", "choose another place") from None

    def finished(self) -> None:
        """The scan is done: the state is of no more use."""
        self.path.unlink(missing_ok=True)

    def _signature(self, scan: Scan) -> str:
        # Whether a column is integral is found out on the way, so it is no mark of the scan.
        from hashlib import sha256

        return sha256(json.dumps([scan.terms, scan.target, *self.asked]).encode()).hexdigest()


def _restore(reader: Reader, statistics: Sequence[Statistic[Any]]) -> None:
    """What each statistic held; of a file of version 1 the first is moments, and others held nothing."""
    if reader.integer("version") == 1:
        states = iter([reader, *(Reader({}) for _ in statistics[1:])])
    else:
        if len(reader.items("statistics")) != len(statistics):
            raise reader.get("statistics").fail(f"must be {len(statistics)}")
        states = reader.objects("statistics")
    for state, statistic in zip(states, statistics, strict=True):
        statistic.restore(state)


def _count_to_json(count: Count) -> dict[str, Any]:
    columns = list(count.missing)
    cells = [count.missing[name] for name in columns]
    found = {"rows": count.rows, "dropped": count.dropped, "missing": columns, "cells": cells}
    return found | ({"left_out": count.left_out} if count.left_out else {})


def _count(reader: Reader) -> Count:
    cells = [r.value(int) for r in reader.items("cells")]
    left = reader.integer("left_out") if reader.has("left_out") else 0
    return Count(reader.integer("rows"), reader.integer("dropped"), dict(zip(reader.texts("missing"), cells)), left)

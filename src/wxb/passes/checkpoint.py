"""A long pass put aside: what its statistics hold and which parts that is of, so that a killed run goes on where it was.

The file is a JSON object of its own format and version, replaced atomically; killed at any moment, either the former or the new
state is there. The resumed answer is the same to the last bit: exact sums have no order, and fast ones are always added in that of
the parts. A file of version 1 holds what one statistic of moments says, among its own fields.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from wxb.data.reading import Reading
from wxb.data.table import Part, Scan
from wxb.errors import DataError, system_said
from wxb.fields import Reader
from wxb.i18n import _
from wxb.passes.statistic import Statistic
from wxb.printable import json_text

if TYPE_CHECKING:
    from pathlib import Path

FORMAT, VERSION, OLDEST = "wxb checkpoint", 2, 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """path : where the state is kept        asked : what tells this pass from another, besides its columns

    seconds : least time between two writes
    """

    path: Path
    asked: tuple[Any, ...] = ()
    seconds: float = 1.0

    def resume(self, scan: Scan, parts: Sequence[Part], statistics: Sequence[Statistic[Any]]) -> list[Reading]:
        """What was found of the parts of the state kept, when there is one and it is of this very pass."""
        if not self._there():
            return []
        reader = Reader.open(self.path, FORMAT, VERSION, OLDEST)
        signature, digest = reader.text("scan"), self._signature(scan)
        keys = [r.value(str) for r in reader.items("parts")]
        if signature != digest or keys != [part.key for part in parts[: len(keys)]]:
            raise DataError(
                _("{path} is the checkpoint of another scan (other data, columns, shares or options)", path=self.path),
                _("delete it to start anew, or give the same call it was made by"),
            )
        readings = [_reading(r) for r in reader.objects("counts")]
        if len(readings) != len(keys):
            raise reader.get("counts").fail(_("must be {count}, one for each part", count=len(keys)))
        if reader.integer("rows") != sum(reading.rows for reading in readings):
            raise reader.get("rows").fail(_("must be those of the parts"))
        _restore(reader, statistics)
        if readings:
            readings[0] = replace(readings[0], notes=reader.texts("notes"))
        reader.done()
        return readings

    def save(
        self, scan: Scan, parts: Sequence[Part], statistics: Sequence[Statistic[Any]], readings: Sequence[Reading]
    ) -> None:
        """Put the state aside."""
        reading = sum(readings, Reading())
        found = scan.after(reading)
        content = {
            "format": FORMAT,
            "version": VERSION,
            "scan": self._signature(scan),
            "rows": reading.rows,
            "parts": [part.key for part in parts[: len(readings)]],
            "counts": [_reading_to_json(one) for one in readings],
            "notes": list(reading.notes),
            "statistics": [statistic.state(found) for statistic in statistics],
        }
        from wxb.writing import write_atomically

        write_atomically(self.path, json_text(content))

    def due(self, saved: float) -> bool:
        """Whether it is time to put the state aside again, last done at that time of the monotonic clock."""
        return time.monotonic() - saved >= self.seconds

    def _there(self) -> bool:
        try:
            return self.path.exists()
        except OSError as error:
            what = system_said(error)
            raise DataError(
                _("{path} cannot be a checkpoint: {what}", path=self.path, what=what), _("choose another place")
            ) from None

    def finished(self) -> None:
        """The scan is done: the state is of no more use."""
        if self._there():  # a folder that is only read refuses to remove even what is not there
            self.path.unlink(missing_ok=True)

    def _signature(self, scan: Scan) -> str:
        # Whether a column is integral is found out on the way, so it is no mark of the scan.
        import json
        from hashlib import sha256

        return sha256(json.dumps([scan.terms, scan.target, *self.asked]).encode()).hexdigest()


def _restore(reader: Reader, statistics: Sequence[Statistic[Any]]) -> None:
    """What each statistic held; of a file of version 1 the first is moments, and others held nothing."""
    if reader.integer("version") == 1:
        states = iter([reader, *(Reader({}) for __ in statistics[1:])])
    else:
        if len(reader.items("statistics")) != len(statistics):
            raise reader.get("statistics").fail(_("must be {count}", count=len(statistics)))
        states = reader.objects("statistics")
    for state, statistic in zip(states, statistics, strict=True):
        statistic.restore(state)


def _reading_to_json(reading: Reading) -> dict[str, Any]:
    """Of one part, but for its notes, which are kept once for all."""
    columns = list(reading.missing)
    cells = [reading.missing[name] for name in columns]
    found: dict[str, Any] = {"rows": reading.rows, "dropped": reading.dropped, "missing": columns, "cells": cells}
    found |= {"left_out": reading.left_out} if reading.left_out else {}
    return found | ({"inexact": sorted(reading.inexact)} if reading.inexact else {})


def _reading(reader: Reader) -> Reading:
    cells = [r.value(int) for r in reader.items("cells")]
    return Reading(
        rows=reader.integer("rows"),
        dropped=reader.integer("dropped"),
        missing=dict(zip(reader.texts("missing"), cells)),
        left_out=reader.integer("left_out") if reader.has("left_out") else 0,
        inexact=frozenset(r.value(int) for r in reader.items("inexact")) if reader.has("inexact") else frozenset(),
    )

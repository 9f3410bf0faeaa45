"""A long scan put aside: the sums so far and which parts they hold, so that a killed run goes on where it was.

The file is a JSON object of its own format and version, replaced atomically; killed at any moment, either the former or the new
state is there. The resumed answer is the same to the last bit: exact sums have no order, and fast ones are always added in that of
the parts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wxb.data.table import Count, Part, Scan
from wxb.errors import DataError
from wxb.model.fields import Reader
from wxb.model.moments_json import moments_from_json, moments_to_json
from wxb.moments import Moments
from wxb.printable import json_text
from wxb.question.shares import Shares
from wxb.writing import write_atomically

FORMAT, VERSION = "wxb checkpoint", 1


@dataclass(slots=True)
class Progressed:
    """How far a scan is: sums by share, source rows read, keys of the parts read, notes, ranges."""

    sums: dict[int, Moments] = field(default_factory=dict)
    rows: int = 0
    keys: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ranges: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """path : where the state is kept        seconds : least time between two writes        call : what was asked, as text"""

    path: Path
    seconds: float = 1.0
    call: str = ""

    def resume(self, scan: Scan, parts: Sequence[Part], shares: Shares) -> Progressed:
        """The state kept, when there is one and it is of this very scan."""
        if not self._there():
            return Progressed()
        reader = Reader.open(self.path, FORMAT, VERSION)
        signature, digest = reader.text("scan"), self._signature(scan, shares)
        keys = [r.value(str) for r in reader.items("parts")]
        if signature != digest or keys != [part.key for part in parts[: len(keys)]]:
            raise DataError(
                f"{self.path} is the checkpoint of another scan (other data, columns, shares or options)",
                "delete it to start anew, or give the same call it was made by",
            )
        sums = {int(r.text("share")): moments_from_json(r.object("moments")) for r in reader.objects("sums")}
        counts = [_count(r) for r in reader.objects("counts")]
        if len(counts) != len(keys):
            raise reader.get("counts").fail(f"must be {len(keys)}, one for each part")
        scan.counts.extend(counts)
        scan.notes.extend(note for note in reader.texts("notes") if note not in scan.notes)
        lows, highs = reader.numbers("lows"), reader.numbers("highs")
        state = Progressed(sums, reader.integer("rows"), keys, ranges=tuple(zip(lows, highs)))
        reader.done()
        return state

    def save(self, scan: Scan, shares: Shares, state: Progressed) -> None:
        """Put the state aside."""
        content = {
            "format": FORMAT,
            "version": VERSION,
            "scan": self._signature(scan, shares),
            "rows": state.rows,
            "parts": state.keys,
            "counts": [_count_to_json(count) for count in scan.counts],
            "notes": state.notes,
            "lows": [low for low, _ in state.ranges],
            "highs": [high for _, high in state.ranges],
            "sums": [{"share": str(k), "moments": moments_to_json(m)} for k, m in sorted(state.sums.items())],
        }
        write_atomically(self.path, json_text(content))

    def _there(self) -> bool:
        try:
            return self.path.exists()
        except OSError as error:
            what = error.strerror or str(error)
            raise DataError(f"{self.path} cannot be a checkpoint: {what}", "choose another place") from None

    def finished(self) -> None:
        """The scan is done: the state is of no more use."""
        self.path.unlink(missing_ok=True)

    def _signature(self, scan: Scan, shares: Shares) -> str:
        # Whether a column is integral is found out on the way, so it is no mark of the scan.
        asked = [scan.terms, scan.target, shares.test, shares.folds, shares.seed, self.call]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _count_to_json(count: Count) -> dict[str, Any]:
    columns = list(count.missing)
    cells = [count.missing[name] for name in columns]
    found = {"rows": count.rows, "dropped": count.dropped, "missing": columns, "cells": cells}
    return found | ({"left_out": count.left_out} if count.left_out else {})


def _count(reader: Reader) -> Count:
    cells = [r.value(int) for r in reader.items("cells")]
    left = reader.integer("left_out") if reader.has("left_out") else 0
    return Count(reader.integer("rows"), reader.integer("dropped"), dict(zip(reader.texts("missing"), cells)), left)

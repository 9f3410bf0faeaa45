"""A table whose parts an engine reads: the same table, each scan of which says who works on its parts.

OnDask(files, client)  ── open_table ──▶  Elsewhere(the table of the files, Dask)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wxb.data.kinds import Kind
from wxb.data.selection import Selection
from wxb.data.table import Runner, Scan, Table


@dataclass(frozen=True, slots=True)
class OnDask:
    """data : files, or a frame of Dask        client : "local", the address of a scheduler, or a client of dask.distributed"""

    data: Any
    client: Any


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """table : which every worker of the engine can read, as files that all of them see        runner : the engine"""

    table: Table
    runner: Runner

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def columns(self) -> tuple[str, ...]:
        return self.table.columns

    @property
    def kinds(self) -> Mapping[str, Kind]:
        return self.table.kinds

    @property
    def rereadable(self) -> bool:
        return self.table.rereadable

    def scan(self, selection: Selection) -> Scan:
        return replace(self.table.scan(selection), unproven=None, runner=self.runner)

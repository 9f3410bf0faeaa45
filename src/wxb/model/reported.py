"""What has a report: one HTML file with all that there is to see.

The room of pages stands above, and is asked for by name, as notebooks ask for it (`wxb.values.Shown`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from wxb.values import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Reported(Shown):
    """Of a model, whose rows may be read again, and of groups."""

    __slots__ = ()

    def report(
        self,
        path: str | Path,
        data: Any = None,
        *,
        weights: Any = None,
        frequency: str | None = None,
        layout: Mapping[str, Any] | None = None,
        threads: int | None = None,
    ) -> Path:
        """Write all that there is to see as one HTML file, which opens from disk and needs nothing else; gives its path.

        data, weights, frequency, layout, threads : the rows of the fit, as for `plot`; without them their pictures are not there
        """
        page = import_module("wxb.page.report")
        rows = page.Rows(data=data, layout=layout or {}, weights=weights, frequency=frequency, threads=threads)
        return page.write(self, path, rows)

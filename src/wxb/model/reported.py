"""What has a report: one HTML file with all that there is to see; and what has a lab, a page to learn on; a model has both.

The rooms of pages stand above, and are asked for by name, as notebooks ask for it (`wxb.values.Shown`).
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
        interval: float = 0.95,
        weights: Any = None,
        frequency: str | None = None,
        layout: Mapping[str, Any] | None = None,
        threads: int | None = None,
    ) -> Path:
        """Write all that there is to see as one HTML file, which opens from disk and needs nothing else; gives its path.

        interval : the level of its intervals
        data, weights, frequency, layout, threads : the rows of the fit, as for `plot`; without them their pictures are not there
        """
        page = import_module("wxb.page.report")
        rows = page.Rows(data=data, layout=layout or {}, weights=weights, frequency=frequency, threads=threads)
        return page.write(self, path, rows, interval=interval)


class Taught(Reported):
    """Of a model, which a learner can touch."""

    __slots__ = ()

    def lab(self, data: Any = None, *, layout: Mapping[str, Any] | None = None, threads: int | None = None) -> Any:
        """The page on which this line is learned: a `Lab` to save, to `show()` in a browser, and which a notebook shows.

        data, layout, threads : the rows of the fit, as for `plot`; without them the page is of the moments alone

        Of a descent the page begins with its start, rate, momentum and epochs. UsageError for a line of which the page could not
        be right: of several or computed columns, with weights, with other steps than those of one rate.
        """
        return import_module("wxb.laboratory.lab").of_model(self, data, layout, threads)

    if not TYPE_CHECKING:  # or every misspelt name would have a type

        def __getattr__(self, name: str) -> Any:
            """Asked only for what is not there: people of other libraries look for what they know by another name."""
            from wxb.model.called import missing

            raise missing(self, name)

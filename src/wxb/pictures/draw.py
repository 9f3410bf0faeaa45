"""Pictures of a model, the rows read once for all that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import or_

from wxb.data.table import Scan
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.marks.scene import Scene
from wxb.passes.binned import Shown
from wxb.pictures.kinds import KINDS, kind_named
from wxb.pictures.options import Options
from wxb.pictures.seen import see
from wxb.printable import show


def default_kind(rows: bool) -> str:
    """What is drawn of a model where nothing is said."""
    return "line" if rows else "coefficients"


def scenes(
    model: Fitted,
    kinds: Sequence[str],
    scan: Callable[[], Scan] | None,
    options: Mapping[str, Options],
    threads: int | None = None,
    shown: Shown | None = None,
) -> list[Scene]:
    """A scene for each kind.

    scan : begins to read the rows, None where there are none        options : by kind
    shown : what the pass of the fit saw of them, where it did
    """
    chosen = {name: kind_named(name) for name in kinds}
    for name, kind in chosen.items():
        _refuse_missing(model, name, kind.needs, scan is not None or shown is not None)
        if kind.bowl:
            model.estimate.refuse_unless_least_squares(show(name))
    rows = {name: kind for name, kind in chosen.items() if kind.needs.startswith("rows")}
    if rows and scan is not None and shown is None:
        wanted = reduce(or_, [kind.function(kind.wants)(model, options[name]) for name, kind in rows.items()])
        shown = see(model, scan(), wanted, threads)
    return [kind.function(kind.scene)(model, shown, options[name]) for name, kind in chosen.items()]


def _refuse_missing(model: Fitted, name: str, needs: str, rows: bool) -> None:
    if needs == "rows" and not rows:
        without = ", ".join(show(other) for other, kind in KINDS.items() if kind.needs in ("nothing", "rows too"))
        raise UsageError(
            _("the picture {name} shows rows, and a model holds none", name=show(name)),
            _("give the data too; without rows there is {kinds}", kinds=without),
        )

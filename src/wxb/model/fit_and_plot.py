"""A line fitted and drawn at once: where the picture shows no more than the columns, of one pass over the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from wxb.data.given import label_names
from wxb.data.layout import laid_out, layout_of
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.methods.options import asked
from wxb.model.fit import fit
from wxb.model.model import Model
from wxb.model.rows import scan_again
from wxb.pictures.draw import scenes
from wxb.pictures.kinds import kind_named
from wxb.pictures.options import Options
from wxb.pictures.picture import Picture
from wxb.pictures.seen import beside_fit, joined


def fit_and_plot(
    source: Any,
    fitting: Mapping[str, Any],
    kind: str,
    options: Callable[[Model], Mapping[str, Any]],
    progress: Callable[[int, int | None], None] | None = None,
) -> tuple[Model, Picture]:
    """A line and its picture, of one pass over the rows where that does.

    fitting : options of `wxb.fit` by name        options : those of the kind, once the line is there
    """
    chosen, layout = kind_named(kind), layout_of(fitting)
    flat = {name: value for name, value in fitting.items() if name not in layout}
    if "absorb" in flat:
        flat["absorb"] = label_names(flat["absorb"], "absorb")
    question, running = asked(**flat, progress=progress)
    beside = beside_fit([kind])
    model = fit(laid_out(source, layout), question, running, beside)
    if not isinstance(model, Model):
        raise UsageError(_("a picture is of one line, and `by=` makes one for each group"), _("leave `by=` out"))
    shown = joined(beside.results) if beside is not None and beside.results else None
    told = {kind: Options.of(kind, chosen.takes, options(model))}
    [scene] = scenes(model, [kind], partial(scan_again, model, source, layout), told, running.threads, shown)
    return model, Picture(scene)

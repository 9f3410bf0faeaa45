"""A line fitted and drawn at once: where the picture shows no more than the columns, of one pass over the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from wxb.advice import Advice
from wxb.data.given import label_names
from wxb.data.layout import laid_out, layout_of
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.methods.options import asked
from wxb.model.fit import fit
from wxb.model.groups import Groups
from wxb.model.model import Model
from wxb.model.rows import scan_again
from wxb.passes.binned import Shown
from wxb.pictures.draw import scenes
from wxb.pictures.kinds import kind_named
from wxb.pictures.options import Options
from wxb.pictures.picture import Picture
from wxb.pictures.seen import beside_fit, joined


def fit_and_see(
    source: Any, fitting: Mapping[str, Any], kinds: Sequence[str], **running: Any
) -> tuple[Model | Groups, Shown | None]:
    """A line, and what its pass saw of its rows for pictures of these kinds; None where another pass has to look.

    fitting, running : options of `wxb.fit` by name
    """
    layout = layout_of(fitting)
    flat = {name: value for name, value in fitting.items() if name not in layout} | running
    for name in ("absorb", "by"):
        if name in flat:
            flat[name] = label_names(flat[name], name)
    question, how = asked(**flat)
    beside = beside_fit(kinds)
    model = fit(laid_out(source, layout), question, how, beside)
    return model, joined(beside.results) if beside is not None and beside.results else None


def drawn(
    model: Model,
    source: Any,
    fitting: Mapping[str, Any],
    kind: str,
    options: Mapping[str, Any],
    shown: Shown | None = None,
) -> Picture:
    """A picture of the rows that a line was fitted to.  shown : what was seen of them already, for this kind"""
    told = Options.of(kind, kind_named(kind).takes, options)
    scan = partial(scan_again, model, source, layout_of(fitting))
    [scene] = scenes(model, [kind], scan, {kind: told}, fitting.get("threads"), shown)
    return Picture(scene)


def fit_and_plot(
    source: Any,
    fitting: Mapping[str, Any],
    kind: str,
    options: Callable[[Model], Mapping[str, Any]],
    progress: Callable[[int, int | None], None] | None = None,
) -> tuple[Model, Picture]:
    """A line and its picture.  options : those of the kind, once the line is there"""
    kind_named(kind)
    if fitting.get("folds") and "auto" not in (fitting.get("l2"), fitting.get("l1")):
        raise UsageError(
            _("a picture shows nothing of {folds} where no λ is chosen", folds=Advice("folds", fitting["folds"])),
            _('leave it out, or give `l2="auto"` or `l1="auto"`'),
        )
    model, shown = fit_and_see(source, fitting, [kind], progress=progress)
    if not isinstance(model, Model):
        raise UsageError(_("a picture is of one line, and `by=` makes one for each group"), _("leave `by=` out"))
    return model, drawn(model, source, fitting, kind, options(model), shown)

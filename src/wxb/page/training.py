"""A watched run as one HTML file: how it ended, what is wrong and where, its curves, and a table of its layers.

    write(report, "report.html")

The curves are of `wxb.watching.curves`. Of many layers those are drawn that stand out (largest, smallest, most changed, not
finite), the rest as one band; all are in the table. Findings carry a number, which stands at the curves where they show.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

import numpy as np

from wxb._typing import Vector
from wxb.i18n import _, _n
from wxb.marks.axis import Axis, around
from wxb.marks.mark import SERIES, Mark, between, line, rule
from wxb.marks.scene import Panel, Scene
from wxb.marks.svg import svg
from wxb.numbers import number, percent, thousands
from wxb.page import style
from wxb.page.document import document
from wxb.page.losses import MOST_LINES, along, drawn_line, losses
from wxb.page.parts import figure, grid, listed, paragraph, section, table, text
from wxb.pictures.words import name_of
from wxb.watching.curves import Curves, Layer, told_apart
from wxb.watching.finding import Finding
from wxb.watching.report import Report
from wxb.writing import PAGE, refuse_other, write_atomically

MOST_DRAWN, MOST_LAYERS = 400, 24
USUAL = 1e-3  # of updates by weights


def write(report: Report, path: str | Path) -> Path:
    """Write the page of a run."""
    target = Path(path)
    refuse_other(target, (PAGE,), _("a page that wxb wrote"))
    write_atomically(target, page(report))
    return target


def page(report: Report) -> str:
    curves = report.curves
    body = [
        section(_("The run"), paragraph(report.headline()), _facts(report)),
        section(_("What was found"), *(_finding(place, one) for place, one in enumerate(report.findings, 1))),
        section(_("The loss"), grid(*map(_drawn, [*losses(curves, report.findings), *of_rates(curves)]))),
        section(_("Gradients and updates"), grid(*map(_drawn, of_layers(curves)))),
        section(_("The layers"), _table(curves)),
        section(_("To be known"), listed((*report.notes, *curves.notes))),
    ]
    return document(report.heading(), body)


def _drawn(scene: Scene) -> str:
    return figure(svg(scene, width=style.PICTURE), scene.description)


def _facts(report: Report) -> str:
    told = [
        _n("{n} backward call", "{n} backward calls", report.backwards, n=thousands(report.backwards)),
        _n("{n} optimizer step", "{n} optimizer steps", report.steps, n=thousands(report.steps)),
    ]
    if report.overhead is not None:
        told.append(_("cost of watching {share} of the run", share=percent(report.overhead)))
    return paragraph(" · ".join(told))


def _finding(place: int, finding: Finding) -> str:
    parts = [
        f"<h3>{place} · {text(finding.rule)} · {text(finding.site)}</h3>",
        f"<pre>{escape(finding.source, quote=False)}</pre>" if finding.source else "",
        paragraph(finding.evidence),
        paragraph(finding.effect),
        paragraph(_("fix: {fix}", fix=finding.fix)),
        paragraph(_("follows from: {because}", because=finding.because)) if finding.because else "",
    ]
    return "\n".join(part for part in parts if part)


# ---- layers


def of_layers(curves: Curves) -> list[Scene]:
    """What was measured of layers, step by step."""
    layers = _layers_of(curves)
    kinds: list[tuple[str, str, Callable[[Layer], Sequence[float]], bool]] = [
        (_("Gradient norms"), _("norm of the gradient"), lambda one: one.gradient, True),
        (_("Update norms"), _("norm of the update"), lambda one: one.update, True),
        (_("Updates by weights"), _("update / weight"), lambda one: one.ratio, True),
        (_("Dead units"), _("share without gradient"), lambda one: one.dead, False),
    ]
    scenes = [_layers(title, label, layers, values, log) for title, label, values, log in kinds]
    return [one for one in scenes if one is not None]


def _layers(
    title: str, label: str, layers: list[Layer], values: Callable[[Layer], Sequence[float]], log: bool
) -> Scene | None:
    known = [(one, np.asarray(one.steps, float), np.asarray(values(one), float)) for one in layers]
    known = [(one, steps[seen], found[seen]) for one, steps, found in known if (seen := ~np.isnan(found)).any()]
    if not known or (not log and not any(found.any() for __, __, found in known)):
        return None  # nothing is dead
    chosen = _standing_out([found for __, __, found in known], log)
    rest = [one for place, one in enumerate(known) if place not in chosen]
    marks = _band(rest) if rest else []
    drawn = [known[place] for place in chosen]
    for role, (one, steps, found) in zip(SERIES, drawn):
        places = _thin(len(steps))
        shown = np.where(found > 0, found, np.nan) if log else found
        marks += drawn_line(steps[places], shown[places], role, name_of(one.name, 28))
    everything = np.concatenate([found for __, __, found in known])
    finite = everything[np.isfinite(everything) & ((everything > 0) | (not log))]
    log = log and len(finite) > 0 and bool(finite.max() > 5 * finite.min())
    if label == _("update / weight"):
        marks.append(rule(y=USUAL, text=_("usual")))
    y = around(label, finite, *([[USUAL]] if label == _("update / weight") else []), log=log)
    if label == _("share without gradient"):
        y = Axis(label=label, low=0.0, high=1.0)
    return Scene(
        kind="layers",
        title=title,
        description=_said(drawn, len(known)),
        panels=(Panel(x=along(_("step"), *(steps for __, steps, __ in known)), y=y, marks=tuple(marks), aspect=0.6),),
        table={_("step"): drawn[0][1].tolist(), **{one.name: found.tolist() for one, __, found in drawn}},
    )


def _standing_out(values: list[Vector], log: bool) -> list[int]:
    """The places of those to be drawn: what is not finite, largest, smallest and most changed."""
    if len(values) <= MOST_LINES:
        return list(range(len(values)))
    with np.errstate(all="ignore"):
        last = np.array([one[-1] for one in values])
        middle = np.array([float(np.median(one)) for one in values])
        changed = np.array([abs(math.log10((one[-1] + 1e-300) / (one[0] + 1e-300))) for one in np.abs(values[:])]
                           if len({len(one) for one in values}) == 1
                           else [abs(float(one[-1]) - float(one[0])) for one in values])  # fmt: skip
    bad = [place for place, one in enumerate(values) if not np.isfinite(one).all()]
    order = [
        *bad[:2],
        int(np.nanargmax(np.where(np.isfinite(last), last, -np.inf))),
        int(np.nanargmin(np.where(np.isfinite(middle), middle, np.inf))),
        int(np.nanargmax(np.where(np.isfinite(changed), changed, -np.inf))),
        *np.argsort(-middle, kind="stable").tolist(),
    ]
    return sorted(dict.fromkeys(order[: MOST_LINES + 4]), key=order.index)[:MOST_LINES]


def _band(rest: list[tuple[Layer, Vector, Vector]]) -> list[Mark]:
    """The others, from least to greatest."""
    steps = rest[0][1]
    same = [found for __, at, found in rest if len(at) == len(steps) and (at == steps).all()]
    with np.errstate(all="ignore"):
        finite = np.where(np.isfinite(same), same, np.nan)
        keep = np.isfinite(finite).any(axis=0)
        low, high = np.nanmin(finite[:, keep], axis=0), np.nanmax(finite[:, keep], axis=0)
    places = _thin(len(low))
    name = _n("{n} other layer", "{n} other layers", len(rest))
    return [between(steps[keep][places], low[places], high[places], "row-band", name=name)]


def of_rates(curves: Curves) -> list[Scene]:
    """The learning rates of all groups, as the stairs they are."""
    kept = [one for one in curves.rates if len(one.steps)]
    several = len(kept)
    names = told_apart([one.name for one in kept])[:MOST_LINES]
    kept = kept[:MOST_LINES]
    if not kept:
        return []
    values = [np.asarray(one.value, float) for one in kept]
    marks: list[Mark] = []
    for role, one, value, name in zip(SERIES, kept, values, names):
        steps = np.asarray([*one.steps, one.until + 1], float)
        if list(one.low) != list(one.high):
            marks.append(between(*_stairs(steps, one.low), _stairs(steps, one.high)[1], "row-band",
                                 name=_("least and greatest between")))  # fmt: skip
        marks.append(line(*_stairs(steps, value), role, name=name if several > 1 else ""))
    known = np.concatenate([np.asarray(series, float) for one in kept for series in (one.value, one.low, one.high)])
    known = known[np.isfinite(known)]
    if not len(known):
        return []
    log = bool(known.min() > 0 and known.max() > 10 * known.min())
    ends = np.asarray([end for one in kept for end in (one.steps[0], one.until + 1)], float)
    panel = Panel(
        x=along(_("step"), ends), y=around(_("learning rate"), known, log=log), marks=tuple(marks), aspect=0.6
    )
    scene = Scene(
        kind="rates",
        title=_("Learning rate"),
        description=_rates_said(names, values, several),
        panels=(panel,),
        table={_("step"): list(kept[0].steps), _("learning rate"): values[0].tolist()},
    )
    return [scene]


def _stairs(steps: Vector, values: Sequence[float] | Vector) -> tuple[Vector, Vector]:
    """Each value from its step to the next. steps : of them and of the end"""
    return np.repeat(steps, 2)[1:-1], np.repeat(np.asarray(values, float), 2)


def _rates_said(names: list[str], values: list[Vector], several: int) -> str:
    told = [number(one[0]) if (one == one[0]).all() else f"{number(one[0])} → {number(one[-1])}" for one in values]
    if several == 1:
        return told[0]
    more = _n("; {n} rate in all", "; {n} rates in all", several) if several > len(values) else ""
    return "; ".join(f"{name} {one}" for name, one in zip(names, told)) + more


def _layers_of(curves: Curves) -> list[Layer]:
    """Those that were looked at; of several of one name, as two trainings have, each with its number."""
    kept = [one for one in curves.layers if len(one.steps)]
    return [replace(one, name=name) for one, name in zip(kept, told_apart([one.name for one in kept]))]


def _ended(value: float, digits: int = 4) -> str:
    return "∞" if math.isinf(value) else number(value, digits)


def _said(drawn: list[tuple[Layer, Vector, Vector]], layers: int) -> str:
    parts = [
        f"{name_of(one.name)} {_ended(found[0])}" + (f" → {_ended(found[-1])}" if len(found) > 1 else "")
        for one, __, found in drawn
    ]
    more = _n("; {n} layer in all", "; {n} layers in all", layers) if layers > len(drawn) else ""
    return "; ".join(parts) + more


def _thin(count: int) -> np.ndarray:
    """At most MOST_DRAWN places, the first and the last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_DRAWN)).round().astype(int))


def _table(curves: Curves) -> str:
    """Every layer; those whose gradients are furthest from the middle first, where they are many."""
    layers = _layers_of(curves)
    if len(layers) > MOST_LAYERS:
        layers = sorted(layers, key=_strangeness, reverse=True)
    rows = [_row(one) for one in layers]
    head = [_("layer"), _("numbers"), _("gradient"), _("update / weight"), _("without gradient")]
    caption = _("From the first to the last step that was looked at")
    if not rows:
        return paragraph(_("No optimizer step was looked at: there is nothing to draw of the layers."))
    shown = table(head, rows[:MOST_LAYERS], caption)
    if len(rows) <= MOST_LAYERS:
        return shown
    more = _n("{n} layer more", "{n} layers more", len(rows) - MOST_LAYERS)
    return f"{shown}\n<details><summary>{text(more)}</summary>\n{table(head, rows[MOST_LAYERS:], caption)}\n</details>"


def _strangeness(layer: Layer) -> float:
    last = next((one for one in reversed(layer.gradient) if one == one), 0.0)
    return abs(math.log10(last)) if last > 0 and math.isfinite(last) else 400.0


def _row(layer: Layer) -> list[str]:
    return [
        layer.name,
        thousands(layer.parameters),
        *(_ends(one) for one in (layer.gradient, layer.ratio)),
        _ends(layer.dead),
    ]


def _ends(values: Sequence[float]) -> str:
    known = [one for one in values if one == one]
    if not known:
        return "—"
    return _ended(known[0], 3) + (f" → {_ended(known[-1], 3)}" if len(known) > 1 else "")

"""How the terms of a line were selected, in a model file: what there was to select from, the first line, and each step.

{"criterion": "bic", "direction": "both", "candidates": ["cyl", …], "start": […], "chosen": […],
 "lines": [{"term": null, "entered": null, "coefficients": 11, "rss": 147.5, "value": 182.7}, …]}
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from wxb.fields import Reader
from wxb.i18n import _
from wxb.methods.exact import Stepwise
from wxb.stepwise.steps import Step, Steps


def steps_from_json(reader: Reader, method: Stepwise) -> Steps:
    """The same back; ModelFileError for what is no selection of that kind."""
    for name, wanted in (("criterion", method.select), ("direction", method.direction)):
        if reader.text(name) != wanted:
            raise reader.get(name).fail(_("is not that of the recipe"))
    candidates, lines = reader.texts("candidates"), reader.items("lines")
    always = reader.texts("always") if reader.has("always") else ()
    if bool(always) != (method.always is not None):
        raise reader.get("always").fail(_("is not that of the recipe"))
    for name in ("start", "chosen", *(["always"] if always else [])):
        if not set(reader.texts(name)) <= set(candidates):
            raise reader.get(name).fail(_("must be among the candidates"))
    if not lines:
        raise reader.get("lines").fail(_("must hold the first line"))
    steps = tuple(_line(one, first=not place) for place, one in enumerate(lines))
    if _after(reader.texts("start"), steps) != set(reader.texts("chosen")):
        raise reader.get("chosen").fail(_("is not where the steps end"))
    assert method.select is not None
    found = Steps(
        criterion=method.select,
        direction=method.direction,
        candidates=candidates,
        start=reader.texts("start"),
        chosen=reader.texts("chosen"),
        lines=steps,
        always=always,
    )
    reader.done()
    return found


def _after(start: Sequence[str], steps: Sequence[Step]) -> set[str] | None:
    """The terms that the steps lead to; None where one takes out what is not there, or in what is."""
    terms = set(start)
    for step in steps[1:]:
        if (step.term in terms) == step.entered:
            return None
        terms ^= {step.term}
    return terms


def _line(reader: Reader, *, first: bool) -> Step:
    moved = reader.has("term"), reader.has("entered")
    if moved != (not first, not first):
        raise reader.fail(_("must say what went in or out, but for the first line"))
    found = Step(
        term="" if first else reader.text("term"),
        entered=not first and reader.boolean("entered"),
        coefficients=reader.integer("coefficients"),
        rss=reader.number("rss"),
        value=reader.number("value"),
    )
    if found.coefficients < 1 or not found.rss >= 0 or not isfinite(found.value):
        raise reader.fail(_("is no line"))
    reader.done()
    return found

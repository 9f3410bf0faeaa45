"""A typed point → a value for each term of a model: `hours=4,paid=yes,day=2024-01-02`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wxb.cli.values import Point, number, refused
from wxb.errors import UsageError
from wxb.i18n import _, either
from wxb.near import list_names, near_names
from wxb.printable import shell_word, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wxb.data.kinds import Kind
    from wxb.design import Design
    from wxb.model.model import Model

_TRUTHS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


def _whole(text: str, value: float) -> float:
    """The number as Python's integer where it is one beyond 2^53, of which a float64 would lose digits."""
    return int(text) if abs(value) >= 2**53 and text.strip().lstrip("+-").isdecimal() else value


def resolve(model: Model, point: Point) -> tuple[dict[str, float], dict[str, float]]:
    """A value for each term of a model, and what the double nearest to a time leaves of it.

    `paid=yes`, `paid=TRUE` and `paid=1` are 1 for the term paid[yes]; instants are dates and ISO 8601 text, durations `36h`,
    `90min`, `15s` or numbers of days; both become days. Integers beyond 2^53 keep their digits.
    """
    made = model.design.terms
    for name in point:
        if not any(name in (term.name, term.column) for term in made):
            from difflib import get_close_matches

            near = get_close_matches(name, model.terms, 1)
            meant = _("; did you mean {near}?", near=show(near[0])) if near else ""
            raise UsageError(
                _("`--at`: the model has no term {name}{meant}", name=show(name), meant=meant),
                _("its terms are {listed}", listed=_listed(model.terms)),
            )
    values: dict[str, float] = {}
    lows: dict[str, float] = {}
    for term in made:
        name = term.name if term.name in point else term.column
        if name not in point:
            given = ",".join(f"{name}={value}" for name, value in point.items())
            raise UsageError(
                _("`--at {given}` gives no value for {column}", given=given, column=show(term.column)),
                _("the model's terms are {listed}; give each a value", listed=_listed(model.terms)),
            )
        text, kind = point[name], term.kind
        if kind is not None and kind.is_time:
            values[term.name], lows[term.name] = _time(text, name, kind)
        elif term.is_truth:
            values[term.name] = _truth(text, term.name, name)
        else:
            values[term.name] = _whole(text, number(text, f"--at {name}"))
    return values, lows


def resolve_columns(model: Model, point: Point) -> dict[str, Any]:
    """A value for each column that a line with categories or a formula is made of: a number, a text of a time, a level."""
    design = model.design
    wanted = design.shown_names
    for name in point:
        if name not in wanted:
            near = near_names(name, wanted)
            meant = _("; did you mean {near}?", near=show(near[0])) if near else ""
            raise UsageError(
                _("`--at`: the model is not made of a column {name}{meant}", name=show(name), meant=meant),
                _("its columns are {listed}", listed=_listed(wanted)),
            )
    missing = [name for name in wanted if name not in point]
    if missing:
        given = ",".join(f"{name}={value}" for name, value in point.items())
        raise UsageError(
            _("`--at {given}` gives no value for {listed}", given=given, listed=_listed(missing)),
            _("the model is made of {listed}", listed=_listed(wanted)),
        )
    known = {made.column: made.kind for made in design.columns if made.tree is None}
    found: dict[str, Any] = {}
    for name in wanted:
        text, kind = point[name], known.get(name)
        of_text = name in design.read_as_labels and name not in design.needed_names
        if of_text and name in design.label_names:
            found[name] = _level(design, name, text)
        elif of_text or (kind is not None and (kind.is_time or kind.sort == "truth")):
            found[name] = text
        else:
            found[name] = _whole(text, number(text, f"--at {name}"))
    return found


def _level(design: Design, column: str, text: str) -> Any:
    """The level that a text names."""
    from wxb.design.pieces import level_text

    levels = {level_text(level): level for level in design.state.levels[column]}
    if text not in levels:
        near = near_names(text, list(levels))
        do = (
            _("did you mean {near}?", near=either(*map(show, near)))
            if near
            else _("its levels are {levels}", levels=list_names(list(levels), 12))
        )
        raise UsageError(
            _("`--at {column}={text}`: the model was not fitted to this level", column=column, text=text), do
        )
    return levels[text]


def _listed(terms: Sequence[str]) -> str:
    return ", ".join(map(show, terms))


def _truth(text: str, term: str, column: str) -> float:
    value = _TRUTHS.get(text.strip().lower())
    if value is None:
        wanted, do = (
            _("yes or no, 1 or 0 (the term is {term})", term=show(term)),
            _("for example `--at {point}`", point=shell_word(f"{column}=yes")),
        )
        value = number(text, f"--at {column}", wanted, do)
        if value not in (0, 1):
            raise refused(text, f"--at {column}", wanted, do)
    return value


def _time(text: str, name: str, kind: Kind) -> tuple[float, float]:
    """An instant or a duration as days: value and low."""
    from wxb.data.times import days_of_nanoseconds, duration, nanoseconds

    if kind.sort == "duration":
        since = duration(text)
        if since is None:
            raise refused(
                text,
                f"--at {name}",
                _("a duration"),
                _("for example 36h, 90min, 15s, P1DT12H, or a number of days"),
            )
    else:
        known = nanoseconds(text)
        if known is None:
            raise refused(
                text,
                f"--at {name}",
                _("a date or an instant in ISO 8601"),
                _("for example 2024-01-02 or 2024-01-02T03:04{zone}", zone="Z" if kind.aware else ""),
            )
        since, aware = known
        if aware != kind.aware:
            raise UsageError(
                _of_zone(aware, name, show(text), kind.described),
                _("add Z or an offset such as +09:00")
                if kind.aware
                else _("leave the zone out, in the clock of the data"),
            )
    values, low = days_of_nanoseconds([since])
    return float(values[0]), 0.0 if low is None else float(low[0])


def _of_zone(aware: bool, name: str, text: str, of: str) -> str:
    if aware:
        return _("`--at {name}` is {text}, with a time zone; the model was fitted to {of}", name=name, text=text, of=of)
    return _("`--at {name}` is {text}, without a time zone; the model was fitted to {of}", name=name, text=text, of=of)

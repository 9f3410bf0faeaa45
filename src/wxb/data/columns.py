"""Which columns play which part: features, target, weights, labels; and names in words when one is not there.

>>> from wxb.data.kinds import truth
>>> find([Field("hours", 0), Field("paid", 1, truth("yes"))], "paid", "hours.csv").term
'paid[yes]'
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from wxb.advice import Advice
from wxb.data.field import Field
from wxb.data.problems import unfit
from wxb.data.roles import Roles
from wxb.data.selection import Selection
from wxb.errors import DataError, UsageError
from wxb.i18n import _, either, listed
from wxb.near import list_names, near_names
from wxb.printable import show

if TYPE_CHECKING:
    from wxb.data.where import Filter


def choose(
    fields: Sequence[Field], selection: Selection, *, source: str, where: str | None = None, date: str | None = None
) -> Roles:
    """Find the columns by name and refuse those that cannot play their part."""

    def found_by(name: str | None) -> Field | None:
        return None if name is None else find(fields, name, source)

    target, weights = found_by(selection.target), found_by(selection.weights)
    frequency = found_by(selection.frequency)
    by = tuple(find(fields, name, source) for name in selection.by or ())
    labels = tuple(_as_known(find(fields, name, source), name, selection) for name in selection.labels)
    beside = tuple(find(fields, name, source) for name in selection.beside)
    _refuse_repeated(by)
    found = None if where is None else condition_on(fields, where, date, source)
    if selection.features is None:
        taken = [field for field in (target, weights, frequency, *by, *labels, *beside) if field]
        chosen = [field for field in fields if field.named and field not in taken]
        # A text that the condition is about is there for the condition.
        chosen = [field for field in chosen if not (field.problem and found and _among(field, found.fields))]
        _refuse_twice(chosen, source)
    else:
        chosen = [find(fields, name, source) for name in selection.features]
        _refuse_overlap(chosen, target)
    if selection.texts:
        labels = (*labels, *(field for field in chosen if field.kind.is_category))
        chosen = [field for field in chosen if not field.kind.is_category]
    _refuse_same_term(chosen, source)
    roles = Roles(
        features=tuple(chosen),
        target=target,
        weights=weights,
        frequency=frequency,
        by=by,
        labels=labels,
        beside=beside,
        filter=found,
        date=date,
    )
    bad = [field for field in roles.numeric if field.problem]
    if bad:
        raise unfit(source, roles, bad)
    _refuse_time(weights, _("weights"), source)
    _refuse_time(frequency, _("counts"), source)
    return roles.settled()


def _refuse_time(field: Field | None, meant: str, source: str) -> None:
    """A time counts no rows."""
    if field is not None and field.kind.is_time:
        what = _(
            "{source}: column {name} holds {described}, which are no {meant}",
            source=source,
            name=show(field.name),
            described=field.kind.described,
            meant=meant,
        )
        raise DataError(what, _("name a column of numbers"))


def _as_known(field: Field, name: str, selection: Selection) -> Field:
    """A column of labels as a model knows it: a few rows of text may look like numbers, or yes and no."""
    kind = (selection.kinds or {}).get(name)
    return field if kind is None else replace(field, kind=kind, problem=None)


def condition_on(fields: Sequence[Field], where: str, date: str | None, source: str) -> Filter:
    """The condition on rows, bound to the columns it names."""
    from wxb.data.where import bind

    names = {plain_name(field.name) for field in fields}

    def column(name: str) -> Field:
        try:
            return find(fields, name, source)
        except DataError as error:
            do = _("a text is written in quotes: `'{name}'`", name=name)
            do = f"{error.do} {do}".strip()
            raise DataError(error.what, do) from None

    return bind(where, column, lambda name: plain_name(name) in names, date)


def condition_names(where: str | None) -> tuple[str, ...]:
    """The names in a condition on rows."""
    if where is None:
        return ()
    from wxb.expression.condition import parse_condition
    from wxb.expression.tree import Name, postorder

    return tuple(part.name for part in postorder(parse_condition(where)) if isinstance(part, Name))


def looked_at(selection: Selection, where: str | None) -> Callable[[str], bool]:
    """Whether a column has to be looked at: it may be read as numbers. `paid[yes]` may be a name or a term of `paid`."""
    if selection.features is None:
        return lambda name: True
    asked = {
        plain_name(str(name))
        for name in (
            selection.target,
            selection.weights,
            selection.frequency,
            *selection.features,
            *selection.labels,
            *selection.beside,
            *condition_names(where),
        )
        if name is not None
    }
    asked |= {name.rpartition("[")[0] for name in asked if name.endswith("]")}
    return lambda name: plain_name(name) in asked


def _among(field: Field, fields: Sequence[Field]) -> bool:
    return any(other.position == field.position for other in fields)


def find(fields: Sequence[Field], name: str, source: str) -> Field:
    """The column called `name`; `paid[yes]` also finds the yes/no column `paid`."""
    found = [field for field in fields if field.name == name]
    if not found:
        found = [field for field in fields if field.word and field.term == name]
    if not found and isinstance(name, str) and not name.isascii():
        found = [replace(field, asked=asked) for field in fields if (asked := _same_name(field, name))]
    if not found:
        raise not_there(fields, name, source)
    if len(found) > 1:
        raise _twice(name, [field.position for field in found], source)
    return found[0]


def plain_name(name: str) -> str:
    """A name in the one Unicode form that all are compared in (Mac file systems write é as two letters)."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def _same_name(field: Field, name: str) -> str:
    """The name of a column asked for by its name or its term in another Unicode form."""
    plain = plain_name(name)
    if plain_name(field.name) == plain:
        return name
    return name.removesuffix(f"[{field.word}]") if plain_name(field.term) == plain else ""


def not_there(fields: Sequence[Field], name: str, source: str) -> DataError:
    names = [field.name for field in fields]
    near = near_names(name, names)
    do = _("did you mean {near}?", near=either(*(show(n) for n in near))) if near else ""
    do = _("a formula has a name of its own: {formula}", formula=Advice("formula", name)) if "~" in name else do
    return DataError(
        _(
            "{source}: there is no column {name}; the columns are {names}",
            source=source,
            name=show(str(name)),
            names=list_names(names),
        ),
        do,
    )


def _refuse_twice(fields: Sequence[Field], source: str) -> None:
    positions: dict[str, list[int]] = {}
    for field in fields:
        positions.setdefault(field.name, []).append(field.position)
    for name, places in positions.items():
        if len(places) > 1:
            raise _twice(name, places, source)


def _twice(name: str, positions: Sequence[int], source: str) -> DataError:
    places = listed(str(position + 1) for position in positions)
    times = _("twice") if len(positions) == 2 else _("{count} times", count=len(positions))
    what = _(
        "{source}: the column name {name} occurs {times} (a duplicate: columns {places})",
        source=source,
        name=show(name),
        times=times,
        places=places,
    )
    return DataError(what, _("give every column a name of its own"))


def _refuse_same_term(features: Sequence[Field], source: str) -> None:
    """Terms go by their names, in a model's file and where it predicts: `paid[yes]` cannot be both a column and of one."""
    called: dict[str, Field] = {}
    for field in features:
        other = called.setdefault(field.term, field)
        if other.position != field.position:
            column, truth = (other, field) if field.word else (field, other)
            raise DataError(
                _(
                    "{source}: the column {name} and the yes/no column {name2} would make terms of one name",
                    source=source,
                    name=show(column.name),
                    name2=show(truth.name),
                ),
                _("give one of them another name, or leave it out"),
            )


def _refuse_repeated(by: Sequence[Field]) -> None:
    positions = [field.position for field in by]
    for field in by:
        if positions.count(field.position) > 1:
            raise UsageError(
                _("the column {name} of groups is asked for twice", name=show(field.name)), _("name every column once")
            )


def _refuse_overlap(features: Sequence[Field], target: Field | None) -> None:
    names = [field.name for field in features]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(_("the feature {name} is asked for twice", name=show(name)), _("name every feature once"))
    if target is not None and target in features:
        raise UsageError(
            _("{name} is both the target and a feature", name=show(target.name)),
            _("leave it out of the features: it would predict itself"),
        )

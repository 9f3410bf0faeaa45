"""Marginal means and slopes: what a line says of each level of a category, or of one more unit of a number, all else as it is.

    of a category   the mean of H over all rows of the fit, each with the level put in; differences of levels, with p and Holm's p
    of a number     the mean slope of H by it, other numbers at their means where they matter

Other columns are as the rows have them, but for those that `at` sets; a list sets them to one value after the other. Errors are
those of the model; with the classical ones every number is certain. Holm's p hold for all differences of a row of `at` together.
Means and slopes of a line under a penalty have no errors: these, t, p and intervals are NaN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import isnan, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from wxb import arguments
from wxb.design.pieces import Level, level_text
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.hypotheses.averages import Averages, Point
from wxb.hypotheses.spread import Form, Spread, WithoutErrors, spread_of
from wxb.hypotheses.tables import between, degrees, named_table, numbers, remarks, statistics
from wxb.hypotheses.words import remarks_of, with_errors
from wxb.i18n import N_, _
from wxb.near import near_names
from wxb.numbers import number, p_value
from wxb.printable import one_line, show
from wxb.report.errors_text import errors_name
from wxb.report.lines import fits
from wxb.tails import t_two_sided_p, two_sided_t
from wxb.values import Shown, short

if TYPE_CHECKING:
    import pyarrow

MOST_ROWS, MOST_LEVELS, MOST_SHOWN = 10_000, 60, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """A row. name : the level, the two levels of a difference, or the column of a slope        at : what was set besides

    estimate, se, t : t is the estimate in standard errors        freedom : its degrees of freedom
    holm : of a difference, its p adjusted for all those beside it; NaN of a mean or slope
    """

    name: str
    at: Mapping[str, float | Level]
    estimate: float
    se: float
    freedom: float
    holm: float = nan

    @property
    def t(self) -> float:
        return self.estimate / self.se if self.se else nan

    @property
    def p(self) -> float:
        """P(|T| > |t|), for this row alone."""
        return t_two_sided_p(self.t, self.freedom)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        half = self.se * two_sided_t(arguments.level(level), self.freedom)
        return self.estimate - half, self.estimate + half

    @property
    def label(self) -> str:
        """`north, x = 3`"""
        return ", ".join(
            [self.name, *(f"{k} = {number(v) if isinstance(v, float) else v}" for k, v in self.at.items())]
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """Of a level at a point: what multiplies the coefficients."""

    name: str
    at: Mapping[str, float | Level]
    form: Form


@dataclass(frozen=True, kw_only=True)
class Margins(Shown):
    """of : the column        slopes : whether they are those of a number, and not means of levels

    rows : a Margin for each level (or slope) at each point        differences : of every two levels at the same point
    errors : which standard errors these are, "" of a line under a penalty, which has none
    """

    of: str
    target: str
    slopes: bool
    rows: tuple[Margin, ...]
    errors: str
    notes: tuple[str, ...] = ()
    _made: tuple[_Row, ...] = field(default=(), repr=False, compare=False)
    _spread: Spread | WithoutErrors | None = field(default=None, repr=False, compare=False)

    @cached_property
    def differences(self) -> tuple[Margin, ...]:
        """The first level less the second; () of slopes. UsageError beyond 60 levels: `model.test` takes those that matter."""
        if self.slopes or self._spread is None:
            return ()
        groups: dict[Any, list[_Row]] = {}
        for row in self._made:
            groups.setdefault(tuple(row.at.items()), []).append(row)
        if any(len(rows) > MOST_LEVELS for rows in groups.values()):
            raise UsageError(
                _(
                    "{of} has more than {most_levels} levels, and their differences are thousands",
                    of=show(self.of),
                    most_levels=MOST_LEVELS,
                ),
                _("test those that matter: `model.test`"),
            )
        return tuple(one for rows in groups.values() for one in _differences(rows, self._spread))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Margin]:
        return iter(self.rows)

    def __getitem__(self, place: int) -> Margin:
        return self.rows[place]

    def __repr__(self) -> str:
        shown = ", ".join(f"{short(one.label)} {number(one.estimate)}" for one in self.rows[:3])
        what = "slopes" if self.slopes else "means"
        return f"Margins({what} of {short(self.target)} by {short(self.of)}: {shown}{', …' if len(self) > 3 else ''})"

    def __str__(self) -> str:
        head = (
            N_("mean slope of {target} by {of}, all else as in the rows; {errors}")
            if self.slopes
            else N_("mean of {target} by {of}, all else as in the rows; {errors}")
        )
        errors = with_errors(self.errors) if self.errors else _("no errors")
        lines = [
            _(head, target=short(self.target, 30), of=short(self.of, 20), errors=errors),
            "",
            *_table(self.rows, "slope" if self.slopes else "mean"),
        ]
        if not self.slopes and len({one.name for one in self.rows}) <= MOST_SHOWN:
            lines += ["", *_table(self.differences, "difference")]
        if self.errors:
            lines.append(_("  intervals of 95 % · t with {degrees}", degrees=degrees(self.rows[0].freedom)))
        return "\n".join([*lines, *remarks(self.notes)])

    def to_arrow(self) -> pyarrow.Table:
        """A row for each mean or slope: name, each column of `at`, estimate, se, t, p, low, high."""
        import pyarrow

        set_too = self.rows[0].at
        low, high = zip(*(one.interval() for one in self.rows))
        columns: dict[str, Any] = {"name": [one.name for one in self.rows]}
        columns |= {name: [one.at[name] for one in self.rows] for name in set_too}
        columns |= {name: [getattr(one, name) for one in self.rows] for name in ("estimate", "se", "t", "p")}
        return pyarrow.table(columns | {"low": low, "high": high})


def margins(fitted: Fitted, of: str, at: Mapping[str, Any] | None = None) -> Margins:
    """Means by level of a category, or slopes by a number."""
    averages, spread = Averages(fitted), spread_of(fitted)
    design = averages.design
    labels = design.label_names
    sources = dict.fromkeys(name for made in design.columns for name in made.names_now)
    chosen = dict(
        arguments.instance("at", at or {}, Mapping, _("a dict"), _('give {"x": 3}, or a list for each column'))
    )
    for name in (of, *chosen):
        if name not in labels and name not in sources:
            near = near_names(str(name), [*labels, *sources]) or [*labels, *sources][:12]
            do = (
                _("there are {near}", near=", ".join(map(show, near)))
                if near
                else _("its columns are all of earlier rows")
            )
            raise UsageError(_("the line has no column {name}", name=show(str(name))), do)
    slopes = of not in labels
    if of in chosen and not slopes:
        raise UsageError(_("{of} is set, and its levels are asked for", of=show(of)), _("leave it out of `at=`"))
    values = {name: _values(name, value, averages) for name, value in chosen.items()}
    points = [dict(zip(values, one)) for one in product(*values.values())]
    names = [of] if slopes else [level_text(level) for level in design.state.levels[of]]
    if len(points) * len(names) > MOST_ROWS:
        raise UsageError(_("that is {count} rows", count=len(points) * len(names)), _("set fewer values: `at=`"))
    rows: list[_Row] = []
    for point in points:
        if slopes:
            rows.append(_Row(of, point, averages.form(_with_means(point, averages, of), of)))
        else:
            for level, name in zip(design.state.levels[of], names):
                rows.append(_Row(name, point, averages.form({**point, of: level})))
    return Margins(
        of=of,
        target=fitted.target,
        slopes=slopes,
        rows=_told([(one.name, one.at, one.form) for one in rows], spread),
        errors="" if fitted.penalised is not None else errors_name(fitted),
        notes=(*_remarks(fitted, rows, spread), *remarks_of(fitted)),
        _made=tuple(rows),
        _spread=spread,
    )


def _values(name: str, given: Any, averages: Averages) -> list[float | Level]:
    """What a column is set to, one after the other."""
    several = isinstance(given, Sequence) and not isinstance(given, str)
    listed = list(given) if several or getattr(given, "ndim", 0) else [given]
    if not listed:
        raise UsageError(_("{name} is set to nothing", name=show(name)), _("give a value, or several in a list"))
    if name not in averages.design.label_names:
        wrong = next((one for one in listed if isinstance(one, str) or not np.isreal(one)), None)
        if wrong is not None:
            raise UsageError(
                _("{name} is a column of numbers, and {wrong} is none", name=show(name), wrong=show(str(wrong))),
                _("set a number"),
            )
        return [arguments.number(show(name), one) for one in listed]
    levels = averages.design.state.levels[name]
    found: list[float | Level] = []
    for one in listed:
        level = next((level for level in levels if level == one or level_text(level) == str(one)), None)
        if level is None:
            known = ", ".join(show(level_text(other)) for other in levels[:12])
            raise UsageError(
                _("{name} has no level {one}", name=show(name), one=show(str(one))), _("there are {known}", known=known)
            )
        found.append(level)
    return found


def _with_means(point: Point, averages: Averages, of: str) -> Point:
    """The point of a slope: all numbers of the columns that it is in are set, to their means where nothing is said."""
    needed = dict.fromkeys(name for made in averages.design.columns if of in made.names_now for name in made.names_now)
    found = dict(point)
    for name in needed:
        if name not in found:
            mean = averages.mean_of(name)
            alone = all(made.tree is None for made in averages.design.columns if of in made.names_now)
            if mean is None and not alone:
                raise UsageError(
                    _(
                        "the slope by {of} depends on {name}, whose mean the model does not hold",
                        of=show(of),
                        name=show(name),
                    ),
                    _("set {name}: `at=`", name=show(name)),
                )
            found[name] = float(mean or 0)
    return found


def _told(rows: Sequence[tuple[str, Mapping[str, Any], Form]], spread: Spread | WithoutErrors) -> tuple[Margin, ...]:
    known = [spread.estimable(form) for __, __, form in rows]
    errors = spread.se([form for __, __, form in rows]).tolist()
    return tuple(
        Margin(
            name=name,
            at=at,
            estimate=float(spread.value(form)) if there else nan,
            se=se if there else nan,
            freedom=spread.freedom(form),
        )
        for (name, at, form), there, se in zip(rows, known, errors)
    )


def _differences(rows: Sequence[_Row], spread: Spread | WithoutErrors) -> list[Margin]:
    pairs = [
        (f"{one.name} − {other.name}", one.at, _less(one.form, other.form)) for one, other in combinations(rows, 2)
    ]
    found = _told(pairs, spread)
    order = sorted((i for i, one in enumerate(found) if not isnan(one.p)), key=lambda i: found[i].p)
    adjusted, most = [nan] * len(found), 0.0
    for rank, i in enumerate(order):
        most = max(most, min(1.0, (len(order) - rank) * found[i].p))
        adjusted[i] = most
    return [
        Margin(name=one.name, at=one.at, estimate=one.estimate, se=one.se, freedom=one.freedom, holm=p)
        for one, p in zip(found, adjusted)
    ]


def _less(one: Form, other: Form) -> dict[int, Fraction]:
    left = {place: one.get(place, Fraction(0)) - other.get(place, Fraction(0)) for place in {**one, **other}}
    return {place: value for place, value in left.items() if value}


_HEADS = {"mean": N_("mean"), "slope": N_("mean slope"), "difference": N_("difference")}


def _table(rows: Sequence[Margin], what: str) -> list[str]:
    columns = [
        ["", *(one_line(one.label) for one in rows)],
        [_(_HEADS[what]), *numbers([one.estimate for one in rows])],
        [_("std. err"), *numbers([one.se for one in rows], 3)],
    ]
    if what == "mean":
        return named_table([*columns, [_("interval"), *(between(*one.interval()) for one in rows)]])
    columns += [["t", *statistics([one.t for one in rows])], ["p", *(p_value(one.p) for one in rows)]]
    if what == "difference":
        columns.append([_("Holm's p"), *(p_value(one.holm) for one in rows)])
    lines = named_table([*columns, [_("interval"), *(between(*one.interval()) for one in rows)]])
    whole = fits(lines) and all(row.label in line for line, row in zip(lines[1:], rows))
    return lines if whole else named_table(columns)


def _remarks(fitted: Fitted, rows: Sequence[_Row], spread: Spread | WithoutErrors) -> list[str]:
    found = []
    if fitted.read_design.offset is not None:
        found.append(_("the offset is left out: these are of what is predicted beside it"))
    lost = [one.name for one in rows if not spread.estimable(one.form)]
    if lost:
        names = ", ".join(map(show, dict.fromkeys(lost)))
        found.append(
            _(
                "the rows do not tell what the line says of {names}: they hold no such cells, or terms gave way",
                names=names,
            )
        )
    return found

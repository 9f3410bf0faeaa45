"""A line along one of its columns, all else as it is in the rows on average: where it runs, and how sure that is.

    H(x) = Σ θ_t · (the mean of term t with the column set to x)        for columns without formulas: the others at their means

A term that is made of this column and of others, `x:z`, takes those at their means; where a term is no finite number, as `log(x)`
at −1, there is no line. Its bands hold the mean of the target at x, and a new row. A line that a descent reached has none: the
errors are those of the minimum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from wxb import arguments
from wxb._typing import Vector
from wxb.data.block import Column
from wxb.data.kinds import Kind
from wxb.data.times import text_of_days, text_of_duration
from wxb.design.arithmetic import Source, Steps
from wxb.design.made import Made
from wxb.design.pieces import level_text
from wxb.diagnostics.looking import Along
from wxb.errors import NumericalError, UsageError
from wxb.fitted import Fitted
from wxb.hypotheses.averages import Averages, Undefined
from wxb.i18n import _
from wxb.marks.axis import Axis, around, round_numbers
from wxb.marks.times import date_ticks, duration_ticks
from wxb.near import list_names, near_names
from wxb.numbers import number
from wxb.pictures.curve import places
from wxb.printable import one_line, show

GRID = 1025  # places between which the line of a formula is straight to the eye
MOST_LEVELS = 60


@dataclass(frozen=True, eq=False)
class Course:
    """column : of the source, "" of a line without terms        span : (low, high) of it in the rows, where that is known"""

    model: Fitted
    column: str
    span: tuple[float, float] | None = None

    @cached_property
    def averages(self) -> Averages:
        return Averages(self.model)

    @property
    def is_category(self) -> bool:
        return self.column in self.model.design.label_names

    @property
    def alone(self) -> bool:
        """Whether the line is made of nothing else, so that the rows themselves lie about it."""
        return set(columns_of(self.model)) <= {self.column} and not _hidden(self.model)

    @property
    def height(self) -> str:
        """Where the rows stand (`wxb.diagnostics.looking`)."""
        return "y" if self.alone else "partial"

    @cached_property
    def levels(self) -> tuple[Any, ...]:
        return self.model.design.state.levels[self.column] if self.is_category else ()

    @property
    def kind(self) -> Kind | None:
        made = next((one for one in self.model.design.columns if one.sources == (self.column,)), None)
        return made.kind if made is not None and made.tree is None else None

    def axis(self, *values: Any) -> Axis:
        """The axis of the column: levels and times in words."""
        label = one_line(self.column) if self.column else _("row")
        if self.is_category:
            texts = [one_line(level_text(level)) for level in self.levels]
            return Axis(
                label=label, low=-0.6, high=len(texts) - 0.4, ticks=tuple(zip(map(float, range(len(texts))), texts))
            )
        axis, kind = around(label, *values), self.kind
        if kind is None or not (kind.is_time or kind.word):
            return axis
        if kind.word:
            return Axis(label=label, low=-0.3, high=1.3, ticks=((0.0, f"{_('not')} {kind.word}"), (1.0, kind.word)))
        return timed(axis, kind)

    def text(self, x: float) -> str:
        """A place in words: a level, a day, a number."""
        if self.is_category:
            return one_line(level_text(self.levels[round(x)]))
        return _time_text(self.kind, x) if self.kind is not None and self.kind.is_time else number(x, 6)

    def forms(self, x: Vector) -> list[dict[int, Fraction] | None]:
        """What multiplies the coefficients at each place; None where a term is no finite number."""
        set_to = [self.levels[int(value)] if self.is_category else float(value) for value in x]
        return [self._form({**self.beside, self.column: value} if self.column else {}) for value in set_to]

    def _form(self, point: Mapping[str, Any]) -> dict[int, Fraction] | None:
        if point.get(self.column) != point.get(self.column):  # NaN: a break
            return None
        try:
            return self.averages.form(point)
        except Undefined:
            return None

    @cached_property
    def beside(self) -> dict[str, float]:
        """Columns that terms are made of together with this one, at their means."""
        found, joined = {self.column}, [set(made.names_now) for made in self.model.design.columns]
        while more := {name for names in joined if names & found for name in names} - found:
            found |= more
        means = {name: self.averages.mean_of(name) for name in sorted(found - {self.column})}
        return {name: _float(mean) for name, mean in means.items() if mean is not None}

    def value(self, x: Vector) -> Vector:
        """(m,) of the line, NaN where it is not finite."""
        theta = self.model.theta
        if not np.isfinite(theta).all():
            return np.full(len(x), np.nan)
        return self._along(self.model.exact_theta, x, self._lift)

    def _along(self, theta: Sequence[Fraction], x: Vector, lift: Fraction) -> Vector:
        """(m,) of the line with these coefficients."""
        return np.array(
            [
                np.nan if form is None else _float(sum((f * theta[place] for place, f in form.items()), lift))
                for form in self.forms(x)
            ]
        )

    @cached_property
    def _lift(self) -> Fraction:
        """What effects that are absorbed raise the line by on average."""
        if not _hidden(self.model):
            return Fraction(0)
        gathered, exact = self.averages.gathered, self.model.exact_theta
        moments = self.model.moments if gathered is None else gathered.plain  # those of the model are within the levels
        mean = moments.exact(0, len(moments.terms) + 1) / moments.exact(0, 0)
        form = self.averages.form({})
        return mean - sum((factor * exact[place] for place, factor in form.items()), Fraction(0))

    def at_minimum(self, x: Vector) -> Vector:
        """(m,) of the exact minimum."""
        return self._along(self.model.solution.exact, x, Fraction(0))

    def point(self, at: Mapping[str, Any]) -> tuple[float, float]:
        """(x, H) with these columns set; UsageError where the column is none of them, or one is not of the line."""
        columns = columns_of(self.model)
        for name in at:
            if name not in columns:
                raise _none(str(name), columns)
        if self.column not in at:
            what = _("where along {column} is not said", column=show(self.column))
            raise UsageError(what, _("give a value of {column} with the others", column=show(self.column)))
        point = {name: self._set(name, value) for name, value in at.items()}
        exact = self.model.exact_theta
        found = sum((f * exact[place] for place, f in self.averages.form({**self.beside, **point}).items()), self._lift)
        place = self.levels.index(point[self.column]) if self.is_category else point[self.column]
        return float(place), _float(found)

    def _set(self, name: str, value: Any) -> Any:
        if name not in self.model.design.label_names:
            return arguments.number(f"`at` of {show(name)}", value)
        levels = self.model.design.state.levels[name]
        found = next((one for one in levels if one == value or level_text(one) == str(value)), None)
        if found is None:
            texts = [level_text(one) for one in levels]
            do = _("it has {names}", names=list_names(near_names(str(value), texts) or texts))
            raise UsageError(_("{column} has no level {level}", column=show(name), level=show(str(value))), do)
        return found

    def halves(self, x: Vector, level: float) -> tuple[Vector, Vector] | None:
        """(m,) how far the bands of the mean and of a row reach to each side; None where there are none."""
        found = self.model.inference if self.model.is_minimum else None
        if found is None or not found.freedom or not found.residual_sd > 0 or _hidden(self.model):
            return None
        exact, forms = np.zeros((2, len(x), len(self.model.layout))), self.forms(x)
        for row, form in enumerate(forms):
            for place, factor in (form or {}).items():
                exact[0, row, place] = float(factor)
                exact[1, row, place] = float(factor - Fraction(exact[0, row, place]))
        try:
            errors = found.mean_se(exact[0], low=exact[1])
            mean, row = (found.half_width(exact[0], level, new=new, mean_se=errors) for new in (False, True))
        except NumericalError:  # errors that leave the range of a float64, or that its levels do not have
            return None
        return mean, row

    def grid(self, low: float, high: float) -> Vector:
        """The places that are drawn; NaN where the line breaks."""
        if self.is_category:
            return np.arange(len(self.levels), dtype=np.float64)
        return np.array([low, high]) if self._straight else places(self.value, low, high)

    @property
    def _straight(self) -> bool:
        return self.model.design.is_plain

    def along(self) -> Along:
        """What rows are looked at for it."""
        design = self.model.design
        if not self.column:
            return Along(place=-1)
        if self.is_category:
            values = self.value(self.grid(0, 0)) if not self.alone else np.empty(0)
            known = {level: place for place, level in enumerate(self.levels)}
            at = design.read_as_labels.index(self.column)
            return Along(place=at, is_category=True, levels=known, curve=lambda x: values[x.astype(np.intp)])
        names = [one.column for one in design.columns] if design.is_plain else design.source_names
        return Along(place=names.index(self.column), curve=None if self.alone else self._curve())

    def _curve(self) -> Any:
        if self.span is None:
            return self._computed
        low, high = self.span
        if self._straight:
            start, end = self.value(np.array([low, high])).tolist()
            slope = (end - start) / (high - low) if high > low else 0.0
            return lambda x: start + slope * (x - low)
        at = np.linspace(low, high, GRID) if high > low else np.array([low])
        values = self.value(at)
        return lambda x: np.interp(x, at, values)

    def _computed(self, x: Vector) -> Vector:
        """(n,) of the line in floats: a sum over what is made of the column, each times what the line gives it."""
        start, shares = self._shares
        others = {name: Column(np.full(len(x), value)) for name, value in self.beside.items()}
        sources: dict[Source, Column] = {self.column: Column(x), **others}
        made = iter(Steps.of(list(shares)).columns(sources, (), len(x)))
        found = np.full(len(x), start)
        for one, share in shares.items():
            found += share * (sources[one.column] if one.tree is None else next(made)).values
        return found

    @cached_property
    def _shares(self) -> tuple[float, dict[Made, float]]:
        """What the line is where all that is made of the column is 0, and what each adds for each unit of it."""
        point, theta = {**self.beside, self.column: 0.0}, self.model.exact_theta

        def line(unit: Made | None) -> Fraction:
            form = self.averages.form(point, value=lambda made: Fraction(made is unit))
            return sum((factor * theta[place] for place, factor in form.items()), self._lift)

        start = line(None)
        made = [one for one in self.model.design.columns if set(one.names_now) & set(point)]
        return _float(start), {one: _float(line(one) - start) for one in made}


def course(model: Fitted, term: str | None) -> Course:
    """The line along the column that was asked for, or the first one; UsageError for one that it does not have."""
    names = columns_of(model)
    if term is None:
        numbers = [name for name in names if name not in model.design.label_names]
        return _with_span(model, (numbers or names or [""])[0])
    if term not in names:
        named = next((one.sources[0] for one in model.design.columns if one.name == term), None)
        if named is None:
            raise _none(term, names)
        term = named
    found = _with_span(model, term)
    if (n := len(found.levels)) > MOST_LEVELS:
        raise UsageError(
            _(
                "{column} has {n} levels, and at most {most} stand side by side",
                column=show(term),
                n=n,
                most=MOST_LEVELS,
            ),
            _("draw it along another column: `term=`"),
        )
    return found


def columns_of(model: Fitted) -> list[str]:
    """The columns of the source that the line is made of, in the order of its terms; absorbed ones are not among them."""
    design = model.design
    labels = [one.column for one in design.categories if not one.absorbed]
    numbers = dict.fromkeys(name for made in design.columns for name in made.names_now)
    if design.is_plain:
        return list(numbers)
    return list(dict.fromkeys([*numbers, *labels]))


def _none(name: str, names: Sequence[str]) -> UsageError:
    do = _("it has {names}", names=list_names(near_names(name, names) or names)) if names else _("it has no columns")
    return UsageError(_("the line has no column {column}", column=show(name)), do)


def _with_span(model: Fitted, column: str) -> Course:
    ranges, design = model.column_ranges, model.design
    if ranges is not None and column not in design.label_names:
        for made, span in zip(design.columns, ranges):
            if made.tree is None and made.sources == (column,):
                return Course(model, column, span)
    return Course(model, column)


def _hidden(model: Fitted) -> Sequence[str]:
    known = model.estimate.known_solution
    return () if known is None or known.eliminated is None else known.eliminated.hidden_columns


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return np.nan


def kind_of_target(model: Fitted) -> Kind | None:
    """None of one that is worked out."""
    return model.design.target.kind if model.design.target.tree is None else None


def timed(axis: Axis, kind: Kind | None) -> Axis:
    """An axis of instants or durations told as such; any other as it is. Beyond the calendar round days are told."""
    if kind is None or not kind.is_time:
        return axis
    if kind.sort == "instant":
        ticks = date_ticks(axis.low, axis.high)
    else:
        ticks = duration_ticks(axis.low, axis.high, text_of_duration)
    told = (
        [(value, _time_text(kind, value)) for value in round_numbers(axis.low, axis.high, 4)]
        if ticks is None
        else ticks
    )
    return replace(axis, ticks=tuple(told), unit="UTC" if kind.aware else axis.unit)


def _time_text(kind: Kind, value: float) -> str:
    return text_of_days(value, aware=kind.aware) if kind.sort == "instant" else text_of_duration(value)

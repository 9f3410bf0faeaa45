"""Models → rows of cells: the union of their terms in order, what is known of each as a whole, and notes. No format's business.

A term that a model does not have is an empty cell; a level that is the base of a model's category says so where another has it as a
level. More levels than a table holds are counted in the foot. What a descent reached has no errors of its own, and stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from wxb.design.pieces import level_text
from wxb.fitted import Fitted
from wxb.i18n import N_, _
from wxb.layout import INTERCEPT
from wxb.numbers import DASH, number, thousands
from wxb.report.certain import residual_sd, residuals_told, share
from wxb.report.coefficients import numbers_of_minimum, numbers_otherwise
from wxb.report.errors_text import errors_name, has_errors
from wxb.report.sections import absorbed_columns, beside, levels_counted, name_of, sections
from wxb.report.side_by_side.look import Look

STARS = ((0.001, 3), (0.01, 2), (0.05, 1))
BENEATH = {
    "se": N_("Standard errors in parentheses{which}."),
    "t": N_("t values in parentheses{which}."),
    "interval": N_("{level} % intervals in brackets{which}."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """value : a number as text        stars : of its p        beneath : its error, "" where there is none"""

    value: str
    stars: int = 0
    beneath: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """name : at the left        depth : 1 beneath a heading        cells : of each model, None where it has none; () of headings"""

    name: str
    depth: int = 0
    cells: tuple[Cell | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """caption : the target, where all models have the same        names : of the models, one for each column

    rows : the coefficients        foot : what is known of each model as a whole        notes : under the table
    """

    caption: str
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    foot: tuple[Row, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Model:
    """One model's cells: of terms alone by name, of levels by piece and label. beside : of each piece what its levels are beside"""

    alone: dict[str, Cell] = field(default_factory=dict[str, Cell])
    levels: dict[str, dict[str, Cell]] = field(default_factory=dict[str, dict[str, Cell]])
    beside: dict[str, str] = field(default_factory=dict[str, str])
    bases: dict[str, str] = field(default_factory=dict[str, str])
    many: dict[str, int] = field(default_factory=dict[str, int])


def body(models: Sequence[Fitted], look: Look) -> tuple[Row, ...]:
    """The coefficients."""
    found = [_cells(model, look) for model in models]
    order: dict[
        tuple[str, bool], dict[str, None]
    ] = {}  # terms and pieces as they first appear, and the levels of these
    for model in models:
        for line in sections(model):
            if line.block or (line.place is None and line.piece in absorbed_columns(model.design)):
                continue
            labels = order.setdefault((line.piece or line.label, bool(line.piece)), {})
            if line.piece and line.place is not None:
                labels[line.label] = None
    last = [(INTERCEPT, False)] if (INTERCEPT, False) in order else []
    rows: list[Row] = []
    for key in [*(key for key in order if key not in last), *last]:
        rows += _piece(key[0], list(order[key]), found) if key[1] else [_alone(key[0], found, order)]
    return tuple(rows)


def _alone(name: str, found: Sequence[_Model], others: Container[tuple[str, bool]]) -> Row:
    """A term, or the intercept, by that word where no term is called so."""
    called = _("intercept") if name == INTERCEPT and ("intercept", False) not in others else name
    return Row(name=called, cells=tuple(one.alone.get(name) for one in found))


def _piece(text: str, labels: list[str], found: Sequence[_Model]) -> list[Row]:
    """A heading with what the levels are beside, where that is the same for all, and the levels."""
    sides = {one.beside[text] for one in found if text in one.beside}
    same = len(sides) == 1
    rows = [Row(name=f"{text} ({sides.pop()})" if same else text)]
    for label in labels:
        cells = [one.levels.get(text, {}).get(label) for one in found]
        if not same:
            base = Cell(value=_("base"))
            cells = [base if one.bases.get(text) == label else cell for one, cell in zip(found, cells)]
        rows.append(Row(name=label, depth=1, cells=tuple(cells)))
    return rows


def _cells(model: Fitted, look: Look) -> _Model:
    found, lines = _Model(), sections(model)
    design = model.design
    for piece in design.pieces:
        if piece.categories:
            found.beside[name_of(piece)] = beside(design, piece)
            short = [one.column for one in piece.categories if not one.full]
            if len(short) == len(piece.categories) == 1:
                found.bases[name_of(piece)] = level_text(design.base(short[0]))
    places = [line.place for line in lines if line.place is not None]
    texts = numbers_of_minimum(model, look.level, places) if model.is_minimum else numbers_otherwise(model, places)[1]
    for line in lines:
        if line.block:
            found.many[line.piece] = len(line.places)
            continue
        if line.place is None:
            continue
        cell = _cell(model, line.place, texts.pop(0), look)
        (found.levels.setdefault(line.piece, {}) if line.piece else found.alone)[line.label] = cell
    return found


def _cell(model: Fitted, place: int, texts: list[str], look: Look) -> Cell:
    """Of a coefficient."""
    if not model.is_minimum:
        return Cell(value=DASH if model.diverged else texts[0])
    value, se, t, __, low, high = texts
    if se == DASH:
        return Cell(value=value)
    beneath = {"se": f"({se})", "t": f"({t})", "interval": f"[{low}, {high}]"}[look.errors]
    p = float(model.inference.p[place]) if look.stars else 1.0
    return Cell(value=value, stars=next((count for most, count in STARS if p < most), 0), beneath=beneath)


def foot(models: Sequence[Fitted]) -> tuple[Row, ...]:
    """What is known of each model as a whole; rows in which nothing is known of any are left out."""
    many: dict[str, list[str]] = {}
    for i, model in enumerate(models):
        for line in sections(model):
            if line.block:
                many.setdefault(line.piece, [""] * len(models))[i] = levels_counted(len(line.places))
        for column, count in absorbed_columns(model.design).items():
            many.setdefault(_("{column} effects", column=column), [""] * len(models))[i] = _(
                "yes, {levels}", levels=count
            )
    targets = [model.target for model in models]
    rows = {
        _("target"): targets if len(set(targets)) > 1 else [],
        **many,
        "n": [thousands(model.n) for model in models],
        "R²": [re.split(r" \(|, |: ", share(model).removeprefix("R² "))[0] for model in models],
        _("residual sd"): [_sd(model) for model in models],
        _("cost"): ["" if model.is_minimum or model.diverged else number(model.cost, 6) for model in models],
        _("errors"): _errors(models),
        _("clusters"): [_clusters(model) for model in models],
    }
    return tuple(
        Row(name=name, cells=tuple(Cell(value=text) if text else None for text in texts))
        for name, texts in rows.items()
        if any(texts)
    )


def _sd(model: Fitted) -> str:
    known = model.is_minimum and model.inference.freedom > 0 and residuals_told(model)
    return residual_sd(model) if known else ""


def _errors(models: Sequence[Fitted]) -> list[str]:
    """Which errors, as they are asked for, where they are not the same in all."""
    names = [_asked(model) if model.is_minimum and has_errors(model) else "" for model in models]
    return names if len({name for name in names if name}) > 1 else []


def _asked(model: Fitted) -> str:
    covariance = model.inference.errors
    return _("classical") if covariance is None else str(covariance.errors or _("given"))


def _clusters(model: Fitted) -> str:
    covariance = model.inference.errors if model.is_minimum else None
    return "" if covariance is None else " × ".join(map(str, covariance.clusters))


def notes(models: Sequence[Fitted], names: Sequence[str], look: Look) -> tuple[str, ...]:
    """What stands under the table."""
    with_errors = [model for model in models if model.is_minimum and has_errors(model)]
    said = []
    if with_errors:
        kinds = {errors_name(model) for model in with_errors}
        which = f": {kinds.pop()}" if len(kinds) == 1 else ""
        said.append(_(BENEATH[look.errors], level=number(100 * look.level), which=which))
        if look.stars:
            said.append("*** p < 0.001, ** p < 0.01, * p < 0.05.")
    told = {
        N_("What a descent reached, without errors of its own"): [
            not model.is_minimum and model.penalised is None for model in models
        ],
        N_("A minimum under a penalty, of which errors are not known"): [
            model.penalised is not None for model in models
        ],
        N_("R² is uncentred, beside predicting 0"): [bool(share(m)) and not m.solution.centred for m in models],
        N_("Collinear terms are left out"): [bool(model.dropped) for model in models],
        N_("These rows chose the terms, so p values and errors are too good"): [m.steps is not None for m in models],
    }
    for text, holds in told.items():
        which = [name for name, yes in zip(names, holds) if yes]
        if which:
            said.append(f"{_(text)}: {', '.join(which)}.")
    return tuple(said)

"""A design as JSON: what its columns are, and what is known of all rows. Reading it runs nothing: a formula is text that is parsed.

    {"formula": "y ~ poly(x, 2) + school", "kinds": {"x": {"sort": "number"}, …}, "levels": {"school": ["east", …]},
     "knots": {}, "bases": {"poly(x, 2)": [["-1a3fp-112", …], …]}}

Without a formula "features" names the columns in order, "absorbed" those whose effects are not listed. Factors of bases are whole
numbers times powers of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from wxb.data.kinds import NUMERIC_SORTS, SORTS, WORDS, Kind
from wxb.design import Design, Level, Made, State
from wxb.design.of_formula import of_formula
from wxb.errors import WxbError
from wxb.fields import Reader
from wxb.formula import read
from wxb.i18n import _
from wxb.moments.as_json import cells, sum_from_text, sum_to_text
from wxb.printable import show


def design_to_json(design: Design) -> dict[str, Any]:
    """A JSON object of a closed design, but for its intercept, which is a choice of the fit."""
    state = design.state
    return {
        "formula": design.formula or None,
        "features": None if design.formula else list(design.feature_names),
        "absorbed": None if design.formula else [one.column for one in design.categories if one.absorbed],
        "kinds": {name: kind.to_json() for name, kind in design.meanings.items()},
        "levels": {name: list(levels) for name, levels in state.levels.items()},
        "knots": {text: list(knots) for text, knots in state.knots.items()},
        "bases": {text: [list(map(_factor, row)) for row in rows] for text, rows in state.bases.items()},
    }


def design_from_json(reader: Reader, target: str, intercept: bool) -> Design:
    """The design back; ModelFileError for what is none."""
    kinds: dict[str, Kind] = {}
    for name, one in _fields(reader, "kinds").items():
        kinds[name] = kind_from_json(one)
        one.done()
    knots = {text: _numbers(one) for text, one in _fields(reader, "knots").items()}
    design = _open(reader, kinds, knots, target, intercept)
    levels = {name: tuple(map(_level, cells(one))) for name, one in _fields(reader, "levels").items()}
    if set(levels) != set(design.label_names) or any(len(set(one)) < max(len(one), 1) for one in levels.values()):
        raise reader.get("levels").fail(_("are not those of its categories, each once"))
    for one in design.categories:
        if one.base is not None and one.base not in levels[one.column]:
            raise reader.get("levels").fail(_("are without the base of a category"))
    bases = {text: tuple(map(_row, cells(one))) for text, one in _fields(reader, "bases").items()}
    factors = {factor.text: factor for piece in design.pieces for factor in piece.numbers if factor.basis}
    shapes = {text: [len(factor.parts)] * len(factor.names) for text, factor in factors.items()}
    if {text: list(map(len, rows)) for text, rows in bases.items()} != shapes:
        raise reader.get("bases").fail(_("are not those of its terms"))
    reader.done()
    return replace(design, state=State(levels=levels, bases=bases, knots=knots))


def kind_from_json(reader: Reader) -> Kind:
    """What a column means."""
    sort = reader.text("sort")
    if sort not in SORTS:
        raise reader.get("sort").fail(_("must be one of {sorts}", sorts=", ".join(SORTS)))
    word = reader.text("word") if sort == "truth" else ""
    if sort == "truth" and word not in WORDS:
        raise reader.get("word").fail(_("must be one of {words}", words=", ".join(WORDS)))
    aware = sort == "instant" and reader.boolean("aware")
    levels = tuple(map(_level, reader.items("levels"))) if reader.has("levels") else ()
    return Kind(sort=sort, word=word, aware=aware, levels=levels)


def _open(
    reader: Reader, kinds: Mapping[str, Kind], knots: Mapping[str, tuple[float, ...]], target: str, intercept: bool
) -> Design:
    """The design as it was before its rows were read."""
    try:
        if reader.has("formula"):
            design = of_formula(read(reader.text("formula")), tuple(kinds), kinds, knots=knots)
        else:
            features, absorbed = reader.texts("features"), reader.texts("absorbed")
            made = Made(name=target, sources=(target,), kind=kinds[target])
            gone = {name: kinds[name] for name in absorbed}
            design = Design.of_kinds({name: kinds[name] for name in features}, made, intercept, gone)
    except (WxbError, KeyError) as error:
        what = error.what if isinstance(error, WxbError) else _("knows no column {error}", error=error)
        raise reader.fail(_("is none that can be: {what}", what=what)) from None
    if (design.target.name, design.intercept) != (target, intercept):
        raise reader.fail(_("is of another target or intercept than the model"))
    for name in ("features", "absorbed") if design.formula else ("formula",):
        reader.has(name)  # a null
    return replace(design, meanings=kinds)


def _fields(reader: Reader, name: str) -> dict[str, Reader]:
    """What an object holds, by name."""
    outer = reader.object(name)
    return {key: outer.get(key) for key in outer.content}


def _level(cell: Reader) -> Level:
    if not isinstance(cell.content, bool | int | float | str):
        raise cell.fail(_("must be a text, a number, true or false"))
    return cell.content


def _numbers(reader: Reader) -> tuple[float, ...]:
    return tuple(cell.value(float) for cell in cells(reader))


def _factor(value: Fraction) -> str:
    return sum_to_text(value.numerator, 1 - value.denominator.bit_length())


def _row(reader: Reader) -> tuple[Fraction, ...]:
    return tuple(Fraction(integer) * Fraction(2) ** unit for integer, unit in map(sum_from_text, cells(reader)))


def columns_from_json(
    reader: Reader, terms: tuple[str, ...], target: str, intercept: bool, second: bool = True
) -> Design:
    """What the terms are made of; null for a model of bare moments, and version 1 did not know it: their names are all there is."""
    if not second or reader.get("kinds").content is None:
        return Design.guessed(terms, target, intercept)
    found = [_column(cell, name) for cell, name in zip(reader.objects("kinds"), (*terms, target))]
    if len(reader.items("kinds")) != len(terms) + 1:
        raise reader.get("kinds").fail(
            _("must have {count} entries, one for each term and one for the target", count=len(terms) + 1)
        )
    *columns, last = found
    for place, one in enumerate(columns):
        if one.word and one.column == one.name:  # the column was not written at first
            columns[place] = one = replace(one, sources=(one.name.removesuffix(f"[{one.word}]"),))
        if one.name != (f"{one.column}[{one.word}]" if one.word else one.column):
            raise reader.get("kinds").fail(
                _("do not go with the terms: {name} is not named for what it is", name=show(one.name))
            )
    if last.column != target:
        raise reader.get("kinds").fail(_("do not go with the target, which is a column"))
    return Design.plain(columns, last, intercept)


def _column(reader: Reader, name: str) -> Made:
    if reader.text("sort") not in NUMERIC_SORTS:
        raise reader.get("sort").fail(_("must be one of {numeric_sorts}", numeric_sorts=", ".join(NUMERIC_SORTS)))
    kind, column = kind_from_json(reader), reader.text("column") if reader.has("column") else name
    return Made(name=name, sources=(column,), kind=kind)

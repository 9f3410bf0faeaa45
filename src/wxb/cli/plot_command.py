"""`wxb plot`: a picture of a saved model, or of a line fitted there and then; in the terminal, or as a file by its ending.

    wxb plot MODEL [KIND] [DATA]        wxb plot KIND DATA --target y [options of the fit]

The first word says which: a kind of picture is that, and a file of such a name is `./line`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wxb.cli.outputs import check_picture
from wxb.cli.screen import Screen
from wxb.cli.values import Point
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.near import list_names, near_names
from wxb.pictures.kinds import KINDS, kind_named
from wxb.printable import show

if TYPE_CHECKING:
    from wxb.cli.origin import Origin
    from wxb.marks.saving import Theme
    from wxb.model.model import Model
    from wxb.pictures.picture import Picture

OF_ROWS = ("weights", "frequency", "threads")  # that a saved model takes too, beside the layout


def run(
    screen: Screen,
    *,
    rows: Origin,
    words: list[str],
    output: Path | None = None,
    term: str | None = None,
    at: list[Point] | None = None,
    interval: float | None = None,
    rates: list[float] | None = None,
    within: int | None = None,
    theme: Theme = "auto",
    table: bool = False,
    **options: Any,
) -> int:
    """Draw and show, or write."""
    of_model, kind, data = _sorted_out(words, rows.given)
    rows = rows.beside(data)
    check_picture(output, [*data, *([of_model] if of_model else [])])
    given: dict[str, Any] = {"term": term, "interval": interval, "rates": rates or None, "within": within}
    asked = {name: value for name, value in given.items() if value is not None}
    if of_model is not None:
        model, picture = _of_model(Path(of_model), kind, rows.source, asked, at or [], options)
    else:
        assert kind is not None
        model, picture = _of_rows(screen, kind, rows, asked, at or [], options)
    screen.warn(model.warnings)
    show_picture(screen, picture, output, theme, table)
    return 0


def show_picture(
    screen: Screen, picture: Picture, output: Path | None, theme: Theme = "auto", table: bool = False
) -> None:
    """In the terminal, or as a file; what it shows as JSON or as a table."""
    if output is not None:
        picture.save(output, theme)
    if screen.as_json:
        more = {} if output is None else {"output": str(output)}
        screen.answer(picture.scene.to_json() | more)
    if table:
        screen.show(table_text(picture.scene.table))
    elif output is None:
        screen.picture(picture.scene)
    if output is not None:
        screen.saved(output)


def table_text(table: dict[str, list[Any]]) -> str:
    """Columns under each other."""
    from wxb.numbers import number
    from wxb.report.lines import table as aligned

    columns = [[number(one, 6) if isinstance(one, float) else str(one) for one in column] for column in table.values()]
    return "\n".join(aligned([list(table), *map(list, zip(*columns))], left=0))


def _sorted_out(words: list[str], asked: bool) -> tuple[str | None, str | None, list[str]]:
    """(model, kind, data) of the words; a line that is fitted there and then has no model.  asked : a query gives the rows"""
    first, *rest = words
    if first in KINDS:
        if not (rest or asked):
            raise UsageError(
                _("of what is {kind} to be drawn?", kind=show(first)), _("name a model, or data with `--target`")
            )
        return None, first, rest
    if not os.path.exists(first):
        near = near_names(first, list(KINDS))
        what = _("there is neither a picture nor a model called {name}", name=show(first))
        do = (
            _("did you mean {near}?", near=list_names(near))
            if near
            else _("the pictures are {all}", all=list_names(list(KINDS)))
        )
        raise UsageError(what, do)
    if not rest:
        return first, None, []
    if rest[0] in KINDS:
        return first, rest[0], rest[1:]
    if rest[0] != "-" and not os.path.exists(rest[0]) and not any(sign in rest[0] for sign in "*?/."):
        kind_named(rest[0])  # says which are near
    return first, None, rest


def _of_model(
    path: Path, kind: str | None, data: Any, asked: dict[str, Any], at: list[Point], options: dict[str, Any]
) -> tuple[Model, Picture]:
    from wxb import load
    from wxb.data.layout import LayoutOptions
    from wxb.model.plot import plot

    if not _is_model(path):
        do = _(
            "a line is fitted with its kind first: wxb plot {kind} {data} --target …", kind=kind or "line", data=path
        )
        raise UsageError(_("{path} is no model that wxb saved", path=show(str(path))), do)
    for name in options:
        if name not in (*LayoutOptions.__annotations__, *OF_ROWS):
            raise UsageError(
                _("`{option}=` is of a fit, and {path} is fitted", option=name, path=show(str(path))), _("leave it out")
            )
    model = load(path)
    rows = {name: options.pop(name) for name in OF_ROWS if name in options}
    asked = asked | _places(model, at)
    return model, plot(model, kind, data, asked, options, **rows)


def _is_model(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(1) == b"{"


def _of_rows(
    screen: Screen,
    kind: str,
    rows: Origin,
    asked: dict[str, Any],
    at: list[Point],
    options: dict[str, Any],
) -> tuple[Model, Picture]:
    from wxb.cli.fit_command import stop_rules
    from wxb.cli.progress import Progress
    from wxb.model.fit_and_plot import fit_and_plot

    data = rows.data
    if (
        len(data) == 1
        and data[0].endswith(".json")
        and os.path.isfile(data[0])
        and "target" not in options
        and "formula" not in options
    ):
        raise UsageError(
            _("{path} is a model", path=show(data[0])),
            _("it stands first: wxb plot {path} {kind}", path=data[0], kind=kind),
        )
    options["stop"] = stop_rules(options)
    with Progress(screen) as progress:
        return fit_and_plot(
            rows.source, options, kind, lambda model: asked | _places(model, at), progress=progress.rows
        )


def _places(model: Model, at: list[Point]) -> dict[str, Any]:
    """Typed places as numbers of the columns and levels."""
    if not at:
        return {}
    from wxb.cli.points import resolve, resolve_columns

    found: list[dict[str, Any]] = []
    for point in at:
        if model.design.is_plain and set(point) >= {*model.terms}:
            values, __ = resolve(model, point)
            columns = {made.name: made.column for made in model.design.columns}
            found.append({columns[name]: value for name, value in values.items()})
        elif not model.design.is_plain and set(point) >= {*model.design.shown_names}:
            found.append(resolve_columns(model, point))
        else:
            found.append({name: _number(value) for name, value in point.items()})
    return {"at": found}


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text

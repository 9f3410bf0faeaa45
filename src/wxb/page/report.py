"""A line as one HTML file that opens from disk: the answer in words, its table and pictures, the run, how to make it again.

    write(model, "report.html", "cars.csv")

Everything is in the file: no address is asked for anything, and the only script is the slider's, which the page's own rules
(Content-Security-Policy) know by its hash. Rows, where they are given, are read once for all pictures; up to `MOST_LOOKED_AT`
of them once more for what they say of the errors. The same line and the same rows give the same file.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from wxb import arguments
from wxb._version import __version__
from wxb.data.open import find_files
from wxb.errors import DataError, UsageError, WxbError
from wxb.i18n import _, _n
from wxb.marks.scene import Scene
from wxb.marks.svg import svg
from wxb.model.groups import Groups
from wxb.model.model import Model
from wxb.model.rows import scan_again
from wxb.numbers import counted, thousands
from wxb.page import drawn, notebook, style, tables
from wxb.page.document import document
from wxb.page.line import LEVEL, coefficients, head, warnings, words
from wxb.page.parts import figure, grid, lines, listed, section, table
from wxb.page.run import SCRIPT, run
from wxb.pictures.coefficients import scene as coefficients_scene
from wxb.pictures.draw import scenes
from wxb.pictures.line import without_rows
from wxb.pictures.options import Options
from wxb.printable import printable
from wxb.report.group_table import label_text
from wxb.writing import PAGE, refuse_other, write_atomically

OF_ROWS = ("line", "fitted", "qq", "scale", "leverage")
MOST_LOOKED_AT = 200_000
ENDINGS = (".html", ".htm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """How the rows of the fit are read again: `data` None where there are none; the rest as `wxb.model.rows` takes it."""

    data: Any = None
    layout: Mapping[str, Any] = field(default_factory=dict[str, Any])
    weights: Any = None
    frequency: str | None = None
    threads: int | None = None

    def scan(self, model: Model) -> Any:
        return partial(scan_again, model, self.data, self.layout, weights=self.weights, frequency=self.frequency)


def write(
    shown: Model | Groups,
    path: str | Path,
    rows: Rows = Rows(),
    *,
    interval: float = LEVEL,
    command: str = "",
    spelled: Callable[[str], str] = str,
) -> Path:
    """Write the report of a model, or of groups.

    interval : the level of intervals        command : what was typed        spelled : how a face writes advice; str as Python does
    """
    target, level = arguments.path("path", path), arguments.level(interval, "interval")
    if target.suffix.lower() not in ENDINGS:
        what = _("a report is a page and ends in .html, not {ending}", ending=repr(target.suffix))
        raise UsageError(what, _("end its name so"))
    files = _files(rows.data)
    if any(target.exists() and target.samefile(file) for file in files):
        raise UsageError(
            _("`{path}` is one of the files to be read; writing would lose its rows", path=path),
            _("choose another name"),
        )
    refuse_other(target, (PAGE,), _("a page that wxb wrote"))
    made = _Made(command, files, spelled, Options(interval=level))
    write_atomically(target, of_groups(shown, made) if isinstance(shown, Groups) else of_model(shown, rows, made))
    return target


@dataclass(frozen=True, slots=True)
class _Made:
    """How: as the last section tells it, and what pictures are told."""

    command: str
    files: Sequence[Path]
    spelled: Callable[[str], str]
    options: Options


def of_model(model: Model, rows: Rows, made: _Made) -> str:
    pictures, said = _pictures(model, rows, made.options)
    by_kind = {one.kind: one for one in pictures}
    moving = by_kind.pop("line", None) if model.trajectory is not None else None
    name = model.terms[0] if len(model.terms) == 1 else _n("{n} term", "{n} terms", len(model.terms))
    title = _("{target} by {column}", target=model.target, column=name)
    body = [
        section(_("The answer"), head(model, made.spelled), words(model, made.spelled) if not model.diverged else ""),
        section(_("The coefficients"), coefficients(model, made.options.interval)) if not model.diverged else "",
        section(_("The run"), run(model, moving or _alone(model, made.options))),
        section(
            _("Pictures"), grid(*(figure(svg(one, width=style.PICTURE), one.description) for one in by_kind.values()))
        ),
        section(_("The data"), _data(model, rows, said, made)),
        section(_("How to make it again"), _again(model, made)),
    ]
    return document(title, body, script=SCRIPT if model.trajectory is not None else "")


def _alone(model: Model, options: Options) -> Scene | None:
    try:
        return without_rows(model, options)
    except WxbError:
        return None


def _pictures(model: Model, rows: Rows, options: Options) -> tuple[list[Scene], list[str]]:
    """What can be drawn, and why the rest cannot."""
    said: list[str] = []
    found: list[Scene] = []
    if rows.data is not None and not model.diverged:
        found, said = _of_rows(model, rows, options)
    if model.path is not None:
        return [*found, *scenes(model, ("path", "folds"), None, dict.fromkeys(("path", "folds"), options))], said
    if model.diverged or model.trajectory is not None:
        return found, said
    alone = None if model.penalised is not None else drawn.of_line(model, options.interval)
    if alone is not None and alone.kind not in {one.kind for one in found}:
        found.append(alone)
    if len(model.terms) > 1 and "coefficients" not in {one.kind for one in found}:
        found.append(coefficients_scene(model, None, options))
    return found, said


def _of_rows(model: Model, rows: Rows, options: Options) -> tuple[list[Scene], list[str]]:
    """The kinds that rows can show, in one pass; of a line that has not all of them, those that it has."""
    said: list[str] = []
    for kinds in (OF_ROWS, OF_ROWS[1:], OF_ROWS[:1]) if model.is_minimum else (OF_ROWS[:1],):
        try:
            return scenes(model, kinds, rows.scan(model), dict.fromkeys(kinds, options), rows.threads), said[:1]
        except DataError:
            raise
        except WxbError as reason:
            said.append(_("some pictures are not there: {reason}", reason=reason.what))
    return [], said[:1]


def _data(model: Model, rows: Rows, said: list[str], made: _Made) -> str:
    """What is to be known of the rows."""
    told = [counted(model.n, "row")]
    if model.dropped_rows:
        told.append(
            _n("{count} row left out", "{count} rows left out", model.dropped_rows, count=thousands(model.dropped_rows))
        )
    if model.test_quality is not None:
        told.append(_("{rows} held out", rows=counted(model.test_quality.rows, "row")))
    if rows.data is None:
        told.append(_("a model holds no rows: what these show is not here"))
    notes = [made.spelled(one) for one in (*model.notes, *said) if one not in model.warnings]
    cautions = warnings(model, made.spelled) if model.diverged else ""  # else they stand beside the answer
    return listed([*told, *dict.fromkeys(notes)]) + cautions + _looked_at(model, rows)


def _looked_at(model: Model, rows: Rows) -> str:
    """What the rows say of the errors."""
    if rows.data is None or model.n > MOST_LOOKED_AT or not model.is_minimum:
        return ""
    more = {"weights": rows.weights, "frequency": rows.frequency, "threads": rows.threads}
    try:
        return tables.diagnostics(model.diagnose(rows.data, **more, **rows.layout))
    except WxbError:  # rows that say nothing of errors: none is left, or the line is not of them alone
        return ""


def of_groups(groups: Groups, made: _Made) -> str:
    content, scene = notebook.groups(groups, made.options.interval)
    title = _("{name} by {columns}", name=groups.target, columns=label_text(groups.by))
    body = [
        section(_("The answer"), content),
        section(_("Pictures"), "" if scene is None else figure(svg(scene, width=style.PICTURE), scene.description)),
        section(_("How to make it again"), _again(groups, made)),
    ]
    return document(title, body)


def _again(shown: Model | Groups, made: _Made) -> str:
    """The command, the versions, and by what the data are known again."""
    from wxb.methods.options import to_json
    from wxb.printable import json_text

    versions = [("wxb", __version__), ("Python", platform.python_version())]
    known = [(_("SHA-256 of {file}", file=file.name), _digest(file)) for file in made.files]
    if not known:
        known = [(_("SHA-256 of the sums"), _sums(shown))]
    try:
        choices = to_json(shown.question)
    except WxbError:  # a way to the coefficients that is not wxb's own
        choices = {}
    told = [(_("target"), shown.target), *([(_("choices"), json_text(choices))] if choices else []), *versions, *known]
    return lines(printable(made.command)) + table([_("what"), _("value")], [[*one] for one in told], words=[1])


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _sums(shown: Model | Groups) -> str:
    """Of the model's file, which holds them."""
    from wxb.model.file import model_to_json
    from wxb.printable import json_text

    if isinstance(shown, Groups):
        return sha256(shown.coef.tobytes() + shown.intercept.tobytes()).hexdigest()
    try:
        return sha256(json_text(model_to_json(shown)).encode()).hexdigest()
    except WxbError:
        return sha256(shown.theta.tobytes()).hexdigest()


def _files(data: Any) -> list[Path]:
    """Those that the data are of; none where they are no files."""
    several = isinstance(data, list | tuple) and data and all(isinstance(one, str | Path) for one in data)
    if data == "-" or not (several or isinstance(data, str | Path)):
        return []
    return [Path(str(one.path)) for one in find_files(data)]


__all__ = ["Rows", "write"]

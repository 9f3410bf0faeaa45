"""A lab: the page of a line as a value, to be saved, shown in a browser, or shown within a notebook.

of_students()                 the three students of the lesson
of_data(data, target)         of any table, summed and looked at in one pass
of_model(model, data)         of a fitted line; without rows of its moments alone
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path as File
from typing import Any

from wxb import arguments
from wxb.data.given import given, is_together
from wxb.data.layout import laid_out
from wxb.data.open import find_files, open_table
from wxb.errors import DataError, UsageError, WxbError
from wxb.fitted import Fitted
from wxb.i18n import _, in_language, language, with_particles
from wxb.laboratory import page
from wxb.laboratory.columns import chosen
from wxb.laboratory.path import path_asked, path_of
from wxb.laboratory.payload import payload_of, refuse_unfit, source_of
from wxb.laboratory.presets import students
from wxb.laboratory.texts import TEXTS
from wxb.marks.scene import Scene
from wxb.marks.svg import svg
from wxb.model.fit_and_plot import fit_and_see
from wxb.model.rows import scan_again
from wxb.passes.binned import Cloud, Shown
from wxb.pictures.draw import scenes
from wxb.pictures.line import NAME, wants, without_rows
from wxb.pictures.options import Options
from wxb.pictures.seen import see
from wxb.values import short
from wxb.writing import PAGE, refuse_other, write_atomically

ENDINGS = (".html", ".htm")
HEIGHT = 900  # pixels of the page within a notebook


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Lab:
    """The lab of a line: one page that a learner touches.

    payload : what the page is given, as JSON has it (`wxb.laboratory.payload`)
    chosen : what is said of columns that were chosen; `warnings` all that should be known, these too
    picture : the line and its rows as they stand, for where no script runs; None where there is nothing to draw
    """

    payload: Mapping[str, Any]
    picture: Scene | None = None
    chosen: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    files: tuple[File, ...] = ()

    def __repr__(self) -> str:
        names = self.payload["names"]
        return f"Lab({short(names['y'])} by {short(names['x'])}: {self.payload['moments']['n']} rows)"

    @property
    def title(self) -> str:
        """Of the window."""
        text = in_language(self.payload["lang"], TEXTS["app.title"])
        return with_particles(text.format(**self.payload["names"]))

    @cached_property
    def html(self) -> str:
        """The whole page as one text; it asks no address for anything."""
        drawn = "" if self.picture is None else svg(self.picture)
        said = "" if self.picture is None else self.picture.description
        return page.html(dict(self.payload), self.title, drawn, said)

    def save(self, path: str | File) -> File:
        """Write the page as one HTML file, which opens from disk and from any web host; gives its path."""
        target = arguments.path("path", path)
        if target.suffix.lower() not in ENDINGS:
            what = _("the lab is a page and ends in .html, not {ending}", ending=repr(target.suffix))
            raise UsageError(what, _("end its name so"))
        if any(target.exists() and target.samefile(file) for file in self.files):
            raise UsageError(
                _("`{path}` is one of the files to be read; writing would lose its rows", path=path),
                _("choose another name"),
            )
        refuse_other(target, (PAGE,), _("a page that wxb wrote"))
        write_atomically(target, self.html)
        return target

    def show(self) -> File:
        """Open the page in the browser, from a file of its own among the temporary ones; gives its path."""
        import tempfile

        folder = File(tempfile.mkdtemp(prefix="wxb-lab-"))
        target = self.save(folder / "lab.html")
        opened(target)
        return target

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The page in a frame; under it lies the picture, which is seen where a frame or its script is taken out."""
        drawn = "" if self.picture is None else svg(self.picture)
        frame = (
            f'<iframe title="{escape(self.title)}" srcdoc="{escape(self.html)}" sandbox="allow-scripts allow-downloads" '
            f'allow="clipboard-write *" width="100%" height="{HEIGHT}" '
            f'style="border:0;display:block;position:relative;width:100%;height:{HEIGHT}px"></iframe>'
        )
        below = f'<div aria-hidden="true" style="position:absolute;inset:0;overflow:hidden">{drawn}</div>'
        found = {"text/html": f'<div style="position:relative">{below}{frame}</div>', "text/plain": repr(self)}
        return found | ({"image/svg+xml": drawn} if drawn else {})


def opened(path: File) -> bool:
    """Whether a browser with a window of its own was told to open a file."""
    import webbrowser

    try:
        browser = webbrowser.get()
        if type(browser) is webbrowser.GenericBrowser:  # one that would take the terminal
            return False
        return browser.open(path.resolve().as_uri())
    except (webbrowser.Error, OSError):
        return False


def of_students(**path: Any) -> Lab:
    """The three students, whose columns the page calls as its reader's language has it."""
    table = students()
    names, rows = table["names"][language()], table["rows"]
    columns = {names[axis]: [row[place] for row in rows] for place, axis in enumerate("xy")}
    lab = of_data(columns, names["y"], **path)
    return replace(lab, payload={**lab.payload, "preset": table["key"]})


def of_data(
    data: Any,
    target: Any = None,
    features: Any = None,
    *,
    lr: float | str | None = None,
    epochs: int | None = None,
    momentum: float = 0.0,
    start: Any = None,
    intercept: bool = True,
    missing: str = "error",
    threads: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    layout: Mapping[str, Any] | None = None,
) -> Lab:
    """Of any table: its moments and what is drawn of its rows, in one pass."""
    if is_together(data) and len(data) == 3:
        raise UsageError(_("on the page each row counts once, and `(X, y, weights)` has weights"), _("give (X, y)"))
    read = dict(layout or {})
    asked = given(data, target, features)
    table = open_table(laid_out(asked.data, read), threads=threads)
    y, x, said = chosen(table, asked.target, asked.features)
    options: dict[str, Any] = {"target": y, "features": (x,), "intercept": intercept, "missing": missing}
    model, shown = fit_and_see(table, options, [NAME], threads=threads, progress=progress)
    assert isinstance(model, Fitted)
    refuse_unfit(model)
    path = path_asked(model, lr, epochs, momentum, start)
    kept = read | ({"missing": missing} if missing != "error" else {})
    cloud = None if shown is None else shown.clouds[NAME]
    payload = payload_of(model, cloud, path, source_of(data, kept))
    return Lab(
        payload=payload,
        picture=_picture(model, shown),
        chosen=tuple(said),
        warnings=(*said, *model.warnings),
        files=tuple(_files(data)),
    )


def of_model(
    model: Fitted, data: Any = None, layout: Mapping[str, Any] | None = None, threads: int | None = None
) -> Lab:
    """Of a fitted line. data : the rows of the fit, which a model does not hold"""
    refuse_unfit(model)
    path, shown, read = path_of(model), None, dict(layout or {})
    if data is not None:
        shown = see(model, scan_again(model, data, read), wants(model, Options()), threads)
        _refuse_other_rows(model, shown.clouds[NAME], data)
    cloud = None if shown is None else shown.clouds[NAME]
    return Lab(
        payload=payload_of(model, cloud, path, source_of(data, read)),
        picture=_picture(model, shown),
        warnings=model.warnings,
        files=tuple(_files(data)),
    )


def _refuse_other_rows(model: Fitted, cloud: Cloud, data: Any) -> None:
    """The moments are the model's, and what is drawn has to be of the same rows."""
    from wxb.moments import Moments

    same = cloud.n == model.n
    if same and cloud.cells is None and all(one.sort != "instant" for one in model.design.kinds or ()):
        drawn = Moments.of([cloud.x], cloud.y, terms=list(model.terms), target=model.target)
        same = drawn == model.moments or model.moments.precision != "exact"
    if not same:
        raise DataError(
            _("the rows are not those of the fit, which had {n}: the page would show others", n=model.n),
            _("give the data of the fit, read as they were, or leave them out"),
        )


def _picture(model: Fitted, shown: Shown | None) -> Scene | None:
    """The line and its rows."""
    try:
        if shown is None:
            return without_rows(model, Options())
        [scene] = scenes(model, [NAME], None, {NAME: Options()}, shown=shown)
    except WxbError:  # a run without an answer is no line
        return None
    return scene


def _files(data: Any) -> list[File]:
    """Those that data are of; none where they are no files."""
    several = isinstance(data, list | tuple) and data and all(isinstance(one, str | File) for one in data)
    if (isinstance(data, str) and data == "-") or not (several or isinstance(data, str | File)):
        return []
    return [File(str(one.path)) for one in find_files(data)]

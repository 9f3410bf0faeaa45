"""Files to be written, looked at before the work: the folder is there, no file to be read and no stranger is lost."""

from __future__ import annotations

import os
from collections.abc import Sequence
from glob import glob
from typing import TYPE_CHECKING

from wxb.errors import UsageError
from wxb.i18n import _, either

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = (".svg", ".png", ".pdf", ".html", ".txt")
PAGES = (".html", ".htm")


def check_output(path: Path | None, data: Sequence[str | Path] = (), kind: str = "") -> None:
    """Refuse a file to be written whose folder is not there, that is one of the files to be read, or is no file of its kind.

    data : files and globs to be read        kind : "model", "picture", "report" (of watch), "page", "notebook", "" for a table
    """
    if path is None:
        return
    if "\0" in str(path) or not path.name:
        raise UsageError(
            _("`{path}` is not the name of a file", path=path), _("give the file a name without unseen signs")
        )
    if not path.parent.is_dir():
        raise UsageError(
            _("`{path}`: its folder does not exist", path=path), _("make the folder first, or choose another place")
        )
    if path.is_dir():
        raise UsageError(_("`{path}` is a folder, not a file", path=path), _("give the file a name"))
    if path.is_file() and any(_same(path, name) for text in data for name in (str(text), *_found(text))):
        raise UsageError(
            _("`{path}` is one of the files to be read; writing would lose its rows", path=path),
            _("choose another name"),
        )
    _refuse_stranger(path, kind)


def check_apart(*paths: Path | None) -> None:
    """Refuse two outputs under one name."""
    given = [path for path in paths if path is not None]
    for i, path in enumerate(given):
        if any(os.path.realpath(path) == os.path.realpath(other) for other in given[:i]):
            raise UsageError(_("`{path}` is to be written twice", path=path), _("give each output a name of its own"))


def check_picture(path: Path | None, data: Sequence[str | Path] = (), endings: Sequence[str] = PICTURES) -> None:
    """The same for a picture, whose name also says what it is."""
    if path is not None and path.suffix.lower() not in endings:
        raise UsageError(
            _("`{path}`: a picture ends in {endings}", path=path, endings=either(*endings)), _("end its name so")
        )
    check_output(path, data, "picture")


def _refuse_stranger(path: Path, kind: str) -> None:
    from wxb.writing import PAGE, refuse_no_picture, refuse_other

    if kind == "model":
        refuse_other(path, (b'"wxb model"',), _("a model that wxb saved"))
    elif kind == "page":
        if path.suffix.lower() not in PAGES:
            raise UsageError(_("`{path}`: a report is a page and ends in .html", path=path), _("end its name so"))
        refuse_other(path, (PAGE,), _("a page that wxb wrote"))
    elif kind == "report":
        refuse_other(path, (b'"findings"',), _("a report of wxb watch"))
    elif kind == "notebook":
        refuse_other(path, (b'"wxb": "lesson"',), _("the lesson as wxb wrote it"))
    elif kind == "picture" or path.suffix.lower() in (".png", ".pdf"):
        refuse_no_picture(path)


def _found(text: str | Path) -> list[str]:
    return glob(str(text)) if "\0" not in str(text) else []


def _same(path: Path, name: str) -> bool:
    try:
        return path.samefile(name)
    except (OSError, ValueError):
        return False

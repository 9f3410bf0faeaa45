"""A model and rows beside it: what is to be said where the rows stand in the model's place."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from wxb.errors import ModelFileError, UsageError, WxbError
from wxb.i18n import _
from wxb.printable import shell_word, show

SAVED = (b'"wxb model"', b'"wxb groups"')
MOST = 64  # bytes in which a file says what it is


def seen_in_order(error: ModelFileError, found: dict[str, Any], words: Sequence[str]) -> WxbError:
    """The error, or one that says in which order a model and rows stand.  words : as they were typed, the command before them"""
    model, rows = found.get("model"), found.get("rows")
    if not isinstance(model, Path) or rows is None or not model.is_file() or _begins(model).lstrip()[:1] == b"{":
        return error
    data = [str(one) for one in rows.data]
    if len(data) == 1 and _is_saved(Path(data[0])):
        return UsageError(
            _(
                "{rows} stands in the place of the model, and {model} is one",
                rows=show(str(model)),
                model=show(data[0]),
            ),
            _("the model comes first: `{call}`", call=_turned(words, str(model), data[0])),
        )
    if data:
        call = f"`wxb fit {shell_word(str(model))} --target … --save m.json`"
        return ModelFileError(
            _("{path} stands in the place of the model, and wxb saved no such file", path=show(str(model))),
            _("the model comes first, and {call} makes one of these rows", call=call),
        )
    return error


def _turned(words: Sequence[str], one: str, other: str) -> str:
    """The same command with two words in each other's place."""
    places = {one: other, other: one}
    return " ".join(["wxb", *(word if word.startswith("-") else shell_word(places.get(word, word)) for word in words)])


def _is_saved(path: Path) -> bool:
    return path.is_file() and any(one in _begins(path) for one in SAVED)


def _begins(path: Path) -> bytes:
    with suppress(OSError), path.open("rb") as file:
        return file.read(MOST)
    return b""

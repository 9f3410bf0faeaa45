"""Advice is data: an option of wxb, a value for it, and why. Each face writes it as its users type it.

Whatever is said below the command line, errors, warnings, notes, outcomes, spells an option in one way: as Python's keyword,
in backticks. There it is read as it is; the command line writes `--lr 0.1` instead (`cli/flags.py`), a page a button.

    f"give {Advice('lr', 0.1)} or less"      "give `lr=0.1` or less"              --lr 0.1
    "leave them out: `missing=\\"drop\\"`"     the same, where nothing is put in    --missing drop
    "`sheet=` names another"                 the option alone                     --sheet
    "`wxb.rates` shows which converge"       a command                            `wxb rates`

So a text is a plain string, which may be kept, joined, folded and saved, and `rewritten` finds its advice again. Foreign
text cannot pose as advice where it is written by `printable.show`, which leaves no backtick in it and quotes what would look
so. Rejected: marks that are no letters (they would be in every string that Python sees), texts as trees (each of 150
messages would be built of parts).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wxb.numbers import shortest

_ADVICE = re.compile(r"(?<!`)`(?:([a-z][a-z_0-9]*)=([^`]*)|wxb\.([a-z]+))`(?!`)")


@dataclass(frozen=True, slots=True)
class Advice:
    """`option=value`, and why. value : a number, a text, a bool, a list or a dict of such; None where the option alone is meant"""

    option: str
    value: Any = None
    why: str = ""

    def __str__(self) -> str:
        return f"`{self.option}={_python(self.value)}`"


def rewritten(text: str, write: Callable[[Advice], str], command: Callable[[str], str]) -> str:
    """A text with each piece of advice, and each call of wxb (`wxb.rates`), written by a face."""

    def face(found: re.Match[str]) -> str:
        option, value, call = found.groups()
        return command(call) if call else write(Advice(option, _value(value)))

    return _ADVICE.sub(face, text)


def _python(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str | list | tuple | dict):
        import json

        return json.dumps(value, ensure_ascii=False).replace("`", "\\u0060")
    return str(value) if isinstance(value, bool | int) else shortest(value)


def _value(text: str) -> Any:
    """What `_python` wrote: numbers and all else that is no literal in quotes stay as they are written."""
    if not text:
        return None
    if text in ("True", "False"):
        return text == "True"
    if text[0] not in "\"'[{":
        return text

    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text

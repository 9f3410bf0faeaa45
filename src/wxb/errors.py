"""What can go wrong, and what is worth saying though nothing did.

    WxbError                     exit code 1: the data or the model cannot give an answer
    ├── DataError                a table that cannot be read as numbers, a column that is not there
    ├── NumericalError           overflow, rank, too few rows: the numbers are read but do not determine an answer
    ├── ModelFileError           a saved model that is not what it says; the message starts with the field, `$.coef[2]`
    ├── ExpressionError          a line or formula of the user's that cannot be parsed; names the column of the text
    └── MissingExtra             an optional library is not installed; the message is the install line
    UsageError (a WxbError)      exit code 2: the call itself is wrong, whatever the data
    └── KeywordError             a keyword that the call does not take; a TypeError too, as Python's own is
    DataError and UsageError are ValueErrors too, for pipelines and searches of other libraries that catch these
    WxbWarning (a UserWarning)   an answer was given, and this should be known about it

A message says what was found, where, what was expected; `do` says what to do next. Whatever foreign text it holds, it is
safe to print; of line breaks only those before four spaces are ours (a line that points at a place) and stay.
"""

from __future__ import annotations

import re

from wxb.i18n import N_, _
from wxb.printable import printable

TYPE_CHECKING = False  # typing takes milliseconds to load
if TYPE_CHECKING:
    from typing import Any

_FORGED = re.compile(r"\n(?!    )")


def _safe(text: str) -> str:
    return printable(_FORGED.sub(r"\\n", text))


_BY_SYSTEMS = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("No space left on device"),
    N_("File name too long"),
    N_("Read-only file system"),
    N_("Input/output error"),
)


def system_said(error: OSError) -> str:
    """Why the system did not do it, in the reader's language where the reason is a common one."""
    return _(error.strerror) if error.strerror else str(error)


class WxbError(Exception):
    """A problem of the user's data, model or call, told in their words.

    `what`: what was found, where, what was expected. `do`: the next action (one sentence), or "".
    """

    exit_code = 1

    def __init__(self, what: str, do: str = "") -> None:
        what, do = _safe(what), _safe(do)
        super().__init__(what, do)
        self.what = what
        self.do = do

    def __str__(self) -> str:
        return f"{self.what}\n  {self.do}" if self.do else self.what

    def __reduce__(self) -> tuple[Any, ...]:
        """By what it says, whatever its own `__init__` takes: errors of workers come back from other processes."""
        return _said_again, (type(self), self.what, self.do)


def _said_again(kind: type[WxbError], what: str, do: str) -> WxbError:
    error = kind.__new__(kind)
    WxbError.__init__(error, what, do)
    return error


class DataError(WxbError, ValueError):
    """The table cannot be read as the numbers asked for."""


class NumericalError(WxbError):
    """The numbers are read, but do not determine an answer."""


class ModelFileError(WxbError):
    """A model file that is damaged, of an unknown version, or not a model file."""


class ExpressionError(WxbError):
    """A line or expression that cannot be parsed."""


class MissingExtra(WxbError):
    """An optional library is needed and not installed."""

    def __init__(self, library: str, extra: str, purpose: str) -> None:
        super().__init__(
            _("{purpose} needs {library}, which is not installed", purpose=purpose, library=library),
            f"pip install 'wxb[{extra}]'",
        )


class UsageError(WxbError, ValueError):
    """The call is wrong, whatever the data."""

    exit_code = 2


class KeywordError(UsageError, TypeError):
    """A keyword that the call does not take."""


class WxbWarning(UserWarning):
    """An answer was given, and this should be known about it."""

    def __init__(self, text: str = "") -> None:
        super().__init__(_safe(text))

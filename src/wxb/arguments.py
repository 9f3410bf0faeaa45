"""What a call was given, checked at the door and named: "interval must be a level between 0 and 1, not 95".

Each function gives the value back as the type it is wanted as, or raises UsageError with the argument's name, what was
expected and what was given. Numbers are those of Python and NumPy; a text, a bool or an array is none.
"""

from __future__ import annotations

import os
import sys
import warnings
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from wxb.errors import UsageError, WxbWarning
from wxb.i18n import N_, _

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

NO_NUMBERS = (
    bool,
    np.bool_,
    np.complexfloating,
    np.timedelta64,
)  # the last is an integer to NumPy, in a unit of its own


def described(value: object) -> str:
    """A value in a message: itself when it is short, else its type."""
    try:
        text = repr(value)
    except Exception:  # a repr of the user's own may fail, as may that of an integer of thousands of digits
        text = ""
    if isinstance(value, int) and not 0 < len(text) <= 40:
        return _("a whole number of many digits")
    return text if 0 < len(text) <= 40 and text.isprintable() else _("a {kind}", kind=type(value).__name__)


def wrong(name: str, wanted: str, value: object, do: str = "") -> UsageError:
    return UsageError(
        _("{name} must be {wanted}, not {value}", name=name, wanted=_(wanted), value=described(value)), do
    )


def number(name: str, value: object, wanted: str = N_("a number")) -> float:
    """A real number that a float64 holds; infinities and NaN pass."""
    if isinstance(value, Real | np.number) and not isinstance(value, NO_NUMBERS):
        try:
            return float(value)
        except OverflowError:
            pass
    raise wrong(name, wanted, value)


def whole(name: str, value: object, least: int, wanted: str) -> int:
    """A whole number of at least `least`; 2000.0 is one."""
    found = number(name, value, wanted)
    if found != found or not found.is_integer() or found < least:
        raise wrong(name, wanted, value)
    return int(value) if isinstance(value, Integral) else int(found)


def truth(name: str, value: object) -> bool:
    """True or False; 1, "yes" and arrays are neither."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise wrong(name, _("True or False"), value)


def level(value: object, name: str = N_("an interval's level")) -> float:
    """A level of confidence, between 0 and 1."""
    found = number(name, value, _("a number between 0 and 1"))
    if not 0 < found < 1:
        raise UsageError(
            _("{name} lies between 0 and 1, not {value}", name=_(name), value=described(value)), _("95 % is 0.95")
        )
    return found


def vector(name: str, value: object, wanted: str = N_("an array of numbers")) -> NDArray[np.float64]:
    """Numbers in an array of any shape; a text that looks like a number is none."""
    if isinstance(value, np.ma.MaskedArray) and value.mask.any():
        raise wrong(name, wanted, value, _("{name} has masked values", name=name))
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError, RuntimeError):
        raise wrong(name, wanted, value) from None
    if array.dtype.kind not in "fiub" and not (array.dtype.kind == "O" and all(map(_real, array.flat))):
        raise wrong(name, wanted, value)
    try:
        return np.require(array.astype(np.float64, copy=False), requirements="A")  # compiled loops take whole words
    except (ValueError, TypeError, OverflowError):
        raise wrong(name, wanted, value) from None


def _real(thing: object) -> bool:
    return isinstance(thing, Real)


def function(name: str, value: T, taking: str) -> T:
    """Something that can be called, or None."""
    if value is None or callable(value):
        return value
    raise wrong(name, _("a function of {taking}", taking=taking), value)


def path(name: str, value: Any) -> Path:
    """The path of a file."""
    if isinstance(value, str | os.PathLike) and isinstance(os.fspath(value), str) and can_be_encoded(os.fspath(value)):
        from pathlib import Path

        return Path(value)
    raise wrong(name, _("the path of a file"), value)


def can_be_encoded(text: str) -> bool:
    """Whether the system can be asked for a file of that name: no NUL, no lone surrogate that stands for no byte."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def instance(name: str, value: object, kind: type[T], wanted: str, do: str = "") -> T:
    """An object of the kind."""
    if isinstance(value, kind):
        return value
    raise wrong(name, wanted, value, do)


def warn(text: str) -> None:
    """Say a WxbWarning of the line outside of wxb that led here."""
    warnings.warn(text, WxbWarning, stacklevel=_outside() + 1)


def _outside() -> int:
    """How many frames up, counted from `warn`, the first is that is none of wxb's."""
    frame, depth = sys._getframe(1), 0
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name != "wxb" and not name.startswith("wxb."):
            return depth
        frame, depth = frame.f_back, depth + 1
    return depth

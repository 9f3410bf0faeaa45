"""Records of choices: their annotations say which values they take.

    @dataclass(frozen=True, kw_only=True)
    class Descent:
        lr: float | Literal["auto"] | None = None
        epochs: int | None = None

        def __post_init__(self): conform(self)      # epochs=2000.0 is 2000; epochs=1.5 is refused by name

A number of another type (NumPy's, 2000.0 epochs) becomes the one a model file keeps; what is neither of the kinds nor one of the
words is refused. Fields of any other type are a record's own to check.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

from wxb.arguments import NO_NUMBERS, wrong
from wxb.errors import UsageError
from wxb.i18n import N_, _, either

_KIND_NAMES = {int: N_("a whole number"), float: N_("a number"), bool: N_("True or False"), str: N_("a text")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One field. kinds : of its values, none of them for a field of another type        words : the texts it may be"""

    name: str
    default: Any
    kinds: tuple[type, ...]
    words: tuple[str, ...]
    optional: bool

    @property
    def plain(self) -> bool:
        """Whether its values are numbers, texts and truths, as JSON has them."""
        return bool(self.kinds or self.words)

    def is_given(self, value: Any) -> bool:
        """Whether a value says anything that the default does not."""
        if value is None or value is self.default:
            return value is not self.default
        return not (isinstance(value, str | int | float | np.generic) and bool(value == self.default))

    def conformed(self, value: Any) -> Any:
        """The value as the record keeps it, or UsageError."""
        if not self.plain or (value is None and self.optional) or (type(value) in self.kinds and value != ""):
            return value
        if isinstance(value, str):
            value = str.__str__(value)  # of a class of its own: np.str_, an enumeration
            if value in self.words or (str in self.kinds and value):
                return value
            if str in self.kinds:
                raise UsageError(_("`{name}` is an empty text", name=self.name), _("give its name, or leave it out"))
        elif self.kinds:
            found = _number(self.kinds[0], value)
            if found is not None:
                return found
        raise self._wrong(value)

    def _wrong(self, value: Any) -> UsageError:
        if not self.kinds:
            return wrong(self.name, _("one of {words}", words=", ".join(map(repr, self.words))), value)
        return wrong(self.name, either(*(_(_KIND_NAMES[kind]) for kind in self.kinds), *map(repr, self.words)), value)


@cache
def choices(record: type) -> dict[str, Choice]:
    """The fields of a record by name."""
    hints = get_type_hints(record)
    return {field.name: _choice(field.name, field.default, hints[field.name]) for field in fields(record)}


def conform(record: Any) -> None:
    """Bring the fields of a frozen record to their kinds; UsageError names the one that cannot be."""
    for name, choice in choices(type(record)).items():
        value = getattr(record, name)
        if value is not choice.default and (found := choice.conformed(value)) is not value:
            object.__setattr__(record, name, found)


def _choice(name: str, default: Any, hint: Any) -> Choice:
    parts = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    words = tuple(word for part in parts if get_origin(part) is Literal for word in get_args(part))
    kinds = tuple(part for part in parts if part in _KIND_NAMES)
    plain = all(part in _KIND_NAMES or part is NoneType or get_origin(part) is Literal for part in parts)
    optional = NoneType in parts
    return Choice(
        name=name, default=default, kinds=kinds if plain else (), words=words if plain else (), optional=optional
    )


def _number(kind: type, value: Any) -> Any:
    """A number of another type as one of this kind; None for what is none."""
    if kind is bool:
        return bool(value) if isinstance(value, np.bool_) else None
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, NO_NUMBERS):
        with suppress(OverflowError):  # an integer of hundreds of digits is no float64
            if kind is float or (kind is int and float(value).is_integer()):
                return kind(value)
    return None

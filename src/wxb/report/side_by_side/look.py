"""How a table of models is to look: a record of choices, whose annotations say which there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from wxb import arguments
from wxb.choices import conform
from wxb.i18n import _

Format = Literal["text", "markdown", "latex", "html"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """format : what `str` of the table gives        errors : what stands beneath a coefficient        level : of intervals

    stars : whether small p have them        caption : over the table, None for the target        names : of the models, or None
    """

    format: Format = "text"
    errors: Literal["se", "t", "interval"] = "se"
    stars: bool = False
    level: float = 0.95
    caption: str | None = None
    names: Sequence[str] | None = None

    def __post_init__(self) -> None:
        conform(self)
        arguments.level(self.level, "level")
        if self.names is not None:
            object.__setattr__(self, "names", _texts(self.names))


def _texts(names: object) -> tuple[str, ...]:
    """Names as they are given; a single text is no list of its letters."""
    if isinstance(names, Iterable) and not isinstance(names, str):
        found = tuple(names)
        if all(isinstance(name, str) for name in found):
            return found
    raise arguments.wrong("names", _("a list of texts"), names, _('for example `names=["plain", "robust"]`'))

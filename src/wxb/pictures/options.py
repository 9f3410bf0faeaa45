"""What a picture may be told, each once; which kind takes what stands in `kinds`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from wxb import arguments
from wxb.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """term : the column that the picture goes along        level : of intervals

    at : where to predict, {column: value} each
    """

    term: str | None = None
    at: Sequence[Mapping[str, Any]] = ()
    level: float = 0.95

    @classmethod
    def of(cls, kind: str, takes: Sequence[str], given: Mapping[str, Any]) -> Options:
        """Options that were given, checked; UsageError for one that the kind does not take."""
        known = [field.name for field in fields(cls)]
        for name in given:
            if name not in takes or name not in known:
                named = ", ".join(f"`{one}=`" for one in takes)
                raise UsageError(
                    f"a picture `{kind}` takes no `{name}=`", f"it takes {named}" if takes else "leave it out"
                )
        more = dict(given)
        if more.get("term") is not None:
            more["term"] = arguments.instance("term", more["term"], str, "the name of a column")
        if "level" in more:
            more["level"] = arguments.level(more["level"])
        if isinstance(more.get("at"), Mapping):
            more["at"] = (more["at"],)
        return cls(**more)

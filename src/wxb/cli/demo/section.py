"""One section of the demo, and what its sections share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wxb.printable import cells
from wxb.report.lines import WIDTH

if TYPE_CHECKING:
    from wxb.model.model import Model

HOURS = {"hours": [1, 2, 3], "score": [2, 4, 6]}
LINE = {"hours": [2, 3, 4, 5], "score": [25, 50, 42, 61]}
FILE = "examples/hours.csv --target score"
INSTALL = "pip install 'wxb[torch]'"


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the notebook. body : lines        commands, calls : what gives these numbers"""

    title: str
    body: tuple[str, ...]
    commands: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        head = f"── {self.title} "
        yield head + "─" * (WIDTH - cells(head))
        yield ""
        yield from self.body
        if self.commands or self.calls:
            yield ""
        yield from (f"  $ {command}" for command in self.commands)
        yield from (f"  >>> {call}" for call in self.calls)
        yield ""


def fit(**options: Any) -> Model:
    from wxb import api

    return api.fit(HOURS, "score", **options)


def needs_torch() -> list[str]:
    return ["  This part is PyTorch's, which is not installed. It comes with:", f"    {INSTALL}"]

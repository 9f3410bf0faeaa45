"""A log line: the notebook's for one feature, one a person can read for many.

Epoch  100/1999 W: 1.746, b: 0.578 Cost: 0.048171
Epoch  100/1999 speed: 3.93, weight: -1.20, +7, b: 0.578 Cost: 0.048171 Test: 0.051002
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from wxb.marks.measure import shortened
from wxb.printable import cells
from wxb.trajectory.entry import Entry

LINE_WIDTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """How the lines of one run are written: alike, so that they stand under each other.

    terms, intercept : of the run      last : its last epoch      tested : whether there is a test cost
    largest, dearest : its largest coefficient in magnitude, and its largest cost        width : cells of a line
    """

    terms: tuple[str, ...]
    intercept: bool
    last: int
    largest: float
    dearest: float
    tested: bool
    width: int = LINE_WIDTH

    @property
    def number(self) -> str:
        """The notebook's `.3f` where it shows something, `.4g` where a run's numbers are too large or too small for it."""
        return ".3f" if self.largest == 0 or 0.05 <= self.largest < 1e5 else ".4g"

    @property
    def cost(self) -> str:
        """The notebook's `.6f` where it shows something; lines for many features have less room: seven digits."""
        if self.dearest != 0 and not 1e-3 <= self.dearest < 1e6:
            return ".6g"
        decimals = 7 - len(str(int(self.dearest))) if len(self.terms) > 1 else 6
        return f".{decimals}f"

    def text(self, entry: Entry) -> str:
        width = max(4, len(str(self.last)))
        head = f"Epoch {entry.epoch:{width}d}/{self.last}"
        tail = f" Cost: {entry.cost:{self.cost}}"
        if self.tested and entry.test_cost is not None:
            tail += f" Test: {entry.test_cost:{self.cost}}"
        name = "(b)" if "b" in self.terms and len(self.terms) > 1 else "b"  # beside a column of that name
        intercept = [f"{name}: {entry.b:{self.number}}"] if self.intercept else []
        if len(self.terms) == 1:
            return f"{head} {', '.join([f'W: {entry.W[0]:{self.number}}', *intercept])}{tail}"
        return f"{head} {self._weights(entry, intercept, self.width - len(head) - len(tail) - 1)}{tail}"

    def _weights(self, entry: Entry, intercept: list[str], room: int) -> str:
        """As many named weights as fit beside b, and how many more there are."""
        values = [f"{value:{self.number}}" for value in entry.W.tolist()]
        text, most = "", 12 + max(self.width - LINE_WIDTH, 0) // 4
        for shown, width in [*((count, most) for count in range(len(values), 0, -1)), (1, 12), (1, 9), (1, 6), (0, 6)]:
            weights = [f"{term}: {value}" for term, value in zip(_short(self.terms[:shown], width), values)]
            more = [f"+{len(values) - shown} more"] if shown < len(values) else []
            text = ", ".join([*weights, *more, *intercept])
            if cells(text) <= room:
                break
        return text


@cache
def _short(names: tuple[str, ...], width: int) -> list[str]:
    """Names in at most `width` cells, their beginnings and ends kept; those that differ stay different."""
    return shortened(names, lambda name: cells(name) <= width)

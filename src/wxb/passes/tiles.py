"""Rounded sums that remember nothing of how the rows came: of tiles of rows by their numbers, added in pairs.

    rows 0 … 511 ┐
    rows 512 … 1023 ┴ ┐
    rows 1024 … 1535 ┐ │
    rows 1536 … 2047 ┴ ┴ …        a tile is the rows of the source from 512 t to 512 t + 511, as far as they are kept

Which sums are added to which follows from the numbers of the tiles alone, so neither blocks nor threads nor files change a bit;
and a sum of n tiles passes log₂ n roundings, not n.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wxb._typing import Matrix

Sums = Mapping[str, Matrix]


@dataclass(slots=True)
class Tree:
    """nodes : (level, index, sums of tiles index · 2^level up to the next), in their order"""

    nodes: list[tuple[int, int, Sums]] = field(default_factory=list)

    def extend(self, first: int, sums: Sums) -> None:
        """Add tiles from `first` on, which follow those that are there; each of the sums has one axis of tiles before its own."""
        count, level, after = len(next(iter(sums.values()), ())), 0, []
        while count:
            if first % 2:
                self._push(level, first, {name: part[0].copy() for name, part in sums.items()})
                first, count, sums = first + 1, count - 1, {name: part[1:] for name, part in sums.items()}
            if count % 2:
                after.append((level, first + count - 1, {name: part[-1].copy() for name, part in sums.items()}))
                count, sums = count - 1, {name: part[:-1] for name, part in sums.items()}
            if count:
                sums = {name: part[0::2] + part[1::2] for name, part in sums.items()}
            first, count, level = first // 2, count // 2, level + 1
        for one in reversed(after):
            self._push(*one)

    def absorb(self, other: Tree) -> None:
        """Take over tiles that follow."""
        for one in other.nodes:
            self._push(*one)

    def total(self) -> Sums:
        """All tiles; {} of none."""
        nodes, level = list(self.nodes), 0
        while len(nodes) > 1:
            raised: list[tuple[int, int, Sums]] = []
            for height, index, sums in nodes:
                if height > level:
                    raised.append((height, index, sums))
                elif raised and raised[-1][:2] == (level + 1, index // 2):
                    raised[-1] = (level + 1, index // 2, _sum(raised[-1][2], sums))
                else:
                    raised.append((level + 1, index // 2, sums))
            nodes, level = raised, level + 1
        return nodes[0][2] if nodes else {}

    def _push(self, level: int, index: int, sums: Sums) -> None:
        while index % 2 and self.nodes and self.nodes[-1][:2] == (level, index - 1):
            sums = _sum(self.nodes.pop()[2], sums)
            level, index = level + 1, index // 2
        self.nodes.append((level, index, sums))


def _sum(left: Sums, right: Sums) -> Sums:
    return {name: part + right[name] for name, part in left.items()}

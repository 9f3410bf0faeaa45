"""Which rows are for testing and which fold each of the others is in, from the row's number and a seed alone.

A row's share is decided by hashing (seed, row number), so it does not depend on chunks, threads, file boundaries, or on
which rows were dropped. Shares are therefore random in size: `test=0.2` takes each row with probability 0.2. Drawing
exactly 20 % was rejected: it needs to know n before the data are read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wxb.errors import UsageError

TEST = -1
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Shares:
    """test : probability of a row to be a test row        folds : number of folds, 0 for none        seed : any integer"""

    test: float = 0.0
    folds: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.test < 1:
            raise UsageError(f"test must be a share of the rows between 0 and 1, not {self.test:g}", "20 % is 0.2")
        if self.folds < 0 or self.folds == 1:
            raise UsageError(f"folds must be 2 or more, not {self.folds}", "or 0 for no cross-validation")

    @property
    def whole(self) -> bool:
        """Whether every row is in the one share."""
        return self.test == 0 and self.folds == 0

    def labels(self) -> list[int]:
        """The shares there can be: folds 0 … k − 1 (or just 0), and TEST."""
        return [*range(max(self.folds, 1)), *([TEST] if self.test else [])]

    def of(self, row_numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,) share of each row."""
        start = np.uint64(self.seed * int(_GOLDEN) % 2**64)
        bits = _mixed(row_numbers.astype(np.uint64) + start)
        fold = np.zeros(len(row_numbers), dtype=np.int64)
        if self.folds:
            fold = (_mixed(bits + _GOLDEN) % np.uint64(self.folds)).astype(np.int64)
        if self.test:
            uniform = (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53
            fold[uniform < self.test] = TEST
        return fold


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014)."""
    with np.errstate(over="ignore"):
        bits = bits + _GOLDEN
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return bits ^ (bits >> np.uint64(31))

"""Which rows are for testing and which fold each of the others is in, from the row's number and a seed alone.

    test   a hash of (seed, i) decides, so `test=0.2` takes each row with probability 0.2
    fold   entry (i mod K) of a permutation of 0 … K − 1 that (seed, i div K) decides, so each fold has one of every K rows,
           and before test rows and incomplete rows are taken out the sizes differ by at most one

Neither depends on chunks, threads, file boundaries, or on which rows were dropped, and rows may go on being dealt where an earlier
source ended (`first`). Drawing exactly 20 % was rejected: it needs to know n before the data are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wxb.arguments import described, wrong
from wxb.choices import conform
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.numbers import thousands

if TYPE_CHECKING:
    from wxb.data.block import Block
    from wxb.moments.kernels import Native
    from wxb.question.dealing import Dealing

TEST = -1
MOST_FOLDS = 10_000
DIGITS = 20  # of a number of folds written out, at most
AT_ONCE = 1 << 14  # hashes, so that they stay in the cache
FEW_FOLDS = 12  # up to which pairs of hashes are compared
FARTHEST = 2**62  # row from which on numbers may not fit the kernel's
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FOLDS = np.uint64(0xD1B54A32D192ED03)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """test : probability of a row to be a test row        folds : number K of folds, 0 for none, or a text (`wxb.question.dealing`)

    seed : any integer        first : rows of earlier sources, which were dealt before row 0 of this one
    dealt : what the rows made of such a text (a `Dealt`), once they were looked at
    """

    test: float = 0.0
    folds: int | str = 0
    seed: int = 0
    first: int = 0
    dealt: Any = None

    def __post_init__(self) -> None:
        conform(self)
        if not 0 <= self.test < 1:
            raise UsageError(
                _("test must be a share of the rows between 0 and 1, not {test:g}", test=self.test), _("20 % is 0.2")
            )
        dealing = self.dealing
        if dealing is None:
            object.__setattr__(self, "folds", int(self.folds))
            _refuse_count(int(self.folds), 0 if self.folds == 0 else 2)
        else:
            object.__setattr__(self, "folds", str(dealing))
            _refuse_count(2 if dealing.count is None else dealing.count, 1 if dealing.ordered else 2)

    @property
    def dealing(self) -> Dealing | None:
        """What folds go by, None where they go by the numbers of rows."""
        if isinstance(self.folds, int) or self.folds.strip().removeprefix("-").isdecimal():
            if isinstance(self.folds, str) and len(self.folds) > DIGITS:
                raise wrong("folds", _("a whole number"), self.folds)
            return None
        from wxb.question.dealing import Dealing  # few fits ask for it, and all begin here

        return Dealing.parse(self.folds)

    @property
    def count(self) -> int:
        """Shares of training rows, of which there are sums: folds, and what only others are judged by; 1 of no folds."""
        if self.dealt is not None:
            return self.dealt.count
        return max(int(self.folds), 1)

    @property
    def ordered(self) -> bool:
        """Whether a fold is judged by what is before it."""
        dealing = self.dealing
        return dealing is not None and dealing.ordered

    @property
    def whole(self) -> bool:
        """Whether every row is in the one share."""
        return self.test == 0 and self.folds == 0

    def labels(self) -> list[int]:
        """The shares there can be: folds 0 … k − 1 (or just 0), and TEST."""
        return [*range(self.count), *([TEST] if self.test else [])]

    def of_block(self, block: Block) -> NDArray[np.int64]:
        """(n,) share of each of its rows."""
        if self.dealt is not None:
            return self.dealt.of(block)
        count, first = int(self.folds), block.first + self.first
        consecutive = count and not self.test and block.kept is None and 0 <= first < FARTHEST
        if consecutive and (compiled := _compiled(count)) is not None:
            return compiled.folds(first, block.rows, count, self._start)
        return self.of(block.row_numbers())

    @property
    def _start(self) -> int:
        """Where the hashes of this seed begin."""
        return self.seed * int(_GOLDEN) % 2**64

    def of(self, row_numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,) share of each row, of folds that go by their numbers."""
        numbers = row_numbers + self.first
        start = np.uint64(self._start)
        count = int(self.folds)
        fold = _folds(numbers, count, start) if count else np.zeros(len(numbers), dtype=np.int64)
        if self.test:
            bits = mixed(numbers.astype(np.uint64) + start)
            uniform = (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53
            fold[uniform < self.test] = TEST
        return fold


def _refuse_count(count: int, least: int) -> None:
    """UsageError for a number of folds that is none."""
    if count < least:
        raise UsageError(
            _("folds must be {least} or more, not {folds}", least=least, folds=described(count)),
            _("or 0 for no cross-validation"),
        )
    if count > MOST_FOLDS:
        raise UsageError(
            _(
                "{folds} folds are more than the {most_folds} that are kept apart",
                folds=described(count),
                most_folds=thousands(MOST_FOLDS),
            ),
            _("use fewer: 5 or 10 say as much of how well the line predicts"),
        )


def _folds(numbers: NDArray[np.int64], count: int, start: np.uint64) -> NDArray[np.int64]:
    """Each block of K rows has its hashes sorted; where the j-th of them ends up is the fold of its row j."""
    first, last = (int(numbers[0]), int(numbers[-1])) if len(numbers) else (0, -1)
    if last - first + 1 == len(numbers) and (numbers[1:] - numbers[:-1] == 1).all():  # rows that follow each other
        blocks = np.arange(first // count, last // count + 1)
        if (compiled := _compiled(count)) is not None and 0 <= first < FARTHEST:
            return compiled.folds(first, len(numbers), count, int(start))
        begin = first % count
        return _dealt(blocks, count, start).reshape(-1)[begin : begin + len(numbers)].astype(np.int64)
    of_block = numbers // count
    first, last = int(of_block.min()), int(of_block.max())
    if last - first < len(numbers):  # rows of a block of a source: few blocks of folds without any
        blocks, place = np.arange(first, last + 1), of_block - first
    else:
        blocks, place = np.unique(of_block, return_inverse=True)
    return _dealt(blocks, count, start)[place.reshape(-1), numbers % count].astype(np.int64)


def _compiled(count: int) -> Native | None:
    """The kernel that puts so many hashes in order, where it is there."""
    from wxb.moments.kernels.native import MOST_FOLDS, Native

    try:
        return Native() if count <= MOST_FOLDS else None
    except ImportError:
        return None


def _dealt(blocks: NDArray[np.int64], count: int, start: np.uint64) -> NDArray[np.integer]:
    """(m, K) the folds of the rows of these blocks."""
    found = np.empty((len(blocks), count), dtype=np.int16)
    step = max(AT_ONCE // count, 1)
    for first in range(0, len(blocks), step):
        some = blocks[first : first + step]
        if int(some[-1]) - int(some[0]) < len(some):  # each once, so that they follow each other
            every = np.arange(int(some[0]) * count, (int(some[-1]) + 1) * count, dtype=np.uint64)
        else:
            every = (some[:, None] * count + np.arange(count)).astype(np.uint64)
        found[first : first + step] = _order(mixed(mixed(every + start) + _FOLDS).reshape(-1, count))
    return found


def _order(hashes: NDArray[np.uint64]) -> NDArray[np.integer]:
    """(m, K) the stable argsort of each row; of few columns by comparing all pairs, which is several times as quick."""
    count = hashes.shape[1]
    if count > FEW_FOLDS:
        return np.argsort(hashes, axis=1, kind="stable")
    columns = np.ascontiguousarray(hashes.T)
    ranks = np.zeros(columns.shape, dtype=np.int8)
    for j in range(count):
        for i in range(j):
            later = (columns[i] > columns[j]).view(np.int8)
            ranks[i] += later
            ranks[j] += 1 - later
    order = np.zeros(columns.shape, dtype=np.int8)
    for place in range(count):
        for i in range(1, count):
            order[place] += (ranks[i] == place).view(np.int8) * np.int8(i)
    return order.T


def mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014)."""
    with np.errstate(over="ignore"):
        bits = bits + _GOLDEN
        bits ^= bits >> np.uint64(30)
        bits *= np.uint64(0xBF58476D1CE4E5B9)
        bits ^= bits >> np.uint64(27)
        bits *= np.uint64(0x94D049BB133111EB)
        bits ^= bits >> np.uint64(31)
    return bits

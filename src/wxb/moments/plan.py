"""How columns are cut: a grid for each, and how many slices, chosen from some of its rows.

The first slice is laid so that the root mean square of the column is 2^18 to 2^19 units. A column gets as many slices as leave
all but a rare number of it whole: one for small integers, two for short decimals and float32, three for what fills its digits.
Where there are so many columns that most rows hold some rare number, those like the worst get one more, unless the kernel takes
such numbers one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Matrix, Vector
from wxb.errors import NumericalError
from wxb.i18n import _

BITS = 22
LIMIT = 2.0**53  # what products and their sums stay below
CENTRE = 19  # the first slice holds the root mean square at 2^18 to 2^19 units: four times it, and all else, stay below LIMIT
MOST_LEVELS = 8
RARE = 0.005  # a share of a column's numbers that may have something over after its slices
MANY = 0.07  # a share of rows that may wait in the pool
PLANNED = 1024  # rows that a plan is made from
DIGIT = 32  # bits of a digit where numbers are summed and not their products (`digits`)
FIRST = 36  # bits that the first digit of a number may have


@dataclass(frozen=True, slots=True)
class Plan:
    """How each raw column is cut.

    Attributes
    ----------
    exponents : (m,) e of each column
    levels : (m,) number of slices of each column
    order : (m,) columns by falling number of slices, so that each level of the stack is a run of rows; of those with as many the
        first, which is of ones as a rule, comes last
    counts : columns with more than k slices, for each level k
    """

    exponents: NDArray[np.int64]
    levels: NDArray[np.int64]
    order: NDArray[np.int64]
    counts: tuple[int, ...]

    @property
    def height(self) -> int:
        """s, rows of the stack of slices."""
        return sum(self.counts)


def make_plan(columns: Sequence[Vector], rare: float = RARE, alone: bool = False) -> Plan:
    """Choose grid and number of slices of each column from these rows of it; NumericalError when one is not finite.

    rare : share of a column's numbers that may have something over        alone : such a number does not cost its row
    """
    numbers = np.array(columns)
    exponents = _exponents(numbers)
    needed = _levels(numbers, exponents, rare, MANY if not alone else 1.0)
    order = np.lexsort((np.arange(len(needed)) == 0, -needed))
    counts = tuple(int((needed > k).sum()) for k in range(needed.max()))
    return Plan(exponents, needed, order, counts)


def _exponents(numbers: Matrix) -> NDArray[np.int64]:
    """(m,) e such that the root mean square of each row · 2^−e is 2^18 to 2^19; 0 for a row of zeros."""
    largest = np.abs(numbers).max(axis=1)
    if not np.isfinite(largest).all():
        raise not_finite()
    top = np.frexp(largest)[1].astype(np.int64)
    rms = np.sqrt(np.mean(np.square(_scaled(numbers, -top)), axis=1))
    rms[largest == 0.0] = 2.0**CENTRE
    return top + np.ceil(np.log2(rms)).astype(np.int64) - CENTRE


def _levels(numbers: Matrix, exponents: NDArray[np.int64], rare: float, most: float) -> NDArray[np.int64]:
    """(m,) fewest slices of each column (m, n) that leave few of its numbers with something over, and few rows with such numbers.

    rare : share of a column's numbers        most : share of the rows
    """
    rest = _scaled(numbers, -exponents)
    lost = (rest == 0) & (numbers != 0)
    over: list[NDArray[np.bool_]] = []  # of each level, (m, n) whether something is over after it
    while len(over) < MOST_LEVELS and not (over and not over[-1].any()):
        constant = constant_of(len(over))
        rest -= (rest + constant) - constant
        over.append((rest != 0) | lost)
    counts = np.array([level.sum(axis=1) for level in over])
    needed = 1 + (counts[:-1] > rare * numbers.shape[1]).sum(axis=0)
    while True:
        ends = [over[level - 1][row] for row, level in enumerate(needed.tolist())]
        if np.logical_or.reduce(ends).mean() <= most:
            return needed
        # Each column spares only a few numbers, but there are so many columns: more for all that are like the worst.
        deepest = int(needed[[bool(end.any()) for end in ends]].max())
        if deepest == len(over):
            return needed
        used = counts[deepest - 2] if deepest > 1 else np.full(len(needed), numbers.shape[1])
        needed = needed + ((needed == deepest) & (2 * used > numbers.shape[1]))


def _scaled(numbers: Matrix, exponents: NDArray[np.int64]) -> Matrix:
    """Rows times 2^exponent, each its own: products where all factors are doubles, which are much quicker than ldexp."""
    if (np.abs(exponents) < 1000).all():
        return numbers * np.ldexp(1.0, exponents)[:, None]
    return np.ldexp(numbers, exponents[:, None])


def many(unfit: int, rows: int) -> bool:
    """Whether so many of these rows do not fit their plan that it should be made anew."""
    return unfit > max(8, 0.1 * rows)


def times_power(numbers: Vector | Matrix, exponent: int, out: Vector | Matrix | None = None) -> Vector | Matrix:
    """numbers · 2^exponent: a product where the factor is a double, which is much quicker than ldexp."""
    if -1000 < exponent < 1000:
        return np.multiply(numbers, 2.0**exponent, out=out)
    return np.ldexp(numbers, exponent, out=out)


def constant_of(level: int) -> float:
    """Adding and subtracting this rounds to a multiple of 2^(−22 level)."""
    return 1.5 * 2.0 ** (52 - BITS * level)


def not_finite() -> NumericalError:
    return NumericalError(_("a number to be summed is not finite"), _("find and remove NaN and infinite values first"))

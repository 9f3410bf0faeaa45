"""What one pass gathers for a design with categories: moments of its raw columns, and a tally for each set of label columns.

They add and subtract part by part, exactly; levels and bases, which depend on all rows, are settled anew from the sums
(`wxb.design.close`), so that a sum of models has the bits of one fit to all rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wxb.moments.exact import Moments
from wxb.moments.tally import Tally
from wxb.numbers import numbered
from wxb.values import Value


@dataclass(frozen=True, eq=False, kw_only=True)
class Gathered(Value):
    """plain : moments of the raw columns, target last        tallies : by the label columns they go by"""

    plain: Moments
    tallies: Mapping[tuple[str, ...], Tally]

    def __repr__(self) -> str:
        return f"Gathered({numbered(self.plain.rows, 'row')} under {numbered(len(self.tallies), 'set')} of labels)"

    @property
    def rows(self) -> int:
        return self.plain.rows

    @property
    def weighted(self) -> bool:
        return self.plain.weighted

    @property
    def precision(self) -> str:
        return self.plain.precision

    def __add__(self, other: object) -> Gathered:
        if isinstance(other, int) and other == 0:  # the start of sum(parts)
            return self
        if not isinstance(other, Gathered):
            return NotImplemented
        return Gathered(
            plain=self.plain + other.plain, tallies={k: t + other.tallies[k] for k, t in self.tallies.items()}
        )

    __radd__ = __add__

    def __sub__(self, other: Gathered) -> Gathered:
        """What is left without rows that are among these."""
        return Gathered(
            plain=self.plain - other.plain, tallies={k: t - other.tallies[k] for k, t in self.tallies.items()}
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Gathered):
            return NotImplemented
        return self.plain == other.plain and dict(self.tallies) == dict(other.tallies)

    __hash__ = None  # pyright: ignore[reportAssignmentType] (its sums would have to be worked out)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesGathered:
    """train : of the training rows        test : of those held out, or None        folds : of each fold, or ()"""

    train: Gathered
    test: Gathered | None = None
    folds: tuple[Gathered, ...] = ()

    @property
    def kept(self) -> tuple[Gathered, ...]:
        """Of the training rows, and of those held out."""
        return (self.train,) if self.test is None else (self.train, self.test)

    @property
    def whole(self) -> Gathered:
        """Of all rows, whose levels there are."""
        return self.train if self.test is None else self.train + self.test

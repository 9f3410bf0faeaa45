"""The diagonal of G⁻¹ alone, which standard errors are made of: each entry in a ball, in the time of a few products by BLAS.

    (G⁻¹)_jj = n (C⁻¹)_jj,   (G⁻¹)_00 = (1 + gᵀC⁻¹g) / n        n, g, C as in `wxb.verified.system`

The balls are as wide as pairs of doubles leave them, about 2^−90 of the entry at ordinary conditions. Where that does not tell how
a number rounds, the entry is solved for to 160 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import arb

from wxb.verified import Ball, Diagonal, System

ENTRY_BITS = 160  # of an entry that is solved for


@dataclass(frozen=True, slots=True, eq=False)
class Variances:
    """Of a positive definite G; arithmetic is done in the precision of the caller's balls.

    n, shift, scales : as in the system that G was        diagonal : that of A⁻¹        level : gᵀC⁻¹g
    """

    n: int
    shift: int
    scales: tuple[int, ...]
    diagonal: Diagonal
    level: Ball

    @classmethod
    def of(cls, system: System | None) -> Variances | None:
        """None where float64 proves nothing."""
        diagonal = None if system is None else system.diagonal()
        if system is None or diagonal is None:
            return None
        return cls(system.n, system.shift, tuple(system.scales), diagonal, _solved(system, 0))

    def entries(self) -> list[arb]:
        """All k of them."""
        parts, radius = self.diagonal.parts.T.tolist(), self.diagonal.radius.tolist()
        rest = [
            self._in_units(sum(map(arb, some), arb(0, error)), j)
            for j, (some, error) in enumerate(zip(parts, radius), 1)
        ]
        return [self._in_units(_as_arb(self.level), 0), *rest]

    def entry(self, gram: Callable[[], Sequence[Sequence[int]]], j: int) -> arb:
        """One of them, solved for: as near as makes no difference, wherever it can be solved."""
        system = System.of(gram())
        assert system is not None
        return self._in_units(_as_arb(_solved(system, j)), j)

    def _in_units(self, ball: arb, j: int) -> arb:
        """(G⁻¹)_jj of (A⁻¹)_jj, or of gᵀC⁻¹g."""
        if j == 0:
            return (1 + ball) / arb((self.n, 2 * self.shift))
        return ball * arb((self.n, -2 * self.scales[j - 1]))


def _solved(system: System, j: int) -> Ball:
    """(A⁻¹)_jj of a column, of the first one gᵀC⁻¹g."""
    side = system.first if j == 0 else [int(i == j - 1) for i in range(len(system.scales))]
    exponents = [-s if j == 0 else 0 for s in system.scales]
    found = Ball(0, 0, 0)
    for (answer,) in system.answers([side], exponents):
        found = answer.form()
        if found.middle >> ENTRY_BITS > found.radius:
            break
    return found


def _as_arb(ball: Ball) -> arb:
    return arb((ball.middle, ball.exponent)) + arb(0, 1) * arb((ball.radius, ball.exponent))

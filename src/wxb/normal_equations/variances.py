"""The diagonal of G⁻¹ alone, which standard errors are made of: each entry in a ball, in the time of a few products by BLAS.

    (G⁻¹)_jj = n (C⁻¹)_jj,   (G⁻¹)_00 = (1 + gᵀC⁻¹g) / n        n, g, C as in `wxb.verified.system`

The balls are as wide as pairs of doubles leave them, about 2^−90 of the entry at ordinary conditions. Where that does not tell how
a number rounds, the entry is solved for to 160 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb

from wxb.verified import Ball, Diagonal, System

ENTRY_BITS = 160  # of an entry that is solved for


@dataclass(frozen=True, slots=True, eq=False)
class Variances:
    """Of a positive definite G; arithmetic is done in the precision of the caller's balls.

    system : G with its first column eliminated        diagonal : that of A⁻¹
    """

    system: System
    diagonal: Diagonal

    @classmethod
    def of(cls, gram: Sequence[Sequence[int]]) -> Variances | None:
        """None where float64 proves nothing."""
        system = System.of(gram)
        diagonal = None if system is None else system.diagonal()
        return None if system is None or diagonal is None else cls(system, diagonal)

    def entries(self) -> list[arb]:
        """All k of them."""
        parts, radius = self.diagonal.parts.T.tolist(), self.diagonal.radius.tolist()
        rest = [
            self._scaled(sum(map(arb, some), arb(0, error)), s)
            for some, error, s in zip(parts, radius, self.system.scales)
        ]
        return [self.entry(0), *rest]

    def entry(self, j: int) -> arb:
        """One of them, solved for: as near as makes no difference, wherever it can be solved."""
        scales, first = self.system.scales, self.system.first
        side = first if j == 0 else [int(i == j - 1) for i in range(len(scales))]
        found = Ball(0, 0, 0)
        exponents = [-s for s in scales] if j == 0 else [0] * len(scales)
        for (answer,) in self.system.answers([side], exponents):
            found = answer.form()
            if found.middle >> ENTRY_BITS > found.radius:
                break
        ball = arb((found.middle, found.exponent)) + arb(0, 1) * arb((found.radius, found.exponent))
        if j:
            return self._scaled(ball, scales[j - 1])
        return (1 + ball) / arb((self.system.n, 2 * self.system.shift))

    def _scaled(self, ball: arb, scale: int) -> arb:
        return ball * arb((self.system.n, -2 * scale))

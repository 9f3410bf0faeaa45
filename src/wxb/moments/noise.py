"""What rounded sums may have lost, proven: one number for each column.

    |Δ Σ w (z_i − c_i)(z_j − c_j)| ≤ s_i s_j        c the origin the sums were made about, s the slack

Each product passes through at most m additions, and through three roundings for each factor, one for the weight and one of its own,
so the error is at most γ Σ w |z_i − c_i| |z_j − c_j| with γ = (m + 9) u / (1 − (m + 9) u), and by Cauchy and Schwarz at most
γ √(S_ii S_jj): s_i = √(γ S_ii). About another origin r the slack is s_i + s_0 |c_i − r_i|; and where moments are added, errors add.
Sources: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., chapters 3 and 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt

UNIT = 2.0**-53
SAFE = 1 + 2.0**-30  # for the rounding of the slack itself
LEAST_ROOT = 2.0**-537  # products below 2^−1074 are lost
LEAST_WEIGHT, MOST_WEIGHT = 2.0**-400, 2.0**400  # beyond, a weighted number may be lost too, and nothing is promised


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """origin : (p + 2) c of z = (1, terms…, target), c_0 = 0        slack : (p + 2) s"""

    origin: tuple[float, ...]
    slack: tuple[float, ...]

    @classmethod
    def of_sums(cls, origin: Sequence[float], squares: Sequence[float], additions: int, rows: int) -> Noise:
        """Of sums with these diagonals S_ii, each term of which passed through so many additions."""
        chain = (additions + 9) * UNIT
        gamma = chain / (1 - chain) if chain < 0.5 else 1.0
        grown = gamma / (1 - gamma) if gamma < 0.5 else 2.0**60  # S_ii is itself rounded
        least = sqrt(rows) * LEAST_ROOT
        return cls(origin=tuple(origin), slack=tuple((sqrt(grown * max(s, 0.0)) + least) * SAFE for s in squares))

    def about(self, origin: Sequence[float]) -> tuple[float, ...]:
        """The slack of the sums about another origin."""
        ones = self.slack[0]
        return tuple(
            (s + ones * abs(c - r) * SAFE) * SAFE if c != r else s for s, c, r in zip(self.slack, self.origin, origin)
        )

    def __add__(self, other: Noise) -> Noise:
        """Of the sum, or of the difference."""
        slack = tuple(hypot(a, b) * SAFE for a, b in zip(self.slack, other.about(self.origin)))
        return Noise(origin=self.origin, slack=slack)

    def select(self, places: Sequence[int]) -> Noise:
        return Noise(origin=tuple(self.origin[i] for i in places), slack=tuple(self.slack[i] for i in places))

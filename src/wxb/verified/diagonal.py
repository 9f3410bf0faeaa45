"""The diagonal of A⁻¹ as sums of doubles, with a bound of what they are off.

For any column x with f = e_j − A x, and any z with h = f − A z,

    (A⁻¹)_jj = x_j + xᵀf + zᵀ(f + h) + hᵀA⁻¹h            0 ≤ hᵀA⁻¹h ≤ ‖A⁻¹‖ |h|²

for A is symmetric. With x = R e_j and z = R f the last term is (‖I − A R‖)⁴ of the first. f is formed without error from products
of slices down to the fourth level, where nearly all of it cancels, and in doubles below; columns are scaled by 2^−c_j.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.moments.pairs import two_product, two_sum
from wxb.verified.inverse import SAFE, Inverse
from wxb.verified.sliced import UNIT, Sliced

EXACT = 4  # the level down to which products of slices are added without error


@dataclass(frozen=True, slots=True, eq=False)
class Diagonal:
    """parts : (5, k) doubles whose sums are (A⁻¹)_jj        radius : (k,) how far these are off at most"""

    parts: Matrix
    radius: Vector


def diagonal_of(matrix: Sliced, inverse: Inverse) -> Diagonal | None:
    """None where the residual cannot be formed in doubles without error."""
    size = matrix.size
    R = np.ldexp(inverse.R, -inverse.tops)  # |R_ij| ≤ 1
    found = _residual(matrix, inverse, R)
    if found is None:
        return None
    exact, below, slack = found
    slack = slack + 2.0**-matrix.bits * np.abs(R).sum(axis=0)  # what was cut off of A, or never there
    f = exact + below
    z = inverse.R @ f
    h = f - inverse.plain @ z
    z_sum, f_most, h_most = np.abs(z).sum(axis=0), np.abs(f).max(axis=0), np.abs(h).max(axis=0)
    slack += 2 * UNIT * f_most  # f is rounded
    h_slack = slack + (2 * size + 16) * UNIT * (f_most + 2 * z_sum) + 2.0 ** (2 - 4 * matrix.width) * z_sum
    high, low, lost = _dots(R, exact)
    second = (R * below).sum(axis=0)
    lost += (size + 8) * UNIT * np.abs(R * below).sum(axis=0) + np.abs(R).sum(axis=0) * (slack - 2 * UNIT * f_most)
    third = (z * (f + h)).sum(axis=0)
    lost += (2 * size + 16) * UNIT * (np.abs(z) * (np.abs(f) + np.abs(h))).sum(axis=0) + z_sum * (h_slack + slack)
    lost += inverse.norm * size * np.square(h_most + h_slack)
    parts = np.stack([np.ldexp(R.diagonal(), -inverse.tops), high, low, second, third])
    return Diagonal(np.ldexp(parts, 2 * inverse.tops), np.ldexp(lost * SAFE, 2 * inverse.tops))


def _residual(matrix: Sliced, inverse: Inverse, R: Matrix) -> tuple[Matrix, Matrix, Vector] | None:
    """I 2^−c − A R as exact + below, (k, k) each, and (k,) how far `below` is off in each column."""
    size, width = matrix.size, matrix.width
    exact = np.diag(np.ldexp(1.0, -inverse.tops))
    for level in range(2, EXACT + 1):
        unit = 2.0 ** (3 - width * level)
        for m in range(1, min(level, len(matrix.slices) + 1)):
            if level - m <= len(inverse.digits):
                product = matrix.slices[m - 1] @ inverse.digits[level - m - 1]
                product *= unit
                if np.abs(exact).max() + np.abs(product).max() > 2.0**53 * unit:
                    return None
                exact -= product
    second, third = (digit * 2.0 ** (1 - width * d) for d, digit in zip((2, 3), inverse.digits[1:]))
    below = np.zeros((size, size))
    for m, right in ((2, third), (3, second + third)):
        if m <= len(matrix.slices):
            below -= (matrix.slices[m - 1] * matrix.unit(m)) @ right
    below -= matrix.below(3) @ R
    most = size * 2.0 ** (2 - 2 * width - width + 1)
    return exact, below, np.full(size, 4 * (size + 16) * UNIT * most)


def _dots(a: Matrix, b: Matrix) -> tuple[Vector, Vector, Vector]:
    """Σ_i a_ij b_ij of each column as (high, low), and how far that is off at most.

    Source: Ogita, Rump, Oishi, Accurate sum and dot product, 2005: Dot2.
    """
    size = len(a)
    high, low = np.zeros(a.shape[1]), np.zeros(a.shape[1])
    for mine, theirs in zip(a, b):
        product, rest = two_product(mine, theirs)
        high, error = two_sum(high, product)
        low += error + rest
    return high, low, 4 * ((size + 2) * UNIT) ** 2 * np.abs(a * b).sum(axis=0)

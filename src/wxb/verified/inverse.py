"""LAPACK's inverse R of a matrix, and how far A⁻¹ is from it at most.

    A⁻¹ = R (I − F)⁻¹,  F = I − A R        ‖A⁻¹‖ ≤ ‖R‖ / (1 − ‖F‖)        row sums; of a symmetric A these bound its 2-norm too

Each column of R is a power of two times whole numbers of three digits, so that products with the slices of A are exact.
Source: Rump, Verification methods, Acta Numerica 2010, section 10.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wxb._typing import Integers, Matrix
from wxb.verified.sliced import UNIT, Sliced

SAFE = 1 + 2.0**-20  # for the rounding of the bounds themselves
LARGEST = 36  # log2 of the largest entry of R
BLOCK = 64  # columns whose triangle is inverted at once
FAR = 1 / 16  # ‖F‖ below which R is an inverse


@dataclass(frozen=True, slots=True, eq=False)
class Inverse:
    """R = Σ_d r_d 2^(1 + c − βd) by columns.

    R : (k, k)        digits : r_1, r_2, r_3, (k, k) each        tops : (k,) c, |R_ij| ≤ 2^c_j
    half : T ≈ L⁻¹, A ≈ L Lᵀ, R ≈ TᵀT
    plain : (k, k) A in doubles        norm : a bound of ‖A⁻¹‖
    """

    R: Matrix
    half: Matrix
    digits: tuple[Matrix, Matrix, Matrix]
    tops: Integers
    plain: Matrix
    norm: float

    @classmethod
    def of(cls, matrix: Sliced) -> Inverse | None:
        """None where float64 does not invert it for certain."""
        A = matrix.plain()
        try:
            T = lower_inverse(np.asarray(np.linalg.cholesky(A), dtype=np.float64))
        except np.linalg.LinAlgError:
            return None
        with np.errstate(all="ignore"):
            R: Matrix = T.T @ T
        largest = np.abs(R).max(axis=0)
        if not np.isfinite(largest).all() or not (largest > 0).all() or largest.max() > 2.0**LARGEST:
            return None
        tops = np.frexp(largest)[1].astype(np.int64)
        R, digits = _cut(R, tops, matrix.width)
        F = A @ R
        F[np.diag_indices_from(F)] -= 1
        sums = np.abs(R).sum(axis=0).max() * SAFE, np.abs(R).sum(axis=1).max() * SAFE
        size = len(A)
        # Rounding of the product and of A itself, and what was cut off of A: all by |A_ij| < 2, entry by entry, over rows
        lost = (size + 8) * UNIT * np.abs(A) @ np.abs(R).sum(axis=1)
        off = (np.abs(F).sum(axis=1) * (1 + size * UNIT) + lost).max() * SAFE
        off += (size * 2.0 ** (2 - 4 * matrix.width) + size * 2.0**-matrix.bits) * sums[1] + size * UNIT
        if not off < FAR:
            return None
        return cls(R, T, digits, tops, A, float(sums[1] / (1 - off) * SAFE))


def lower_inverse(L: Matrix) -> Matrix:
    """L⁻¹ of a lower triangle, by halves."""
    size = len(L)
    if size <= BLOCK:
        return np.tril(np.asarray(np.linalg.inv(L), dtype=np.float64))
    half, out = size // 2, np.zeros_like(L)
    out[:half, :half] = lower_inverse(L[:half, :half])
    out[half:, half:] = lower_inverse(L[half:, half:])
    out[half:, :half] = -(out[half:, half:] @ L[half:, :half]) @ out[:half, :half]
    return out


def _cut(R: Matrix, tops: Integers, width: int) -> tuple[Matrix, tuple[Matrix, Matrix, Matrix]]:
    """R rounded to three digits, and these."""
    rest = np.ldexp(R, -tops)
    whole, digits = np.zeros_like(R), []
    for d in (1, 2, 3):
        unit = 2.0 ** (1 - width * d)
        digit = np.rint(rest / unit)
        rest -= digit * unit
        whole += digit * unit
        digits.append(digit)
    return np.ldexp(whole, tops), (digits[0], digits[1], digits[2])

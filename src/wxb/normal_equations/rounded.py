"""Normal equations of rounded sums, solved in doubles, and how far that is from their true solution at most.

    A = D⁻¹ S D⁻¹,  r = D⁻¹ S_y / d_y          D powers of two, the diagonal of A near 1
    A = L Lᵀ,   T ≈ L⁻¹,   R = TᵀT,   θ = R r + R (r − A R r)

With w_j = √R_jj and f_j = Σ_i w_i |I − A R|_ij, which BLAS tells but for its rounding, ψ = max f_j / w_j < 1 proves A to be
positive definite, and from A⁻¹ = R + A⁻¹ (I − A R) and |A⁻¹|_ij ≤ √A⁻¹_ii √A⁻¹_jj

    |A⁻¹ − R|_ij ≤ w_i w_j ψ / (1 − ψ)        |A⁻¹r − θ| ≤ (|R| + w wᵀ ψ / (1 − ψ)) |ρ|,   ρ = r − A θ
    rss = S_yy − θᵀr − θᵀρ − ρᵀA⁻¹ρ

Sources: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., chapters 3 and 10; Rump, Acta Numerica 2010, section 10.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.values import Value, still
from wxb.verified.inverse import lower_inverse

UNIT = 2.0**-53
SAFE = 1 + 2.0**-20  # for the rounding of the bounds themselves
LEAST = 2.0**-51  # for the rounding of w
FAR = 2.0**-7  # ψ, beyond which nothing is proven
RANGE = 2.0**900  # of sums that are looked at in doubles
DOUBT, CLEAR = 0.1, 16.0  # how far slack may move what is left of a column, and how far that must be above rounding


@dataclass(frozen=True, slots=True, eq=False)
class RoundedSystem(Value):
    """A and its inverse, (k, k) each.

    scales : (k + 1,) exponents of D, of y the last        half : T        inverse : R        doubt : ψ / (1 − ψ)
    right : (k,) r        square : S_yy / d_y²
    """

    scales: Integers
    matrix: Matrix
    right: Vector
    square: float
    half: Matrix
    inverse: Matrix
    doubt: float

    @classmethod
    def of(cls, sums: Matrix) -> RoundedSystem | None:
        """Of (k + 1, k + 1) sums of the columns and y; None where float64 proves nothing."""
        diagonal = sums.diagonal()
        if not (np.isfinite(sums).all() and (diagonal > 1 / RANGE).all() and (diagonal < RANGE).all()):
            return None
        scales = np.frexp(diagonal)[1].astype(np.int64) // 2
        factors = np.ldexp(1.0, -scales)
        scaled = sums * factors[:, None] * factors
        A, r = np.ascontiguousarray(scaled[:-1, :-1]), scaled[:-1, -1].copy()
        try:
            T = lower_inverse(np.asarray(np.linalg.cholesky(A), dtype=np.float64))
        except np.linalg.LinAlgError:
            return None
        R = T.T @ T
        psi = _distance(A, T, R)
        return cls(scales, A, r, float(scaled[-1, -1]), T, R, psi / (1 - psi)) if psi < FAR else None

    @property
    def roots(self) -> Vector:
        """(k,) w."""
        return still(np.sqrt(self.inverse.diagonal()))

    def clearly_independent(self, slack: Vector, noise: Vector) -> bool:
        """Whether sums without slack (k,), to which rounding of the rows may have added `noise` (k,), keep the same columns."""
        return clearly_independent(self.half, self.roots * (1 + self.doubt), slack, noise)

    def minimum(self) -> RoundedMinimum:
        """θ, and what it leaves of the squares."""
        A, r, R = self.matrix, self.right, self.inverse
        theta = R @ r
        theta += R @ (r - A @ theta)
        rho = r - A @ theta
        chain = (len(r) + 4) * UNIT * SAFE
        rest = np.abs(rho) + chain * (np.abs(r) + np.abs(A) @ np.abs(theta))
        away = (np.abs(R) @ rest + self.doubt * (self.roots @ rest) * self.roots) * SAFE
        size = np.abs(theta)
        rss = self.square - theta @ r - theta @ rho
        lost = chain * (self.square + size @ np.abs(r) + size @ np.abs(rho)) + size @ (rest - np.abs(rho))
        return RoundedMinimum(theta, away, float(rss), float((lost + rest @ away) * SAFE))


@dataclass(frozen=True, slots=True, eq=False)
class RoundedMinimum(Value):
    """theta, away : (k,) θ, and how far off it is at most        rss, lost : Σ(y − θᵀx)², and how far off that is"""

    theta: Vector
    away: Vector
    rss: float
    lost: float


def clearly_independent(T: Matrix, roots: Vector, slack: Vector, noise: Vector) -> bool:
    """Of T = L⁻¹ (k, k): whether what is left of each column beside those before it is far above slack and rounding.

    roots : (k,) √A⁻¹_jj        slack : (k,) of the sums        noise : (k,) of the square of each column
    """
    if not float(slack @ roots) < np.sqrt(DOUBT):
        return False
    left = 1 / np.square(T.diagonal())
    combinations = T / T.diagonal()[:, None]  # β_jk, and 1 for the column itself
    return bool((left > CLEAR * np.square(combinations) @ noise).all())


def _distance(A: Matrix, T: Matrix, R: Matrix) -> float:
    """ψ, of the products as they are and as they would be without rounding; infinite where R is none."""
    if not np.isfinite(R).all():
        return np.inf
    F = A @ R
    F[np.diag_indices_from(F)] -= 1
    w, chain = np.sqrt(R.diagonal()), (len(A) + 4) * UNIT * SAFE
    heavy = w @ np.abs(A)
    f = w @ np.abs(F, out=F)
    f += chain * (heavy @ np.abs(R) + w)  # rounding of A R
    f += chain * (heavy @ np.abs(T.T)) @ np.abs(T)  # of R, which is TᵀT and so positive
    return float((f / w).max() * SAFE) + LEAST

"""Eigenvalues of a Hessian, the small ones to as many digits as the large.

An ordinary symmetric eigensolver knows every eigenvalue to ε·λmax, so at condition 1e12 the smallest has four digits,
and at 1e16 none; but the smallest decides how many epochs a descent needs. Hessians of regressions are mostly *graded*
(columns of unlike size), which determines the small eigenvalues well. So:

    1  H = L Lᵀ by Cholesky with pivoting; a column that leaves nothing of its own diagonal is collinear and is dropped
    2  one-sided Jacobi: rotate the columns of L until they are orthogonal; their squared norms are the eigenvalues
       (Demmel and Veselić 1992: accurate relative to the condition of H *after* scaling its diagonal to one)
    3  for the condition that scaling does not remove: G = VᵀHV in doubled precision, steps 1 and 2 again on G. An error ε
       in V then costs ε²·λmax instead of ε·λmax

Rotations of disjoint pairs are made together, so a sweep is q − 1 vector operations. Where the condition is below `EASY` LAPACK's
solver loses nothing and is much quicker. Beyond `LARGEST` terms the sweeps are too slow in NumPy and it is used in any
case: eigenvalues below 1e-12 of the largest are then taken for zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Matrix, Vector

LARGEST = 128
EASY = 16.0  # ε·λmax is then at most 16 ε of the smallest
POLISH = 2  # sweeps without a threshold: less than ε of a column is all of its small components where λmax/λmin > 1/ε²
EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """H = V diag(λ) Vᵀ on r ≤ q directions; H is zero, to the digits it has, on the q − r others.

    values : (r,) eigenvalues, largest first, all positive        vectors : (q, r) orthonormal columns
    """

    values: Vector
    vectors: Matrix


def spectrum_of_line(unit: float, mean: float, variance: float) -> Spectrum:
    """Of H = unit·[1, m; m, m² + C], the Hessian of an intercept and one column, to all digits: C may be lost beside m² in H.

    λ₁ = T/2 + √(T²/4 − C),  λ₂ = C/λ₁,  T = 1 + m² + C        v = (m, λ − 1), in multiples of the unit
    """
    half = (1 + variance + mean * mean) / 2
    large = half * (1 + np.sqrt(max(1 - variance / half / half, 0.0)))
    values = np.array([large, variance / large])
    vectors = np.array([np.full(2, mean), values - 1])
    return Spectrum(unit * values, _signed(vectors / np.hypot(*vectors)))


def spectrum_of(hessian: Matrix) -> Spectrum:
    """Eigenvalues and eigenvectors of a positive semidefinite matrix (q, q)."""
    hessian = np.asarray(hessian, dtype=np.float64)
    scale = float(np.max(np.abs(hessian), initial=0.0))
    if scale == 0:
        return Spectrum(np.empty(0), np.empty((len(hessian), 0)))
    unit = 2.0 ** np.floor(np.log2(scale))
    scaled = hessian / unit
    values, vectors = _by_lapack(scaled)
    if len(scaled) <= LARGEST and (len(values) < len(scaled) or values[0] > EASY * values[-1]):
        values, vectors = _by_jacobi(scaled)
        if values[0] > 1e3 * values[-1]:
            values, inner = _by_jacobi(_congruence(vectors, scaled))
            vectors = vectors @ inner
    return Spectrum(values * unit, _signed(vectors))


def _by_lapack(hessian: Matrix) -> tuple[Vector, Matrix]:
    values, vectors = np.linalg.eigh(hessian)
    kept = values > max(1e-12, len(values) * EPSILON) * values[-1]
    return values[kept][::-1], vectors[:, kept][:, ::-1]


def _by_jacobi(hessian: Matrix) -> tuple[Vector, Matrix]:
    columns = _orthogonalised(_cholesky(hessian))
    norms = np.sqrt(np.einsum("ij,ij->j", columns, columns))
    order = np.argsort(-norms, kind="stable")
    return norms[order] ** 2, columns[:, order] / norms[order]


def _cholesky(hessian: Matrix) -> Matrix:
    """L (q, r) with L Lᵀ = H, the largest remaining diagonal first; columns within rounding of the others are left out."""
    rest = hessian.copy()
    negligible = 8 * len(rest) * EPSILON * np.diag(hessian)
    columns = []
    for _ in range(len(rest)):
        diagonal = np.diag(rest)
        open_ = np.where(diagonal > negligible, diagonal, 0.0)
        pivot = int(np.argmax(open_))
        if open_[pivot] == 0:
            break
        column = rest[:, pivot] / np.sqrt(open_[pivot])
        columns.append(column)
        rest -= np.outer(column, column)
        rest[pivot, :] = 0.0
        rest[:, pivot] = 0.0
    return np.stack(columns, axis=1)


def _orthogonalised(factor: Matrix, sweeps: int = 30) -> Matrix:
    """The columns of (q, r) rotated among themselves until they are orthogonal."""
    columns = factor.copy()
    count = columns.shape[1]
    rounds = _disjoint_pairs(count)
    for _ in range(sweeps):
        rotated = [_rotate(columns, left, right, 4 * EPSILON) for left, right in rounds]
        if not any(rotated):
            break
    for left, right in POLISH * rounds:
        _rotate(columns, left, right, 0.0)
    return columns


def _rotate(columns: Matrix, left: NDArray[np.intp], right: NDArray[np.intp], cosine: float) -> bool:
    """Make each pair (left, right) of columns orthogonal that is so by more than a cosine; whether any pair was not."""
    a, b = columns[:, left], columns[:, right]
    aa, bb, ab = (np.einsum("ij,ij->j", x, y) for x, y in ((a, a), (b, b), (a, b)))
    skew = np.abs(ab) > cosine * np.sqrt(aa) * np.sqrt(bb)
    if not skew.any():
        return False
    with np.errstate(over="ignore"):
        half = np.divide(bb - aa, 2 * ab, out=np.zeros_like(ab), where=skew)
    tangent = np.where(half >= 0, 1.0, -1.0) / (np.abs(half) + np.hypot(1.0, half))
    tangent[~skew] = 0.0
    along = 1 / np.hypot(1.0, tangent)
    across = along * tangent
    columns[:, left] = along * a - across * b
    columns[:, right] = across * a + along * b
    return True


def _disjoint_pairs(count: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Every pair of `count` things, in rounds of disjoint pairs (as in a round-robin tournament)."""
    seats = list(range(count + count % 2))
    half = len(seats) // 2
    rounds = []
    for _ in range(len(seats) - 1):
        pairs = [(a, b) for a, b in zip(seats[:half], reversed(seats[half:])) if a < count and b < count]
        rounds.append((np.array([a for a, _ in pairs], dtype=np.intp), np.array([b for _, b in pairs], dtype=np.intp)))
        seats = [seats[0], seats[-1], *seats[1:-1]]
    return rounds


def _congruence(vectors: Matrix, hessian: Matrix) -> Matrix:
    """VᵀHV, computed as if in twice the precision and then rounded."""
    high, low = _doubled_product(hessian, vectors)
    result, tail = _doubled_product(vectors.T, high)
    result = result + (tail + vectors.T @ low)
    return 0.5 * (result + result.T)


def _doubled_product(left: Matrix, right: Matrix) -> tuple[Matrix, Matrix]:
    """left @ right as a sum high + low of two doubles (Ogita, Rump and Oishi 2005, Dot2)."""
    high = np.zeros((left.shape[0], right.shape[1]))
    low = np.zeros_like(high)
    for k in range(left.shape[1]):
        product, error = _exact_product(left[:, k, None], right[None, k, :])
        total = high + product
        part = total - high
        low += (high - (total - part)) + (product - part) + error
        high = total
    return high, low


def _exact_product(a: Matrix, b: Matrix) -> tuple[Matrix, Matrix]:
    """a·b as product + error, exactly (Dekker 1971; no fused multiply-add in NumPy)."""
    product = a * b
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _split(a: Matrix) -> tuple[Matrix, Matrix]:
    shifted = a * 134217729.0
    high = shifted - (shifted - a)
    return high, a - high


def _signed(vectors: Matrix) -> Matrix:
    """The largest component of each column positive, so that the same Hessian always shows the same vectors."""
    if vectors.size == 0:
        return vectors
    largest = np.argmax(np.abs(vectors), axis=0)
    return vectors * np.sign(vectors[largest, np.arange(vectors.shape[1])])

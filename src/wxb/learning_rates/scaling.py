"""What standardising would do to the bowl, read off its Hessian: no data needed.

With an intercept in front, H/2 holds the means (first row) and the second moments. For z = (x − mean)/spread,

    H_z = 2 · [1 0; 0 R],  R the correlations of the columns         θ = T θ_z,  W = W_z/spread,  b = b_z − Σ mean W

Without an intercept there is nothing to take the mean into: columns are divided by their root mean square.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.bowl import Bowl
from wxb.values import Value


@dataclass(frozen=True, slots=True, eq=False)
class Standard(Value):
    """The standardised coordinates of a bowl over q coefficients.

    hessian : (q, q) in standardised coordinates       mean, spread : (p,) of the features (mean 0 without an intercept)
    intercept : whether the first coefficient is the intercept
    """

    hessian: Matrix
    mean: Vector
    spread: Vector
    intercept: bool

    def into(self, theta: Vector) -> Vector:
        """θ → θ_z, (q,)."""
        scaled = np.array(theta, dtype=np.float64)
        if not self.intercept:
            return scaled * self.spread
        scaled[0] += self.mean @ scaled[1:]
        scaled[1:] *= self.spread
        return scaled

    def back(self, theta: Matrix) -> Matrix:
        """θ_z → θ, (..., q)."""
        raw = np.array(theta, dtype=np.float64)
        if not self.intercept:
            return raw / self.spread
        raw[..., 1:] /= self.spread
        raw[..., 0] -= raw[..., 1:] @ self.mean
        return raw


def standard_of(bowl: Bowl) -> Standard:
    """Standardised coordinates. A column without spread to the digits of H keeps its scale and is left in place."""
    H = bowl.hessian
    if not bowl.layout.intercept:
        spread = np.sqrt(np.maximum(np.diag(H) / 2, 0.0))
        spread = np.where(spread > 0, spread, 1.0)
        return Standard(H / spread[:, None] / spread, np.zeros(len(spread)), spread, intercept=False)
    mean, covariance = bowl.centred()
    variance, second = np.diag(covariance), np.diag(H)[1:] / H[0, 0]
    # A variance taken from the rounded H is noise below the rounding of the second moment; a covariance given is exact.
    noise = 0.0 if bowl.covariance is not None else 16 * np.finfo(np.float64).eps
    constant = variance <= noise * second
    spread = np.sqrt(np.where(constant, np.maximum(second, 1e-300), variance))
    correlation = covariance / spread[:, None] / spread
    correlation[constant, :] = 0.0
    correlation[:, constant] = 0.0
    np.fill_diagonal(correlation, np.where(constant, 0.0, 1.0))
    hessian = np.zeros_like(H)
    hessian[0, 0] = H[0, 0]
    hessian[1:, 1:] = H[0, 0] * correlation
    return Standard(hessian, mean, spread, intercept=True)

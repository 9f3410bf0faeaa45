"""Squared error is a quadratic bowl: where its bottom is, how deep, how steep in each direction.

    cost(θ) = floor + ½ (θ − θ*)ᵀ H (θ − θ*)          gradient(θ) = H (θ − θ*)

Everything gradient descent will ever do on squared error is decided by (H, θ*, floor). Writing the cost from the bottom
up keeps its digits: the expanded form Σy² − 2θᵀΣxy + θᵀΣxxᵀθ loses them all near the minimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bowl:
    """The mean squared error of a linear model as a function of its coefficients.

    Attributes
    ----------
    terms : names of the q coefficients, in the order of θ; the intercept, when there is one, is first and is called "(b)"
    hessian : (q, q) second derivative of the cost, (2/n) XᵀX with the intercept's column of ones in X
    minimum : (q,) θ*, one minimiser (coefficients of collinear terms that gave way are 0)
    floor : the cost at θ*
    rows : n
    intercept : whether the first term is the intercept
    """

    terms: tuple[str, ...]
    hessian: Matrix
    minimum: Vector
    floor: float
    rows: int
    intercept: bool

    def cost(self, theta: Vector) -> Vector:
        """Mean squared error at θ, (q,) or a stack (k, q) → () or (k,)."""
        delta = np.asarray(theta, dtype=np.float64) - self.minimum
        return self.floor + 0.5 * np.einsum("...i,ij,...j->...", delta, self.hessian, delta)

    def gradient(self, theta: Vector) -> Vector:
        """Gradient of the cost at θ, (q,) → (q,), or (k, q) → (k, q)."""
        return (np.asarray(theta, dtype=np.float64) - self.minimum) @ self.hessian

    def split(self, theta: Vector) -> tuple[Vector, Vector]:
        """(…, q) → W (…, p) and b (…), with b = 0 where there is no intercept."""
        theta = np.asarray(theta, dtype=np.float64)
        if self.intercept:
            return theta[..., 1:], theta[..., 0]
        return theta, np.zeros(theta.shape[:-1])

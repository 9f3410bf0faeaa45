"""Squared error is a quadratic bowl: where its bottom is, how deep, how steep in each direction.

    cost(θ) = floor + ½ (θ − θ*)ᵀ H (θ − θ*)          gradient(θ) = H (θ − θ*)

and with an intercept, δ = θ − θ*, means m and covariances C of the columns, the same without cancellation:

    cost(θ) = floor + (δ_b + mᵀδ_W)² + δ_Wᵀ C δ_W

Everything gradient descent will ever do on squared error is decided by (H, θ*, floor). Writing the cost from the bottom
up keeps its digits: the expanded form Σy² − 2θᵀΣxy + θᵀΣxxᵀθ loses them all near the minimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.layout import Layout
from wxb.numbers import number, numbered
from wxb.values import Value


@dataclass(frozen=True, slots=True, eq=False)
class Bowl(Value):
    """The mean squared error of a linear model as a function of its coefficients.

    Attributes
    ----------
    layout : where each of the q coefficients stands in θ
    hessian : (q, q) second derivative of the cost, (2/n) XᵀX with the intercept's column of ones in X
    minimum : (q,) θ*, one minimiser (coefficients of collinear terms that gave way are 0)
    floor : the cost at θ*
    rows : n
    means, covariance : (p,) and (p, p) of the columns, 1/n Σ (x − m)(x − m)ᵀ, where they are known better than H can tell:
        far from 0 a column's spread is lost in its rounded second moment
    """

    layout: Layout
    hessian: Matrix
    minimum: Vector
    floor: float
    rows: int
    means: Vector | None = None
    covariance: Matrix | None = None

    def __repr__(self) -> str:
        return f"Bowl({numbered(len(self.layout), 'coefficient')}, floor {number(self.floor)}, {numbered(self.rows, 'row')})"

    @property
    def names(self) -> tuple[str, ...]:
        """(q,) of the coefficients."""
        return self.layout.names

    def centred(self) -> tuple[Vector, Matrix]:
        """Means (p,) and covariance (p, p) of the columns of a bowl with an intercept; from H where they are not given."""
        if self.means is not None and self.covariance is not None:
            return self.means, self.covariance
        means = self.hessian[0, 1:] / self.hessian[0, 0]
        return means, self.hessian[1:, 1:] / self.hessian[0, 0] - np.outer(means, means)

    def cost(self, theta: Vector) -> Vector:
        """Mean squared error at θ, (q,) or a stack (k, q) → () or (k,)."""
        return self.excess(np.asarray(theta, dtype=np.float64) - self.minimum) + self.floor

    def excess(self, delta: Vector) -> Vector:
        """Cost above the floor at θ* + δ, (q,) → () or (k, q) → (k,)."""
        if not self.layout.intercept:
            return 0.5 * ((delta @ self.hessian) * delta).sum(axis=-1)
        means, covariance = self.centred()
        weights = delta[..., 1:]
        level = delta[..., 0] + weights @ means
        return 0.5 * self.hessian[0, 0] * (level * level + ((weights @ covariance) * weights).sum(axis=-1))

    def gradient(self, theta: Vector) -> Vector:
        """Gradient of the cost at θ, (q,) → (q,), or (k, q) → (k, q)."""
        delta = np.asarray(theta, dtype=np.float64) - self.minimum
        if not self.layout.intercept:
            return delta @ self.hessian
        means, covariance = self.centred()
        weights = delta[..., 1:]
        level = delta[..., 0] + weights @ means
        slopes = level[..., None] * means + weights @ covariance
        return self.hessian[0, 0] * np.concatenate([level[..., None], slopes], axis=-1)

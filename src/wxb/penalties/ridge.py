"""Ridge for every λ from one eigendecomposition.

    (A + λ F) u = a        A, a : in the units of the penalty        F : diagonal, factors of the penalties, some of them 0

    T diagonalises both:  u(λ) = T diag(1 / (d + λ q)) Tᵀ a        df(λ) = Σ d / (d + λ q)
    q : 1, or 0 of what is not penalised

Directions in which the rows say nothing (d no more than rounding) and no penalty either are left at 0, as a pseudoinverse does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wxb._typing import Matrix, Vector

NOISE = 2.0**-50  # of the largest eigenvalue, for each column: below it a direction is rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Directions:
    """basis (p, r) : T        size (r,) : d        penalised (r,) : q"""

    basis: Matrix
    size: Vector
    penalised: Vector

    @classmethod
    def of(cls, square: Matrix, factors: Vector) -> Directions:
        """square : A (p, p)        factors (p,) ≥ 0"""
        under, free = np.flatnonzero(factors > 0), np.flatnonzero(factors == 0)
        free_size, free_basis = _eigen(square[np.ix_(free, free)])
        told = free_size > NOISE * len(factors) * max(free_size.max(initial=0.0), 0.0)
        inverse = (free_basis * np.where(told, 1 / np.where(told, free_size, 1.0), 0.0)) @ free_basis.T
        without = -inverse @ square[np.ix_(free, under)]
        root = 1 / np.sqrt(factors[under])
        left = square[np.ix_(under, under)] + square[np.ix_(under, free)] @ without
        size, basis = _eigen(root[:, None] * left * root)
        whole = np.zeros((len(factors), len(factors)))
        whole[np.ix_(under, np.arange(len(under)))] = root[:, None] * basis
        whole[np.ix_(free, np.arange(len(under)))] = without @ (root[:, None] * basis)
        whole[np.ix_(free, np.arange(len(under), len(factors)))] = free_basis
        return cls(
            basis=whole,
            size=np.concatenate([np.maximum(size, 0.0), np.where(told, free_size, 0.0)]),
            penalised=np.concatenate([np.ones(len(under)), np.zeros(len(free))]),
        )

    def gains(self, l2: Vector) -> Matrix:
        """(L, r) 1 / (d + λ q), 0 for directions of which nothing is known."""
        below = self.size + l2[:, None] * self.penalised
        known = below > NOISE * len(self.size) * self.size.max(initial=0.0)
        return np.where(known, 1 / np.where(known, below, 1.0), 0.0)

    def loss(self, square: Matrix, factors: Vector, l2: Vector) -> Vector:
        """(L,) by how much more than one rounding these are off in their weakest direction, about."""
        under = factors > 0
        most = float((square.diagonal()[under] / factors[under]).max(initial=0.0))
        penalised, free = (self.size[self.penalised == q] for q in (1, 0))
        with np.errstate(divide="ignore"):
            of_free = free.max(initial=0.0) / free.min() if len(free) else 1.0
            of_penalised = max(most, penalised.max(initial=0.0)) / (penalised.min(initial=np.inf) + l2)
        return np.asarray(np.maximum(of_penalised, 1.0) * of_free, dtype=np.float64)

    def coefficients(self, cross: Vector, l2: Vector) -> Matrix:
        """(L, p) u for each λ.  cross : a (p,)"""
        return (self.gains(l2) * (self.basis.T @ cross)) @ self.basis.T

    def freedom(self, l2: Vector) -> Vector:
        """(L,) effective degrees of freedom, the intercept's not among them."""
        return (self.gains(l2) * self.size).sum(axis=1)


def _eigen(square: Matrix) -> tuple[Vector, Matrix]:
    size, basis = np.linalg.eigh(square)
    return size, basis

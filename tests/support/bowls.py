"""Bowls made from arrays in plain float64, independent of the exact moments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wxb.bowl import Bowl
from wxb.layout import Layout


def bowl_from(X: NDArray, y: NDArray, intercept: bool = True, terms: tuple[str, ...] | None = None) -> Bowl:
    """The mean squared error of y on the columns of X (n, p)."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    names = terms or tuple(f"x{j + 1}" for j in range(X.shape[1]))
    A = np.column_stack([np.ones(len(y)), X]) if intercept else X
    minimum = np.linalg.lstsq(A, y, rcond=None)[0]
    residual = y - A @ minimum
    return Bowl(
        layout=Layout(names, intercept),
        hessian=2 * A.T @ A / len(y),
        minimum=minimum,
        floor=float(residual @ residual / len(y)),
        rows=len(y),
    )


def bowl_of_spectrum(eigenvalues: NDArray, seed: int = 0, minimum: NDArray | None = None, floor: float = 0.0) -> Bowl:
    """A bowl with given eigenvalues in random directions, without an intercept."""
    random = np.random.default_rng(seed)
    q = len(eigenvalues)
    V, _ = np.linalg.qr(random.normal(size=(q, q)))
    H = (V * eigenvalues) @ V.T
    return Bowl(
        layout=Layout(tuple(f"x{j + 1}" for j in range(q)), intercept=False),
        hessian=0.5 * (H + H.T),
        minimum=random.normal(size=q) if minimum is None else minimum,
        floor=floor,
        rows=100,
    )


def hours() -> Bowl:
    """The notebook's data, with its exact minimum."""
    A = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]])
    return Bowl(Layout(("hours",), intercept=True), 2 * A.T @ A / 3, np.array([0.0, 2.0]), 0.0, 3)

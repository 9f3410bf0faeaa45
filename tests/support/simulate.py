"""Gradient descent as torch.optim.SGD makes it, step by step on the coefficients: the brute force the closed form must equal."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wxb.bowl import Bowl


def steps(
    bowl: Bowl, lr: float, momentum: float = 0.0, nesterov: bool = False, start: NDArray | None = None
) -> Iterator[NDArray]:
    """The distance θ − θ* before each epoch, for one start (q,) or several at once (q, m)."""
    delta = (np.zeros(len(bowl.layout)) if start is None else start).T - bowl.minimum
    velocity = np.zeros_like(delta)
    while True:
        yield delta.T
        gradient = delta @ bowl.hessian
        velocity = momentum * velocity + gradient
        delta = delta - lr * (gradient + momentum * velocity if nesterov else velocity)


def distances_from_worst_start(
    bowl: Bowl, directions: NDArray, lr: float, epochs: int, momentum: float = 0.0, nesterov: bool = False
) -> NDArray:
    """(epochs,) the largest factor on the distance over the given unit directions (q, r)."""
    starts = bowl.minimum[:, None] + directions
    path = steps(bowl, lr, momentum, nesterov, starts)
    return np.array([np.linalg.norm(next(path), axis=0).max() for _ in range(epochs)])

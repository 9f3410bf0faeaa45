"""One step of gradient descent seen from the eigenvectors: q numbers that do not know each other.

Along an eigenvector with eigenvalue λ the distance c to the minimum follows, with x = lr·λ and s = 1 − x,

    plain       c ← s c
    momentum    v ← βv + λc,  c ← c − lr v              roots of  z² − (s + β) z + β = 0
    Nesterov    v ← βv + λc,  c ← c − lr (λc + βv)      roots of  z² − (1 + β) s z + β s = 0

(torch.optim.SGD's conventions, v = 0 at the start), so after e epochs c(e) = f(e)·c(0) with f(e) a combination of the e-th
powers of the two roots. It converges when both roots lie inside the unit circle: x < 2(1 + β) with momentum (Polyak
1964); for Nesterov the root −1 is met at s = −1/(1 + 2β), that is x < 2(1 + β)/(1 + 2β).

Digits: a slow direction has a root within 1e-12 of one, so the roots are computed as u = 1 − z from
u² − (2 − trace) u + x = 0 and powers as exp(e·log1p(−u)). The discriminant is used in factors, and powers of nearly equal
roots are divided through expm1, so that the defective case (Polyak's optimum) is no exception.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wxb._typing import Integers, Marks, Matrix, Vector


@dataclass(frozen=True, slots=True, eq=False)
class Modes:
    """The motion along each eigenvector at a constant rate.

    Attributes
    ----------
    log_radius : (q,) log of the factor per epoch in the long run; negative where it converges
    flips : (q,) whether the sign changes every epoch in the long run
    swings : (q,) whether the roots are complex: it swings about the minimum
    first, second : (q,) logs of |dominant root|, |other root|; first_sign, second_sign : (q,) their signs
    gap : (q,) 1 − other/dominant, to its own last digit
    lead : (q,) c(1)/c(0) − other root
    angle : (q,) of the complex roots; tilt : (q,) the coefficient of the sine there
    """

    log_radius: Vector
    flips: Marks
    swings: Marks
    first: Vector
    first_sign: Vector
    second: Vector
    second_sign: Vector
    gap: Vector
    lead: Vector
    angle: Vector
    tilt: Vector

    def factors(self, epochs: Integers) -> Matrix:
        """f(e): c(e)/c(0) for each epoch (k,) and eigenvalue (q,) → (k, q)."""
        e = np.asarray(epochs, dtype=np.int64)[:, None]
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            if not self.lead.any() and not self.swings.any():
                return _power(self.first, self.first_sign, e)
            real = _power(self.second, self.second_sign, e) + self.lead * self._lucas(e)
            if not self.swings.any():
                return real
            turn = e * self.angle
            swinging = np.exp(e * self.log_radius) * (np.cos(turn) + self.tilt * np.sin(turn))
            return np.where(self.swings, swinging, real)

    def _lucas(self, e: Integers) -> Matrix:
        """(z₁^e − z₂^e)/(z₁ − z₂) for real roots."""
        log_ratio = _log_distance(self.gap)
        same_sign = self.first_sign * self.second_sign > 0
        shrunk = np.where(same_sign, -np.expm1(e * log_ratio), 1 - _power(log_ratio, np.where(same_sign, 1.0, -1.0), e))
        quotient = np.divide(
            shrunk, self.gap, out=np.broadcast_to(e.astype(float), shrunk.shape).copy(), where=self.gap > 0
        )
        return np.where(e == 0, 0.0, _power(self.first, self.first_sign, np.maximum(e - 1, 0)) * quotient)


def modes_of(eigenvalues: Vector, lr: float, momentum: float = 0.0, nesterov: bool = False) -> Modes:
    """The motion along each of q eigenvectors at a constant rate."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        x = lr * np.asarray(eigenvalues, dtype=np.float64)
        return _two_roots(x, momentum, nesterov) if momentum > 0 else _one_root(x)


def _one_root(x: Vector) -> Modes:
    log, nothing = _log_distance(x), np.zeros_like(x)
    never = np.zeros(x.shape, dtype=bool)
    sign = np.where(x > 1, -1.0, 1.0)
    return Modes(log, x > 1, never, log, sign, nothing - np.inf, sign, nothing + 1, nothing, nothing, nothing)


def _two_roots(x: Vector, beta: float, nesterov: bool) -> Modes:
    s = 1 - x
    if nesterov:
        trace, sum_of_u, determinant = (1 + beta) * s, (1 - beta) + (1 + beta) * x, beta * s
        first_factor, discriminant = 1 - (1 + beta) * x, s * ((1 - beta) ** 2 - (1 + beta) ** 2 * x)
    else:
        trace, sum_of_u, determinant = s + beta, (1 - beta) + x, np.full_like(x, beta)
        root = math.sqrt(beta)
        small = (1 - beta) / (1 + root)
        first_factor, discriminant = s, (small**2 - x) * ((1 + root) ** 2 - x)
    swings = discriminant < 0
    split = np.sqrt(np.abs(discriminant))
    far = np.where(swings, 1.0, (sum_of_u + split) / 2)
    near = np.divide(x, far, out=np.zeros_like(x), where=far > 0)
    far_first = np.abs(1 - far) > np.abs(1 - near)
    dominant, other = np.where(far_first, far, near), np.where(far_first, near, far)
    first, second = _log_distance(dominant), _log_distance(other)
    gap = np.divide(split, np.abs(1 - dominant), out=np.ones_like(x), where=dominant != 1)
    radius = 0.5 * (math.log(beta) + (_log_distance(x) if nesterov else 0.0)) + np.zeros_like(x)
    return Modes(
        log_radius=np.where(swings, radius, first),
        flips=~swings & (dominant > 1),
        swings=swings,
        first=first,
        first_sign=np.where(dominant > 1, -1.0, 1.0),
        second=second,
        second_sign=np.where(other > 1, -1.0, 1.0),
        gap=gap,
        lead=np.where(swings, 0.0, other - x * (1 + beta if nesterov else 1)),
        angle=np.arctan2(split / 2, trace / 2) + 0.0 * determinant,
        tilt=np.divide(first_factor - trace / 2, split / 2, out=np.zeros_like(x), where=swings),
    )


def _log_distance(u: Vector) -> Vector:
    """log|1 − u|, with its digits where 1 − u is close to 1."""
    return np.where(u < 1, np.log1p(-np.minimum(u, 1.0)), np.log(np.maximum(u - 1, 0.0)))


def _power(log: Vector, sign: Vector, e: Integers) -> Matrix:
    """sign^e · exp(e·log), with 0⁰ = 1."""
    magnitude = np.exp(np.where(e == 0, 0.0, e * log))
    return np.where((sign < 0) & (e % 2 == 1), -magnitude, magnitude)

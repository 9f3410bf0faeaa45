"""The coordinates a descent is computed in: the eigenvectors of the bowl, or of the standardised bowl.

    θ(e) = θ* + T V c(e) + the part of the start that lies in flat directions, which never moves
    cost(e) = floor + ½ Σ λ c²        ‖gradient(e)‖ = ‖λ c‖

T maps standardised coefficients back to the user's units (the identity without scaling).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.bowl import Bowl
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.learning_rates import Rates, rates_of
from wxb.learning_rates.scaling import Standard


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A bowl, its rates in the coordinates descended on, and a start.

    bowl : in the user's units             rates : of the bowl descended on       standard : the scaling, or None
    start : (q,) in the user's units       components : (r,) c(0)
    still : (q,) θ* plus the part of the start in flat directions
    errors : (q,) standard errors of θ, nan where there is none, or None
    """

    bowl: Bowl
    rates: Rates
    standard: Standard | None
    start: Vector
    components: Vector
    still: Vector
    errors: Vector | None

    def theta(self, components: Matrix) -> Matrix:
        """c (k, r) → θ (k, q) in the user's units."""
        return self.still + self._moved(components)

    def _moved(self, components: Matrix) -> Matrix:
        rows = (
            components if len(components) != 1 else np.repeat(components, 2, axis=0)
        )  # BLAS adds those of one otherwise
        moved = (rows @ self.rates.eigenvectors.T)[: len(components)]
        return moved if self.standard is None else self.standard.back(moved)

    def excess(self, components: Matrix) -> Vector:
        """Cost above the minimum, (k, r) → (k,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return 0.5 * (components * components) @ self.rates.eigenvalues

    def gradient_norm(self, components: Matrix) -> Vector:
        """Euclidean norm of the gradient in the coordinates descended on, (k, r) → (k,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.sqrt(np.square(components * self.rates.eigenvalues).sum(axis=-1))

    def distance_se(self, components: Matrix) -> Vector:
        """Largest distance of a coefficient from the minimum in its standard errors, (k, r) → (k,)."""
        if self.errors is None:
            raise UsageError(
                _("the standard errors of the coefficients are not known here"), _("use another stopping rule")
            )
        with np.errstate(invalid="ignore", over="ignore"):
            distances = np.abs(self._moved(components)) / self.errors
        return np.fmax.reduce(distances, axis=-1)  # NaN where all are


def frame_of(bowl: Bowl, start: Vector | None, scale: str | None, standard_errors: Vector | None) -> Frame:
    """The coordinates for a descent on a bowl."""
    if scale not in (None, "none", "standard"):
        raise UsageError(_("there is no scaling {scale!r}", scale=scale), _("scale='standard', or leave it out"))
    q = len(bowl.layout)
    origin = np.zeros(q) if start is None else np.array(start, dtype=np.float64)
    if origin.shape != (q,) or not np.isfinite(origin).all():
        raise UsageError(
            _("the start has shape {shape} and must be {q} finite numbers", shape=origin.shape, q=q),
            _("in the order {names}", names=", ".join(bowl.names)),
        )
    rates = rates_of(bowl)
    standard = None
    if scale == "standard":
        standard = rates.standard()
        rates = rates_of(Bowl(bowl.layout, standard.hessian, standard.into(bowl.minimum), bowl.floor, bowl.rows))
    away = origin - bowl.minimum
    components = rates.eigenvectors.T @ (away if standard is None else standard.into(away))
    moving = rates.eigenvectors @ components
    still = bowl.minimum.copy()
    if len(rates.eigenvalues) < q:
        still += away - (moving if standard is None else standard.back(moving))
    return Frame(bowl, rates, standard, origin, components, still, _usable(standard_errors, q))


def _usable(standard_errors: Vector | None, q: int) -> Vector | None:
    """Positive standard errors, nan elsewhere; None when there is none at all (a perfect fit)."""
    if standard_errors is None:
        return None
    errors = np.asarray(standard_errors, dtype=np.float64)
    if errors.shape != (q,):
        raise UsageError(
            _("{size} standard errors were given for {q} coefficients", size=errors.size, q=q),
            _("give one for each coefficient, the intercept's first"),
        )
    positive = np.isfinite(errors) & (errors > 0)
    return np.where(positive, errors, np.nan) if positive.any() else None

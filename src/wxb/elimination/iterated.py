"""Two absorbed categories with very many levels each: what `two_way` solves, without a matrix of either's levels.

    S = D₂ − Cᵀ D₁⁻¹ C        D : weights of the levels of each, C : of the cells, which are few beside all that could be

S A = W_Hp for each number by conjugate gradients, and with M = W_pp − W_Hpᵀ A every system of `two_way` is one more of S:

    v = M⁻¹ (r_p − Aᵀ r_H),   u = S⁻¹ r_H − A v

S is singular: levels that rows join can all be moved against those of the other category. No level is taken out for that, which
would cost many steps more; what is found is moved until a level of each component is 0. What the iteration leaves is nothing but
where the refinement of `two_way` begins: its residuals, from exact sums, say what is certain.
"""

from __future__ import annotations

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.elimination.two_way import Minimum, TwoWay, refined
from wxb.errors import NumericalError
from wxb.i18n import _

STEPS = 3000  # of conjugate gradients
SMALL = 1e-13  # of the residual, beside the first


class Iterated:
    """system : of all levels of the smaller category        last : (H,) of each of its levels the one of its component that is 0"""

    def __init__(self, system: TwoWay, last: Integers) -> None:
        self.system, self.last = system, last
        self.cells, self.weights, self.columns = system.cells[0], system.weights[0], system.columns[0]
        own = np.bincount(system.second, self.cells**2 / self.weights[system.first], system.sizes[1])
        left = self.columns - own
        self.diagonal = np.where(left > 1e-12 * self.columns, left, self.columns)
        self.cross, self.own = system.beside()
        self.apart = np.column_stack([np.zeros((len(last), 0)), *(self._solved(column) for column in self.cross.T)])
        self.within = self._within()

    def minimum(self) -> Minimum:
        """Of numbers of which M is positive definite."""
        numbers: Matrix = np.asarray(np.linalg.inv(self.within), dtype=np.float64)
        H = self.system.sizes[1]

        def solve(right: Vector) -> Vector:
            v = numbers @ (right[H:] - self.apart.T @ right[:H])
            u = self._solved(right[:H]) - self.apart @ v
            return np.concatenate([u - u[self.last], v])

        beta, alpha, bits = refined(self.system, solve)
        return Minimum(beta, alpha, self.system.squares(beta, alpha), numbers, None, bits, self)

    def between(self, right: Vector) -> Vector:
        """S⁻¹ r, where the last level of each component is 0."""
        found = self._solved(right)
        return found - found[self.last]

    def _within(self) -> Matrix:
        """M, of which the error is the square of that of A."""
        inner = self.apart.T @ self.cross
        products = [self._product(column) for column in self.apart.T]
        outer = self.apart.T @ np.column_stack([np.zeros((len(self.last), 0)), *products])
        return self.own - inner - inner.T + (outer + outer.T) / 2

    def _product(self, u: Vector) -> Vector:
        """S u."""
        system = self.system
        means = np.bincount(system.first, self.cells * u[system.second], len(self.weights)) / self.weights
        return self.columns * u - np.bincount(system.second, self.cells * means[system.first], len(u))

    def _solved(self, right: Vector) -> Vector:
        """S⁻¹ r, but for what moves a component."""
        found, left = np.zeros(len(right)), right.copy()
        toward = step = left / self.diagonal
        size = first = float(left @ toward)
        for __ in range(STEPS):
            if not size > SMALL**2 * first:
                return found
            product = self._product(step)
            curve = float(step @ product)
            if not curve > 0:
                return found
            found += size / curve * step
            left -= size / curve * product
            toward = left / self.diagonal
            before, size = size, float(left @ toward)
            step = toward + size / before * step
        raise NumericalError(
            _(
                "two categories of {sizes} and {sizes2} levels are joined by so few rows that {steps} steps "
                "of conjugate gradients do not tell their effects apart",
                sizes=self.system.sizes[0],
                sizes2=self.system.sizes[1],
                steps=STEPS,
            ),
            _("absorb one of them alone, or group the levels of the other"),
        )

"""Two categories with very many levels each: the larger eliminated, the Schur complement of the smaller one in float64.

    W β = r        W = Σ w z zᵀ − Σ_g S_g S_gᵀ/w_g,  z = (levels of the smaller category, numbers)

W is rounded, so its answer is only where refinement begins: the residual r − W β is formed anew from the exact tallies, in pairs of
doubles with exact sums, and solved for, until nothing is left of it; β is known to 2^−90 then, as far as W's condition allows. The
inverse of W gives the errors of all coefficients, to as many digits as its condition leaves a double.

Components that no row joins have one level of the smaller category each that says nothing: it gives way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.elimination.doubles import at, parts_of, summed, zeros
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments.pairs import Pair, add, divide, subtract

ROUNDS = 12  # of refinement
ENOUGH = 2.0**-80  # a correction beside the coefficients
AT_ONCE = 1 << 21  # products of cells looked at together
DENSE = 128  # cells of a level from which its outer product is taken as a matrix


@dataclass(frozen=True, slots=True, eq=False)
class TwoWay:
    """G levels of the eliminated category, H of the other (those that have a column), p numbers; all sums as pairs.

    weights : (G,)        columns : (H,) weights of the other's levels        first, second : (cells,) of each cell its levels
    cells : (cells,) weights        by_first, by_second : p + 1 of (G,), (H,): sums of the numbers and the target
    whole : (p + 1, p + 1) sums of products of numbers and target, of one number each
    """

    weights: Pair
    columns: Pair
    first: Integers
    second: Integers
    cells: Pair
    by_first: Sequence[Pair]
    by_second: Sequence[Pair]
    whole: Sequence[Sequence[Pair]]

    @property
    def sizes(self) -> tuple[int, int, int]:
        return len(self.weights[0]), len(self.columns[0]), len(self.by_first) - 1

    def matrix(self) -> Matrix:
        """W, (H + p, H + p), numbers last."""
        G, H, p = self.sizes
        W = np.zeros((H + p, H + p))
        W[np.arange(H), np.arange(H)] = self.columns[0]
        flat, values = W.reshape(-1), self.cells[0] / np.sqrt(self.weights[0][self.first])
        for cells in by_length(self.first, G):
            count = cells.shape[1]
            for some in np.array_split(cells, 1 + cells.size * count // AT_ONCE):
                v, places = values[some], self.second[some]
                if count > DENSE:
                    for own, column in zip(v, places):
                        W[np.ix_(column, column)] -= np.outer(own, own)
                    continue
                where = places[:, :, None] * (H + p) + places[:, None, :]
                np.subtract.at(flat, where.reshape(-1), (v[:, :, None] * v[:, None, :]).reshape(-1))
        W[:H, H:], W[H:, H:] = self.beside()
        W[H:, :H] = W[:H, H:].T
        return W

    def beside(self) -> tuple[Matrix, Matrix]:
        """(H, p) and (p, p): what W holds of numbers beside levels, and of numbers."""
        G, H, p = self.sizes
        cross, own = np.empty((H, p)), np.empty((p, p))
        means = [divide(sums, self.weights) for sums in self.by_first[:p]]
        for j in range(p):
            inner = summed(parts_of(self.cells, at(means[j], self.first)), self.second, H)
            cross[:, j] = subtract(self.by_second[j], inner)[0]
            for i in range(j + 1):
                between = summed(parts_of(self.by_first[i], means[j]), np.zeros(G, dtype=np.int64), 1)
                own[i, j] = own[j, i] = subtract(self.whole[i][j], between)[0][0]
        return cross, own

    def effects(self, beta: Pair) -> Pair:
        """(G,) α = (S_gy − S_g β) / w_g."""
        G, H, p = self.sizes
        found = summed(parts_of(self.cells, at(beta, self.second)), self.first, G)
        for j in range(p):
            one = (np.full(G, beta[0][H + j]), np.full(G, beta[1][H + j]))
            found = add(found, summed(parts_of(self.by_first[j], one), np.arange(G), G))
        return divide(subtract(self.by_first[-1], found), self.weights)

    def left(self, beta: Pair, alpha: Pair) -> Vector:
        """(H + p,) Σ w z (y − z'β − α), which is 0 at the minimum."""
        __, H, p = self.sizes
        own = parts_of(self.columns, at(beta, np.arange(H)))
        every = np.arange(H)
        numbers = [(np.full(H, beta[0][H + j]), np.full(H, beta[1][H + j])) for j in range(p)]
        columns = [own, *(parts_of(sums, one) for sums, one in zip(self.by_second, numbers))]
        gone = [*self.by_second[-1], *(-part for some in columns for part in some)]
        across = parts_of(self.cells, at(alpha, self.first))
        cells = np.concatenate([np.tile(every, len(gone)), np.tile(self.second, len(across))])
        out = np.empty(H + p)
        out[:H] = summed([np.concatenate([*gone, *(-part for part in across)])], cells, H)[0]
        for j in range(p):
            parts = [*self.whole[j][p]]
            parts += [
                -part
                for i in range(p)
                for part in parts_of(self.whole[min(i, j)][max(i, j)], at(beta, np.array([H + i])))
            ]
            parts += [-part for part in parts_of(self.by_second[j], at(beta, every))]
            parts += [-part for part in parts_of(self.by_first[j], alpha)]
            total = np.concatenate(parts)
            out[H + j] = summed([total], np.zeros(len(total), dtype=np.int64), 1)[0][0]
        return out

    def squares(self, beta: Pair, alpha: Pair) -> Pair:
        """Σ w (y − ŷ)² at the minimum: Σ w y (y − ŷ)."""
        __, H, p = self.sizes
        parts = [*self.whole[p][p], *(-part for part in parts_of(self.by_first[p], alpha))]
        parts += [-part for part in parts_of(self.by_second[p], at(beta, np.arange(H)))]
        parts += [-part for j in range(p) for part in parts_of(self.whole[j][p], at(beta, np.array([H + j])))]
        total = np.concatenate(parts)
        return summed([total], np.zeros(len(total), dtype=np.int64), 1)

    def right(self) -> Vector:
        """(H + p,) r, rounded."""
        return self.left(zeros(sum(self.sizes[1:])), divide(self.by_first[-1], self.weights))

    def spread(self, inverse: Matrix, base: int) -> Vector:
        """(G,) Var(α_g − α_base) / σ², with base −1 that of α_g."""
        G, H, p = self.sizes
        means = [divide(sums, self.weights) for sums in self.by_first[:p]]
        if base >= 0:  # far from 0 their differences are those of pairs
            means = [subtract(own, (own[0][base], own[1][base])) for own in means]
        middle = np.column_stack([np.empty((G, 0)), *(own[0] for own in means)])
        shares = self.cells[0] / self.weights[0][self.first]
        numbers, cross = inverse[H:, H:], inverse[:H, H:]
        reference = np.zeros(H + p)
        if base >= 0:
            mine = self.first == base
            np.add.at(reference, self.second[mine], shares[mine])
        found = np.einsum("gi,ij,gj->g", middle, numbers, middle)
        pull = inverse[:H, :H] @ reference[:H]
        found += reference[:H] @ pull - 2 * middle @ (cross.T @ reference[:H])
        toward = np.einsum("ci,ci->c", cross[self.second], middle[self.first]) - pull[self.second]
        found += 2 * np.bincount(self.first, shares * toward, G)
        for cells in by_length(self.first, G):
            for some in np.array_split(cells, 1 + cells.size * cells.shape[1] // AT_ONCE):
                v, places = shares[some], self.second[some]
                block = inverse[places[:, :, None], places[:, None, :]]
                found[self.first[some[:, 0]]] += np.einsum("gi,gij,gj->g", v, block, v)
        own = 1 / self.weights[0]
        found += own + (own[base] if base >= 0 else 0.0)
        if base >= 0:
            found[base] = 0.0
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Minimum:
    """beta : (H + p,), alpha : (G,), as pairs        rss : as a pair        bits : certain of β, about

    numbers : (p, p) of the inverse of W        inverse : all of it, None where it is not formed
    iterated : what solves for levels where it is not
    """

    beta: Pair
    alpha: Pair
    rss: Pair
    numbers: Matrix
    inverse: Matrix | None
    bits: float
    iterated: Any = None


def minimum(system: TwoWay, W: Matrix) -> Minimum:
    """Of a positive definite W; NumericalError where refinement does not get anywhere."""
    scale = 1 / np.sqrt(W.diagonal())
    W *= scale[:, None]
    W *= scale
    inverse: Matrix = np.asarray(np.linalg.inv(W), dtype=np.float64)
    inverse *= scale[:, None]
    inverse *= scale
    beta, alpha, bits = refined(system, lambda right: inverse @ right)
    H = system.sizes[1]
    return Minimum(beta, alpha, system.squares(beta, alpha), inverse[H:, H:], inverse, bits)


def refined(system: TwoWay, solve: Callable[[Vector], Vector], least: float = 0.0) -> tuple[Pair, Pair, float]:
    """β, α and bits of them that are certain; solve : W⁻¹ r of any (H + p,) r, about

    least : size beside which coefficients need no digits
    """
    beta = solve(system.right())
    beta = (beta, np.zeros(len(beta)))
    alpha = system.effects(beta)
    size = np.inf
    for __ in range(ROUNDS):
        step = solve(system.left(beta, alpha))
        beside = np.abs(beta[0]) + 1e-6 * np.abs(beta[0]).max(initial=0.0) + least + 1e-300
        before, size = size, float(np.max(np.abs(step) / beside, initial=0.0))
        if not size < before:
            break
        beta = add(beta, (step, np.zeros(len(step))))
        alpha = system.effects(beta)
        if size < ENOUGH:
            break
    if not size < 2.0**-40:
        raise NumericalError(
            _(
                "two categories of {sizes} and {sizes2} levels leave the coefficients undetermined",
                sizes=system.sizes[0],
                sizes2=system.sizes[1],
            ),
            _("leave one of them out, or columns that hardly vary within them"),
        )
    return beta, alpha, -float(np.log2(max(size, 2.0**-200)))


def by_length(first: Integers, count: int) -> Iterator[Integers]:
    """The cells of each level, (levels, cells) of levels that have as many."""
    order = np.argsort(first, kind="stable")
    lengths = np.bincount(first, minlength=count)
    starts = np.cumsum(lengths) - lengths
    for length in np.unique(lengths[lengths > 0]).tolist():
        own = starts[lengths == length]
        yield order[own[:, None] + np.arange(length)]

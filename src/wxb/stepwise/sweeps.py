"""What columns explain beside those in the line, all of them at once: sweeps over exact sums, in balls.

    M = Σ w (z − z̄)(z − z̄)ᵀ of z = (x₁ … x_p, y), times Σ w: whole numbers

    column k goes in or out:  m_kk ← −1/m_kk,  m_ik ← ± m_ik/|m_kk|,  m_ij ← m_ij − m_ik m_jk / m_kk

    beside those in the line   out: m_kk is left of the column, m_ky² / m_kk is what it would explain
                               in:  m_ky is its coefficient, −m_kk its part of the inverse, m_ky² / −m_kk what it explains
    m_yy                       what the line leaves

Numbers are balls (arb), so what is said of them is certain: every cost to ACCURACY bits at least, however nearly collinear the
columns are; where balls grow too wide all is formed anew from the sums with twice the bits. Float64 was rejected: what is left of a
column among nearly collinear ones has no digit there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb, arb_mat, ctx

from wxb.moments import Moments
from wxb.rank import find_dependences

BITS, MOST_BITS = 256, 4096
ACCURACY = 60  # bits that are certain of what a line leaves
DOUBTFUL = 1e-5  # of a column, beside those in the line: less may be rounding, which `wxb.rank` decides
FAR = 1e6  # times a column's variance: from there on its mean square does


class PassesThrough(ArithmeticError):
    """Nothing is left of the target that could be told from rounding."""


class Sweeps:
    """The state of the line: the columns in it, and what that leaves of all others."""

    def __init__(self, moments: Moments) -> None:
        ledger = moments.ledger
        n, ones, width = ledger.integers[0][0], ledger.integers[0], ledger.width
        self.moments = moments
        self.last = width - 2  # the target's place
        rows = [ledger.integers[i] for i in range(1, width)]
        self._whole = [[n * row[j] - row[0] * ones[j] for j in range(1, width)] for row in rows]
        self._squares = [n * row[i] for i, row in enumerate(rows, 1)]
        self._bits, self.inside = BITS, list[int]()
        self._dependent: dict[int, list[frozenset[int]]] = {}
        self._independent: dict[int, set[frozenset[int]]] = {}
        self._start()

    def varies(self, column: int) -> bool:
        """Whether a column, or the target, is not the same in every row."""
        return self._whole[column][column] > 0

    @property
    def square_of_target(self) -> int:
        """What the line of b alone leaves, in the same units as `left`."""
        return self._whole[self.last][self.last]

    @property
    def left(self) -> Any:
        """What the line leaves of the target: Σ w e², in units of the target's square over Σ w."""
        return self._m[self.last, self.last]

    def explained(self, columns: Sequence[int]) -> Any:
        """What columns of the line explain that the others do not."""
        return self._eliminated(columns, -1)[1]

    def would_explain(self, columns: Sequence[int]) -> tuple[tuple[int, ...], Any]:
        """Which of some columns outside the line are told apart from it and each other, and what these would explain."""
        return self._eliminated(columns, 1)

    def move(self, columns: Sequence[int]) -> None:
        """Take columns into the line, or out of it."""
        with ctx.workprec(self._bits):
            for column in columns:
                self._m = _swept(self._m, column, 1 if column not in self.inside else -1)
                if column in self.inside:
                    self.inside.remove(column)
                else:
                    self.inside.append(column)

    def begin_with(self, columns: Sequence[int]) -> tuple[int, ...]:
        """Take all of these into the line but those that others before them tell; gives the ones taken."""
        ledger, places = self.moments.ledger, [0, *(column + 1 for column in columns)]
        rounding = [0.0, *(self.moments.rounding[column] for column in columns)]
        integers = [[ledger.integers[i][j] for j in places] for i in places]
        found = find_dependences(integers, [ledger.exponents[i] for i in places], rounding, True)
        gone = {columns[one.column - 1] for one in found}
        self.inside = [column for column in columns if column not in gone]
        self._start()
        return tuple(self.inside)

    def widened(self) -> None:
        """Form all anew with twice the bits; PassesThrough where that will not help."""
        if self._bits >= MOST_BITS:
            raise PassesThrough
        self._bits *= 2
        self._start()

    def _start(self) -> None:
        """The matrix of the columns in the line, from the sums."""
        with ctx.workprec(self._bits):
            if not self.inside:
                self._m = arb_mat(self._whole)
                return None
            inside = self.inside
            rest = [i for i in range(self.last + 1) if i not in set(inside)]
            try:
                inverse = arb_mat([[self._whole[i][j] for j in inside] for i in inside]).inv()
            except ZeroDivisionError:
                return self.widened()
            across = arb_mat([[self._whole[i][j] for j in rest] for i in inside])
            slopes = inverse * across
            beside = arb_mat([[self._whole[i][j] for j in rest] for i in rest]) - across.transpose() * slopes
            size = self.last + 1
            m = arb_mat(size, size)
            for a, i in enumerate(inside):
                for b, j in enumerate(inside):
                    m[i, j] = -inverse[a, b]
                for b, j in enumerate(rest):
                    m[i, j] = m[j, i] = slopes[a, b]
            for a, i in enumerate(rest):
                for b, j in enumerate(rest):
                    m[i, j] = beside[a, b]
            self._m = m
        return None

    def _eliminated(self, columns: Sequence[int], sign: int) -> tuple[tuple[int, ...], Any]:
        """bᵀ A⁻¹ b of the block A of these columns and their products b with the target, by elimination."""
        with ctx.workprec(self._bits):
            block = [[sign * self._m[i, j] for j in columns] for i in columns]
            with_target, total = [self._m[i, self.last] for i in columns], arb(0)
            kept = list[int]()
            for a, column in enumerate(columns):
                pivot = block[a][a]
                if sign > 0 and self._tells(column, kept, pivot):
                    continue
                kept.append(column)
                total += with_target[a] ** 2 / pivot
                for c in range(a + 1, len(columns)):
                    factor = block[c][a] / pivot
                    with_target[c] -= factor * with_target[a]
                    for d in range(a + 1, len(columns)):
                        block[c][d] -= factor * block[a][d]
            return tuple(kept), total

    def _tells(self, column: int, beside: Sequence[int], left: Any) -> bool:
        """Whether the line and the columns beside tell a column, of which so much is left."""
        own = self._whole[column][column]
        if not own:
            return True
        if left > DOUBTFUL * arb(own) and self._squares[column] < FAR * own:
            return False
        there = frozenset([*self.inside, *beside])
        if any(some <= there for some in self._dependent.get(column, ())):
            return True
        if there in self._independent.get(column, ()):
            return False
        ledger = self.moments.ledger
        places = [0, *(i + 1 for i in sorted(there)), column + 1]
        rounding = [0.0, *(self.moments.rounding[i - 1] for i in places[1:])]
        integers = [[ledger.integers[i][j] for j in places] for i in places]
        found = find_dependences(integers, [ledger.exponents[i] for i in places], rounding, True)
        if any(one.column == len(places) - 1 for one in found):
            self._dependent.setdefault(column, []).append(there)
            return True
        self._independent.setdefault(column, set()).add(there)
        return False


def _swept(m: Any, k: int, sign: int) -> Any:
    """The matrix once column k went in (1) or out (−1)."""
    size, pivot = m.nrows(), m[k, k]
    column = [m[i, k] for i in range(size)]
    beside = arb_mat(size, 1, column)
    found = m - beside * (beside.transpose() * (1 / pivot))
    for i, value in enumerate(column):
        if i != k:
            found[i, k] = found[k, i] = sign * value / pivot
    found[k, k] = -1 / pivot
    return found

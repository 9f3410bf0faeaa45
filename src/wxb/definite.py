"""Whether a symmetric matrix of integers is the matrix of moments of some rows: positive semidefinite, decided for certain.

    M = Σ w z zᵀ, w > 0        ⇔        M ⪰ 0

Three roads, each a proof. *Diagonals*: centred on the first column, no variance is negative and a column without any has no
products. *Float64*: a Cholesky factorisation of R − δI, R the correlation matrix and δ a bound on all its rounding, that runs to
its end (Rump 2006). *Exact*, for collinear columns: of a matrix of rank r some r columns K span all others, and
M ⪰ 0 ⇔ M_KK ≻ 0; that is decided by elimination in balls, and where a ball holds 0, by the rank of the leading minor.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat, ctx, fmpz_mat, nmod_mat

from wxb.rank import correlation

UNIT = 2.0**-53
PRIMES = (2**62 - 57, 2**62 - 87, 2**62 - 117, 2**61 - 1)
SMALL = 8  # columns that are eliminated one by one
NEGATIVE = -1

IntegerRows = Sequence[Sequence[int]]


def negative_variance(matrix: IntegerRows) -> int | None:
    """The first column whose variance Σz² − (Σz)²/Σ1 is negative, or that has none and yet products; None without one."""
    centred = _centred(matrix)
    for i, row in enumerate(centred):
        if row[i] < 0 or (row[i] == 0 and any(row)):
            return i + 1
    return None


def is_semidefinite(matrix: IntegerRows) -> bool:
    """Whether M ⪰ 0, for M symmetric with M_00 > 0 (the sum of the weights)."""
    centred = _centred(matrix)
    kept = [i for i, row in enumerate(centred) if row[i]]
    if any(centred[i][i] < 0 or (not centred[i][i] and any(centred[i])) for i in range(len(centred))):
        return False
    centred = [[centred[i][j] for j in kept] for i in kept]
    return not centred or _by_floats(centred) or _exactly(centred)


def rank(matrix: IntegerRows) -> int:
    """The rank of an integer matrix."""
    return int(fmpz_mat([list(row) for row in matrix]).rank())


def _centred(matrix: IntegerRows) -> list[list[int]]:
    """The Schur complement of M_00, times M_00: what is left of Σ z z' around the means."""
    total, ones = matrix[0][0], matrix[0]
    count = range(1, len(matrix))
    return [[matrix[i][j] * total - ones[i] * ones[j] for j in count] for i in count]


def _by_floats(matrix: list[list[int]]) -> bool:
    """True proves it; False says nothing. R is off by less than 8u an entry, Cholesky by (k + 1)u of the trace."""
    k = len(matrix)
    if any(matrix[i][j] ** 2 > matrix[i][i] * matrix[j][j] for i in range(k) for j in range(i)):
        return False
    shift = 4 * UNIT * k * (k + 16)
    try:
        np.linalg.cholesky(correlation(matrix) - shift * np.eye(k))
    except np.linalg.LinAlgError:
        return False
    return True


def _exactly(matrix: list[list[int]]) -> bool:
    chosen = _spanning(matrix)
    inner = [[matrix[i][j] for j in chosen] for i in chosen]
    before = ctx.prec
    bits = 64 + max(row[i].bit_length() for i, row in enumerate(inner))
    try:
        while True:
            ctx.prec = bits
            place = _eliminate(arb_mat(inner))
            if place is None or place == NEGATIVE:
                return place is None
            if rank([row[: place + 1] for row in inner[: place + 1]]) <= place:
                return False  # a leading minor of 0 in a matrix of full rank: some direction is negative
            bits *= 2
    finally:
        ctx.prec = before


def _spanning(matrix: list[list[int]]) -> list[int]:
    """Columns, as many as the rank, that are independent: found modulo a prime, and proven by the rank itself."""
    full = rank(matrix)
    for prime in PRIMES:
        reduced, found = nmod_mat(len(matrix), len(matrix), [v % prime for row in matrix for v in row], prime).rref()
        if found == full:
            rows = reduced.tolist()
            return [next(j for j, value in enumerate(rows[i]) if int(value)) for i in range(full)]
    echelon, _, _ = fmpz_mat(matrix).rref()
    return [next(j for j, value in enumerate(row) if value) for row in echelon.tolist()[:full]]


def _eliminate(matrix: arb_mat) -> int | None:
    """None when every pivot is certainly positive, NEGATIVE when one is certainly not, else the place of the first in doubt."""
    size, cells = matrix.nrows(), [list(row) for row in matrix.tolist()]
    if size <= SMALL:
        return _one_by_one(cells)
    half = size // 2
    corner = arb_mat([row[:half] for row in cells[:half]])
    first = _eliminate(corner)
    if first is not None:
        return first
    side = arb_mat([row[half:] for row in cells[:half]])
    try:
        solved = corner.solve(side)
    except ZeroDivisionError:
        return half - 1
    second = _eliminate(arb_mat([row[half:] for row in cells[half:]]) - side.transpose() * solved)
    return second if second in (None, NEGATIVE) else second + half


def _one_by_one(rows: list[list[arb]]) -> int | None:
    for i, row in enumerate(rows):
        pivot = row[i]
        if pivot < 0:
            return NEGATIVE
        if not pivot > 0:
            return i
        for lower in rows[i + 1 :]:
            factor = lower[i] / pivot
            for j in range(i + 1, len(rows)):
                lower[j] -= factor * row[j]
    return None

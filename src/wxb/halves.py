"""Triangles in ball arithmetic. The inverse of a Cholesky factor, by halves, which are products of matrices:

G = [A Bᵀ; B C]        T = [T_A 0; −T_C X T_A  T_C],   X = B T_Aᵀ,   T_C the same of C − X Xᵀ
"""

from __future__ import annotations

from flint import arb, arb_mat


def half_inverse(matrix: arb_mat) -> arb_mat:
    """T of a symmetric matrix; ZeroDivisionError where the balls do not show it to be positive definite."""
    size = matrix.nrows()
    if size == 1:
        if not matrix[0, 0] > 0:
            raise ZeroDivisionError
        return arb_mat([[1 / matrix[0, 0].sqrt()]])
    half = size // 2
    rows = matrix.tolist()
    first = half_inverse(arb_mat([row[:half] for row in rows[:half]]))
    X = arb_mat([row[:half] for row in rows[half:]]) * first.transpose()
    second = half_inverse(arb_mat([row[half:] for row in rows[half:]]) - X * X.transpose())
    corner = (second * X * first).tolist()
    zeros = [arb(0)] * (size - half)
    return arb_mat(
        [[*row, *zeros] for row in first.tolist()]
        + [[*(-v for v in left), *right] for left, right in zip(corner, second.tolist())]
    )


def back_substitute(row: list[arb], factors: list[list[arb]]) -> list[arb]:
    """β of column j on the kept columns, from its row of L: Lᵀβ = row."""
    beta = list(row)
    for a in range(len(beta) - 1, -1, -1):
        for c in range(a):
            beta[c] -= beta[a] * factors[a][c]
    return beta

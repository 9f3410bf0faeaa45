"""Bases of numbers that depend on all rows, from the exact moments of raw columns: poly, scale, center.

    center   x − x̄            scale   (x − x̄) / s,  s² = Σ w (x − x̄)² / (n − 1)
    poly     orthonormal polynomials: with G = Σ w p pᵀ, p = (1, x, …, x^d), row r of the inverse Cholesky factor of G

Factors are rounded to `BITS` bits (and 16 for each power), so they are dyadic: applied to exact sums they give exact sums, those of
a basis that is orthogonal to that many bits. R's `poly` and `scale` are these where rows have no weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

from wxb.design.pieces import Numbers
from wxb.errors import DataError
from wxb.i18n import _
from wxb.moments.exact import Moments
from wxb.printable import show

BITS = 160

Row = tuple[Fraction, ...]


def basis_of(factor: Numbers, places: Sequence[int], plain: Moments) -> tuple[Row, ...]:
    """A row for each component of a factor; places : of its parts, the constant first, in z = (1, raw columns)."""
    gram = [[plain.exact(i, j) for j in places] for i in places]
    if factor.basis == "poly":
        return _orthonormal(factor, gram)
    total, first, square = gram[0][0], gram[0][1], gram[1][1]
    if not total:
        return ((Fraction(0), Fraction(1)),)
    mean = first / total
    if factor.basis == "center":
        return ((rounded(-mean), Fraction(1)),)
    spread = (square - first * mean) / max(plain.rows - 1, 1)
    if spread <= 0:
        raise _constant(factor)
    unit = 1 / root(spread)
    return ((rounded(-mean * unit), rounded(unit)),)


def _orthonormal(factor: Numbers, gram: Sequence[Sequence[Fraction]]) -> tuple[Row, ...]:
    """Gram–Schmidt on the exact moments: rows of factors of 1, x, … x^d, without that of the constant."""
    count, rows, norms = len(gram), list[list[Fraction]](), list[Fraction]()
    bits = BITS + 16 * count
    for degree in range(count):
        row = [Fraction(int(j == degree)) for j in range(count)]
        for before, norm in zip(rows, norms):
            share = sum((a * gram[degree][j] for j, a in enumerate(before) if a), Fraction(0)) / norm
            row = [a - share * b for a, b in zip(row, before)]
        row = [rounded(a, bits) for a in row]
        norm = _form(row, gram)
        share = norm / gram[degree][degree] if gram[degree][degree] else Fraction(0)
        if share > Fraction(1, 2**bits) and share < Fraction(1, 2 ** (bits // 2)):
            raise _too_near(factor)
        if share < Fraction(1, 2 ** (bits // 2)):
            raise _constant(factor, degree)
        rows.append(row)
        norms.append(norm)
    return tuple(
        tuple(rounded(a * unit, bits) for a in row)
        for row, norm in zip(rows[1:], norms[1:])
        for unit in (1 / root(norm, bits),)
    )


def _form(row: Sequence[Fraction], gram: Sequence[Sequence[Fraction]]) -> Fraction:
    """Σ row_i row_j G_ij."""
    return sum((a * b * gram[i][j] for i, a in enumerate(row) if a for j, b in enumerate(row) if b), Fraction(0))


def _constant(factor: Numbers, degree: int = 1) -> DataError:
    least = _("{degree} different values", degree=degree + 1) if degree > 1 else _("two different values")
    return DataError(
        _("{text} needs {least} of its column, and there are fewer", text=show(factor.text), least=least),
        _("leave it out"),
    )


def _too_near(factor: Numbers) -> DataError:
    return DataError(
        _(
            "the values of {text} differ too little beside their size: its powers, as pairs of doubles, are all alike",
            text=show(factor.text),
        ),
        _("subtract a number near their mean inside of it, as in poly(x − 1000, 2)"),
    )


def rounded(value: Fraction, bits: int = BITS) -> Fraction:
    """The value to so many bits."""
    if not value:
        return value
    shift = bits - (abs(value.numerator).bit_length() - value.denominator.bit_length())
    return Fraction(round(value * Fraction(2) ** shift)) / Fraction(2) ** shift


def root(value: Fraction, bits: int = BITS) -> Fraction:
    """√value to so many bits."""
    shift = 2 * bits + 2 * max(0, value.denominator.bit_length() - value.numerator.bit_length())
    return Fraction(isqrt((value.numerator << shift) // value.denominator)) / Fraction(2) ** (shift // 2)

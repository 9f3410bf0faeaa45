"""How far the minimum of rounded sums may be from the minimum of the data: bounds that hold, not estimates.

The sums S̃ of z = (x, y), taken exactly, differ from the true S by at most s_i s_j. With X = S̃_xx⁻¹, θ the minimum of S̃ and

    n_i = Σ_j |X_ij| s_j,   σ = Σ_i s_i n_i < 1,   τ = s_y + Σ s_i |θ_i|

    |gᵀΔθ| ≤ n_g τ / (1 − σ),  n_g = Σ_j |gᵀX|_j s_j        any linear form of the coefficients
    |Δ rss| ≤ (τ / (1 − σ))²                                 each minimum costs at most so much more on the other sums
    |Δ gᵀG⁻¹g| ≤ n_g² / (1 − σ)                             what a standard error is made of

from Δθ = X (Δr − ΔG (θ + Δθ)), taken entry by entry, with Δθ's own part brought to the left. Where σ ≥ 1 the columns cannot be
told from collinear ones and nothing is promised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, ldexp, log10, sqrt

import numpy as np

from wxb._typing import Matrix, Vector

SAFE = 1 + 1e-9  # for the rounding of the bounds themselves
MOST = 15.0
PROVEN = 2.0**-90  # how far entries of an exact inverse are off in doubles, beside rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Perturbation:
    """forms : (k,) |gᵀΔθ| of each coefficient        spreads : (k,) the relative error of gᵀG⁻¹g        rss : |Δ rss|"""

    forms: Vector
    spreads: Vector
    rss: float


def perturbation(
    inverse: Matrix,
    theta: Vector,
    slack: Vector,
    target_slack: float,
    level: Vector | None,
    *,
    doubt: float = PROVEN,
    rough: float = 0.0,
    away: Vector | float = 0.0,
) -> Perturbation:
    """Of X (k, k), θ (k,), s (k,), s_y, all scaled so that the diagonal of S̃ is near 1.

    level : (k,) the form that is asked for in place of the first coefficient
    doubt : X_ij is off by no more than that of √(X_ii X_jj)        rough : what rounding leaves of gᵀXg, likewise
    away : (k,) how far θ is off
    """
    roots, size = np.sqrt(np.abs(inverse.diagonal())), np.abs(inverse)

    def reached(v: Vector) -> Vector:
        return size @ v * SAFE + doubt * roots * (roots @ v)

    n = reached(slack)
    sigma = float(slack @ n) * SAFE
    if not sigma < 1:
        nothing = np.full(len(theta), inf)
        return Perturbation(forms=nothing, spreads=nothing, rss=inf)
    tau = (target_slack + float(slack @ (np.abs(theta) + away))) * SAFE
    forms = n * (SAFE + 1e-13)
    variances, most, doubtful = inverse.diagonal().copy(), np.square(roots), doubt * np.square(roots)
    off = np.zeros_like(theta) + away
    if level is not None:
        sizes = np.abs(level)
        products = np.abs(level @ inverse) * SAFE
        forms[0] = float((products + 1e-13 * reached(sizes)) @ slack + doubt * (sizes @ roots) * (roots @ slack)) * SAFE
        variances[0], most[0] = level @ (inverse @ level), sizes @ reached(sizes)
        doubtful[0], off[0] = doubt * (sizes @ roots) ** 2, sizes @ off
    with np.errstate(divide="ignore", invalid="ignore"):
        least = variances - 1e-12 * most - doubtful
        lost = forms**2 / (1 - sigma) + doubtful + rough * most
        spreads = np.where(least > 0, lost / least * SAFE, inf)
    return Perturbation(
        forms=(forms * tau / (1 - sigma) + off) * SAFE, spreads=spreads, rss=(tau / (1 - sigma)) ** 2 * SAFE
    )


def promised(error: float, value: float) -> float:
    """Decimal digits, 0 to 15, of a true number that is within `error` of `value`."""
    truth = abs(value) * (1 - 1e-15) - error
    if not truth > 0:
        return 0.0
    relative = (error + abs(value) * 2.0**-53) / truth
    return min(MOST, max(0.0, -log10(relative))) if relative > 0 else MOST


def promised_root(*relatives: float) -> float:
    """Digits of the root of a product whose factors have these relative errors."""
    if not all(r < 1 for r in relatives):
        return 0.0
    low, high = 1.0, 1.0
    for r in relatives:
        low, high = low * (1 - r), high * (1 + r)
    return promised(max(sqrt(high) - 1, 1 - sqrt(low)) * SAFE, 1.0)


def scaled_float(mantissa: int, exponent: int) -> float:
    """mantissa · 2^exponent of any size."""
    shift = max(mantissa.bit_length() - 64, 0)
    try:
        return ldexp(float(mantissa >> shift), exponent + shift)
    except OverflowError:
        return inf if mantissa > 0 else -inf


def half_scales(diagonal: Sequence[tuple[int, int]]) -> list[int]:
    """s of each mantissa · 2^exponent with value · 2^(−2s) near 1."""
    return [(mantissa.bit_length() + exponent) // 2 for mantissa, exponent in diagonal]

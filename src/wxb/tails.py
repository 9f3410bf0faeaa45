"""Tails of the t, F and χ² distributions, right to the last digits of a float64 down to 1e-308.

    P(χ² > x) = Q(ν/2, x/2), arb's regularised upper gamma function

    P(F > f) = I_x(b, a)        a = ν₁/2,  b = ν₂/2,  x = ν₂ / (ν₂ + ν₁ f),        P(|T| > |t|) = P(F(1, ν) > t²)

    I_x(b, a) = x^b (1−x)^a / (b B(a, b)) · (1 + (a+b)/(b+1) x + (a+b)(a+b+1)/((b+1)(b+2)) x² + …)

Every term is positive, so the sum is made in integers without cancellation; where x > ½ the complement 1 − I_{1−x}(a, b) is
formed with as many more bits as it cancels, unless these are many and x < ⅞. Rejected: arb's own incomplete beta function, which is
right too but takes seconds for some degrees of freedom, and 1 − I in float64, which has no digit of a p below 1e-16.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import exp, isinf, lgamma, log, log1p, nan, pi

from flint import arb, ctx

BITS = 192
SMALL = 60.0  # log of a tail that a complement has at once, downwards
NEAR, FAR = (
    Fraction(1, 2),
    Fraction(7, 8),
)  # below the first the series is short, below the second shorter than a complement of many bits
LEAST = -760.0  # log of what certainly rounds to 0


def t_two_sided_p(t: float, freedom: float) -> float:
    """P(|T| > |t|) with T ~ t(freedom); NaN without degrees of freedom."""
    if not freedom > 0 or t != t:
        return nan
    return 0.0 if isinf(t) else _upper(Fraction(t) ** 2, 1, Fraction(freedom))


def f_upper_p(f: float, explained: int, freedom: float) -> float:
    """P(F > f) with F ~ F(explained, freedom)."""
    if explained < 1 or not freedom > 0 or f != f:
        return nan
    return 0.0 if isinf(f) else _upper(Fraction(f) * explained, explained, Fraction(freedom))


def chi2_upper_p(x: float, freedom: int) -> float:
    """P(χ² > x) with χ² ~ χ²(freedom)."""
    if freedom < 1 or x != x:
        return nan
    if x <= 0:
        return 1.0
    bits = 0 if isinf(x) else BITS
    while bits:
        with ctx.workprec(bits):
            tail = arb.gamma_upper(arb(x) / 2, arb(freedom) / 2, regularized=1)
            if tail.rel_accuracy_bits() > 64:
                return float(tail.mid())
        bits *= 2
    return 0.0


@lru_cache(maxsize=256)
def two_sided_t(level: float, freedom: float) -> float:
    """t with P(|T| ≤ t) = level, 0 < level < 1, by Newton's method on the tail."""
    if not freedom > 0:
        return nan
    tail = 1 - level  # exact for a level of ½ and more; the upper quantile (1 + level)/2 would be rounded
    log_constant = lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - 0.5 * log(freedom * pi)
    low, high = 0.0, 2.0
    while t_two_sided_p(high, freedom) > tail:
        low, high = high, high * 2
    t = (low + high) / 2
    for _ in range(200):
        value = t_two_sided_p(t, freedom) - tail
        low, high = (t, high) if value > 0 else (low, t)
        density = 2 * exp(log_constant - (freedom + 1) / 2 * log1p(t * t / freedom))
        step = t + value / density if density > 0 else (low + high) / 2
        following = step if low < step < high else (low + high) / 2
        if abs(following - t) <= 2e-16 * t:
            return following
        t = following
    return t


def _upper(load: Fraction, first: int, second: Fraction) -> float:
    """I_x(second/2, first/2) at x = second / (second + load), load = ν₁ f."""
    if load <= 0:
        return 1.0
    bound = _log_bound(load, first, second)
    if bound < LEAST:
        return 0.0
    share = second / (second + load)
    bits, small = BITS - int(1.45 * min(0.0, bound + SMALL)), share < (FAR if bound < -SMALL else NEAR)
    while True:
        with ctx.workprec(bits):
            if small:
                return float(_incomplete(share, second, first, bits).mid())
            tail = 1 - _incomplete(1 - share, first, second, bits)
            if tail > arb(2) ** (100 - bits):
                return float(tail.mid())
        bits *= 2


def _log_bound(load: Fraction, first: int, second: Fraction) -> float:
    """The log of an upper bound of the tail, 0 where the tail is not small."""
    a, b = first / 2, float(second / 2)
    log_x = log(second) - _log(second + load)
    log_y = _log(load) - _log(second + load)
    ratio = (a + b) / (b + 1) * exp(log_x)
    if ratio >= 1:
        return 0.0
    return b * log_x + a * log_y - log(b) - lgamma(a) - lgamma(b) + lgamma(a + b) - log1p(-ratio)


def _log(value: Fraction) -> float:
    return log(value.numerator) - log(value.denominator)


def _incomplete(x: Fraction, first: Fraction | int, second: Fraction | int, bits: int) -> arb:
    """I_x(first/2, second/2) by its series of positive terms."""
    a, b = _ball(Fraction(first)) / 2, _ball(Fraction(second)) / 2
    fixed = (x.numerator << bits) // x.denominator
    term = total = 1 << bits
    step = 2 * Fraction(first + second).denominator * Fraction(first).denominator  # both in integers of one unit
    above, below = int((first + second) * (step // 2)), int((first + 2) * (step // 2))
    while term:
        term = (term * above * fixed // below) >> bits
        total += term
        above, below = above + step, below + step
        if term << (bits - 32) < total and above * fixed < below << bits:
            break
    ball = _ball(x)
    logs = a * ball.log() + b * (1 - ball).log() - a.log() - (a.lgamma() + b.lgamma() - (a + b).lgamma())
    return logs.exp() * arb(total) / arb(1 << bits)


def _ball(value: Fraction) -> arb:
    return arb(value.numerator) / arb(value.denominator)

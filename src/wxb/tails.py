"""Tails of the t, F and χ² distributions, right to the last digits of a float64 down to 1e-308.

    P(χ² > x) = Q(ν/2, x/2), arb's regularised upper gamma function

    P(F > f) = I_x(b, a)        a = ν₁/2,  b = ν₂/2,  x = ν₂ / (ν₂ + ν₁ f),        P(|T| > |t|) = P(F(1, ν) > t²)

    I_x(b, a) = x^b (1−x)^a / (b B(a, b)) · (1 + (a+b)/(b+1) x + (a+b)(a+b+1)/((b+1)(b+2)) x² + …)

Every term is positive, so the sum is made in integers without cancellation; where x > ½ the complement 1 − I_{1−x}(a, b) is
formed with as many more bits as it cancels, unless these are many and x < ⅞. A quantile is found by Newton's method on the tail, or
where it is below 1 on the share within, P(|T| ≤ t) = I_{1−x}(a, b); either less what is asked for is a difference of balls, so that
the last step rounds t once. Rejected: arb's own incomplete beta function, which is
right too but takes seconds for some degrees of freedom, and 1 − I in float64, which has no digit of a p below 1e-16.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import exp, inf, isinf, lgamma, log, log1p, nan, pi

from flint import arb, ctx

BITS = 192
ENOUGH = 90  # bits of a ball, of which huge degrees of freedom take some
SMALL = 60.0  # log of a tail that a complement has at once, downwards
NEAR, FAR = (
    Fraction(1, 2),
    Fraction(7, 8),
)  # below the first the series is short, below the second shorter than a complement of many bits
LEAST = -760.0  # log of what certainly rounds to 0
LARGE = 1e6  # degrees of freedom, beyond which float64 loses what lgamma's differences are
TINY = 2.0**-60  # a level


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
    """t with P(|T| ≤ t) = level, 0 < level < 1, by Newton's method."""
    if not freedom > 0:
        return nan
    nu, log_constant = Fraction(freedom), _log_constant(freedom)
    if level < TINY:  # there P(|T| ≤ t) is a multiple of t, but for t² of it
        with ctx.workprec(BITS):
            within = arb(level) - _missing(TINY, level, nu, inner=True)
            return float((arb(level) * arb(TINY) / within).mid())
    inner = level < 0.5 and float(_missing(1.0, level, nu).mid()) < 0
    if inner:  # the share within is concave, so from below every step ends below t
        low, high = 0.0, 1.0
        t = level / 2 / exp(log_constant)
    else:
        low, high = 0.0, 2.0
        while not isinf(high) and _missing(high, level, nu) > 0:
            low, high = high, high * 2
        if isinf(high):
            return inf
        t = (low + high) / 2
    for _ in range(200):
        value = float(_missing(t, level, nu, inner).mid())
        low, high = (t, high) if value > 0 else (low, t)
        density = 2 * exp(log_constant - (freedom + 1) / 2 * log1p(t * t / freedom))
        step = t + value / density if density > 0 else inf
        if abs(step - t) <= 2e-16 * t:
            return step
        t = step if low < step < high else (low + high) / 2
    return t


def _log_constant(freedom: float) -> float:
    """The log of the density of t at 0, to nine digits: a step of Newton's needs no more."""
    if freedom > LARGE:
        return -0.5 * log(2 * pi) - 0.25 / freedom
    return lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - 0.5 * log(freedom * pi)


def _missing(t: float, level: float, freedom: Fraction, inner: bool = False) -> arb:
    """level − P(|T| ≤ t), of the tail, or with `inner` of the share within."""
    square = Fraction(t) ** 2
    if not inner:
        with ctx.workprec(BITS):
            return _tail(square, 1, freedom) - (1 - arb(level))
    share, bits = square / (freedom + square), BITS
    while True:
        with ctx.workprec(bits):
            found = _incomplete(share, 1, freedom, bits)
            if found.rel_accuracy_bits() > ENOUGH:
                return arb(level) - found
        bits *= 2


def _upper(load: Fraction, first: int, second: Fraction) -> float:
    """P(F > f) with F ~ F(first, second), load = ν₁ f."""
    return float(_tail(load, first, second).mid())


def _tail(load: Fraction, first: int, second: Fraction) -> arb:
    """I_x(second/2, first/2) at x = second / (second + load), in a ball."""
    if load <= 0:
        return arb(1)
    bound = _log_bound(load, first, second)
    if bound < LEAST:
        return arb(0)
    share = second / (second + load)
    bits, small = BITS - int(1.45 * min(0.0, bound + SMALL)), share < (FAR if bound < -SMALL else NEAR)
    while True:
        with ctx.workprec(bits):
            tail = _incomplete(share, second, first, bits) if small else 1 - _incomplete(1 - share, first, second, bits)
            if tail.rel_accuracy_bits() > ENOUGH and (small or tail > arb(2) ** (100 - bits)):
                return tail
        bits *= 2


def _log_bound(load: Fraction, first: int, second: Fraction) -> float:
    """The log of an upper bound of the tail, 0 where the tail is not small."""
    a, b = first / 2, float(second / 2)
    log_x = -log1p(load / second) if load < second else log(second) - _log(second + load)
    log_y = _log(load) - _log(second + load)
    ratio = (a + b) / (b + 1) * exp(log_x)
    if ratio >= 1:
        return 0.0
    grown = a * log(a + b) if b > LARGE else lgamma(a + b) - lgamma(b)
    return b * log_x + a * log_y - log(b) - lgamma(a) + grown - log1p(-ratio)


def _log(value: Fraction) -> float:
    return log(value.numerator) - log(value.denominator)


def _incomplete(x: Fraction, first: Fraction | int, second: Fraction | int, bits: int) -> arb:
    """I_x(first/2, second/2) by its series of positive terms."""
    a, b = _ball(Fraction(first)) / 2, _ball(Fraction(second)) / 2
    shift = bits + max(
        x.denominator.bit_length() - x.numerator.bit_length(), 0
    )  # so many bits of x itself, however small
    fixed = (x.numerator << shift) // x.denominator
    term = total = 1 << bits
    step = 2 * Fraction(first + second).denominator * Fraction(first).denominator  # both in integers of one unit
    above, below = int((first + second) * (step // 2)), int((first + 2) * (step // 2))
    while term:
        term = (term * above * fixed // below) >> shift
        total += term
        above, below = above + step, below + step
        if term << (bits - 32) < total and above * fixed < below << shift:
            break
    ball = _ball(x)
    logs = a * ball.log() + b * (-ball).log1p() - a.log() - (a.lgamma() + b.lgamma() - (a + b).lgamma())
    return logs.exp() * arb(total) / arb(1 << bits)


def _ball(value: Fraction) -> arb:
    return arb(value.numerator) / arb(value.denominator)

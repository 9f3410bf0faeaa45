"""Logarithms and exponentials rounded correctly: the double nearest to the true value, on every machine.

NumPy's own are within an ulp or so and differ between processors, and with them a model would. Here each value is a pair of
doubles with an error below 2^−64 of it, which decides its rounding but for one in a thousand; those are worked out in 60 digits.

    log   x = 2^k m,  c ≈ 1/m of ten bits,  r = m c − 1 exactly;  log x = k log 2 − log c + r − r²/2 + r³ P(r)
    exp   x = k (log 2)/64 + r;                                   exp x = 2^(k div 64) 2^((k mod 64)/64) (1 + r + r²/2 + r³ Q(r))

`c/elementary.c` does the same some thirty times as fast, and leaves to NumPy what it cannot decide, so the bits are the same.

(n,) arrays, or pairs of them; what has no value is NaN, what is beyond the doubles ±∞. Sources: Tang (1989, 1990), Gal (1986).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from functools import cache

import numpy as np

from wxb._typing import Marks, Vector
from wxb.design.buffers import buffer
from wxb.moments.pairs import Pair, two_product, two_sum

ERROR = (
    2.0**-64
)  # relative, of what is found in pairs: a hundred times what the terms left out and their rounding come to
_START = 0x3FE69F8000000000  # the bits of about √½, so that 1 is in the middle of a stretch of the table
_STEP = 44  # of 52 bits are left out of the place in the table
_CUT = np.int64(-1 << 27)
_SMALL = 2.0**-8
_DIGITS = Context(prec=60, Emin=-9999, Emax=9999)
_LN2 = _DIGITS.ln(Decimal(2))
_LOGARITHMS: dict[int, Callable[[Decimal], Decimal]] = {
    0: _DIGITS.ln,
    2: lambda value: _DIGITS.divide(_DIGITS.ln(value), _LN2),
    10: _DIGITS.log10,
}
FEW = 512  # numbers that NumPy works out alone


try:
    import wxb.design._elementary as _compiled
except ImportError:  # installed where there was no C compiler
    _compiled = None
COMPILED = _compiled is not None


def log(x: Vector, low: Vector | None = None) -> Vector:
    return _logarithm(x, low, 0)


def log2(x: Vector, low: Vector | None = None) -> Vector:
    return _logarithm(x, low, 2)


def log10(x: Vector, low: Vector | None = None) -> Vector:
    return _logarithm(x, low, 10)


def products(a: Vector, b: Vector) -> Pair:
    """a·b as pairs, exactly."""
    if _compiled is None or a.shape != b.shape:
        return two_product(a, b)
    return _in_pairs(_compiled.products, a, b)


def sums(a: Vector, b: Vector) -> Pair:
    """a + b as pairs, exactly."""
    if _compiled is None or a.shape != b.shape:
        return two_sum(a, b)
    return _in_pairs(_compiled.sums, a, b)


def _in_pairs(loop: Callable[..., None], a: Vector, b: Vector) -> Pair:
    high, low = buffer(len(a)), buffer(len(a))
    loop(np.ascontiguousarray(a), np.ascontiguousarray(b), high, low)
    return high, low


def _logarithm(x: Vector, low: Vector | None, base: int) -> Vector:
    """To a base, 0 the natural one."""
    if _compiled is not None and low is None and len(x) > FEW:
        factor = (1.0, 0.0) if not base else tuple(part[0] for part in _inverse_ln(base))
        return _by(
            _compiled.logarithms,
            x,
            _table(_reciprocals),
            (*_ln2_pair(), *factor),
            lambda some: _logarithm(some, None, base),
        )
    exactly = _LOGARITHMS[base]
    found = _log(x, low) if not base else _times(_log(x, low), _inverse_ln(base))
    return _beyond(_rounded(found, x, low, exactly, _proper(x)), x, 0.0)


def _by(
    loop: Callable[..., int], x: Vector, table: Vector, numbers: tuple[float, ...], plain: Callable[[Vector], Vector]
) -> Vector:
    """What a compiled loop gives; where it leaves the rounding open, what is found `plain`ly."""
    found, left = buffer(len(x)), buffer(len(x))
    if not loop(np.ascontiguousarray(x), table, np.array(numbers), found, left):
        return found
    open_places = np.flatnonzero(left)
    for start in range(0, len(open_places), FEW):
        some = open_places[start : start + FEW]
        found[some] = plain(x[some])
    return found


def log1p(x: Vector, low: Vector | None = None) -> Vector:
    """log(1 + x), as near to 0 as x is."""
    with np.errstate(all="ignore"):
        high, rest = two_sum(np.ones_like(x), x)
    if low is not None:
        rest = rest + low
    near = np.abs(x) < _SMALL
    found = _log(high, rest, x, low, near)
    return _beyond(_rounded(found, x, low, lambda v: _DIGITS.ln(_DIGITS.add(Decimal(1), v)), _proper(x, -1.0)), x, -1.0)


def _proper(x: Vector, least: float = 0.0) -> Marks:
    """Where a logarithm is a number."""
    return (x > least) & (x < np.inf)


def exp(x: Vector, low: Vector | None = None) -> Vector:
    if _compiled is not None and low is None and len(x) > FEW:
        numbers = (64 / float(_LN2), *_parts_of_ln2())
        return _by(_compiled.exponentials, x, _table(_powers), numbers, exp)
    with np.errstate(all="ignore"):
        inside = np.clip(x, -760.0, 720.0)
        places = np.rint(inside * (64 / float(_LN2)))
        first, second, third = _parts_of_ln2()
        r, rest = two_sum(inside - places * first, -places * second)
        rest = rest - places * third
        if low is not None:
            rest = rest + low
        square, more = two_product(r, r)
        more = 0.5 * more + r * rest
        tail = r * square * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r / 5040))))
        p, left = two_sum(r, 0.5 * square)
        left = left + (tail + (more + rest))
        whole = places.astype(np.int64)
        table, table_low = _powers()
        th, tl = table[whole & 63], table_low[whole & 63]
        product, error = two_product(th, p)
        high, error_high = two_sum(th, product)
        high, rest = two_sum(high, error_high + (error + th * left + tl * (1 + p)))
        scale = (whole >> 6).astype(np.int32)
        found = np.ldexp(high, scale), np.ldexp(rest, scale)
    return _rounded(found, x, low, _DIGITS.exp, (x > -746) & (x < 710), least=2.0**-960)


def power(x: Pair, y: Pair) -> Vector:
    """x^y = exp(y log x), to an ulp; NaN of a negative x, for y is no whole number."""
    with np.errstate(all="ignore"):
        high, low = _times(_log(*x), y)
    found = exp(high, np.where(np.isfinite(low), low, 0.0))
    limit = np.where(x[0] == 0, np.where(y[0] > 0, 0.0, np.inf), np.nan)
    return np.where(x[0] > 0, found, limit)


def _log(
    x: Vector,
    low: Vector | None,
    plain: Vector | None = None,
    plain_low: Vector | None = None,
    near: Marks | None = None,
) -> Pair:
    """log(x + low) as a pair; where `near`, of 1 + plain."""
    with np.errstate(all="ignore"):
        tiny = x < 2.0**-1022
        scaled = np.where(tiny, x * 2.0**54, x)
        bits = np.ascontiguousarray(scaled).view(np.int64)
        shifted = bits - _START
        k = shifted >> 52
        m = (bits - (k << 52)).view(np.float64)
        place = (shifted & ((1 << 52) - 1)) >> _STEP
        reciprocal, table, table_low = _reciprocals()
        c, base, base_low = reciprocal[place], table[place], table_low[place]
        m_high = (m.view(np.int64) & _CUT).view(np.float64)
        r, rest = two_sum(m_high * c - 1, (m - m_high) * c)
        if low is not None:
            r, rest = two_sum(r, rest + np.ldexp(low, -k.astype(np.int32)) * c)
        exponent = np.where(tiny, k - 54, k).astype(np.float64)
        if near is not None and plain is not None:
            r, rest = np.where(near, plain, r), np.where(near, 0.0 if plain_low is None else plain_low, rest)
            base, base_low = np.where(near, 0.0, base), np.where(near, 0.0, base_low)
            exponent = np.where(near, 0.0, exponent)
        square, more = two_product(r, r)
        tail = r * square * (1 / 3 - r * (1 / 4 - r * (1 / 5 - r * (1 / 6 - r * (1 / 7 - r * (1 / 8 - r / 9))))))
        ln2, ln2_low = _ln2_pair()
        total, first = two_sum(exponent * ln2, base)
        total, second = two_sum(total, r)
        total, third = two_sum(total, -0.5 * square)
        rest = ((first + second) + third) + (
            (rest - 0.5 * (more + rest * rest) - r * rest) + tail + (exponent * ln2_low + base_low)
        )
        return two_sum(total, rest)


def _times(a: Pair, b: Pair) -> Pair:
    high, low = two_product(a[0], b[0])
    return two_sum(high, low + (a[0] * b[1] + a[1] * b[0]))


def _rounded(
    found: Pair, x: Vector, low: Vector | None, exactly: Callable[[Decimal], Decimal], inside: Marks, least: float = 0.0
) -> Vector:
    """The high part where the error cannot change it, else in 60 digits.

    inside : where there is a value        least : size below which a pair does not say enough
    """
    high, rest = found
    with np.errstate(all="ignore"):
        error = np.abs(high) * ERROR
        doubtful = (high + (rest + error) != high) | (high + (rest - error) != high)
        if least:
            doubtful |= np.abs(high) < least
    for place in np.flatnonzero(doubtful & inside).tolist():
        value = _DIGITS.add(Decimal(float(x[place])), Decimal(0.0 if low is None else float(low[place])))
        high[place] = float(exactly(value))
    return high


def _beyond(values: Vector, x: Vector, least: float) -> Vector:
    """Logarithms with their limits: −∞ at the least x, ∞ at ∞, NaN beneath."""
    if not (x > least).all() or not np.isfinite(x).all():
        values = np.where(x == np.inf, np.inf, np.where(x > least, values, np.where(x == least, -np.inf, np.nan)))
    return values


def _pair_of(value: Decimal) -> tuple[float, float]:
    high = float(value)
    return high, float(_DIGITS.subtract(value, Decimal(high)))


@cache
def _ln2_pair() -> tuple[float, float]:
    """log 2, of 42 bits and the rest: times a whole number of 11 bits the first is exact."""
    [high, low] = _cut(_LN2, 42, 1)
    return high, low


@cache
def _parts_of_ln2() -> tuple[float, float, float]:
    """(log 2)/64, twice 32 bits and the rest."""
    first, second, third = _cut(_DIGITS.divide(_LN2, Decimal(64)), 32, 2)
    return first, second, third


def _cut(value: Decimal, bits: int, times: int) -> list[float]:
    """A value as a sum of `times` numbers of so many bits and a double."""
    found: list[float] = []
    for _ in range(times):
        mantissa, exponent = np.frexp(float(value))
        part = float(np.ldexp(np.trunc(np.ldexp(mantissa, bits)), exponent - bits))
        found.append(part)
        value = _DIGITS.subtract(value, Decimal(part))
    return [*found, float(value)]


@cache
def _inverse_ln(base: int) -> Pair:
    high, low = _pair_of(_DIGITS.divide(Decimal(1), _DIGITS.ln(Decimal(base))))
    return np.array([high]), np.array([low])


@cache
def _reciprocals() -> tuple[Vector, Vector, Vector]:
    """(256,) c ≈ 1/m of each stretch of m from √½ to √2, and −log c as a pair; 1 and 0 where the stretch holds 1."""
    count = 1 << (52 - _STEP)
    edges = (np.arange(count, dtype=np.int64) << _STEP) + _START
    middles = (edges + (1 << (_STEP - 1))).view(np.float64)
    c = np.rint(1024 / middles) / 1024
    c[(np.float64(1.0).view(np.int64) - _START) >> _STEP] = 1.0
    logs = [_pair_of(-_DIGITS.ln(Decimal(float(one)))) for one in c]
    return c, np.array([high for high, _ in logs]), np.array([low for _, low in logs])


@cache
def _table(parts: Callable[[], tuple[Vector, ...]]) -> Vector:
    """As the compiled loops have them: one after the other."""
    return np.concatenate(parts())


@cache
def _powers() -> tuple[Vector, Vector]:
    """(64,) 2^(j/64) as pairs."""
    pairs = [_pair_of(_DIGITS.exp(_DIGITS.divide(_DIGITS.multiply(_LN2, Decimal(j)), Decimal(64)))) for j in range(64)]
    return np.array([high for high, _ in pairs]), np.array([low for _, low in pairs])

"""Moments: all that squared error will ever need to know of the data, exactly.

    Σw,  Σw·x,  Σw·y,  Σw·x xᵀ,  Σw·x y,  Σw·y²            z = (1, x₁ … x_p, y),   M = Σ w z zᵀ

They are read once; they add, subtract and merge; and because they are integers times powers of two, `a + b − b` is `a` to the
last bit, and neither chunks nor order nor threads leave a trace.

>>> a = Moments.of([[1.0], [2.0]], [2.0, 4.0])
>>> b = Moments.of([[3.0]], [6.0])
>>> a + b == Moments.of([[3.0], [1.0], [2.0]], [6.0, 2.0, 4.0])
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from wxb._typing import Vector
from wxb.arguments import instance, vector, wrong
from wxb.errors import NumericalError, UsageError
from wxb.moments.collect import Collector
from wxb.moments.kernels import Kernel, choose
from wxb.moments.ledger import Ledger
from wxb.moments.noise import Noise

DOUBLE = 2.0**-53  # unit roundoff
NARROW = {2: 2.0**-11, 4: 2.0**-24}  # by the bytes of a float


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Exact moments of n rows of p terms and a target.

    Attributes
    ----------
    terms : names of the p terms        target : name of the target
    rows : n, rows of positive weight
    ledger : exact Σ w z zᵀ, (p + 2, p + 2), of z = (1, terms…, target)
    rounding : p + 1 (terms, then target) unit roundoffs u: how far, relatively, a stored number may be from the one meant;
        0 where it is exact by type, 2^-53 of doubles, 2^-24 of float32
    weighted : whether any weight other than 1 was given
    precision : "exact", or "fast" when the sums were made in rounded float64
    log_weights : Σ log w in units of 2^-60 (`moments.log_weights`), 0 without weights; None where a file does not say
    noise : what fast sums may have lost; None where nothing is proven, and of exact sums, which lost nothing
    """

    terms: tuple[str, ...]
    target: str
    rows: int
    ledger: Ledger
    rounding: tuple[float, ...]
    weighted: bool = False
    precision: str = "exact"
    noise: Noise | None = None
    log_weights: int | None = 0

    @classmethod
    def of(
        cls,
        X: ArrayLike | Sequence[object],
        y: ArrayLike | tuple[ArrayLike, ArrayLike],
        weights: ArrayLike | None = None,
        *,
        terms: Sequence[str] | None = None,
        target: str = "y",
        kernel: Kernel | None = None,
    ) -> Moments:
        """Moments of arrays: X (n, p) or (n,), y (n,), weights (n,) or None.

        A column that one double cannot hold is a pair (values, low) of arrays whose unevaluated sum it is; then X is a
        list of columns, each an (n,) array or such a pair. Numbers must be finite. Columns of float32 and float16 are known to
        carry the rounding of their type, all others that of a double. The moments are the same bits whichever `kernel`
        adds them up; None takes the quickest there is.
        """
        if kernel is not None and not hasattr(kernel, "add_shifted"):
            raise wrong("kernel", "a Kernel of wxb.moments.kernels, or None", kernel)
        columns, lows = _columns(X)
        rounding = (*_roundings(X, len(columns)), _roundoff(y))
        y_values, y_low = _pair(y)
        width = len(columns) + 1
        if y_low is not None:
            lows[width - 1] = y_low
        columns = [*columns, y_values]
        _check_lengths(columns, lows)
        w = None if weights is None else vector("weights", weights)
        if w is not None and (w.shape != columns[0].shape or not np.isfinite(w).all() or (w < 0).any()):
            raise UsageError("weights must be one finite number ≥ 0 for each row")
        for column in (*columns, *lows.values()):
            if not np.isfinite(column).all():
                raise NumericalError("a column holds NaN or infinite values", "remove those rows first")
        collector = Collector(width, choose() if kernel is None else kernel)
        collector.add(columns, lows, w)
        names = _names(terms) if terms is not None else tuple(f"x{i + 1}" for i in range(width - 1))
        instance("target", target, str, "a name")
        if len(names) != width - 1:
            raise UsageError(f"{len(names)} names for {width - 1} columns")
        return cls(
            names,
            target,
            collector.rows,
            collector.result(),
            rounding,
            w is not None,
            log_weights=collector.log_weights,
        )

    def __add__(self, other: object) -> Moments:
        if isinstance(other, int) and other == 0:  # the start of sum(parts)
            return self
        if not isinstance(other, Moments):
            return NotImplemented
        return self._combined(other, 1)

    __radd__ = __add__

    def __sub__(self, other: Moments) -> Moments:
        if not isinstance(other, Moments):
            return NotImplemented
        if other.rows > self.rows:
            raise UsageError(f"{other.rows} rows cannot be taken from {self.rows}")
        left = self.difference(other)
        if any(left.ledger.integers[i][i] < 0 for i in range(left.ledger.width)):
            raise UsageError("the rows to be taken away are not among the rows of these moments")
        return left

    def difference(self, other: Moments) -> Moments:
        """self − other, whether or not any rows have such sums."""
        return self._combined(other, -1)

    def _combined(self, other: Moments, sign: int) -> Moments:
        if (self.terms, self.target) != (other.terms, other.target):
            raise UsageError(
                f"moments of different columns: {', '.join((*self.terms, self.target))} and "
                f"{', '.join((*other.terms, other.target))}",
                "both must have the same features, in the same order, and the same target",
            )
        ledger = Ledger(list(self.ledger.exponents), [list(row) for row in self.ledger.integers])
        ledger.add(other.ledger, sign)
        return replace(
            self,
            rows=self.rows + sign * other.rows,
            ledger=ledger,
            rounding=tuple(max(a, b) for a, b in zip(self.rounding, other.rounding)),
            weighted=self.weighted or other.weighted,
            precision="exact" if self.precision == other.precision == "exact" else "fast",
            noise=_noise(self, other),
            log_weights=_log_weights(self, other, sign),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Moments):
            return NotImplemented
        same = (self.terms, self.target, self.rows) == (other.terms, other.target, other.rows)
        return same and all(
            self.exact(i, j) == other.exact(i, j) for i in range(self.ledger.width) for j in range(i + 1)
        )

    def __hash__(self) -> int:
        return hash((self.terms, self.target, self.rows))

    @property
    def integral(self) -> tuple[bool, ...]:
        """p + 1 marks of columns whose numbers carry no rounding error."""
        return tuple(unit == 0 for unit in self.rounding)

    def exact(self, i: int, j: int) -> Fraction:
        """Σ w z_i z_j, with z = (1, terms…, target)."""
        integer, exponent = self.ledger.value(i, j)
        return Fraction(integer) * Fraction(2) ** exponent

    def select(self, terms: Sequence[str]) -> Moments:
        """The moments of some of the terms: another model of the same rows, without reading them again."""
        terms = _names(terms)
        missing = [term for term in terms if term not in self.terms]
        if missing:
            raise UsageError(f"no term {missing[0]!r} in these moments", f"there are: {', '.join(self.terms)}")
        features = [self.terms.index(term) for term in terms]
        chosen = [0, *(i + 1 for i in features), len(self.terms) + 1]
        ledger = Ledger(
            [self.ledger.exponents[i] for i in chosen],
            [[self.ledger.integers[i][j] for j in chosen] for i in chosen],
        )
        rounding = (*(self.rounding[i] for i in features), self.rounding[-1])
        return replace(
            self, terms=tuple(terms), ledger=ledger, rounding=rounding, noise=self.noise and self.noise.select(chosen)
        )


def _log_weights(one: Moments, other: Moments, sign: int) -> int | None:
    if one.log_weights is None or other.log_weights is None:
        return None
    return one.log_weights + sign * other.log_weights


def _noise(one: Moments, other: Moments) -> Noise | None:
    """Of the sum: exact moments add none."""
    if one.precision == "exact" or other.precision == "exact":
        return other.noise if one.precision == "exact" else one.noise
    return None if one.noise is None or other.noise is None else one.noise + other.noise


def _roundings(X: object, count: int) -> list[float]:
    """Unit roundoff of each of the `count` columns of what `_columns` takes."""
    if isinstance(X, list) and len(X) == count and all(isinstance(c, np.ndarray | tuple) for c in X):
        return [_roundoff(column) for column in X]
    return [_roundoff(X)] * count


def _roundoff(column: object) -> float:
    if isinstance(column, np.ndarray) and column.dtype.kind == "f":
        return NARROW.get(column.dtype.itemsize, DOUBLE)
    return DOUBLE


def _names(terms: Any) -> tuple[str, ...]:
    """Names given as any iterable of texts, each once."""
    listed = isinstance(terms, Iterable) and not isinstance(terms, str | bytes) and getattr(terms, "ndim", 1) == 1
    names: tuple[Any, ...] = tuple(terms) if listed else ()
    some = names or (listed and hasattr(terms, "__len__"))  # [] asks for the intercept alone
    if not some or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise wrong("terms", "a list of different names", terms)
    return names


def _columns(X: object) -> tuple[list[Vector], dict[int, Vector]]:
    """Columns and low parts of X: an array (n, p) or (n,), or a list of columns and pairs."""
    if isinstance(X, list) and X and all(isinstance(c, np.ndarray | tuple) for c in X):
        pairs = [_pair(c) for c in X]
        return [v for v, _ in pairs], {i: low for i, (_, low) in enumerate(pairs) if low is not None}
    matrix = vector("X", X)
    if matrix.ndim == 1:
        matrix = matrix[:, None]
    if matrix.ndim != 2:
        raise UsageError(f"X must be (n, p) or (n,), not {matrix.shape}")
    return [matrix[:, j] for j in range(matrix.shape[1])], {}


def _pair(column: object) -> tuple[Vector, Vector | None]:
    if isinstance(column, tuple):
        if len(column) != 2:
            raise wrong("a pair", "(values, low)", column)
        values, low = column
        return vector("a column", values), vector("a low part", low)
    return vector("a column", column), None


def _check_lengths(columns: Sequence[Vector], lows: Mapping[int, Vector]) -> None:
    for column in (*columns, *lows.values()):
        if column.shape != columns[-1].shape or column.ndim != 1:
            raise UsageError(f"columns of different shapes: {column.shape} and y {columns[-1].shape}")

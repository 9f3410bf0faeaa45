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
from wxb.arguments import vector, wrong
from wxb.errors import NumericalError, UsageError
from wxb.i18n import _
from wxb.moments.collect import Collector
from wxb.moments.kernels import Kernel, choose
from wxb.moments.ledger import Ledger, fraction
from wxb.moments.noise import Noise
from wxb.numbers import numbered
from wxb.values import short

DOUBLE = 2.0**-53  # unit roundoff
NARROW = {2: 2.0**-11, 4: 2.0**-24}  # by the bytes of a float


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Exact moments of n rows of p terms and t targets, as a rule one.

    Attributes
    ----------
    terms : names of the p terms        targets : names of the t targets; `target` is the only one
    rows : n, rows of positive weight, each as often as it is counted
    ledger : exact Σ w z zᵀ, (1 + p + t, 1 + p + t), of z = (1, terms…, targets…)
    rounding : p + t (terms, then targets) unit roundoffs u: how far, relatively, a stored number may be from the one meant;
        0 where it is exact by type, 2^-53 of doubles, 2^-24 of float32
    weighted : whether any weight other than 1 was given
    precision : "exact", or "fast" when the sums were made in rounded float64
    log_weights : Σ log w in units of 2^-60 (`moments.log_weights`), 0 without weights; None where a file does not say
    noise : what fast sums may have lost; None where nothing is proven, and of exact sums, which lost nothing
    """

    terms: tuple[str, ...]
    targets: tuple[str, ...]
    rows: int
    ledger: Ledger
    rounding: tuple[float, ...]
    weighted: bool = False
    precision: str = "exact"
    noise: Noise | None = None
    log_weights: int | None = 0

    def __repr__(self) -> str:
        predicted = short(self.targets[0]) if len(self.targets) == 1 else numbered(len(self.targets), "target")
        what = f"{predicted} ~ {numbered(len(self.terms), 'term')}: {numbered(self.rows, 'row')}"
        return f"Moments({what}{', weighted' if self.weighted else ''}, {self.precision})"

    @classmethod
    def of(
        cls,
        X: ArrayLike | Sequence[object],
        y: ArrayLike | tuple[ArrayLike, ArrayLike],
        weights: ArrayLike | None = None,
        *,
        terms: Sequence[str] | None = None,
        target: str | Sequence[str] = "y",
        kernel: Kernel | None = None,
    ) -> Moments:
        """Moments of arrays: X (n, p) or (n,), y (n,), weights (n,) or None.

        With a list of t names for `target` y is an (n, t) array or a list of t columns, and the rows are read once for all of them.

        A column that one double cannot hold is a pair (values, low) of arrays whose unevaluated sum it is; then X is a
        list of columns, each an (n,) array or such a pair. Numbers must be finite. Columns of float32 and float16 are known to
        carry the rounding of their type, all others that of a double. The moments are the same bits whichever `kernel`
        adds them up; None takes the quickest there is.
        """
        if kernel is not None and not hasattr(kernel, "add_shifted"):
            raise wrong(_("kernel"), _("a Kernel of wxb.moments.kernels, or None"), kernel)
        columns, lows = _columns(X)
        targets, wanted = _targets(target, y)
        given = [_pair(column) for column in wanted]
        rounding = (*_roundings(X, len(columns)), *map(_roundoff, wanted))
        lows |= {len(columns) + i: low for i, (__, low) in enumerate(given) if low is not None}
        names = _names(terms) if terms is not None else tuple(f"x{i + 1}" for i in range(len(columns)))
        if len(names) != len(columns):
            raise UsageError(
                _("{count} names for {count2} columns", count=len(names), count2=len(columns)),
                _("give one name for each column"),
            )
        columns = [*columns, *(values for values, __ in given)]
        _check_lengths(columns, lows)
        w = None if weights is None else vector("weights", weights)
        if w is not None and (w.shape != columns[0].shape or not np.isfinite(w).all() or (w < 0).any()):
            raise UsageError(
                _("weights must be one finite number ≥ 0 for each row"),
                _("give one weight for each row, none of them negative"),
            )
        for column in (*columns, *lows.values()):
            if not np.isfinite(column).all():
                raise NumericalError(_("a column holds NaN or infinite values"), _("remove those rows first"))
        collector = Collector(len(columns), choose() if kernel is None else kernel)
        collector.add(columns, lows, w)
        return cls(
            names,
            targets,
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
            raise UsageError(
                _("{rows} rows cannot be taken from {rows2}", rows=other.rows, rows2=self.rows),
                _("give moments of rows that were added before"),
            )
        left = self.difference(other)
        if left.has_negative_squares():
            raise UsageError(
                _("the rows to be taken away are not among the rows of these moments"),
                _("take away rows that were added before"),
            )
        return left

    def has_negative_squares(self) -> bool:
        """Whether some Σ w z² is below 0, by more than rounded sums may have lost."""
        squares = [fraction(*self.ledger.value(i, i)) for i in range(self.ledger.width)]
        if self.precision == "exact" or all(square >= 0 for square in squares):
            return any(square < 0 for square in squares)
        slack = None if self.noise is None else self.noise.about((0.0,) * len(squares))
        return slack is not None and any(v < -(Fraction(s) ** 2) for v, s in zip(squares, slack))

    def difference(self, other: Moments) -> Moments:
        """self − other, whether or not any rows have such sums."""
        return self._combined(other, -1)

    def _combined(self, other: Moments, sign: int) -> Moments:
        if (self.terms, self.targets) != (other.terms, other.targets):
            raise UsageError(
                _(
                    "moments of different columns: {mine} and {others}",
                    mine=", ".join((*self.terms, *self.targets)),
                    others=", ".join((*other.terms, *other.targets)),
                ),
                _("both must have the same features, in the same order, and the same target"),
            )
        return replace(
            self,
            rows=self.rows + sign * other.rows,
            ledger=self.ledger.combined(other.ledger, sign),
            rounding=tuple(max(a, b) for a, b in zip(self.rounding, other.rounding)),
            weighted=self.weighted or other.weighted,
            precision="exact" if self.precision == other.precision == "exact" else "fast",
            noise=_noise(self, other),
            log_weights=_log_weights(self, other, sign),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Moments):
            return NotImplemented
        same = (self.terms, self.targets, self.rows) == (other.terms, other.targets, other.rows)
        return same and all(
            self.exact(i, j) == other.exact(i, j) for i in range(self.ledger.width) for j in range(i + 1)
        )

    def __hash__(self) -> int:
        return hash((self.terms, self.targets, self.rows))

    @property
    def target(self) -> str:
        """The name of the target, where there is one."""
        if len(self.targets) != 1:
            raise UsageError(
                _(
                    "these moments have {count} targets: {targets}",
                    count=len(self.targets),
                    targets=", ".join(self.targets),
                ),
                _("take those of one: moments.of_target(name)"),
            )
        return self.targets[0]

    @property
    def integral(self) -> tuple[bool, ...]:
        """p + t marks of columns whose numbers carry no rounding error."""
        return tuple(unit == 0 for unit in self.rounding)

    def exact(self, i: int, j: int) -> Fraction:
        """Σ w z_i z_j, with z = (1, terms…, targets…)."""
        return fraction(*self.ledger.value(i, j))

    def select(self, terms: Sequence[str]) -> Moments:
        """The moments of some of the terms: another model of the same rows, without reading them again."""
        terms = _names(terms)
        missing = [term for term in terms if term not in self.terms]
        if missing:
            raise UsageError(
                _("no term {missing!r} in these moments", missing=missing[0]),
                _("there are: {terms}", terms=", ".join(self.terms)),
            )
        chosen = [*(self.terms.index(term) for term in terms), *range(len(self.terms), len(self.rounding))]
        return self._of_columns(chosen, terms, self.targets)

    def of_target(self, target: str) -> Moments:
        """The moments of the terms and one of several targets: the bits of moments that had no other."""
        if target not in self.targets:
            raise UsageError(
                _("no target {target!r} in these moments", target=target),
                _("there are: {targets}", targets=", ".join(self.targets)),
            )
        place = len(self.terms) + self.targets.index(target)
        return self._of_columns([*range(len(self.terms)), place], self.terms, (target,))

    def _of_columns(self, columns: Sequence[int], terms: tuple[str, ...], targets: tuple[str, ...]) -> Moments:
        places = [0, *(column + 1 for column in columns)]
        return replace(
            self,
            terms=terms,
            targets=targets,
            ledger=self.ledger.part(places),
            rounding=tuple(self.rounding[i] for i in columns),
            noise=self.noise and self.noise.select(places),
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


def _targets(target: Any, y: Any) -> tuple[tuple[str, ...], list[Any]]:
    """Names and columns of the targets: of one by its name, of several by a list of them."""
    if isinstance(target, str):
        return (target,), [y]
    names = _names(target, "target", _("a name, or a list of different names"))
    columns = list((y if isinstance(y, np.ndarray) else vector("y", y)).T) if getattr(y, "ndim", 0) == 2 else list(y)
    if len(names) != len(columns) or not names:
        raise UsageError(
            _("{count} names for {count2} targets", count=len(names), count2=len(columns)),
            _("give y one column for each name"),
        )
    return names, columns


def _names(terms: Any, what: str = "terms", wanted: str = "") -> tuple[str, ...]:
    """Names given as any iterable of texts, each once."""
    listed = isinstance(terms, Iterable) and not isinstance(terms, str | bytes) and getattr(terms, "ndim", 1) == 1
    names: tuple[Any, ...] = tuple(terms) if listed else ()
    some = names or (listed and hasattr(terms, "__len__"))  # [] asks for the intercept alone
    if not some or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise wrong(what, wanted or _("a list of different names"), terms)
    return names


def _columns(X: object) -> tuple[list[Vector], dict[int, Vector]]:
    """Columns and low parts of X: an array (n, p) or (n,), or a list of columns and pairs."""
    if isinstance(X, list) and X and all(isinstance(c, np.ndarray | tuple) for c in X):
        pairs = [_pair(c) for c in X]
        return [v for v, __ in pairs], {i: low for i, (__, low) in enumerate(pairs) if low is not None}
    matrix = vector("X", X)
    if matrix.ndim == 1:
        matrix = matrix[:, None]
    if matrix.ndim != 2:
        raise UsageError(
            _("X must be (n, p) or (n,), not {shape}", shape=matrix.shape),
            _("give a matrix with a row for each observation, or one column"),
        )
    return [matrix[:, j] for j in range(matrix.shape[1])], {}


def _pair(column: object) -> tuple[Vector, Vector | None]:
    if isinstance(column, tuple):
        if len(column) != 2:
            raise wrong(_("a pair"), _("(values, low)"), column)
        values, low = column
        return vector(_("a column"), values), vector(_("a low part"), low)
    return vector(_("a column"), column), None


def _check_lengths(columns: Sequence[Vector], lows: Mapping[int, Vector]) -> None:
    for column in (*columns, *lows.values()):
        if column.shape != columns[-1].shape or column.ndim != 1:
            raise UsageError(
                _("columns of different shapes: {shape} and y {shape2}", shape=column.shape, shape2=columns[-1].shape),
                _("give columns of one length"),
            )

"""What a given line costs: each row's prediction and error, and their mean square.

    ŷ = line(x),   error = y − ŷ,   cost = (1/n) Σ error²        in pairs of doubles, so that a line that fits costs what it costs

For y = 13x + 1 and x = 4, y = 42 the error is 42 − 53 = −11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import frexp, fsum, ldexp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.arguments import instance
from wxb.data import open_table
from wxb.data.block import Column
from wxb.data.layout import plain_source
from wxb.data.reading import Read
from wxb.data.selection import Selection
from wxb.errors import DataError, NumericalError, UsageError
from wxb.expression import Program, evaluate_expression, parse
from wxb.i18n import _
from wxb.model.pair_numbers import PairNumbers, of_function
from wxb.numbers import number, numbered
from wxb.predict.evaluate import whole_column
from wxb.values import Shown, Value, short, still

SAFE_EXPONENT = 480  # squares of numbers up to 2^480 may be added as they are
TABLE_ROWS = 10_000  # rows whose predictions and errors are kept

FUNCTIONS = {
    name: getattr(np, name)
    for name in ("sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "abs", "tanh")
}


@dataclass(frozen=True, slots=True, eq=False)
class LineCost(Value, Shown):
    """The cost of a given line.

    line, target : as given        n : rows        cost : mean squared error        mean_absolute : mean of |error|
    columns : {name: (m,)} of the columns the line uses; actual, predicted, error : (m,) of the first m rows,
        integers beyond 2^53 as Python's
    """

    line: str
    target: str
    n: int
    cost: float
    mean_absolute: float
    columns: Mapping[str, NDArray[Any]]
    actual: NDArray[Any]
    predicted: Vector
    error: Vector
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        Value.__post_init__(self)
        for column in self.columns.values():
            still(column)

    def __repr__(self) -> str:
        what = f"{short(self.target)} = {short(self.line, 40)}: cost {number(self.cost)}"
        return f"LineCost({what}, mean |error| {number(self.mean_absolute)}, {numbered(self.n, 'row')})"


def cost_of(data: Any, target: str | None, line: str, *, missing: str = "error") -> LineCost:
    """The cost of a line such as "13*hours + 1", an expression in the names of columns, on all rows of `data`."""
    program = parse(line)
    if len(program.statements) != 1:
        raise UsageError(_("a line is one expression in the names of columns"), _('for example "13*hours + 1"'))
    if target is not None:
        instance("target", target, str, _("the name of a column"))
    table = open_table(data)
    target = target if target is not None else (table.columns[-1] if isinstance(plain_source(data), tuple) else None)
    if target is None:
        raise UsageError(
            _("which column of {name} is the target?", name=table.name),
            _("columns: {columns}", columns=", ".join(table.columns[:20])),
        )
    names = list(program.names)
    scan = table.scan(Selection(target=target, features=names, missing=missing))
    kept: list[tuple[list[NDArray[Any]], NDArray[Any], Vector, Vector]] = []
    sums, n = _Sums(), 0
    read = Read(scan.blocks())
    for block in read:
        assert block.target is not None
        columns = [c.values for c in block.features]
        actual = np.asarray(block.target.values)
        with np.errstate(all="ignore"):
            found = _evaluated(program, dict(zip(names, block.features)))
            predicted = np.broadcast_to(found.high, actual.shape)
            _check_finite(predicted, columns, names, block.row_numbers(), scan.source, line)
            error = np.broadcast_to((_pairs(block.target) - found).high, actual.shape)
        sums.add(error)
        if n < TABLE_ROWS:
            shown = [whole_column(column.values, column.low) for column in block.features]
            kept.append((shown, whole_column(actual, block.target.low), predicted, error))
        n += len(actual)
    if n == 0:
        raise DataError(_("{source} has no data rows", source=scan.source), _("give a table with rows"))
    actual, predicted, error = (np.concatenate([k[i] for k in kept])[:TABLE_ROWS] for i in (1, 2, 3))
    used = {name: np.concatenate([k[0][i] for k in kept])[:TABLE_ROWS] for i, name in enumerate(names)}
    cost, size = sums.means(n)
    return LineCost(line, target, n, cost, size, used, actual, predicted, error, read.reading.notes)


def _evaluated(program: Program, columns: Mapping[str, Column]) -> PairNumbers:
    """The line on whole columns, in pairs of doubles."""
    functions = {name: of_function(function) for name, function in FUNCTIONS.items()}
    environment = {name: _pairs(column) for name, column in columns.items()}
    return evaluate_expression(
        program.statements[0].expression,
        environment,
        functions,
        text=program.text,
        number=lambda part: PairNumbers.of_text(part.text, part.value),
    )


def _pairs(column: Column) -> PairNumbers:
    return PairNumbers(column.values, 0.0 if column.low is None else column.low)


class _Sums:
    """Sums of error² and |error|, in units of a power of two where squares would leave the range."""

    def __init__(self) -> None:
        self.squares: list[float] = []
        self.sizes: list[float] = []
        self.unit = 0

    def add(self, error: Vector) -> None:
        size = np.abs(error)
        most = frexp(float(size.max(initial=0.0)))[1]
        unit = most if abs(most) > SAFE_EXPONENT else 0
        if unit > self.unit or (unit < 0 and not any(self.squares)):
            self.squares = [ldexp(s, 2 * (self.unit - unit)) for s in self.squares]
            self.sizes = [ldexp(s, self.unit - unit) for s in self.sizes]
            self.unit = unit
        size = np.ldexp(size, -self.unit)
        self.squares.append(fsum((size * size).tolist()))
        self.sizes.append(fsum(size.tolist()))

    def means(self, n: int) -> tuple[float, float]:
        try:
            return ldexp(fsum(self.squares) / n, 2 * self.unit), ldexp(fsum(self.sizes) / n, self.unit)
        except OverflowError:
            raise NumericalError(
                _("the errors are too large: the mean of their squares is beyond the range of a float64"),
                _("divide the target by a power of ten: squares of numbers from 1e154 on are no float64"),
            ) from None


def _check_finite(
    predicted: Vector, columns: list[Vector], names: list[str], rows: NDArray[np.int64], source: str, line: str
) -> None:
    bad = np.flatnonzero(~np.isfinite(predicted))
    if len(bad):
        at = ", ".join(f"{name} = {column[bad[0]]:g}" for name, column in zip(names, columns))
        raise NumericalError(
            _(
                "{source}, data row {rows}: the line {line} has no finite value at {at}",
                source=source,
                rows=rows[bad[0]] + 1,
                line=line,
                at=at,
            ),
            _("use a line that is defined for every row"),
        )

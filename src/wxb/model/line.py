"""What a given line costs: each row's prediction and error, and their mean square.

    ŷ = line(x),   error = y − ŷ,   cost = (1/n) Σ error²

For y = 13x + 1 and x = 4, y = 42 the error is 42 − 53 = −11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb.arguments import instance
from wxb.data import open_table
from wxb.data.layout import plain_source
from wxb.errors import DataError, NumericalError, UsageError
from wxb.expression import evaluate, parse

Vector = NDArray[np.float64]

TABLE_ROWS = 10_000  # rows whose predictions and errors are kept

FUNCTIONS = {
    name: getattr(np, name)
    for name in ("sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "abs", "tanh")
}


@dataclass(frozen=True, slots=True, eq=False)
class LineCost:
    """The cost of a given line.

    line, target : as given        n : rows        cost : mean squared error        mean_absolute : mean of |error|
    columns : {name: (m,)} of the columns the line uses; actual, predicted, error : (m,) of the first m rows
    """

    line: str
    target: str
    n: int
    cost: float
    mean_absolute: float
    columns: Mapping[str, Vector]
    actual: Vector
    predicted: Vector
    error: Vector
    notes: tuple[str, ...] = ()


def cost_of(data: Any, target: str | None, line: str, *, missing: str = "error") -> LineCost:
    """The cost of a line such as "13*hours + 1", an expression in the names of columns, on all rows of `data`."""
    program = parse(line)
    if len(program.statements) != 1:
        raise UsageError("a line is one expression in the names of columns", 'for example "13*hours + 1"')
    if target is not None:
        instance("target", target, str, "the name of a column")
    table = open_table(data)
    target = target if target is not None else (table.columns[-1] if isinstance(plain_source(data), tuple) else None)
    if target is None:
        raise UsageError(f"which column of {table.name} is the target?", f"columns: {', '.join(table.columns[:20])}")
    unknown = [name for name in program.names if name not in table.columns]
    if unknown:
        raise DataError(
            f"{table.name} has no column {unknown[0]!r}, which the line uses",
            f"columns: {', '.join(table.columns[:20])}",
        )
    names = list(program.names)
    scan = table.scan(target=target, features=names, missing=missing)
    kept: list[tuple[list[Vector], Vector, Vector]] = []
    squares, sizes, n = [], [], 0
    for block in scan.blocks():
        assert block.target is not None
        columns = [c.values if c.low is None else c.values + c.low for c in block.features]
        actual = np.asarray(block.target.values)
        with np.errstate(all="ignore"):
            values = list(evaluate(program, dict(zip(names, columns)), FUNCTIONS).values())[-1]
        predicted = np.broadcast_to(np.asarray(values, dtype=np.float64), actual.shape)
        _check_finite(predicted, columns, names, block.row_numbers(), scan.source, line)
        error = actual - predicted
        squares.append(fsum((error * error).tolist()))
        sizes.append(fsum(np.abs(error).tolist()))
        if n < TABLE_ROWS:
            kept.append((columns, actual, predicted))
        n += len(actual)
    if n == 0:
        raise DataError(f"{scan.source} has no data rows")
    actual = np.concatenate([a for _, a, _ in kept])[:TABLE_ROWS]
    predicted = np.concatenate([p for _, _, p in kept])[:TABLE_ROWS]
    shown = {name: np.concatenate([c[i] for c, _, _ in kept])[:TABLE_ROWS] for i, name in enumerate(names)}
    return LineCost(
        line,
        target,
        n,
        fsum(squares) / n,
        fsum(sizes) / n,
        shown,
        actual,
        predicted,
        actual - predicted,
        tuple(scan.notes),
    )


def _check_finite(
    predicted: Vector, columns: list[Vector], names: list[str], rows: NDArray[np.int64], source: str, line: str
) -> None:
    bad = np.flatnonzero(~np.isfinite(predicted))
    if len(bad):
        at = ", ".join(f"{name} = {column[bad[0]]:g}" for name, column in zip(names, columns))
        raise NumericalError(
            f"{source}, data row {rows[bad[0]] + 1}: the line {line} has no finite value at {at}",
            "use a line that is defined for every row",
        )

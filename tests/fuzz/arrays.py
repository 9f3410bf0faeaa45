"""Arrays of odd kinds, shapes and layouts; numbers of hard scales, judged by rational arithmetic."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from drawn import Made
from oracle import check_fit

import wxb

DTYPES = (
    "f8",
    "f8",
    "f8",
    "f4",
    "f2",
    "i8",
    "i4",
    "u1",
    "u8",
    ">f8",
    ">i4",
    "?",
    "g",
    "O",
    "U6",
    "S3",
    "M8[D]",
    "M8[ns]",
    "m8[s]",
    "c16",
    "V4",
)
SPECIAL = (0.0, -0.0, 1.0, np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 1e-310, 2.0**53, 2.0**63, 1e15 + 0.5)


def _array(random: Random, shape: tuple[int, ...]) -> Any:
    """An array of an odd kind, laid out oddly."""
    size = int(np.prod(shape))
    dtype = np.dtype(random.choice(DTYPES) if random.random() < 0.5 else "f8")
    scale = 10.0 ** random.choice((0, 0, 0, 0, 3, -3, 6, 100, 150, -150, 300))
    values = np.array([random.gauss(0, 1) * scale for _ in range(size)])
    if random.random() < 0.15:
        for _ in range(random.randrange(1, 3)):
            if size:
                values[random.randrange(size)] = random.choice(SPECIAL)
    if dtype.kind in "iuMm":
        values = np.array([random.randrange(0, random.choice((2, 10, 100))) for _ in range(size)], dtype=float)
    try:
        with np.errstate(all="ignore"):
            array = values.astype(dtype) if dtype.kind != "V" else np.zeros(size, dtype)
    except (TypeError, ValueError, OverflowError):
        array = values
    array = array.reshape(shape)
    match random.randrange(9):
        case 0:
            array = np.asfortranarray(array)
        case 1 if array.ndim:
            array = array[::-1]
        case 2 if array.ndim and array.dtype.kind != "O":
            packed = np.zeros(array.shape, np.dtype([("pad", "i1"), ("v", array.dtype)]))
            packed["v"] = array
            array = packed["v"]
        case 3:
            array = array.view()
            array.flags.writeable = False
        case 4 if array.ndim:
            array = np.broadcast_to(array[:1], array.shape)
        case 5:
            return array.tolist()
        case 6 if array.dtype.kind == "f":
            return (
                np.ma.masked_array(array, mask=[random.random() < 0.2 for _ in range(size)])
                if array.ndim == 1
                else array
            )
        case _:
            pass
    return array


def arrays(random: Random, _folder: Path) -> Made:
    """(X, y), (X, y, w) or a dict of arrays of odd kinds and shapes."""
    n = random.choice((0, 1, 2, 3, 4, 5, 6, 8, 8, 8))
    p = random.choice((0, 1, 1, 1, 2, 2, 3))
    m = n if random.random() < 0.9 else n + 1
    X = _array(random, random.choice(((n, p), (n, p), (n, p), (n,), (n, p, 1), ())))
    y = _array(random, random.choice(((m,), (m,), (m,), (m, 1), (1, m), ())))
    w = _array(random, (n,)) if random.random() < 0.2 else None
    form = random.randrange(3)
    source: Any = (
        (X, y)
        if form
        else {"x": X if np.ndim(X) < 2 else _array(random, (n,)), "y": y, **({} if w is None else {"w": w})}
    )
    if form == 2 and w is not None:
        source = (X, y, w)
    options: dict[str, Any] = random.choice(
        ({}, {}, {}, {"missing": "drop"}, {"precision": "fast"}, {"intercept": False}, {"folds": 2}, {"test": 0.3})
    )
    if form == 0:
        options = {**options, "target": "y", **({} if w is None else {"weights": "w"})}
    elif form == 1 and w is not None:
        options = {**options, "weights": w}

    def call() -> None:
        model = wxb.fit(source, **options)
        if random.random() < 0.4:
            str(model)
        if random.random() < 0.3:
            model.predict(X if form else {"x": source["x"]})

    return call, f"{options} {source!r}"


def arrays_right(random: Random, _folder: Path) -> Made:
    """Numbers of hard scales: the coefficients and errors are those of rational arithmetic."""
    n, p = random.randrange(3, 8), random.randrange(1, 4)
    columns = []
    for _ in range(p + 1):
        scale, offset = 2.0 ** random.choice((0, 0, 10, -10, 30, 200, -200)), random.choice((0.0, 0.0, 1e3, 1e9, -1e15))
        column = np.array(
            [
                random.choice((random.gauss(0, 1), random.randrange(-9, 10), 0.1 * random.randrange(99)))
                for _ in range(n)
            ]
        )
        columns.append((column + offset) * scale)
    if p > 1 and random.random() < 0.3:
        columns[1] = columns[0] + columns[1] * 1e-9
    data = np.column_stack(columns)
    weights = (
        np.array([random.choice((1.0, 2.0, 0.5, 3.7, 0.0, 1e-3)) for _ in range(n)]) if random.random() < 0.3 else None
    )
    intercept, precision = random.random() < 0.8, "exact" if random.random() < 0.75 else "fast"

    def call() -> None:
        X, y = data[:, :-1], data[:, -1]
        model = wxb.fit((X, y), weights=weights, intercept=intercept, precision=precision)
        rows = [[Fraction(value) for value in row] for row in X.tolist()]
        w = None if weights is None else [Fraction(value) for value in weights.tolist()]
        check_fit(model, rows, [Fraction(value) for value in y.tolist()], w, intercept)

    return call, f"intercept={intercept} {precision} weights={weights!r} {data.tolist()!r}"

"""The peers sets as numbers: every column but the target a feature, text columns as dummies, complete rows only."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent.parent / "reference" / "peers"
TARGETS = {
    "PlantGrowth": "weight",
    "ToothGrowth": "len",
    "airquality": "Ozone",
    "anscombe": "y1",
    "cars": "dist",
    "diabetes": "target",
    "faithful": "eruptions",
    "iris": "Sepal.Length",
    "longley": "Employed",
    "mtcars": "mpg",
    "stackloss": "stack.loss",
    "swiss": "Fertility",
    "trees": "Volume",
    "warpbreaks": "breaks",
    "women": "weight",
}
LABELS = {"model", "province"}


def arrays(name: str) -> tuple[NDArray, NDArray, tuple[str, ...]]:
    """X (n, p) standardised, y (n,), and the terms."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if all(value not in ("", "NA") for value in row.values())]
    y = np.array([float(row[TARGETS[name]]) for row in rows])
    columns: dict[str, list[float]] = {}
    for column in rows[0]:
        if column in LABELS or column == TARGETS[name]:
            continue
        values = [row[column] for row in rows]
        try:
            columns[column] = [float(value) for value in values]
        except ValueError:
            for level in sorted(set(values))[1:]:
                columns[f"{column}[{level}]"] = [float(value == level) for value in values]
    X = np.array(list(columns.values())).T
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    return X, y, tuple(columns)

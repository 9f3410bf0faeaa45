"""The eleven NIST StRD sets: the data, the certified values, and the fit by rational arithmetic."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path

import numpy as np

import wxb
from support import rational

FOLDER = Path(__file__).parent.parent / "reference" / "nist"
CERTIFIED = json.loads((FOLDER / "certified.json").read_text())["datasets"]
NAMES = tuple(CERTIFIED)
POLYNOMIAL = tuple(name for name in NAMES if (CERTIFIED[name]["polynomial_degree"] or 0) > 1)
EXACT_FITS = ("Wampler1", "Wampler2")  # the certified residual sum of squares is 0


def load(name: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    with (FOLDER / f"{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {k: np.array([float(row[k]) for row in rows]) for k in CERTIFIED[name]["predictors"]}
    degree = CERTIFIED[name]["polynomial_degree"] or 0
    if degree > 1:
        columns = {f"x{k}": columns["x"] ** k for k in range(1, degree + 1)}
    return columns, np.array([float(row["y"]) for row in rows])


def fitted(name: str) -> wxb.Model:
    columns, y = load(name)
    return wxb.fit({**columns, "y": y}, target="y", intercept=CERTIFIED[name]["intercept"])


def exact(name: str) -> rational.Fit:
    columns, y = load(name)
    return rational.Fit(list(columns.values()), y, CERTIFIED[name]["intercept"])


def estimates(name: str) -> list[Fraction]:
    return [Fraction(c["estimate"]) for c in CERTIFIED[name]["coefficients"]]


def standard_errors(name: str) -> list[Fraction]:
    return [Fraction(c["sd"]) for c in CERTIFIED[name]["coefficients"]]

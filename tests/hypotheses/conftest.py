from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import wxb

CARS = Path(__file__).parent.parent / "reference" / "peers" / "cars.csv"


@pytest.fixture(scope="session")
def cars_table() -> dict[str, np.ndarray]:
    with CARS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in ("speed", "dist")}


@pytest.fixture(scope="session")
def cars(cars_table) -> wxb.Model:
    return wxb.fit(cars_table, "dist")

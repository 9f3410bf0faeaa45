"""The tables that are measured on: made once from a seed, kept under bench/data/ (not in the repository), reused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent / "data"
NAMES = tuple(f"x{j}" for j in range(10))
GROUP_ROWS = 500_000


def arrays(rows: int, width: int, seed: int = 1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """X (rows, width) standard normal, y = Xβ + 1 + noise."""
    random = np.random.default_rng(seed)
    X = random.standard_normal((rows, width))
    y = X @ np.arange(1, width + 1) / width + 1
    y += random.standard_normal(rows)
    return X, y


def parquet(rows: int) -> Path:
    """A Parquet file of ten features and y, in row groups of half a million rows."""
    path = FOLDER / f"{rows}x10.parquet"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        temporary = path.with_suffix(".tmp")
        schema = pa.schema([(name, pa.float64()) for name in (*NAMES, "y")])
        with pq.ParquetWriter(temporary, schema, use_dictionary=False) as writer:
            for i, start in enumerate(range(0, rows, GROUP_ROWS)):
                X, y = arrays(min(GROUP_ROWS, rows - start), 10, seed=i)
                writer.write_table(pa.table([*X.T, y], schema=schema))
        temporary.rename(path)
    return path


def csv(rows: int) -> Path:
    """A CSV file of ten features and y, each number with all its digits."""
    path = FOLDER / f"{rows}x10.csv"
    if not path.exists():
        import polars as pl

        FOLDER.mkdir(exist_ok=True)
        X, y = arrays(rows, 10)
        temporary = path.with_suffix(".tmp")
        pl.DataFrame({**dict(zip(NAMES, X.T)), "y": y}).write_csv(temporary)
        temporary.rename(path)
    return path

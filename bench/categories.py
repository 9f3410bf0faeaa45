"""A category of a thousand levels, `y ~ x + z + C(school)`, beside pyfixest absorbing it and glum; two of many thousands.

    python bench/categories.py [ROWS] [--two]

Each is measured in turn in one process, the best of five; peers are left out where they are not installed. wxb gives the errors of
every level, pyfixest those of x and z, glum none. --two: categories of 100 000 and 5000 levels, with errors of all coefficients.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

import wxb

LEVELS = 1000


def data_of(rows: int, *levels: int) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    x, z = rng.standard_normal(rows), rng.standard_normal(rows)
    columns: dict[str, Any] = {"x": x, "z": z}
    y = 2 * x - z + rng.standard_normal(rows)
    for name, count in zip(("school", "year"), levels):
        codes = rng.integers(0, count, rows)
        y += np.sin(codes)
        columns[name] = pd.Categorical.from_codes(codes, [f"{name[0]}{i:06d}" for i in range(count)])
    return pd.DataFrame({"y": y} | columns)


def best(work: Callable[[], Any], times: int = 5) -> float:
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def peak() -> float:
    """MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(data: pd.DataFrame) -> wxb.Model:
    model = wxb.fit(data, formula=f"y ~ x + z + {' + '.join(f'C({name})' for name in data.columns[3:])}")
    assert np.isfinite(model.inference.se).all()
    return model


def one(rows: int) -> None:
    data = data_of(rows, LEVELS)
    before = peak()
    took = best(lambda: ours(data))
    print(f"wxb, all {LEVELS + 2} errors: {took:.3f} s, peak {peak() - before:.0f} MB over the data")
    with suppress(ImportError):
        import pyfixest

        theirs = best(lambda: pyfixest.feols("y ~ x + z | school", data))
        print(f"pyfixest, absorbed: {theirs:.3f} s; wxb takes {took / theirs:.3f} of it")
    with suppress(ImportError):
        import glum

        target, rest = data["y"], data[["x", "z", "school"]]
        work = glum.GeneralizedLinearRegressor(family="normal", alpha=0, drop_first=True)
        theirs = best(lambda: work.fit(rest, target), 3)
        print(f"glum, without errors: {theirs:.3f} s; wxb takes {took / theirs:.3f} of it")


def two(rows: int) -> None:
    data = data_of(rows, 100_000, 5000)
    start = time.perf_counter()
    model = ours(data)
    print(
        f"{len(model.solution.names)} coefficients with errors: {time.perf_counter() - start:.1f} s, peak {peak():.0f} MB in all"
    )
    print("\n".join(model.notes))


if __name__ == "__main__":
    rows = int(next((word for word in sys.argv[1:] if word.isdigit()), 2_000_000))
    (two if "--two" in sys.argv else one)(rows)

"""Clustered errors beside what people use: ratios of wall and of CPU time, measured in turn in one run.

    python bench/clusters.py [--quick] [--rounds 3] [--clusters 1000]

Wants statsmodels, pyfixest; those that are not there are left out and named. `--quick` takes 100 000 rows instead of two million.
CPU time counts every thread, so a machine that is shared does not change it much.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from measure import Bar, Times, in_turn, table
from tables import NAMES, arrays

import wxb

WXB = "wxb"


class Metered:
    """A function, and the CPU seconds of each of its runs, that to warm up first."""

    def __init__(self, function: Callable[[], object]) -> None:
        self.function, self.seconds = function, list[float]()

    def __call__(self) -> None:
        began = time.process_time()
        self.function()
        self.seconds.append(time.process_time() - began)


def data(rows: int, clusters: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Ten terms, and an error that the rows of a cluster share."""
    X, y = arrays(rows, 10)
    random = np.random.default_rng(2)
    firm = random.integers(0, clusters, rows)
    y += random.standard_normal(clusters)[firm]
    return X, y, firm, {**{name: np.ascontiguousarray(X[:, j]) for j, name in enumerate(NAMES)}, "y": y, "firm": firm}


def contestants(rows: int, clusters: int) -> tuple[dict[str, Metered], list[Bar]]:
    X, y, firm, columns = data(rows, clusters)
    found = {WXB: Metered(lambda: wxb.fit(columns, "y", features=list(NAMES), se="cluster:firm").inference.se)}
    bars = []
    if find_spec("statsmodels"):
        import statsmodels.api as sm

        options = {"cov_type": "cluster", "cov_kwds": {"groups": firm}}
        found["statsmodels"] = Metered(lambda: sm.OLS(y, sm.add_constant(X)).fit(**options).bse)
        bars.append(Bar(WXB, "statsmodels", 0.06))
    if find_spec("pyfixest"):
        import pandas
        import pyfixest

        frame, formula = pandas.DataFrame(columns), "y ~ " + " + ".join(NAMES)
        found["pyfixest"] = Metered(lambda: pyfixest.feols(formula, frame, vcov={"CRV1": "firm"}).se())
        bars.append(Bar(WXB, "pyfixest", 0.1))
    return found, bars


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clusters", type=int, default=1000)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    missing = [name for name in ("statsmodels", "pyfixest") if find_spec(name) is None]
    if missing:
        print(f"not installed, left out: {', '.join(missing)}", file=sys.stderr)
    rows = 100_000 if asked.quick else 2_000_000
    found, bars = contestants(rows, asked.clusters)
    title = f"CR1 of {asked.clusters:,} clusters with the fit, {rows:,} × 10 in memory"
    print(table(f"{title}, wall", in_turn(found, asked.rounds), bars), flush=True)
    runs = {name: one.seconds[1:] for name, one in found.items()}
    print(table(f"{title}, CPU", Times({name: statistics.median(one) for name, one in runs.items()}, runs, {}), bars))


if __name__ == "__main__":
    main()

"""Errors of the rows and diagnostics beside what people use: ratios, measured in turn in one run.

    python bench/robust.py [--quick] [--only NAME …] [--rounds 3]

Names: hc, diagnostics, hac, parquet. Wants statsmodels, pyfixest; those that are not there are left out and named. `--quick`
takes 100 000 rows instead of two million.
"""

from __future__ import annotations

import argparse
import resource
import sys
import warnings
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from measure import Bar, in_turn, table
from tables import NAMES, arrays

import wxb

Contestants = dict[str, Callable[[], object]]
WXB = "wxb"


def data(rows: int) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Ten terms, and errors that grow with the first."""
    X, y = arrays(rows, 10)
    y += np.random.default_rng(2).standard_normal(rows) * np.abs(X[:, 0])
    return X, y, {**{name: np.ascontiguousarray(X[:, j]) for j, name in enumerate(NAMES)}, "y": y}


def statsmodels(X: np.ndarray, y: np.ndarray, kind: str, **options: object) -> Callable[[], object]:
    import statsmodels.api as sm

    return lambda: sm.OLS(y, sm.add_constant(X)).fit(cov_type=kind, **options).bse


def hc(rows: int, rounds: int) -> str:
    X, y, columns = data(rows)
    contestants: Contestants = {WXB: lambda: wxb.fit(columns, "y", se="HC1").inference.se}
    contestants["wxb, classical"] = lambda: wxb.fit(columns, "y").inference.se
    bars = []
    if find_spec("statsmodels"):
        contestants["statsmodels HC1"] = statsmodels(X, y, "HC1")
        bars.append(Bar(WXB, "statsmodels HC1", 0.07))
    if find_spec("pyfixest"):
        import pandas
        import pyfixest

        frame = pandas.DataFrame(columns)
        formula = "y ~ " + " + ".join(NAMES)
        contestants["pyfixest hetero"] = lambda: pyfixest.feols(formula, frame, vcov="hetero").se()
        bars.append(Bar(WXB, "pyfixest hetero", 0.15))
    return table(f"HC1 with the fit, {rows:,} × 10 in memory", in_turn(contestants, rounds), bars)


def diagnostics(rows: int, rounds: int) -> str:
    X, y, columns = data(rows)
    model = wxb.fit(columns, "y")

    def whole(**more: object) -> None:
        for kind in ("HC0", "HC1", "HC2", "HC3"):
            model.with_se(kind, columns)
        model.diagnose(columns, **more)

    contestants: Contestants = {
        WXB: lambda: model.diagnose(columns),
        "wxb, with White and Q–Q": lambda: model.diagnose(columns, white=True, qq=99),
        "wxb, HC0 to HC3 one after the other, too": whole,
    }
    bars = []
    if find_spec("statsmodels"):
        contestants["statsmodels HC3 alone"] = statsmodels(X, y, "HC3")
        bars = [Bar(WXB, "statsmodels HC3 alone", 0.08), Bar("wxb, with White and Q–Q", "statsmodels HC3 alone", 0.3)]
    return table(f"Diagnostics of a fit, {rows:,} × 10 in memory", in_turn(contestants, rounds), bars)


def hac(rows: int, rounds: int) -> str:
    X, y, columns = data(rows)
    contestants: Contestants = {WXB: lambda: wxb.fit(columns, "y", se="HAC:4").inference.se}
    if find_spec("statsmodels"):
        options = {"cov_kwds": {"maxlags": 4, "use_correction": True}}
        contestants["statsmodels HAC"] = statsmodels(X, y, "HAC", **options)
    return table(f"HAC with 4 lags, {rows:,} × 10 in memory", in_turn(contestants, rounds))


def peak() -> str:
    return f"peak of this process so far {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def parquet_file(rows: int, rounds: int) -> str:
    from tables import parquet

    path = parquet(10 * rows)
    contestants: Contestants = {
        WXB: lambda: wxb.fit(path, "y", se="HC1").inference.se,
        "wxb, classical": lambda: wxb.fit(path, "y").inference.se,
    }
    times = in_turn(contestants, min(rounds, 2))
    return table(f"HC1, Parquet {10 * rows:,} × 10", times, [Bar(WXB, "wxb, classical", 2.2)]) + f"- {peak()}\n"


RUNS = {"parquet": parquet_file, "hc": hc, "diagnostics": diagnostics, "hac": hac}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=RUNS, default=[*RUNS])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    missing = [name for name in ("statsmodels", "pyfixest") if find_spec(name) is None]
    if missing:
        print(f"not installed, left out: {', '.join(missing)}", file=sys.stderr)
    for name in asked.only:
        print(RUNS[name](100_000 if asked.quick else 2_000_000, asked.rounds), flush=True)


if __name__ == "__main__":
    main()

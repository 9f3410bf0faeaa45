"""How fast, beside what people use today: every figure a ratio, measured in turn in one run, medians of five or more.

    python bench/speed.py [--quick] [--only NAME …] [--rounds 5] [--write FILE]

Names: memory, pieces, wide, fast, parquet, csv, descent, groups, small. `--quick` takes tables about twenty times smaller, to see
that it runs; its ratios mean nothing. Peers that are not installed are left out and named.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from measure import Bar, Times, in_children, in_turn, table, verdict
from numpy.typing import NDArray
from tables import NAMES, arrays, csv, parquet

import wxb

Array = NDArray[np.float64]
Contestants = dict[str, Callable[[], object]]
PEERS = (
    "scikit-learn",
    "statsmodels",
    "polars-ols",
    "polars",
    "pyfixest",
    "glum",
    "torch",
    "duckdb",
    "pyarrow",
    "numpy",
)
MODULES = {"scikit-learn": "sklearn", "polars-ols": "polars_ols"}
WXB, FAST, MEMORY = "wxb", 'wxb, precision="fast"', "read the memory once (2 threads)"


def installed(package: str) -> bool:
    return find_spec(MODULES.get(package, package)) is not None


def read_once(X: Array, y: Array) -> Callable[[], object]:
    """Sum every number, half on each of two threads: what the memory allows."""
    halves = [X[: len(X) // 2], X[len(X) // 2 :]]

    def read() -> float:
        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(lambda part: float(part.sum()), halves)) + float(y.sum())

    return read


def ours(X: Array, y: Array, **options: object) -> Callable[[], object]:
    """Coefficients and standard errors."""
    return lambda: wxb.fit((X, y), **options).inference.se


def peers_in_memory(X: Array, y: Array) -> Contestants:
    """Each peer on the form of data it likes best, made before the clock starts."""
    found: Contestants = {}
    if installed("scikit-learn"):
        from sklearn.linear_model import LinearRegression

        found["scikit-learn LinearRegression"] = lambda: LinearRegression().fit(X, y)
    if installed("statsmodels"):
        import statsmodels.api as sm

        found["statsmodels OLS"] = lambda: sm.OLS(y, sm.add_constant(X)).fit().bse
    if installed("polars-ols"):
        import polars as pl
        import polars_ols  # noqa: F401 (registers the namespace least_squares)

        frame = pl.DataFrame({**dict(zip(NAMES, X.T)), "y": y})
        expression = pl.col("y").least_squares.ols(  # pyright: ignore[reportAttributeAccessIssue]
            *(pl.col(name) for name in NAMES), mode="coefficients", add_intercept=True
        )
        found["polars-ols"] = lambda: frame.select(expression)
    if installed("pyfixest"):
        import pandas as pd
        import pyfixest

        data = pd.DataFrame({**dict(zip(NAMES, X.T)), "y": y})
        formula = f"y ~ {' + '.join(NAMES)}"
        found["pyfixest feols"] = lambda: pyfixest.feols(formula, data, vcov="iid").se()
    if installed("glum"):
        from glum import GeneralizedLinearRegressor

        found["glum"] = lambda: GeneralizedLinearRegressor(family="normal", alpha=0).fit(X, y)
    ones = np.column_stack([np.ones(len(X)), X])
    found["numpy lstsq"] = lambda: np.linalg.lstsq(ones, y, rcond=None)
    return found


def memory(quick: bool, rounds: int) -> str:
    rows = 100_000 if quick else 2_000_000
    X, y = arrays(rows, 10)
    contestants = {
        WXB: ours(X, y),
        FAST: ours(X, y, precision="fast"),
        **peers_in_memory(X, y),
        MEMORY: read_once(X, y),
    }
    bars = [
        Bar(WXB, "scikit-learn LinearRegression", 0.3),
        Bar(WXB, "statsmodels OLS", 0.06),
        Bar(WXB, "polars-ols", 0.2),
        Bar(WXB, MEMORY, 5),
    ]
    return table(f"Exact fit with standard errors, {rows:,} × 10 float64 in memory", in_turn(contestants, rounds), bars)


def pieces(quick: bool, rounds: int) -> str:
    """`partial_fit` of a hundred pieces, of which the bits are those of one fit."""
    rows = 20_000 if quick else 200_000
    X, y = arrays(rows, 10)
    parts = list(zip(np.array_split(X, 100), np.array_split(y, 100)))
    whole, partly = "LinearRegression.fit", "partial_fit in 100 pieces"

    def in_pieces() -> Array:
        found = wxb.LinearRegression()
        for part in parts:
            found.partial_fit(*part)
        return found.coef_

    contestants: Contestants = {partly: in_pieces, whole: lambda: wxb.LinearRegression().fit(X, y).coef_}
    times = in_turn(contestants, 4 * rounds)
    return table(f"Rows that come in pieces, {rows:,} × 10 float64", times, [Bar(partly, whole, 1.3)])


def wide(quick: bool, rounds: int) -> str:
    rows = 25_000 if quick else 500_000
    X, y = arrays(rows, 50)
    from sklearn.linear_model import LinearRegression

    contestants = {
        WXB: ours(X, y),
        FAST: ours(X, y, precision="fast"),
        "scikit-learn LinearRegression": lambda: LinearRegression().fit(X, y),
        MEMORY: read_once(X, y),
    }
    bars = [Bar(WXB, "scikit-learn LinearRegression", 0.25)]
    return table(f"Exact fit, {rows:,} × 50", in_turn(contestants, rounds), bars)


def fast(quick: bool, rounds: int) -> str:
    rows = 250_000 if quick else 5_000_000
    X, y = arrays(rows, 10)
    from sklearn.linear_model import LinearRegression

    contestants = {
        FAST: ours(X, y, precision="fast"),
        "scikit-learn LinearRegression": lambda: LinearRegression().fit(X, y),
        MEMORY: read_once(X, y),
    }
    bars = [Bar(FAST, "scikit-learn LinearRegression", 0.08), Bar(FAST, MEMORY, 1.8)]
    promised = wxb.fit((X, y), precision="fast").digits
    said = f"- digits it promises: {np.min(promised):.1f}\n"
    return table(f'precision="fast", {rows:,} × 10', in_turn(contestants, rounds), bars) + said


def parquet_file(quick: bool, rounds: int) -> str:
    rows = 1_000_000 if quick else 20_000_000
    path = str(parquet(rows))
    whole, groups = "pyarrow read_table", "pyarrow, row group by row group"
    contestants = {
        WXB: ["wxb_fit", path],
        FAST: ["wxb_fast", path],
        whole: ["pyarrow_table", path],
        groups: ["pyarrow_groups", path],
    }
    bars = [Bar(WXB, whole, 3), Bar(WXB, groups, 3)]
    times = in_children(contestants, rounds)
    return table(f"Parquet, {rows:,} × 10, end to end, each in a process of its own", times, bars, {WXB: 600})


def csv_file(quick: bool, rounds: int) -> str:
    rows = 100_000 if quick else 2_000_000
    path = str(csv(rows))
    scan = "DuckDB: sum of every column"
    times = in_children({WXB: ["wxb_fit", path], scan: ["duckdb_scan", path]}, rounds)
    size = f"{Path(path).stat().st_size / 1e6:.0f} MB"
    title = f"CSV, {rows:,} × 10 ({size}), end to end, each in a process of its own"
    return table(title, times, [Bar(WXB, scan, 1.2)], {WXB: 600})


def torch_loop(X: Array, y: Array, lr: float, epochs: int) -> tuple[Array, float]:
    """The loop of every tutorial, in float64: W and b after `epochs` steps."""
    import torch

    x, target = torch.from_numpy(X), torch.from_numpy(y)
    W = torch.zeros(X.shape[1], dtype=torch.float64, requires_grad=True)
    b = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([W, b], lr=lr)
    for _ in range(epochs):
        cost = torch.mean((x @ W + b - target) ** 2)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
    return W.detach().numpy().copy(), b.item()


def descent(quick: bool, rounds: int) -> str:
    """2000 epochs of the loop are timed as 20 of them, times 100; W is compared after all 2000, run once."""
    rows = 50_000 if quick else 1_000_000
    epochs, sample, lr = 2000, 20, 0.01
    X, y = arrays(rows, 10)
    loop = "PyTorch loop, 20 epochs"
    contestants: Contestants = {
        WXB: lambda: wxb.fit((X, y), lr=lr, epochs=epochs),
        FAST: lambda: wxb.fit((X, y), lr=lr, epochs=epochs, precision="fast"),
        loop: lambda: torch_loop(X, y, lr, sample),
    }
    short = in_turn(contestants, rounds)
    whole = f"PyTorch loop ({epochs // sample} × the time of {sample} epochs)"
    scale = epochs // sample
    times = Times(
        {WXB: short.medians[WXB], FAST: short.medians[FAST], whole: short.medians[loop] * scale},
        {WXB: short.runs[WXB], FAST: short.runs[FAST], whole: [seconds * scale for seconds in short.runs[loop]]},
        {},
    )
    model = wxb.fit((X, y), lr=lr, epochs=epochs)
    W, b = torch_loop(X, y, lr, epochs)
    difference = max(float(np.abs(W - model.coef).max()), abs(b - model.intercept))
    faster, fast_faster = times.ratio(whole, WXB), times.ratio(whole, FAST)
    return table(f"{epochs} epochs of full-batch descent, {rows:,} × 10, data in memory", times) + (
        f"- exact: **{faster:,.0f} ×** faster (bar 1000): {verdict(faster >= 1000)}\n"
        f'- precision="fast": **{fast_faster:,.0f} ×** faster\n'
        f"- largest difference of W and b after all {epochs} epochs, the loop run in full: **{difference:.1e}** "
        f"(bar 1e-9): {verdict(difference <= 1e-9)}\n"
    )


def groups(quick: bool, rounds: int) -> str:
    """The coefficients of all groups: as the arrays wxb gives, from a Model object for each, from scikit-learn in a loop."""
    count = 500 if quick else 10_000
    X, y = arrays(count * 100, 3)
    group = np.repeat(np.arange(count), 100)
    shuffled = np.random.default_rng(3).permutation(len(group))
    X, y, group = X[shuffled], y[shuffled], group[shuffled]
    import pandas as pd
    from sklearn.linear_model import LinearRegression

    frame = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "y": y, "g": group})

    def loop() -> object:
        return {
            label: LinearRegression().fit(rows[["a", "b", "c"]].to_numpy(), rows["y"].to_numpy()).coef_
            for label, rows in frame.groupby("g")
        }

    def by() -> object:
        fitted = wxb.fit(frame, target="y", by="g")
        return dict(zip(fitted.labels, fitted.coef))

    def objects() -> object:
        return {label: model.coef for label, model in wxb.fit(frame, target="y", by="g").items()}

    one_by_one = "wxb, a Model object for each group"
    times = in_turn({WXB: by, one_by_one: objects, "scikit-learn in a loop": loop}, rounds)
    faster, as_objects = (times.ratio("scikit-learn in a loop", name) for name in (WXB, one_by_one))
    return table(f'{count:,} groups of 100 rows × 3, by="g", every model\'s coefficients', times) + (
        f"- as arrays **{faster:.0f} ×** faster (bar 50): {verdict(faster >= 50)}\n"
        f"- as objects **{as_objects:.0f} ×** faster (bar 50): {verdict(as_objects >= 50)}\n"
    )


def small(quick: bool, rounds: int) -> str:
    from sklearn.linear_model import LinearRegression

    X, y = np.array([[1.0], [2.0], [3.0]]), np.array([2.0, 4.0, 6.0])
    times_each = 100 if quick else 1000

    def repeat(function: Callable[[], object]) -> Callable[[], object]:
        def run() -> None:
            for _ in range(times_each):
                function()

        return run

    contestants = {
        WXB: repeat(lambda: wxb.fit((X, y)).coef),
        "scikit-learn LinearRegression": repeat(lambda: LinearRegression().fit(X, y)),
    }
    times = in_turn(contestants, rounds + 2)
    bars = [Bar(WXB, "scikit-learn LinearRegression", 2)]
    return table(f"A fit of 3 rows, warm, {times_each} times", times, bars)


SECTIONS: Mapping[str, Callable[[bool, int], str]] = {
    "memory": memory,
    "pieces": pieces,
    "wide": wide,
    "fast": fast,
    "parquet": parquet_file,
    "csv": csv_file,
    "descent": descent,
    "groups": groups,
    "small": small,
}


def heading(quick: bool) -> str:
    """Machine and versions: without them a figure says nothing."""
    versions = []
    for package in ("wxb", *PEERS):
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            versions.append(f"{package} (not installed, left out)")
    lines = [
        "## Speed",
        "",
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}.",
        f"Versions: {', '.join(versions)}.",
        "Medians, smallest … largest in brackets; contestants of a table run in turn, round by round, in one process.",
        "",
    ]
    if quick:
        lines.insert(2, "**Made with --quick: tables too small for these ratios to mean anything.**\n")
    return "\n".join(lines)


def measured(quick: bool, rounds: int, names: list[str]) -> str:
    """The Markdown of all sections asked for, each made in a process of its own: what one leaves behind slows no other."""
    parts = [heading(quick)]
    for name in names:
        command = [
            sys.executable,
            __file__,
            "--section",
            name,
            "--rounds",
            str(rounds),
            *(["--quick"] if quick else []),
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        print(done.stdout, flush=True)
        parts.append(done.stdout)
    return "\n".join(parts)


def section(name: str, quick: bool, rounds: int) -> str:
    """One of them; one that fails for want of a peer says so."""
    print(f"… {name}", file=sys.stderr, flush=True)
    try:
        return SECTIONS[name](quick, rounds)
    except ImportError as error:
        return f"### {name}\n\nleft out: {error}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=list(SECTIONS), default=list(SECTIONS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--section", choices=list(SECTIONS), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    if chosen.section:
        print(section(chosen.section, chosen.quick, chosen.rounds), end="")
        return
    text = measured(chosen.quick, chosen.rounds, chosen.only)
    if chosen.write:
        chosen.write.write_text(f"# Results\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Wide tables with standard errors beside scikit-learn's fit without any: ratios measured in turn in one run.

    python bench/wide.py [--columns 100 400 1000] [--rows 20000] [--rounds 5]

Wants scikit-learn. The columns go together and lie away from 0, as those of real tables do. Before the clock starts the
coefficients are held to each other. A second table is of collinear sets: what naming them costs.
"""

from __future__ import annotations

import argparse
import warnings

import numpy as np
from measure import Bar, in_turn, table

import wxb

EXACT, FAST, THEIRS = "wxb, with errors", "wxb fast, with errors", "LinearRegression, without"
BARS = {100: 2.0, 400: 2.0, 1000: 3.0}
FAST_BAR, SETS_BAR = 0.5, 2.0
FACTORS, SETS, SET_COLUMNS = 8, 5, 300


def data(rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Columns that share some factors, each about a mean of its own."""
    rng = np.random.default_rng(columns)
    X = rng.standard_normal((rows, columns)) + rng.standard_normal((rows, FACTORS)) @ rng.standard_normal(
        (FACTORS, columns)
    )
    X += rng.uniform(-50, 50, columns)
    return X, X @ rng.standard_normal(columns) + rng.standard_normal(rows)


def fitted(X: np.ndarray, y: np.ndarray, precision: str = "exact") -> wxb.Model:
    """A model whose standard errors are known."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        model = wxb.fit((X, y), precision=precision)
    assert len(model.inference.se) == X.shape[1] + 1
    return model


def widths(rows: int, columns: int, rounds: int) -> str:
    from sklearn.linear_model import LinearRegression

    X, y = data(rows, columns)
    exact, fast, theirs = fitted(X, y), fitted(X, y, "fast"), LinearRegression().fit(X, y)
    apart = max(np.abs(theirs.coef_ / exact.theta[1:] - 1).max(), np.abs(fast.theta[1:] / exact.theta[1:] - 1).max())
    times = in_turn(
        {
            EXACT: lambda: fitted(X, y),
            FAST: lambda: fitted(X, y, "fast"),
            THEIRS: lambda: LinearRegression().fit(X, y),
        },
        rounds,
    )
    bars = [Bar(EXACT, THEIRS, BARS.get(columns, 3.0)), Bar(FAST, THEIRS, FAST_BAR)]
    said = f"{-np.log10(apart):.1f} digits of the coefficients agree; fast promises {fast.digits.min():.1f} at least"
    return table(f"{rows:,} × {columns}: {said}", times, bars)


def collinear(rows: int, rounds: int) -> str:
    X, y = data(rows, SET_COLUMNS)
    Z = X.copy()
    for k in range(SETS):
        place = SET_COLUMNS // SETS * k + 9
        Z[:, place] = Z[:, place - 3] + Z[:, place - 2] - 2 * Z[:, place - 1]
    assert len(fitted(Z, y).dropped) == SETS
    times = in_turn({"five sets": lambda: fitted(Z, y), "none": lambda: fitted(X, y)}, rounds)
    return table(f"{rows:,} × {SET_COLUMNS}, {SETS} sets collinear", times, [Bar("five sets", "none", SETS_BAR)])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--columns", type=int, nargs="*", default=sorted(BARS))
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    for columns in options.columns:
        print(widths(options.rows, columns, options.rounds), flush=True)
    print(collinear(options.rows, options.rounds))


if __name__ == "__main__":
    main()

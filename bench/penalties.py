"""Ridge and lasso with their choice of λ beside scikit-learn: the same λ, the same folds, ratios measured in turn in one run.

    python bench/penalties.py [--rows 200000] [--rounds 3]

Wants scikit-learn. Before the clock starts both are held to each other: scores of every λ, coefficients, the chosen λ.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable

import numpy as np
from measure import Bar, in_turn, table

import wxb
from wxb.question import Shares

COLUMNS, FOLDS = 10, 5
WXB, THEIRS = "wxb", "scikit-learn"


def data(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Ten terms that go together a little, of which four tell of the target."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((rows, COLUMNS)) + 0.5 * rng.standard_normal((rows, 1))
    return X, X[:, :4] @ [1.0, -2.0, 0.5, 0.1] + rng.standard_normal(rows) + 3.0


def splits(rows: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """wxb's folds as scikit-learn takes them."""
    fold = Shares(folds=FOLDS).of(np.arange(rows))
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(FOLDS)]


def digits(one: np.ndarray, other: np.ndarray) -> float:
    """Decimal digits that agree, of the worst pair."""
    apart = np.abs(one - other) / np.abs(other)
    return float(-np.log10(np.maximum(apart.max(), 1e-17)))


def ridge(rows: int, rounds: int) -> str:
    from sklearn.linear_model import Ridge, RidgeCV

    (X, y), grid, cv = data(rows), np.geomspace(1e-4, 10, 50), splits(rows)
    alphas = grid[::-1] * rows * (1 - 1 / FOLDS)  # a fold leaves four fifths of the rows, and alpha is of their sum

    def ours() -> object:
        return wxb.fit((X, y), l2="auto", among=grid, folds=FOLDS, standardise=False)

    def theirs() -> object:
        return RidgeCV(alphas, cv=cv, scoring="neg_mean_squared_error").fit(X, y)

    found = ours().path
    scores = np.array(
        [[np.mean((Ridge(a).fit(X[i], y[i]).predict(X[j]) - y[j]) ** 2) for a in alphas[::7]] for i, j in cv]
    )
    agree = f"{digits(found.fold_costs[:, ::7], scores):.1f} digits of the scores agree"
    times = in_turn({WXB: ours, "RidgeCV(cv=5)": theirs}, rounds)
    return table(f"ridge, 50 λ × 5 folds, {rows:,} × {COLUMNS}: {agree}", times, [Bar(WXB, "RidgeCV(cv=5)", 0.015)])


def lasso(rows: int, rounds: int) -> str:
    from sklearn.linear_model import Lasso, LassoCV

    (X, y), cv = data(rows), splits(rows)
    centred = X - X.mean(axis=0)
    grid = 2 * np.abs(centred.T @ (y - y.mean())).max() / rows * np.geomspace(1, 1e-3, 100)

    def ours() -> object:
        return wxb.fit((X, y), l1="auto", among=grid, folds=FOLDS, standardise=False)

    def theirs() -> object:
        return LassoCV(alphas=grid / 2, cv=cv).fit(X, y)

    model = ours()
    best = Lasso(model.penalised.l1 / 2, tol=1e-14, max_iter=10**6).fit(X, y).coef_
    there = model.coef != 0
    agree = f"{digits(model.coef[there], best[there]):.1f} digits of W agree, KKT gap {model.penalised.gap:.0e}"
    times = in_turn({WXB: ours, "LassoCV": theirs}, rounds)
    return table(f"lasso, 100 λ × 5 folds, {rows:,} × {COLUMNS}: {agree}", times, [Bar(WXB, "LassoCV", 0.06)])


def leave_one_out(rows: int, rounds: int) -> str:
    from sklearn.linear_model import RidgeCV

    (X, y), grid = data(rows), np.geomspace(1e-4, 10, 50)
    alphas = grid[::-1] * rows

    def ours() -> object:
        return wxb.fit((X, y), l2="auto", among=grid, standardise=False)

    def theirs() -> object:
        return RidgeCV(alphas).fit(X, y)

    kept = RidgeCV(alphas, store_cv_results=True).fit(X, y)
    agree = f"{digits(ours().path.judged, kept.cv_results_.mean(axis=0)):.1f} digits of the scores agree"
    times = in_turn({WXB: ours, "RidgeCV()": theirs}, rounds)
    return table(f"leave one out, 50 λ, {rows:,} × {COLUMNS}: {agree}", times, [Bar(WXB, "RidgeCV()", 0.3)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    work: list[Callable[[int, int], str]] = [ridge, lasso, leave_one_out]
    for one in work:
        print(one(asked.rows, asked.rounds), flush=True)


if __name__ == "__main__":
    main()

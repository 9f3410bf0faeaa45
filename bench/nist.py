"""How right, beside what people use today: correct digits on the NIST sets, far from zero, and on mixed scales.

    python bench/nist.py [--write FILE]

Digits are −log10 of the relative error against the certified value, at most 15, the worst coefficient of the model; 0 where
a peer gave up. Powers are formed in float64 for everyone; the column "pairs" has them formed by wxb with 106 bits.
"""

from __future__ import annotations

import argparse
import csv
import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from math import inf, log10
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import wxb
from wxb.moments.pairs import power

Array = NDArray[np.float64]
Answer = tuple[Sequence[float], Sequence[float] | None]  # coefficients, standard errors where there are any
FOLDER = Path(__file__).resolve().parent.parent / "tests" / "reference" / "nist"


def correct_digits(found: Sequence[float], truth: Sequence[float]) -> float:
    """Of the worst number."""
    worst = 15.0
    for a, b in zip(found, truth):
        error = abs(a - b) / abs(b) if b else abs(a)
        if not error < inf:
            return 0.0
        worst = min(worst, 15.0 if error == 0 else -log10(error))
    return abs(max(worst, 0.0))


def of_wxb(X: Array, y: Array, intercept: bool) -> Answer:
    model = wxb.fit((X, y), intercept=intercept)
    return model.theta.tolist(), model.inference.se.tolist()


def of_pairs(X: Array, y: Array, intercept: bool) -> Answer:
    """X's columns are powers of the first: formed anew, in pairs of doubles."""
    moments = wxb.Moments.of([power(X[:, 0], k + 1) for k in range(X.shape[1])], y)
    model = wxb.fit(moments, intercept=intercept)
    return model.theta.tolist(), model.inference.se.tolist()


def of_sklearn(X: Array, y: Array, intercept: bool) -> Answer:
    from sklearn.linear_model import LinearRegression

    model = LinearRegression(fit_intercept=intercept).fit(X, y)
    return [*([model.intercept_] if intercept else []), *model.coef_], None


def of_statsmodels(method: str) -> Callable[[Array, Array, bool], Answer]:
    def of(X: Array, y: Array, intercept: bool) -> Answer:
        import statsmodels.api as sm

        model = sm.OLS(y, _design(X, intercept)).fit(method=method)
        return model.params, model.bse

    return of


def of_lstsq(X: Array, y: Array, intercept: bool) -> Answer:
    return np.linalg.lstsq(_design(X, intercept), y, rcond=None)[0].tolist(), None


def of_polars_ols(X: Array, y: Array, intercept: bool) -> Answer:
    import polars as pl
    import polars_ols  # noqa: F401 (registers the namespace least_squares)

    names = [f"x{j}" for j in range(X.shape[1])]
    frame = pl.DataFrame({**dict(zip(names, X.T)), "y": y})
    least_squares = pl.col("y").least_squares  # pyright: ignore[reportAttributeAccessIssue]
    expression = least_squares.ols(*(pl.col(n) for n in names), mode="coefficients", add_intercept=intercept)
    found = frame.select(expression).to_dicts()[0]["coefficients"]
    return [*([found["const"]] if intercept else []), *(found[name] for name in names)], None


def of_pyfixest(X: Array, y: Array, intercept: bool) -> Answer:
    import pandas as pd
    import pyfixest

    names = [f"x{j}" for j in range(X.shape[1])]
    formula = f"y ~ {' + '.join(names)}{'' if intercept else ' - 1'}"
    model = pyfixest.feols(formula, pd.DataFrame({**dict(zip(names, X.T)), "y": y}), vcov="iid")
    coefficients, errors = model.coef(), model.se()
    order = [*(["Intercept"] if intercept else []), *names]
    return [coefficients.get(n, inf) for n in order], [errors.get(n, inf) for n in order]


def of_glum(X: Array, y: Array, intercept: bool) -> Answer:
    from glum import GeneralizedLinearRegressor

    model = GeneralizedLinearRegressor(family="normal", alpha=0, fit_intercept=intercept).fit(X, y)
    return [*([model.intercept_] if intercept else []), *model.coef_], None


def _design(X: Array, intercept: bool) -> Array:
    return np.column_stack([np.ones(len(X)), X]) if intercept else X


CONTESTANTS: Mapping[str, tuple[str, Callable[[Array, Array, bool], Answer]]] = {
    "wxb": ("wxb", of_wxb),
    "scikit-learn": ("sklearn", of_sklearn),
    "statsmodels (pinv)": ("statsmodels", of_statsmodels("pinv")),
    "statsmodels (qr)": ("statsmodels", of_statsmodels("qr")),
    "numpy lstsq": ("numpy", of_lstsq),
    "polars-ols": ("polars_ols", of_polars_ols),
    "pyfixest": ("pyfixest", of_pyfixest),
    "glum": ("glum", of_glum),
}


def answer(of: Callable[[Array, Array, bool], Answer], X: Array, y: Array, intercept: bool) -> Answer:
    """What it says; infinite coefficients, 0 correct digits, when it raises or panics."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return of(X, y, intercept)
        except BaseException as error:  # a panic of a Rust extension is no Exception
            if isinstance(error, KeyboardInterrupt | SystemExit | ImportError):
                raise
            return [inf] * (X.shape[1] + intercept), None


def there() -> dict[str, Callable[[Array, Array, bool], Answer]]:
    return {name: of for name, (module, of) in CONTESTANTS.items() if find_spec(module) is not None}


def nist_sets() -> dict[str, tuple[Array, Array, bool, list[float], list[float]]]:
    """X, y, intercept, certified coefficients and standard errors of each set."""
    found = {}
    for name, content in json.loads((FOLDER / "certified.json").read_text())["datasets"].items():
        with (FOLDER / f"{name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        X = np.array([[float(row[k]) for k in content["predictors"]] for row in rows])
        degree = content["polynomial_degree"] or 0
        if degree > 1:
            X = np.column_stack([X[:, 0] ** k for k in range(1, degree + 1)])
        y = np.array([float(row["y"]) for row in rows])
        coefficients = [float(c["estimate"]) for c in content["coefficients"]]
        errors = [float(c["sd"]) for c in content["coefficients"]]
        found[name] = (X, y, content["intercept"], coefficients, errors)
    return found


def nist_table(which: int) -> str:
    """Markdown: correct digits of coefficients (0) or standard errors (1), a row for each set."""
    contestants = there()
    if which == 1:
        contestants = {k: v for k, v in contestants.items() if k.startswith(("wxb", "statsmodels", "pyfixest"))}
    lines = [
        "| set | wxb, powers in pairs | " + " | ".join(contestants) + " |",
        "|---|" + "---:|" * (len(contestants) + 1),
    ]
    for name, (X, y, intercept, *truths) in nist_sets().items():
        truth = truths[which]
        cells = []
        if name.startswith(("Filip", "Wampler", "Pontius")):
            cells.append(f"{correct_digits(_part(answer(of_pairs, X, y, intercept), which), truth):.1f}")
        else:
            cells.append("")
        for of in contestants.values():
            cells.append(f"{correct_digits(_part(answer(of, X, y, intercept), which), truth):.1f}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _part(found: Answer, which: int) -> Sequence[float]:
    return found[0] if which == 0 else (found[1] if found[1] is not None else [inf])


def offset_table() -> str:
    """Markdown: digits of the slope 3 of data that lie exactly on 2 + 3 (x − offset), x on a grid the doubles hold."""
    contestants = there()
    lines = ["| x − offset in [0, 1] | " + " | ".join(contestants) + " |", "|---|" + "---:|" * len(contestants)]
    steps = np.arange(1024) / 1024
    y = 2 + 3 * steps
    for power_of_ten in (0, 3, 6, 9, 12):
        X = (10.0**power_of_ten + steps)[:, None]
        cells = [f"{correct_digits(list(answer(of, X, y, True)[0])[1:], [3.0]):.1f}" for of in contestants.values()]
        lines.append(f"| offset 1e{power_of_ten} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def scale_table() -> str:
    """Markdown: R² of predictions on two cases where it should be near 1."""
    random = np.random.default_rng(0)
    rate, capital = random.uniform(0, 0.01, 5000), random.uniform(1e6, 1e9, 5000)
    year = np.arange(2000, 2025).astype(np.float64)
    ticks = 1.7e18 + 1e9 * np.arange(5000)
    cases = {
        "rate in [0, 0.01], capital in [1e6, 1e9]": (
            np.column_stack([rate, capital]),
            500 * rate + 2e-9 * capital + 0.1 * random.normal(size=5000),
        ),
        "year and year²": (
            np.column_stack([year, year**2]),
            0.02 * (year - 2008) ** 2 + 0.1 * random.normal(size=25),
        ),
        "time in nanoseconds": (ticks[:, None], 1e-12 * (ticks - ticks[0]) + 0.1 * random.normal(size=5000)),
    }
    contestants = there()
    lines = ["| R² | " + " | ".join(contestants) + " |", "|---|" + "---:|" * len(contestants)]
    for name, (X, y) in cases.items():
        cells = []
        for of in contestants.values():
            coefficients = np.asarray(answer(of, X, y, True)[0], dtype=np.float64)
            if not np.isfinite(coefficients).all():
                cells.append("none")
                continue
            # Centred, so that the judge's own rounding does not count; the intercept is taken as the best one.
            fitted = (X - X.mean(axis=0)) @ coefficients[1:]
            residual = y - y.mean() - fitted
            cells.append(f"{1 - residual @ residual / np.sum((y - y.mean()) ** 2):.4f}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def report() -> str:
    """The whole as Markdown."""
    return "\n".join(
        [
            "## Correct digits",
            "",
            "Worst coefficient of each NIST StRD set, at most 15. The exact minimum of the stored doubles has 7.6 digits of",
            "Filip, 14.1 of Norris, 13.5 of Pontius and 13.2 of Wampler2; rounding errors may come nearer by chance.",
            "",
            nist_table(0),
            "Worst standard error (Wampler1 and 2 have none: their lines are exact, and the certified value is 0).",
            "",
            nist_table(1),
            "Digits of the slope with x far from 0, data exactly on the line.",
            "",
            offset_table(),
            "Mixed and large scales: R² of what each one answers, without a warning or with.",
            "",
            scale_table(),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    text = report()
    print(text)
    if chosen.write:
        chosen.write.write_text(f"# Results\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()

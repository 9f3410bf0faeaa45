"""Predictions of ten million rows of ten terms, beside the product of matrices that they once were.

python bench/predict.py [ROWS]
"""

from __future__ import annotations

import sys

import numpy as np
from measure import Bar, in_turn

import wxb

TERMS = 10
BARS = (Bar("wxb.predict", "stack and multiply", 1.5), Bar("wxb.predict, a matrix", "stack and multiply", 1.5))


def main(rows: int) -> int:
    rng = np.random.default_rng(1)
    columns = 3 + rng.standard_normal((TERMS, rows))
    few = columns[:, :10_000]
    table = {f"x{i}": column for i, column in enumerate(few)} | {"y": np.arange(1.0, 11.0) @ few + few[0] ** 2}
    model = wxb.fit(table, target="y")
    data = dict(zip(model.terms, columns))
    matrix = np.ascontiguousarray(columns.T)

    def plain() -> object:
        return np.column_stack([np.ones(rows), *columns]) @ model.theta

    times = in_turn(
        {
            "stack and multiply": plain,
            "wxb.predict": lambda: model.predict(data),
            "wxb.predict, a matrix": lambda: model.predict(matrix),
        },
        rounds=3,
    )
    for name, seconds in times.medians.items():
        print(f"{name:24} {seconds:7.3f} s   {times.ratio(name, 'stack and multiply'):5.2f}")
    return int(any(times.ratio(bar.one, bar.other) > bar.most for bar in BARS))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000))

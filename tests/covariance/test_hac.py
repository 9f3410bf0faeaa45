"""HAC: against the sum as it is written, its rule for lags, what it says, what it refuses."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from wxb.covariance.covariance import Covariance
from wxb.covariance.errors import Errors
from wxb.covariance.hac import hac, newey_west
from wxb.covariance.rows import answered
from wxb.data import open_table
from wxb.data.selection import Selection
from wxb.errors import UsageError
from wxb.methods.exact import Exact
from wxb.passes.again import RowPasses
from wxb.question import Question, Running

RANDOM = np.random.default_rng(11)
N = 1500
X = np.cumsum(RANDOM.normal(size=(N, 2)), axis=0)
Y = X @ [0.5, -1.0] + 3 + np.convolve(RANDOM.normal(size=N + 4), [1, 0.8, 0.5, 0.3, 0.1], "valid")


def errors_of(text: str, columns=None, threads: int = 1, **chosen) -> Covariance:
    data = {"a": X[:, 0], "b": X[:, 1], "y": Y} if columns is None else columns
    selection, table = Selection(target="y", **chosen), open_table(data)
    passes = RowPasses(table.scan(selection), Running(threads=threads), again=partial(table.scan, selection))
    question = Question(method=Exact(), selection=selection)
    return answered(hac(question.method.estimate(question, passes), passes, Errors.parse(text)), passes)


@pytest.mark.parametrize("lags", [0, 1, 4, 600, 1499])
def test_as_it_is_written(lags):
    full = np.column_stack([np.ones(N), X])
    inverse = np.linalg.inv(full.T @ full)
    scores = full * (Y - full @ (inverse @ (full.T @ Y)))[:, None]
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (cross + cross.T)
    truth = inverse @ meat @ inverse * N / (N - 3)
    assert errors_of(f"HAC:{lags}").matrix == pytest.approx(truth, rel=1e-9)


def test_statsmodels():
    """statsmodels 0.15.0, OLS(…).fit(cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": True}).bse"""
    y = [3.1, 2.7, 4.5, 5.9, 5.1, 7.4, 6.6, 8.2, 9.9, 9.1, 10.4, 12.3]
    found = errors_of("HAC:4", {"t": list(range(12)), "y": y})
    assert found.se == pytest.approx([0.14232218873445582, 0.028601460302802875], rel=1e-12)


def test_the_rule_for_lags_and_what_is_said():
    assert [newey_west(n) for n in (1, 2, 100, 1500, 2_000_000)] == [0, 1, 4, 7, 36]
    found = errors_of("HAC")
    assert found.errors == Errors(kind="HAC", lags=7)
    assert found.factor.startswith("Bartlett weights 1 − l/8, factor n/(n − k) = 1.002")
    assert "the rows are taken in their order" in found.notes[0]


def test_threads_and_dropped_rows():
    table = {"a": X[:, 0].copy(), "b": X[:, 1], "y": Y}
    gone = RANDOM.uniform(size=N) < 0.2
    table["a"][gone] = np.nan
    few = {name: column[~gone] for name, column in table.items()}
    found = errors_of("HAC:5", table, missing="drop", threads=2)
    assert found.matrix == pytest.approx(errors_of("HAC:5", few).matrix, rel=1e-12)


def test_more_lags_than_rows_and_rows_that_have_no_order():
    with pytest.raises(UsageError, match="there are 12 rows") as told:
        errors_of("HAC:12", {"t": range(12), "y": [*range(11), 3]})
    assert 'se="HAC:2"' in told.value.do
    with pytest.raises(UsageError, match="at most 4096"):
        errors_of("HAC:5000", {"t": range(6000), "y": RANDOM.normal(size=6000)})
    with pytest.raises(UsageError, match="order of the rows"):
        errors_of("HAC:2", {"t": range(12), "y": [*range(11), 3], "f": [2] * 12}, frequency="f", features=["t"])

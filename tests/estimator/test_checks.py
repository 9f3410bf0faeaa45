"""scikit-learn's own checks of an estimator, all of them, each once, those of the array API too."""

from __future__ import annotations

import warnings

import pytest
from sklearn.utils.estimator_checks import check_estimator

import wxb


def test_scikit_learns_checks_pass_and_none_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # what scikit-learn asks before it checks arrays of other kinds
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", wxb.WxbWarning)  # collinear columns, constant targets
        done = check_estimator(wxb.LinearRegression(), on_skip=None, on_fail=None)
    assert len(done) > 40
    assert [
        (one["check_name"], one["status"], str(one["exception"])) for one in done if one["status"] != "passed"
    ] == []

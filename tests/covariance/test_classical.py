"""The classical covariance is s² (Σ w x xᵀ)⁻¹, and inference on it what inference without one gives."""

import numpy as np
import pytest

import wxb
from wxb.covariance.classical import classical
from wxb.covariance.covariance import Covariance
from wxb.estimate import Estimate
from wxb.inference import infer
from wxb.moments import Moments
from wxb.solve import solve

X = np.random.default_rng(5).normal(size=(30, 3))
X[:, 2] = X[:, 0] + X[:, 1]  # gives way
Y = np.random.default_rng(6).normal(size=30)


@pytest.mark.parametrize("intercept", [True, False])
def test_classical_is_the_textbooks_and_the_default(intercept):
    estimate = Estimate.of(solve(Moments.of(X, Y), intercept=intercept))
    A = np.column_stack([np.ones(30), X[:, :2]])[:, not intercept :]
    residual = Y - A @ np.linalg.lstsq(A, Y, rcond=None)[0]
    truth = residual @ residual / (30 - A.shape[1]) * np.linalg.inv(A.T @ A)
    found = classical(estimate)
    assert found[:-1, :-1] == pytest.approx(truth, rel=1e-10)
    assert np.isnan(found[-1]).all()
    given, plain = infer(estimate, Covariance.of(found, estimate.solution)), infer(estimate)
    assert np.array_equal(plain.covariance, found, equal_nan=True)
    assert given.se[:-1] == pytest.approx(plain.se[:-1], rel=4e-16)
    if intercept:
        assert given.f == pytest.approx(plain.f, rel=1e-12)
    rows = np.column_stack([A[:4], np.zeros(4)])
    assert given.mean_se(rows) == pytest.approx(plain.mean_se(rows), rel=1e-12)


def test_a_covariance_of_another_shape_is_refused():
    estimate = Estimate.of(solve(Moments.of(X, Y)))
    with pytest.raises(wxb.UsageError, match=r"shape \(2, 2\), expected \(4, 4\)"):
        Covariance.of(np.eye(2), estimate.solution)

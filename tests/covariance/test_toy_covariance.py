"""A covariance of one's own: a function of an estimate that gives (k, k). Here the jackknife of groups of rows, from their sums."""

import numpy as np
import pytest

from wxb.covariance.covariance import Covariance
from wxb.estimate import Estimate
from wxb.inference import infer
from wxb.moments import Moments
from wxb.solve import solve
from wxb.tails import two_sided_t

X = np.random.default_rng(3).normal(size=(60, 2))
Y = X @ [2.0, -1.0] + 0.5 + np.random.default_rng(4).normal(size=60)
PARTS = [Moments.of(X[i::6], Y[i::6]) for i in range(6)]


def jackknife(estimate: Estimate, passes: object = None) -> Covariance:
    """Σ (θ₋g − θ)(θ₋g − θ)ᵀ · (G − 1)/G, with θ₋g the minimum of all groups but one."""
    intercept = estimate.layout.intercept
    left = [solve(estimate.moments - part, intercept=intercept).coefficients for part in PARTS]
    away = np.array(left) - estimate.theta
    return Covariance.of(away.T @ away * (len(PARTS) - 1) / len(PARTS), estimate.solution, freedom=len(PARTS) - 1)


def test_any_covariance_gives_errors_t_p_and_intervals():
    estimate = Estimate.of(solve(sum(PARTS[1:], PARTS[0])))
    found, classical = infer(estimate, jackknife(estimate)), infer(estimate)
    assert found.se == pytest.approx(np.sqrt(np.diag(jackknife(estimate).matrix)))
    assert found.t.tolist() == (estimate.theta / found.se).tolist()
    assert ((found.p > 0) & (found.p < 1)).all()
    low, high = found.interval(0.9).T
    assert (high + low) / 2 == pytest.approx(estimate.theta)
    assert (high - low) / found.se == pytest.approx(np.full(3, 2 * two_sided_t(0.9, 5)))  # 6 groups
    assert two_sided_t(0.9, 5) > two_sided_t(0.9, classical.freedom)
    rows = np.column_stack([np.ones(3), X[:3]])
    assert found.mean_se(rows) == pytest.approx(np.sqrt(np.diag(rows @ found.covariance @ rows.T)))
    terms, inverse = found.coefficients[1:], np.linalg.inv(found.covariance[1:, 1:])
    assert found.f == pytest.approx(terms @ inverse @ terms / 2)
    assert found.f_freedom == (2, 5)

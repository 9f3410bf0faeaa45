"""Learning-rate theory: the notebook's numbers, the law on 200 random problems, three real threads."""

from __future__ import annotations

import math
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.bowls import bowl_from, bowl_of_spectrum, hours
from support.simulate import distances_from_worst_start, steps
from wxb.descent import descend
from wxb.errors import NumericalError, UsageError
from wxb.learning_rates import VerdictKind, rates_of
from wxb.learning_rates.modes import modes_of
from wxb.trajectory import OutcomeKind


def test_numbers_of_the_notebooks_data() -> None:
    rates = rates_of(hours())
    assert round(rates.max, 6) == 0.180295
    assert round(rates.best, 6) == 0.176471
    assert round(rates.condition, 2) == 46.14
    assert [rates.epochs(lr) for lr in (0.001, 0.01, 0.17647)] == [9578, 957, 54]
    assert rates.verdict(0.1803).kind is VerdictKind.DIVERGING
    assert rates.verdict(0.1802).kind is VerdictKind.ZIGZAG
    assert rates.verdict(rates.max).kind is VerdictKind.CRITICAL
    assert rates.verdict(rates.best).kind is VerdictKind.GOOD
    assert rates.verdict(0.01).kind is VerdictKind.TOO_SMALL
    assert rates.verdict(0.2).growth == pytest.approx(1.21859, rel=1e-5)
    assert rates.steepest.term == "hours"
    assert rates.sum_limit == pytest.approx(rates.max / 3)
    assert rates.scaled().condition == pytest.approx(1)


def test_overflow_is_foretold() -> None:
    verdict = rates_of(hours()).verdict(0.2)
    with np.errstate(over="ignore", invalid="ignore"):
        costs = [hours().cost(hours().minimum + delta) for delta in islice(steps(hours(), 0.2), 1800)]
    first = next(epoch for epoch, cost in enumerate(costs) if not np.isfinite(cost))
    assert verdict.overflow_epoch == pytest.approx(first, abs=2)


@given(
    p=st.integers(1, 30),
    digits=st.integers(0, 1200).map(lambda hundredths: hundredths / 100),
    momentum=st.one_of(st.just(0.0), st.floats(0.01, 0.99)),
    nesterov=st.booleans(),
    seed=st.integers(0, 2**31),
)
@settings(max_examples=30)
def test_descent_does_what_was_foretold(p: int, digits: float, momentum: float, nesterov: bool, seed: int) -> None:
    nesterov = nesterov and momentum > 0
    eigenvalues = np.sort(10 ** -np.random.default_rng(seed).uniform(0, digits, p))[::-1]
    eigenvalues[0], eigenvalues[-1] = 1.0, 10**-digits if p > 1 else 1.0
    bowl = bowl_of_spectrum(eigenvalues, seed)
    rates = rates_of(bowl)
    limit = rates.limit(momentum, nesterov)
    converges(bowl, rates, 0.99 * limit, momentum, nesterov)
    diverges(bowl, rates, 1.01 * limit, momentum, nesterov)


def converges(bowl, rates, lr, momentum, nesterov) -> None:
    """Just below the limit: the verdict, the end of a run, and the number of epochs it takes."""
    assert rates.verdict(lr, momentum, nesterov).converges
    tolerance = 1e-3
    expected = rates.epochs(lr, tolerance, momentum, nesterov)
    slowest = np.argmax(modes_of(rates.eigenvalues, lr, momentum, nesterov).log_radius)
    if momentum == 0:
        smallest = 1 / rates.condition if len(bowl.layout) > 1 else 1.0
        pace = max(abs(1 - lr), 1 - lr * smallest)
        assert expected == pytest.approx(math.log(tolerance) / math.log1p(pace - 1), rel=0.02, abs=1)
    start = bowl.minimum + rates.eigenvectors[:, slowest]
    path = descend(
        bowl, lr=lr, epochs=math.ceil(1.02 * expected) + 1, momentum=momentum, nesterov=nesterov, start=start
    )
    assert path.outcome.kind is not OutcomeKind.DIVERGING
    assert np.linalg.norm(path.W[-1] - bowl.minimum) < 1.05 * tolerance
    if expected > 3000:
        return
    distances = distances_from_worst_start(
        bowl, rates.eigenvectors, lr, math.ceil(1.5 * expected) + 10, momentum, nesterov
    )
    measured = int(np.flatnonzero(distances > tolerance)[-1]) + 1
    assert expected == pytest.approx(measured, rel=0.02, abs=1)


def diverges(bowl, rates, lr, momentum, nesterov) -> None:
    """Just above the limit: the verdict, and the epoch at which the cost passes a thousand times the start's."""
    verdict = rates.verdict(lr, momentum, nesterov)
    assert verdict.kind is VerdictKind.DIVERGING
    assert verdict.growth > 1
    path = descend(bowl, lr=lr, epochs=200_000, momentum=momentum, nesterov=nesterov)
    assert path.outcome.kind is OutcomeKind.DIVERGING
    assert path.outcome.epoch is not None
    assert np.isfinite(path.W).all()
    assert np.isfinite(path.cost).all()
    made = path.outcome.epoch
    if made < 3000:
        costs = [bowl.cost(bowl.minimum + delta) for delta in islice(steps(bowl, lr, momentum, nesterov), made + 3)]
        first = next(epoch for epoch, cost in enumerate(costs) if cost > 1e3 * costs[0])
        assert abs(first - made) <= 1


@given(
    digits=st.floats(0.5, 4),
    momentum=st.one_of(st.just(0.0), st.floats(0.05, 0.95)),
    nesterov=st.booleans(),
    share=st.floats(0.01, 0.999),
    tolerance=st.sampled_from([0.1, 1e-2, 1e-6]),
)
@settings(max_examples=20)
def test_epochs_to_a_tolerance_are_exact(
    digits: float, momentum: float, nesterov: bool, share: float, tolerance: float
) -> None:
    nesterov = nesterov and momentum > 0
    eigenvalues = np.geomspace(1, 10**-digits, 5)
    lr = share * 2 * (1 + momentum) / (1 + 2 * momentum if nesterov else 1)
    bowl = bowl_of_spectrum(eigenvalues, 5)
    rates = rates_of(bowl)
    expected = rates.epochs(lr, tolerance, momentum, nesterov)
    if expected > 100_000:
        return
    # Independent of the closed form: five scalar recurrences.
    c, v, last = np.ones(5), np.zeros(5), 0
    for epoch in range(int(1.3 * expected) + 200):
        if np.abs(c).max() > tolerance:
            last = epoch
        g = rates.eigenvalues * c
        v = momentum * v + g
        c = c - lr * (g + momentum * v if nesterov else v)
    assert abs(expected - (last + 1)) <= 1


def test_best_rate_and_best_pair_cannot_be_bettered() -> None:
    rates = rates_of(bowl_of_spectrum(np.geomspace(3, 3e-4, 6), 1))
    pace = rates.epochs_per_digit(rates.best)
    assert all(rates.epochs_per_digit(rates.best * f) > pace for f in (0.98, 0.999, 1.00005))
    for nesterov in (False, True):
        best = rates.best_for(0.6, nesterov)
        pace = rates.epochs_per_digit(best, 0.6, nesterov)
        assert all(rates.epochs_per_digit(best * f, 0.6, nesterov) > pace * 0.999999 for f in (0.9, 0.99, 1.001))
    lr, momentum = rates.best_pair()
    pace = rates.epochs_per_digit(lr, momentum)
    assert pace == pytest.approx(math.log(10) * math.sqrt(rates.condition) / 2, rel=0.01)
    for f, g in ((0.99, 1.0), (1.001, 1.0), (1.0, 0.99), (1.0, 1.001)):
        assert rates.epochs_per_digit(lr * f, momentum * g) > pace


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [0.1, 0.5, 0.9, 0.99])
def test_closed_form_equals_the_recurrence(momentum: float, nesterov: bool) -> None:
    """Also where the two roots coincide, and where the eigenvalue is zero or tiny."""
    double_root = (1 - momentum**0.5) ** 2, (1 + momentum**0.5) ** 2, ((1 - momentum) / (1 + momentum)) ** 2
    eigenvalues = np.concatenate([np.geomspace(1e-6, 1.3, 40), double_root, [1.0, 0.0, 1e-12]])
    factors = modes_of(eigenvalues, 1.0, momentum, nesterov).factors(np.arange(300))
    c, v = np.ones_like(eigenvalues), np.zeros_like(eigenvalues)
    with np.errstate(over="ignore"):
        for epoch in range(300):
            assert np.abs(factors[epoch] - c).max() <= 1e-10 * np.maximum(1, np.abs(c)).max()
            g = eigenvalues * c
            v = momentum * v + g
            c = c - (g + momentum * v if nesterov else v)


@pytest.mark.parametrize(("times", "kind", "word"), [
    (9.9, VerdictKind.GOOD, "good"), (10.1, VerdictKind.TOO_SMALL, "slow"),
    (99, VerdictKind.TOO_SMALL, "slow"), (101, VerdictKind.TOO_SMALL, "crawls"),
])  # fmt: skip
def test_a_rate_is_judged_by_how_many_times_the_epochs_of_the_best_it_takes(
    times: float, kind: VerdictKind, word: str
) -> None:
    rates = rates_of(bowl_of_spectrum(np.geomspace(1, 1e-2, 4), 1))
    verdict = rates.verdict(rates.best / times)
    assert verdict.epochs_per_digit == pytest.approx(times * verdict.best_epochs_per_digit, rel=1e-2)
    assert (verdict.kind, verdict.brief.partition(":")[0]) == (kind, word)


@pytest.mark.parametrize(("lr", "epochs", "kind", "word"), [
    (0.01, 2000, VerdictKind.GOOD, "good"), (0.01, 1900, VerdictKind.TOO_SMALL, "slow"),
    (0.05, 150, VerdictKind.TOO_SMALL, "slow"), (0.1, 200, VerdictKind.GOOD, "good"),
    (0.17, 50, VerdictKind.SLOW, "slow, as every constant rate here"), (0.18, 5000, VerdictKind.ZIGZAG, "zigzags"),
])  # fmt: skip
def test_a_rate_is_judged_by_whether_it_arrives_within_the_epochs_asked(
    lr: float, epochs: int, kind: VerdictKind, word: str
) -> None:
    """Three students: at 0.01 the coefficients have two digits after 1915 epochs."""
    rates = rates_of(hours())
    verdict = rates.verdict(lr, epochs=epochs)
    assert (verdict.kind, verdict.brief.partition(":")[0]) == (kind, word)
    assert verdict.arrival == rates.epochs(lr, 0.01)
    assert verdict.arrives == (verdict.arrival <= epochs)
    assert (verdict.text[0] == "✓") == (kind is VerdictKind.GOOD)


def test_the_best_rate_of_ill_conditioned_columns_is_not_called_good() -> None:
    rates = rates_of(bowl_of_spectrum(np.geomspace(1, 1e-4, 4), 1))
    verdict = rates.verdict(rates.best)
    assert verdict.kind is VerdictKind.SLOW
    assert "good" not in verdict.text
    assert verdict.ways
    assert any("and slow" in row.text for row in rates.table())
    assert not any("good" in row.text for row in rates.table(rates.best / 2))


@pytest.mark.parametrize("share", [0.5, 0.95, 0.999, 1.001, 1.01, 1.02])
def test_a_zigzag_is_told_from_a_rate_that_overshoots_a_little(share: float) -> None:
    """At 1.001 of the best rate the steep direction flips too, and takes hardly more epochs."""
    rates = rates_of(hours())
    verdict = rates.verdict(rates.best * share)
    zigzags = verdict.epochs_per_digit > 1.5 * verdict.best_epochs_per_digit and share > 1
    assert verdict.kind is (VerdictKind.ZIGZAG if zigzags else VerdictKind.GOOD)
    assert rates.verdict(rates.max * 0.9999).kind is VerdictKind.ZIGZAG


@pytest.mark.parametrize("epochs", [0, 2.5, "many"])
def test_epochs_to_arrive_within_are_a_whole_number(epochs) -> None:
    with pytest.raises(UsageError, match="epochs"):
        rates_of(hours()).verdict(0.1, epochs=epochs)


@pytest.mark.parametrize(("condition", "told"), [(1.9, False), (2.1, True)])
def test_scaling_is_advised_where_it_more_than_halves_the_condition(condition: float, told: bool) -> None:
    """x = ±s has condition s² beside the intercept's ones, and 1 when it is standardised."""
    x = math.sqrt(condition) * np.array([[1.0], [-1.0], [1.0], [-1.0]])
    rates = rates_of(bowl_from(x, x[:, 0] + [0.1, 0, 0, 0]))
    assert (rates.condition, rates.scaled().condition) == pytest.approx((condition, 1.0))
    cause = rates.verdict(1.01 * rates.max).cause
    assert cause is not None
    assert (cause.scaled_condition is not None) == told


class TestThreads:
    """Three questions people asked in public, settled by the numbers."""

    def test_two_features_of_unlike_scale(self) -> None:
        """Why is it so hard to converge? The limit to four digits, the epochs, the gain of scaling."""
        random = np.random.default_rng(208572)
        X = np.column_stack([random.uniform(0, 1, 100), random.uniform(0, 1000, 100)])
        bowl = bowl_from(X, X @ [2.0, 0.5] + 1 + random.normal(size=100))
        rates = rates_of(bowl)
        A = np.column_stack([np.ones(100), X])
        assert rates.max == pytest.approx(1 / np.linalg.norm(A, 2) ** 2 * 100, rel=1e-10)
        for lr, kind in ((rates.max * 0.9999, OutcomeKind.EPOCHS_USED_UP), (rates.max * 1.0001, OutcomeKind.DIVERGING)):
            assert descend(bowl, lr=lr, epochs=100_000).outcome.kind is kind
        assert rates.condition > 1e6
        assert rates.epochs_per_digit(rates.best) > 1e6
        assert rates.steepest.term == "x2"
        assert rates.steepest.share > 0.999
        scaled = rates.scaled()
        assert scaled.condition < 1.5
        assert scaled.epochs < 20
        assert scaled.epochs_before > 1e7

    def test_wide_normal_feature_at_a_hundredth(self) -> None:
        """x ~ 10·N(0, 1), lr 0.01: half of the draws diverge, and it is known which."""
        limits, wrong = [], 0
        for seed in range(200):
            random = np.random.default_rng(seed)
            x = 10 * random.normal(size=(100, 1))
            bowl = bowl_from(x, 3 * x[:, 0] + random.normal(size=100))
            rates = rates_of(bowl)
            limits.append(rates.max)
            with np.errstate(over="ignore", invalid="ignore"):
                first, *_, last = islice(steps(bowl, 0.01), 1200)
            grew = not np.abs(last).max() < np.abs(first).max()
            wrong += grew != (rates.verdict(0.01).kind is VerdictKind.DIVERGING)
        assert np.median(limits) == pytest.approx(0.0099, abs=0.0005)
        assert 0.4 < np.mean(np.array(limits) < 0.01) < 0.6
        assert wrong == 0

    def test_sum_instead_of_mean(self) -> None:
        """nan with .sum(), fine with .mean(): the limit is n times smaller."""
        random = np.random.default_rng(138)
        x = random.uniform(0, 7, size=(100, 1))
        rates = rates_of(bowl_from(x, 2 * x[:, 0] + 3))
        assert rates.verdict(1e-3).converges
        assert rates.sum_limit < 1e-3
        assert rates.sum_limit == pytest.approx(rates.max / 100)


@pytest.mark.parametrize("lr", [0, -0.1, math.nan, math.inf, "fast"])
def test_a_rate_is_a_positive_number(lr) -> None:
    with pytest.raises(UsageError, match=r"learning rate|lr must be"):
        rates_of(hours()).verdict(lr)


@pytest.mark.parametrize("momentum", [-0.1, 1.0, 2, math.nan])
def test_a_momentum_is_below_one(momentum: float) -> None:
    with pytest.raises(UsageError, match="momentum"):
        rates_of(hours()).limit(momentum)


def test_a_flat_bowl_has_no_rates() -> None:
    with pytest.raises(NumericalError, match="flat"):
        rates_of(bowl_from(np.zeros((5, 2)), np.arange(5.0), intercept=False))

"""Descent on the bowl: against PyTorch on real data, stopping rules, scaling, schedules, divergence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.bowls import bowl_from, bowl_of_spectrum, hours
from support.peers import TARGETS, arrays
from wxb.descent import Schedule, Stop, descend, explained
from wxb.descent.walk import first_where
from wxb.errors import NumericalError, UsageError
from wxb.learning_rates import rates_of
from wxb.trajectory import OutcomeKind

EPOCHS = 240
METHODS = {
    "plain": {},
    "momentum": {"momentum": 0.9},
    "nesterov": {"momentum": 0.9, "nesterov": True},
}


def relative(a, b) -> float:
    return float(np.abs(a - b).max() / np.abs(b).max())


@pytest.mark.torch
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", TARGETS)
def test_the_same_trajectory_as_torch(name: str, method: str) -> None:
    import torch

    X, y, _ = arrays(name)
    bowl = bowl_from(X, y)
    lr = 0.5 * rates_of(bowl).max
    path = descend(bowl, lr=lr, epochs=EPOCHS, stop=None, **METHODS[method])
    assert len(path) == EPOCHS
    inputs, target = torch.tensor(X), torch.tensor(y)
    W = torch.zeros(X.shape[1], dtype=torch.float64, requires_grad=True)
    b = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([W, b], lr=lr, **METHODS[method])
    weights, intercepts, costs = np.empty(path.W.shape), np.empty(EPOCHS), np.empty(EPOCHS)
    for epoch in range(EPOCHS):
        cost = torch.mean((inputs @ W + b - target) ** 2)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        weights[epoch], intercepts[epoch], costs[epoch] = W.detach().numpy(), b.item(), cost.item()
    assert relative(path.W, weights) < 1e-10
    assert relative(path.b, intercepts) < 1e-10
    assert np.abs(path.cost / costs - 1).max() < 1e-10


class TestStopping:
    bowl = bowl_from(*arrays("swiss")[:2])

    def test_gradient_norm(self) -> None:
        path = descend(self.bowl, lr=0.1, epochs=5000, stop=Stop(gradient_norm=1e-3))
        assert path.outcome.kind is OutcomeKind.CONVERGED
        theta = np.column_stack([path.b, path.W])
        norms = np.linalg.norm(self.bowl.gradient(theta), axis=1)
        assert norms[-1] <= 1e-3 < norms[-2]

    def test_cost_within(self) -> None:
        path = descend(self.bowl, lr=0.1, epochs=5000, stop=Stop(cost_within=0.5))
        assert path.final_cost - self.bowl.floor <= 0.5 < path.cost[-1] - self.bowl.floor

    def test_standard_errors(self) -> None:
        errors = np.linspace(0.5, 1.5, 6)
        path = descend(self.bowl, lr=0.1, stop=Stop(standard_errors=0.1), standard_errors=errors)
        distance = np.abs(np.column_stack([path.b, path.W]) - self.bowl.minimum) / errors
        assert distance[-1].max() <= 0.1 < distance[-2].max()
        assert path.outcome.distance_se == pytest.approx(distance[-1].max())

    def test_automatic_rate_stops_at_a_hundredth_of_a_standard_error(self) -> None:
        path = descend(self.bowl, lr="auto", standard_errors=np.ones(6))
        assert path.lr[0] == pytest.approx(rates_of(self.bowl).best)
        assert path.outcome.kind is OutcomeKind.CONVERGED
        assert path.outcome.distance_se is not None
        assert 0.005 < path.outcome.distance_se <= 0.01
        assert "0.01 standard errors" in path.outcome.text

    def test_a_rule_is_found_in_a_run_too_long_to_keep(self) -> None:
        path = descend(self.bowl, lr=1e-6, epochs=10**9, stop=Stop(gradient_norm=1e-3))
        assert path.outcome.kind is OutcomeKind.CONVERGED
        assert len(path) < 1100
        assert path.outcome.epochs == path.epochs[-1] + 1
        longer = descend(self.bowl, lr=1e-6, epochs=path.outcome.epochs - 1, stop=Stop(gradient_norm=1e-3))
        assert longer.outcome.kind is not OutcomeKind.CONVERGED

    def test_patience(self) -> None:
        X, y, _ = arrays("mtcars")
        path = descend(
            bowl_from(X[:14], y[:14]), lr="auto", epochs=9000, stop=Stop(patience=50), test=bowl_from(X[14:], y[14:])
        )
        assert path.test_cost is not None
        assert path.best is not None
        lowest = int(np.argmin(path.test_cost))
        assert path.best.epoch == lowest == path.epochs[-1] - 50
        assert path.outcome.kind is OutcomeKind.CONVERGED
        assert str(lowest) in path.outcome.reason
        best = bowl_from(X[14:], y[14:]).cost(np.concatenate([[path.best.b], path.best.W]))
        assert path.best.test_cost == pytest.approx(float(best))
        assert np.array_equal(path.best.W, path.W[lowest - 1])

    def test_patience_needs_test_rows(self) -> None:
        with pytest.raises(UsageError, match="no test rows"):
            descend(self.bowl, lr=0.1, epochs=10, stop=Stop(patience=5))

    def test_a_rule_that_never_holds_is_told(self) -> None:
        with pytest.raises(NumericalError, match=r"10\^15 epochs"):
            descend(self.bowl, lr=1e-25, stop=Stop(cost_within=1e-3))

    @pytest.mark.parametrize("rule", ["gradient_norm", "cost_within", "standard_errors", "patience"])
    def test_rules_are_positive(self, rule: str) -> None:
        with pytest.raises(UsageError, match=rule):
            Stop(**{rule: 0})


class TestDiverging:
    def test_it_says_when_why_and_what_to_do(self) -> None:
        speed = np.array([[4.0], [7.0], [10.0], [25.0]])
        bowl = bowl_from(speed, 3 * speed[:, 0] - 1, terms=("speed",))
        path = descend(bowl, lr=0.1, epochs=1000)
        outcome = path.outcome
        assert outcome.kind is OutcomeKind.DIVERGING
        assert outcome.epoch == path.epochs[-1]
        assert path.cost[-1] > 1e3 * path.cost[0] > path.cost[-2] / 1e3
        assert outcome.cause is not None
        assert outcome.cause.limit == pytest.approx(rates_of(bowl).max)
        assert outcome.cause.term == "speed"
        assert outcome.cause.scaled_condition == pytest.approx(1)
        for word in ("diverging", "1000-fold", "2/λmax", "`speed`", "`lr=", '`scale="standard"`'):
            assert word in outcome.text
        assert "nan" not in outcome.text
        followed = descend(bowl, lr=outcome.cause.suggested_lr, epochs=3_000_000)
        assert followed.outcome.kind is OutcomeKind.CONVERGED

    def test_a_rate_a_hair_above_the_limit_is_told_though_nothing_grew_yet(self) -> None:
        path = descend(hours(), lr=0.1803, epochs=100)
        assert len(path) == 100
        assert path.outcome.kind is OutcomeKind.DIVERGING
        assert "0.1803 is above 0.180295" in path.outcome.text or "above 0.18029" in path.outcome.text

    def test_the_limit_itself_is_critical(self) -> None:
        path = descend(hours(), lr=rates_of(hours()).max, epochs=100)
        assert path.outcome.kind is OutcomeKind.EPOCHS_USED_UP
        assert "exactly critical" in path.outcome.text
        assert '`scale="standard"`' in path.outcome.text

    @pytest.mark.parametrize("lr", [1e5, 1e100, 1e200, 1e300])
    def test_no_rate_is_too_large_for_finite_numbers(self, lr: float) -> None:
        path = descend(hours(), lr=lr, epochs=1000)
        assert path.outcome.kind is OutcomeKind.DIVERGING
        for part in (path.W, path.b, path.cost, path.gradient_norm, [path.final_cost]):
            assert np.isfinite(part).all()
        assert "nan" not in "\n".join(path.log_lines(1)) + path.outcome.text

    def test_a_run_of_a_billion_epochs_stops_where_a_short_one_does(self) -> None:
        short, long = (descend(hours(), lr=0.185, epochs=n).outcome for n in (9999, 10**9))
        assert short.epoch == long.epoch


class TestScaling:
    def test_it_descends_on_standardised_columns_and_answers_in_the_users_units(self) -> None:
        X, y, _ = arrays("swiss")
        raw = X * [10.0, 3.0, 0.1, 50.0, 2.0] + [100.0, -3.0, 5.0, 0.0, 7.0]
        start = np.array([1.0, 0.3, -0.2, 4.0, 0.5, 0.1])
        path = descend(bowl_from(raw, y), lr=0.1, epochs=300, scale="standard", start=start)
        mean, spread = raw.mean(axis=0), raw.std(axis=0)
        there = np.concatenate([[start[0] + start[1:] @ mean], start[1:] * spread])
        same = descend(bowl_from((raw - mean) / spread, y), lr=0.1, epochs=300, start=there)
        assert relative(path.cost, same.cost) < 1e-10
        assert relative(path.W, same.W / spread) < 1e-9
        assert relative(path.b, same.b - (same.W / spread) @ mean) < 1e-9
        assert any("standardised" in note for note in path.notes)

    def test_without_an_intercept_columns_are_divided_only(self) -> None:
        X = np.random.default_rng(0).normal(size=(40, 3)) * [1.0, 100.0, 1e4] + 5
        y = X @ [1.0, 2.0, 3.0] + 1
        size = np.sqrt((X**2).mean(axis=0))
        path = descend(bowl_from(X, y, intercept=False), lr=0.1, epochs=50, scale="standard")
        same = descend(bowl_from(X / size, y, intercept=False), lr=0.1, epochs=50)
        assert relative(path.W, same.W / size) < 1e-9
        assert not path.b.any()

    def test_one_feature_needs_one_step(self) -> None:
        path = descend(hours(), lr="auto", scale="standard")
        assert path.W[-1] == pytest.approx([2])
        assert len(path) == 1


class TestSchedules:
    @pytest.mark.torch
    @pytest.mark.parametrize("text", ["step:30:0.5", "exponential:0.99", "cosine", "cosine:120"])
    @pytest.mark.parametrize("nesterov", [False, True])
    def test_the_same_as_torch(self, text: str, nesterov: bool) -> None:
        import torch

        X, y, _ = arrays("stackloss")
        path = descend(bowl_from(X, y), lr=0.2, epochs=120, momentum=0.5, nesterov=nesterov, schedule=text)
        W, b = (torch.zeros(k, dtype=torch.float64, requires_grad=True) for k in (3, 1))
        optimizer = torch.optim.SGD([W, b], lr=0.2, momentum=0.5, nesterov=nesterov)
        schedulers = {
            "step:30:0.5": lambda: torch.optim.lr_scheduler.StepLR(optimizer, 30, 0.5),
            "exponential:0.99": lambda: torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.99),
        }
        scheduler = schedulers.get(text, lambda: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 120))()
        for epoch in range(120):
            assert path.lr[epoch] == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-9)
            optimizer.zero_grad()
            torch.mean((torch.tensor(X) @ W + b - torch.tensor(y)) ** 2).backward()
            optimizer.step()
            scheduler.step()
        assert relative(path.W[-1], W.detach().numpy()) < 1e-12

    def test_inverse(self) -> None:
        assert descend(hours(), lr=0.1, epochs=9, schedule="1/t:0.5").lr.tolist() == [
            pytest.approx(0.1 / (1 + 0.5 * e)) for e in range(9)
        ]

    @pytest.mark.parametrize("text", ["linear:1", "step", "step:a", "step:2.5", "exponential:-1", "cosine:1:2"])
    def test_what_is_not_a_schedule(self, text: str) -> None:
        with pytest.raises(UsageError, match="schedule"):
            Schedule.parse(text)

    def test_a_long_run_is_thinned(self) -> None:
        path = descend(hours(), lr=0.05, epochs=12_345, schedule="exponential:0.9999", log_every=1000)
        assert path.epochs.tolist() == [*range(0, 12_345, 1000), 12_344]
        short = descend(hours(), lr=0.05, epochs=9_001, schedule="exponential:0.9999")
        assert path.at(9000).cost == short.at(9000).cost

    def test_interrupted_in_the_middle(self, monkeypatch: pytest.MonkeyPatch) -> None:
        calls = []
        original = Schedule.factors

        def factors(self, epochs, total):
            calls.append(1)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return original(self, epochs, total)

        monkeypatch.setattr(Schedule, "factors", factors)
        path = descend(hours(), lr=0.01, epochs=100_000, schedule="exponential:0.99999")
        assert path.outcome.kind is OutcomeKind.INTERRUPTED
        assert path.outcome.epochs == path.epochs[-1] + 1 == 8192


class TestLineSearch:
    def test_every_step_is_the_best_along_its_gradient(self) -> None:
        bowl = bowl_from(*arrays("trees")[:2])
        path = descend(bowl, line_search=True, epochs=20)
        theta = np.zeros(3)
        for entry in path.entries():
            gradient = bowl.gradient(theta)
            here, less, more = (bowl.cost(theta - f * entry.lr * gradient) for f in (1, 0.99, 1.01))
            assert here <= min(less, more)
            theta = np.concatenate([[entry.b], entry.W])
            assert float(bowl.cost(theta)) == pytest.approx(float(here))

    def test_it_goes_with_nothing_else(self) -> None:
        for options in ({"lr": 0.1}, {"momentum": 0.5}, {"schedule": "cosine"}):
            with pytest.raises(UsageError, match="line search"):
                descend(hours(), line_search=True, epochs=10, **options)


@given(st.integers(1, 8), st.floats(0, 6), st.floats(0.0, 0.95), st.integers(0, 999))
def test_any_epoch_of_a_long_run_is_that_of_a_short_one(p: int, digits: float, momentum: float, seed: int) -> None:
    bowl = bowl_of_spectrum(np.geomspace(1, 10**-digits, p), seed, floor=0.5)
    long = descend(bowl, lr=0.9, epochs=20_000, momentum=momentum, log_every=500)
    short = descend(bowl, lr=0.9, epochs=2_000, momentum=momentum)
    for epoch in (0, 500, 1500):
        assert np.array_equal(long.at(epoch).W, short.at(epoch).W)


def test_collinear_terms_end_at_the_nearest_minimum() -> None:
    x = np.arange(6.0)
    X = np.column_stack([x, x])
    bowl = bowl_from(X, 4 * x + 1)
    leaning = type(bowl)(bowl.layout, bowl.hessian, np.array([1.0, 4.0, 0.0]), 0.0, 6)
    path = descend(leaning, lr="auto")
    assert path.W[-1] == pytest.approx([2, 2], rel=1e-5)
    assert any("collinear" in note for note in path.notes)


def test_a_start_at_the_minimum_stays_there() -> None:
    path = descend(hours(), lr=0.5, epochs=100, start=np.array([0.0, 2.0]))
    assert path.outcome.kind is OutcomeKind.CONVERGED
    assert not path.cost.any()


@pytest.mark.torch
def test_explained_completes_the_outcome_of_another_engine() -> None:
    from wxb.training import train

    X, y = np.array([[1.0], [2.0], [3.0]]), np.array([2.0, 4.0, 6.0])
    used_up = explained(train((X, y), lr=0.01, epochs=2000), hours())
    assert used_up.outcome == descend(hours(), lr=0.01, epochs=2000).outcome or used_up.outcome.epochs_needed == 2603
    diverged = explained(train((X, y), lr=0.2, epochs=2000), hours()).outcome
    assert diverged.epoch == 18
    assert diverged.cause is not None
    adam = train((X, y), optimizer="adam", lr=0.1, epochs=50)
    outcome = explained(adam, hours(), gradient_descent=False).outcome
    assert outcome.distance_cost == pytest.approx(adam.final_cost)
    assert outcome.epochs_needed is None


@pytest.mark.parametrize(
    "options",
    [
        {"lr": 0.1, "epochs": 0},
        {"lr": "quick"},
        {"lr": -1.0, "epochs": 5},
        {"lr": 0.1, "epochs": 5, "scale": "minmax"},
        {"lr": 0.1, "epochs": 5, "start": np.zeros(3)},
        {"lr": 0.1, "epochs": 5, "start": np.array([0.0, np.nan])},
        {"lr": 0.1, "epochs": 5, "momentum": 1.5},
        {"lr": 0.1, "epochs": 5, "nesterov": True},
        {"lr": 0.1, "epochs": 5, "standard_errors": np.ones(3)},
        {"lr": 0.1, "epochs": 5, "stop": Stop(standard_errors=0.1)},
        {"lr": 0.1, "epochs": 20_000_000, "log_every": 1},
        {"lr": 0.1, "epochs": 5, "test": bowl_from(np.ones((3, 2)), np.ones(3))},
    ],
)
def test_calls_that_are_wrong(options: dict) -> None:
    with pytest.raises(UsageError):
        descend(hours(), **options)


@given(st.integers(1, 10**15), st.floats(0, 1))
def test_the_first_epoch_is_found_among_any_number(total: int, share: float) -> None:
    first = int(share * (total - 1))
    assert first_where(lambda epochs: epochs >= first, total) == first
    assert first_where(lambda epochs: epochs > total, total) is None

"""Descent by autograd: against loops written by hand, batches, streams, weights, interruptions, wrong calls."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from support.peers import arrays
from wxb.errors import DataError, MissingExtra, NumericalError, UsageError
from wxb.training import feed as feeding
from wxb.training import optimizer_names, train
from wxb.training.feed import Feed
from wxb.training.so_far import SoFar
from wxb.trajectory import OutcomeKind, Stop

X, Y, TERMS = arrays("swiss")
X = np.ascontiguousarray(X)  # the layout decides the last bit of a matrix product
HOURS = (np.array([[1.0], [2.0], [3.0]]), np.array([2.0, 4.0, 6.0]))


def blocks(X: np.ndarray = X, y: np.ndarray = Y, size: int = 10) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for first in range(0, len(y), size):
        yield X[first : first + size], y[first : first + size]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("SGD", {"lr": 0.05, "weight_decay": 0.01}),
        ("adam", {"lr": 0.3, "betas": (0.8, 0.99)}),
        ("AdamW", {"lr": 0.3}),
        ("rmsprop", {"lr": 0.1, "momentum": 0.5}),
        ("Adagrad", {"lr": 1.0}),
        ("lbfgs", {"lr": 0.5, "max_iter": 3}),
    ],
)
def test_the_same_bits_as_a_loop_by_hand(name: str, options: dict) -> None:
    lr = options.pop("lr")
    path = train((X, Y), terms=TERMS, optimizer=name, lr=lr, epochs=40, options=options)
    inputs, target = torch.tensor(X), torch.tensor(Y)
    W, b = (torch.zeros(k, dtype=torch.float64, requires_grad=True) for k in (5, 1))
    optimizer = optimizer_names()[name.lower()]([W, b], lr=lr, **options)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        cost = torch.mean((inputs @ W + b - target) ** 2)
        cost.backward()
        return cost

    costs = [optimizer.step(closure).item() for _ in range(40)]
    assert path.cost.tolist() == costs
    assert path.W[-1].tolist() == W.tolist()
    assert path.b[-1] == b.item()
    assert path.final_cost == torch.mean((inputs @ W + b - target) ** 2).item()


def test_batches_are_shuffled_from_the_seed_alone() -> None:
    runs = [train((X, Y), lr=0.02, epochs=5, batch_size=8, seed=seed) for seed in (1, 1, 2)]
    assert np.array_equal(runs[0].W, runs[1].W)
    assert not np.array_equal(runs[0].W, runs[2].W)
    assert runs[0].final_cost < runs[0].cost[0]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("size", [1, 7, 10, 47, 100])
def test_every_row_comes_once_an_epoch(size: int, streamed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "MEMORY", 0)
    source = blocks if streamed else (X, Y)
    feed = Feed(source, dtype=torch.float64, device=torch.device("cpu"))
    assert feed.in_memory is not streamed
    orders = []
    for epoch in (0, 1):
        batches = list(feed.batches(size, epoch, seed=3))
        assert [len(batch.X) for batch in batches[:-1]] == [size] * (len(batches) - 1)
        rows = torch.cat([torch.cat([batch.X, batch.y[:, None]], dim=1) for batch in batches]).numpy()
        assert np.array_equal(rows[np.lexsort(rows.T)], np.column_stack([X, Y])[np.lexsort(np.column_stack([X, Y]).T)])
        orders.append(rows)
    assert not np.array_equal(orders[0], orders[1])
    again = torch.cat([batch.X for batch in feed.batches(size, 1, seed=3)]).numpy()
    assert np.array_equal(again, orders[1][:, :5])


def test_rows_of_a_streamed_block_are_shuffled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "MEMORY", 0)
    feed = Feed(lambda: blocks(size=47), dtype=torch.float64, device=torch.device("cpu"))
    (batch,) = feed.batches(100, 0, seed=1)
    assert not np.array_equal(batch.X.numpy(), X)


def test_streamed_rows_give_the_path_of_rows_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = train((X, Y), lr=0.1, epochs=50, momentum=0.5)
    monkeypatch.setattr(feeding, "MEMORY", 0)
    streamed = train(blocks, lr=0.1, epochs=50, momentum=0.5)
    for name in ("W", "b", "cost", "gradient_norm"):
        assert getattr(streamed, name) == pytest.approx(getattr(whole, name), rel=1e-12)
    assert streamed.final_cost == pytest.approx(whole.final_cost, rel=1e-12)
    batched = train(blocks, lr=0.02, epochs=30, batch_size=8)
    assert batched.final_cost == pytest.approx(float(np.mean((X @ batched.W[-1] + batched.b[-1] - Y) ** 2)))


def test_a_weight_is_a_repeated_row() -> None:
    w = np.arange(len(Y)) % 4 + 0.0
    weighted = train((X, Y, w), lr=0.1, epochs=60)
    repeated = train((np.repeat(X, w.astype(int), axis=0), np.repeat(Y, w.astype(int))), lr=0.1, epochs=60)
    assert pytest.approx(repeated.W, rel=1e-10) == weighted.W
    assert weighted.cost == pytest.approx(repeated.cost, rel=1e-10)


def test_without_an_intercept_and_from_a_start() -> None:
    path = train(HOURS, lr=0.05, epochs=200, intercept=False, start=np.array([5.0]))
    assert path.start[0].tolist() == [5.0]
    assert path.W[-1] == pytest.approx([2])
    assert not path.b.any()
    assert not path.intercept


def test_test_rows_every_epoch_and_patience() -> None:
    seen = []
    A, y, _ = arrays("mtcars")
    path = train(
        (A[:14], y[:14]), lr=0.2, epochs=2000, test=(A[14:], y[14:]), stop=Stop(patience=40), on_epoch=seen.append
    )
    assert path.test_cost is not None
    assert path.best is not None
    lowest = int(np.argmin(path.test_cost))
    assert path.outcome.kind is OutcomeKind.CONVERGED
    assert path.best.epoch == lowest == path.epochs[-1] - 40
    cost = float(np.mean((A[14:] @ path.best.W + path.best.b - y[14:]) ** 2))
    assert path.best.test_cost == pytest.approx(cost)
    assert [entry.epoch for entry in seen] == path.epochs.tolist()
    assert [entry.test_cost for entry in seen] == path.test_cost.tolist()
    assert [entry.W.tolist() for entry in seen] == path.W.tolist()


def test_stop_by_gradient_norm() -> None:
    path = train((X, Y), lr=0.2, epochs=5000, stop=Stop(gradient_norm=1e-2))
    assert path.outcome.kind is OutcomeKind.CONVERGED
    assert path.gradient_norm[-1] <= 1e-2 < path.gradient_norm[-2]


def test_an_interrupted_run_keeps_what_was_reached() -> None:
    def impatient(entry) -> None:
        if entry.epoch == 6:
            raise KeyboardInterrupt

    path = train((X, Y), lr=0.1, epochs=100, on_epoch=impatient)
    assert path.outcome.kind is OutcomeKind.INTERRUPTED
    assert path.epochs.tolist() == list(range(7))
    assert path.final_cost == pytest.approx(float(np.mean((X @ path.W[-1] + path.b[-1] - Y) ** 2)))


def test_interrupted_within_a_step_the_last_whole_epoch_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    original = Feed.batches

    def batches(self, size, epoch, seed):
        for batch in original(self, size, epoch, seed):
            calls.append(epoch)
            if len(calls) == 15:
                raise KeyboardInterrupt
            yield batch

    monkeypatch.setattr(Feed, "batches", batches)
    path = train((X, Y), lr=0.02, epochs=100, batch_size=8)
    assert path.epochs.tolist() == [0, 1]
    assert path.final_cost == pytest.approx(float(np.mean((X @ path.W[-1] + path.b[-1] - Y) ** 2)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_out_of_range_ends_with_numbers(dtype: str) -> None:
    path = train(HOURS, lr=1.0, epochs=2000, dtype=dtype, stop_when_blown_up=False)
    assert path.outcome.kind is OutcomeKind.NOT_FINITE
    assert path.outcome.epoch == path.epochs[-1] + 1
    assert path.outcome.last_cost == path.cost[-1]
    for part in (path.W, path.b, path.cost, [path.final_cost]):
        assert np.isfinite(part).all()
    assert "nan" not in path.outcome.text + "".join(path.log_lines(1))


def test_growth_stops_plain_descent() -> None:
    path = train(HOURS, lr=0.2, epochs=2000)
    assert path.outcome.kind is OutcomeKind.DIVERGING
    assert path.outcome.epoch == 18 == path.epochs[-1]


@pytest.mark.parametrize(("momentum", "epochs"), [(0.9, 700), (0.99, 7000)])
def test_a_swing_of_momentum_is_not_a_divergence(momentum: float, epochs: int) -> None:
    """Just below the limit a converging run first grows by more than a thousand."""
    X = np.ones((4, 1))
    lr = 0.5 * (1 + momentum**0.5) ** 2  # the two roots coincide at −√β; the curvature is 2
    path = train((X, X[:, 0]), lr=lr, epochs=epochs, momentum=momentum, intercept=False)
    assert path.outcome.kind is OutcomeKind.EPOCHS_USED_UP
    assert path.cost.max() > (1e3 if momentum > 0.95 else 100) * path.cost[0]
    assert path.final_cost < 1e-20
    assert (
        train((X, X[:, 0]), lr=1.1 * lr, epochs=epochs, momentum=momentum, intercept=False).outcome.kind
        is OutcomeKind.DIVERGING
    )


def test_long_runs_keep_the_logged_epochs() -> None:
    record = SoFar(("x1",), True, 25_000, 1000, np.zeros(1), 0.0)
    for epoch in range(12_345):
        record.add(epoch, np.array([1.0 * epoch]), 0.0, 1.0, None, 0.0, 0.1)
    from wxb.trajectory import Outcome

    path = record.trajectory(Outcome(OutcomeKind.INTERRUPTED, 12_345), 1.0, None)
    assert path.epochs.tolist() == [*range(0, 12_345, 1000), 12_344]


def test_nan_in_the_rows_is_not_an_answer() -> None:
    with pytest.raises(NumericalError):
        train((np.array([1.0, np.nan]), np.array([1.0, 2.0])), lr=0.1, epochs=5)


def test_without_torch_the_line_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match=r"pip install 'wxb\[torch\]'"):
        train(HOURS, lr=0.1, epochs=1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"optimizer": "adm"}, "did you mean adam"),
        ({"optimizer": "zzz"}, "there are"),
        ({"options": {"momentm": 0.9}}, "did you mean momentum"),
        ({"optimizer": "adam", "momentum": 0.9}, "no option 'momentum'"),
        ({"lr": -1.0}, "refuses"),
        ({"optimizer": "sparseadam"}, "cannot make this step"),
        ({"optimizer": "muon"}, "Muon"),
        ({"device": "tpu9"}, "device"),
        ({"dtype": "float16"}, "dtype"),
        ({"cost": "cubed"}, "cost"),
        ({"epochs": 0}, "epochs"),
        ({"batch_size": 0}, "batch size"),
        ({"start": np.zeros(5)}, "start"),
        ({"terms": ["a", "b"]}, "terms"),
        ({"stop": Stop(standard_errors=0.1)}, "moments engine"),
        ({"stop": Stop(patience=3)}, "test rows"),
        ({"test": (np.ones((2, 3)), np.ones(2))}, "columns"),
    ],
)
def test_calls_that_are_wrong(options: dict, said: str) -> None:
    with pytest.raises(UsageError) as error:
        train(HOURS, **({"epochs": 3} | options))
    assert said in str(error.value)


def test_shapes_that_are_wrong() -> None:
    with pytest.raises(UsageError, match="shape"):
        train((np.ones((3, 2)), np.ones(2)), epochs=1)
    with pytest.raises(DataError, match="no rows"):
        train(lambda: iter(()), epochs=1)
    with pytest.raises(DataError, match="weights"):
        train((np.ones(3), np.ones(3), np.zeros(3)), epochs=1)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_no_gpu_is_told() -> None:
    with pytest.raises(UsageError, match="cuda"):
        train(HOURS, epochs=1, device="cuda")


def test_an_interruption_in_the_first_epoch_keeps_the_steps_made(monkeypatch: pytest.MonkeyPatch) -> None:
    from wxb.training.loop import Loop

    steps, plain = [], Loop._step

    def step(self, batch):
        if len(steps) == 3:
            raise KeyboardInterrupt
        steps.append(batch)
        return plain(self, batch)

    monkeypatch.setattr(Loop, "_step", step)
    x = np.arange(1.0, 9.0)
    path = train((x[:, None], 2 * x), lr=0.001, epochs=5, batch_size=2)
    assert path.outcome.kind is OutcomeKind.INTERRUPTED
    assert path.outcome.reason == "in the middle of the first epoch"
    assert len(path) == 1
    assert path.W[-1, 0] != 0
    assert np.isfinite(path.cost).all()
    assert np.isfinite(path.final_cost)

"""Whatever a call takes arrives: every option changes what it is for, and does the same however the rows come."""

from __future__ import annotations

import inspect
import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import wxb
from wxb.data.layout import LayoutOptions
from wxb.methods.fit_options import FitOptions
from wxb.moments.as_json import moments_to_json

N = 24
X = [float((5 * i) % N) for i in range(N)]
WHOLE: dict[str, list[Any]] = {
    "k": ["ab"[i // 2 % 2] for i in range(N)],
    "x": X,
    "twice": [2 * x for x in X],
    "z": [float((i * i) % 7) for i in range(N)],
    "w": [1.0 + i % 3 for i in range(N)],
    "m": [1 + i % 4 for i in range(N)],
    "y": [3 * x + 5 + (7 * i) % 5 for i, x in enumerate(X)],
}
HOLES = {**WHOLE, "x": [None if i == 5 else x for i, x in enumerate(X)]}


def _stream(table: pa.Table) -> io.BytesIO:
    held = io.BytesIO()
    pa.csv.write_csv(table, held)
    held.seek(0)
    return held


def _csv(table: pa.Table, folder: Path) -> Path:
    pa.csv.write_csv(table, folder / "t.csv")
    return folder / "t.csv"


def _parquet(table: pa.Table, folder: Path) -> Path:
    pa.parquet.write_table(table, folder / "t.parquet")
    return folder / "t.parquet"


ROADS: dict[str, Callable[[pa.Table, Path], Any]] = {
    "csv": _csv,
    "parquet": _parquet,
    "stream": lambda table, folder: _stream(table),
    "arrow": lambda table, folder: table,
    "reader": lambda table, folder: table.to_reader(),
    "frame": lambda table, folder: pd.DataFrame(table.to_pydict()),
    "dict": lambda table, folder: {
        name: np.array([np.nan if value is None else value for value in column])
        for name, column in table.to_pydict().items()
    },
    "rows": lambda table, folder: table.to_pylist(),
}


def _of_model(model: Any) -> Any:
    if isinstance(model, wxb.Groups):
        known = [] if model.question.shares.whole else [model[label] for label in model if label not in model.failed]
        judged = [(one.test_cost, one.fold_costs.tolist()) for one in known]
        return (
            model.terms,
            model.coef.tolist(),
            model.intercept.tolist(),
            model.rows.tolist(),
            model.dropped_rows,
            judged,
        )
    path = model.trajectory
    return (
        model.terms, model.theta.tolist(), model.n, model.moments.rows, model.dropped_rows, model.test_cost,
        model.fold_costs.tolist(), model.moments.precision,
        model.errors and model.errors.matrix.tolist(), path and (path.epochs.tolist(), path.cost.tolist()),
    )  # fmt: skip


def seen(call: Callable[[], Any], of: Callable[[Any], Any] = _of_model) -> Any:
    """What came of it, or the sort of its refusal; the whole of it can be compared."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return repr(of(call()))
        except wxb.WxbError as error:
            return type(error).__name__


def _start() -> wxb.Model:
    return wxb.fit(WHOLE, "y", features=["x", "z"])


CALLS: dict[str, Callable[..., Any]] = {
    "fit": lambda data, **options: seen(lambda: wxb.fit(data, None if "formula" in options else "y", **options)),
    "by": lambda data, **options: seen(lambda: wxb.fit(data, "y", by="k", **options)),
    "rates": lambda data, **options: seen(lambda: wxb.rates(data, "y", **options), lambda r: (r.max, r.best)),
    "cost_of": lambda data, **options: seen(
        lambda: wxb.cost_of(data, "y", "2*x + 1", **options), lambda c: (c.n, c.cost, c.mean_absolute)
    ),
    "update": lambda data, **options: seen(lambda: wxb.update(_model(options), data, **options)),
    "forget": lambda data, **options: seen(lambda: wxb.forget(_model(options), data, **options)),
}


def _model(options: dict[str, Any]) -> wxb.Model:
    often = {name: value for name, value in options.items() if name in ("weights",)}
    return wxb.fit({name: values * 4 for name, values in WHOLE.items()}, "y", features=["x", "z"], **often)


READ: dict[str, dict[str, Any]] = {
    "formula": {"formula": "y ~ x + I(x^2):z"},
    "features": {"features": ["x"]},
    "weights": {"weights": "w"},
    "frequency": {"frequency": "m"},
    "intercept": {"intercept": False},
    "missing": {"missing": "drop"},
    "where": {"where": "z > 1"},
    "precision": {"precision": "fast"},
    "rank": {"features": ["x", "twice", "z"], "rank": "error"},
    "test": {"test": 0.3},
    "folds": {"folds": 3},
    "seed": {"test": 0.3, "seed": 1},
    "absorb": {"absorb": "k"},
    "se": {"se": "cluster:k"},
}
TAKES = {
    "fit": [*READ],
    "by": [
        "features",
        "weights",
        "frequency",
        "intercept",
        "missing",
        "where",
        "precision",
        "rank",
        "test",
        "folds",
        "seed",
    ],
    "rates": ["features", "weights", "frequency", "intercept", "missing", "where"],
    "cost_of": ["missing", "where"],
    "update": ["weights", "frequency", "where"],
    "forget": ["weights", "frequency", "where"],
}


@pytest.mark.parametrize(("call", "option"), [(call, option) for call, names in TAKES.items() for option in names])
def test_what_is_read_is_what_was_asked_for_on_every_road(call, option, tmp_path):
    table = pa.table(HOLES if option == "missing" else WHOLE)
    given = READ[option]
    basic = {} if call in ("cost_of", "update", "forget") or option == "formula" else {"features": ["x", "z"]}
    without = basic | {name: value for name, value in given.items() if name != option}
    plain, asked = CALLS[call](table, **without), CALLS[call](table, **basic | given)
    assert plain != asked
    ends = {road: CALLS[call](make(table, tmp_path), **basic | given) for road, make in ROADS.items()}
    if option == "precision":  # rounded sums depend on how the rows are cut; that they are rounded does not
        ends = {road: end != plain for road, end in ends.items()}
        asked = True
    assert ends == dict.fromkeys(ROADS, asked)


KEPT = ("intercept", "missing", "precision", "test", "folds", "seed", "weights", "frequency")


@pytest.mark.parametrize("option", KEPT)
def test_a_model_made_of_parts_keeps_what_its_fit_was_asked(option):
    """The rows follow in a second call, where its rows are read and solved as the first was asked to."""
    data = HOLES if option == "missing" else WHOLE
    first, second = ({name: values[part] for name, values in data.items()} for part in (slice(0, 12), slice(12, N)))
    given: dict[str, Any] = {"features": ["x", "z"]} | READ[option]
    of_rows = {name: given[name] for name in ("weights", "frequency") if name in given}
    model: list[wxb.Model] = []
    changed = seen(lambda: wxb.update(wxb.fit(first, "y", **given), second, **of_rows), model.append)
    assert changed == "None"
    if option == "precision":  # its last bits are those of the order of the rows
        parts = [wxb.fit(rows, "y", **given) for rows in (first, second)]
        assert moments_to_json(model[0].moments) == moments_to_json(wxb.merge(*parts).moments)
        assert model[0].moments.precision == "fast"
    else:
        assert repr(_of_model(model[0])) == seen(lambda: wxb.fit(data, "y", **given))


@pytest.mark.parametrize("rank", ["drop", "error"])
def test_what_is_left_is_solved_as_the_fit_was_asked_to(rank):
    """Without its last row z is constant."""
    data = {"x": WHOLE["x"], "z": [0.0] * (N - 1) + [1.0], "y": WHOLE["y"]}
    model, last = wxb.fit(data, "y", rank=rank), {name: values[-1:] for name, values in data.items()}
    left = seen(lambda: wxb.forget(model, last), lambda found: found.dropped)
    assert left == ("NumericalError" if rank == "error" else "('z',)")


def test_no_option_is_forgotten_here():
    penalties = {"l2", "l1", "positive", "standardise", "choose", "among", "penalise"}  # tests/penalties
    read = {*READ, "by", "endogenous", "instruments"} | (LayoutOptions.__annotations__.keys() - {"where"})
    running = {"threads", "progress", "checkpoint"}
    paths = {*STEPS, "lr", "epochs", "on_epoch"}
    selection = {"select", "direction", "always"}  # tests/stepwise
    every = read | running | paths | penalties | selection
    assert {*FitOptions.__annotations__, *LayoutOptions.__annotations__, "by"} == every
    for name in ("rates", "cost_of", "update", "forget"):
        own = {*inspect.signature(getattr(wxb, name)).parameters, "where"} - {"data", "target", "line", "model"}
        assert own - {"layout", "threads"} == {*TAKES[name]}, name


STEPS: dict[str, dict[str, Any]] = {
    "momentum": {"momentum": 0.5},
    "nesterov": {"momentum": 0.5, "nesterov": True},
    "schedule": {"schedule": "exponential:0.5"},
    "scale": {"scale": "standard"},
    "line_search": {"line_search": True, "lr": None},
    "stop": {"stop": wxb.Stop(gradient_norm=1e3)},
    "start": {"start": {"x": 1.0, "z": 2.0, "(b)": 3.0}},
    "log_every": {"log_every": 2},
    "engine": {"engine": "torch"},
    "optimizer": {"optimizer": "adam"},
    "batch_size": {"batch_size": 5},
    "dtype": {"engine": "torch", "dtype": "float32"},
    "device": {"engine": "torch", "device": "nowhere"},
}
TRAINED = {
    name: STEPS.get(name) or READ[name]
    for name in ("momentum", "nesterov", "stop", "start", "log_every", "optimizer", "batch_size", "weights", "intercept",
                 "missing", "where", "test", "folds")
} | {"seed": {"batch_size": 5, "seed": 1}, "precision": {"precision": "fast"}}  # fmt: skip


@pytest.mark.parametrize("option", STEPS)
@pytest.mark.torch
def test_a_descent_goes_as_it_was_asked_to(option, monkeypatch):
    monkeypatch.setattr("wxb.trajectory.kept.KEPT_AT_MOST", 5)  # epochs up to which all are kept
    basic = {"features": ["x", "z"], "lr": 0.001, "epochs": 9}
    given = basic | STEPS[option]
    without = {name: value for name, value in given.items() if name != option}
    without |= {"lr": 0.001}
    assert CALLS["fit"](WHOLE, **given) != CALLS["fit"](WHOLE, **without)


@pytest.mark.parametrize("option", TRAINED)
@pytest.mark.torch
def test_a_training_goes_as_it_was_asked_to(option, monkeypatch):
    monkeypatch.setattr("wxb.trajectory.kept.KEPT_AT_MOST", 5)  # epochs up to which all are kept
    data = HOLES if option == "missing" else WHOLE
    given = {"features": ["x", "z"], "lr": 0.001, "epochs": 9, "engine": "torch"} | TRAINED[option]
    without = {name: value for name, value in given.items() if name != option}
    assert CALLS["fit"](data, **given) != CALLS["fit"](data, **without)


@pytest.mark.parametrize("option", [option for option in TAKES["by"] if option not in ("test", "folds", "seed")])
@pytest.mark.parametrize("groups", [2, 80])
def test_groups_few_or_many_are_the_fits_of_their_rows(option, groups):
    data = HOLES if option == "missing" else WHOLE
    every: dict[str, Any] = {name: values * groups for name, values in data.items()}
    every["k"] = [f"g{i}" for i in range(groups) for _ in range(N)]
    given: dict[str, Any] = {"features": ["x", "z"]} | READ[option]
    alone, together = seen(lambda: wxb.fit(data, "y", **given)), seen(lambda: wxb.fit(every, "y", by="k", **given))
    if option == "rank":
        assert alone == "NumericalError"
        assert len(wxb.fit(every, "y", by="k", **given).failed) == groups
    elif option == "precision":
        assert alone != seen(lambda: wxb.fit(data, "y", features=["x", "z"]))
        assert together != seen(lambda: wxb.fit(every, "y", by="k", features=["x", "z"]))
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            one, all_of_them = wxb.fit(data, "y", **given), wxb.fit(every, "y", by="k", **given)
        assert all_of_them.coef.tolist() == [one.coef.tolist()] * groups
        assert all_of_them.intercept.tolist() == [one.intercept] * groups
        assert all_of_them.rows.tolist() == [one.moments.rows] * groups


@pytest.mark.torch
@pytest.mark.parametrize(
    "options",
    [{}, {"by": "k"}, {"lr": 0.001, "epochs": 5}, {"lr": 0.001, "epochs": 5, "engine": "torch"}],
    ids=["exact", "by", "descent", "training"],
)
def test_who_listens_is_told(options):
    rows: list[int] = []
    epochs: list[int] = []
    listen: dict[str, Any] = {"progress": lambda done, total: rows.append(done)}
    if "lr" in options:
        listen["on_epoch"] = lambda entry: epochs.append(entry.epoch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wxb.fit(WHOLE, "y", features=["x", "z"], **options, **listen)
    assert rows[-1] == N
    assert bool(epochs) is ("lr" in options)


@pytest.mark.torch
def test_both_engines_tell_the_cost_on_the_test_rows_on_the_way():
    given: dict[str, Any] = {"features": ["x", "z"], "lr": 0.001, "epochs": 9, "test": 0.3}
    costs = []
    for engine in ("moments", "torch"):
        path = wxb.fit(WHOLE, "y", engine=engine, **given).trajectory
        assert path is not None
        assert path.test_cost is not None
        costs += path.test_cost.tolist()
    assert costs[:9] == pytest.approx(costs[9:], rel=1e-9)


@pytest.mark.parametrize("intercept", [True, False])
def test_a_model_of_moments_is_that_of_their_rows(intercept):
    rows = {name: WHOLE[name] for name in ("x", "z", "y")}
    model = wxb.fit(rows, "y", intercept=intercept)
    same = wxb.fit(model.moments, "y", intercept=intercept)
    assert same.theta.tolist() == model.theta.tolist()
    found, expected = (one.predict(rows, interval=0.9) for one in (same, model))
    assert (found.low.tolist(), found.high.tolist()) == (expected.low.tolist(), expected.high.tolist())

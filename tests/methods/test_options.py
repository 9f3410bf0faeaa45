"""Nothing that is asked for is ignored: with every method, every pair of options is honoured or refused by name."""

from __future__ import annotations

import inspect
import itertools
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wxb
from wxb.choices import choices
from wxb.methods.descent import Descent
from wxb.methods.exact import Exact
from wxb.methods.options import KEPT, OPTIONS, asked, question_of, to_json
from wxb.methods.training import Training
from wxb.question import Question, Running

N = 24
_x = np.arange(N) * 0.37 % 1
TABLE = {
    "x": _x, "twice": 2 * _x, "z": np.where(np.arange(N) == 5, np.nan, np.sin(np.arange(N) * 3.1)), "w": 1.0 + np.arange(N) % 3,
    "y": 1 + 2 * _x + 0.3 * np.sin(np.arange(N) * 12.9898), "g": np.where(np.arange(N) % 2, "a", "b"),
    "f": 1 + np.arange(N) % 4,
}  # fmt: skip
BASES: dict[str, dict[str, Any]] = {
    "exact": {},
    "descent": {"lr": 0.3, "epochs": 12},
    "groups": {"by": "g"},
    "moments": {"data": "moments"},
    "stages": {"endogenous": ("x",), "instruments": ("w",)},
    "penalty": {"l2": 0.1},
    "choice": {"l2": "auto", "folds": 3, "among": (0.1, 1.0)},
    "selection": {"select": "aic"},
    "training": {"engine": "torch", "lr": 0.3, "epochs": 4},
}


class Calls(list[Any]):
    """Remembers that it was called."""

    def __call__(self, *given: Any) -> None:
        self.append(given)


@pytest.fixture
def samples(tmp_path: Path) -> dict[str, Any]:
    """One value of each option that says something."""
    return {
        "lr": 0.2, "epochs": 3, "momentum": 0.5, "nesterov": True, "schedule": "step:3:0.5", "scale": "standard",
        "line_search": True, "start": {"x": 1.0}, "stop": wxb.Stop(gradient_norm=30.0), "log_every": 5, "optimizer": "adam",
        "batch_size": 8, "dtype": "float32", "device": "cpu", "engine": "torch", "precision": "fast", "rank": "error",
        "intercept": False, "test": 0.3, "folds": 4, "seed": 3, "target": "w", "features": ("twice", "x"), "weights": "w",
        "frequency": "f",
        "l2": 0.5, "l1": 0.25, "positive": True, "standardise": False, "choose": "gcv", "among": (0.5, 0.25),
        "penalise": (("x", 0.5),), "select": "bic", "direction": "forward", "always": "x",
        "se": "HC1", "endogenous": ("x",), "instruments": ("w",), "absorb": "g", "formula": "y ~ I(x^2) + x",
        "by": "g", "missing": "drop", "threads": 1, "progress": Calls(), "on_epoch": Calls(), "checkpoint": tmp_path / "state",
    }  # fmt: skip


def seen_of(options: dict[str, Any]) -> Any:
    """All that a fit shows; in words where it is refused or fails."""
    columns = options.get("features", ("x", "twice") if {"rank", "columns of rank"} & set(options) else ("x",))
    columns = (*columns, "z") if {"missing", "columns of missing"} & set(options) else columns
    given = {k: v for k, v in options.items() if v is not None}
    if "formula" in given:
        options = given | {"formula": " + ".join((given["formula"], *columns))}
    else:
        options = {"target": "y"} | given | {"features": columns}
    data: Any = TABLE
    if options.pop("data", None):
        data = wxb.fit({name: TABLE[name] for name in ("x", "twice", "w", "y")}, "y").moments
    calls = [value for value in options.values() if isinstance(value, Calls)]
    for called in calls:
        called.clear()
    try:
        found = wxb.fit(data, **options)
        models = [found] if isinstance(found, wxb.Model) else list(found.values())
    except wxb.UsageError as error:
        return f"refused: {error}"
    except wxb.WxbError as error:
        return f"failed: {error}"
    return str(([_shown(model) for model in models], [bool(called) for called in calls]))


def _shown(model: Any) -> Any:
    path, sums = model.trajectory, model.moments
    way = (
        None if path is None else (path.W.tolist(), path.lr.tolist(), path.method, path.outcome.kind, path.total_epochs)
    )
    return (
        model.terms, model.target, model.theta.tolist(), sums.rows, sums.precision, sums.weighted, model.dropped_rows,
        str(model.path and model.path.judged.tolist()), str(model.steps), str(model.fold_costs),
        model.test_cost, model.cost, way, model.warnings, str(model.errors),
    )  # fmt: skip


SILENT = {
    "threads": "changes nothing in an answer, by theorem",
    "checkpoint": "changes nothing in an answer: only where a killed run goes on",
    "device": "cpu is the only one that every machine has",
    "seed": "of all that is random; there may be nothing that is",
    "positive": "of lines whose coefficients are positive: tested by itself",
    "log_every": "decides which epochs of more than 10 000 are kept: tested by itself",
}


def test_every_option_of_the_call_is_in_the_law(samples: dict[str, Any]) -> None:
    options = set(inspect.signature(wxb.fit).parameters) - {"data", "layout"}
    assert options == set(samples)
    assert options <= set(OPTIONS)


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in (1, 2))])
@pytest.mark.parametrize("base", [*list(BASES)[:-1], pytest.param("training", marks=pytest.mark.torch)])
def test_every_pair_of_options_is_honoured_or_refused(base: str, part: int, samples: dict[str, Any]) -> None:
    if base != "training":
        del samples["optimizer"], samples["batch_size"], samples["dtype"], samples["engine"]
    given = BASES[base]
    seen = cache(lambda *names: seen_of(given | {name: samples.get(name) for name in names}))
    names = [name for name in samples if given.get(name) != samples[name]]
    ignored: list[Any] = [name for name in names if name not in SILENT and seen(name) == seen(*_columns(name))]
    own = [
        name
        for name in names
        if base != "training" or name in (*choices(Training), "on_epoch", "checkpoint", "by", "test")
    ]
    # every third pair, beside the next base the pairs after these
    for one, two in itertools.islice(itertools.combinations(own, 2), (list(BASES).index(base) + part) % 3, None, 3):
        both = seen(one, two)
        if both.startswith(("refused", "failed")):
            continue
        for kept, more in ((one, two), (two, one)):
            if more not in SILENT and both == seen(kept, *_columns(more)):
                ignored.append((kept, more))
    assert not ignored


def _columns(name: str) -> tuple[str, ...]:
    """What asks for the columns in which an option shows, and for nothing else."""
    return (f"columns of {name}",) if name in ("rank", "missing") else ()


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
def test_log_every_decides_what_is_kept_of_a_long_run() -> None:
    path = wxb.fit(TABLE, "y", features=["x"], lr=0.1, epochs=20_000, log_every=4000).trajectory
    assert path.epochs.tolist() == [0, 4000, 8000, 12000, 16000, 19999]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"log_every": 5}, "log_every=5` belongs to a descent"),
    ({"start": {"x": 1.0}}, "start=` belongs to a descent"),
    ({"stop": wxb.Stop(cost_within=1)}, "a stopping rule belongs to a descent"),
    ({"on_epoch": print}, "on_epoch=` belongs to a descent"),
    ({"momentum": 0.9}, "momentum=0.9` belongs to a descent"),
    ({"formula": "y ~ x"}, 'target="y"` is said by the formula'),
    ({"by": "g", "checkpoint": "f"}, 'checkpoint="f"` is for one model'),
    ({"by": "g", "log_every": 5}, "log_every=5`"),
    ({"by": "g", "start": [1, 2]}, "start=`"),
    ({"by": "g", "stop": wxb.Stop(cost_within=1)}, "a stopping rule"),
    ({"by": "g", "lr": 0.1}, "lr=0.1` is for one model"),
    ({"by": "g", "engine": "torch"}, 'engine="torch"` is for one model'),
    ({"lr": 0.1, "epochs": 5, "stop": wxb.Stop(patience=3)}, "no test rows"),
    ({"optimizer": "adam", "stop": wxb.Stop(patience=3)}, "no test rows"),
    ({"optimizer": "adam", "schedule": "cosine"}, 'schedule="cosine"` belongs to descent on moments'),
    ({"optimizer": "adam", "scale": "standard"}, 'scale="standard"` belongs to descent on moments'),
    ({"batch_size": 4, "line_search": True}, "line_search=True` belongs to descent on moments"),
    ({"optimizer": "adam", "lr": "auto"}, 'lr="auto"` follows from the curvature'),
    ({"engine": "torch", "stop": wxb.Stop(standard_errors=1)}, "distance from the minimum"),
    ({"engine": "moments", "batch_size": 4}, 'engine="moments"` is full-batch descent'),
    ({"line_search": True, "lr": 0.1}, "lr=0.1` is a rate"),
    ({"line_search": True, "momentum": 0.5}, "momentum=0.5` does not go with the exact line search"),
]


@pytest.mark.parametrize(("options", "said"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_does_not_go_together_is_said_before_anything_is_read(options: dict[str, Any], said: str) -> None:
    with pytest.raises(wxb.UsageError) as caught:
        wxb.fit("/no/such/file.csv", "y", **options)
    assert said in caught.value.what
    assert caught.value.do


@pytest.mark.parametrize(
    "options",
    [{}, {"rank": "error", "test": 0.2}, {"lr": 0.1, "epochs": 5}, {"optimizer": "gd"}, {"line_search": True}, {"engine": "torch"},
     {"optimizer": "adam", "batch_size": 4, "lr": 0.5}, {"engine": "torch", "lr": "auto", "momentum": 0.5}, {"epochs": 3},
     {"missing": "drop", "folds": 3, "seed": 5, "precision": "fast", "intercept": False}],
    ids=str,
)  # fmt: skip
def test_a_question_is_kept_by_its_flat_names_in_the_order_they_always_had(options: dict[str, Any]) -> None:
    question, _ = asked(**options)
    kept = to_json(question)
    assert kept == options
    assert list(kept) == [name for name in ORDER if name in kept]
    assert question_of(kept) == question


ORDER = (
    "lr", "epochs", "momentum", "nesterov", "schedule", "scale", "line_search", "optimizer", "engine", "dtype", "batch_size",
    "device", "l2", "l1", "positive", "standardise", "choose", "select", "direction", "always",
    "precision", "rank", "intercept", "se", "test", "folds", "seed", "missing",
)  # fmt: skip


def test_a_method_that_a_file_does_not_know_is_not_kept() -> None:
    with pytest.raises(wxb.UsageError, match="cannot be kept in a file"):
        to_json(Question(method=object()))  # pyright: ignore[reportArgumentType]


def test_the_records_agree_on_the_options_they_share() -> None:
    assert set(KEPT) == set(ORDER)
    for name in set(choices(Descent)) & set(choices(Training)):
        assert choices(Descent)[name] == choices(Training)[name]


def test_questions_are_compared_by_what_they_ask() -> None:
    one, two = (asked(lr=0.1, start={"x": np.float32(1), "(b)": 2}, features=("x",))[0] for _ in range(2))
    assert one == two
    assert hash(one) == hash(two)
    assert one != replace(one, method=Exact())
    assert Question(method=Exact()) == asked()[0]
    assert Running() == asked()[1]

"""Every state a model can be in × everything that can be asked of it: fresh, and through a file."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest

import wxb
from wxb.cli import main

RANDOM = np.random.default_rng(17)
X = RANDOM.normal(size=(120, 2))
TABLE = {
    "a": X[:, 0],
    "b": X[:, 1],
    "w": RANDOM.uniform(1, 2, 120),
    "g": np.arange(120) % 3,
    "y": X @ [1.0, 2.0] + RANDOM.normal(size=120),
}
HALF, REST = ({name: column[rows] for name, column in TABLE.items()} for rows in (slice(0, 60), slice(60, None)))


def fitted(data=TABLE, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        return wxb.fit(data, "y", features=["a", "b"], **options)


def diverged(**options):
    found = fitted(lr=1e5, epochs=50, **options)
    assert found.outcome == "diverging"
    return found


STATES = {
    "exact": fitted,
    "no intercept": lambda: fitted(intercept=False),
    "fast": lambda: fitted(precision="fast"),
    "weighted": lambda: fitted(weights="w"),
    "test": lambda: fitted(test=0.2),
    "folds": lambda: fitted(folds=3),
    "shares": lambda: fitted(test=0.2, folds=3),
    "dropped": lambda: fitted({**TABLE, "b": 2 * X[:, 0]}),
    "passes through every row": lambda: fitted({**TABLE, "y": X @ [1.0, 2.0]}),
    "no freedom": lambda: fitted({name: column[:3] for name, column in TABLE.items()}),
    "descent": lambda: fitted(lr="auto", epochs=5),
    "descent with shares": lambda: fitted(lr="auto", epochs=5, test=0.2, folds=2),
    "converged": lambda: fitted(lr="auto", stop=wxb.Stop(gradient_norm=1e-8)),
    "diverged": diverged,
    "torch": lambda: fitted(optimizer="adam", lr=0.1, epochs=5),
    "of a group": lambda: fitted(by="g")[1],
    "updated": lambda: wxb.update(fitted(HALF), REST),
    "merged": lambda: wxb.merge(fitted(HALF), fitted(REST)),
    "forgotten": lambda: wxb.forget(fitted(), REST),
    "updated descent": lambda: wxb.update(fitted(HALF, lr="auto", epochs=5), REST),
    "of moments": lambda: wxb.fit(fitted().moments),
}
EVERY = [pytest.param(state, marks=pytest.mark.torch) if state == "torch" else state for state in STATES]
ASKED = {
    "summary": lambda m: m.summary(),
    "text": str,
    "repr": repr,
    "cost": lambda m: m.cost,
    "r2": lambda m: m.r2,
    "test cost": lambda m: m.test_cost,
    "fold costs": lambda m: m.fold_costs.tolist(),
    "digits": lambda m: None if m.digits is None else m.digits.tolist(),
    "dropped": lambda m: m.dropped,
    "se": lambda m: m.inference.se.tolist(),
    "hessian": lambda m: m.bowl.hessian.tolist(),
}


def through_a_file(model: wxb.Model, path) -> wxb.Model:
    model.save(path)
    return wxb.load(path)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("state", EVERY)
def test_a_saved_model_says_what_the_fresh_one_does(state, asked, tmp_path):
    fresh = STATES[state]()
    loaded = through_a_file(fresh, tmp_path / "m.json")
    ask = ASKED[asked]
    said, again = ask(fresh), ask(loaded)
    if asked == "repr" or (asked in ("summary", "text") and fresh.trajectory is not None):
        return  # the path is not in the file; what is said without it is below
    if asked == "cost" and fresh.trajectory is not None:
        assert again == pytest.approx(said, rel=1e-9)
    elif asked == "r2":
        assert again == pytest.approx(said, rel=1e-9, abs=1e-12, nan_ok=True)
    else:
        np.testing.assert_equal(again, said)


@pytest.mark.parametrize("state", EVERY)
def test_files_of_files_are_the_same_bytes(state, tmp_path):
    through_a_file(STATES[state](), tmp_path / "m.json").save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "m.json").read_bytes()


@pytest.mark.parametrize("state", [state for state in EVERY if state != "diverged"])
def test_every_state_predicts_here_and_at_the_command_line(state, tmp_path, capsys):
    fresh = STATES[state]()
    loaded = through_a_file(fresh, tmp_path / "m.json")
    assert loaded.predict(X[:5]).tolist() == fresh.predict(X[:5]).tolist()
    lines = "".join(f"{a!r},{b!r}\n" for a, b in X[:5].tolist())
    (tmp_path / "new.csv").write_text("a,b\n" + lines)
    assert main(["predict", str(tmp_path / "m.json"), str(tmp_path / "new.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["predictions"] == fresh.predict(X[:5]).tolist()
    assert main(["predict", str(tmp_path / "m.json"), "--at", "a=1,b=2"]) == 0
    if fresh.is_minimum and fresh.inference.freedom:
        found = (model.predict(X[:5], interval=0.9) for model in (fresh, loaded))
        assert next(found).low.tolist() == next(found).low.tolist()
    else:
        code = main(["predict", str(tmp_path / "m.json"), "--at", "a=1,b=2", "--interval", "0.9"])
        assert code == 2
        assert "interval" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("descent", "epochs used up"),
        ("converged", "converged"),
        ("diverged", "diverging"),
        pytest.param("torch", "epochs used up", marks=pytest.mark.torch),
        ("descent with shares", "epochs used up"),
    ],
)
def test_a_loaded_descent_says_what_is_known_of_it(state, outcome, tmp_path):
    fresh = STATES[state]()
    loaded = through_a_file(fresh, tmp_path / "m.json")
    said = loaded.summary()
    assert f"which ended with: {outcome} (a model file" in said.replace("\n  ", " ")
    assert "W reached" in said
    assert "at the minimum" in said
    assert "distance" in said
    rows = [line for line in fresh.summary().splitlines() if line.startswith(("  a ", "  b ", "  (b) "))]
    assert rows == [line for line in said.splitlines() if line.startswith(("  a ", "  b ", "  (b) "))]
    assert "certain" not in said
    assert "goes with" not in said

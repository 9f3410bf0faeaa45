"""Results are values: nobody writes to an array of theirs, however it was made; they are equal by bits, and short in print."""

import copy
import gc
import pickle
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass, replace
from functools import cached_property

import numpy as np
import pytest

import wxb
from support import garbage

RANDOM = np.random.default_rng(8)
TABLE = {"a": RANDOM.normal(size=90), "b": RANDOM.normal(size=90), "y": RANDOM.normal(size=90), "g": list("uvw") * 30}
LINE = {"a": TABLE["a"], "b": TABLE["b"], "y": TABLE["y"]}


def fitted(**options):
    return wxb.fit(LINE, target="y", **options)


def unpickled(result):
    return pickle.loads(pickle.dumps(result))  # noqa: S301 - made in the same line


def loaded(tmp_path, model):
    model.save(tmp_path / "m.json")
    return wxb.load(tmp_path / "m.json")


RESULTS = {
    "exact": lambda _: fitted(),
    "without intercept": lambda _: fitted(intercept=False),
    "fast": lambda _: fitted(precision="fast"),
    "shares": lambda _: fitted(test=0.2, folds=3),
    "descent": lambda _: fitted(lr=0.1, epochs=20, test=0.2),
    "torch": lambda _: fitted(optimizer="adam", lr=0.1, epochs=3),
    "loaded": lambda path: loaded(path, fitted(folds=40)),
    "loaded descent": lambda path: loaded(path, fitted(lr=0.1, epochs=3)),
    "updated": lambda _: wxb.update(fitted(), LINE),
    "group": lambda _: wxb.fit(TABLE, target="y", by="g")["u"],
    "groups": lambda _: wxb.fit(TABLE, target="y", by="g"),
    "prediction": lambda _: fitted().predict(LINE, interval=0.9),
    "rates": lambda _: wxb.rates(LINE, target="y"),
    "cost": lambda _: wxb.cost_of(LINE, "y", "2*a + b"),
    "entry": lambda _: fitted(lr=0.1, epochs=3).trajectory.at(2),
}
WAYS = {
    "as made": lambda result: result,
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
    "unpickled": unpickled,
    "replaced": lambda result: replace(result) if is_dataclass(result) else result,
}


def arrays(thing, path: str, seen: set[int]) -> Iterator[tuple[str, np.ndarray]]:
    """Every array that public names lead to."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        yield path, thing
    elif isinstance(thing, Mapping) and not type(thing).__module__.startswith("wxb"):
        for key, value in thing.items():
            yield from arrays(value, f"{path}[{key!r}]", seen)
    elif isinstance(thing, tuple | list):
        for place, value in enumerate(thing):
            yield from arrays(value, f"{path}[{place}]", seen)
    elif type(thing).__module__.startswith("wxb."):
        known = [n for n, v in vars_of(type(thing)) if isinstance(v, property | cached_property)]
        for name in {*getattr(thing, "__dataclass_fields__", ()), *known}:
            if not name.startswith("_"):
                yield from arrays(getattr(thing, name), f"{path}.{name}", seen)


def vars_of(cls: type) -> Iterator[tuple[str, object]]:
    for base in cls.__mro__:
        yield from vars(base).items()


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("made", RESULTS)
def test_no_array_of_a_result_can_be_written_to(made, way, tmp_path):
    found = dict(arrays(WAYS[way](RESULTS[made](tmp_path)), made, set()))
    assert found
    assert [path for path, array in found.items() if array.flags.writeable and array.size] == []


def test_a_coefficient_cannot_be_changed():
    model = fitted()
    with pytest.raises(ValueError, match="read-only"):
        model.coef[0] = 99


def test_models_are_equal_by_their_bits(tmp_path):
    model = fitted()
    for same in (fitted(), unpickled(model), loaded(tmp_path, model), copy.deepcopy(model)):
        assert same == model
        assert hash(same) == hash(model)
    assert fitted(features=["b", "a"]) != model
    assert fitted(intercept=False) != model
    assert fitted(lr=0.1, epochs=3) != model
    assert wxb.update(model, {name: column[:1] for name, column in LINE.items()}) != model
    assert model != "model"
    nan = replace(model, estimate=replace(model.estimate, theta=np.array([np.nan, 0.0, 1.0])))
    assert nan == replace(nan)


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
@pytest.mark.parametrize("made", RESULTS)
def test_a_result_is_one_short_line(made, tmp_path):
    result = RESULTS[made](tmp_path)
    inside = [
        result,
        *(getattr(result, name, "") for name in ("inference", "trajectory", "moments", "bowl", "solution")),
    ]
    for text in map(repr, inside):
        assert "\n" not in text
        assert len(text) < 140


def test_what_a_notebook_prints(tmp_path):
    model = wxb.fit({"speed": [4.0, 7.0, 8.0], "dist": [2.0, 4.0, 9.0]}, target="dist")
    assert repr(model) == "Model(dist ~ speed: 1.5 speed − 4.5; 3 rows, exact minimum)"
    X = RANDOM.normal(size=(1, 1000))
    wide = wxb.fit((np.vstack([X, np.eye(1000)]), np.arange(1001.0)), intercept=False, precision="fast")
    assert "… 998 more" in repr(wide)
    assert len(repr(wide)) < 140
    names = {"x" * 500: [1.0, 2, 3], "a\nb": [2.0, 1, 5], "y": [1.0, 2, 2]}
    assert len(repr(wxb.fit(names, target="y", intercept=False))) < 140


def test_a_coefficient_by_its_name():
    model = fitted()
    for place, name in enumerate(model):
        one = model[name]
        assert one.coef == model.theta[place]
        assert (one.se, one.t, one.p) == tuple(getattr(model.inference, x)[place] for x in ("se", "t", "p"))
        assert list(one.interval(0.9)) == model.inference.interval(0.9)[place].tolist()
    assert model["(b)"].coef == model.intercept
    with pytest.raises(wxb.UsageError, match=r"no coefficient `aa`\n.*`a`"):
        model["aa"]
    with pytest.raises(wxb.UsageError, match="no coefficient `0`"):
        model[0]


def test_a_coefficient_that_a_descent_reached_does_not_wear_the_error_of_the_minimum():
    table = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 3.0, 2.0, 5.0]}
    assert repr(wxb.fit(table, "y")["x"]) == "Coefficient(x: 1.1 ± 0.5196)"
    assert repr(wxb.fit(table, "y", lr=0.01, epochs=1)["x"]) == (
        "Coefficient(x: 0.165 reached, at the minimum 1.1 ± 0.5196)"
    )


def test_coefficients_as_a_table():
    model = fitted()
    table = model.coefficients(level=0.8)
    assert table.column_names == ["term", "coef", "se", "t", "p", "low", "high"]
    assert table["term"].to_pylist() == ["(b)", "a", "b"]
    assert table["coef"].to_pylist() == model.theta.tolist()
    assert table["se"].to_pylist() == model.inference.se.tolist()
    assert list(zip(table["low"].to_pylist(), table["high"].to_pylist())) == [model[n].interval(0.8) for n in model]
    with pytest.raises(wxb.UsageError):
        model.coefficients(level=95)


ODD = {**TABLE, "w": RANDOM.uniform(1, 2, size=90)}


@pytest.mark.parametrize("options", [{}, {"weights": "w"}, {"precision": "fast"}, {"rows": 5000}], ids=str)
def test_groups_come_back_from_a_pickle(options):
    options = dict(options)
    repeat = -(-options.pop("rows", 90) // 90)
    table = {name: np.resize(column, 90 * repeat) for name, column in ODD.items()}
    groups = wxb.fit(table, target="y", by="g", features=["a", "b"], **options)
    again = unpickled(groups)
    assert np.array_equal(again.coef, groups.coef)
    assert list(again) == list(groups)
    assert all(again[label] == groups[label] for label in groups)
    assert unpickled(again)["u"] == groups["u"]


@pytest.mark.parametrize("count", [3, 100])
@pytest.mark.parametrize("looked_at", [False, True])
def test_the_model_of_one_group_does_not_hold_the_others(count, looked_at):
    labels = np.arange(900) % count
    table = {"a": RANDOM.normal(size=900), "y": RANDOM.normal(size=900), "g": labels}
    with garbage.of_its_own():
        groups = wxb.fit(table, target="y", by="g")
        sums = weakref.ref(groups.gathered)
        tables = weakref.ref(groups.gathered.small)
        model = groups[1]
        if looked_at:
            model.summary()
        del groups
        gc.collect()
    assert sums() is None
    assert tables() is None
    assert model.n == 900 // count
    assert model.inference.freedom == model.n - 2

"""Collinear terms are named and give way; informative ones, however near collinear, stay."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wxb
from support import rational
from wxb import rank
from wxb.moments import Moments

RANDOM = np.random.default_rng(21)
NOISE = RANDOM.normal(size=100)


def quietly(columns: dict, **options) -> wxb.Model:
    with pytest.warns(wxb.WxbWarning):
        return wxb.fit(columns, target="y", **options)


def dropping(model: wxb.Model) -> list[str]:
    return [text for text in model.warnings if "left out" in text]


def test_minutes_of_hours_as_whole_numbers():
    hours = np.arange(100)
    model = quietly({"hours": hours, "minutes": 60 * hours, "y": 2 * hours + NOISE})
    assert model.dropped == ("minutes",)
    assert "minutes = 60·hours" in model.warnings[0]
    assert "collinear" in model.warnings[0]
    assert "rounding" not in model.warnings[0]
    assert model.coef[1] == 0


def test_minutes_of_hours_in_steps_of_a_tenth():
    """0.1·k·60 is rounded: collinear but for that, and said so."""
    hours = np.arange(100) * 0.1
    model = quietly({"hours": hours, "minutes": hours * 60, "y": 2 * hours + NOISE})
    assert model.dropped == ("minutes",)
    assert "minutes = 60·hours: collinear, but for the rounding of the stored numbers" in model.warnings[0]


def test_the_later_column_gives_way():
    hours = np.arange(100) * 0.1
    model = quietly({"minutes": hours * 60, "hours": hours, "y": 2 * hours + NOISE})
    assert model.dropped == ("hours",)
    assert "hours = 0.0166667·minutes" in model.warnings[0]


def test_dummy_trap():
    male = RANDOM.integers(0, 2, 100)
    columns = {"male": male, "female": 1 - male, "y": 3 * male + NOISE}
    model = quietly(columns)
    assert model.dropped == ("female",)
    assert "female = 1 − male" in model.warnings[0]
    assert wxb.fit(columns, target="y", intercept=False).dropped == ()


def test_constant_and_zero_columns():
    x = np.arange(100.0)
    model = quietly({"x": x, "room": np.full(100, 7.0), "nothing": np.zeros(100), "y": x + NOISE})
    assert model.dropped == ("room", "nothing")
    assert "room is constant (7)" in model.warnings[0]
    assert "cannot be told from the intercept" in model.warnings[0]
    assert "nothing is 0 in every row" in model.warnings[1]


def test_a_constant_column_takes_the_place_of_the_intercept():
    x = np.arange(100.0)
    model = wxb.fit({"x": x, "one": np.ones(100), "y": x + NOISE}, target="y", intercept=False)
    assert model.dropped == ()


def test_three_way_combination():
    a, b = RANDOM.integers(0, 50, 100), RANDOM.integers(0, 50, 100)
    columns = {"a": a, "other": NOISE, "b": b, "total": 2 * a - b + 3, "y": a + b + NOISE**2}
    model = quietly(columns)
    assert model.dropped == ("total",)
    assert "total = 3 + 2·a − b" in model.warnings[0]


def test_two_sets_are_both_named():
    a, b = np.arange(100), RANDOM.integers(0, 9, 100)
    columns = {"a": a, "a2": 2 * a, "b": b, "ab": a + b, "a3": 3 * a, "y": a + b + NOISE}
    model = quietly(columns)
    assert model.dropped == ("a2", "ab", "a3")
    assert [text.split(":")[0] for text in model.warnings] == ["a2 = 2·a", "ab = a + b", "a3 = 3·a"]


def test_rank_error_refuses_by_name():
    hours = np.arange(100)
    columns = {"hours": hours, "minutes": 60 * hours, "one": np.ones(100), "y": 2 * hours + NOISE}
    with pytest.raises(wxb.NumericalError, match="minutes = 60·hours; one is constant") as caught:
        wxb.fit(columns, target="y", rank="error")
    assert '`rank="drop"`' in str(caught.value)
    del columns["minutes"], columns["one"]
    assert wxb.fit(columns, target="y", rank="error").dropped == ()


@pytest.mark.parametrize("noise", [1e-6, 1e-9, 1e-12, 1e-13])
def test_nearly_collinear_but_informative_columns_stay(noise):
    """1e-13 is a thousand times the rounding of the doubles: the second column says something of its own."""
    x = RANDOM.normal(size=400)
    z = x + noise * RANDOM.normal(size=400)
    y = x + (z - x) / noise
    model = wxb.fit({"x": x, "z": z, "y": y}, target="y")
    truth = rational.Fit([x, z], y)
    assert model.dropped == ()
    assert model.theta.tolist() == [float(c) for c in truth.coefficients]
    assert model.r2 > 0.99


def test_rounding_noise_alone_is_no_information():
    x = RANDOM.normal(size=400)
    model = quietly({"x": x, "z": (x * 3 + 1) / 7, "y": x + RANDOM.normal(size=400)})
    assert model.dropped == ("z",)
    assert "z = 0.142857 + 0.428571·x" in model.warnings[0]


@pytest.mark.parametrize(("units", "stays"), [(1, False), (6, True)])
def test_what_rounding_could_have_left_ends_at_a_few_units(units, stays):
    """x in [1, 2), so a unit in the last place is 2u: d = (2u·units)² n, against 4u² (Σz² + β²Σx²) ≈ 19u² n."""
    x = RANDOM.uniform(1.1, 1.9, 400)
    columns = {"x": x, "z": x + units * 2.0**-52 * RANDOM.choice([-1.0, 1.0], 400), "y": RANDOM.normal(size=400)}
    model = wxb.fit(columns, "y") if stays else quietly(columns)
    assert model.dropped == (() if stays else ("z",))


@pytest.mark.parametrize("offset", [1e3, 1e8, 1e12])
def test_a_column_far_from_zero_is_no_constant(offset):
    x = offset + np.arange(100.0)
    assert wxb.fit({"x": x, "y": NOISE}, target="y").dropped == ()


def test_filip_keeps_all_its_powers():
    path = Path(__file__).parent.parent / "reference" / "nist" / "Filip.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    x = np.array([float(row["x"]) for row in rows])
    columns = {f"x{k}": x**k for k in range(1, 11)}
    model = wxb.fit({**columns, "y": np.array([float(row["y"]) for row in rows])}, target="y")
    assert model.dropped == ()


@pytest.mark.parametrize("width", [30, 90])
def test_many_columns(width):
    """A column that is the sum of ten others, among many."""
    X = RANDOM.integers(-9, 9, (300, width)).astype(np.float64)
    X[:, 20] = X[:, 5:15].sum(axis=1)
    names = [f"x{j}" for j in range(width)]
    model = quietly({**dict(zip(names, X.T)), "y": RANDOM.normal(size=300)})
    assert model.dropped == ("x20",)
    assert "x20 = x5 + x6 + x7 + x8 + x9 + x10 + x11 + x12 + x13 + x14:" in model.warnings[0]


@given(seed=st.integers(0, 10**6), order=st.permutations(range(4)))
def test_dropping_costs_nothing(seed, order):
    """Whichever of four columns of rank three gives way, predictions and residuals are those of any full solution."""
    random = np.random.default_rng(seed)
    X = random.integers(-20, 20, (30, 3)).astype(np.float64)
    X = np.column_stack([X, X @ [2.0, -1.0, 3.0] + 4])
    y = random.normal(size=30)
    names = [f"x{j}" for j in order]
    model = quietly({**dict(zip(names, X[:, order].T)), "y": y})
    assert model.dropped == (names[-1],)
    full = rational.Fit(list(X[:, :3].T), y)
    expected = np.column_stack([np.ones(30), X[:, :3]]) @ [float(c) for c in full.coefficients]
    assert model.predict(X[:, order]) == pytest.approx(expected, rel=1e-10, abs=1e-10)
    assert model.inference.rss == float(full.rss)
    assert model.inference.freedom == full.freedom


def test_a_dropped_term_has_no_uncertainty():
    hours = np.arange(100)
    model = quietly({"hours": hours, "minutes": 60 * hours, "y": 2 * hours + NOISE})
    found = model.inference
    assert np.isnan(found.se[2])
    assert np.isnan(found.p[2])
    assert np.isnan(found.interval()[2]).all()
    assert np.isfinite(found.se[:2]).all()
    assert found.freedom == 98
    alone = wxb.fit({"hours": hours, "y": 2 * hours + NOISE}, target="y").inference
    assert found.se[:2].tolist() == alone.se.tolist()
    assert model.inference.mean_se(np.array([[1.0, 5.0, 300.0]])) == pytest.approx(
        alone.mean_se(np.array([[1.0, 5.0]])), rel=1e-14
    )


def of_many(seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Columns of many scales, some of which are made of others: exactly, but for rounding, and nearly."""
    random = np.random.default_rng(seed)
    X = list((random.normal(size=(60, 9)) @ random.normal(size=(9, 9)) + 100 * random.normal(size=9)).T)
    X = [np.round(x * 64) / 64 for x in X]
    labels = random.integers(0, 3, 60)
    made = [
        X[0] + 2 * X[3],
        0.1 * X[1],
        X[2] / 3 - X[5],
        np.full(60, 7.0),
        np.zeros(60),
        *(1.0 * (labels == level) for level in range(3)),
        X[4] + 10.0 ** -random.integers(3, 16) * random.normal(size=60),
        X[6] - np.roll(X[6], 1),
    ]
    chosen = [*X, *(made[i] for i in random.choice(len(made), int(random.integers(0, 6)), replace=False))]
    scales = 10.0 ** random.choice([0.0, 3.0, -150.0, 150.0], len(chosen)) if seed % 3 == 0 else np.ones(len(chosen))
    order = random.permutation(len(chosen))
    return [chosen[i] * scales[i] for i in order], random.normal(size=60)


@pytest.mark.parametrize("intercept", [True, False])
def test_regressing_only_those_in_doubt_finds_what_elimination_finds(monkeypatch, intercept):
    decided = 0
    for seed in range(40):
        moments = Moments.of(*of_many(seed))
        first = int(not intercept)
        ledger, width = moments.ledger, moments.ledger.width
        rounding = [2.0**-53] * (width - 2) if not intercept else [0.0, *[2.0**-53] * (width - 2)]
        integers = [row[first:-1] for row in ledger.integers[first:-1]]
        given = integers, ledger.exponents[first:-1], rounding, intercept
        monkeypatch.setattr(rank, "MANY", 10**6)
        truth = rank.find_dependences(*given)
        monkeypatch.setattr(rank, "MANY", 0)
        assert rank.find_dependences(*given) == truth
        monkeypatch.setattr(rank._Elimination, "run", lambda self: "not of these alone")
        decided += bool(truth) and rank.find_dependences(*given) == truth
        monkeypatch.undo()
    assert decided > 8


@pytest.mark.parametrize("near", [1e-5, 1e-9, 1e-13])
def test_nearly_collinear_columns_are_shown_to_stay_all_at_once(monkeypatch, near):
    random = np.random.default_rng(7)
    X = random.normal(size=(60, 20)) + random.uniform(-3, 3, 20)
    X[:, 8], X[:, 19] = X[:, 2] + near * X[:, 8], X[:, 5] - X[:, 2] + near * X[:, 19]
    moments = Moments.of(X, X[:, 0])
    given = [row[:-1] for row in moments.ledger.integers[:-1]], moments.ledger.exponents[:-1], [0.0, *[2.0**-53] * 20]
    monkeypatch.setattr(rank._Elimination, "run", lambda self: "one by one")
    assert rank.find_dependences(*given, True) == []
    X[:, 8] = X[:, 2] * 3
    moments = Moments.of(X, X[:, 0])
    integers = [row[:-1] for row in moments.ledger.integers[:-1]]
    squares = [row[i] for i, row in enumerate(integers)]
    assert not rank._Elimination(integers, moments.ledger.exponents[:-1], given[2], squares).keeps_all()


@pytest.mark.parametrize("intercept", [True, False])
def test_some_columns_are_as_clear_as_if_there_were_no_others(intercept) -> None:
    """What float64 sees of all columns is looked at again for those that are in no doubt."""
    random = np.random.default_rng(4)
    X = random.integers(-50, 50, (60, 14))
    X[:, 5], X[:, 9], X[:, 11] = X[:, 1] + X[:, 2], 7, 0
    X[:, 13] = X[:, 3] * 10**6 + random.integers(-1, 2, 60)
    first = [np.ones(60, dtype=np.int64)] if intercept else []
    Z = np.column_stack([*first, X]).astype(object)
    gram = (Z.T @ Z).tolist()
    seen = rank._Seen(gram, intercept)
    answers = set[bool]()
    for left_out in ([], [5], [9], [5, 9, 11], [5, 9, 11, 13], [9, 11, 13], [1, 9, 11, 13]):
        kept = [i for i in range(len(gram)) if i - intercept not in left_out]
        inner = [[gram[i][j] for j in kept] for i in kept]
        for unit in (0.0, 2.0**-53, 2.0**-11):
            found = seen.clearly_independent(kept, unit, [row[i] for i, row in enumerate(gram)])
            alone = rank._Seen(inner, intercept)
            assert found == alone.clearly_independent(range(len(inner)), unit, [row[i] for i, row in enumerate(inner)])
            answers.add(found)
    assert answers == {True, False}

"""Marginal means and slopes against averages of predictions over the rows; differences, Holm's p, what cannot be told."""

from __future__ import annotations

from itertools import combinations
from math import isnan

import numpy as np
import pytest

import wxb
from wxb.errors import UsageError
from wxb.hypotheses.duals import FUNCTIONS

N = 60


@pytest.fixture(scope="module")
def table() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(12)
    school, kind = rng.choice(["east", "north", "west"], N), rng.choice(["p", "q"], N)
    x, z, e = rng.normal(size=(3, N))
    x += 5
    return {
        "school": school,
        "kind": kind,
        "x": x,
        "z": z,
        "w": 1.0 + np.arange(N) % 3,
        "y": x + (school == "west") * 2 + e,
    }


@pytest.fixture(scope="module")
def model(table) -> wxb.Model:
    return wxb.fit({k: v for k, v in table.items() if k != "w"}, "y")


def averaged(
    model: wxb.Model, table: dict[str, np.ndarray], weights: np.ndarray | None = None, **put
) -> tuple[float, float]:
    """The mean of predictions with columns put to a value, and its error from the rows of the design."""
    changed = {k: np.full(N, put[k]) if k in put else v for k, v in table.items()}
    names = {term.name: term for term in model.design.terms}
    columns = {name: dense(model, term, changed) for name, term in names.items()}
    rows = np.average(model.design.rows(columns), axis=0, weights=weights)
    return rows @ model.theta, np.sqrt(rows @ model.inference.covariance @ rows)


def dense(model: wxb.Model, term, table: dict[str, np.ndarray]) -> np.ndarray:
    coded = model.design.pieces[term.piece].categories
    found = np.ones(N)
    for one, level in zip(coded, term.levels):
        found = found * (table[one.column] == level)
    assert len(term.component.combination) == 1
    column = term.component.combination[0][0]
    return found * table[model.design.columns[column - 1].column] if column else found


def test_means_are_averages_of_predictions(model, table):
    found = model.margins("school")
    assert [one.name for one in found] == ["east", "north", "west"]
    for one in found:
        mean, se = averaged(model, table, school=one.name)
        assert one.estimate == pytest.approx(mean, rel=1e-12)
        assert one.se == pytest.approx(se, rel=1e-10)
        low, high = one.interval(0.9)
        assert (low + high) / 2 == pytest.approx(mean, rel=1e-12)
        assert one.freedom == model.inference.freedom


def test_at_values(model, table):
    found = model.margins("school", at={"x": [0, 2.5], "kind": "q"})
    assert [(one.name, dict(one.at)) for one in found][:2] == [
        ("east", {"x": 0.0, "kind": "q"}), ("north", {"x": 0.0, "kind": "q"}),
    ]  # fmt: skip
    for one in found:
        mean, se = averaged(model, table, school=one.name, **one.at)
        assert one.estimate == pytest.approx(mean, rel=1e-12)
        assert one.se == pytest.approx(se, rel=1e-10)
    assert found.to_arrow().column_names == ["name", "x", "kind", "estimate", "se", "t", "p", "low", "high"]


def test_averages_of_weighted_rows(table):
    weighted = wxb.fit(table, "y", weights="w", features=["school", "x", "z"])
    for one in weighted.margins("school"):
        mean, se = averaged(weighted, table, table["w"], school=one.name)
        assert one.estimate == pytest.approx(mean, rel=1e-12)
        assert one.se == pytest.approx(se, rel=1e-10)


def test_differences_of_levels_are_those_of_coefficients(model):
    found = model.margins("school").differences
    assert [one.name for one in found] == ["east − north", "east − west", "north − west"]
    north, west = model["school[north]"], model["school[west]"]
    assert (found[0].estimate, found[0].se, found[0].p) == (-north.coef, north.se, north.p)
    assert found[1].se == west.se
    both = model.test("school[north] = school[west]")[0]
    assert (found[2].estimate, found[2].se, found[2].p) == (both.estimate, both.se, both.p)
    p = sorted(one.p for one in found)
    assert sorted(one.holm for one in found) == [
        min(1.0, 3 * p[0]),
        *np.maximum.accumulate([max(3 * p[0], 2 * p[1]), p[2]]).clip(max=1),
    ]


def test_slopes(model, table):
    [slope] = model.margins("x")
    assert (slope.estimate, slope.se, slope.t) == (model["x"].coef, model["x"].se, pytest.approx(model["x"].t))
    assert model.margins("x").differences == ()
    plain = wxb.fit({k: table[k] for k in ("x", "z", "y")}, "y")
    assert plain.margins("z")[0].estimate == plain["z"].coef


def test_other_errors_go_along(table):
    robust = wxb.fit({k: table[k] for k in ("school", "x", "y")}, "y", se="HC1")
    found = robust.margins("school")
    V = robust.inference.covariance
    assert found.differences[0].se == pytest.approx(
        V[2, 2] ** 0.5 if robust.terms[1] == "school[north]" else V[1, 1] ** 0.5
    )
    assert "HC1" in str(found)


def test_what_the_rows_do_not_tell(table):
    twice = {**{k: table[k] for k in ("school", "x", "y")}, "double": 2 * table["x"]}
    with pytest.warns(wxb.WxbWarning, match="collinear"):
        model = wxb.fit(twice, "y")
    plain = wxb.fit({k: twice[k] for k in ("school", "x", "y")}, "y")
    for one, other in zip(model.margins("school"), plain.margins("school")):
        assert (one.estimate, one.se) == pytest.approx((other.estimate, other.se), rel=1e-12)
    lost = model.margins("school", at={"x": 1.0})
    assert all(isnan(one.estimate) and isnan(one.se) for one in lost)
    assert "the rows do not tell" in lost.notes[0]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda m: m.margins("scool"), "no column `scool`"),
        (lambda m: m.margins("school", at={"q": 1}), "no column `q`"),
        (lambda m: m.margins("school", at={"school": "west"}), "`school` is set"),
        (lambda m: m.margins("school", at={"kind": "r"}), "no level `r`"),
        (lambda m: m.margins("school", at={"x": "three"}), "`three` is none"),
        (lambda m: m.margins("school", at={"x": []}), "set to nothing"),
        (lambda m: m.margins("school", at="x = 3"), "a dict"),
        (lambda m: m.margins("school", at={"x": list(range(9000))}), "27000 rows"),
    ],
)
def test_what_is_refused(model, call, said):
    with pytest.raises(UsageError) as caught:
        call(model)
    assert said in caught.value.what
    assert caught.value.do


def test_many_levels_have_means_and_no_differences():
    rng = np.random.default_rng(1)
    firms = np.array([f"f{i:02}" for i in range(70)])[rng.integers(0, 70, 900)]
    model = wxb.fit({"firm": firms, "x": rng.normal(size=900), "y": rng.normal(size=900)}, "y")
    found = model.margins("firm")
    assert len(found) == 70
    with pytest.raises(UsageError, match="more than 60 levels"):
        _ = found.differences
    assert "difference" not in str(found)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_derivatives(name):
    function, slope = FUNCTIONS[name]
    at, step = 0.7, 1e-6
    assert slope(at) == pytest.approx((function(at + step) - function(at - step)) / (2 * step), rel=1e-8)


def test_the_text_fits_a_terminal(model):
    text = str(model.margins("school", at={"x": [1, 2]}))
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "Holm's p" in text
    assert repr(model.margins("school")).startswith("Margins(means of y by school: east ")
    pairs = list(combinations(["east", "north", "west"], 2))
    assert all(f"{one} − {other}, x = 1" in text for one, other in pairs)


def test_formulas_with_interactions_and_functions(table):
    """Slopes of x*school by level, of log(x) and a polynomial at a point; means of both levels at once."""
    model = wxb.fit(table, formula="y ~ x*school + z")
    for one in model.margins("x", at={"school": ["east", "west"]}):
        wanted = model["x"].coef + (model["x:school[west]"].coef if one.at["school"] == "west" else 0)
        assert one.estimate == pytest.approx(wanted, rel=1e-14)
    shares = {level: float(np.mean(table["school"] == level)) for level in ("north", "west")}
    [slope] = model.margins("x")
    wanted = model["x"].coef + sum(share * model[f"x:school[{level}]"].coef for level, share in shares.items())
    assert slope.estimate == pytest.approx(wanted, rel=1e-13)
    curved = wxb.fit(table, formula="y ~ log(x) + poly(x, 2) + I(x*z)")
    [slope] = curved.margins("x", at={"x": 4.0, "z": 0.5})
    step = 1e-5
    up, down = (curved.predict({"x": [4.0 + d], "z": [0.5]})[0] for d in (step, -step))
    assert slope.estimate == pytest.approx((up - down) / (2 * step), rel=1e-7)
    with pytest.raises(UsageError, match="`x`, which is set, and of `z`, which is not"):
        wxb.fit({**table, "g": table["school"]}, formula="y ~ g + I(x*z)").margins("g", at={"x": 1})


@pytest.mark.parametrize("others", ["x + z", "x*z + kind", "x:school"])
def test_means_and_slopes_are_the_same_however_levels_are_coded(table, others):
    by_base, by_sum = (wxb.fit(table, formula=f"y ~ C(school{how}) + {others}") for how in ("", ", coding=sum"))
    if others == "x:school":
        by_sum = wxb.fit(table, formula="y ~ C(school, coding=sum)*x")
    for one, other in zip(by_base.margins("school"), by_sum.margins("school"), strict=True):
        assert one.label == other.label
        assert other.estimate == pytest.approx(one.estimate, rel=1e-12)
        assert other.se == pytest.approx(one.se, rel=1e-11)
    [one], [other] = by_base.margins("x").rows, by_sum.margins("x").rows
    assert other.estimate == pytest.approx(one.estimate, rel=1e-12)


@pytest.mark.parametrize("asked", [{"l2": 0.1}, {"l1": 0.05}, {"l1": 0.05, "l2": 0.1}, {"positive": True}])
def test_under_a_penalty_there_are_means_and_slopes_without_errors(table, asked):
    """The averages of its predictions, differences those of means, NaN for what rests on errors, and a sentence that says why."""
    plain = {k: v for k, v in table.items() if k != "w"}
    model = wxb.fit(plain, "y", **asked)
    found = model.margins("school", at={"x": [0.0, 5.0]})
    for one in found:
        changed = {**plain, "school": np.full(N, one.name), "x": np.full(N, one.at["x"])}
        assert one.estimate == pytest.approx(np.mean(model.predict(changed)), rel=1e-12)
    means = {(one.name, one.at["x"]): one.estimate for one in found}
    for one in found.differences:
        first, second = one.name.split(" − ")
        apart = means[first, one.at["x"]] - means[second, one.at["x"]]
        assert one.estimate == pytest.approx(apart, rel=1e-9, abs=1e-12)
    [slope] = model.margins("x")
    assert slope.estimate == model["x"].coef
    for one in (*found, *found.differences, slope):
        assert all(map(isnan, (one.se, one.t, one.p, one.holm, one.freedom, *one.interval(0.9))))
    assert found.errors == ""
    assert "no errors" in str(found)
    assert "degree" not in str(found)
    assert found.notes[-1].startswith("standard errors, t, p and intervals are not known under a penalty")
    assert "—" in str(found)
    assert "nan" not in str(found).lower()
    assert np.isnan(found.to_arrow()["p"].to_numpy()).all()
    assert "nan" not in str(found._repr_mimebundle_()).lower()


def test_a_test_of_a_line_under_a_penalty_says_that_it_needs_errors(table):
    model = wxb.fit({k: table[k] for k in ("x", "z", "y")}, "y", l2=0.1)
    with pytest.raises(UsageError, match="a test needs standard errors") as caught:
        model.test("x = 0")
    assert "test that one" in caught.value.do

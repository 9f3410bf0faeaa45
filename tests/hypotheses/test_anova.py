"""Analysis of variance, inflation, condition and nested lines, against rational arithmetic on the stored doubles."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from math import inf, isnan, log
from pathlib import Path

import numpy as np
import pytest

import wxb
from support import nist, rational
from support.rational import digits
from wxb.errors import UsageError
from wxb.hypotheses.anova import anova
from wxb.hypotheses.collinearity import vif
from wxb.hypotheses.nested import compare
from wxb.tails import chi2_upper_p, f_upper_p

BAR = 15
REFERENCE = Path(__file__).parent.parent / "reference"


def longley() -> tuple[dict[str, np.ndarray], np.ndarray]:
    return nist.load("Longley")


def rss_without(name: str, gone: set[str], intercept: bool = True) -> Fraction:
    columns, y = nist.load(name)
    return rational.Fit([v for k, v in columns.items() if k not in gone], y, intercept).rss


@pytest.mark.parametrize("name", ["Longley", "Filip", "Wampler4"])
def test_each_piece_beside_all_others(name):
    model, truth = nist.fitted(name), nist.exact(name)
    found = model.anova()
    s2 = truth.rss / model.inference.freedom
    assert [one.name for one in found.effects] == list(model.terms)
    for one in found.effects[-4:]:
        added = rss_without(name, {one.name}) - truth.rss
        assert digits(one.sum_of_squares, added) >= BAR
        assert digits(one.f, added / s2) >= BAR
        assert one.df == 1
        assert one.p == f_upper_p(one.f, 1, model.inference.freedom)
        assert one.f == pytest.approx(model[one.name].t ** 2, rel=1e-14)
    assert digits(found.rss, truth.rss) >= BAR
    assert digits(found.variance, s2) >= BAR


def test_terms_that_gave_way_add_nothing():
    x = np.arange(9.0)
    with pytest.warns(wxb.WxbWarning, match="collinear"):
        model = wxb.fit({"hours": x, "minutes": 60 * x, "z": x**2 % 5, "y": x + x**2 % 3}, "y")
    found = model.anova()
    assert (found["hours"].df, found["minutes"].df, found["z"].df) == (0, 0, 1)
    assert isnan(found["hours"].f)
    assert found["hours"].sum_of_squares == 0
    assert "gave way" in found.notes[0]
    assert "minutes" not in model.vif().names
    assert len(model.vif()) == 2


def test_without_an_intercept():
    model = nist.fitted("NoInt1")
    _, y = nist.load("NoInt1")
    truth = nist.exact("NoInt1")
    found = model.anova()
    assert digits(found["x"].sum_of_squares, sum(Fraction(v) ** 2 for v in y.tolist()) - truth.rss) >= BAR
    assert found["x"].df == 1
    assert model.vif()["x"] == 1
    assert "about 0" in model.vif().notes[0]


def test_lines_that_leave_nothing():
    found = nist.fitted("Wampler1").anova()
    assert {one.f for one in found.effects} == {inf}
    assert "passes through every row" in found.notes[0]
    with pytest.warns(wxb.WxbWarning, match="0 residual degrees"):
        none = wxb.fit(([[1.0], [3.0]], [1.0, 2.0])).anova()
    assert isnan(none.effects[0].f)
    assert none.freedom == 0


def test_words_for_what_the_table_is_not_of():
    table = {"x": np.arange(9.0), "y": np.arange(9.0) ** 2}
    assert "the exact minimum" in anova(wxb.fit(table, "y", lr=0.001, epochs=3)).notes[0]
    assert "digits" in anova(wxb.fit(table, "y", precision="fast")).notes[0]
    with pytest.raises(UsageError, match="no piece `z`") as caught:
        wxb.fit(table, "y").anova()["z"]
    assert caught.value.do == "there are `x`"


@pytest.mark.parametrize("name", ["Longley", "Filip"])
def test_inflation_and_condition(name):
    model, truth = nist.fitted(name), nist.exact(name)
    found = model.vif()
    n = truth.gram[0][0]
    for i, term in enumerate(model.terms, 1):
        own = truth.gram[i][i] - truth.gram[0][i] ** 2 / n
        assert digits(found[term], own * truth.inverse[i][i]) >= BAR
    lengths = [float(row[i]) ** 0.5 for i, row in enumerate(truth.gram)]
    scaled = np.array([[float(v) for v in row] for row in truth.gram]) / np.outer(lengths, lengths)
    inverse = np.array([[float(v) for v in row] for row in truth.inverse]) * np.outer(lengths, lengths)
    expected = (np.linalg.eigvalsh(scaled)[-1] * np.linalg.eigvalsh(inverse)[-1]) ** 0.5
    assert found.condition == pytest.approx(expected, rel=1e-12)
    assert found.shares.max() <= 1 + 1e-12
    assert not found.shares.flags.writeable


def test_the_condition_of_longley_is_the_published_one():
    """Belsley, Kuh and Welsch (1980): 43275."""
    found = nist.fitted("Longley").vif()
    assert round(found.condition) == 43275
    assert "(b)" in found.entangled
    assert "x6" in found.entangled
    assert "43275: nearly collinear" in str(found)


def test_nothing_to_inflate():
    with pytest.raises(UsageError, match="without terms"):
        vif(wxb.fit({"y": [1.0, 2.0, 4.0]}, "y", features=[]))


def part(*names: str, rows: slice = slice(None), **more) -> wxb.Model:
    columns, y = longley()
    return wxb.fit({**{name: columns[name][rows] for name in names}, "y": y[rows]}, "y", **more)


def test_two_nested_lines():
    smaller, larger = part("x1", "x2"), part("x2", "x1", "x4", "x3")
    found = compare(larger, smaller)
    zero, one = rss_without("Longley", {"x3", "x4", "x5", "x6"}), rss_without("Longley", {"x5", "x6"})
    f = (zero - one) / 2 / (one / 11)
    assert digits(found.f, f) >= BAR
    assert found.p == f_upper_p(found.f, 2, 11)
    step = found.steps[0]
    assert step.added == ("x4", "x3")
    assert step.lr == pytest.approx(16 * log(zero / one), rel=1e-14)
    assert step.lr_p == chi2_upper_p(step.lr, 2)
    assert found.f == pytest.approx(larger.test("x3 = x4 = 0").f, rel=1e-14)
    assert (found.freedom, found.names) == ((13, 11), ("y ~ x1 + x2", "y ~ x2 + x1 + x4 + x3"))
    assert found.aic == (smaller.inference.aic, larger.inference.aic)


def test_several_lines_share_the_variance_of_the_largest():
    found = wxb.compare(part("x1"), part("x1", "x2", "x3"), part("x1", "x2"))
    rss = [float(rss_without("Longley", {f"x{i}" for i in range(k + 1, 7)})) for k in (1, 2, 3)]
    assert [step.f for step in found.steps] == pytest.approx(
        [(rss[0] - rss[1]) / (rss[2] / 12), (rss[1] - rss[2]) / (rss[2] / 12)], rel=1e-13
    )
    assert all(len(line) <= 80 for line in str(found).splitlines())


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (lambda: [part("x1"), part("x2", "x3")], "neither model is part of the other"),
        (lambda: [part("x1"), part("x1", "x2", intercept=False)], "has no `\\(b\\)`"),
        (lambda: [part("x1", rows=slice(0, 9)), part("x1", "x2")], "of 9 rows and of 16 rows"),
        (lambda: [part("x1", rows=slice(0, 9)), part("x1", "x2", rows=slice(1, 10))], "of different rows"),
        (lambda: [part("x1"), part("x1")], "the same number of coefficients"),
        (lambda: [part("x1", precision="fast"), part("x1", "x2")], "rounded"),
        (lambda: [part("x1")], "two models or more"),
        (lambda: [part("x1"), "m.json"], "a fitted model"),
    ],
)
def test_what_cannot_be_compared(others, said):
    with pytest.raises(UsageError, match=said):
        compare(*others())


def test_numbers_that_r_counts():
    inference = part("x1").inference
    assert inference.aic_r == inference.aic + 2
    assert inference.bic_r == pytest.approx(inference.bic + log(16), rel=1e-15)


def test_tables_as_arrow():
    model = part("x1", "x2")
    table = model.anova().to_arrow()
    assert table.column_names == ["term", "df", "sum_of_squares", "f", "p"]
    assert table["term"].to_pylist() == ["x1", "x2", "residuals"]
    assert table["df"].to_pylist() == [1, 1, 13]
    assert table["f"].to_pylist()[:2] == [one.f for one in model.anova().effects]
    inflation = model.vif().to_arrow()
    assert inflation.to_pydict()["gvif"] == [model.vif()["x1"], model.vif()["x2"]]


CASES = json.loads((REFERENCE / "hypotheses" / "anova.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["formula"])
def test_categories_and_interactions(case):
    with (REFERENCE / "peers" / f"{case['set']}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = {"Sepal.Length": "y", "Petal.Length": "z", "Sepal.Width": "w"} if case["set"] == "iris" else {}
    columns = {names.get(name, name): [row[name] for row in rows] for name in rows[0]}
    table = {
        name: values if not number_like(values[0]) else [float(v) for v in values] for name, values in columns.items()
    }
    found = wxb.fit(table, formula=case["formula"]).anova()
    for row in case["rows"]:
        one = found[row["term"]]
        assert one.df == row["df"]
        assert digits(one.sum_of_squares, Fraction(row["ss"])) >= 14
        assert digits(one.f, Fraction(row["f"])) >= 14
    assert (found.freedom, len(found)) == (case["df"], len(case["rows"]))


def number_like(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


@pytest.fixture(scope="module")
def many() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    firm, kind = np.array([f"f{i:02}" for i in range(60)])[rng.integers(0, 60, 400)], rng.choice(["p", "q", "r"], 400)
    x = rng.normal(size=400)
    return {"firm": firm, "kind": kind, "x": x, "y": x + rng.normal(size=400)}


def test_levels_that_were_eliminated_give_the_bits_of_their_dummies(many, monkeypatch):
    eliminated = wxb.fit(many, formula="y ~ x*kind + firm")
    assert eliminated.solution.eliminated is not None
    monkeypatch.setattr("wxb.elimination.terms.FEW", 1000)
    assembled = wxb.fit(many, formula="y ~ x*kind + firm")
    assert assembled.solution.eliminated is None
    assert eliminated.anova() == assembled.anova()
    text = "x = 1, firm[f01] = firm[f02], (b) = 0"
    one, other = eliminated.test(text), assembled.test(text)
    assert one.chi2 == pytest.approx(other.chi2, rel=1e-12)
    assert [h.estimate for h in one.each] == [h.estimate for h in other.each]
    assert [h.se for h in one.each] == pytest.approx([h.se for h in other.each], rel=1e-13)
    for a, b in zip(eliminated.margins("kind"), assembled.margins("kind")):
        assert (a.estimate, a.se) == pytest.approx((b.estimate, b.se), rel=1e-12)
    with pytest.raises(UsageError, match="the levels of `firm`"):
        eliminated.vif()
    assert assembled.vif().inflations[-1].df > 0


def test_generalised_inflation_of_a_category():
    """Fox and Monette's ratio of determinants, in floats of a mild set."""
    rng = np.random.default_rng(2)
    kind, x = rng.choice(["p", "q", "r"], 80), rng.normal(size=80)
    x = x + (kind == "q")
    model = wxb.fit({"kind": kind, "x": x, "y": rng.normal(size=80)}, "y")
    R = np.corrcoef([kind == "q", kind == "r", x])
    expected = np.linalg.det(R[:2, :2]) * np.linalg.det(R[2:, 2:]) / np.linalg.det(R)
    found = model.vif()
    assert found["kind"] == pytest.approx(expected, rel=1e-12)
    assert found["x"] == pytest.approx(expected, rel=1e-12)
    assert found.inflations[0].root == pytest.approx(expected**0.25, rel=1e-12)
    assert "GVIF" in str(found)


def test_absorbed_levels_are_beside_every_piece(many):
    absorbed = wxb.fit(many, formula="y ~ x*kind | firm").anova()
    named = wxb.fit(many, formula="y ~ x*kind + firm").anova()
    for one in absorbed.effects:
        assert (one.df, one.freedom) == (named[one.name].df, named.freedom)
        assert one.sum_of_squares == pytest.approx(named[one.name].sum_of_squares, rel=1e-14)
        assert one.f == pytest.approx(named[one.name].f, rel=1e-14)


def test_terms_of_a_long_line_are_told_from_one_inverse() -> None:
    """Against the lines without each; two terms are nearly one, and a piece has two."""
    random = np.random.default_rng(3)
    X = random.normal(size=(60, 14))
    X[:, 3] = X[:, 2] + 1e-6 * X[:, 3]
    table = {f"x{j}": X[:, j] for j in range(14)} | {"y": X[:, 0] - X[:, 2] + random.normal(size=60)}
    terms = ["poly(x0, 2)", *(f"x{j}" for j in range(1, 14))]
    model = wxb.fit(table, formula=f"y ~ {' + '.join(terms)}")
    found = model.anova()
    for name, df in (("poly(x0, 2)", 2), ("x2", 1), ("x3", 1), ("x13", 1)):
        less = wxb.fit(table, formula=f"y ~ {' + '.join(one for one in terms if one != name)}")
        assert found[name].df == df
        assert found[name].sum_of_squares == float(less.solution.rss - model.solution.rss)


def test_a_single_piece_is_beside_the_mean_as_in_r():
    """anova(lm(dist ~ speed, cars)): sum of squares 21185.5 on 1, residuals 11353.5 on 48, F 89.567, p 1.490e-12."""
    cars = wxb.fit(str(REFERENCE / "peers" / "cars.csv"), "dist")
    [effect] = anova(cars).effects
    assert effect.sum_of_squares == pytest.approx(21185.459, abs=1e-3)
    assert effect.f == pytest.approx(89.567106, abs=1e-6)
    assert anova(cars).rss == pytest.approx(11353.521, abs=1e-3)
    origin = wxb.fit(str(REFERENCE / "peers" / "cars.csv"), "dist", intercept=False)
    [through] = anova(origin).effects
    x, y = cars_columns()
    assert through.sum_of_squares == pytest.approx(float(Fraction(sum(x * y)) ** 2 / Fraction(sum(x * x))), rel=1e-15)


def cars_columns() -> tuple[np.ndarray, np.ndarray]:
    with (REFERENCE / "peers" / "cars.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    x, y = (np.array([Fraction(row[name]) for row in rows]) for name in ("speed", "dist"))
    return x, y


def test_an_interaction_without_what_it_is_made_of_is_one_piece():
    rng = np.random.default_rng(0)
    g, h = rng.choice(list("abcd"), 60), rng.choice(list("xyz"), 60)
    data = {"g": g, "h": h, "x": rng.normal(size=60), "y": rng.normal(size=60)}
    whole, alone = (wxb.fit(data, formula=formula) for formula in ("y ~ x + g:h", "y ~ x"))
    found = whole.anova()
    assert [(one.name, one.df) for one in found.effects] == [("x", 1), ("g:h", 11)]
    assert found["g:h"].f == pytest.approx(compare(alone, whole).f, rel=1e-14)
    assert str(whole.vif()).count("g:h") == 1

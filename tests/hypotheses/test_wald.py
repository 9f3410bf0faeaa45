"""Wald tests against rational arithmetic on the stored doubles: sums that are known better than their parts, and the rest."""

from __future__ import annotations

from fractions import Fraction
from math import inf, isnan, sqrt

import numpy as np
import pytest

import wxb
from support import nist, rational
from support.rational import digits
from wxb.covariance.covariance import Covariance
from wxb.errors import UsageError
from wxb.estimate import Estimate
from wxb.hypotheses.linear import read_hypotheses
from wxb.hypotheses.wald import wald_test
from wxb.inference import infer
from wxb.tails import chi2_upper_p, f_upper_p

BAR = 15


def nearly_equal() -> dict[str, np.ndarray]:
    """b = a but for a ten-millionth: their sum is known, their difference is not; c and d have nearly equal coefficients."""
    rng = np.random.default_rng(8)
    a, z, c, d, e = rng.normal(size=(5, 60))
    return {"a": a, "b": a + 1e-7 * z, "c": c, "d": d, "y": 3 * a + 2 * c + (2 + 1e-13) * d + 1e-12 * e}


def check(model: wxb.Model, truth: rational.Fit, text: str) -> None:
    found = model.test(text)
    rows = [
        [one.factors.get(place, Fraction(0)) for place in range(len(model.layout))]
        for one in read_hypotheses(text, model.layout)
    ]
    sides = [one.value for one in read_hypotheses(text, model.layout)]
    freedom = model.n - len(rows[0])
    s2 = truth.rss / freedom
    V = [[quadratic(truth.inverse, u, v) for v in rows] for u in rows]
    apart = [sum(map(lambda f, c: f * c, row, truth.coefficients)) - side for row, side in zip(rows, sides)]
    for i, one in enumerate(found.each):
        assert digits(one.estimate, apart[i] + sides[i]) >= BAR
        assert digits(one.se**2, s2 * V[i][i]) >= BAR - 0.5
        assert digits(one.t**2, apart[i] ** 2 / (s2 * V[i][i])) >= BAR - 0.7
        assert one.freedom == freedom
    inverse = rational.invert(V)
    chi2 = sum(inverse[i][j] * apart[i] * apart[j] for i in range(len(rows)) for j in range(len(rows))) / s2
    assert digits(found.chi2, chi2) >= BAR
    assert digits(found.f, chi2 / len(rows)) >= BAR
    assert found.f_freedom == (len(rows), freedom)
    assert found.p == f_upper_p(found.f, len(rows), freedom)
    assert found.chi2_p == chi2_upper_p(found.chi2, len(rows))
    assert found.redundant == ()


def quadratic(matrix, u, v) -> Fraction:
    return sum((u[i] * matrix[i][j] * v[j] for i in range(len(u)) for j in range(len(v))), Fraction(0))


@pytest.mark.parametrize("text", ["x1 = 15", "x1/1000 - x2 + 3*x6 = 1, x3 = x4", "(b) = 2*x5, x1 = x2 = x3 = 0"])
def test_longley(text):
    check(nist.fitted("Longley"), nist.exact("Longley"), text)


@pytest.mark.parametrize("text", ["x1 = x2", "x3 + x4 + x5 + x6 = 0", "x10 = 0, x9 - x10 = 1/3"])
def test_filip(text):
    check(nist.fitted("Filip"), nist.exact("Filip"), text)


@pytest.mark.parametrize("text", ["a + b = 3", "a = b", "c = d", "c - d, a + b = 3, Intercept = 0"])
def test_coefficients_that_are_nearly_equal(text):
    table = nearly_equal()
    columns = [table[name] for name in "abcd"]
    check(wxb.fit(table, "y"), rational.Fit(columns, table["y"]), text)


def test_one_hypothesis_is_the_t_of_the_summary(cars):
    found = cars.test("speed")
    assert found[0].text == "speed = 0"
    assert (found[0].t, found[0].se, found[0].p) == (cars["speed"].t, cars["speed"].se, cars["speed"].p)
    assert found[0].interval(0.9) == pytest.approx(cars["speed"].interval(0.9), rel=1e-15)
    assert sqrt(found.f) == pytest.approx(abs(found[0].t), rel=1e-15)


def test_all_terms_against_none_is_the_f_of_the_summary():
    model = nist.fitted("Longley")
    found = model.test(", ".join(model.terms))
    assert (found.f, found.p) == (
        pytest.approx(model.inference.f, rel=1e-15),
        pytest.approx(model.inference.f_p, rel=1e-13),
    )


def test_what_follows_from_others_does_not_count(cars):
    alone, twice = cars.test("speed = 3"), cars.test("speed = 3, 2*speed - 6 = 0, speed + (b) = (b) + 3")
    assert twice.redundant == ("2*speed - 6 = 0", "speed + (b) = (b) + 3")
    assert (twice.f, twice.f_freedom) == (alone.f, alone.f_freedom)
    assert len({one.t for one in twice.each}) == 1
    assert "follows from the others" in str(twice)


@pytest.mark.parametrize(
    "text", ["speed = 3, speed = 4", "speed + (b) = 1, (b) = 1, 2*speed = 1", "speed = 0.1, 10*speed = 1.1"]
)
def test_hypotheses_that_contradict_each_other(cars, text):
    with pytest.raises(UsageError, match="contradicts"):
        cars.test(text)


def test_a_term_that_gave_way():
    x = np.arange(9.0)
    with pytest.warns(wxb.WxbWarning, match="collinear"):
        model = wxb.fit({"hours": x, "minutes": 60 * x, "z": x**2 % 5, "y": x + x**2 % 3}, "y")
    assert model.test("hours = z").f_freedom == (1, 6)
    with pytest.raises(UsageError, match="`minutes` was not estimated: minutes = 60·hours"):
        model.test("minutes = 0")


def test_errors_that_were_given(cars):
    """R V R' of the matrix as it is; degrees of freedom of one coefficient are its own, of several the joint ones."""
    V = np.array([[4.0, -0.5], [-0.5, 0.25]])
    given = Covariance.of(V, cars.solution, freedom=np.array([7.5, 9.0]))
    model = with_covariance(cars, given)
    found = wald_test(model, "speed = 3, (b) + speed = 1")
    assert [one.freedom for one in found.each] == [9.0, 7.5]
    assert found[0].se == 0.5
    assert found[1].se == sqrt(4 - 1 + 0.25)
    R = np.array([[0, 1], [1, 1]])
    apart = R @ cars.theta - [3, 1]
    assert found.chi2 == pytest.approx(apart @ np.linalg.solve(R @ V @ R.T, apart), rel=1e-12)
    assert found.f_freedom == (2, 7.5)
    assert found.errors == "given"


def test_more_hypotheses_than_the_errors_can_tell(cars):
    few = Covariance.of(np.eye(2), cars.solution, freedom=1.0, most_tested=1)
    found = wald_test(with_covariance(cars, few), "speed = 3, (b) = 1")
    assert isnan(found.f)
    assert isnan(found.p)
    assert found[0].p > 0
    assert "2 hypotheses are not tested together: these errors can tell 1 at most" in found.notes[0]
    singular = Covariance.of(np.ones((2, 2)), cars.solution)
    found = wald_test(with_covariance(cars, singular), "speed - (b), speed = 1")
    assert isnan(found.f)
    assert found.notes


def with_covariance(model: wxb.Model, covariance: Covariance) -> wxb.Model:
    """The model with other errors, as one fitted with them has."""
    other = type(model)(estimate=Estimate.of(model.solution), question=model.question, design=model.design)
    other.__dict__["inference"] = infer(other.estimate, covariance)
    return other


def test_a_line_without_degrees_of_freedom():
    with pytest.warns(wxb.WxbWarning, match="0 residual degrees"):
        found = wxb.fit(([[1.0], [3.0]], [1.0, 2.0])).test("x = 2, (b) = 0")
    assert [one.estimate for one in found.each] == [0.5, 0.5]
    assert all(isnan(v) for one in found.each for v in (one.se, one.t, one.p))
    assert isnan(found.f)
    assert "no degree of freedom" in found.notes[0]


def test_a_line_through_every_row():
    found = wxb.fit(([[1.0], [3.0], [4.0]], [1.0, 5.0, 7.0])).test("x = 2, (b) = 0")
    assert isnan(found[0].t)  # 0 / 0
    assert found[1].t == -inf
    assert (found.f, found.p) == (inf, 0.0)
    assert "passes through every row" in found.notes[0]


def test_of_a_descent_the_minimum_is_tested():
    table = {"x": np.arange(10.0), "y": np.arange(10.0) ** 2}
    reached, least = wxb.fit(table, "y", lr=0.001, epochs=3), wxb.fit(table, "y")
    found = reached.test("x = 1")
    assert found.each == least.test("x = 1").each
    assert "the exact minimum" in found.notes[0]


def test_rounded_sums_say_so(cars_table):
    found = wxb.fit(cars_table, "dist", precision="fast").test("speed = 3")
    assert "digits of each standard error are certain" in found.notes[0]
    assert found.f == pytest.approx(wxb.fit(cars_table, "dist").test("speed = 3").f, rel=1e-9)
    line = {"x": np.arange(9.0) / 10, "y": 0.3 * (np.arange(9.0) / 10)}
    found = wxb.fit(line, "y", precision="fast").test("x = 0")
    assert isnan(found[0].se)
    assert isnan(found.f)
    assert "no digit is certain" in found.notes[0]


def test_the_text_fits_a_terminal(cars):
    text = str(cars.test("speed = 3, speed*1000 - (b)/17 + 200000 - 3*speed = 12*(b)"))
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "all together   F(2, 48)" in text
    assert repr(cars.test("speed=3")).startswith("WaldTest(speed=3: F(1, 48) ")


@pytest.mark.parametrize(
    ("se", "said"),
    [
        (None, "tests by classical errors; 57 degrees"),
        ("HC1", "tests by HC1 errors; 57 degrees"),
        ("HAC:2", "tests by HAC errors, 2 lags; 57 degrees"),
        ("DK:year:2", "tests by Driscoll–Kraay errors by year, 2 lags; 5 degrees"),
        ("cluster:year", "tests by errors clustered by year (CR1), 6 clusters; 5 degrees"),
        ("bootstrap:60", "tests by bootstrap errors, 60 draws; 57 degrees"),
    ],
)
def test_the_errors_of_a_test_are_said_in_words(se: str | None, said: str) -> None:
    random = np.random.default_rng(2)
    data = {name: random.normal(size=60) for name in "abc"} | {"year": np.arange(60) % 6}
    model = wxb.fit(data, "c", features=["a", "b"], se=se)
    text = model.test("a = 0").text()
    assert text.startswith(said), text


def test_hypotheses_that_follow_are_told_whatever_they_are_multiplied_by() -> None:
    model = wxb.fit(nearly_equal(), "y")
    found = wald_test(model, "4*a = 2, 2*a = 1, c = 2, 2*a + 3*c = 7")
    assert found.redundant == ("2*a = 1", "2*a + 3*c = 7")
    assert found.f_freedom[0] == 2
    assert found.chi2 == wald_test(model, "a = 0.5, c = 2").chi2
    with pytest.raises(UsageError, match="contradicts `4\\*a = 2`"):
        wald_test(model, "4*a = 2, 2*a = 4")
    with pytest.raises(UsageError, match="contradicts the hypotheses before it"):
        wald_test(model, "4*a = 2, c = 2, 2*a + 3*c = 8")


def test_of_a_line_without_errors_what_holds_is_not_told_and_what_does_not_is_certain() -> None:
    exact = wxb.fit({"a": [0.0, 1.0, 2.0, 5.0], "b": [1.0, 0.0, 4.0, 1.0], "y": [1.0, 2.0, 3.0, 6.0]}, "y")
    assert exact.theta.tolist() == [1.0, 1.0, 0.0]
    assert wald_test(exact, "a = 2, b = 0").chi2 == inf
    assert isnan(wald_test(exact, "a = 1, b = 0").chi2)


def test_a_statistic_near_a_whole_number_is_not_shown_as_one():
    """A t of 1.0004 reads 1.000, one of 1.0004 and of 1 being told apart from a bare 1."""
    X, y = np.arange(12.0)[:, None], np.arange(12.0) ** 2
    model = wxb.fit((X, y))
    value = model["x"].coef - 1.0004 * model["x"].se
    found = model.test(f"x = {value!r}")
    assert found[0].t == pytest.approx(1.0004, rel=1e-9)
    assert "  1.000  " in str(found)

"""The name of a whole term is for all of its coefficients; names are those of formulas however they are spelled."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

import wxb
from wxb.errors import ExpressionError, ModelFileError

CARS = Path(__file__).parent.parent / "reference" / "peers" / "mtcars.csv"
RANDOM = np.random.default_rng(4)
N = 240
DATA = {
    "x": RANDOM.uniform(1, 3, N),
    "study hours": RANDOM.normal(size=N),
    "w": RANDOM.normal(size=N),
    "firm": RANDOM.choice(["a", "b", "c"], N),
    "school": RANDOM.choice(["n", "s"], N),
}
DATA["y"] = DATA["x"] ** 2 + RANDOM.normal(size=N)
MODEL = wxb.fit(DATA, formula="y ~ poly(x, 2) + C(firm) + w:school + `study hours` + log(x + 1) + I(x^3)")


# statsmodels 0.14, smf.ols("mpg ~ wt + C(cyl)*hp").f_test("C(cyl)[T.6]:hp = 0, C(cyl)[T.8]:hp = 0")
@pytest.mark.parametrize(
    ("se", "f", "p"),
    [(None, 2.6989911324314435, 0.08683416698259619), ("HC3", 1.0993190209014234, 0.3486668351357544)],
)
def test_a_term_is_tested_as_statsmodels_tests_its_coefficients(se: str | None, f: float, p: float) -> None:
    found = wxb.fit(CARS, formula="mpg ~ wt + C(cyl)*hp", se=se).test("cyl:hp")
    assert [one.text for one in found] == ["cyl[6]:hp = 0", "cyl[8]:hp = 0"]
    assert found.f == pytest.approx(f, rel=1e-10)
    assert found.p == pytest.approx(p, rel=1e-10)


def test_terms_are_tested_as_the_analysis_of_variance_does() -> None:
    table = MODEL.anova()
    for name in ("C(firm)", "w:school"):
        assert MODEL.test(name).f == pytest.approx(table[name].f, rel=1e-13)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("firm", "firm[b], firm[c]"),
        ("C(firm)", "firm[b] = 0, firm[c] = 0"),
        ("firm = 0", "firm[b], firm[c]"),
        ("firm == 1 - 1, w:school", "firm[b], firm[c], w:school[n], w:school[s]"),
        ("school:w", "w:school[n], w:school[s]"),
        ("poly(x,2)", "poly(x, 2)[1], poly(x, 2)[2]"),
        ("poly( x, degree=2 )[1]", "poly(x, 2)[1]"),
        ("I(x**3)", "I(x^3)"),
        ("log(1*x+1)", None),
        ("log(x+1) = 2", "log(x + 1) = 2"),
        ("`study hours`", "`study hours` = 0"),
    ],
)
def test_names_are_those_of_the_formula(typed: str, same: str | None) -> None:
    if same is None:
        with pytest.raises(ExpressionError, match="there is no coefficient"):
            MODEL.test(typed)
        return
    found, wanted = MODEL.test(typed), MODEL.test(same)
    assert [one.factors for one in found] == [one.factors for one in wanted]
    assert (found.f, found.f_freedom, found.p) == (wanted.f, wanted.f_freedom, wanted.p)


@pytest.mark.parametrize(
    "typed", ["2*firm", "firm = 1", "firm = w:school", "firm + w:school[n]", "firm = firm[b]", "w:school[n] - firm"]
)
def test_a_whole_term_stands_alone(typed: str) -> None:
    with pytest.raises(ExpressionError, match="is a whole term") as told:
        MODEL.test(typed)
    assert told.value.do


def test_coefficients_that_gave_way_are_no_part_of_it() -> None:
    empty = {**DATA, "firm": np.where((DATA["firm"] == "c") & (DATA["school"] == "s"), "a", DATA["firm"])}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = wxb.fit(empty, formula="y ~ firm*school")
    assert model.dropped == ("firm[c]:school[s]",)
    assert [one.text for one in model.test("firm:school")] == ["firm[b]:school[s] = 0"]


def test_many_levels_are_shown_as_far_as_they_are_read() -> None:
    many = {**DATA, "firm": np.array([f"f{i % 80}" for i in range(N)])}
    found = wxb.fit(many, formula="y ~ x + firm").test("firm")
    assert (len(found), found.f_freedom) == (79, (79, N - 81))
    assert "… 39 more" in str(found)


@pytest.mark.parametrize("name", ["matrix", "whitened"])
def test_a_covariance_beyond_all_errors_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    wxb.fit(DATA, formula="y ~ x*firm", se="HC1").save(path)
    content = json.loads(path.read_text())
    content["errors"][name][-1][0] = 1e308
    path.write_text(json.dumps(content))
    with pytest.raises(ModelFileError, match="must be no larger than"):
        wxb.load(path)


def test_factors_of_any_size() -> None:
    model = wxb.fit(DATA, formula="y ~ x*firm", se="HC1")
    for factor in ("1e300", "1e-300"):
        for typed in ("{}*x", "{}*x + {}*firm[b]", "{}*x, firm[b]"):
            found, plain = model.test(typed.replace("{}", factor)), model.test(typed.replace("{}", "1"))
            assert found.f == pytest.approx(plain.f, rel=1e-10)
            assert found[0].se / float(factor) == pytest.approx(plain[0].se, rel=1e-10)
    assert all(np.isfinite(row.se) for row in model.margins("firm", {"x": 1e300}).rows)

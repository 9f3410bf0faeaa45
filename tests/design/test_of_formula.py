"""A formula's columns span what formulaic's do, none of them redundant; names, numbers and refusals."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wxb
from support import nist
from wxb.data import Selection, open_table
from wxb.errors import UsageError, WxbError, WxbWarning
from wxb.methods.descent import Descent
from wxb.methods.exact import Exact
from wxb.methods.two_stage import TwoStage
from wxb.model.fit import fit
from wxb.question import Question

REFERENCE = json.loads((Path(__file__).parents[1] / "reference/formulas/formulaic.json").read_text())
DATA: dict[str, Any] = REFERENCE["data"]


def fitted(formula: str, data: Any = None, **asked: Any) -> Any:
    question = Question(method=Exact(), selection=Selection(formula=formula, **asked))
    return fit(DATA if data is None else data, question)


def matrix(model: Any, data: Any) -> np.ndarray:
    """Rows of the terms, 1 first."""
    design = model.design
    scan = design.formed(open_table(data).scan(design.selection(Selection())), dense=True)
    blocks = list(scan.blocks())
    columns = [np.ones(sum(block.rows for block in blocks))] if design.intercept else []
    columns += [np.concatenate([b.features[j].values for b in blocks]) for j in range(len(design.terms))]
    return np.column_stack(columns)


def rank(columns: np.ndarray) -> int:
    return int(np.linalg.matrix_rank(columns / np.linalg.norm(columns, axis=0), tol=1e-8))


@pytest.mark.parametrize("one", REFERENCE["formulas"], ids=lambda one: one["formula"])
def test_its_columns_span_those_of_formulaic(one):
    ours = matrix(fitted(one["formula"]), DATA)
    theirs = np.array([REFERENCE["columns"][place] for place in one["columns"]], dtype=float).T
    assert rank(ours) == ours.shape[1] == rank(theirs) == rank(np.hstack([ours, theirs]))


def test_there_are_eighty_of_them():
    assert len(REFERENCE["formulas"]) >= 80


@pytest.mark.parametrize(
    ("formula", "terms"),
    [
        ("y ~ a*x", ("a[q]", "x", "a[q]:x")),
        ("y ~ C(b, base='s')", ("b[r]", "b[t]")),
        ("y ~ C(k)", ("k[1]", "k[2]", "k[3]")),
        ("y ~ 0 + a:b", ("a[p]:b[r]", "a[p]:b[s]", "a[p]:b[t]", "a[q]:b[r]", "a[q]:b[s]", "a[q]:b[t]")),
        ("y ~ poly(x,2):a", tuple(f"poly(x, 2)[{j}]:a[{level}]" for j in (1, 2) for level in "pq")),
        ("y ~ log( z)+I(x**2)+z:x", ("log(z)", "I(x^2)", "z:x")),
        ("y ~ bs(x, df=4)", tuple(f"bs(x, df=4)[{j}]" for j in range(1, 5))),
        ("y ~ scale(x)*z", ("scale(x)", "z", "scale(x):z")),
        ("log(z) ~ x + k", ("x", "k")),
    ],
)
def test_terms_are_called_as_they_are_written(formula, terms):
    assert fitted(formula).terms == terms


def test_orthogonal_polynomials_are_those_of_r():
    x = np.array(DATA["x"])
    basis = matrix(fitted("y ~ poly(x, 3)"), DATA)[:, 1:]
    np.testing.assert_allclose(basis.T @ basis, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(basis.sum(axis=0), 0, atol=1e-14)
    for degree in (1, 2, 3):
        assert np.polyfit(x, basis[:, degree - 1], degree)[0] > 0


def test_a_scaled_column_has_mean_0_and_deviation_1():
    columns = matrix(fitted("y ~ scale(x) + center(z)"), DATA)
    np.testing.assert_allclose(columns[:, 1:].mean(axis=0), 0, atol=1e-15)
    assert columns[:, 1].std(ddof=1) == pytest.approx(1, rel=1e-15)
    z = np.array(DATA["z"])
    np.testing.assert_allclose(columns[:, 2], z - z.mean(), rtol=1e-13)


def test_a_formula_is_the_columns_made_beforehand():
    x, z = np.array(DATA["x"]), np.array(DATA["z"])
    made = {"x": x, "q": np.log(z), "w": DATA["w"], "y": DATA["y"]}
    plain = fit(made, Question(method=Exact(), selection=Selection(target="y")))
    by_formula = fitted("y ~ x + log(z) + w")
    np.testing.assert_allclose(by_formula.theta, plain.theta, rtol=1e-13)
    same = fitted("y ~ x + z + w")
    again = fit(
        {name: DATA[name] for name in ("x", "z", "w", "y")}, Question(method=Exact(), selection=Selection(target="y"))
    )
    assert same.theta.tolist() == again.theta.tolist()


def test_filip_keeps_its_digits():
    certified = nist.CERTIFIED["Filip"]["coefficients"]
    model = fitted("y ~ poly(x, 10, raw=True)", nist.FOLDER / "Filip.csv")
    for found, wanted in zip(model.theta, certified):
        assert abs(Fraction(found) / Fraction(wanted["estimate_exact30"]) - 1) < Fraction(1, 10**13)
    for found, wanted in zip(model.inference.se, certified):
        assert abs(Fraction(found) / Fraction(wanted["sd_exact30"]) - 1) < Fraction(1, 10**13)
    orthogonal = fitted("y ~ poly(x, 10)", nist.FOLDER / "Filip.csv")
    assert orthogonal.inference.residual_sd == pytest.approx(model.inference.residual_sd, rel=1e-13)
    np.testing.assert_allclose(orthogonal.inference.se[1:], orthogonal.inference.residual_sd, rtol=1e-13)


def test_yes_and_no_are_numbers_and_whole_numbers_stay_exact():
    data = {"y": [1.0, 2, 4, 3, 7, 5], "paid": ["yes", "no", "yes", "no", "yes", "no"], "k": [1, 2, 3, 4, 5, 6]}
    model = fitted("y ~ paid:k", data)
    assert model.terms == ("paid[yes]:k",)
    with pytest.warns(WxbWarning, match="I\\(2 \\* k\\) = 2·k: collinear"):
        fitted("y ~ k + I(k^2) + I(2*k)", data)


def test_an_offset_is_taken_off_what_is_predicted():
    with_offset = fitted("y ~ x + offset(z)")
    difference = fitted("I(y - z) ~ x")
    assert with_offset.theta.tolist() == difference.theta.tolist()
    np.testing.assert_allclose(with_offset.predict(DATA), difference.predict(DATA) + np.array(DATA["z"]), rtol=1e-13)
    with pytest.raises(UsageError, match="the model is made of 2: `x`, `z`"):
        with_offset.predict([[1.0]])
    assert fitted("log(z) ~ 1 + offset(0*x)").theta.tolist() == fitted("log(z) ~ 1").theta.tolist()


@pytest.mark.filterwarnings("ignore:the instruments are weak:wxb.WxbWarning")
def test_two_stages_are_asked_for_by_a_second_tilde():
    by_formula = fitted("y ~ x | w ~ z + k")
    columns = {name: DATA[name] for name in ("y", "x", "w", "z", "k")}
    method = TwoStage(endogenous=("w",), instruments=("z", "k"))
    plain = fit(columns, Question(method=method, selection=Selection(target="y", features=("x",))))
    assert by_formula.terms == plain.terms == ("x", "w")
    assert by_formula.theta.tolist() == plain.theta.tolist()
    assert fitted("y ~ x + a | log(w + 1) ~ poly(z, 2) + b").terms == ("x", "a[q]", "log(w + 1)")
    with pytest.raises(UsageError, match="two stages"):
        fit(DATA, Question(method=Descent(lr=0.1), selection=Selection(formula="y ~ x | w ~ z")))


@pytest.mark.parametrize(
    ("formula", "what"),
    [
        ("y ~ log(x)", "row 2: `log(x)` is no finite number where `x` ="),
        ("log(x) ~ z", "`log(x)` is no finite number"),
        ("y ~ log(a)", "column `a` is text"),
        ("y ~ a*poly(b, 2)", "column `b` is text"),
        ("a ~ x", "`a` is text, and a line predicts numbers"),
        ("y ~ C(b) + C(b, coding=sum)", "coded in two ways"),
        ("y ~ C(b, base='north')", "no level `north`"),
        ("y ~ bs(x, knots=[100])", "has a knot at 100"),
        ("y ~ poly(k, 4)", "needs 5 different values"),
        ("y ~ xx", "no column `xx`"),
    ],
)
def test_what_cannot_be_is_refused_by_name(formula, what):
    with pytest.raises(WxbError) as caught:
        fitted(formula)
    assert what in caught.value.what
    assert caught.value.do


def test_missing_cells_are_told_as_ever():
    data = {**DATA, "z": [None, *DATA["z"][1:]]}
    with pytest.raises(WxbError, match="missing value"):
        fitted("y ~ log(z)", data)
    with pytest.raises(WxbError, match="missing value"):
        fitted("y ~ I(z > 1)", {**DATA, "z": np.array([np.nan, *DATA["z"][1:]])})
    with pytest.warns(WxbWarning, match="1 of 48 rows dropped"):
        assert fitted("y ~ log(z)", data, missing="drop").n == len(DATA["z"]) - 1


def test_powers_of_values_that_hardly_differ_are_told_from_those_of_few_values():
    x = np.arange(40) / 64
    with pytest.raises(WxbError, match="differ too little beside their size"):
        wxb.fit({"x": x + 2.0**30, "y": np.sin(x)}, formula="y ~ poly(x, 4)")
    with pytest.raises(WxbError, match="needs 4 different values of its column, and there are fewer"):
        wxb.fit({"x": np.arange(40) % 3 + 1000.1, "y": np.sin(x)}, formula="y ~ poly(x, 3)")


def test_a_natural_spline_goes_on_as_the_line_that_touches_it() -> None:
    """Beyond its outer knots: no second difference, and the slope of the last stretch at its end."""
    x = np.linspace(-1.0, 3.0, 60)
    model = wxb.fit({"x": x, "y": np.exp(x / 2) + np.sin(3 * x)}, formula="y ~ ns(x, knots=[0, 0.5, 2])")
    for end, way in ((-1.0, -1.0), (3.0, 1.0)):
        outside = model.predict({"x": end + way * np.arange(4.0)})
        np.testing.assert_allclose(np.diff(outside, 2), 0, atol=1e-12)
        h = 2.0**-12
        inside = model.predict({"x": end - way * h * np.arange(4)})
        slope = (11 * inside[0] - 18 * inside[1] + 9 * inside[2] - 2 * inside[3]) / (6 * h)  # exact for cubics
        assert outside[1] - outside[0] == pytest.approx(slope, rel=1e-9)


@pytest.mark.parametrize("order", ['school + C(school, base="south"):x', 'C(school, base="south"):x + school'])
def test_a_category_named_alone_is_coded_as_it_is_elsewhere(order: str) -> None:
    rng = np.random.default_rng(5)
    data = {
        "school": np.array(["east", "north", "south"])[np.arange(60) % 3],
        "x": rng.normal(size=60),
        "y": rng.normal(size=60),
    }
    model = wxb.fit(data, formula=f"y ~ {order}")
    assert model.design.base("school") == "south"
    assert [name for name in model.terms if ":" not in name] == ["school[east]", "school[north]"]


def test_a_coding_may_be_named_in_quotes() -> None:
    data = {"g": np.array(["a", "b", "c"])[np.arange(30) % 3], "y": np.arange(30.0) ** 1.5}
    plain, quoted = (wxb.fit(data, formula=f"y ~ C(g, coding={word})") for word in ("sum", '"sum"'))
    assert plain.theta.tobytes() == quoted.theta.tobytes()
    means = [np.mean(data["y"][data["g"] == level]) for level in "abc"]
    assert plain.intercept == pytest.approx(np.mean(means), rel=1e-14)  # which treatment has at the base
    np.testing.assert_allclose(plain.coef, np.array(means[1:]) - np.mean(means), rtol=1e-12)


@pytest.mark.parametrize(("call", "inner"), [("ns(x, df=4)", 3), ("bs(x, df=5)", 2), ("bs(x, df=6, degree=2)", 4)])
def test_knots_are_quantiles_of_the_rows(call: str, inner: int) -> None:
    """Inner ones at equal shares, between two values by their distance (type 7), the outer ones at the ends."""
    x = np.random.default_rng(9).exponential(size=47)
    model = wxb.fit({"x": x, "y": np.sin(x)}, formula=f"y ~ {call}")
    [knots] = model.design.state.knots.values()
    assert list(knots) == pytest.approx(np.quantile(x, np.linspace(0, 1, inner + 2)).tolist(), rel=1e-15)

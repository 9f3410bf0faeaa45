"""The sentences under the table say what the line knows: the row of the intercept, the bases, which errors and what they assume."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import wxb
from wxb.covariance.covariance import Covariance
from wxb.covariance.errors import Errors
from wxb.printable import cells

RANDOM = np.random.default_rng(8)
X = RANDOM.normal(size=(60, 6))
Y = X.sum(axis=1) + RANDOM.normal(size=60)
COLUMNS = {name: X[:, i] for i, name in enumerate("abcdef")}


def said(model: wxb.Model) -> str:
    return " ".join(model.summary().split())


def with_errors(model: wxb.Model, text: str, **known: object) -> wxb.Model:
    """The same model with other errors: here of any matrix."""
    covariance = Covariance.of(
        2 * model.inference.covariance,
        model.solution,
        errors=Errors.parse(text),
        **known,  # type: ignore[arg-type]
    )
    other = replace(model)
    from wxb.inference import infer

    other.__dict__["inference"] = infer(model.estimate, covariance)
    return other


def test_the_row_of_the_intercept() -> None:
    assert "The intercept is y where a, b and c are 0." in said(
        wxb.fit({**{n: COLUMNS[n] for n in "abc"}, "y": Y}, "y")
    )
    assert "The intercept is y where all 6 numbers are 0." in said(wxb.fit({**COLUMNS, "y": Y}, "y"))
    far = wxb.fit({"a": X[:, 0], "b": 100 + np.arange(60.0), "y": Y}, "y")
    assert "The intercept is y where a and b are 0: outside the data (b 100 … 159)." in said(far)
    paid = wxb.fit({"paid": ["yes", "no"] * 30, "a": X[:, 0], "y": Y}, "y")
    assert "The intercept is y where a is 0 and paid is not yes." in said(paid)
    with pytest.warns(wxb.WxbWarning, match="left out"):  # where a is 0, 1 − a is 1
        twice = wxb.fit({"a": X[:, 0], "z": 1 - X[:, 0], "y": Y}, "y")
    assert "The intercept is y where a is 0." in said(twice)
    assert "The intercept is" not in said(wxb.fit({"a": X[:, 0], "y": Y}, "y", intercept=False))


def test_no_coefficient_is_told_whose_column_is_in_another_term_too() -> None:
    from wxb.design import Design, Made, Piece

    columns = tuple(Made(name=name, sources=read) for name, read in (("a", ("a",)), ("b", ("b",)), ("a:b", ("a", "b"))))
    plain = Design.plain(columns, Made(name="y", sources=("y",)), True)
    pieces = (*plain.pieces[:2], Piece(text="a:b", factors=plain.pieces[2].factors, columns=(3,)))
    crossed = replace(plain, pieces=pieces)
    model = wxb.fit({"a": X[:, 0], "b": X[:, 1], "a:b": X[:, 0] * X[:, 1], "y": Y}, "y")
    assert "One more unit of" in said(model)
    assert "One more unit of" not in said(replace(model, design=crossed))


@pytest.mark.parametrize(
    ("text", "known", "line", "sentence"),
    [
        ("HC1", {"read": "the rows once more"}, "errors: HC1, t with 58 df", "They are made from the rows once more"),
        ("cluster:school", {"freedom": 23.0, "clusters": (24,), "read": "moments by school"},
         "errors: clustered by school (CR1), 24 clusters, t with 23 df", "rows of one school go together"),
        ("cluster:school+year", {"freedom": 9.0, "clusters": (24, 10)},
         "errors: clustered by school and year (CR1), 24 and 10 clusters, t with 9 df", "one school or year go together"),
        ("CR2:school", {"freedom": np.array([3.25, 22.5]), "clusters": (24,)},
         "errors: clustered by school (CR2), 24 clusters, t with 3.25 … 22.5 df", "different ones are independent"),
        ("HAC:4", {}, "errors: HAC, 4 lags, t with 58 df", "rows near it in the order of the data"),
        ("DK:year:1", {"freedom": 9.0}, "errors: Driscoll–Kraay by year, 1 lag, t with 9 df", "all rows of one year"),
        ("bootstrap:999:school", {"clusters": (24,)}, "errors: bootstrap, 999 draws of school, 24 clusters, t with 58 df",
         "spread of 999 draws of school"),
    ],
)  # fmt: skip
def test_which_errors_and_what_they_assume(text: str, known: dict[str, object], line: str, sentence: str) -> None:
    model = with_errors(wxb.fit({"a": X[:, 0], "y": Y}, "y"), text, **known)
    assert line in said(model)
    assert sentence in said(model)
    assert max(map(cells, model.summary().splitlines())) <= 80


def test_classical_errors_say_so_and_a_line_without_errors_says_nothing() -> None:
    model = wxb.fit({"a": X[:, 0], "y": Y}, "y")
    assert "errors: classical, t with 58 df" in said(model)
    assert "independent rows that vary around the line all alike" in said(model)
    exactly = wxb.fit({"a": [1.0, 2.0, 3.0], "y": [2.0, 4.0, 6.0]}, "y")
    assert "errors" not in said(exactly)


def against(model: wxb.Model, table: dict[str, np.ndarray]) -> str:
    return " ".join(model.summary(model.diagnose(table)).split())


def test_what_the_rows_say_against_the_errors() -> None:
    x = np.linspace(1.0, 9.0, 200)
    noise = np.random.default_rng(2).normal(size=200)
    tables = {
        "alike": {"x": x, "y": x + noise},
        "spread": {"x": x, "y": x + x * noise},
        "slow": {"x": x, "y": np.cumsum(noise)},
    }
    said = {name: against(wxb.fit(table, "y"), table) for name, table in tables.items()}
    assert "Nothing in the rows speaks against this (Breusch–Pagan p" in said["alike"]
    assert "goes with the terms (Breusch–Pagan p" in said["spread"]
    assert '`se="HC3"`' in said["spread"]
    assert '`se="HAC:4"`' in said["slow"]
    robust = against(wxb.fit(tables["spread"], "y", se="HC3"), tables["spread"])
    assert "Nothing in the rows speaks against this (Durbin–Watson" in robust
    assert "Against" not in against(wxb.fit(tables["slow"], "y", se="HAC:4"), tables["slow"])


def test_what_is_exact_is_said_of_what_is_proven() -> None:
    data = {"x": [1.0, 2.0, 3.0, 4.0, 6.0], "y": [1.0, 3.0, 2.0, 5.0, 4.0]}
    assert "every digit shown follows from the data as stored" in wxb.fit(data, "y").summary()
    assert "W, b and cost follow from the data as stored" in wxb.fit(data, "y", se="HC1").summary()
    for formula in ("y ~ log(x)", "log(y) ~ x"):
        assert "every digit shown follows from the columns as formed" in wxb.fit(data, formula=formula).summary()


def test_what_should_be_known_of_errors_is_said() -> None:
    data = {"x": [1.0, 2.0, 3.0, 4.0, 6.0], "y": [1.0, 3.0, 2.0, 5.0, 4.0], "id": list("abcde")}
    said = " ".join(wxb.fit(data, "y", features=["x"], se="cluster:id").summary().split())
    assert "Every row is a cluster of its own: by `id` these are the errors HC1 but for the factor." in said


def test_four_numbers_are_named_and_five_are_counted() -> None:
    four = wxb.fit({**{n: COLUMNS[n] for n in "abcd"}, "y": Y}, "y")
    assert "The intercept is y where a, b, c and d are 0." in said(four)
    five = wxb.fit({**{n: COLUMNS[n] for n in "abcde"}, "y": Y}, "y")
    assert "The intercept is y where all 5 numbers are 0." in said(five)


@pytest.mark.parametrize(
    "formula", ["y ~ bs(a, df=4) + b", "y ~ ns(a, df=3)", "y ~ poly(a, 2)", "y ~ up + log(up)", "y ~ log(up) + up"]
)
def test_no_row_is_told_where_there_is_none(formula: str) -> None:
    data = {**{n: COLUMNS[n] for n in "ab"}, "up": np.exp(COLUMNS["c"]), "y": Y}
    assert "The intercept is" not in said(wxb.fit(data, formula=formula))


def test_a_level_is_told_beside_its_base() -> None:
    table = {"school": ["east", "north"] * 30, "a": X[:, 0] / 1e3, "y": Y + np.array([0.0, 9.0] * 30)}
    model = wxb.fit(table, "y")
    text = said(model)
    assert "Where school is north, y is " in text
    assert " more than where it is east, the other terms held." in text
    assert "One more unit" not in text


def test_what_is_computed_is_0_by_its_own_name() -> None:
    model = wxb.fit({"up": np.exp(COLUMNS["c"]), "b": COLUMNS["b"], "y": Y}, formula="y ~ log(up) + b")
    assert "The intercept is y where log(up) and b are 0." in said(model)

"""What is typed as a hypothesis is read as the equation it is, and nothing else is."""

from __future__ import annotations

from fractions import Fraction

import pytest

from wxb.errors import ExpressionError, UsageError, WxbError
from wxb.hypotheses.linear import MAX_DEPTH, read_hypotheses
from wxb.layout import Layout

TERMS = (
    "a", "b", "x", "x:z", "poly(x, 2)[1]", "school[north]", "school[far east]", "poly(x, 2)[1]:school[north]",
    "공부시간", "study hours", "study hours:z", "a-b", "2nd", "I(x^2)", "Sepal.Length", "log(x + 1)",
)  # fmt: skip
LAYOUT = Layout(TERMS, True)


def read(text: str, layout: Layout = LAYOUT) -> list[tuple[dict[str, Fraction], Fraction]]:
    names = layout.names
    return [({names[k]: v for k, v in one.factors.items()}, one.value) for one in read_hypotheses(text, layout)]


@pytest.mark.parametrize(
    ("text", "factors", "value"),
    [
        ("a = 2", {"a": 1}, 2),
        ("2 = a", {"a": -1}, -2),
        ("a == b", {"a": 1, "b": -1}, 0),
        ("a - b", {"a": 1, "b": -1}, 0),
        ("2*a - b/3 = 1", {"a": 2, "b": Fraction(-1, 3)}, 1),
        ("a*0.1 = 1e-1", {"a": Fraction(1, 10)}, Fraction(1, 10)),
        ("(a + b)/2 = 3*(x - 1)", {"a": Fraction(1, 2), "b": Fraction(1, 2), "x": -3}, -3),
        ("−2×a·3 = b÷4", {"a": -6, "b": Fraction(-1, 4)}, 0),
        ("--a = +-1", {"a": 1}, -1),
        ("a + a = 1", {"a": 2}, 1),
        ("x:z = 0", {"x:z": 1}, 0),
        ("z:x", {"x:z": 1}, 0),
        ("x : z", {"x:z": 1}, 0),
        ("poly(x,2)[1] = 1", {"poly(x, 2)[1]": 1}, 1),
        ("poly( x, 2 )[1]:school[north]", {"poly(x, 2)[1]:school[north]": 1}, 0),
        ("school[north] = school[far east]", {"school[north]": 1, "school[far east]": -1}, 0),
        ("`school[far east]`/2", {"school[far east]": Fraction(1, 2)}, 0),
        ("공부시간 = Intercept", {"공부시간": 1, "(b)": -1}, 0),
        ("`study hours` = 1", {"study hours": 1}, 1),
        ("`study hours`:z = 1", {"study hours:z": 1}, 1),
        ("`a-b` - a", {"a-b": 1, "a": -1}, 0),
        ("a-b", {"a": 1, "b": -1}, 0),
        ("`2nd`", {"2nd": 1}, 0),
        ("I(x^2) + Sepal.Length", {"I(x^2)": 1, "Sepal.Length": 1}, 0),
        ("2*log(x+1)", {"log(x + 1)": 2}, 0),
        ("Intercept = 3", {"(b)": 1}, 3),
        ("(Intercept) = 3", {"(b)": 1}, 3),
        ("(a) = 3", {"a": 1}, 3),
    ],
)
def test_an_equation(text, factors, value):
    assert read(text) == [({k: Fraction(v) for k, v in factors.items()}, Fraction(value))]


def test_several_of_them():
    apart = [({"a": 1}, 2), ({"b": 1, "x": -1}, 0)]
    assert read("a = 2, b = x") == read("a = 2; b = x") == read("a = 2\nb = x,") == apart
    assert [one.text for one in read_hypotheses(["a  = 2", "b = x = 1", "a - b"], LAYOUT)] == [
        "a = 2", "b = x", "x = 1", "a - b = 0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said", "column"),
    [
        ("a =", "the end of the text", 4),
        ("a = , b", 'found ","', 5),
        ("aa = 1", "no coefficient `aa`", 1),
        ("b + school[nort]", "no coefficient `school[nort]`", 5),
        ("school[north = 1", "no coefficient `school`", 1),
        ("a*b = 1", "a product of coefficients", 2),
        ("1/a = 1", "a division by a coefficient", 2),
        ("a/0 = 1", "division by zero", 2),
        ("a**2 = 1", "a power", 2),
        ("a^2 = 1", 'found "^"', 2),
        ("2a = 1", 'found "a"', 2),
        ("a b = 1", 'found "b"', 3),
        ("(a = 1", "nothing closes", 1),
        ("a) = 1", 'found ")"', 2),
        ("a < 1", 'found "<"', 3),
        ("a != 1", 'found "!"', 3),
        ("b, 1 = 1", "holds whatever", 4),
        ("a - a = 1", "does not hold whatever", 1),
        ("`a", 'found "`"', 1),
        ("a = 1e99999999999", "beyond float64", 5),
        ("a = " + "1" * 500, "beyond float64", 5),
        ("a = lambda: 1", "no coefficient `lambda`", 5),
        ("a = __import__('os')", "no coefficient `__import__('os')`", 5),
        ("a.__class__", "no coefficient `a.__class__`", 1),
    ],
)
def test_what_is_none_is_refused_with_its_place(text, said, column):
    with pytest.raises(ExpressionError) as caught:
        read(text)
    assert said in caught.value.what
    assert f"at column {column}\n" in caught.value.what
    assert caught.value.do


def test_names_near_an_unknown_one():
    for typed, near in [
        ("school[nort]", "`school[north]`"),
        ("study", "`study hours`"),
        ("공부시", "`공부시간`"),
    ]:
        with pytest.raises(ExpressionError) as caught:
            read(f"{typed} = 1")
        assert near in caught.value.do


def test_a_name_of_the_intercept_and_of_a_term():
    layout = Layout(("b", "Intercept"), True)
    assert read("b = 1", layout) == [({"b": 1}, 1)]
    assert read("Intercept = 1", layout) == [({"Intercept": 1}, 1)]
    for text in ("(b) = 1", "(Intercept) = 1"):
        with pytest.raises(ExpressionError, match="may be the intercept or the term"):
            read(text, layout)
    assert read("(b) = 1", Layout(("b",), False)) == [({"b": 1}, 1)]
    with pytest.raises(ExpressionError, match="a column is called so too"):
        read("(b)", Layout(("(b)",), True))


@pytest.mark.parametrize(
    "text", ["(" * 20_000, "a = " + "(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1), "a" * 30_000]
)
def test_long_and_deep_texts(text):
    with pytest.raises(ExpressionError):
        read(text)


def test_signs_do_not_nest():
    assert read("-" * 9_999 + "a = 0") == [({"a": -1}, 0)]


@pytest.mark.parametrize("given", ["", " , ;\n", [], None, 3, ["a", 3], {"a": 1}])
def test_nothing_to_test(given):
    with pytest.raises(WxbError) as caught:
        read_hypotheses(given, LAYOUT)
    assert caught.value.do
    assert isinstance(caught.value, UsageError | ExpressionError)

"""The algebra is R's, its laws hold, and what is written out reads as the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wxb.errors import ExpressionError
from wxb.formula import Formula, read

COLUMNS = (
    "y",
    "x",
    "z",
    "a",
    "b",
    "c",
    "school",
    "firm",
    "year",
    "Sepal.Length",
    "log",
    "C",
    "Intercept",
    "I",
    "study hours",
    "키",
)


def over(text: str) -> Formula:
    return read(text).over(COLUMNS)


def sets(text: str) -> set[frozenset[str]]:
    return {frozenset(factor.text for factor in term) for term in over(text).terms}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y ~ x", "y ~ x"),
        ("log(y)~x*z", "log(y) ~ x + z + x:z"),
        ("I(y/1000) ~ x", "I(y / 1000) ~ x"),
        ("y ~ a*b*c", "y ~ a + b + c + a:b + a:c + b:c + a:b:c"),
        ("y~(a+b+c)^2", "y ~ a + b + c + a:b + a:c + b:c"),
        ("y~(a+b+c)**2 - a:c", "y ~ a + b + c + a:b + b:c"),
        ("y ~ (a + b)²", "y ~ a + b + a:b"),
        ("y~a/b", "y ~ a + a:b"),
        ("y~(a+b)/c", "y ~ a + b + a:b:c"),
        ("y~a/(b+c)", "y ~ a + a:b + a:c"),
        ("y ~ a + b %in% a", "y ~ a + b:a"),
        ("y ~ x:z + x", "y ~ x + x:z"),
        ("y ~ x:z + z:x + x:z:x", "y ~ x:z"),
        ("y~0+x", "y ~ 0 + x"),
        ("y~x-1", "y ~ 0 + x"),
        ("y~-1+x", "y ~ 0 + x"),
        ("y~x+0+1", "y ~ x"),
        ("y~x-0", "y ~ x"),
        ("y~(x+z-1)", "y ~ 0 + x + z"),
        ("y~(1+x):z", "y ~ z + x:z"),
        ("y~1", "y ~ 1"),
        ("y~x-x", "y ~ 1"),
        ("y~0", "y ~ 0"),
        ("y ~ I(x**2) + I( x ^2 ) + I(x²)", "y ~ I(x^2)"),
        ("y ~ log(x+1)+log(x + 1.0)", "y ~ log(x + 1)"),
        ("y ~ I(a-(b-c)) + I((a-b)-c)", "y ~ I(a - (b - c)) + I(a - b - c)"),
        ("y ~ I((-x)^2*-x**2)", "y ~ I((-x)^2 * -x^2)"),
        ("y ~ I((x^2)^3 + x^2^3)", "y ~ I((x^2)^3 + x^2^3)"),
        ("y ~ I((x>3)*(z<=2))", "y ~ I((x > 3) * (z <= 2))"),
        ("y ~ poly(x,degree=2,raw=FALSE):school", "y ~ poly(x, 2):school"),
        ("y ~ poly(x, 2, TRUE)", "y ~ poly(x, 2, raw=True)"),
        ("y ~ bs(x,df=5,degree=3)+ns(z,knots=c(1,2.50))", "y ~ bs(x, df=5) + ns(z, knots=[1, 2.5])"),
        ("y ~ lag(x)+lag(y, k=2)", "y ~ lag(x, 1) + lag(y, 2)"),
        ("y ~ C(school, base='b', coding=\"sum\")", 'y ~ C(school, base="b", coding=sum)'),
        ("y ~ C(a, base=-1.0)", "y ~ C(a, base=-1)"),
        ("y ~ offset(x)+a+offset(log(z))", "y ~ a + offset(x + log(z))"),
        ("y ~ Sepal.Length", "y ~ Sepal.Length"),
        ("y ~ `study hours`:x+log(`study hours`)", "y ~ log(`study hours`) + `study hours`:x"),
        (
            "y ~ log + C + I + Intercept + log(log) + C(C) + I(I)",
            "y ~ log + C + I + Intercept + log(log) + C(C) + I(I)",
        ),
        ("y ~ 키*x", "y ~ 키 + x + 키:x"),
        ("y\n~ x +\n  z", "y ~ x + z"),
        ("y ~ x | firm+year", "y ~ x | firm + year"),
        ("y ~ x | firm | a ~ z + b", "y ~ x | firm | a ~ z + b"),
        ("y~x|a~z", "y ~ x | a ~ z"),
        ("y~x|0|a~z", "y ~ x | a ~ z"),
        ("y~x|0", "y ~ x"),
    ],
)
def test_it_is_expanded_as_in_r_and_reads_back(text, expected):
    found = over(text)
    assert str(found) == expected
    assert over(expected) == found


def test_a_dot_is_all_columns_that_play_no_other_part():
    columns = ("y", "x", "z", "firm", "w")
    written = read("y ~ .")
    assert str(written.over(columns)) == "y ~ x + z + firm + w"
    assert str(written.over(columns, taken=("w",))) == "y ~ x + z + firm"
    assert str(read("log(y) ~ . - x - y | firm").over(columns)) == "log(y) ~ z + w | firm"
    assert str(read("y ~ .^2 | firm | w ~ z").over(columns)) == "y ~ x | firm | w ~ z"
    assert str(read("y ~ .:z").over(("y", "x", "z"))) == "y ~ z + x:z"


def test_a_formula_knows_its_columns():
    found = over("log(y) ~ x:school + poly(z, 2) + offset(a) | firm | b ~ c")
    assert found.names == ("y", "z", "x", "school", "b", "c", "firm", "a")
    assert read("y ~ log(x) + .").names == ("y", "x")


@pytest.mark.parametrize(
    ("text", "what", "do"),
    [
        ("", "empty", "y ~ x"),
        ("x + z", "no ~", "y ~ x"),
        ("y ~", "nothing stands after ~", "y ~ 1"),
        ("y ~ y", "`y` is what is predicted", "predict itself"),
        ("y ~ x*y", "`y` is what is predicted", "predict itself"),
        ("y ~ x + log(y)", "`y` is what is predicted", "predict itself"),
        ("log(y) ~ x + offset(y)", "`y` is what is predicted", "predict itself"),
        ("y ~ x | y", "`y` is what is predicted", "predict itself"),
        ("y ~ x^2", "`x` crossed with itself", "I(x^2)"),
        ("y ~ x*x", "`x` crossed with itself", "I(x^2)"),
        ("y ~ x + schol", "no column `schol`", "`school`"),
        ("y ~ Log(x)", "no function `Log`", "log"),
        ("y ~ np.log(x)", "no function `np.log`", "log"),
        ("y ~ factor(x)", "no function `factor`", "`C(x)`"),
        ("y ~ factor()", "no function `factor`", "`C(school)`"),
        ("y ~ as.factor(`study hours`)", "no function `as.factor`", " C(`study hours`)"),
        ("y ~ relevel(factor(school), ref='n')", "no function `relevel`", '`C(school, base="n")`'),
        ("y ~ i(firm, ref=6)", "no function `i`", "`C(firm, base=6)`"),
        ("y ~ ln(x + 1)", "no function `ln`", "`log(x + 1)`"),
        ("y ~ pow(x, 3)", "no function `pow`", "`I(x^3)`"),
        ("y ~ pow(x)", "no function `pow`", "`I(x^2)`"),
        ("y ~ C(x, Treatment(reference=6))", "`Treatment(reference=6)` stands where C takes a level", "`C(x, base=6)`"),
        ("y ~ C(x, Treatment('a'))", "stands where C takes a level", '`C(x, base="a")`'),
        ("y ~ C(x, Treatment)", "stands where C takes a level", "`C(x)`"),
        ("y ~ C(`study hours`, Sum)", "`Sum` stands where", "C(`study hours`, coding=sum)"),
        ("y ~ C(x, contr.helmert)", "`contr.helmert` stands where", "`C(x, coding=sum)`"),
        ("y ~ poly(x, 2, row=True)", "no argument `row`", "raw"),
        ("y ~ a - x", "no term `x`", "I("),
        ("y ~ 2*x", "found 2 among the terms", "I("),
        ("y ~ x > 3", "found 3 among the terms", "I("),
        ("y ~ x > z", "found > among the terms", "I("),
        ("y ~ I(1 < x < 3)", "comparison of a comparison", "*"),
        ("y ~ firm + x | firm", "absorbed", "leave it out"),
        ("y ~ x | x ~ z", "a term and endogenous", "once"),
        ("y ~ x | a ~ x", "a term and an instrument", "once"),
        ("y ~ (1 | school)", 'found "|"', "| firm"),
        ("y ~ bs(x)", "takes df or knots", "df=5"),
        ("y ~ C(x, coding=log(x))", "coding of C is treatment or sum", "leave it out"),
        ("y ~ C(x, coding=2)", "coding of C is treatment or sum, not 2", "leave it out"),
    ],
)
def test_what_is_wrong_is_shown_where_it_stands(text, what, do):
    with pytest.raises(ExpressionError) as caught:
        over(text)
    assert what in caught.value.what
    assert do in caught.value.do
    assert not text or caught.value.what.endswith("^")


factors = st.sampled_from(["x", "z", "a", "log(x)", "I(x^2)", "poly(z, 2)", "C(school)", "`study hours`"])
terms = st.recursive(
    factors,
    lambda inner: st.builds(lambda one, sign, other: f"({one} {sign} {other})", inner, st.sampled_from("+:*/"), inner),
    max_leaves=5,
)


def tried(text: str) -> set[frozenset[str]] | None:
    """The terms, None where something is crossed with itself alone."""
    try:
        return sets(f"y ~ {text}")
    except ExpressionError as error:
        if "crossed with itself" not in error.what:
            raise
        return None


@settings(max_examples=60, deadline=None)
@given(a=terms, b=terms, c=terms)
def test_the_laws_of_the_algebra_hold(a, b, c):
    assert tried(f"{a} + {b}") == tried(f"{b} + {a}")
    assert tried(f"{a} + {a}") == tried(a)
    assert tried(f"{a}:{b}") == tried(f"{b}:{a}")
    if (both := tried(f"{a}*{b}")) is not None:
        assert both == tried(f"{a} + {b} + {a}:{b}") == tried(f"{b}*{a}")
        if (power := tried(f"({a} + {b})^2")) is not None:
            assert power >= both
    sides = tried(f"{a}:({b} + {c})"), tried(f"{a}:{b} + {a}:{c}")
    assert None in sides or sides[0] == sides[1]
    if (whole := tried(f"{a} + {b}")) is not None:
        assert tried(f"{a} + {b} - ({b})") in (whole - (tried(b) or set()), None)


@settings(max_examples=60, deadline=None)
@given(term=terms, extra=st.sampled_from(["", " - 1", " + 0", " | firm", " | firm + year", " | 0 | b ~ c"]))
def test_what_is_written_out_reads_as_the_same(term, extra):
    try:
        found = over(f"y ~ {term}{extra}")
    except ExpressionError:
        return
    assert over(str(found)) == found
    assert str(over(str(found))) == str(found)


@pytest.mark.parametrize(
    ("text", "do"),
    [
        ("y ~ i.firm", "a category is `C(firm)`"),
        ("y ~ c.x", "a number is `x` alone"),
        ("y ~ L.x", "`lag(x, 1)`"),
        ("y ~ L2.x", "`lag(x, 2)`"),
        ("y ~ L(x, 1)", "`lag(x)`"),
        ("y ~ diff(x)", "`x + lag(x)`"),
    ],
)
def test_what_other_programs_write_is_answered_with_what_is_written_here(text, do):
    with pytest.raises(ExpressionError) as caught:
        over(text)
    assert do in caught.value.do


@pytest.mark.parametrize(
    ("text", "do"),
    [
        ("y ~ log(x).system", "a product is written with *"),
        ("y ~ 3 x", "a product is written with *: 3*x"),
        ("y ~ x, z", "terms are joined by +"),
    ],
)
def test_what_stands_without_an_operator_is_answered_by_an_example_that_can_be_typed(text, do):
    with pytest.raises(ExpressionError) as caught:
        over(text)
    assert caught.value.do == do


@pytest.mark.parametrize(
    ("text", "do"),
    [
        ("y ~ x = 2", "equal is written =="),
        ("y ~ x ~ z", "a formula has one ~"),
        ("y ~ x[1]", "a level is chosen by base"),
        ("y ~ x, z", "terms are joined by +"),
        ("y ~ x; z", "a formula is one line"),
        ("y ~ x 'z'", "a name with a space is written in backticks"),
        ("y ~ (x | firm) + z", "columns are absorbed after all terms"),
    ],
)
def test_what_stands_where_an_operator_is_expected_is_answered(text: str, do: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        over(text)
    assert do in caught.value.do

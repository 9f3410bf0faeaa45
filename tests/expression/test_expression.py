"""The typed line: it means what Python means by it, and whatever is wrong is shown with a caret."""

from __future__ import annotations

import contextlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxb.errors import ExpressionError
from wxb.expression import MAX_DEPTH, evaluate, parse

FUNCTIONS = {"sin": math.sin, "exp": math.exp, "least": min}


def value(text: str, **names: float) -> float:
    program = parse(text)
    return evaluate(program, names, FUNCTIONS)[program.result]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-w**2", -9.0),
        ("(-w)**2", 9.0),
        ("2**3**2", 512.0),
        ("2**-w*4", 0.5),
        ("-w*2", -6.0),
        ("--w", 3.0),
        ("1 - 2 - 3", -4.0),
        ("12/2/3", 2.0),
        ("w² + w³", 36.0),
        ("w²**2", 81.0),
        ("−w × 2 · 5 ÷ 3", -10.0),
        ("1e-3*w + .5 + 2.", 2.503),
        ("least(w, 2, 1 + 4)", 2.0),
        ("sin(0) + exp(0)", 1.0),
        ("(1 +\n 2) * w", 9.0),
    ],
)
def test_precedence_is_pythons(text: str, expected: float) -> None:
    assert value(text, w=3.0) == pytest.approx(expected, rel=1e-15)


def test_statements_names_and_results() -> None:
    program = parse("y = w**2; z = 2*y + 5")
    assert program.names == ("w",)
    assert program.assigned == ("y", "z")
    assert program.result == "z"
    assert evaluate(program, {"w": 2.0}, {}) == {"y": 4.0, "z": 13.0}
    last = parse("y = w\n\n y*2 ;")
    assert last.result == ""
    assert evaluate(last, {"w": 2.0}, {}) == {"y": 2.0, "": 4.0}


def test_columns_with_spaces_and_korean_names() -> None:
    program = parse("`study hours`*2 + 공부시간")
    assert program.names == ("study hours", "공부시간")
    columns = {"study hours": np.array([1.0, 2.0]), "공부시간": np.array([10.0, 20.0])}
    np.testing.assert_array_equal(evaluate(program, columns, {})[""], [12.0, 24.0])


def test_numbers_are_floats_so_that_powers_end() -> None:
    with pytest.raises(ExpressionError, match="too large for float64"):
        value("9**9**9**9")


numbers = st.one_of(st.integers(0, 99).map(str), st.floats(0, 100).map(lambda number: f"{number:.3f}"))


@st.composite
def texts(draw: st.DrawFn, depth: int = 4) -> str:
    """Texts in which Python's own brackets, signs, blanks and precedence all occur."""
    if depth == 0:
        return draw(st.one_of(numbers, st.sampled_from(["w", "v"])))
    kind = draw(st.sampled_from(["operation", "operation", "sign", "brackets", "leaf", "power"]))
    if kind == "leaf":
        return draw(texts(depth=0))
    if kind == "sign":
        return f"-{draw(texts(depth=depth - 1))}"
    if kind == "brackets":
        return f"({draw(texts(depth=depth - 1))})"
    if kind == "power":
        return f"({draw(texts(depth=depth - 1))})**{draw(st.sampled_from(['2', '-1', '3', '2**2', '-2**2']))}"
    blank = draw(st.sampled_from(["", " ", "  "]))
    symbol = draw(st.sampled_from(["+", "-", "*", "/"]))
    return f"{draw(texts(depth=depth - 1))}{blank}{symbol}{blank}{draw(texts(depth=depth - 1))}"


def python_value(text: str, w: float, v: float) -> float | None:
    """Python's own answer, every number a float; the text comes from the strategy above, not from a user."""
    import ast

    class Floats(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.Constant:
            return ast.copy_location(ast.Constant(float(node.value)), node)

    tree = ast.fix_missing_locations(Floats().visit(ast.parse(text, mode="eval")))
    try:
        answer = eval(compile(tree, "<test>", "eval"), {"__builtins__": {}}, {"w": w, "v": v})  # noqa: S307
    except (ZeroDivisionError, OverflowError):
        return None
    return None if isinstance(answer, complex) else answer


@given(texts(), st.floats(-5, 5), st.floats(-5, 5))
def test_every_text_means_what_python_means(text: str, w: float, v: float) -> None:
    expected = python_value(text, w, v)
    if expected is None:
        with pytest.raises(ExpressionError):
            value(text, w=w, v=v)
        return
    found = value(text, w=w, v=v)
    assert found == expected or (math.isnan(found) and math.isnan(expected))


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("w^2", 2, "a power is written"),
        ("2w", 2, "2*w"),
        ("공부 시간*2", 4, "`공부 시간`"),
        ("sin(", 5, "the end of the text"),
        ("2*(3+4", 3, "nothing closes"),
        ("f(1,)", 5, 'found ")"'),
        ("y = 1; y = 2", 8, "given twice"),
        ("y = y + 1", 1, "in terms of itself"),
        ("z = w; w = 3", 8, "was used above"),
        ("1; 2", 1, "only the last statement"),
        ("a == b", 3, 'found "=="'),
        ("w @ 2", 3, 'found "@"'),
        ("1e999", 1, "too large"),
        ("`abc", 1, "no second `"),
        ("y = 2 *\nz = 3", 8, "the end of the statement"),
        ("½", 1, 'found "½"'),
        ("\x00", 1, "U+0000"),
        (")", 1, 'found ")"'),
        ("2²²3", 4, "an operator"),
        ("a = b = 3", 7, "one ="),
    ],
)
def test_a_caret_stands_under_what_is_wrong(text: str, column: int, says: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    message = str(caught.value)
    assert f"column {column}" in message
    assert says in message
    shown, caret = message.splitlines()[1:3]
    position = shown.index(text.split("\n")[0][0]) if text[0].isprintable() else 4
    wide = sum(letter > "ᄀ" for letter in text[: column - 1])  # Korean letters take two cells
    assert caret.index("^") == position + column - 1 + wide


def test_unknown_names_and_functions_name_the_near_ones() -> None:
    with pytest.raises(ExpressionError, match=r"(?s)unknown name \"huors\".*column 4.*Near it: hours"):
        value("2* huors", hours=1.0)
    with pytest.raises(ExpressionError, match=r"(?s)unknown function \"sine\".*Near it: sin"):
        value("sine(1)")
    with pytest.raises(ExpressionError, match="division by zero, at column 2"):
        value("1/(2-2)")
    with pytest.raises(ExpressionError, match="no real root"):
        value("(0-8)**0.5")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 19_000,
        "(" * 100_000,
        "-" * 19_000 + "1",
        "2**" * 6_000 + "1",
        "sin(" * 4_000,
        "a" * 1_000_000,
        "((((" * 25 + "1" + "))))" * 25,
        "",
        " ;;\n; ",
        "\ud800",
        "`" * 5000,
    ],
)
def test_hostile_texts_are_errors_not_crashes(text: str) -> None:
    with pytest.raises(ExpressionError):
        value(text)


def test_long_sums_are_no_nesting() -> None:
    assert value("+".join(["1"] * 9_000)) == 9_000.0
    assert value("(" * (MAX_DEPTH - 1) + "1" + ")" * (MAX_DEPTH - 1)) == 1.0


@given(st.text(alphabet="wv12.+-*/()=;, `\n²e", max_size=24))
def test_any_text_gives_a_value_or_an_expression_error(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        program = parse(text)
        evaluate(program, dict.fromkeys(program.names, 1.5), {"w": lambda *values: sum(values)})


def test_nothing_of_python_can_be_reached() -> None:
    for text in ("__import__('os')", "w.__class__", "w[0]", "lambda: 1", "w if w else v", "'a'", "[1]", "w and v"):
        with pytest.raises(ExpressionError):
            value(text, w=1.0, v=1.0)

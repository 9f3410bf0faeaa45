"""`wxb explain "y = w**2; z = 2*y + 5" --at w=2`: the screens, the pile of gradients, the formulas beside the numbers."""

from __future__ import annotations

import json
import math
import re

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from wxb.errors import ExpressionError, UsageError
from wxb.explaining.derivative import differentiate, formula
from wxb.explaining.evaluation import functions
from wxb.explaining.expression import explain_expression
from wxb.expression import evaluate_expression, parse


def test_the_screen() -> None:
    explained = explain_expression("y = w**2; z = 2*y + 5", {"w": 2})
    assert explained.text().splitlines() == [
        " w = 2 ──[dy/dw = 2w = 4]──▶ y = w² = 4 ──[dz/dy = 2]──▶ z = 2y + 5 = 13",
        " dz/dw = dz/dy · dy/dw = 2 · 4 = 8",
    ]
    assert explained.gradients == {"w": 8.0}


def test_fan_out() -> None:
    text = explain_expression("a = 2*w; b = a*a; c = a + b", {"w": 3}).text()
    assert "dc/dw = sum over 2 paths" in text
    assert "dc/db · db/da · da/dw = 1 · 12 · 2 = 24" in text
    assert "dc/dw = 24 + 2 = 26" in text


def test_gradients_pile_up_as_in_the_notebook() -> None:
    explained = explain_expression("z = 2*w", {"w": 2}, times=21)
    logged = re.findall(r"backward +\d+ +w\.grad: (\S+)", explained.text())
    assert logged == [f"{2 * call}.0" for call in range(1, 22)]
    assert "nothing empties it: after 21 calls 21 × 2.0 = 42.0" in " ".join(explained.text().split())
    assert [(one.before, one.added, one.after) for one in explained.additions[:2]] == [(0.0, 2.0, 2.0), (2.0, 2.0, 4.0)]


def test_zero_grad_keeps_one_calls_gradient() -> None:
    explained = explain_expression("z = 2*w", {"w": 2}, times=21, zero_grad=True)
    logged = re.findall(r"w\.grad: (\S+)", explained.text())
    assert logged == ["2.0"] * 21
    assert "zero_grad() empties w.grad" in explained.text()


def test_several_leaves_and_many_calls() -> None:
    explained = explain_expression("h = w*x + b; (h - y)**2", {"w": 0, "x": 3, "b": 0, "y": 6}, times=100)
    assert explained.gradients == {"w": -36.0, "x": 0.0, "b": -12.0, "y": 12.0}
    text = explained.text()
    assert "backward   1   w.grad: −36.0   x.grad: 0.0   b.grad: −12.0   y.grad: 12.0" in text
    assert "lines …" in text
    assert "df/dw = df/dh · dh/dw = (−12) · 3 = −36" in text


def test_korean_names_with_spaces() -> None:
    explained = explain_expression("예측 = w*`공부 시간`; 비용 = (예측 - 6)**2", {"w": 0, "공부 시간": 3})
    assert "d비용/dw = d비용/d예측 · d예측/dw = (−12) · 3 = −36" in explained.text()
    assert "공부 시간" in explained.svg()


def test_constants_unused_names_and_undefined_values() -> None:
    assert explain_expression("c = 5; z = c*w", {"w": 2}).graph.nodes[1].gradient.scalar == 2.0
    assert "z does not use p" in explain_expression("p = w*3; z = w**2", {"w": 2}).text()
    assert "log(w) is nan" in explain_expression("log(w)", {"w": -1}).text()
    json.loads(explain_expression("log(w)", {"w": -1}).to_json())
    assert explain_expression("w", {"w": 2}).gradients == {"w": 1.0}


@pytest.mark.parametrize(
    ("text", "at", "error", "says"),
    [
        ("2*w", {}, UsageError, "no value for w"),
        ("2*w", {"w": 1, "v": 2}, UsageError, "no free name v"),
        ("2*3", {}, UsageError, "no free name"),
        ("2*w", {"w": math.inf}, UsageError, "finite"),
        ("y = 2*w; z = 3", {"w": 1}, ExpressionError, "depends on none of w"),
        ("sine(w)", {"w": 1}, ExpressionError, "Near it: sin"),
        ("sin(w, 2)", {"w": 1}, ExpressionError, "sin takes 1 value, found 2"),
        ("save(w)", {"w": 1}, ExpressionError, "unknown function"),
        ("w^2", {"w": 1}, ExpressionError, "a power is written"),
    ],
)
def test_mistakes(text: str, at: dict[str, float], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=re.escape(says)):
        explain_expression(text, at)
    with pytest.raises(UsageError, match="times"):
        explain_expression("2*w", {"w": 1}, times=0)


def test_every_function_is_elementwise_and_differentiable() -> None:
    for name, function in functions().items():
        count = 2 if name in ("atan2", "hypot", "maximum", "minimum", "pow", "fmax", "fmin", "logaddexp") else 1
        x = torch.linspace(0.1, 0.9, 5, dtype=torch.float64).requires_grad_()
        together = function(*[x] * count)
        apart = torch.stack([function(*[one] * count) for one in x])
        torch.testing.assert_close(together, apart, rtol=1e-14, atol=1e-14, equal_nan=True)
        (gradient,) = torch.autograd.grad(together.sum(), x)
        assert gradient.shape == x.shape


SMOOTH = ["sin", "cos", "exp", "tanh", "sigmoid", "atan", "square", "softplus", "sinh", "expm1"]


@st.composite
def smooth(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0:
        return draw(st.sampled_from(["w", "v", "2", "0.5", "3"]))
    kind = draw(st.sampled_from(["+", "-", "*", "/", "call", "power", "sign"]))
    inner = draw(smooth(depth=depth - 1))
    if kind == "call":
        return f"{draw(st.sampled_from(SMOOTH))}({inner})"
    if kind == "power":
        return f"({inner})**{draw(st.sampled_from(['2', '3', '-1']))}"
    if kind == "sign":
        return f"-({inner})"
    return f"({inner}){kind}({draw(smooth(depth=depth - 1))})"


@given(smooth(), st.sampled_from([-1.3, 0.4, 0.9]), st.sampled_from([0.7, 1.6]))
def test_the_formula_has_the_value_autograd_has(text: str, w: float, v: float) -> None:
    program = parse(text)
    assume("w" in program.names)
    expression = program.statements[0].expression
    leaf = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    try:
        value = evaluate_expression(expression, {"w": leaf, "v": v}, functions(), text=text)
        derivative = differentiate(expression, "w")
        found = evaluate_expression(derivative, {"w": w, "v": v}, functions(), text=text) if derivative else None
    except ExpressionError:
        assume(False)
        return
    (expected,) = torch.autograd.grad(value, leaf)
    assume(bool(torch.isfinite(expected)) and found is not None)
    assert float(found) == pytest.approx(expected.item(), rel=1e-7, abs=1e-9)


@given(smooth(), st.sampled_from([-1.3, 0.4]), st.sampled_from([0.7, 1.6]))
def test_a_formula_read_again_has_the_same_value(text: str, w: float, v: float) -> None:
    expression = parse(text).statements[0].expression
    names = {"w": torch.tensor(w, dtype=torch.float64), "v": torch.tensor(v, dtype=torch.float64)}
    written = re.sub(r"(\d)(?=[a-z(])", r"\1*", formula(expression).replace("²", "**2").replace("³", "**3"))
    written = re.sub(r"(?<=[a-z]\d)\*(?=\()", "", written.replace("⁻¹", "**(-1)"))  # expm1( is no product
    try:
        expected = evaluate_expression(expression, names, functions(), text=text)
        found = evaluate_expression(parse(written).statements[0].expression, names, functions(), text=written)
    except ExpressionError:
        assume(False)
        return
    torch.testing.assert_close(
        torch.as_tensor(found, dtype=torch.float64),
        torch.as_tensor(expected, dtype=torch.float64),
        rtol=1e-9,
        atol=1e-9,
        equal_nan=True,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w**2", "2w"),
        ("w**-2", "(−2)·w⁻³"),
        ("2*w + 5", "2"),
        ("w*w", "2w"),
        ("w**3", "3w²"),
        ("5 - w", "−1"),
        ("v*w", "v"),
        ("w/v", "1/v"),
        ("v/w", "−v/w²"),
        ("exp(2*w)", "2exp(2w)"),
        ("log(w)", "1/w"),
        ("sqrt(w)", "1/(2sqrt(w))"),
        ("(w*v - 1)**2", "2(w·v − 1)·v"),
        ("sigmoid(w)", "sigmoid(w)·(1 − sigmoid(w))"),
        ("v**2", "0"),
    ],
)
def test_formulas_as_a_person_writes_them(text: str, expected: str) -> None:
    derivative = differentiate(parse(text).statements[0].expression, "w")
    assert derivative is not None
    assert formula(derivative) == expected

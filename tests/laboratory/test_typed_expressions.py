"""Typed computations on the page: the values, gradients, formulas and faults of `wxb.explain`, in the same words."""

from __future__ import annotations

import math
import random

import pytest

import wxb
from wxb.errors import ExpressionError, UsageError

pytest.importorskip("torch")
from wxb.explaining.chains import with_chains
from wxb.explaining.evaluation import _ACTIVATIONS, _BINARY, _UNARY
from wxb.explaining.expression import explain_expression

pytestmark = [pytest.mark.browser, pytest.mark.torch]
EXPLAINED = "(lab, cases) => cases.map(([text, at]) => lab.explained(text, Object.fromEntries(at)))"
TYPED = [
    "y = w**2; z = 2*y + 5",
    "y = w**3; z = y*y + 1",
    "2*w + 1",
    "w",
    "a = 3; z = a*w",
    "u = w*x; v = u + w; v*v/x",
    "y = w²; z = −w × 3 + 2·y\nz/4",
    "`study hours`*2 + `study hours`**2",
    "공부시간 = w*2; 점수 = 공부시간**2 + 1",
    "w**-1 + 2**w + w**w + (-2)*w",
    "3 - w**-2 + w**-0.5 - (x + 1)**-3",
    "-w**2**2 + -w*3 - (2 - w)",
    "(w +\n 2) * 3",
    "w + w + w + 2*w/2 - w/w",
    "unused = w*3; z = x*2",
    "1.5e3*w + .5 + 2.",
    "sin(w)**2 + cos(w)**2",
    "sqrt(w)*log(w)/exp(w)",
    "maximum(w, w) + minimum(w, 2) + fmax(w, x) + fmin(w, x)",
    "relu(w - 2) + abs(w - 2) + sign(w)*w",
    "w*log(0*w + 1) + 0**w",
    "1/(w - 2)",
    "log(w - 2)",
    "(w - 5)**0.5",
    "pow(w, 3) + pow(2, w)",
    "constructor*2 + __proto__ + toString",
    "w**2.5 + w^0" if False else "w**2.5 + w**0",
    "NaN*2 + inf",
    "(a + b)/2 - a*b/(a - b)",
    "2*(3*w)*4 + w*(2*x) + 1/w*x",
    "e = w*x - y; e**2",
    "tan(w) + tanh(w) + 1/tan(w) + log1p(w) + log2(w)*log10(w) + exp2(w) + expm1(w)",
]
FAULTY = [
    "", "   ", ";;", "w +", "(w", "w)", "2w", "w 2", "study hours*2", "w(2)(3)", "2(w)", "w = = 2", "a = 2", "w == 2", "3 + 4",
    "y = y + 1", "y = w; y = 2*w", "z = y; y = w", "w*2; w*3", "w ^ 2", "w % 2", "w $ 2", "`w", "w\x00", "w\u202e", "foo(w)",
    "sqr(w)", "sin(w, 2)", "hypot(w)", "sin()", "1/0 + w", "0**-1*w", "(-8)**(1/3) + w", "10**400*w", "1e999*w", "9**9**9**9 + w",
    "(" * 120 + "w" + ")" * 120, "-" * 120 + "w", "w**" * 150 + "2", "a = w*2; 3", "x = 2*3; x + 1", "w +\n+* 2", "값 + 🙂", "x½",
    "y = w*2\nz = y +* 3\nz", " ".join(["w +"] * 60) + " ) + 2", "w@2", "w[0]", "'w'", "lambda: w", "w.real", "w if w else 2",
    "+".join(["w"] * 9000), "; ".join(f"a{k} = w" for k in range(120)), "w" * 20_001, "a,b", "w,", ",w",
]  # fmt: skip


def drawn(seed: int) -> str:
    """A random line of arithmetic."""
    draw = random.Random(seed)
    names = ["w", "x"]
    lines = []
    for k in range(draw.randrange(1, 5)):
        lines.append(f"v{k} = 2*{_sum(draw, [*names, *(f'v{j}' for j in range(k))], 0)}")
    return "; ".join([*lines, _sum(draw, [*names, *(f"v{j}" for j in range(len(lines)))], 0) + " + w"])


def _sum(draw: random.Random, names: list[str], depth: int) -> str:
    if depth > 3 or draw.random() < 0.25:
        return draw.choice([*names, *names, "2", "0.5", "3"])
    one, other = _sum(draw, names, depth + 1), _sum(draw, names, depth + 1)
    kind = draw.randrange(7)
    if kind < 4:
        return f"{one} {'+-*/'[kind]} {other}"
    if kind == 4:
        return f"({one})**{draw.choice(['2', '3', '0.5', '-1'])}"
    if kind == 5:
        return f"-({one} - {other})"
    return f"{draw.choice(['sin', 'exp', 'sigmoid', 'tanh', 'square', 'softplus', 'silu', 'atan'])}({one})"


def same(one: float | None, other: float | None, near: float = 1e-13) -> bool:
    if one is None or other is None:
        return one is other
    if math.isnan(other) or math.isinf(other):
        return str(float(one)) == str(float(other))
    return abs(one - other) <= near * max(abs(other), 0.1)


def scalar(quantity) -> float | None:
    return None if quantity is None else float(quantity.scalar)


def test_values_gradients_and_formulas_are_those_of_explain(lab_js):
    texts = [*TYPED, *(drawn(seed) for seed in range(200))]
    found_names = lab_js("(lab, texts) => texts.map(lab.freeNames)", texts)
    cases = [[text, [*zip(names, [2.0, 1.25, 0.75, 3.0])]] for text, names in zip(texts, found_names)]
    seen = 0
    for (text, at), found in zip(cases, lab_js(EXPLAINED, cases)):
        try:
            graph = explain_expression(text, dict(at)).graph
        except (ExpressionError, UsageError) as error:
            said = error.what.splitlines()[0]
            assert found["fault"]["head"] == said, text
            continue
        seen += 1
        assert "fault" not in found, (text, found)
        assert [node["name"] for node in found["nodes"]] == [node.name for node in graph.nodes]
        assert [node["kind"] for node in found["nodes"]] == [node.kind for node in graph.nodes]
        for node, wanted in zip(found["nodes"], graph.nodes):
            assert same(node["value"], scalar(wanted.value)), (text, node, wanted)
            assert same(node["gradient"], scalar(wanted.gradient), 1e-9), (text, node, wanted)
            assert node["expression"] == wanted.expression, text
        assert len(found["edges"]) == len(graph.edges)
        for edge, wanted in zip(found["edges"], graph.edges):
            assert (edge["source"], edge["target"], edge["symbol"]) == (wanted.source, wanted.target, wanted.symbol), (
                text
            )
            assert same(edge["derivative"], scalar(wanted.derivative), 1e-9), (text, edge, wanted)
    assert seen > 210


def test_every_function_has_the_values_and_derivatives_of_torch(lab_js):
    draw = random.Random(4)
    places = [-30.0, -3.0, -2.5, -1.0, -0.5, -1e-3, 0.0, 1e-8, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 6.0, 21.0, 90.0]
    places += [draw.uniform(-4, 4) for __ in range(12)]
    poles = {"digamma", "lgamma"}  # at 0, −1, −2 … what PyTorch gives is noise
    cases = [
        [f"{name}(w)", [["w", place]]]
        for name in (*_UNARY, *_ACTIVATIONS)
        for place in places
        if name not in poles or place > 0 or place % 1
    ]
    pairs = [(a, b) for a in (-1.5, 0.0, 0.5, 2.0) for b in (-2.0, 0.0, 0.5, 3.0)]
    cases += [[f"{name}(w, x)", [["w", a], ["x", b]]] for name in _BINARY for a, b in pairs]
    for (text, at), found in zip(cases, lab_js(EXPLAINED, cases)):
        graph = explain_expression(text, dict(at)).graph
        for node, wanted in zip(found["nodes"], graph.nodes):
            assert same(node["value"], scalar(wanted.value), 1e-13), (text, at, node, wanted.value)
            near = {"digamma": 1e-9, "hardsigmoid": 1e-7}.get(text.split("(")[0], 1e-12)  # PyTorch's digits of those
            assert same(node["gradient"], scalar(wanted.gradient), near), (text, at, node, wanted.gradient)


@pytest.mark.parametrize("code", ["en", "ko"])
def test_faults_are_said_in_the_same_words(lab_js, code):
    from wxb.laboratory.texts import both

    lab_js("(lab, texts, code) => (lab.teach(texts), lab.speak(code))", both(), code)
    wxb.language(code)
    cases = [[text, [["w", 2.0], ["x", 3.0], ["y", 1.0]]] for text in FAULTY]
    for (text, at), found in zip(cases, lab_js(EXPLAINED, cases)):
        at = dict(at)
        names = [name for name in lab_js("freeNames", text) if name in at] if len(text) < 300 else ["w"]
        with pytest.raises((ExpressionError, UsageError)) as caught:
            explain_expression(text, {name: at[name] for name in names})
        fault = found["fault"]
        lines = [fault["head"], *(["    " + fault["shown"], "    " + fault["caret"]] if fault["shown"] else [])]
        assert "\n".join(lines) == caught.value.what, text[:80]
        if "wxb.explain" not in (caught.value.do or ""):
            assert fault["todo"] == (caught.value.do or ""), text[:80]


def test_hostile_texts_are_refused(lab_js):
    texts = [
        "(" * 1_000_000,
        "w" * 1_000_000,
        "w+" * 9_999,
        "a=" * 5000,
        "`" * 20_000,
        "\n" * 20_000,
        "9**" * 6000 + "9",
        "🙂" * 15_000,
    ]
    found = lab_js("(lab, texts) => texts.map((text) => lab.explained(text, {}))", texts)
    assert all("fault" in one for one in found)


def test_the_chain_rule_is_written_as_explain_writes_it(lab_js):
    cases = [
        ["y = w**2; z = 2*y + 5", {"w": 2.0}],
        ["z = w*3", {"w": 2.0}],
        ["a = -w; b = a**3; c = b/2; c - 1", {"w": -1.5}],
    ]
    script = "(lab, cases) => cases.map(([text, at]) => lab.chainOf(lab.explained(text, at), 'w'))"
    for (text, at), found in zip(cases, lab_js(script, cases)):
        graph = with_chains(explain_expression(text, at).graph)
        assert [found] == list(graph.chains[0].lines)
    text = "u = w*2; v = w + 1; u*v"
    assert lab_js(script, [[text, {"w": 2.0}]]) == ["df/dw = df/du · du/dw + df/dv · dv/dw = 3 · 2 + 4 · 1 = 10"]

"""A gradient is called off only where there is a derivative: no right function is accused, at kinks and at every scale.

And a wrong backward is still found there, of the elements along which there is one.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

import wxb
from support.thinned import in_turn

Function = Callable[[torch.Tensor], torch.Tensor]
SCALES = (1e-12, 1.0, 1e12)


def doubles(*numbers: float) -> torch.Tensor:
    return torch.tensor(numbers, dtype=torch.float64)


EYE = torch.eye(3, dtype=torch.float64)
WIDE = doubles(1e10, 1e-10)
RIGHT: dict[str, tuple[Function, torch.Tensor]] = {
    "relu": (torch.relu, doubles(0)),
    "relu among others": (torch.relu, doubles(0, 1, -2)),
    "relu squared": (lambda x: torch.relu(x) ** 2, doubles(0, 1)),
    "root of a square": (lambda x: (x * x).sqrt(), doubles(0)),
    "roots of squares": (lambda x: (x * x).sqrt(), doubles(0, 1, 2)),
    "std of equal values": (torch.std, doubles(2, 2, 2)),
    "var of equal values": (torch.var, doubles(2, 2, 2)),
    "norm": (torch.linalg.vector_norm, doubles(0, 0)),
    "svdvals": (torch.linalg.svdvals, EYE),
    "eigvalsh": (lambda a: torch.linalg.eigvalsh(a + a.T), EYE),
    "logdet": (lambda a: torch.linalg.slogdet(a)[1], EYE),
    "too fast": (lambda x: torch.sin(x * x), doubles(1e8)),
    "too fast beside slow": (lambda x: torch.sin(x * x), doubles(1e8, 1)),
    "fast": (lambda x: torch.sin(x * x), doubles(1e5)),
    "tanh of far scales": (lambda x: torch.tanh((x * WIDE).sum()), doubles(1, 1)),
    "tanhs of far scales": (lambda x: torch.tanh(x * WIDE), doubles(0, 0)),
    "abs": (torch.abs, doubles(0, 1)),
    "max of equal": (torch.max, doubles(1, 1, 0)),
    "median of equal": (torch.median, doubles(1, 1, 1)),
    "median of equal and others": (torch.median, doubles(1, 1, 1, 7, -3)),
    "max pool of equal": (lambda x: nn.functional.max_pool1d(x.reshape(1, -1), 2), doubles(1, 1, 1, 1)),
    "hardtanh": (nn.functional.hardtanh, doubles(1, -1)),
    "relu6": (nn.functional.relu6, doubles(0, 6)),
    "elu": (nn.functional.elu, doubles(0)),
    "selu": (nn.functional.selu, doubles(0)),
    "leaky relu": (nn.functional.leaky_relu, doubles(0)),
    "smooth l1": (lambda x: nn.functional.smooth_l1_loss(x, torch.zeros_like(x)), doubles(1, -1)),
    "huber": (lambda x: nn.functional.huber_loss(x, torch.zeros_like(x)), doubles(1, 0)),
    "x |x|": (lambda x: x * x.abs(), doubles(0, 2)),
    "|x|³": (lambda x: x.abs() ** 3, doubles(0)),
    "|x|^1.5": (lambda x: x.abs() ** 1.5, doubles(0)),
    "root": (torch.sqrt, doubles(0, 1)),
    "cube root": (lambda x: x.sign() * x.abs() ** (1 / 3), doubles(0, 1)),
    "floor": (torch.floor, doubles(1, 0.5)),
    "sign": (torch.sign, doubles(0, 1)),
    "clamp": (lambda x: x.clamp(0, 1), doubles(0, 1, 0.5)),
    "hardswish": (nn.functional.hardswish, doubles(3, -3)),
    "softshrink": (nn.functional.softshrink, doubles(0.5, -0.5)),
    "threshold": (lambda x: nn.functional.threshold(x, 0.1, 20.0), doubles(0.1, 1)),
    "atan2": (lambda x: torch.atan2(x[0], x[1]), doubles(0, -1)),
    "distances": (lambda x: torch.cdist(x, x), torch.ones(2, 2, dtype=torch.float64)),
    "product with zeros": (torch.prod, doubles(0, 0, 1)),
    "cosine": (lambda x: nn.functional.cosine_similarity(x, torch.ones_like(x), dim=0), doubles(0, 0)),
    "cummax": (lambda x: x.cummax(0)[0], doubles(1, 1)),
    "sort": (lambda x: x.sort()[0], doubles(1, 1)),
    "hypot": (lambda x: torch.hypot(x[0], x[1]), doubles(0, 0)),
    "flat": (lambda x: torch.exp(-1 / x**2), doubles(1e-2)),
    "steep": (lambda x: torch.sigmoid(x * 1e8), doubles(0, 1)),
    "ratio": (lambda x: x[0] * x[1] / torch.hypot(x[0], x[1]).clamp(min=1e-300), doubles(0, 0)),
}
OF_EVERY_SCALE: dict[str, Function] = {
    "square": torch.square,
    "|x|": torch.abs,
    "x |x|": lambda x: x * x.abs(),
    "relu": torch.relu,
    "norm": torch.linalg.vector_norm,
    "product": torch.prod,
    "roots of squares": lambda x: (x * x).sqrt(),
    "max": torch.max,
    "std": torch.std,
    "cube": lambda x: x**3,
    "log": lambda x: x.abs().clamp(min=1e-30).log(),
}


@pytest.mark.parametrize("name", RIGHT)
def test_no_right_function_is_accused(name: str) -> None:
    f, x = RIGHT[name]
    found = wxb.check_gradients(f, x)
    assert found, str(found)


@pytest.mark.parametrize(("name", "scale"), in_turn(3, OF_EVERY_SCALE, SCALES))
def test_no_right_function_is_accused_at_any_scale(name: str, scale: float) -> None:
    for at in (doubles(0.5, -2, 1.25), doubles(0, 1, -1), doubles(1, 1, 1)):
        found = wxb.check_gradients(OF_EVERY_SCALE[name], at * scale, directions=1)
        assert found, str(found)


def made(forward: Function, backward: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> Function:
    class Made(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return forward(x)

        @staticmethod
        def backward(ctx, *incoming):
            return backward(ctx.saved_tensors[0], incoming[0])

    return Made.apply


WRONG: dict[str, Function] = {
    "half a square": made(torch.square, lambda x, g: g * x),
    "a square of the other sign": made(torch.square, lambda x, g: -2 * g * x),
    "a square without what comes in": made(torch.square, lambda x, g: 2 * x),
    "a square of absolute values": made(torch.square, lambda x, g: 2 * g * x.abs()),
    "a thousandth off": made(torch.square, lambda x, g: 2.002 * g * x),
    "relu, twice": made(torch.relu, lambda x, g: 2 * g * (x > 0)),
    "relu everywhere": made(torch.relu, lambda x, g: g),
    "relu of the other side": made(torch.relu, lambda x, g: g * (x < 0)),
    "relu that leaks": made(torch.relu, lambda x, g: g * torch.where(x > 0, 1.0, 0.01)),
    "relu by order": made(torch.relu, lambda x, g: g.flip(0) * (x > 0)),
    "|x| without its sign": made(torch.abs, lambda x, g: g),
    "|x|, nothing": made(torch.abs, lambda x, g: 0 * g),
    "|x|, half": made(torch.abs, lambda x, g: 0.5 * g * x.sign()),
    "x |x|, half": made(lambda x: x * x.abs(), lambda x, g: g * x.abs()),
    "x |x|, its sign": made(lambda x: x * x.abs(), lambda x, g: 2 * g * x),
    "clamp that lets pass": made(lambda x: x.clamp(min=0), lambda x, g: g),
    "max by all": made(lambda x: x.max(), lambda x, g: g * torch.ones_like(x)),
    "max to the least": made(lambda x: x.max(), lambda x, g: g * (x == x.min())),
    "norm, not divided": made(lambda x: x.norm(), lambda x, g: g * x / x.abs().max() * 3),
    "norm, twice": made(lambda x: x.norm(), lambda x, g: 2 * g * x / x.norm()),
    "square roots of squares": made(lambda x: (x * x).sqrt(), lambda x, g: 2 * g * x.sign()),
    "NaN": made(torch.square, lambda x, g: g * x * float("nan")),
    "a mean as a sum": made(lambda x: x.mean(), lambda x, g: g * torch.ones_like(x)),
    "only the first": made(torch.square, lambda x, g: 2 * g * x * (torch.arange(x.numel()) == 0)),
}


@pytest.mark.parametrize(("name", "scale"), in_turn(3, WRONG, SCALES))
def test_a_wrong_backward_is_found_at_kinks_and_at_every_scale(name: str, scale: float) -> None:
    for at in (doubles(0.5, -2, 1.25), doubles(0, 0, 0, 3, -2))[scale != 1.0 :]:
        found = wxb.check_gradients(WRONG[name], at * scale, directions=1, second=False)
        assert found.off, str(found)


def test_what_is_not_differentiable_is_said_to_be() -> None:
    beyond = wxb.check_gradients(lambda a: a.detach().relu() + a * 3 - 3 * a.detach(), doubles(0), second=False)
    assert {probe.verdict for probe in beyond.probes} == {"undecided"}
    assert {probe.reason for probe in beyond.probes} == {"kink"}
    assert "not differentiable at this point" in str(beyond)
    fast = wxb.check_gradients(lambda x: torch.sin(x * x), doubles(1e8), second=False)
    assert {probe.reason for probe in fast.probes} == {"fast"}
    equal = wxb.check_gradients(torch.median, doubles(1, 1, 1), second=False)
    assert "parts" in {probe.reason for probe in equal.probes}

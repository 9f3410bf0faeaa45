"""`check_gradients`: right gradients pass, wrong ones are named by input and element, and what cannot be checked says why."""

from __future__ import annotations

import itertools
import json
import math

import pytest

import wxb
from wxb.errors import UsageError
from wxb.explaining.slopes import slope

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, *gradients):
        (x,) = ctx.saved_tensors
        return 2 * x * gradients[0]


class HalfAtTwo(Square):
    @staticmethod
    def backward(ctx, *gradients):
        (x,) = ctx.saved_tensors
        factor = torch.full_like(x, 2.0)
        factor.view(-1)[2] = 1.0
        return factor * x * gradients[0]


class OffTheGraph(Square):
    @staticmethod
    def backward(ctx, *gradients):
        return 2 * ctx.saved_tensors[0].detach() * gradients[0]


class Once(Square):
    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, *gradients):
        return 2 * ctx.saved_tensors[0] * gradients[0]


class IncomingOffTheGraph(Square):
    @staticmethod
    def backward(ctx, *gradients):
        return 2 * ctx.saved_tensors[0] * gradients[0].detach()


class Wave(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b.sin()

    @staticmethod
    def backward(ctx, *gradients):
        a, b = ctx.saved_tensors
        return gradients[0] * b.sin(), gradients[0] * a * b.cos() * 1.00002


def in_place(a):
    a.mul_(2)
    return a * a


MODEL = torch.nn.Sequential(
    torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.BatchNorm1d(4), torch.nn.Dropout(0.3), torch.nn.Linear(4, 2)
)
RIGHT = {
    "custom": (Square.apply, torch.randn(4, requires_grad=True)),
    "two inputs": (lambda a, b: (a @ b).tanh(), (torch.randn(3, 4), torch.randn(4, 2))),
    "model": (MODEL, torch.randn(6, 3)),
    "complex": (lambda z: (z * z.conj()).real + z.abs(), torch.randn(3, dtype=torch.complex64)),
    "in place": (in_place, torch.randn(3, requires_grad=True)),
    "classes": (torch.nn.functional.cross_entropy, (torch.randn(4, 3), torch.tensor([0, 1, 2, 0]))),
    "cancelling": (lambda a: (a + 1e8) - 1e8, torch.randn(4)),
    "near the edge": (torch.log, torch.tensor([1e-5, 1.0])),
    "waves along large numbers": (torch.sin, torch.tensor([1e8])),
    "columns far apart": (lambda a: a.sin().sum(), torch.tensor([1e8, 1e-8, 1.0])),
    "far apart in a model": (lambda a, b: (a @ b).tanh(), (torch.tensor([[1e6, 0.5]]), torch.tensor([[1e-7], [0.3]]))),
    "float32 within": (lambda a: (a.float() * 1.1).sin().double().exp(), torch.linspace(-1, 1, 50)),
    "kinks nearby": (lambda a: a.abs().sum(), torch.tensor([3e7, 1.5, -2.0, 0.1])),
    "labelled": (lambda a, b: a * b, {"scale": torch.randn(3), "shift": torch.randn(3)}),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_gradients_pass(name: str) -> None:
    before = torch.get_rng_state()
    found = wxb.check_gradients(*RIGHT[name])
    assert found, str(found)
    assert {probe.order for probe in found.probes} == {1, 2}
    assert torch.equal(torch.get_rng_state(), before)
    assert all(len(line) <= 100 for line in str(found).splitlines())


def test_the_element_that_is_off_is_named() -> None:
    x = torch.randn(3, 2, requires_grad=True)
    found = wxb.check_gradients(HalfAtTwo.apply, x)
    place = found.off[0].place
    assert place is not None
    assert (found.off[0].input, place.index) == ("x", (1, 0))
    assert place.backward == pytest.approx(x[1, 0].item())
    assert place.difference.value == pytest.approx(2 * x[1, 0].item(), abs=1e-9)
    assert "`x[1, 0]`" in str(found)
    assert "0.5 times" in str(found)
    assert json.loads(json.dumps(found.to_dict()))["ok"] is False


def test_of_several_outputs_and_inputs_the_one_that_is_off_is_named() -> None:
    found = wxb.check_gradients(lambda a, b: {"u": a * b, "v": HalfAtTwo.apply(b)}, (torch.ones(3), torch.ones(3)))
    assert {probe.input for probe in found.off} == {"b"}
    assert found.off[0].place is not None
    assert found.off[0].place.output == "['v']"


def test_a_parameter_of_a_model_is_named() -> None:
    class Layer(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(3))

        def forward(self, x):
            return x * HalfAtTwo.apply(self.weight)

    layer = Layer()
    assert next(probe.input for probe in wxb.check_gradients(layer, torch.ones(3)).off) == "weight"
    assert layer.weight.grad is None
    assert layer.weight.dtype is torch.float32


def test_second_derivatives() -> None:
    lost = wxb.check_gradients(OffTheGraph.apply, torch.ones(3))
    assert [(probe.order, probe.backward) for probe in lost.off] == [(2, 0.0)]
    composed = wxb.check_gradients(IncomingOffTheGraph.apply, torch.ones(3))
    assert [probe.input for probe in composed.off] == ["grad_output"]
    assert not torch.autograd.gradgradcheck(
        IncomingOffTheGraph.apply, torch.ones(3, dtype=torch.float64, requires_grad=True), raise_exception=False
    )
    once = wxb.check_gradients(Once.apply, torch.ones(3))
    assert once
    assert "once_differentiable" in str(once)
    assert {probe.order for probe in wxb.check_gradients(Square.apply, torch.ones(3), second=False).probes} == {1}


def test_kinks_are_told_from_errors() -> None:
    found = wxb.check_gradients(torch.relu, torch.tensor([0.0, 1.0, -1.0]))
    assert found
    assert found.probes[0].verdict == "kink"
    beyond = wxb.check_gradients(lambda a: a.detach().relu() + a * 3 - 3 * a.detach(), torch.tensor([0.0, 1.0]))
    assert beyond.off
    lost = wxb.check_gradients(lambda a: a.detach() * 2, torch.ones(3))
    assert "nothing comes back" in str(lost)


def test_inside_inference_mode_it_is_the_same() -> None:
    with torch.inference_mode():
        assert wxb.check_gradients(torch.nn.Linear(3, 2), torch.randn(2, 3))
        assert not wxb.check_gradients(HalfAtTwo.apply, torch.ones(3))


def test_no_second_derivative_at_a_kink_is_no_error() -> None:
    assert wxb.check_gradients(torch.linalg.vector_norm, torch.zeros(3))  # backward's is NaN there


def test_a_mapping_is_passed_by_name() -> None:
    numbers = {"b": torch.tensor([2.0, 3.0]), "a": torch.tensor([5.0, 7.0])}
    for f in (Wave.apply, lambda a, b: Wave.apply(a, b) * 2, lambda *, b, **more: Wave.apply(more["a"], b)):
        found = wxb.check_gradients(f, numbers)
        assert {probe.input for probe in found.off} == {"b"}
        assert "1.00002 times" in str(found)
    assert wxb.check_gradients(torch.nn.Bilinear(2, 2, 1), {"input2": torch.ones(1, 2), "input1": torch.ones(1, 2)})
    with pytest.raises(UsageError, match="no argument `c`"):
        wxb.check_gradients(lambda a, b: a * b, {"a": torch.ones(2), "c": torch.ones(2)})


COUNT = itertools.count()
REFUSED = {
    "no function": (3, torch.ones(2), "needs a function"),
    "no numbers": (torch.neg, torch.tensor([1, 2]), "nothing to differentiate by"),
    "another each time": (lambda a: a * next(COUNT), torch.ones(2), "different values"),
    "float32 within": (lambda a: a @ torch.ones(2, 2), torch.ones(2, 2), "float64"),
    "not finite": (torch.log, torch.zeros(2), "not finite"),
    "no output": (torch.argmax, torch.ones(2), "returns nothing"),
    "sparse": (torch.sin, torch.eye(2).to_sparse(), "sparse"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_checked_says_why(name: str) -> None:
    f, inputs, says = REFUSED[name]
    with pytest.raises(UsageError, match=says) as caught:
        wxb.check_gradients(f, inputs)
    assert caught.value.do
    with pytest.raises(UsageError, match="whole number"):
        wxb.check_gradients(torch.sin, torch.ones(2), directions=0)


def test_an_error_of_the_functions_own_passes() -> None:
    def broken(a):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        wxb.check_gradients(broken, torch.ones(2))


@pytest.mark.parametrize("point", [0.3, 1.0, 4.0])
@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        (math.sin, math.cos),
        (math.exp, math.exp),
        (lambda t: t**5, lambda t: 5 * t**4),
        (math.sqrt, lambda t: 0.5 / t**0.5),
    ],
)
def test_the_error_of_a_slope_is_honest(function, derivative, point: float) -> None:
    found = slope(lambda t: function(point + t), point, 2e-16)
    assert abs(found.value - derivative(point)) <= 8 * found.error
    assert found.error < 1e-9 * max(1, abs(found.value))
    assert not found.kink
    noisy = slope(lambda t: (function(point + t) + 1e6) - 1e6, point, 2e-16)
    assert abs(noisy.value - derivative(point)) <= 8 * noisy.error

"""A typed computation on tensors: the functions it may call, and the value of every statement.

Numbers are float64. Refuses a computation whose last value depends on none of the names it is differentiated by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wxb.errors import ExpressionError
from wxb.explaining._torch import torch
from wxb.expression import Program, evaluate
from wxb.i18n import _, _n
from wxb.printable import show

# Elementwise functions of real numbers with one meaning for a single number; nothing random, in place or integer.
_UNARY = (
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "digamma", "erf", "erfc",
    "erfinv", "exp", "exp2", "expm1", "floor", "frac", "lgamma", "log", "log10", "log1p", "log2", "logit", "neg",
    "reciprocal", "relu", "round", "rsqrt", "sigmoid", "sign", "sin", "sinc", "sinh", "sqrt", "square", "tan",
    "tanh", "trunc",
)  # fmt: skip
_ACTIVATIONS = (
    "celu", "elu", "gelu", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "logsigmoid", "mish", "relu6",
    "selu", "silu", "softplus", "softsign",
)  # fmt: skip
_BINARY = (
    "atan2", "hypot", "maximum", "minimum", "pow", "fmax", "fmin", "logaddexp",
)  # fmt: skip


def functions() -> dict[str, Callable[..., Any]]:
    """The functions an expression may call: torch's elementwise ones, on numbers and tensors."""
    found: dict[str, Callable[..., Any]] = {}
    for name in (*_UNARY, *_ACTIVATIONS, *_BINARY):
        source = torch.nn.functional if name in _ACTIVATIONS else torch
        found[name] = _on_numbers(getattr(source, name), name, 2 if name in _BINARY else 1)
    return found


def _on_numbers(function: Callable[..., Any], name: str, count: int) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        if len(arguments) != count:
            raise TypeError(
                _n(
                    "{name} takes {n} value, found {given}",
                    "{name} takes {n} values, found {given}",
                    count,
                    name=name,
                    given=len(arguments),
                )
            )
        return function(*(torch.as_tensor(argument, dtype=torch.float64) for argument in arguments))

    return call


def evaluated(program: Program, leaves: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Every statement's value; constants become leaves of their own, so that each name has a derivative."""
    values: dict[str, torch.Tensor] = {}
    known = functions()
    for statement in program.statements:
        one = Program(program.text, (statement,))
        value = torch.as_tensor(evaluate(one, {**leaves, **values}, known)[statement.name], dtype=torch.float64)
        values[statement.name] = value if value.requires_grad else value.detach().clone().requires_grad_()
    if not any(_depends(values[program.result], leaf) for leaf in leaves.values()):
        shown = program.statements[-1].text
        raise ExpressionError(
            _("the last value, {shown}, depends on none of {leaves}", shown=show(shown), leaves=", ".join(leaves)),
            _("use one of these names in the last line"),
        )
    return values


def _depends(value: torch.Tensor, leaf: torch.Tensor) -> bool:
    if value.grad_fn is None:
        return value is leaf
    (gradient,) = torch.autograd.grad(value, [leaf], retain_graph=True, allow_unused=True)
    return gradient is not None

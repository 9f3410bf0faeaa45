"""Whether a program changes its gradients between backward() and step(): then their size says nothing about the loss."""

from __future__ import annotations

import sys
from typing import Any

from wxb.watching.calls import clipping
from wxb.watching.events import TorchCall

SCALES = frozenset(("mul_", "div_", "__imul__", "__itruediv__", "__idiv__", "_foreach_mul_", "_foreach_div_"))
RESCALES = SCALES | {"grad.__set__", "grad.__get__"}


def rescales(operation: TorchCall, run: Any) -> bool:
    """Whether this call clips, multiplies, divides or replaces a gradient."""
    name = operation.name
    if name == "grad.__set__":
        return operation.args[1] is not None
    if name == "grad.__get__":
        return clipping(sys._getframe(1), operation.frame) is not None
    if name not in SCALES or not operation.args:
        return False
    first = operation.args[0]
    return isinstance(first, list | tuple) or any(
        first is parameter.grad for record in run.optimizers.values() for parameter in record.parameters()
    )

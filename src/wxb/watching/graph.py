"""Walking the autograd graph of the user's live loss without touching it.

Walks are iterative (a graph may be 20 000 nodes deep). A second differentiation of the user's graph is allowed only when
nothing of the user's would run twice: no Python autograd Function, no hook, no recomputation by checkpointing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wxb.i18n import _

LIMIT = 200_000
LAYERS = ("Addmm", "Mm", "Bmm", "Mv", "Baddbmm", "Convolution", "Embedding", "NativeLayerNorm", "NativeBatchNorm",
          "ScaledDotProduct", "MkldnnRnn", "ThnnFused", "Linear", "Addmv", "Dot")  # fmt: skip

SHAPES = frozenset(("View", "UnsafeView", "ReshapeAlias", "Squeeze", "Unsqueeze", "Transpose", "T", "Permute", "Clone",
                    "ToCopy", "Select", "Slice", "Index", "Alias", "Unbind", "Split", "Stack", "Cat"))  # fmt: skip


def kind(node: Any) -> str:
    """`Softmax` for a SoftmaxBackward0; "" for no node."""
    return node.name().partition("Backward")[0] if node is not None else ""


def source(tensor: Any) -> Any:
    """The node that computed a tensor's values: what only gave them another shape, order or precision is passed over."""
    node = tensor.grad_fn
    while kind(node) in SHAPES and node.next_functions:
        node = node.next_functions[0][0]
    return node


COSTS = ("MseLoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "NllLoss", "BinaryCrossEntropy", "Abs")


def walk(*roots: Any, stop_at: tuple[str, ...] = ()) -> Iterator[Any]:
    """Nodes reachable from `roots`, breadth first, each once; not beyond nodes whose name starts with `stop_at`."""
    seen = {root for root in roots if root is not None}
    layer = list(dict.fromkeys(root for root in roots if root is not None))
    while layer and len(seen) <= LIMIT:
        below = []
        for node in layer:
            yield node
            if stop_at and node.name().startswith(stop_at):
                continue
            for parent, __ in node.next_functions:
                if parent is not None and parent not in seen:
                    seen.add(parent)
                    below.append(parent)
        layer = below


def cost_nodes(root: Any) -> list[Any]:
    """The nodes of the cost itself: from the loss down to (and without) the model's last layer."""
    return [node for node in walk(root, stop_at=LAYERS) if not node.name().startswith(LAYERS)]


def negated_cost(root: Any) -> bool:
    """Whether a loss is minus something that is never negative: a squared or absolute error, a cross entropy."""
    if root is None or not root.name().startswith(("NegBackward", "RsubBackward")):
        return False
    node = root.next_functions[0][0]
    while node is not None and node.name().startswith(("Mean", "SumBackward")):
        node = node.next_functions[0][0]
    if node is not None and node.name().startswith("PowBackward0"):
        return getattr(node, "_saved_exponent", 0) in (2, 4)
    return node is not None and node.name().startswith(COSTS)


def users(nodes: list[Any]) -> dict[Any, list[Any]]:
    """Which nodes take the result of each."""
    found: dict[Any, list[Any]] = {}
    for node in nodes:
        for parent, __ in node.next_functions:
            if parent is not None:
                found.setdefault(parent, []).append(node)
    return found


def readable(values: tuple[Any, ...], torch: Any) -> bool:
    """Whether torch lets their place in the graph be read: not of a view made under no_grad whose base was changed since."""
    Tensor = torch.Tensor
    try:
        for one in values:
            if isinstance(one, Tensor):
                one.grad_fn  # noqa: B018 - reading it is what may fail
    except RuntimeError:
        return False
    return True


def leaves(nodes: list[Any]) -> list[Any]:
    """The tensors whose `.grad` a backward through these nodes would fill."""
    return [node.variable for node in nodes if node.name().endswith("AccumulateGrad")]


def why_not_twice(nodes: list[Any], torch: Any) -> str:
    """Why the graph must not be differentiated a second time, or ""."""
    for node in nodes:
        if isinstance(node, torch.autograd.function.BackwardCFunction):
            return _(
                "the graph holds a Python autograd Function ({name}), whose code would run twice", name=node.name()
            )
        if "Compiled" in node.name():
            return _("the graph is compiled")
    return ""

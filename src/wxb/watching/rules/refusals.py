"""Why torch refused a call: its words, the tensors and the layer that met, and what to write instead.

A row of `KINDS` is one kind of refusal: what torch's message looks like, and who explains it. What cannot be explained better
than torch does is left alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from wxb.i18n import _, _n
from wxb.numbers import readable
from wxb.watching import sources
from wxb.watching.raised import Raised
from wxb.watching.rules import refused_values
from wxb.watching.rules import torch_says as says
from wxb.watching.rules.broadcast import repair

Said = tuple[str, str, str]


def explained(seen: Raised, run: Any) -> Said | None:
    """Evidence, effect and fix of an exception of torch's; None where there is nothing to add."""
    for pattern, explain in KINDS:
        found = re.search(pattern, seen.text)
        if found is not None:
            line = next(one for one in seen.text.splitlines() if re.search(pattern, one))
            cause, fix = explain(seen, run, found)
            if not cause:
                return None
            torch = _("torch refused: {text}", text=line.strip().rstrip(".!:")[:200])
            return f"{torch}. {cause}.", _("The run ends here: nothing after it ran."), f"{fix}."
    return None


# ---- shapes


def _met(seen: Raised, of: Callable[[Any], str]) -> str:
    """What met: the layer, and each tensor with its shape, type or device."""
    layer = seen.described()
    unnamed = [
        _("its input") if layer else _("operand 1"),
        *(_("operand {place}", place=place) for place in range(2, 9)),
    ]
    named = [
        _("{name} is {what}", name=f"`{name}`" if name else other, what=of(tensor))
        for (name, tensor), other in zip(seen.operands, unnamed)
    ]
    if layer:
        return _("In {layer}: {met}", layer=layer, met=", ".join(named))
    return _("Here {met}", met=", ".join(named)) if named else ""


def _shape(tensor: Any) -> str:
    return str(tuple(tensor.shape))


def _shapes(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    met = _met(seen, _shape)
    return met or _("The shapes do not fit"), _fit(seen, run) or _("make the shapes agree where the tensors are made")


def _fit(seen: Raised, run: Any) -> str:
    """The edit that makes the shapes agree, where one can be told."""
    nn, kind = run.torch.nn, seen.module
    tensors = [tensor for __, tensor in seen.operands]
    if isinstance(kind, nn.Linear) and tensors and tensors[0].dim():
        return _fit_linear(kind, tensors[0])
    if isinstance(kind, nn.modules.conv._ConvNd) and tensors:
        return _fit_convolution(kind, tensors[0])
    if len(tensors) == 2 and all(tensor.dim() for tensor in tensors):
        (left, one), (right, other) = seen.operands
        left, right = left or _("the first operand"), right or _("the second operand")
        if re.search(says.PRODUCT, seen.text):
            if one.dim() == other.dim() == 2 and one.shape[1] == other.shape[1]:
                return f"{left} @ {right}.T"
            return _("the columns of {left} must be as many as the rows of {right}", left=left, right=right)
        if one.numel() == other.numel():
            return repair(left, one, right, other)
    return ""


def _fit_linear(layer: Any, x: Any) -> str:
    for start in range(x.dim() - 2, 0, -1):
        if math.prod(x.shape[start:]) == layer.in_features:
            return _("flatten its input first: x.flatten({start})", start=start)
    return _(
        "nn.Linear({found}, {out}) here, or an input whose last dimension is {expected}",
        found=x.shape[-1],
        out=layer.out_features,
        expected=layer.in_features,
    )


def _fit_convolution(layer: Any, x: Any) -> str:
    dimensions = len(layer.kernel_size)
    if x.dim() == dimensions + 2 and x.shape[-1] == layer.in_channels:
        order = ", ".join(map(str, (0, x.dim() - 1, *range(1, x.dim() - 1))))
        return _("channels come second: x.permute({order})", order=order)
    if x.dim() == dimensions + 2:
        return _("{kind}({found}, …) here, or an input with {expected} channels", kind=type(layer).__name__,
                 found=x.shape[1], expected=layer.in_channels)  # fmt: skip
    return _("give it (rows, channels, …): x.unsqueeze(1) adds one channel")


def _rows(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    return _met(seen, _shape), _("prediction and target must have the same rows: was one of them cut or reshaped?")


def _target_shape(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    pair = seen.operands[:2]
    if len(pair) < 2:
        return _met(seen, _shape), _("give prediction and target the same shape")
    (predicted, prediction), (given, target) = pair
    return _met(seen, _shape), repair(predicted or _("the prediction"), prediction, given or _("the target"), target)


def _one_class(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    name, target = seen.operands[1] if len(seen.operands) > 1 else ("", None)
    fix = _("the target of this loss is one class number for each row: {name}.squeeze(1)", name=name or _("the target"))
    if target is not None and target.dim() == 2 and target.shape[1] > 1:
        fix = _(
            "the target of this loss is one class number for each row: {name}.argmax(1)", name=name or _("the target")
        )
    return _met(seen, _shape), fix


def _one_row(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    cause = _("A batch of one row has no variance for the batch normalisation to divide by")
    return cause, _("DataLoader(…, drop_last=True), or model.eval() where nothing is trained")


def _not_reduced(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    loss = run.backward.loss if run.backward is not None else None
    shape = _shape(loss) if loss is not None else _("more than one number")
    return _("The loss is {shape}, not one number", shape=shape), _("loss.mean().backward()")


# ---- types and devices


def _dtype(tensor: Any) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _types(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    torch, met = run.torch, _met(seen, _dtype)
    kinds = [tensor.dtype for __, tensor in seen.operands]
    name = next(
        (name for name, tensor in seen.operands if tensor.dtype == torch.float64 and not tensor.requires_grad), ""
    )
    if torch.float64 in kinds and (torch.float32 in kinds or "torch.float32" in seen.text):
        return met, _(
            "{name}.float(): NumPy and pandas give float64, layers are float32 (or model.double())", name=name or "x"
        )
    whole = next((name for name, tensor in seen.operands if not tensor.is_floating_point()), "")
    return met, _("{name}.float(): arithmetic with weights needs floating point", name=whole or "x")


def _label_types(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    name = seen.operands[1][0] if len(seen.operands) > 1 else ""
    return _met(seen, _dtype), _("the targets of this loss are class numbers: {name}.long()", name=name or "y")


def _float_targets(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    name = seen.operands[1][0] if len(seen.operands) > 1 else ""
    return _met(seen, _dtype), _("the targets of this loss are numbers with a point: {name}.float()", name=name or "y")


def _index_types(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    return _met(seen, _dtype), _("an embedding is looked up by whole numbers: x.long()")


def _whole_parameters(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    cause = _("Whole numbers have no derivative; Python's 1 becomes int64, 1.0 float32")
    return cause, _("torch.tensor([1.0, 2.0], requires_grad=True), or dtype=torch.float32")


def _whole_mean(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    return _met(seen, _dtype) or _("A mean of whole numbers is not one"), _("x.float().mean()")


def _devices(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    met = _met(seen, lambda tensor: str(tensor.device))
    held = next((tensor.device for name, tensor in seen.operands if tensor.requires_grad), None)
    data = next((name for name, tensor in seen.operands if tensor.device != held and name), "x")
    fix = _(
        "move both to one device: {name} = {name}.to({device})", name=data, device=f'"{held}"' if held else "device"
    )
    return met or _("The tensors are on different devices"), fix


# ---- values


def _labels(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    pair = [tensor for __, tensor in seen.operands if run.plain(tensor)][:2]
    if len(pair) < 2 or pair[0].dim() < 1 or not pair[1].numel():
        return "", ""
    scores, target = pair
    classes = scores.shape[1 if scores.dim() > 1 else 0]
    wrong = ((target < 0) | (target >= classes)).flatten().nonzero().flatten().tolist()
    low, high = int(target.min()), int(target.max())
    cause = _(
        "The scores have {classes} columns, so labels run from 0 to {last}; these run from {low} to {high}, the first "
        "wrong one in row {row}",
        classes=classes,
        last=classes - 1,
        low=low,
        high=high,
        row=wrong[0] if wrong else 0,
    )
    if low == 1 and high == classes:
        return cause, _("count the labels from 0: y - 1")
    if low < 0:
        return cause, _("mend the negative labels, or name one with ignore_index")
    return cause, _("a last layer with {count} outputs, or labels below {classes}", count=high + 1, classes=classes)


def _embedding(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    rows = getattr(seen.module, "num_embeddings", None)
    index = next((tensor for __, tensor in seen.operands if not tensor.is_floating_point() and run.plain(tensor)), None)
    if rows is None or index is None or not index.numel():
        return "", ""
    low, high = int(index.min()), int(index.max())
    cause = _("{layer} has rows 0 to {last}; it was asked for {low} to {high}", layer=seen.described(), last=rows - 1,
              low=low, high=high)  # fmt: skip
    return cause, _("nn.Embedding({count}, …): one row more than the largest number", count=high + 1)


def _unit_range(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    """A binary cross entropy whose scores or targets are no probabilities, or not numbers."""
    which = 1 if found.group(1) == "target" else 0
    if len(seen.operands) <= which or not run.plain(seen.operands[which][1]):
        return "", ""
    name, values = seen.operands[which]
    name = f"`{name}`" if name else (_("the target") if which else _("the input"))
    if bool(values.isnan().any()):
        return _not_numbers(name, values, seen, run)
    cause = _(
        "{name} runs from {low} to {high}",
        name=name,
        low=readable(float(values.min()), 3),
        high=readable(float(values.max()), 3),
    )
    if which:
        return cause, _("targets of this loss are 0 or 1: recode them")
    return cause, _("these are scores, not probabilities: BCEWithLogitsLoss, or a sigmoid before this loss")


def _not_numbers(name: str, values: Any, seen: Raised, run: Any) -> tuple[str, str]:
    cause = _("{name} holds NaN: {rows}", name=name, rows=_bad_rows(values))
    frame = seen.frame
    while values.requires_grad and frame is not None:
        for other, data in sources.variables(frame):
            if _is_data(data, run) and bool(data.isnan().any()):
                also = _("{name} holds NaN: {rows}", name=f"`{other}`", rows=_bad_rows(data))
                return f"{cause}; {also}", _("drop or fill these rows before training")
        frame = frame.f_back
    if not values.requires_grad:
        return cause, _("drop or fill these rows before training")
    return cause, _("look for what made it: a rate that is too large, a logarithm or a division by 0")


def _is_data(value: Any, run: Any) -> bool:
    known = isinstance(value, run.torch.Tensor) and run.plain(value)
    return known and value.is_floating_point() and not value.requires_grad and value.dim() > 0


def _bad_rows(values: Any) -> str:
    rows = values.isnan().reshape(values.shape[0], -1).any(1).nonzero().flatten().tolist() if values.dim() else [0]
    shown = ", ".join(map(str, rows[:5])) + (" …" if len(rows) > 5 else "")
    return _n("row {rows} (counted from 0)", "rows {rows} (counted from 0)", len(rows), rows=shown)


def _on_the_gpu(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    cause = _(
        "An index is outside its table on the GPU: labels outside 0 … classes − 1, or an embedding's number; the GPU "
        "reports late, so the cause may be a line above this one"
    )
    return cause, _("run it once on the CPU, or with CUDA_LAUNCH_BLOCKING=1, and this report names line and row")


# ---- what is not a tensor yet, or not any more


def _to_numpy(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    return _("NumPy cannot follow gradients"), _("loss.item() for one number, x.detach().numpy() for a table")


def _nothing_to_train(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    cause = _(
        "The model has no parameters of its own: layers in a plain list or dict are not registered, and a generator is "
        "empty once it was read"
    )
    return cause, _("nn.ModuleList or nn.ModuleDict for layers; list(model.parameters()) where it is read twice")


def _not_a_leaf(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    cause = _("The tensor given was computed from another one: its gradient is not kept")
    return cause, _("make it of its value: w = (…).detach().requires_grad_(), then the optimizer")


Explain = Callable[[Raised, Any, "re.Match[str]"], tuple[str, str]]
KINDS: tuple[tuple[str, Explain], ...] = (
    (says.ON_THE_GPU, _on_the_gpu),
    (says.DEVICES, _devices),
    (says.NOT_REDUCED, _not_reduced),
    (says.ROWS, _rows),
    (says.TARGET_SHAPE, _target_shape),
    (says.ONE_CLASS, _one_class),
    (says.ONE_ROW, _one_row),
    (says.LABEL_TYPES, _label_types),
    (says.FLOAT_TARGETS, _float_targets),
    (says.INDEX_TYPES, _index_types),
    (says.WHOLE_PARAMETERS, _whole_parameters),
    (says.WHOLE_MEAN, _whole_mean),
    (says.TYPES, _types),
    (says.STATE, refused_values.state),
    (says.LENGTHS, refused_values.lengths),
    (says.CONSTRAINT, refused_values.constraint),
    (says.NOT_POSITIVE, refused_values.not_positive),
    (says.LABELS, _labels),
    (says.EMBEDDING, _embedding),
    (says.UNIT_RANGE, _unit_range),
    (says.TO_NUMPY, _to_numpy),
    (says.NOTHING_TO_TRAIN, _nothing_to_train),
    (says.NOT_A_LEAF, _not_a_leaf),
    (says.SHAPES, _shapes),
)

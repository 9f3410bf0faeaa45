"""Refusals of layers and distributions whose parameters, lengths and states are checked in words of their own.

nn.LSTM, nn.GRU, nn.RNN     a state for other rows than the input has, often without batch_first=True
nn.CTCLoss                  lengths from before the layers that shorten the time
torch.distributions         a scale that is not positive, probabilities that are none, NaN
torch.linalg.cholesky       a covariance that is singular to rounding
"""

from __future__ import annotations

import re
from typing import Any

from wxb.i18n import _
from wxb.watching import sources
from wxb.watching.raised import Raised


def state(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    """The state that a recurrent layer was given has other sizes than its input asks for."""
    layers, rows, width, *given = (int(size) for size in found.groups())
    layer = seen.described() or _("the layer")
    cause = _(
        "{layer} takes a state of {layers} × {rows} × {width} (layers, rows, width) with this input; it was given {given}",
        layer=layer,
        layers=layers,
        rows=rows,
        width=width,
        given=" × ".join(map(str, given)),
    )
    if given[1] != rows and not getattr(seen.module, "batch_first", True) and given[::2] == [layers, width]:
        kind = type(seen.module).__name__
        fix = _("nn.{kind}(…, batch_first=True): without it an input is (time, rows, features)", kind=kind)
        return cause, fix
    return cause, _("make the state for the input that it meets: torch.zeros(layers, rows, width)")


def lengths(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    which, most, value = found.group(1), int(found.group(2)), int(found.group(3))
    if which == "input":
        cause = _("The scores have {most} steps of time, and a row is said to have {value}", most=most, value=value)
        return cause, _("count the lengths after the layers that shorten the time (stride, pooling): length // stride")
    cause = _("The labels are {most} long, and a row is said to have {value}", most=most, value=value)
    return cause, _("give the length of each row's labels before they were padded")


def constraint(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    """A distribution was given what it cannot have."""
    name, distribution, kind = found.groups()
    values = _given(seen, name, run)
    if values is not None and bool(values.isnan().any()):
        cause = _("`{name}` of {distribution} holds NaN", name=name, distribution=distribution)
        return cause, _("look for what made it: a rate that is too large, a logarithm or a division by 0")
    if kind in ("GreaterThan", "GreaterThanEq"):
        cause = _("`{name}` of {distribution} is not positive everywhere", name=name, distribution=distribution)
        return cause, _("make it positive: nn.functional.softplus(x) + 1e-6, or x.exp()")
    if kind == "Simplex":
        cause = _(
            "`{name}` of {distribution} does not sum to 1 along its last axis", name=name, distribution=distribution
        )
        return cause, _("softmax(x, dim=-1), or give the scores themselves: logits=x")
    if kind == "Interval":
        cause = _("`{name}` of {distribution} is not between 0 and 1", name=name, distribution=distribution)
        return cause, _("torch.sigmoid(x), or give the scores themselves: logits=x")
    if kind == "PositiveDefinite":
        cause = _("`{name}` of {distribution} is not positive definite", name=name, distribution=distribution)
        return cause, _("add a small number to its diagonal: K + 1e-6 * torch.eye(len(K))")
    return "", ""


def _given(seen: Raised, parameter: str, run: Any) -> Any:
    """The values of a distribution's parameter, from the frames between the user's line and the refusal."""
    traceback = seen.error.__traceback__
    while traceback is not None:
        made = dict(sources.variables(traceback.tb_frame)).get("self")
        value = vars(made).get(parameter) if isinstance(made, run.torch.distributions.Distribution) else None
        if isinstance(value, run.torch.Tensor) and run.plain(value):
            return value
        traceback = traceback.tb_next
    return None


def not_positive(seen: Raised, run: Any, found: re.Match[str]) -> tuple[str, str]:
    cause = _("The matrix is singular to rounding, no covariance, or holds NaN")
    return cause, _("add a small number to its diagonal: K + 1e-6 * torch.eye(len(K))")

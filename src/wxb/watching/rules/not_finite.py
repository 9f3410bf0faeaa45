"""What in a graph is not finite, and what to write instead of the operation that made it so."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from wxb.i18n import _
from wxb.numbers import readable
from wxb.watching import sources
from wxb.watching.events import Backward
from wxb.watching.finding import Finding, Site

LARGEST = 4_000_000
FAR = 1e4  # how many times as large as at first parameters are that steps have thrown away


@dataclass(frozen=True, slots=True)
class Made:
    """An operation whose result is not finite."""

    name: str
    site: Site
    source: str
    nans: int
    infinities: int
    fed: str  # "nan", "inf", "nothing" (0 rows) or "" for what its operands held
    data: Any = None


class Lines:
    """The lines of a graph's nodes, by their names: of a graph as large as the last one of its line they are the same."""

    def __init__(self) -> None:
        self._known: dict[Site, tuple[int, dict[str, list[Site]]]] = {}

    def of(self, backward: Backward, sites: dict[Any, Site]) -> dict[str, list[Site]]:
        size, lines = self._known.get(backward.site, (0, {}))
        if size != len(backward.nodes):
            lines = by_name(backward, sites)
            self._known[backward.site] = len(backward.nodes), lines
        return lines


def holds_bad(node: Any, torch: Any) -> bool:
    """Whether a node saved a value that is not finite."""
    for name in dir(node):
        if name.startswith("_saved_"):
            try:
                value = getattr(node, name)
            except RuntimeError:
                continue
            if not isinstance(value, torch.Tensor) or not value.is_floating_point() or value.numel() > LARGEST:
                continue
            if not bool(torch.isfinite(value).all()) and not mask_like(value, torch):
                return True
    return False


def mask_like(value: Any, torch: Any) -> bool:
    """Only 0 and −inf: an additive attention mask."""
    return bool(torch.isneginf(value).any()) and bool((torch.isneginf(value) | (value == 0)).all())


def kept(name: str, dimensions: int) -> str:
    """The rows without such values, as code."""
    return f"torch.isfinite({name if name.isidentifier() else 'x'}){'.all(1)' if dimensions == 2 else ''}"


def remedy(operation: str) -> str:
    """How an operation is kept finite."""
    if "log" in operation:
        return _("keep the argument above 0: torch.log(x.clamp_min(1e-8)), or a loss that takes logits.")
    if "sqrt" in operation or "norm" in operation or "pow" in operation or "cdist" in operation:
        return _("keep the argument away from 0: torch.sqrt(x + 1e-12); the derivative at 0 is infinite.")
    if "div" in operation or "reciprocal" in operation:
        return _("keep the divisor away from 0: add a small number to it, or select before dividing.")
    if "exp" in operation:
        return _("subtract the maximum before exp (torch.logsumexp, softmax), or clamp the argument.")
    return _("keep the arguments of this operation inside its domain, or clamp them.")


def no_rows(rule: str, backward: Backward, name: str, shape: str, emptied: tuple[Site, str] | None) -> Finding:
    """The loss is a mean over nothing. name, shape : of a variable without entries      emptied : the line that chose none"""
    site, whole = emptied or (backward.site, "")
    what = _("`{name}` is {shape}", name=name, shape=shape) if name else _("the loss is taken over nothing")
    evidence = _(
        "0 rows: {what}, and a mean over 0 rows is 0/0 (backward call {index})", what=what, index=backward.index
    )
    if emptied is not None and whole != shape:
        evidence += _("; this line chose none of {whole}", whole=whole)
    return Finding(
        rule,
        site,
        evidence + ".",
        _("The loss, then every gradient and every parameter becomes NaN."),
        _("pass over a batch without rows: if len(x) == 0: continue."),
        sources.line_text(site),
    )


def thrown_far(rule: str, backward: Backward, run: Any) -> Finding | None:
    """Parameters that are finite, and so large that what is computed from them leaves the range of its type."""
    for leaf in backward.leaves:
        record = run.parameters.get(id(leaf))
        if record is None or record.optimizer is None or record.first is None or not record.first.numel():
            continue
        first, now = float(record.first.abs().max()), float(leaf.detach().abs().max())
        if now > FAR * max(first, 1.0):
            evidence = _(
                "at backward call {index} the loss is {value}; every parameter is finite, but the largest of {name} was "
                "{first} at first and is {now}: the steps before were too large.",
                index=backward.index,
                value=backward.value,
                name=run.name(leaf),
                first=readable(first, 3),
                now=readable(now, 3),
            )
            effect = _("Every gradient and every parameter becomes NaN.")
            fix = _("a smaller rate, or clipped gradients.")
            return Finding(rule, backward.site, evidence, effect, fix, sources.line_text(backward.site))
    return None


def spread(backward: Backward, sites: dict[Any, Site]) -> dict[Any, Site]:
    """A place for every node: its own call's, or for nodes made inside one call, that of the node using it."""
    places: dict[Any, Site] = {}
    for node in backward.nodes:
        place = sites.get(node) or places.get(node)
        if place is not None:
            places[node] = place
            for parent, __ in node.next_functions:
                if parent is not None:
                    places.setdefault(parent, place)
    return places


def by_name(backward: Backward, sites: dict[Any, Site]) -> dict[str, list[Site]]:
    places = spread(backward, sites)
    lines: dict[str, list[Site]] = {}
    named = [
        (sequence(node), name, node) for node in backward.nodes if not (name := node.name()).endswith("AccumulateGrad")
    ]
    for __, name, node in sorted(named, key=itemgetter(0)):
        lines.setdefault(name, []).append(places.get(node, backward.site))
    return lines


def sequence(node: Any) -> int:
    return node._sequence_nr()

"""accumulation: the gradients of k micro-batches are added up, and nothing divides by k.

    if (i + 1) % k == 0: optimizer.step()        each loss is a mean over its micro-batch, so their sum is k means:
                                                 with plain or momentum SGD the step is that of the rate k · lr

Silent for optimizers that rescale the gradient (Adam), for sums over rows, where gradients are clipped or scaled afterwards,
and where the program divides by k anywhere: the rate may have been chosen for it. Several losses or tasks that are added up
on purpose look alike, so only what is written as accumulation counts: `% k` around the step, a `% accumulation_steps`
anywhere, or a loop that says so.
"""

from __future__ import annotations

import ast
import linecache
import re
from dataclasses import dataclass, field
from typing import Any

from wxb.i18n import _
from wxb.numbers import readable
from wxb.watching import graph, sources
from wxb.watching.events import OptimizerStep, ParameterRecord, Rule, TorchCall
from wxb.watching.finding import Finding, Site
from wxb.watching.rules.rescaled import RESCALES, rescales

MEANS = frozenset(("Mean", "MseLoss", "NllLoss", "NllLoss2D", "BinaryCrossEntropy", "SmoothL1Loss", "HuberLoss",
                   "BinaryCrossEntropyWithLogits", "SoftMarginLoss"))  # fmt: skip
SAYS_SO = re.compile(r"accum|micro", re.IGNORECASE)


@dataclass(slots=True)
class Added:
    """Backward calls that added to one parameter since its gradient was empty."""

    count: int
    site: Site
    undivided: bool
    index: int  # of the last of them


@dataclass(slots=True)
class Sums:
    """The steps of one optimizer: how many backward calls each was the sum of (0 where that is not sure)."""

    site: Site
    step_site: Site
    counts: list[int] = field(default_factory=list)


class Accumulation(Rule):
    name = "accumulation"
    operations = RESCALES

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._added: dict[int, Added] = {}
        self._mean = -1, False  # a backward call, and whether its loss is a mean
        self._sums: dict[int, Sums] = {}
        self._rescaled = False

    def operation(self, operation: TorchCall) -> None:
        self._rescaled = self._rescaled or rescales(operation, self.run)

    def gradient_arriving(self, record: ParameterRecord, parameter: Any, gradient: Any) -> None:
        backward = self.run.backward
        seen = self._added.get(record.identity)
        if seen is not None and seen.index == backward.index:
            return  # a leaf hook fires for our own differentiations of the same loss too
        if self._mean[0] != backward.index:
            self._mean = backward.index, _is_mean(backward.loss.grad_fn) == "mean"
        undivided = self._mean[1]
        if seen is None or not record.full:
            self._added[record.identity] = Added(1, backward.site, undivided, backward.index)
        else:
            seen.undivided = seen.undivided and undivided and seen.site == backward.site
            seen.count, seen.index = seen.count + 1, backward.index

    def window_opened(self, after_step: bool) -> None:
        self._added.clear()

    def step_started(self, step: OptimizerStep) -> None:
        if not step.window or step.closure or type(step.record.reference()) is not self.run.torch.optim.SGD:
            return
        added = [self._added[id(p)] for p in step.record.parameters() if id(p) in self._added]
        if not added:
            return
        sums = self._sums.setdefault(id(step.record), Sums(added[0].site, step.site))
        same = all(one.undivided and (one.count, one.site) == (added[0].count, sums.site) for one in added)
        sums.counts.append(added[0].count if same else 0)

    def findings(self) -> list[Finding]:
        if self._rescaled:
            return []
        found = []
        for record in self.run.optimizers.values():
            sums = self._sums.get(id(record))
            if sums is None or len(sums.counts) < 2 or min(sums.counts) != max(sums.counts) or sums.counts[0] < 2:
                continue
            if record.groups() and _written_as_such(sums.step_site, sums.site):
                found.append(self._finding(sums, sums.counts[0], float(record.groups()[0]["lr"])))
        return found

    def _finding(self, sums: Sums, count: int, rate: float) -> Finding:
        evidence = _(
            "{count} backward calls add up before each of the {steps} steps looked at; each loss is a mean and none is "
            "divided by {count}: a step at lr {rate} is one at lr {effective} on their average.",
            count=count,
            steps=len(sums.counts),
            rate=readable(rate, 3),
            effective=readable(rate * count, 3),
        )
        effect = _("The rate depends on how many micro-batches are added up.")
        fix = _("(loss / {count}).backward(), or a rate that was chosen for the sum (then allow it here).", count=count)
        return Finding(self.name, sums.site, evidence, effect, fix)


def _is_mean(node: Any) -> str:
    """`mean` for a mean over rows or a sum of such with others, `scaled` where one is multiplied or divided, else ""."""
    kind = graph.kind(node)
    if kind in ("Mul", "Div"):
        return "scaled"
    if kind in ("Add", "Sub"):
        parts = {_is_mean(parent) for parent, __ in node.next_functions}
        return "scaled" if "scaled" in parts else "mean" if "mean" in parts else ""
    return "mean" if kind in MEANS and getattr(node, "_saved_reduction", 1) == 1 else ""


def _written_as_such(step: Site, backward: Site) -> bool:
    """Whether the source says accumulation, by a name or in words, and nowhere divides by its count."""
    tree = sources._tree(step.file)
    if tree is None:
        return False
    in_words = any(SAYS_SO.search(line) for line in linecache.getlines(step.file))
    counts = {*_moduli(tree, step.line), *_loops(tree, backward.line)} or _said(tree)
    counts = {count for count in counts if in_words or not count.isdigit()}
    divided = {ast.unparse(by) for by in map(_divisor, ast.walk(tree)) if by is not None}
    return bool(counts) and not counts & divided


def _divisor(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return node.right
    return node.value if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div) else None


def _moduli(tree: ast.AST, line: int) -> list[str]:
    """What stands right of `%` in the test of an `if` around a line."""
    return [
        ast.unparse(part.right)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and node.lineno <= line <= (node.end_lineno or line)
        for part in ast.walk(node.test)
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mod)
    ]


def _said(tree: ast.AST) -> set[str]:
    """What stands right of any `%` and is called accumulation: `sync = step % self.accumulation_steps == 0` elsewhere."""
    moduli = (node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod))
    return {text for node in moduli if SAYS_SO.search(text := ast.unparse(node.right))}


def _loops(tree: ast.AST, line: int) -> list[str]:
    """The last argument of `range` in a loop around a line whose head speaks of accumulation."""
    return [
        ast.unparse(node.iter.args[-1])
        for node in ast.walk(tree)
        if isinstance(node, ast.For) and node.lineno < line <= (node.end_lineno or line)
        if isinstance(node.iter, ast.Call) and node.iter.args and SAYS_SO.search(ast.unparse(node.iter) + ast.unparse(node.target))
    ]  # fmt: skip

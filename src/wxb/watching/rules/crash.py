"""crash: an exception of torch's ended the run; its cause, the line to change, and what to write there.

    no way back       the loss does not require a gradient           the cut on its path, or that nothing was to be learned
    a second time     a graph that is gone already                   the line that made the tensor of an earlier step
    changed           a saved tensor was modified in place           the line that modified it, the line that saved it
    refused           shapes, types, devices, labels, ranges         the layer and the tensors (`refusals`)

torch's error stands as it is, with its traceback. Nothing is said of exceptions that the user's own code raises.
"""

from __future__ import annotations

import ast
import re
import weakref
from collections import Counter, deque
from dataclasses import dataclass, replace
from typing import Any

from wxb.i18n import _
from wxb.watching import raised, sources
from wxb.watching.events import Backward, OptimizerStep, Rule, TorchCall
from wxb.watching.finding import NOWHERE, Finding, Site
from wxb.watching.raised import Raised
from wxb.watching.rules import refusals
from wxb.watching.rules import torch_says as says
from wxb.watching.rules.gradient import MAKES, how_cut

ACTIVATIONS = frozenset(("dropout", "dropout2d", "alpha_dropout", "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "silu",
                         "mish", "hardtanh", "hardswish", "hardsigmoid", "threshold", "rrelu"))  # fmt: skip
KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Change:
    """A tensor was written to."""

    site: Site
    shape: tuple[int, ...]
    version: int
    by_step: str = ""


class Crash(Rule):
    name = "crash"

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._changes: list[Change] = []
        self._numbers: dict[int, tuple[Any, Site]] = {}
        self._gone: deque[frozenset[int]] = deque(maxlen=4)  # sequence numbers of the graphs differentiated last
        self._last_site = NOWHERE
        self._worked: set[Site] = set()  # lines whose backward() ran

    # ---- what is gathered

    @classmethod
    def hears(cls, name: str) -> bool:
        return name in MAKES or name in ACTIVATIONS or _writes(name)

    def operation(self, operation: TorchCall) -> None:
        torch, out = self.run.torch, operation.out
        if operation.name in MAKES and isinstance(out, torch.Tensor) and out.numel() == 1:
            self._numbers[id(out)] = (weakref.ref(out), sources.site_of(operation.frame))
        written = _written(operation)
        if isinstance(written, torch.Tensor) and not written.is_inference():
            bases = (written, written._base)
            for one in (one for one in bases if one is not None):
                self._change(Change(sources.site_of(operation.frame), tuple(one.shape), one._version))

    def _change(self, change: Change) -> None:
        self._changes.append(change)
        if len(self._changes) > KEPT:
            del self._changes[: KEPT // 2]

    def backward_ended(self, backward: Backward) -> None:
        if backward.window:
            self._gone.append(frozenset(map(_number, backward.nodes)))
            self._last_site = backward.site
            self._worked.add(backward.site)

    def _is_gone(self, node: Any) -> bool:
        return not node.name().endswith("AccumulateGrad") and any(_number(node) in graph for graph in self._gone)

    def step_ended(self, step: OptimizerStep) -> None:
        if step.window:
            for shape, version in {(tuple(p.shape), p._version) for p in step.record.parameters()}:
                self._change(Change(step.site, shape, version, step.record.name))

    # ---- what is said

    def noticed(self, finding: Finding) -> Finding:
        return super().noticed(replace(finding, step=self.run.steps))

    def findings(self) -> list[Finding]:
        error = self.run.exception
        if not isinstance(error, Exception):
            return []
        seen = raised.read(error, self.run)
        text = seen.text
        if seen.by_user or not seen.site.line:
            return []
        if re.search(says.NO_WAY_BACK, text):
            return [self._no_way_back(seen)]
        if re.search(says.SECOND_TIME, text):
            return [self._second_time(seen)]
        if re.search(says.CHANGED, text):
            return [self._changed(seen)]
        said = refusals.explained(seen, self.run)
        return [] if said is None else [Finding(self.name, seen.site, *said, sources.line_text(seen.site))]

    def _say(self, site: Site, evidence: str, fix: str) -> Finding:
        effect = _("backward() stops there: nothing after it ran")
        return Finding(self.name, site, evidence + ".", effect + ".", fix + ".", sources.line_text(site))

    def _loss(self, seen: Raised) -> Any:
        return self.run.backward.loss if self.run.backward is not None else None

    # ---- element 0 of tensors does not require grad

    def _no_way_back(self, seen: Raised) -> Finding:
        loss = self._loss(seen)
        cuts = self.run.paths.cuts(loss)
        if cuts:
            cut = cuts[-1]
            if not cut.grad_enabled:  # all of it ran under no_grad: where that begins
                cut = next(one for one in cuts if one.site.file == cut.site.file and not one.grad_enabled)
            why, fix = how_cut(cut)
            evidence = _(
                "the loss that line {line} differentiates has no gradient: {why}", line=seen.site.line, why=why
            )
            return self._say(cut.site, evidence, fix)
        reference, made = self._numbers.get(id(loss), (None, NOWHERE))
        if reference is not None and reference() is loss:
            evidence = _("the loss that line {line} differentiates was made here from a number", line=seen.site.line)
            return self._say(made, evidence, _("call backward() on the loss itself; use loss.item() only for printing"))
        if seen.site in self._worked:  # late in the run, when not every operation is looked at
            evidence = _(
                "the loss that line {line} differentiates has lost its gradient on its way", line=seen.site.line
            )
            fix = _("look between the parameters and this loss for .detach(), .item(), no_grad or argmax")
            return self._say(seen.site, evidence, fix)
        frozen = self._frozen()
        if frozen:
            evidence = _("every parameter of `{model}` is frozen (requires_grad=False)", model=frozen)
            fix = _("set requires_grad_(True) on the layers that are to learn")
        else:
            evidence = _("nothing that this loss was computed from requires a gradient")
            fix = _("make what is to be learned with requires_grad=True: W = torch.zeros(1, requires_grad=True)")
        return self._say(seen.site, evidence, fix)

    def _frozen(self) -> str:
        """A model that takes part and learns nothing."""
        for reference, name in self.run.names.modules:
            parameters = list(reference().parameters()) if reference() is not None else []
            if parameters and not any(parameter.requires_grad for parameter in parameters):
                return name
        return ""

    # ---- a second time through one graph

    def _second_time(self, seen: Raised) -> Finding:
        loss, site_of = self._loss(seen), self.run.paths.site_of
        root = getattr(loss, "grad_fn", None)
        if root is None:
            return self._again(seen.site, seen)
        if self._is_gone(root):
            return self._same_loss(seen, site_of(root))
        fresh = [node for node in self.run.backward.nodes if not self._is_gone(node)]
        meets = [(parent, node) for node in fresh for parent, __ in node.next_functions
                 if parent is not None and self._is_gone(parent)]  # fmt: skip
        if not meets:
            return self._again(seen.site, seen)
        old, new = max(meets, key=lambda pair: _number(pair[0]))
        made = site_of(old)
        if not made.line:
            return self._again(seen.site, seen)
        carried = made in {site_of(node) for node in fresh}
        return self._carried(made, seen) if carried else self._shared(made, site_of(new), seen)

    def _same_loss(self, seen: Raised, made: Site) -> Finding:
        if self._last_site == seen.site and made.line:
            evidence = _(
                "the loss was computed once, here, and line {line} differentiates it again", line=seen.site.line
            )
            return self._say(made, evidence, _("compute the prediction and the loss inside the loop"))
        evidence = _(
            "line {first} differentiated this loss already; its graph is gone",
            first=self._last_site.line or seen.site.line,
        )
        return self._say(
            seen.site, evidence, _("call backward() once for each loss, on the sum of what is to be differentiated")
        )

    def _carried(self, made: Site, seen: Raised) -> Finding:
        name = _target(made).split(",")[-1].strip(" ()")
        evidence = _(
            "{state} of an earlier step, made here, enters the loss that line {line} differentiates: it leads back into "
            "the graph of that step, which is gone",
            state=f"`{name}`" if name else _("a tensor"),
            line=seen.site.line,
        )
        fix = _("detach it between two steps: {state} = {state}.detach() (of a tuple each part)", state=name or "h")
        return self._say(made, evidence, fix)

    def _shared(self, made: Site, used: Site, seen: Raised) -> Finding:
        evidence = _(
            "what was computed here was differentiated at line {first} already, and enters the loss that line {line} "
            "differentiates (used at line {used})",
            first=self._last_site.line,
            line=seen.site.line,
            used=used.line or seen.site.line,
        )
        if _outside(made, seen.site):
            return self._say(made, evidence, _("compute it inside the loop, at every step"))
        fix = _(
            "add both losses and call backward() once; or retain_graph=True at line {first}; or .detach() where only the "
            "value is meant",
            first=self._last_site.line,
        )
        return self._say(made, evidence, fix)

    def _again(self, site: Site, seen: Raised) -> Finding:
        evidence = _("a part of this loss was differentiated before; that part of its graph is gone")
        fix = _(
            "compute everything between the parameters and the loss anew at every step; .detach() what is carried over"
        )
        return self._say(site, evidence, fix)

    # ---- modified by an inplace operation

    def _changed(self, seen: Raised) -> Finding:
        saved = self._saved_at()
        change = self._change_of(seen.text)
        root = getattr(self._loss(seen), "grad_fn", None)
        if root is not None and self._is_gone(root):
            return self._same_loss(seen, self.run.paths.site_of(root))
        keeper = _("line {line} saved the old values for its derivative", line=saved.line) if saved.line else ""
        if change is None:
            evidence = _("a tensor that backward() needs was changed in place after it was saved")
            evidence += f" ({keeper})" if keeper else ""
            return self._say(saved if saved.line else seen.site, evidence, _("write x = x + 1 instead of x += 1"))
        if change.by_step:
            evidence = _(
                "the {name} step here changed weights that the loss of line {line} was computed with before",
                name=change.by_step,
                line=seen.site.line,
            )
            evidence += f": {keeper}" if keeper else ""
            fix = _("call every backward() before the first step(), or compute the loss again after the step")
            return self._say(change.site, evidence, fix)
        evidence = _("this line changes a {shape} tensor in place that backward() needs", shape=change.shape)
        evidence += f": {keeper}" if keeper else ""
        return self._say(
            change.site, evidence, _("make a new tensor: x = x + 1 instead of x += 1, x.clone() before x[…] = …")
        )

    def _saved_at(self) -> Site:
        """The line of the node that torch refuses to give its saved tensors of."""
        for node in self.run.backward.nodes if self.run.backward is not None else ():
            for name in dir(node):
                if name.startswith("_saved_"):
                    try:
                        getattr(node, name)
                    except RuntimeError as error:
                        if re.search(says.CHANGED, str(error)):
                            return self.run.paths.site_of(node)
        return NOWHERE

    def _change_of(self, text: str) -> Change | None:
        found = re.search(says.VERSIONS, text, re.DOTALL)
        if found is None:
            return None
        shape = sorted(int(one) for one in found.group(1).split(",") if one.strip())
        now, expected = int(found.group(2)), int(found.group(3))
        fitting = [one for one in self._changes if expected < one.version <= now]
        alike = [one for one in fitting if sorted(one.shape) == shape]
        alike = alike or [
            one for one in fitting if not Counter(shape) - Counter(one.shape)
        ]  # a row of what was written to
        first = [one for one in alike if one.version == expected + 1]
        return (first or alike)[-1] if alike else None


def _number(node: Any) -> int:
    return node._sequence_nr()


def _written(operation: TorchCall) -> Any:
    """The tensor that a call writes to; None where it makes a new one."""
    first = operation.args[0] if operation.args else None
    inside = _writes(operation.name) or (operation.name in ACTIVATIONS and operation.out is first)
    return operation.kwargs.get("out", first if inside else None)


def _writes(name: str) -> bool:
    """Whether calls of a name write to their first operand."""
    if name.endswith("__"):
        return name == "__setitem__" or (name.startswith("__i") and name not in ("__invert__", "__index__", "__int__"))
    return name.endswith("_") and name not in ("requires_grad_", "detach_", "share_memory_")


def _target(site: Site) -> str:
    """What the statement at a line assigns to."""
    tree = sources._tree(site.file)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Assign) and node.lineno <= site.line <= (node.end_lineno or node.lineno):
            return ast.unparse(node.targets[0]).strip("()")
    return ""


def _outside(made: Site, site: Site) -> bool:
    """Whether a line stands outside the innermost loop around another line."""
    tree = sources._tree(site.file) if made.file == site.file else None
    loops = [node for node in (ast.walk(tree) if tree else ()) if isinstance(node, ast.For | ast.While)
             and node.lineno <= site.line <= (node.end_lineno or node.lineno)]  # fmt: skip
    inner = max(loops, key=lambda node: node.lineno, default=None)
    return inner is not None and not inner.lineno <= made.line <= (inner.end_lineno or inner.lineno)

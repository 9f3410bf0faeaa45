"""untracked-update: an update by hand that autograd turns into something else.

    w -= lr * w.grad           without no_grad: torch raises, and this says what to write
    w = w - lr * w.grad        binds the name to a new tensor that is no leaf: its .grad stays None
    for p in ps: p = p - …     binds the loop's name: the parameters stay as they were
    w - lr * w.grad            alone on its line: the new value is thrown away

A re-binding alone is not a fault (`.detach().requires_grad_()` may follow): it is reported when its consequence is seen,
an exception, a `.grad` read from a tensor that is no leaf, or a parameter that is "updated" twice and did not move.
"""

from __future__ import annotations

import ast
import weakref
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

from wxb.i18n import _
from wxb.watching import sources
from wxb.watching.events import ParameterRecord, Rule, TorchCall
from wxb.watching.finding import NOWHERE, Finding, Site

SUMS = frozenset(("sub", "add", "subtract", "__sub__", "__add__"))
TELLING = ("does not require grad", "NoneType", "None", "non-leaf", "not a leaf")


@dataclass(slots=True)
class Rebinding:
    """`w = w - …` on a leaf that requires a gradient."""

    site: Site
    name: str
    tracked: bool
    leaf: Any
    times: int = 1


class UntrackedUpdate(Rule):
    name = "untracked-update"
    operations = SUMS | {"grad.__get__"}

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._read: set[int] = set()
        self._rebound: dict[tuple[Site, int], Rebinding] = {}
        self._confirmed: Rebinding | None = None
        self._why = ""
        self._thrown: dict[Site, tuple[str, int]] = {}

    def operation(self, operation: TorchCall) -> None:
        torch = self.run.torch
        if operation.name == "grad.__get__":
            self._read_gradient(operation.args[0])
        elif operation.name in SUMS and operation.frame is not None and isinstance(operation.args[0], torch.Tensor):
            leaf = operation.args[0]
            if leaf.is_leaf and self.run.backwards:
                self._throw_away(operation.frame, leaf.requires_grad)
            if leaf.is_leaf and leaf.requires_grad and id(leaf) in self._read:
                self._look(leaf, operation.frame, operation.grad_enabled)

    def _read_gradient(self, tensor: Any) -> None:
        if tensor.is_leaf:
            self._read.add(id(tensor))
        elif not tensor.retains_grad and self._rebound and self._confirmed is None:
            last = list(self._rebound.values())[-1]
            self._confirmed, self._why = (
                last,
                _("later {name}.grad is read from a tensor that is no leaf: it is None", name=last.name),
            )

    def _look(self, leaf: Any, frame: FrameType, tracked: bool) -> None:
        name = _rebound_name(frame)
        if not name:
            return
        key = (sources.site_of(frame), id(leaf))
        known = self._rebound.get(key)
        if known is not None and known.leaf() is leaf:
            known.times += 1
        else:
            self._rebound[key] = Rebinding(key[0], name, tracked, weakref.ref(leaf))

    def _throw_away(self, frame: FrameType, learns: bool) -> None:
        site = sources.site_of(frame)
        name, times = self._thrown.get(site, (None, 0))
        if name is None:
            name = _thrown_name(frame, learns)
        self._thrown[site] = (name, times + 1)

    def findings(self) -> list[Finding]:
        raised = self._from_exception()
        if raised:
            return raised
        thrown = [(site, name, times) for site, (name, times) in self._thrown.items() if name and times > 1]
        if thrown:  # twice: in a loop, where no notebook shows the value
            return [self._thrown_away(*thrown[0])]
        if self._confirmed is None:
            for rebinding in self._rebound.values():
                leaf = rebinding.leaf()
                record: ParameterRecord | None = self.run.parameters.get(id(leaf)) if leaf is not None else None
                if rebinding.times >= 2 and record is not None and self.run.moved(record) is False:
                    self._confirmed = rebinding
                    self._why = _("after {times} such lines the parameter itself has not moved", times=rebinding.times)
                    break
        return [self._finding(self._confirmed)] if self._confirmed is not None else []

    def _from_exception(self) -> list[Finding]:
        error = self.run.exception
        text = str(error) if error is not None else ""
        if isinstance(error, RuntimeError) and "leaf Variable" in text and "in-place" in text:
            site = _raised_at(error.__traceback__)
            return [
                Finding(
                    self.name,
                    site,
                    _("torch refuses: {rstrip}.", rstrip=text.rstrip(".")),
                    _("The update would become part of the graph; nothing after it ran."),
                    _("write the update inside `with torch.no_grad():`."),
                    sources.line_text(site),
                )
            ]
        telling = isinstance(error, RuntimeError | TypeError | AttributeError) and any(word in text for word in TELLING)
        if telling and self._rebound and self._confirmed is None:
            self._confirmed = list(self._rebound.values())[-1]
            self._why = _(
                "the run then stopped with {kind}: {splitlines}",
                kind=type(error).__name__,
                splitlines=text.splitlines()[0][:100],
            )
        return []

    def _thrown_away(self, site: Site, name: str, times: int) -> Finding:
        return Finding(
            self.name,
            site,
            _(
                "this line computes a new value of {name} and assigns it to nothing: it was thrown away {times} times.",
                name=name,
                times=times,
            ),
            _("The parameter stays at its initial value."),
            _("change it in place: with torch.no_grad(): {name} -= …", name=name),
            sources.line_text(site),
        )

    def _finding(self, rebinding: Rebinding) -> Finding:
        name = rebinding.name
        how = _("inside the graph") if rebinding.tracked else _("without requires_grad")
        return Finding(
            self.name,
            rebinding.site,
            _(
                "this line does not change {name}: it binds the name to a new tensor {how}; {why}.",
                name=name,
                how=how,
                why=self._why,
            ),
            _("The parameter that learns is lost (or never changed), the loop stops or the loss stays put."),
            _("change it in place: with torch.no_grad(): {name} -= …", name=name),
            sources.line_text(rebinding.site),
        )


def _rebound_name(frame: FrameType) -> str:
    """The target of `w = w - …` when the frame is evaluating that very subtraction; "" otherwise."""
    tree = sources._tree(frame.f_code.co_filename)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Assign) and node.lineno <= frame.f_lineno <= (node.end_lineno or node.lineno):
            targets = [(target, node.value) for target in node.targets]
            for target, value in targets:
                if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                    targets += zip(target.elts, value.elts)
                elif isinstance(value, ast.BinOp) and ast.unparse(target) == ast.unparse(value.left):
                    return ast.unparse(target)
    return ""


def _thrown_name(frame: FrameType, learns: bool) -> str:
    """What `w - lr * w.grad`, alone on its line, would update; "" when the line keeps the value or is another sum."""
    tree = sources._tree(frame.f_code.co_filename)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Expr) and node.lineno <= frame.f_lineno <= (node.end_lineno or node.lineno):
            value = node.value
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in SUMS:
                outer: ast.expr = value.func.value
            elif isinstance(value, ast.BinOp) and isinstance(value.op, ast.Sub | ast.Add):
                outer = value.left
            else:
                continue
            gradient = any(isinstance(part, ast.Attribute) and part.attr == "grad" for part in ast.walk(value))
            return ast.unparse(outer) if learns or gradient else ""
    return ""


def _raised_at(traceback: TracebackType | None) -> Site:
    site = NOWHERE
    while traceback is not None:
        filename = traceback.tb_frame.f_code.co_filename
        if sources.whose(filename) == sources.USER:
            site = Site(filename, traceback.tb_lineno)
        traceback = traceback.tb_next
    return site

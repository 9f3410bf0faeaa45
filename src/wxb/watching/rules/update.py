"""no-update: gradients are computed and nothing moves.

backward() is called, step() never        (an optimizer exists)
step() finds every gradient empty         zero_grad() stands between backward() and step()
step() finds every gradient empty         the optimizer holds other tensors than the loss depends on
step() finds every gradient empty         backward() is never called
a loss is differentiated and printed      nothing reads the gradients, no optimizer was made, no parameter moves
"""

from __future__ import annotations

import ast
from typing import Any

from wxb.i18n import _, _n
from wxb.numbers import counted
from wxb.watching import graph, sources
from wxb.watching.calls import by_torch
from wxb.watching.events import Backward, OptimizerRecord, OptimizerStep, ParameterRecord, Rule, TorchCall
from wxb.watching.finding import NOWHERE, Finding, Site
from wxb.watching.known import holds_any

LOOKS = frozenset(("item", "__format__", "__float__", "__repr__", "tolist", "detach"))
COSTS = ("MseLoss", "NllLoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "BinaryCrossEntropy", "Pow", "Abs")
LEAST = 5


class NoUpdate(Rule):
    name = "no-update"
    operations = LOOKS | {"grad.__get__", "grad.__set__", "zero_"}

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._site = NOWHERE
        self._emptied_at = NOWHERE
        self._arrived: set[int] = set()
        self._empty: dict[int, int] = {}
        self._looked: dict[int, int] = {}
        self._wiped: dict[int, list[Site]] = {}
        self._backwards = 0
        self._closures: set[int] = set()  # of optimizers whose steps have one
        self._read = False  # whether a line of the user's reads a gradient
        self._shown = 0
        self._costs = False

    def operation(self, operation: TorchCall) -> None:
        if operation.name == "grad.__get__":
            self._read = self._read or not by_torch()
        elif operation.name in LOOKS and self.run.backwards:
            first: Any = operation.args[0]
            self._shown += first.grad_fn is not None and first.numel() == 1
        none = operation.name == "grad.__set__" and operation.args[1] is None
        if self._arrived and (none or operation.name == "zero_"):
            self._emptied_at = sources.site_of(operation.frame)

    def backward_started(self, backward: Backward) -> None:
        if backward.backward and backward.value is not None:
            self._backwards += 1
            if not self._site.line:
                self._site = backward.site
            if backward.window and not self._costs:
                self._costs = any(node.name().startswith(COSTS) for node in graph.cost_nodes(backward.loss.grad_fn))

    def gradient_arriving(self, record: ParameterRecord, parameter: Any, gradient: Any) -> None:
        if record.latest:
            self._arrived.add(record.identity)

    def step_started(self, step: OptimizerStep) -> None:
        key = id(step.record)
        if step.closure:
            self._closures.add(key)
        if not step.window or step.closure:
            return
        self._looked[key] = self._looked.get(key, 0) + 1
        parameters = step.record.parameters()
        if any(holds_any(parameter.grad) for parameter in reversed(parameters)):  # of early layers it may have vanished
            return
        self._empty[key] = self._empty.get(key, 0) + 1
        if any(id(p) in self._arrived for p in parameters):
            self._wiped.setdefault(key, []).append(self._emptied_at)

    def step_ended(self, step: OptimizerStep) -> None:
        self._arrived.difference_update(id(p) for p in step.record.parameters())

    def findings(self) -> list[Finding]:
        found = []
        for record in self.run.optimizers.values():
            key = id(record)
            looked = self._looked.get(key, 0)
            if looked >= 2 and self._empty.get(key, 0) == looked:
                if len(self._wiped.get(key, [])) >= max(1, looked - 1):
                    found.append(self._zeroed(record, self._wiped[key][0], looked))
                elif self._foreign():
                    found.append(self._others(record))
                elif not self.run.backwards:
                    found.append(self._never_differentiated(record, _("call loss.backward() before optimizer.step().")))
            elif key in self._closures and not self.run.backwards and not looked and _untouched(record):
                fix = _("call loss.backward() in the closure, before it returns the loss.")
                found.append(self._never_differentiated(record, fix))
        if not found and not self.run.steps:
            found += self._never_steps()
            found += self._no_optimizer()
        return found or self._one_never_steps()

    def _one_never_steps(self) -> list[Finding]:
        """Of several optimizers one that nothing in its file could ever call to step: it is only made and emptied."""
        run, found = self.run, []
        for record in run.optimizers.values():
            reached = [one for p in record.parameters() if (one := run.parameters.get(id(p))) and one.arrived >= LEAST]
            if record.steps or run.steps < LEAST or not reached:
                continue
            if record.site.file != self._site.file or not _only_emptied(record.site):
                continue
            held = {id(p) for other in run.optimizers.values() if other.steps for p in other.parameters()}
            if any(one.identity in held or run.moved(one) is not False for one in reached):
                continue
            evidence = _(
                "{name} is made here and never steps, though gradients reach {tensors} that it holds: they did not move.",
                name=record.name,
                tensors=counted(len(reached), "tensor"),
            )
            effect, fix = (
                _("The parameters never move."),
                _("call its step() beside that of the other optimizer."),
            )
            found.append(Finding(self.name, record.site, evidence, effect, fix, sources.line_text(record.site)))
        return found

    def _never_differentiated(self, record: OptimizerRecord, fix: str) -> Finding:
        return Finding(
            self.name,
            record.step_site,
            _n(
                "step() of {name} was called once and backward() never: every gradient is empty.",
                "step() of {name} was called {n} times and backward() never: every gradient is empty.",
                record.steps,
                name=record.name,
            ),
            _("The parameters never move, without an error."),
            fix,
            sources.line_text(record.step_site),
        )

    def _no_optimizer(self) -> list[Finding]:
        """Only of a loop that compares with data, shows its loss, and leaves the gradients unread."""
        run = self.run
        if run.optimizers or run.names.optimizers or run.forbidden or self._read or not self._costs:
            return []
        reached = [one for one in run.parameters.values() if one.arrived]
        if self._backwards < LEAST or self._shown < LEAST - 1 or not reached:
            return []
        if any(run.moved(one) is not False for one in reached):
            return []
        return [
            Finding(
                self.name,
                self._site,
                _(
                    "{backwards} backward calls, no optimizer and no update: {tensors} received gradients that nothing "
                    "reads, and did not move.",
                    backwards=self._backwards,
                    tensors=counted(len(reached), "tensor"),
                ),
                _("The loss stays what it is."),
                _(
                    "make an optimizer before the loop (torch.optim.SGD(model.parameters(), lr=0.01)), and call "
                    "zero_grad() and step() around this line."
                ),
                sources.line_text(self._site),
            )
        ]

    def _zeroed(self, record: OptimizerRecord, site: Site, count: int) -> Finding:
        site = site if site.line else record.step_site
        return Finding(
            self.name,
            site,
            _n(
                "zero_grad stands between backward() and step(): at the one {name} step looked at, "
                "every gradient was empty although backward() had filled it.",
                "zero_grad stands between backward() and step(): at all {n} {name} steps looked at, "
                "every gradient was empty although backward() had filled it.",
                count,
                name=record.name,
            ),
            _("The parameters never move."),
            _("zero_grad() before backward(): zero_grad, backward, step."),
            sources.line_text(site),
        )

    def _foreign(self) -> list[ParameterRecord]:
        held = {id(p) for record in self.run.optimizers.values() for p in record.parameters()}
        return [one for one in self.run.parameters.values() if one.arrived and one.identity not in held]

    def _others(self, record: OptimizerRecord) -> Finding:
        site = record.site if record.site.line else record.step_site
        foreign = self._foreign()
        named = [self.run.name(tensor) for one in foreign if (tensor := one.reference()) is not None]
        return Finding(
            self.name,
            site,
            _(
                "{optimizer} holds {tensors} that no gradient ever reached; the loss depends on {others} besides "
                "({names}).",
                optimizer=record.name,
                tensors=counted(len(record.parameters()), "tensor"),
                others=counted(len(foreign), "tensor"),
                names=", ".join(named[:3]) + (" …" if len(named) > 3 else ""),
            ),
            _("The optimizer moves a copy; the model that computes the loss stays as it was."),
            _("make the optimizer after the model is final, from the parameters of the model that is called."),
            sources.line_text(site),
        )

    def _never_steps(self) -> list[Finding]:
        known = [record for record in self.run.optimizers.values() if record.reference() is not None]
        reached = [
            one
            for record in known
            for p in record.parameters()
            if (one := self.run.parameters.get(id(p))) and one.arrived
        ]
        if not known or not reached or self._backwards < 3 or any(self.run.moved(one) is not False for one in reached):
            return []
        return [
            Finding(
                self.name,
                self._site,
                _(
                    "{backwards} backward calls and no step(): {name} was made, its parameters have gradients "
                    "and did not move.",
                    backwards=self._backwards,
                    name=known[0].name,
                ),
                _("The loss stays what it is."),
                _("call optimizer.step() after this line."),
                sources.line_text(self._site),
            )
        ]


def _only_emptied(made: Site) -> bool:
    """Whether what the statement at a line assigns to is a name that its file uses for nothing but `zero_grad`."""
    tree = sources._tree(made.file)
    bound = next((node for node in ast.walk(tree) if isinstance(node, ast.Assign)
                  and node.lineno <= made.line <= (node.end_lineno or node.lineno)), None) if tree else None  # fmt: skip
    if tree is None or bound is None or len(bound.targets) != 1:
        return False
    name = bound.targets[0]
    if not isinstance(name, ast.Name):  # an attribute may be used in another file
        return False
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name.id]
    emptied = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "zero_grad"
               and isinstance(node.value, ast.Name) and node.value.id == name.id]  # fmt: skip
    return len(used) == 1 + len(emptied)


def _untouched(record: OptimizerRecord) -> bool:
    """Whether an optimizer has stepped, and none of its parameters has a gradient."""
    return record.steps >= 2 and all(parameter.grad is None for parameter in record.parameters())

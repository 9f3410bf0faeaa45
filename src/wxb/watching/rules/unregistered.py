"""unregistered: layers that a module keeps in a plain list, tuple or dict, or a weight that is a plain tensor, so that
`parameters()` does not know them.

Said of layers that take part in the loss (a gradient reaches them), that no optimizer holds and that did not move while
others did, or where an optimizer found no parameter at all. Silent for layers that are registered as well, that are handed
to the optimizer by hand, or that are hidden on purpose (a frozen teacher receives no gradient), and for tensors whose
gradient is asked for (`x.grad`, `autograd.grad`): inputs of a physical model, attacks.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wxb.i18n import _
from wxb.numbers import in_words
from wxb.watching import sources
from wxb.watching.events import Backward, Rule, TorchCall
from wxb.watching.finding import NOWHERE, Finding, Site
from wxb.watching.rules import torch_says

OWN = frozenset(("_parameters", "_buffers", "_modules", "_non_persistent_buffers_set"))
PLAIN = (list, tuple, dict)


@dataclass(slots=True)
class Hidden:
    """What an attribute of a module hides.   entries, of : weights in it, and in the model with it"""

    owner: Any
    attribute: str
    plain: type
    parameters: list[Any]
    entries: int
    of: int


class Unregistered(Rule):
    name = "unregistered"
    operations = frozenset(("grad.__get__", "grad"))

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._asked: set[int] = set()  # tensors whose gradients the program looks at itself

    def operation(self, operation: TorchCall) -> None:
        if operation.name == "grad.__get__":
            self._asked.add(id(operation.args[0]))
        elif operation.name == "grad" and len(operation.args) > 1:  # torch.autograd.grad(outputs, inputs)
            inputs = operation.args[1]
            self._asked.update(id(one) for one in (inputs if isinstance(inputs, list | tuple) else [inputs]))

    def backward_started(self, backward: Backward) -> None:
        if not backward.backward:
            self._asked.update(id(leaf) for leaf in backward.leaves)

    def findings(self) -> list[Finding]:
        run = self.run
        empty = (
            isinstance(run.exception, ValueError)
            and re.search(torch_says.NOTHING_TO_TRAIN, str(run.exception)) is not None
        )
        roots = self._models_in(run.exception) if empty else [reference() for reference, __ in run.names.modules]
        held = {id(p) for record in run.optimizers.values() for p in record.parameters()}
        found = {}
        for root in roots:
            for hidden in _hidden(root, run.torch) if root is not None else ():
                if empty or self._left_out(hidden, root, held):
                    found.setdefault((type(hidden.owner), hidden.attribute), hidden)
        return [self._finding(hidden, empty) for hidden in found.values()]

    def _models_in(self, error: Any) -> list[Any]:
        """The modules in sight where an exception was raised."""
        found, traceback = [], error.__traceback__
        while traceback is not None:
            if sources.whose(traceback.tb_frame.f_code.co_filename) == sources.USER:
                found += [
                    v for __, v in sources.variables(traceback.tb_frame) if isinstance(v, self.run.torch.nn.Module)
                ]
            traceback = traceback.tb_next
        return found

    def _left_out(self, hidden: Hidden, root: Any, held: set[int]) -> bool:
        """Whether these layers belong to the loss, and stay as they are while the rest of the model is trained."""
        records = self.run.parameters
        known = [records[id(p)] for p in hidden.parameters if id(p) in records]
        if not known or any(id(p) in held for p in hidden.parameters):
            return False
        if hidden.plain is self.run.torch.Tensor and any(one.identity in self._asked for one in known):
            return False
        if not any(one.arrived >= 2 for one in known) or any(self.run.moved(one) is not False for one in known):
            return False
        return any(id(p) in records and self.run.moved(records[id(p)]) is True for p in root.parameters())

    def _finding(self, hidden: Hidden, empty: bool) -> Finding:
        owner = type(hidden.owner).__name__
        evidence = _(
            "self.{attribute} of {owner} is a plain {kind}: {count} of the {of} weights lie in it, and parameters() does "
            "not know them",
            attribute=hidden.attribute,
            owner=owner,
            kind=hidden.plain.__name__,
            count=in_words(hidden.entries),
            of=in_words(hidden.of),
        )
        if empty:
            evidence += _("; the optimizer was given nothing")
        else:
            evidence += _("; gradients reached them and they did not move")
        effect = _(
            "They stay at their initial values, on their first device, in their first mode, and out of state_dict()."
        )
        whole = "nn.ModuleDict" if hidden.plain is dict else "nn.ModuleList"
        if hidden.plain is self.run.torch.Tensor:
            whole = "nn.Parameter"
        elif any(hidden.parameters[0] is member for member in _members(vars(hidden.owner)[hidden.attribute])):
            whole = whole.replace("Module", "Parameter")
        return Finding(self.name, _written_at(hidden.owner, hidden.attribute), evidence + ".", effect,
                       _("self.{attribute} = {whole}(…)", attribute=hidden.attribute, whole=whole))  # fmt: skip


def _hidden(root: Any, torch: Any) -> Iterator[Hidden]:
    """Every attribute below a module that holds trainable layers or parameters which `root.parameters()` does not."""
    parameters = list(root.parameters())
    known, total = {id(p) for p in parameters}, sum(p.numel() for p in parameters)
    owners = list(root.modules())
    for owner in owners:
        for attribute, value in tuple(vars(owner).items()):
            if type(value) is torch.Tensor and value.requires_grad and value.is_leaf:
                yield Hidden(owner, attribute, torch.Tensor, [value], value.numel(), value.numel() + total)
            if attribute in OWN or type(value) not in PLAIN:
                continue
            layers = [member for member in _members(value) if isinstance(member, torch.nn.Module)]
            loose = [member for member in _members(value) if isinstance(member, torch.nn.Parameter)]
            all_of_them = {id(p): p for p in (*loose, *(p for layer in layers for p in layer.parameters()))}
            hidden = [p for i, p in all_of_them.items() if i not in known and p.requires_grad]
            if hidden:
                entries = sum(p.numel() for p in hidden)
                yield Hidden(owner, attribute, type(value), hidden, entries, entries + total)


def _members(value: Any, depth: int = 0) -> Iterator[Any]:
    for member in tuple(value.values() if type(value) is dict else value):
        if type(member) in PLAIN and depth < 2:
            yield from _members(member, depth + 1)
        else:
            yield member


def _written_at(owner: Any, attribute: str) -> Site:
    """Where the class says `self.attribute = …`; else where it appends to it."""
    code = getattr(type(owner).__init__, "__code__", None)
    tree = sources._tree(code.co_filename) if code is not None else None
    assigned, filled = [], []
    for node in ast.walk(tree) if tree is not None else ():
        if not isinstance(node, ast.ClassDef) or node.name != type(owner).__name__:
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.Attribute) and inner.attr == attribute:
                (assigned if isinstance(inner.ctx, ast.Store) else filled).append(inner.lineno)
    lines = assigned or filled
    return Site(code.co_filename, lines[0]) if code is not None and lines else NOWHERE

"""no-gradient: a penalty of derivatives that were taken without `create_graph=True`: it has no gradient, and is added to a loss.

    slope = autograd.grad(C(x).sum(), x)[0]      loss + 10 * (slope.norm() - 1) ** 2      a number added to the loss

Said only where a single number without a gradient, computed from such derivatives, is added to one that has a gradient, that sum
is differentiated, and its graph and that of what was derived share parameters which an optimizer holds. Derivatives that
move (`x + e * slope`), weigh a loss (`weight * loss`), are a target or are detached by hand are left alone.
"""

from __future__ import annotations

from typing import Any

from wxb.i18n import _
from wxb.watching import graph, sources
from wxb.watching.events import Backward, Rule, TorchCall
from wxb.watching.finding import Finding, Site
from wxb.watching.paths import DERIVES, Cut

ADDS = frozenset(("add", "add_", "sub", "sub_", "subtract", "rsub", "__add__", "__iadd__", "__radd__", "__sub__", "__isub__",
                  "__rsub__"))  # fmt: skip
SUMS = ("Add", "Sub", "Rsub", "Neg", "Mul", "Div", "View", "Squeeze", "Unsqueeze", "Reshape")
LISTED = 4


class Penalty(Rule):
    name = "no-gradient"
    operations = ADDS | {"detach", "detach_"}

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._waiting: list[
            tuple[Any, Cut, Site]
        ] = []  # the node of a sum, what its number descends from, where it is added
        self._meant: set[Site] = set()  # lines whose derivatives are detached by hand
        self._found: dict[Site, tuple[Site, str]] = {}

    def operation(self, operation: TorchCall) -> None:
        tensors = [one for one in operation.args[:2] if isinstance(one, self.run.torch.Tensor)]
        if not operation.name.startswith("detach"):
            self._added(operation, tensors)
        elif tensors and not tensors[0].requires_grad:
            self._meant.update(cut.site for cut in self.run.paths.cuts(tensors[0]) if cut.name == DERIVES)

    def _added(self, operation: TorchCall, tensors: list[Any]) -> None:
        node = getattr(operation.out, "grad_fn", None)
        if node is None or len(tensors) < 2 or operation.out.numel() != 1:
            return
        for cut in (cut for one in tensors if not one.requires_grad for cut in self.run.paths.cuts(one)):
            if cut.name == DERIVES and cut.grad_enabled:
                self._waiting.append((node, cut, sources.site_of(operation.frame)))

    def backward_started(self, backward: Backward) -> None:
        if not backward.backward:
            return
        waiting, self._waiting = self._waiting, []
        if not waiting or not backward.window:
            return
        terms = set(_terms(backward.loss.grad_fn))
        reached = {id(leaf): leaf for leaf in backward.leaves}
        for node, cut, site in waiting:
            if node in terms and (shared := self._shared(cut, reached)):
                self._found.setdefault(cut.site, (site, shared))
                self.notice(cut.site)

    def _shared(self, cut: Cut, reached: dict[int, Any]) -> str:
        """The parameters held by an optimizer that both the loss and what was derived come from, by name."""
        both = [leaf for identity, leaf in reached.items() if identity in cut.leaves]
        held = [leaf for leaf in both if (known := self.run.parameters.get(id(leaf))) is not None and known.optimizer]
        names = [self.run.name(leaf) for leaf in held]
        return ", ".join(names[:LISTED]) + (", …" if len(names) > LISTED else "")

    def findings(self) -> list[Finding]:
        self._waiting.clear()
        return [self._finding(site, *what) for site, what in self._found.items() if site not in self._meant]

    def _finding(self, site: Site, added: Site, names: str) -> Finding:
        evidence = _(
            "the derivatives taken here have no derivative themselves, and the penalty computed from them, which line {line} "
            "adds to the loss, has no gradient with respect to {names}.",
            line=added.line,
            names=names,
        )
        effect = _("The penalty is a number added to the loss: it is shown, and changes no step.")
        fix = _("torch.autograd.grad(…, create_graph=True).")
        return Finding(self.name, site, evidence, effect, fix, sources.line_text(site))


def _terms(root: Any) -> list[Any]:
    """The sums of single numbers that a loss is made of."""
    layer, seen = [root], set()
    while layer:
        node = layer.pop()
        if node is None or node in seen or graph.kind(node) not in SUMS:
            continue
        seen.add(node)
        layer += [parent for parent, __ in node.next_functions]
    return list(seen)

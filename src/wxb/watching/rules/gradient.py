"""no-gradient: a parameter that ought to learn and never receives a gradient.

    the loss itself is a new leaf (re-wrapped)         backward() reaches nothing
    the optimizer's parameter is detached or unused    its `.grad` is None at every step
    a plain tensor without requires_grad               given to the optimizer by mistake
    a parameter with a gradient that no optimizer has  missing from the optimizer

Not findings: a module frozen with requires_grad_(False) (said as a note), a network none of whose parameters is trained
(an adversary's, a perceptual loss's), inputs that require a gradient.
"""

from __future__ import annotations

import weakref
from typing import Any

from wxb.i18n import _, _n
from wxb.watching import sources
from wxb.watching.events import Backward, OptimizerRecord, OptimizerStep, Rule, TorchCall
from wxb.watching.finding import NOWHERE, Finding, Site
from wxb.watching.paths import DERIVES, DETACHES, Cut

MAKES = frozenset(("tensor", "as_tensor", "requires_grad_", "from_numpy", "asarray"))
LISTED = 4


class NoGradient(Rule):
    name = "no-gradient"
    operations = MAKES

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._born: dict[int, tuple[Any, Site]] = {}
        self._had: set[int] = set()
        self._rewrapped: list[tuple[Site, str]] = []
        self._differentiated: set[int] = set()

    def operation(self, operation: TorchCall) -> None:
        torch, out = self.run.torch, operation.out
        if operation.name in MAKES and isinstance(out, torch.Tensor) and out.is_leaf and out.requires_grad:
            self._born[id(out)] = (weakref.ref(out), sources.site_of(operation.frame))

    def backward_started(self, backward: Backward) -> None:
        if not backward.backward:
            self._differentiated.update(id(leaf) for leaf in backward.leaves)
        if not backward.window or not backward.backward or backward.value is None or self._rewrapped:
            return
        loss = backward.loss
        if loss.grad_fn is None and loss.requires_grad and id(loss) not in self._in_optimizers():
            reference, site = self._born.get(id(loss), (None, NOWHERE))
            if reference is None or reference() is not loss:
                site = backward.site
            cuts = self.run.paths.cuts(loss)
            site = cuts[0].site if cuts else site
            self._rewrapped.append((site, sources.line_text(site)))

    def step_started(self, step: OptimizerStep) -> None:
        if step.window:
            self._had.update(id(parameter) for parameter in step.record.parameters() if parameter.grad is not None)

    def findings(self) -> list[Finding]:
        if self._rewrapped and self.run.optimizers:
            return [self._lost_loss(*self._rewrapped[0])]
        found = []
        for record in self.run.optimizers.values():
            if record.steps >= 2:
                found += self._of_optimizer(record)
        return found + self._missing()

    def _in_optimizers(self) -> set[int]:
        return {id(p) for record in self.run.optimizers.values() for p in record.parameters()}

    # ---- the loss was made anew

    def _lost_loss(self, site: Site, source: str) -> Finding:
        count = sum(len(record.parameters()) for record in self.run.optimizers.values())
        return Finding(
            self.name,
            site,
            _(
                "the loss given to backward() is a leaf: it was made here from a number, its history is "
                "gone. None of the {count} parameters of the optimizer receives a gradient.",
                count=count,
            ),
            _("The model never learns; step() does nothing, without an error."),
            _("call backward() on the loss itself, and use loss.item() only for printing."),
            source,
        )

    # ---- in the optimizer, without a gradient

    def _of_optimizer(self, record: OptimizerRecord) -> list[Finding]:
        parameters = record.parameters()
        if not self.run.backwards and not any(p.grad is not None for p in parameters):
            return []  # `no-update` says that backward() is never called
        dead = [p for p in parameters if p.requires_grad and self._never(p, record)]
        frozen = [p for p in parameters if not p.requires_grad and self.run.moved(self.run.parameter(p)) is not True]
        by_mistake = [
            p for p in frozen if self.run.names.root_of(p) is None and not isinstance(p, self.run.torch.nn.Parameter)
        ]
        if len(frozen) > len(by_mistake):
            self.run.note(
                _(
                    "{count} parameters held by {name} are frozen (requires_grad=False): {list}",
                    count=len(frozen) - len(by_mistake),
                    name=record.name,
                    list=self._list([p for p in frozen if all(p is not q for q in by_mistake)]),
                )
            )
        if dead and len(dead) == len(parameters) and self._foreign():
            return []  # `no-update` says that the optimizer holds other tensors
        found = [self._never_finding(record, group, site) for site, group in self._by_place(dead, record).items()]
        if by_mistake:
            found.append(self._frozen_finding(record, by_mistake))
        return found

    def _never(self, parameter: Any, record: OptimizerRecord) -> bool:
        optimizer = record.reference()
        return (
            id(parameter) not in self._had
            and parameter.grad is None
            and not optimizer.state.get(parameter)
            and self.run.moved(self.run.parameter(parameter)) is not True
        )

    def _foreign(self) -> bool:
        held = self._in_optimizers()
        return any(one.arrived and one.identity not in held for one in self.run.parameters.values())

    def _by_place(self, dead: list[Any], record: OptimizerRecord) -> dict[Site, list[Any]]:
        places: dict[Site, list[Any]] = {}
        made = record.site if record.site.line else record.step_site
        for parameter in dead:
            cut = self.run.paths.cut_of(parameter)
            places.setdefault(cut.site if cut is not None else made, []).append(parameter)
        return places

    def _never_finding(self, record: OptimizerRecord, group: list[Any], site: Site) -> Finding:
        names = self._list(group)
        cut = self.run.paths.cut_of(group[0])
        if cut is not None:
            why, fix = how_cut(cut)
        else:
            why = _("no loss depends on it") if self._used(group) else _("it takes no part in the loss")
            fix = _("use it in forward(), or leave it out of the optimizer")
        return Finding(
            self.name,
            site,
            _n(
                "{names} had no gradient at the one {name} step: {why}.",
                "{names} had no gradient at any of the {n} {name} steps: {why}.",
                record.steps,
                names=names,
                name=record.name,
                why=why,
            ),
            _n("It stays at the initial values.", "They stay at the initial values.", len(group)),
            fix + ".",
            sources.line_text(site),
        )

    def _used(self, group: list[Any]) -> bool:
        return any(self.run.parameters[id(p)].arrived for p in group if id(p) in self.run.parameters)

    def _frozen_finding(self, record: OptimizerRecord, group: list[Any]) -> Finding:
        site = record.site if record.site.line else record.step_site
        return Finding(
            self.name,
            site,
            _(
                "{list} given to {name} does not require a gradient (requires_grad=False).",
                list=self._list(group),
                name=record.name,
            ),
            _("step() passes over it: it stays at its initial value."),
            _("make it with requires_grad=True."),
            sources.line_text(site),
        )

    # ---- with a gradient, without an optimizer

    def _missing(self) -> list[Finding]:
        torch, run = self.run.torch, self.run
        stepping = [record for record in run.optimizers.values() if record.steps >= 2]
        held = self._in_optimizers()
        if not stepping or not any(run.parameters[i].arrived for i in held if i in run.parameters):
            return []
        missing = []
        for record in run.parameters.values():
            tensor = record.reference()
            if tensor is None or record.identity in held or not record.arrived or run.moved(record) is not False:
                continue
            if self._belongs(tensor, held) if isinstance(tensor, torch.nn.Parameter) else self._scalar_like(tensor):
                missing.append(tensor)
        if not missing:
            return []
        record = _twin(stepping) or stepping[0]
        site = record.site if record.site.line else record.step_site
        return [
            Finding(
                self.name,
                site,
                _("{list} receives a gradient at every backward, but no optimizer holds it.", list=self._list(missing)),
                _("It never moves: the rest of the model has to make up for it."),
                _("give it to the optimizer ({name}), or freeze it with requires_grad_(False).", name=record.name),
                sources.line_text(site),
            )
        ]

    def _belongs(self, parameter: Any, held: set[int]) -> bool:
        """Whether a parameter of the same model is trained, or its own model is in training beside trained ones."""
        root = self.run.names.root_of(parameter)
        if root is None:
            return False
        return any(id(other) in held for other in root.parameters()) or (
            root.training and any(isinstance(p, self.run.torch.nn.Parameter) for r in self.run.optimizers.values()
                                  for p in r.parameters())
        )  # fmt: skip

    def _scalar_like(self, tensor: Any) -> bool:
        """A bias or a weight by hand, not an input: inputs have rows, or are differentiated themselves."""
        name = self.run.names.of(tensor)
        return bool(name) and tensor.dim() <= 1 and tensor.numel() <= 64 and id(tensor) not in self._differentiated

    def _list(self, tensors: list[Any]) -> str:
        names = [self.run.name(tensor) for tensor in tensors]
        shown = ", ".join(names[:LISTED])
        more = len(names) - LISTED
        return _("{shown} and {count} more", shown=shown, count=more) if more > 0 else shown


def _twin(records: list[OptimizerRecord]) -> OptimizerRecord | None:
    """The first optimizer made whose parameters another one holds already."""
    held: set[int] = set()
    for record in records:
        mine = {id(parameter) for parameter in record.parameters()}
        if mine <= held:
            return record
        held |= mine
    return None


def how_cut(cut: Cut) -> tuple[str, str]:
    """Why a result has no gradient, and what to write instead."""
    if cut.name in DETACHES:
        return _("its result is detached here"), _("leave the detach (or .data, or torch.tensor(…)) out")
    if cut.name == DERIVES:
        return _("derivatives taken without create_graph=True have none"), _(
            "torch.autograd.grad(…, create_graph=True)"
        )
    if not cut.grad_enabled:
        return _("it is used here under torch.no_grad()"), _("take this computation out of no_grad()")
    return (
        _("`{name}` has no derivative", name=cut.name),
        _("compute the loss from what has a derivative (scores, probabilities), not from choices or whole numbers"),
    )

"""mode: a model is trained in evaluation mode, or evaluated in training mode.

    model.eval(), then steps to the end        Dropout lets everything through, BatchNorm keeps old statistics
    no_grad: loss of model(x) in train mode    Dropout drops, BatchNorm learns from what is evaluated
    F.dropout(x) in a model in eval mode       drops all the same: training=self.training is missing

Trained in eval(): at least three steps, and half of all, of optimizers that hold the model's parameters while the whole model
(not only some frozen layers of a model in training) with every Dropout and BatchNorm is in evaluation mode. Evaluated in
train(): under `no_grad`, after a step, a Dropout or BatchNorm in training mode and a cost or a count of hits, with a model in
training that was never once put into evaluation. Targets, samples and embeddings under `no_grad` are no evaluation. Dropout as
a function is told of where its call does not speak of training, its module is in evaluation mode and a cost or hits follow.
"""

from __future__ import annotations

import linecache
import re
import weakref
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from wxb.i18n import _
from wxb.numbers import in_words
from wxb.watching import sources
from wxb.watching.events import Rule, TorchCall
from wxb.watching.finding import Finding, Site

DROPS = frozenset(("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout"))
JUDGES = frozenset(("cross_entropy", "nll_loss", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "eq", "__eq__",
                    "binary_cross_entropy", "binary_cross_entropy_with_logits"))  # fmt: skip
LEAST = 3
MOST = 8  # places at which a block under no_grad may have the run looked at closely
SAMPLES = re.compile(r"monte.?carlo|\bmc|uncertain|bayes|posterior", re.IGNORECASE)  # dropout that is to go on


@dataclass(slots=True)
class Away:
    """A model in evaluation mode.   steps : of each optimizer when it went there"""

    model: Any
    site: Site
    steps: dict[int, int]


@dataclass(slots=True)
class Block:
    """What was seen under one `no_grad`."""

    block: Any
    site: Site
    trained: bool = False
    drops: int = 0
    norms: int = 0
    always: dict[Site, str] = field(default_factory=dict)  # dropouts that evaluation does not switch off, and of what


class Mode(Rule):
    name = "mode"
    operations = DROPS | JUDGES | {"batch_norm"}

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._away: dict[int, Away] = {}
        self._evaluated: set[int] = set()  # parameters of models that were put into evaluation
        self._block: Block | None = None
        self._found: dict[Site, tuple[Block, set[int]]] = {}
        self._always: dict[Site, str] = {}
        self._told: dict[int, Any] = {}  # modules whose forward has F.dropout(x, training=self.training)
        self._looked: set[Site] = set()  # of blocks entered between windows

    # ---- trained in evaluation mode

    def module_mode(self, module: Any, mode: bool, frame: FrameType) -> None:
        if mode:
            self._away.pop(id(module), None)
        elif id(module) not in self._away and _switching(module, self.run.torch, self._told):
            steps = {id(record): record.steps for record in self.run.optimizers.values()}
            self._away[id(module)] = Away(weakref.ref(module), sources.site_of(frame), steps)
            self._evaluated.update(id(parameter) for parameter in module.parameters())

    def findings(self) -> list[Finding]:
        found = [self._never_evaluated(site, block) for site, (block, ids) in self._found.items()
                 if not ids & self._evaluated]  # fmt: skip
        found += [self._goes_on(site, of) for site, of in self._always.items()]
        for away in self._away.values():
            model = away.model()
            if model is not None:
                found += self._trained(model, away)
        self._away.clear()
        return found

    def _trained(self, model: Any, away: Away) -> list[Finding]:
        switching = _switching(model, self.run.torch, self._told)
        mine = {id(parameter) for parameter in model.parameters() if parameter.requires_grad}
        records = [record for record in self.run.optimizers.values() if any(id(p) in mine for p in record.parameters())]
        steps = sum(record.steps - away.steps.get(id(record), 0) for record in records)
        of = sum(record.steps for record in records)
        root = next((root for p in model.parameters() if (root := self.run.names.root_of(p)) is not None), model)
        if steps < LEAST or 2 * steps < of or root.training or any(layer.training for layer in switching):
            return []
        if not any(id(record) in away.steps for record in records) and steps < of:
            return []  # adapted by another optimizer, after it was trained
        return [self._in_evaluation(away.site, switching, steps, of)]

    def _in_evaluation(self, site: Site, switching: list[Any], steps: int, of: int) -> Finding:
        kinds = Counter(type(layer).__name__ for layer in switching)
        evidence = _(
            "{steps} of the {of} steps were made with the model in evaluation mode, into which this line put it ({layers}); "
            "train() was not called again.",
            steps=in_words(steps),
            of=in_words(of),
            layers=", ".join(f"{count} {kind}" for kind, count in kinds.items()),
        )
        effect = _("Dropout drops nothing, and batch norm neither uses nor learns the statistics of its batches.")
        return Finding(
            self.name, site, evidence, effect, _("model.train() before the steps, at the top of each epoch.")
        )

    # ---- evaluated in training mode

    def block_entered(self, block: Any, frame: FrameType) -> None:
        if self._block is None and self.run.steps:
            site = sources.site_of(frame)
            self._block = Block(block, site)
            if not self.run.window and site not in self._looked and len(self._looked) < MOST:
                self._looked.add(site)
                if self._in_training():
                    self.run.alarm()  # an epoch may have been long: what is done here was never looked at

    def block_left(self, block: Any) -> None:
        if self._block is not None and self._block.block is block:
            self._block = None

    def operation(self, operation: TorchCall) -> None:
        if operation.name in DROPS:
            self._tells(operation.frame)
        seen = self._block
        if seen is None or operation.grad_enabled:
            return
        name, words = operation.name, operation.kwargs
        if name in DROPS:
            p = words.get("p", operation.args[1] if len(operation.args) > 1 else 0.5)
            drops = bool(words.get("training", len(operation.args) > 2 and operation.args[2])) and p > 0
            seen.drops += drops
            if drops and (of := self._unswitched(operation.frame)):
                seen.always[sources.site_of(operation.frame)] = of
        elif name == "batch_norm":
            given = (*operation.args, *[None] * 6)
            seen.norms += bool(words.get("training", given[5])) and given[1] is not None
        elif name in JUDGES and (seen.drops or seen.norms):
            self._always.update(seen.always)
            for site in seen.always:
                self.notice(site)
            if seen.site not in self._found:
                self._judge(seen)

    def _tells(self, frame: FrameType | None) -> None:
        """Remember a module whose forward tells dropout whether it is in training."""
        module = frame.f_locals.get("self") if frame is not None else None
        if frame is None or id(module) in self._told or not isinstance(module, self.run.torch.nn.Module):
            return
        if "self.training" in sources.expression_at(frame).text:
            self._told[id(module)] = weakref.ref(module)

    def _unswitched(self, frame: FrameType | None) -> str:
        """The class in whose forward dropout is called as a function that is not told whether it trains, in evaluation; else ""."""
        module = dict(sources.variables(frame)).get("self") if frame is not None else None
        if frame is None or module is None or not isinstance(module, self.run.torch.nn.Module) or module.training:
            return ""
        text = sources.expression_at(frame).text
        arguments = text.partition("(")[2]
        if "dropout" not in text.partition("(")[0] or "training" in arguments or arguments.count(",") > 1:
            return ""
        if any(SAMPLES.search(line) for line in linecache.getlines(frame.f_code.co_filename)):
            return ""
        return type(module).__name__

    def _judge(self, seen: Block) -> None:
        """Which model was evaluated: one in training whose parameters an optimizer moves."""
        live = self._in_training()
        if live:
            self.notice(seen.site)
            self._found[seen.site] = (seen, {id(p) for model in live for p in model.parameters()})

    def _in_training(self) -> list[Any]:
        """The models that could have been evaluated in training: with layers whose mode matters, and none in evaluation."""
        held = {id(p) for record in self.run.optimizers.values() if record.steps for p in record.parameters()}
        models = [model for reference, __ in self.run.names.modules if (model := reference()) is not None]
        live = [model for model in models if model.training and any(id(p) in held for p in model.parameters())]
        if any(not model.training for model in models) or not any(
            _switching(one, self.run.torch, self._told) for one in live
        ):
            return []
        return live

    def _goes_on(self, site: Site, of: str) -> Finding:
        evidence = _(
            "dropout is called as a function here, and is not told whether {model} is in training: it dropped in evaluation "
            "mode too, under no_grad, before a cost or a count of hits.",
            model=of,
        )
        effect = _("What is measured is not the model that will be used, and differs from call to call.")
        return Finding(
            self.name, site, evidence, effect, _("F.dropout(x, p, training=self.training), or an nn.Dropout.")
        )

    def _never_evaluated(self, site: Site, seen: Block) -> Finding:
        evidence = _(
            "under no_grad a cost or a count of hits is computed with the model in training mode ({drops} dropouts, {norms} "
            "batch norms at work); eval() was never called.",
            drops=seen.drops,
            norms=seen.norms,
        )
        effect = _(
            "What is measured is not the model that will be used; batch norm takes these rows into its statistics."
        )
        return Finding(self.name, site, evidence, effect, _("model.eval() before, model.train() after."))


def _switching(module: Any, torch: Any, told: Mapping[int, Any]) -> list[Any]:
    """The layers of a model whose mode matters: dropouts, and batch norms with running statistics.

    told : modules, by id, that tell a function whether they are in training
    """
    return [
        layer
        for layer in module.modules()
        if ((known := told.get(id(layer))) is not None and known() is layer)
        or (isinstance(layer, torch.nn.modules.dropout._DropoutNd) and layer.p > 0)
        or (isinstance(layer, torch.nn.modules.batchnorm._NormBase) and layer.running_mean is not None)
    ]

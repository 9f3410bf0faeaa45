"""learning-rate: the rate is above the largest one that converges on *this* loss.

    gradient descent on a quadratic converges iff lr · λmax < 2;  heavy ball β: 2(1 + β);  Nesterov: 2(1 + β)/(1 + 2β)

λmax comes from Hessian–vector products of the user's live loss at the first two backward calls of a line, and again when
the loss rises; in deep graphs only then, or in a later window.
A verdict needs all of: plain SGD (or an update by hand, whose rate is read off the step), a step that used
exactly this loss's gradient (not clipped, not accumulated, not stale), the same data at every step, and either a constant
Hessian (then the limit is sharp) or a loss that really grew: networks pass above the limit and come back.
On mini-batches each loss has its own λ: no verdict, unless the run blew up and every batch measured was above.
"""

from __future__ import annotations

import math
import time
from typing import Any

from wxb.i18n import N_, _
from wxb.numbers import percent, readable
from wxb.watching import curvature, graph, hooks, sources
from wxb.watching.attention import FIRST
from wxb.watching.events import Backward, Curve, OptimizerRecord, OptimizerStep, Rule, TorchCall
from wxb.watching.finding import NOWHERE, Finding, Site
from wxb.watching.rules.overflow import growth
from wxb.watching.rules.rate_sample import Sample, diverged, entries_summed, gradient_used, growth_text, limit_of

LARGEST = 5_000_000  # parameters
AT_START, ON_RISE = 2, 4
PATIENCE = 2.0  # seconds of measuring in all
ONE = 0.1  # processor seconds of one measurement
DEEP = 600  # nodes of a graph whose every product takes longer than that: it waits for a rise, or for a later window
SAME = 1e-3  # relative: a Hessian that moved less than float32 rounding did not move
INPLACE = frozenset(("sub_", "add_", "copy_", "data.__set__", "requires_grad_", "addcmul_", "set_", "__isub__"))


class LearningRate(Rule):
    name = "learning-rate"

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._samples: dict[Site, list[Sample]] = {}
        self._owner: dict[Site, OptimizerRecord] = {}
        self._open: dict[Site, Sample] = {}
        self._batch: set[tuple[tuple[int, ...], float]] = set()
        self._tries: dict[Site, int] = {}
        self._spent = 0.0
        self._by_hand = NOWHERE

    # ---- what is gathered

    def operation(self, operation: TorchCall) -> None:
        torch, run = self.run.torch, self.run
        if operation.name in INPLACE and isinstance(operation.args[0], torch.Tensor) and operation.args[0].is_leaf:
            if operation.args[0].requires_grad and run.stepping is None and run.backwards:
                self._by_hand = sources.site_of(operation.frame)
            return
        if self._spent > PATIENCE or not getattr(operation.out, "requires_grad", False):
            return
        for operand in operation.operands:
            if (
                isinstance(operand, torch.Tensor)
                and not operand.requires_grad
                and 1 < operand.numel() <= 1_000_000
                and run.plain(operand)
                and not operand.is_complex()
            ):
                self._batch.add((tuple(operand.shape), float(operand.double().sum())))

    def backward_started(self, backward: Backward) -> None:
        batch = frozenset(self._batch) if self.run.sees_operations() else None
        self._batch.clear()
        self._close_by_hand(backward)
        if backward.value is None or not math.isfinite(backward.value) or backward.in_step:
            return
        if not self._wanted(backward):
            return
        owner = self._expected(backward)
        if owner is not None and not self._has_a_limit(owner):
            return
        parameters = self._parameters(backward, owner)
        reason = self._why_not(backward, parameters)
        if reason:
            self.run.note(
                _("learning-rate: no verdict for line {line}: {reason}", line=backward.site.line, reason=reason)
            )
        elif parameters:
            self._measure(backward, parameters, owner, batch)

    def _wanted(self, backward: Backward) -> bool:
        tries = self._tries.get(backward.site, 0)
        last = list(self.run.curves[backward.site].last)[-3:]
        rising = len(last) == 3 and last[2] > 1.2 * last[1] > 1.2 * last[0]
        if self._spent > PATIENCE or (tries and not self.run.affordable(ONE)):
            return False
        if tries < AT_START and backward.window and (len(backward.nodes) <= DEEP or self.run.backwards > FIRST):
            return True
        return rising and tries < AT_START + ON_RISE

    def _expected(self, backward: Backward) -> OptimizerRecord | None:
        """The optimizer that will use this loss: learned from earlier steps, else the only one there is."""
        known = [record for record in self.run.optimizers.values() if record.reference() is not None]
        return self._owner.get(backward.site) or (known[0] if len(known) == 1 else None)

    def _has_a_limit(self, owner: OptimizerRecord) -> bool:
        torch = self.run.torch
        if type(owner.reference()) is not torch.optim.SGD:
            self.run.note(
                _(
                    "learning-rate: no verdict for {name}: 2/λmax is the limit of plain and momentum SGD; an "
                    "optimizer that rescales the gradient has another one",
                    name=owner.name,
                )
            )
            return False
        groups = owner.groups()
        if any(group.get("dampening") or group.get("maximize") for group in groups):
            self.run.note(_("learning-rate: no verdict for SGD with dampening or maximize"))
            return False
        if len({(float(group["lr"]), group["momentum"], group["weight_decay"]) for group in groups}) > 1:
            self.run.note(_("learning-rate: no verdict for parameter groups with different rates"))
            return False
        return True

    def _parameters(self, backward: Backward, owner: OptimizerRecord | None) -> list[Any]:
        reached = backward.leaves or graph.leaves(list(graph.walk(backward.loss.grad_fn)))
        if owner is None:
            several = any(record.reference() is not None for record in self.run.optimizers.values())
            return (
                [] if several else reached
            )  # with several optimizers: wait until the first step tells whose loss it is
        mine = {id(parameter) for parameter in owner.parameters()}
        return [leaf for leaf in reached if id(leaf) in mine]

    def _why_not(self, backward: Backward, parameters: list[Any]) -> str:
        if self.run.forbidden:
            return self.run.forbidden
        if sum(parameter.numel() for parameter in parameters) > LARGEST:
            return _("more than {largest} parameters", largest=LARGEST)
        if not all(self.run.plain(p) and p.is_floating_point() and p.element_size() >= 4 for p in parameters):
            return _("parameters that are not dense float32 or float64 tensors")
        if any(not getattr(hook, "wxb", False) for p in parameters for hook in (p._backward_hooks or {}).values()):
            return _("a parameter carries a hook of the user's, which would run twice")
        return graph.why_not_twice(backward.nodes or list(graph.walk(backward.loss.grad_fn)), self.run.torch)

    def _measure(self, backward: Backward, parameters: list[Any], owner: OptimizerRecord | None, batch: Any) -> None:
        began = time.perf_counter()
        self._tries[backward.site] = self._tries.get(backward.site, 0) + 1
        torch = self.run.torch
        try:
            with torch.enable_grad():
                found = curvature.measure(backward.loss, parameters, torch, hooks.unwatched_grad(), ONE)
        except RuntimeError as error:
            self._tries[backward.site] = AT_START + ON_RISE
            self.run.note(
                _(
                    "learning-rate: no verdict for line {line}: no second derivative ({splitlines})",
                    line=backward.site.line,
                    splitlines=(str(error) or type(error).__name__).splitlines()[0][:90],
                )
            )
            return
        finally:
            self._spent += time.perf_counter() - began
        if not math.isfinite(found.largest):
            return
        direction, share = self._direction(found.steepest, parameters)
        sample = Sample(found, list(parameters), backward.value or 0.0, backward.index, entries_summed(backward),
                        direction, share, site=backward.site, batch=batch, owner=owner)  # fmt: skip
        if owner is None:
            sample.before = curvature.flatten(parameters, torch).clone()
        self._samples.setdefault(backward.site, []).append(sample)
        self._open[backward.site] = sample

    def _direction(self, vector: Any, parameters: list[Any]) -> tuple[str, float]:
        """The parameter, or the column or entry of it, that carries most of the steepest direction."""
        pieces = vector.split([parameter.numel() for parameter in parameters])
        masses = [float(piece.square().sum()) for piece in pieces]
        best = max(range(len(masses)), key=masses.__getitem__)
        parameter, name = parameters[best], self.run.name(parameters[best])
        squares = pieces[best].reshape(parameter.shape).square()
        if parameter.dim() == 2 and parameter.shape[1] > 1:
            columns = squares.sum(0)
            if float(columns.max()) > 0.5:
                return f"{name}[:, {int(columns.argmax())}]", float(columns.max())
        elif parameter.dim() == 1 and parameter.numel() > 1 and float(squares.max()) > 0.5:
            return f"{name}[{int(squares.argmax())}]", float(squares.max())
        return name, masses[best]

    # ---- what the step made of it

    def step_started(self, step: OptimizerStep) -> None:
        last = step.record.last_backward
        if last is None:
            return
        if last.site not in self._owner:
            self._owner[last.site] = step.record
            if step.record.reference() is not None:
                self._has_a_limit(step.record)
        for site, sample in tuple(self._open.items()):
            if sample.owner is step.record or sample.owner is None:
                del self._open[site]
                self._settle(sample, step.record)

    def _settle(self, sample: Sample, record: OptimizerRecord) -> None:
        group = record.groups()[0]
        sample.owner = record
        sample.lr = float(group["lr"])
        sample.momentum, sample.nesterov = group.get("momentum", 0.0), bool(group.get("nesterov"))
        sample.gradient_used = gradient_used(sample, self.run.torch)
        weight_decay = group.get("weight_decay", 0.0)
        if weight_decay:
            kept = sample.curvature
            sample.curvature = curvature.Curvature(
                kept.largest + weight_decay, kept.gradient, kept.steepest, kept.residual, kept.products
            )
        sample.curvature.gradient.clear()

    def _close_by_hand(self, backward: Backward | None) -> None:
        """A loop without an optimizer: the rate is how far the parameters went along the gradient."""
        for site, sample in tuple(self._open.items()):
            if sample.before is None or (backward is not None and backward.site != site):
                continue
            del self._open[site]
            after = sample.parameters
            if backward is not None:
                now = backward.leaves or graph.leaves(list(graph.walk(backward.loss.grad_fn)))
                if [p.shape for p in now] == [p.shape for p in after]:
                    after = now  # `w = (w - lr * w.grad).detach().requires_grad_()` makes a new leaf each time
            step = curvature.flatten(after, self.run.torch) - sample.before
            slope = curvature.flatten(sample.curvature.gradient, self.run.torch)
            rate = -float(step @ slope) / max(float(slope @ slope), 1e-300)
            missed = float((step + rate * slope).norm())
            if rate != 0 and missed <= 0.01 * float(step.norm()):
                sample.lr, sample.gradient_used = rate, "this"
            sample.parameters, sample.before = [], None

    # ---- the verdict

    def findings(self) -> list[Finding]:
        self._close_by_hand(None)
        found = []
        for site, samples in self._samples.items():
            known = [sample for sample in samples if sample.lr]
            uphill = bool(known) and all((sample.lr or 0.0) < 0 for sample in known)
            finding = self._climbing(site, known[0]) if uphill else self._judge(site, known)
            found += [finding] if finding is not None else []
        return found

    def _climbing(self, site: Site, sample: Sample) -> Finding | None:
        """An update by hand along the gradient of a loss that then blows up: an ascent that is meant comes to rest."""
        if growth(self.run.curves[site]) is None:
            return None
        self.run.uphill = place = self._by_hand if self._by_hand.line else site
        rate = readable(-(sample.lr or 0.0), 3)
        return Finding(
            self.name,
            place,
            _("the update adds the gradient: the step is +{rate} times it, which leads up the loss", rate=rate) + ".",
            _("The loss rises at every rate: there is no good one."),
            _("subtract it: w -= lr * w.grad") + ".",
        )

    def _judge(self, site: Site, samples: list[Sample]) -> Finding | None:
        used = [sample for sample in samples if sample.gradient_used == "this"]
        if samples and not used:
            self.run.note(
                _(
                    "learning-rate: no verdict for line {line}: the step used another gradient than this loss's "
                    "({gradient_used})",
                    line=site.line,
                    gradient_used=samples[0].gradient_used,
                )
            )
        above = [sample for sample in used if (sample.lr or 0.0) > 1.0005 * limit_of(sample)]
        if not used:
            return None
        curve = self.run.curves[site]
        same_data = len(used) > 1 and used[0].batch is not None and used[0].batch == used[1].batch
        grew = diverged(curve)
        if not same_data and len(used) > 1:
            if above and not (grew and len(above) == len(used)):
                above = []
            if not above:
                self.run.note(
                    _(
                        "learning-rate: no verdict for line {line}: every step sees other data (mini-batches or "
                        "noise), so each loss has a limit of its own",
                        line=site.line,
                    )
                )
        constant = len(used) > 1 and abs(used[0].curvature.largest - used[1].curvature.largest) <= SAME * abs(
            used[0].curvature.largest
        )
        if not above or not (grew or (constant and same_data and self._still_above(above[-1]))):
            return None
        return self._finding(site, above[0], curve, constant and same_data, same_data)

    def _still_above(self, sample: Sample) -> bool:
        """A schedule may have brought the rate below the limit since."""
        groups = sample.owner.groups() if sample.owner is not None else []
        return not groups or float(groups[0]["lr"]) > limit_of(sample)

    def _finding(self, site: Site, sample: Sample, curve: Curve, sharp: bool, same_data: bool) -> Finding:
        limit, rate, largest = limit_of(sample), sample.lr or 0.0, sample.curvature.largest
        formula = "2/λmax"
        if sample.momentum:
            formula = "2(1+β)/(1+2β)/λmax" if sample.nesterov else "2(1+β)/λmax"
            formula += f", β = {sample.momentum:g}"
        text = N_("lr {rate} is above {limit}, the largest rate that converges here ({formula}, λmax = {largest})")
        if sample.owner is None:
            text = N_(
                "the update by hand has rate {rate} is above {limit}, the largest rate that converges here "
                "({formula}, λmax = {largest})"
            )
        evidence = _(text, rate=readable(rate), limit=readable(limit), formula=formula, largest=readable(largest))
        if sample.share > 0.5:
            evidence += _(
                "; the steep direction is {direction} ({share})",
                direction=sample.direction,
                share=percent(sample.share),
            )
        losses = f"{readable(curve.first[0])} → {readable(curve.last[-1])}"
        evidence += _(". Loss {losses}{growth}.", losses=losses, growth=growth_text(sample, curve))
        if not sharp and not same_data:
            evidence += _(" λmax was measured on single batches; the loss is not quadratic, but it did grow.")
        elif not sharp:
            evidence += _(
                " λmax was measured at backward call {index}; the loss is not quadratic, but it did grow.",
                index=sample.index,
            )
        effect = _("Every step overshoots the minimum by more than it gains: the loss grows until it overflows.")
        fix = _("a rate below {limit}, for example {rate}", limit=readable(limit), rate=readable(0.5 * limit, 2))
        if sample.summed_over > 1 and rate < limit * sample.summed_over:
            fix = _(
                ".mean() instead of .sum(): a sum over {count} entries is {count} times as steep, the mean allows rates "
                "up to {most}; or {fix}",
                count=sample.summed_over,
                most=readable(limit * sample.summed_over),
                fix=fix,
            )
        return Finding(self.name, self._place(sample, site), evidence, effect, fix + ".")

    def _place(self, sample: Sample, site: Site) -> Site:
        owner = sample.owner
        if owner is None:
            return self._by_hand if self._by_hand.line else site
        return owner.site if owner.site.line else owner.step_site

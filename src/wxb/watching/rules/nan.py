"""nan: the data or the first operation that made a NaN or an infinity.

    the loss is not finite, parameters are      data first (a variable of the user's that holds NaN), then the operation
    the loss is finite, its gradient is not     the node whose incoming gradient is finite and whose outgoing is not
    parameters are not finite                   it happened at an earlier step; geometric growth is `overflow`, not this

−inf in an attention mask is not a fault: nothing is said unless the loss or a gradient is not finite.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from wxb.i18n import _, _n
from wxb.numbers import readable
from wxb.watching import graph, hooks, sources
from wxb.watching.events import Backward, Rule, TorchCall
from wxb.watching.finding import Finding, Site
from wxb.watching.known import all_finite
from wxb.watching.rules.not_finite import (
    LARGEST,
    Lines,
    Made,
    holds_bad,
    kept,
    mask_like,
    no_rows,
    remedy,
    sequence,
    spread,
    thrown_far,
)
from wxb.watching.rules.overflow import growth, plunge
from wxb.watching.rules.rate_leap import leap_of

FILLS = ("full", "fill", "where", "masked", "empty", "new_", "zeros", "ones", "rand", "tensor", "_like", "neg")
RISKY = ("Sqrt", "Rsqrt", "Norm", "LinalgVectorNorm", "Log", "Acos", "Asin", "Atan2", "Pow", "Where", "Cdist", "Std",
         "Exp", "Div", "Xlogy", "Reciprocal", "Acosh", "Atanh")  # fmt: skip


class NotANumber(Rule):
    name = "nan"

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._made: list[Made] = []
        self._sites: dict[Any, Site] = {}
        self._lines: dict[str, list[Site]] = {}
        self._named = Lines()
        self._finding: Finding | None = None
        self._last_site: Site | None = None
        self._emptied: tuple[Site, str] | None = None  # where something of 0 rows was made, and of what
        self._blamed = False

    @classmethod
    def hears(cls, name: str) -> bool:
        return not ("__" in name and name.endswith("et__"))

    def operation(self, operation: TorchCall) -> None:
        torch = self.run.torch
        outs = operation.out if isinstance(operation.out, tuple | list) else (operation.out,)
        if self._finding is not None:
            return
        for out in outs:
            if not isinstance(out, torch.Tensor) or not out.is_floating_point():
                continue
            if out.numel() == 0 and self._emptied is None and getattr(operation.args[0], "shape", None):
                self._emptied = (sources.site_of(operation.frame), str(tuple(operation.args[0].shape)))
            node = out.grad_fn
            if node is not None:
                self._sites.setdefault(node, sources.site_of(operation.frame))
            if self.run.plain(out) and 0 < out.numel() <= LARGEST and not all_finite(out, torch):
                self._remember(operation, out)

    def _remember(self, operation: TorchCall, out: Any) -> None:
        torch, fed, data = self.run.torch, "", None
        tensors = [o for o in operation.operands if isinstance(o, torch.Tensor) and self.run.plain(o)]
        if not tensors or len(self._made) > 100:
            return
        for operand in tensors:
            if operand is not out and operand.is_floating_point() and not bool(torch.isfinite(operand).all()):
                fed = "nan" if bool(operand.isnan().any()) else fed or "inf"
                if not operand.requires_grad and operand.numel() > 1:
                    data = operand if data is None else data
        if not fed and any(operand.numel() == 0 for operand in tensors):
            fed = "nothing"
        site = sources.site_of(operation.frame)
        self._made.append(
            Made(
                operation.name, site, sources.line_text(site), int(out.isnan().sum()), int(out.isinf().sum()), fed, data
            )
        )

    def backward_started(self, backward: Backward) -> None:
        made, self._made = self._made, []
        emptied, self._emptied = self._emptied, None
        sites, self._sites = self._sites, {}
        if backward.window and sites:
            self._lines = self._named.of(backward, sites)
        if self._finding is None and not self._blamed and backward.value is not None:
            if not math.isfinite(backward.value):
                self._finding = self._no_rows(backward, made, emptied) or self._bad_loss(backward, made, sites)
                self._blamed = True
            elif backward.window and backward.index < 10 and backward.backward:
                self._finding = self._bad_gradient(backward, sites)
            self._finding = self._finding and replace(
                self._finding, call=self.run.curves[backward.site].count - 1, step=self.run.steps
            )
        self._last_site = backward.site

    # ---- the loss is not finite

    def _no_rows(self, backward: Backward, made: list[Made], emptied: tuple[Site, str] | None) -> Finding | None:
        """A mean over 0 rows is 0/0."""
        if made and next((one.fed for one in made if one.nans), "") != "nothing":
            return None
        empty = [(name, value) for frame in sources.user_frames(backward.frame) for name, value in
                 sources.variables(frame) if isinstance(value, self.run.torch.Tensor) and value.numel() == 0]  # fmt: skip
        if not made and not empty:
            return None
        name, shape = (empty[0][0], str(tuple(empty[0][1].shape))) if empty else ("", "")
        return no_rows(self.name, backward, name, shape, emptied)

    def _bad_loss(self, backward: Backward, made: list[Made], sites: dict[Any, Site]) -> Finding | None:
        curve = self.run.curves[backward.site]
        turned = graph.negated_cost(backward.loss.grad_fn) and plunge(curve) is not None
        if growth(curve) is not None or turned or leap_of(self.run, backward.site, curve) is not None:
            return None  # `overflow` and `learning-rate` say it better
        sick = [leaf for leaf in backward.leaves if not bool(self.run.torch.isfinite(leaf).all())]
        if sick:
            return self._parameters_were_lost(backward, sick)
        poisoned = self._data(backward, made)
        return poisoned or thrown_far(self.name, backward, self.run) or self._operation_made_it(backward, made)

    def _data(self, backward: Backward, made: list[Made]) -> Finding | None:
        torch = self.run.torch
        named = self._variables(backward)
        used = [(one.data, one.site) for one in made if one.data is not None and one.fed == "nan"]
        for data, site in used[:1]:
            name = next((name for name, value in named if value is data), "")
            whole = next(((n, v) for n, v in named if v.data_ptr() == data.data_ptr() and v is not data), None)
            if not name and whole is not None:
                name = _("a part of {whole}", whole=whole[0])
            return self._data_finding(
                name or _("a {shape} tensor without a gradient", shape=tuple(data.shape)), data, site, backward
            )
        for wanted in ("isnan", "isinf"):
            for name, value in named:
                if bool(getattr(torch, wanted)(value).any()) and not mask_like(value, torch):
                    return self._data_finding(name, value, backward.site, backward)
        return None

    def _variables(self, backward: Backward) -> list[tuple[str, Any]]:
        """The user's variables that are data: float tensors with more than one entry and no gradient."""
        torch, found = self.run.torch, []
        for frame in sources.user_frames(backward.frame):
            for name, value in sources.variables(frame):
                if not isinstance(value, torch.Tensor) or not self.run.plain(value) or value.requires_grad:
                    continue
                if value.is_floating_point() and value.numel() > 1:
                    found.append((name, value))
        return sorted(found, key=lambda pair: pair[1].numel())  # the batch before the table it was cut from

    def _data_finding(self, name: str, data: Any, site: Site, backward: Backward) -> Finding:
        torch = self.run.torch
        bad = ~torch.isfinite(data)
        kind = "NaN" if bool(data.isnan().any()) else "inf"
        where = _("{count} of its {size} entries are {kind}", count=int(bad.sum()), size=data.numel(), kind=kind)
        rows = bad.reshape(bad.shape[0], -1).any(1).nonzero().flatten().tolist()
        shown = ", ".join(map(str, rows[:5])) + (" …" if len(rows) > 5 else "")
        where += _n(", row {rows}", ", rows {rows}", len(rows), rows=shown)
        if bad.dim() == 2 and bad.shape[1] > 1:
            columns = bad.any(0).nonzero().flatten().tolist()
            shown = ", ".join(map(str, columns[:5]))
            where += _n(", column {columns}", ", columns {columns}", len(columns), columns=shown)
        return Finding(
            self.name,
            site,
            _(
                "the data: {name} {shape}: {where} (counted from 0); at backward call {index} the loss is "
                "{value}, the parameters were still finite.",
                name=name,
                shape=tuple(data.shape),
                where=where,
                index=backward.index,
                value=backward.value,
            ),
            _(
                "One such value makes the loss, then every gradient, then every parameter NaN. Nothing after "
                "it means anything."
            ),
            _(
                "drop or fill these rows before training, for example {code}.",
                code=f"keep = {kept(name, data.dim())}",
            ),
            sources.line_text(site),
        )

    def _operation_made_it(self, backward: Backward, made: list[Made]) -> Finding:
        first = next((one for one in made if one.nans and one.fed != "nan"), None)
        infinite = next(
            (one for one in made if one.infinities and not one.fed and not any(word in one.name for word in FILLS)),
            None,
        )
        first = infinite if infinite is not None and (first is None or first.fed == "inf") else first
        if first is None:
            return self._from_graph(backward)
        what = f"{first.nans} NaN" if first.nans else _("{count} infinite", count=first.infinities)
        fed = _("operands that held an infinity") if first.fed == "inf" else _("finite operands")
        return Finding(
            self.name,
            first.site,
            _(
                "{name} is the first operation with a result that is not finite: {what} entries from {fed}, "
                "at backward call {index}; the data and the parameters are finite.",
                name=first.name,
                what=what,
                fed=fed,
                index=backward.index,
            ),
            _("The loss, then every gradient and every parameter becomes NaN."),
            remedy(first.name),
            first.source,
        )

    def _from_graph(self, backward: Backward) -> Finding:
        """Late in the run no operation was recorded: the tensors the graph itself kept are looked at, in forward order."""
        order = sorted((node for node in backward.nodes if not node.name().endswith("AccumulateGrad")), key=sequence)
        seen: dict[str, int] = {}
        for node in order:
            name = node.name()
            place = seen[name] = seen.get(name, -1) + 1
            if not self.run.forbidden and holds_bad(node, self.run.torch):
                sites = self._lines.get(name, [])
                site = sites[place] if place < len(sites) else backward.site
                return self._late(backward, site, name.removesuffix("Backward0").removesuffix("Backward1").lower())
        return self._late(backward, backward.site, "")

    def _late(self, backward: Backward, site: Site, operation: str) -> Finding:
        near = (
            _("the first thing that is not finite is an operand or the result of {operation}", operation=operation)
            if operation
            else _("which operation made it cannot be told from what the graph kept")
        )
        return Finding(
            self.name,
            site,
            _(
                "at backward call {index} the loss is {value} while every parameter is finite; {near}.",
                index=backward.index,
                value=backward.value,
                near=near,
            ),
            _("Every gradient and every parameter becomes NaN."),
            remedy(operation),
            sources.line_text(site),
        )

    # ---- the parameters are not finite any more

    def _parameters_were_lost(self, backward: Backward, sick: list[Any]) -> Finding:
        names = ", ".join(self.run.name(leaf) for leaf in sick[:3])
        risky = sorted(
            {(site.line, name.split("Backward")[0].lower()) for name, sites in self._lines.items() for site in sites
             if name.startswith(RISKY[:10])}
        )  # fmt: skip
        suspects = ", ".join(_("{name} at line {line}", name=name, line=line) for line, name in risky[:4])
        return Finding(
            self.name,
            backward.site,
            _n(
                "at backward call {index} {names} is not finite, though the loss before was: the gradient of the step "
                "before was not finite, or that step was too large",
                "at backward call {index} {names} are not finite, though the loss before was: the gradient of the step "
                "before was not finite, or that step was too large",
                len(sick),
                index=backward.index,
                names=names,
            )
            + (_("; operations whose derivative can be infinite: {suspects}", suspects=suspects) if suspects else "")
            + ".",
            _("Nothing after it means anything."),
            _(
                "keep arguments of sqrt, norm, log and division away from 0 (add a small number inside), or "
                "lower the rate."
            ),
            sources.line_text(backward.site),
        )

    # ---- the loss is finite, its gradient is not

    def _bad_gradient(self, backward: Backward, sites: dict[Any, Site]) -> Finding | None:
        torch = self.run.torch
        names = {node.name() for node in backward.nodes}
        if not any(name.startswith(RISKY) for name in names) or not backward.leaves or self.run.forbidden:
            return None
        if graph.why_not_twice(backward.nodes, torch) or not all(self.run.plain(leaf) for leaf in backward.leaves):
            return None
        if any(not getattr(h, "wxb", False) for leaf in backward.leaves for h in (leaf._backward_hooks or {}).values()):
            return None
        grad = hooks.unwatched_grad()
        try:
            gradients = grad(backward.loss, backward.leaves, retain_graph=True, allow_unused=True)
        except RuntimeError:
            return None  # a broken graph: the user's own backward says so
        if all(g is None or all_finite(g, torch) for g in gradients):
            return None
        return self._locate_gradient(backward, sites)

    def _locate_gradient(self, backward: Backward, sites: dict[Any, Site]) -> Finding | None:
        torch, grad = self.run.torch, hooks.unwatched_grad()
        nodes = [node for node in backward.nodes if node is not backward.loss.grad_fn]
        edges = [torch.autograd.graph.GradientEdge(node, 0) for node in nodes]
        arrived = grad(backward.loss, edges, retain_graph=True, allow_unused=True)
        finite = {node: g is None or bool(torch.isfinite(g).all()) for node, g in zip(nodes, arrived)}
        finite[backward.loss.grad_fn] = True
        places = spread(backward, sites)
        for node in backward.nodes:
            after = [parent for parent, __ in node.next_functions if parent is not None]
            if finite.get(node, True) and any(not finite.get(parent, True) for parent in after):
                site = places.get(node, backward.site)
                operation = node.name().removesuffix("Backward0").removesuffix("Backward1").lower()
                return Finding(
                    self.name,
                    site,
                    _(
                        "the loss is finite ({value}), but the derivative of {operation} is not: the gradient that "
                        "enters it is finite, the one that leaves it is not (backward call {index}).",
                        value=readable(backward.value or 0.0, 6),
                        operation=operation,
                        index=backward.index,
                    ),
                    _(
                        "The next step makes every parameter before it NaN; torch.where does not protect, 0 × inf is "
                        "NaN."
                    ),
                    remedy(operation),
                    sources.line_text(site),
                )
        return None

    def findings(self) -> list[Finding]:
        return [self._finding] if self._finding is not None else []

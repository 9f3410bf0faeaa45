"""graph-leak: losses are kept with the graphs that made them, and memory grows with every step.

    total += loss              total holds the graph of every loss since its beginning
    losses.append(loss)        so does the list

A sum is a leak when it links losses of different steps and is itself never differentiated, also when it begins anew with every
epoch; a list (dict, deque without an end), a variable's or an object's, when it grows by tensors whose graphs have been
differentiated already. Lists that are emptied, sums that backward() is
called on and what waits for a later backward() (log-probabilities of an episode) are left alone.
"""

from __future__ import annotations

import ast
import weakref
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType, FunctionType
from typing import Any

from wxb.i18n import _
from wxb.numbers import in_words
from wxb.watching import graph, sources
from wxb.watching.events import Backward, Rule, TorchCall
from wxb.watching.finding import Finding, Site

SUMS = frozenset(("add", "add_", "__add__", "__iadd__", "__radd__"))
LINKS = 4
NEAR = 3  # how many nodes may lie between a sum and the one before it in `mean = 0.9 * mean + 0.1 * loss`
KEPT = 1 << 30
GROWS = frozenset(("append", "extend", "insert", "appendleft", "setdefault", "add"))


@dataclass(slots=True)
class Chain:
    """A sum that goes on over steps.   nodes : of its graph after the first link and now"""

    last: Any
    backwards: int
    links: int = 0
    first_nodes: int = 0
    nodes: int = 0


@dataclass(slots=True)
class Growth:
    """A container of tensors that was seen at every backward call.   times : calls before which it had grown by spent ones

    One that was emptied or shortened since, or begun anew, has an end: `times` is negative for good.
    file : of the class whose object holds it, "" for a variable
    """

    site: Site
    file: str = ""
    length: int = 0
    last: int = 0  # the identity of its last member
    times: int = 0


class GraphLeak(Rule):
    name = "graph-leak"
    operations = SUMS

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._chains: dict[Site, Chain | None] = {}  # None: differentiated, and no leak
        self._ended: dict[Site, Chain] = {}  # leaks that went on to an end, as that of an epoch
        self._growths: dict[tuple[Any, str], Growth] = {}
        self._losses: set[int] = set()  # the numbers of the nodes that were differentiated

    # ---- sums

    def operation(self, operation: TorchCall) -> None:
        out = operation.out
        if operation.name not in SUMS or not operation.grad_enabled or operation.frame is None:
            return
        if not isinstance(out, self.run.torch.Tensor) or not out.requires_grad or out.numel() != 1:
            return
        site = sources.site_of(operation.frame)
        chain = self._chains.get(site)
        if chain is None:
            if site not in self._chains:
                self._chains[site] = Chain(weakref.ref(out), self.run.backwards)
            return
        before = chain.last()
        if before is None or (before is not out and before.grad_fn._sequence_nr() not in _numbers(out.grad_fn)):
            if chain.links >= LINKS:
                self._ended.setdefault(site, chain)
            self._chains[site] = Chain(weakref.ref(out), self.run.backwards)
            return
        chain.last = weakref.ref(out)
        if self.run.backwards > chain.backwards:
            chain.backwards = self.run.backwards
            chain.links += 1
            self.run.keep(operation.frame)
            chain.nodes = sum(1 for __ in graph.walk(out.grad_fn))
            chain.first_nodes = chain.first_nodes or chain.nodes

    def backward_started(self, backward: Backward) -> None:
        if not backward.window:
            return
        nodes = set(backward.nodes)
        for site, chain in self._chains.items():
            last = chain.last() if chain is not None else None
            if last is not None and last.grad_fn in nodes:
                self._chains[site] = None
        if backward.frame is not None and backward.backward:
            self._look_for_lists(backward, nodes)
        if backward.loss.grad_fn is not None:
            self._losses.add(backward.loss.grad_fn._sequence_nr())

    # ---- lists

    def _look_for_lists(self, backward: Backward, nodes: set[Any]) -> None:
        for frame in sources.user_frames(backward.frame):
            for name, container, file in _containers(frame, self.run.torch):
                items = list(container.values()) if type(container) is dict else list(container)
                if items and isinstance(items[-1], self.run.torch.Tensor) and items[-1].grad_fn is not None:
                    known = self._growths.setdefault((frame.f_code, name), Growth(sources.site_of(frame), file))
                    self._grown(known, items, nodes)

    def _grown(self, known: Growth, items: list[Any], nodes: set[Any]) -> None:
        new = items[known.length :]
        if len(items) < known.length or (not new and id(items[-1]) != known.last):
            known.times = -KEPT
        elif new:
            spent = len(new) <= 2 and all(self._spent(item, nodes) for item in new)
            known.times = known.times + 1 if spent or known.times < 0 else 0
        known.length, known.last = len(items), id(items[-1])

    def _spent(self, item: Any, nodes: set[Any]) -> bool:
        """Whether a tensor belongs to a loss that is, or lately was, differentiated."""
        if not isinstance(item, self.run.torch.Tensor) or item.grad_fn is None:
            return False
        return item.grad_fn in nodes or not self._losses.isdisjoint(_numbers(item.grad_fn))

    # ---- what is said

    def suspects(self) -> bool:
        sums = any(chain is not None and 0 < chain.links < LINKS for chain in self._chains.values())
        return sums or any(0 < growth.times < LINKS for growth in self._growths.values())

    def findings(self) -> list[Finding]:
        found = [
            self._of_sum(site, chain)
            for site, last in self._chains.items()
            if last is not None and (chain := self._ended.get(site, last)).links >= LINKS
        ]
        lists = {_grows_at(growth.site, name, growth.file): (name, growth)
                 for (__, name), growth in self._growths.items() if growth.times >= LINKS}  # fmt: skip
        return found + [self._of_list(site, *one) for site, one in lists.items()]

    def _of_sum(self, site: Site, chain: Chain) -> Finding:
        evidence = _(
            "this sum holds the graph of every loss that went into it: {nodes} nodes after {links} steps, {each} more "
            "with each",
            nodes=in_words(chain.nodes),
            links=chain.links + 1,
            each=in_words(round((chain.nodes - chain.first_nodes) / max(1, chain.links - 1))),
        )
        effect = _effect()
        if site in self._ended:
            effect = _(
                "Nothing of these graphs is freed while the sum goes on: memory grows with every step until it ends."
            )
        return Finding(self.name, site, evidence + ".", effect, _("add a number: loss.item() (or loss.detach())."))

    def _of_list(self, site: Site, name: str, growth: Growth) -> Finding:
        evidence = _(
            "{name} grows with every step by a tensor that holds its graph: {count} of them at the last look",
            name=name,
            count=in_words(growth.length),
        )
        return Finding(self.name, site, evidence + ".", _effect(), _("keep a number: loss.item() (or loss.detach())."))


def _effect() -> str:
    return _("Nothing of these graphs is freed: memory grows with every step, until there is no more.")


def _numbers(node: Any) -> set[int]:
    """The sequence numbers of a node and of those up to three below it; autograd gives none twice in a thread."""
    layer, found = [node], set()
    for __ in range(NEAR + 1):
        found.update(one._sequence_nr() for one in layer)
        layer = [parent for one in layer for parent, __ in one.next_functions if parent is not None]
    return found


def _containers(frame: FrameType, torch: Any) -> Iterator[tuple[str, Any, str]]:
    """The lists, dicts and endless deques among a frame's variables, in dicts and in the user's objects, and their class's file."""
    for name, value in sources.variables(frame):
        file = _file_of(type(value)) if hasattr(value, "__dict__") else ""
        if file or name == "self" or isinstance(value, torch.nn.Module):
            inner = [(f"{name}.{key}", member) for key, member in tuple(getattr(value, "__dict__", {}).items())]
        elif type(value) is dict and not name.startswith("__"):
            inner = [(name, value), *((f"{name}[{key!r}]", member) for key, member in tuple(value.items())[:32])]
        else:
            inner = [(name, value)]
        for path, member in inner:
            if type(member) in (list, dict) or (type(member) is deque and member.maxlen is None):
                yield path, member, file


def _file_of(kind: type) -> str:
    """The user's file that a class is written in, "" for a class of others."""
    for member in vars(kind).values():
        if isinstance(member, FunctionType):
            file = member.__code__.co_filename
            return file if sources.whose(file) == sources.USER else ""
    return ""


def _grows_at(near: Site, name: str, file: str) -> Site:
    """The line nearest to `near` that puts something into the container of this name; of an object, by any name of the object."""
    attribute = name.rpartition(".")[2]
    tree = sources._tree(file or near.file)
    lines, others = [near.line] if tree is None else [], []
    for node in ast.walk(tree) if tree is not None else ():
        into: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GROWS:
            into = node.func.value
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            into = node.value
        elif isinstance(node, ast.AugAssign):
            into = node.target
        if into is None:
            continue
        if ast.unparse(into) == name:
            lines.append(node.lineno)  # pyright: ignore[reportAttributeAccessIssue]
        elif file and isinstance(into, ast.Attribute) and into.attr == attribute:
            others.append(node.lineno)  # pyright: ignore[reportAttributeAccessIssue]
    place = min(lines or others, key=lambda line: abs(line - near.line), default=0)
    return Site(file or near.file, place) if place else near

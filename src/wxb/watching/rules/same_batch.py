"""same-batch: a loader that never advances, `next(iter(loader))` in the loop.

Each such call makes a new iterator, and without shuffling each begins with the same rows. Said where one line has drawn six
batches and more that are equal entry by entry, each the first and only one of its iterator, and a loss was computed from them.
One batch drawn once (to see whether a model can learn it) is no loop; a `for` that breaks after its first batch says so itself.
"""

from __future__ import annotations

import ast
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

from wxb.i18n import _
from wxb.numbers import in_words
from wxb.watching import hooks, sources
from wxb.watching.events import Rule, TorchCall
from wxb.watching.finding import Finding, Site

LEAST, COMPARED = 6, 12
ENTRIES = 1_000_000


@dataclass(slots=True)
class Draws:
    """The first batches that one line drew.   rows, of : in a batch, and in all (0 where that is not known)"""

    first: Any
    rows: int
    of: int
    count: int = 1
    same: bool = True
    used: bool = False


class SameBatch(Rule):
    name = "same-batch"

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._draws: dict[Site, Draws] = {}
        self._fresh: dict[int, tuple[Any, Draws]] = {}  # tensors of the batches drawn last, and what was made of them
        self._iterator: tuple[int, Site] | None = None  # the last that gave its first batch

    def batch_drawn(self, iterator: Any, batch: Any, frame: FrameType) -> None:
        if iterator._num_yielded == 2:
            known = self._draws.get(self._iterator[1]) if self._iterator else None
            if known is not None and self._iterator and self._iterator[0] == id(iterator):
                known.same = False
            return
        tensors = list(_tensors(batch, self.run.torch))
        user = sources.user_frame(frame)
        if not tensors or user is None or sources.whose(user.f_code.co_filename) != sources.USER:
            return
        site = sources.site_of(user)
        self._iterator = (id(iterator), site)
        draws = self._draws.get(site)
        if draws is None:
            draws = self._draws[site] = Draws(None, len(tensors[0]) if tensors[0].dim() else 1, _length(iterator))
            draws.same = draws.of > draws.rows and tensors[0].numel() <= ENTRIES and not _in_head_of_for(site)
            draws.first = tensors[0].detach().clone() if draws.same else None
        elif draws.same:
            draws.count += 1
            self.notice(site)
            if draws.count == LEAST - 1 and not draws.used and not self.run.window:
                self.run.alarm()  # what is computed from it was never looked at
            if draws.count <= COMPARED:
                with hooks.unseen(self.run.torch):
                    draws.same = self.run.torch.equal(tensors[0], draws.first)
        self._fresh = {id(tensor): (weakref.ref(tensor), draws) for tensor in tensors} if draws.same else {}

    def operation(self, operation: TorchCall) -> None:
        if not self._fresh or not isinstance(operation.out, self.run.torch.Tensor):
            return
        for operand in operation.operands:
            reference, draws = self._fresh.get(id(operand), (None, None))
            if draws is not None and reference is not None and reference() is operand:
                if operation.out.requires_grad:
                    draws.used = True
                    self._fresh = {}
                else:
                    self._fresh[id(operation.out)] = (weakref.ref(operation.out), draws)
                return

    def findings(self) -> list[Finding]:
        self._fresh = {}
        draws, self._draws = self._draws, {}
        return [
            self._finding(site, one)
            for site, one in draws.items()
            if one.same and one.used and LEAST <= one.count <= self.run.backwards + 1
        ]

    def _finding(self, site: Site, found: Draws) -> Finding:
        evidence = _(
            "{count} batches were drawn here, each by an iterator of its own that gave no other: the same {rows} of {of} rows "
            "every time.",
            count=in_words(found.count),
            rows=in_words(found.rows),
            of=in_words(found.of),
        )
        effect = _("The model learns one batch by heart and never sees the other rows.")
        fix = _("for batch in loader: …, or one iterator before the loop and next(iterator) in it.")
        return Finding(self.name, site, evidence, effect, fix)


def _tensors(batch: Any, torch: Any) -> Iterator[Any]:
    """The tensors of a batch, however it is put together."""
    if isinstance(batch, torch.Tensor):
        yield batch
    elif isinstance(batch, dict):
        for member in batch.values():
            yield from _tensors(member, torch)
    elif isinstance(batch, list | tuple):
        for member in batch:
            yield from _tensors(member, torch)


def _length(iterator: Any) -> int:
    """The rows of the data behind an iterator, 0 where it does not say."""
    try:
        return len(iterator._dataset)
    except (AttributeError, TypeError, NotImplementedError):
        return 0


def _in_head_of_for(site: Site) -> bool:
    """Whether a line is the head of a loop over the loader."""
    tree = sources._tree(site.file)
    return tree is None or any(
        isinstance(node, ast.For) and node.lineno <= site.line <= (node.iter.end_lineno or node.lineno)
        for node in ast.walk(tree)
    )

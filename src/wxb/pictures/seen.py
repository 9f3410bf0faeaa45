"""What pictures ask of rows, and the one pass that answers all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from wxb._typing import Marks
from wxb.data.block import Block
from wxb.data.remarks import warn_without_order
from wxb.data.table import Scan
from wxb.diagnostics.diagnose import refuse_no_minimum
from wxb.diagnostics.looking import OF_ROWS, Along, looking, only
from wxb.errors import DataError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.numbers import counted, thousands
from wxb.passes import each
from wxb.passes.again import Beside
from wxb.passes.binned import Binned, Cloud, Look, Pair, Shown
from wxb.passes.by_share import held_out_of

TEST = "/test"  # after the name of a cloud: that of the rows held out


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """pairs : of the clouds, by the name of the kind        along : the column that they go along

    ranks, largest : of what, and how many (`wxb.passes.binned`)
    """

    pairs: Mapping[str, Pair] = field(default_factory=dict[str, Pair])
    along: Along | None = None
    ranks: tuple[str, ...] = ()
    largest: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def names(self) -> set[str]:
        pairs = {name for pair in self.pairs.values() for name in pair.names}
        return pairs | {*self.ranks, *self.largest}

    def __or__(self, other: Wanted) -> Wanted:
        return Wanted(
            pairs={**self.pairs, **other.pairs},
            along=other.along or self.along,
            ranks=tuple(dict.fromkeys((*self.ranks, *other.ranks))),
            largest={**self.largest, **other.largest},
        )


def see(model: Fitted, scan: Scan, wanted: Wanted, threads: int | None = None) -> Shown:
    """What the rows of a scan show, in one pass; DataError where these are not the rows of the fit and have to be."""
    of_fit = bool(wanted.names & OF_ROWS)
    if of_fit:
        refuse_no_minimum(model)
    read, look = looking(model, scan, wanted.names, wanted.along)
    out = held_out_of(model.question.shares)
    more: Any = {"ranks": wanted.ranks, "largest": dict(wanted.largest)}
    statistics = [Binned(only(look, out), wanted.pairs, **more)]
    if out is not None:
        pairs = {name + TEST: pair for name, pair in wanted.pairs.items() if not pair.names & OF_ROWS}
        statistics.append(Binned(only(look, out, held_out=True), pairs))
    shown = joined(each(read, statistics, threads=threads).results)
    if of_fit:
        _refuse_other_rows(model, shown.clouds, scan.source)
    if wanted.largest and not scan.ordered:
        warn_without_order()
    return shown if scan.ordered else _without_numbers(shown)


def _without_numbers(shown: Shown) -> Shown:
    """Of rows that have no order: their numbers in a table of the points would be those of one reading."""
    none = np.empty(0, dtype=np.int64)
    return replace(shown, clouds={name: replace(cloud, numbers=none) for name, cloud in shown.clouds.items()})


def beside_fit(kinds: Sequence[str]) -> Beside | None:
    """What the pass of the fit makes for pictures that show no more than its columns; None for others.

    Results are () where the line has other terms than one: then the rows are put on it, when it is there.
    """
    if not kinds or {*kinds} != {"line"}:
        return None

    def statistics(scan: Scan, held_out: Callable[[Block], Marks] | None) -> list[Binned]:
        if len(scan.terms) != 1:
            return []
        pairs = {"line": Pair("x", "y")}
        found = [Binned(only(_columns, held_out), pairs)]
        if held_out is not None:
            found.append(Binned(only(_columns, held_out, held_out=True), {"line" + TEST: pairs["line"]}))
        return found

    return Beside(statistics)


def _columns(block: Block) -> list[Look]:
    assert block.target is not None
    x, y = (np.ascontiguousarray(one.values) for one in (block.features[0], block.target))
    return [Look(block, {"x": x, "y": y})]


def joined(found: Sequence[Shown]) -> Shown:
    """What was seen of the rows of the fit, and of those held out."""
    first, *others = found
    clouds = dict(first.clouds) | {name: cloud for one in others for name, cloud in one.clouds.items()}
    return Shown(clouds=clouds, ranks=first.ranks, largest=first.largest, beside=first.beside)


def _refuse_other_rows(model: Fitted, clouds: Mapping[str, Cloud], source: str) -> None:
    """Leverage is of the rows of the fit; their number is the least that tells others."""
    for cloud in clouds.values():
        if cloud.n > model.n:
            raise DataError(
                _(
                    "{source} has {rows}, and the model was fitted to {n}",
                    source=source,
                    rows=counted(cloud.n, "row"),
                    n=thousands(model.n),
                ),
                _("give the data of the fit, read as they were"),
            )

"""How the line of each group varies: to the bit as if its rows were all there are, from one more pass for all groups.

Each group's covariance says what it asks of its rows (`wxb.covariance.covary.covarying`); what all ask is read together. A group
in which the errors asked for are not defined (one cluster, a row of leverage 1) has no model, as its own fit has none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from math import inf
from typing import Any, Self

from wxb._typing import Marks
from wxb.covariance.covariance import Covariance
from wxb.covariance.covary import OF_MOMENTS, by_clusters, covarying
from wxb.covariance.errors import Errors
from wxb.covariance.rows import Asks, refuse_without_rows
from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.errors import WxbError
from wxb.estimate import Estimate
from wxb.moments.tally import Tally
from wxb.passes.again import RowPasses
from wxb.passes.apart import Apart, Before, RowsBefore, rows_of
from wxb.passes.by_share import held_out_of
from wxb.passes.labels import Label
from wxb.passes.moment_tally import MOST_ROWS
from wxb.passes.statistic import Statistic
from wxb.question import Question


def along(
    errors: Errors | None, passes: RowPasses, question: Question, label: Label, skip: int
) -> list[Statistic[Any]]:
    """What is made of all rows in the first pass, as in that of a single fit (`covary.needed`): moments by group and cluster.

    skip : labels of a block that are those of groups
    """
    if errors is None:
        return []
    left_out = held_out_of(question.shares)
    before = [] if passes.scan.runner is None else [RowsBefore(label, left_out)]
    if not errors.labels or passes.design is not None:
        refuse_without_rows(str(errors), passes)
        return [*before]
    moments = by_clusters(errors.labels, passes.scan, left_out, plenty=True, within=skip)
    return [moments, Written(label, left_out), *before]


def by_group(errors: Errors, brought: Sequence[Any], rereadable: bool, skip: int) -> dict[Hashable, Tally]:
    """The moments by cluster of each group, for which a fit of its own would take those of the first pass too."""
    if len(brought) < 2 or not brought[0].width:
        return {}
    tally, written, *__ = brought
    most = MOST_ROWS if rereadable and errors.kind not in OF_MOMENTS else inf
    parts = ((name if skip > 1 else name[0], part) for name, part in tally.split(skip).items())
    return {name: part for name, part in parts if written[name] <= most}


class Written(Statistic[dict[Hashable, int]]):
    """How many rows each group has as they are written, whatever they count.  left_out : marks rows that are not looked at"""

    def __init__(self, label: Label, left_out: Callable[[Block], Marks] | None) -> None:
        self.label, self.left_out = label, left_out
        self.rows: Counter[Hashable] = Counter()

    def new(self) -> Self:
        return type(self)(self.label, self.left_out)

    def add(self, block: Block) -> None:
        self.rows.update(rows_of(self.label, self.left_out, block))

    def absorb(self, other: Self) -> None:
        self.rows.update(other.rows)

    def result(self, scan: Scan) -> dict[Hashable, int]:
        return self.rows


def alone(passes: RowPasses) -> RowPasses:
    """The passes as those of a group see them: all rows that come are its own."""
    own = copy(passes)
    own.scan, own.held_out = replace(passes.scan, roles=replace(passes.scan.roles, by=())), None
    return own


def vary(
    errors: Errors,
    estimates: Mapping[Hashable, Estimate],
    brought: Mapping[Hashable, Tally],
    passes: RowPasses,
    question: Question,
    label: Label,
    skip: int,
    before: Before | None,
) -> dict[Hashable, Covariance | WxbError]:
    """How the line of each group varies, or why that cannot be told.

    brought : what the first pass made along, by group        before : rows of groups before each part, of rows read elsewhere
    """
    own, seed = alone(passes), question.shares.seed
    asks = {name: covarying(errors, one, own, brought.get(name), seed=seed) for name, one in estimates.items()}
    answers: Mapping[Hashable, Any] = dict.fromkeys(asks)
    found: dict[Hashable, Covariance | WxbError] = {}
    while answers:
        wanted: dict[Hashable, Sequence[Statistic[Any]]] = {}
        for name, answer in answers.items():
            try:
                wanted[name] = _next(asks[name], answer)
            except StopIteration as end:
                found[name] = end.value
            except WxbError as error:
                found[name] = error
        held_out = held_out_of(question.shares)
        apart = Apart(label, wanted, skip=skip, left_out=held_out, before=before)
        [answers] = passes.each([apart], raw=True) if wanted else [{}]
    return found


def _next(asks: Asks[Covariance], answer: Any) -> Sequence[Statistic[Any]]:
    """What is asked for after an answer, None at the beginning."""
    return asks.throw(answer) if isinstance(answer, WxbError) else asks.send(answer)

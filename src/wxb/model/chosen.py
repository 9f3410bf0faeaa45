"""What was read for all terms, as it would have been read for those that were chosen: the model of these is like any other."""

from __future__ import annotations

from typing import Any

from wxb.design import Design
from wxb.design.narrowed import columns_in, gathered_for, narrowed
from wxb.estimate import Estimate
from wxb.moments.gathered import SharesGathered


def of_chosen(estimate: Estimate, read: dict[str, Any]) -> dict[str, Any]:
    """The fields of a `Fitted` that say what was read, for the terms of the estimate alone."""
    whole: Design = read["design"]
    if whole.layout.terms == estimate.layout.terms:
        return {}
    part, sums = narrowed(whole, estimate.layout.terms), read.get("gathered")
    ranges, columns = read.get("column_ranges"), columns_in(part, whole)
    found: dict[str, Any] = {"column_ranges": None if ranges is None else tuple(ranges[place] for place in columns)}
    if sums is None:
        return found | {"design": part}
    kept = SharesGathered(
        train=gathered_for(part, whole, sums.train),
        test=None if sums.test is None else gathered_for(part, whole, sums.test),
    )
    return found | {"design": part.closed(kept.whole), "gathered": kept}

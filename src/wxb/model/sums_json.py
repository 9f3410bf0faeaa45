"""The sums of a design as JSON: moments of its raw columns, and a tally for each set of labels, in the order of `joints_of`.

Sums under the label of one row are that row. What would tell rows is not written unless it is asked for (`keep="labels"`). A cell
tells rows when it has no more of them than columns u whose products u·z with all others it sums: r such sums tell r rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wxb.design import Design
from wxb.design.joints import joints_of
from wxb.fields import Reader
from wxb.i18n import _
from wxb.moments.as_json import moments_from_json, moments_to_json
from wxb.moments.gathered import Gathered
from wxb.moments.tally_json import tally_from_json, tally_to_json


def gathered_to_json(gathered: Gathered) -> dict[str, Any]:
    """A JSON object: equal sums give equal ones."""
    return {
        "columns": moments_to_json(gathered.plain),
        "tallies": [{"labels": list(joint), **tally_to_json(tally)} for joint, tally in gathered.tallies.items()],
    }


def gathered_from_json(reader: Reader, design: Design) -> Gathered:
    """The sums back, held against the design and against each other."""
    plain = moments_from_json(reader.object("columns"))
    names = tuple(one.name for one in design.columns)
    if (plain.terms, plain.target) != (names, design.target.name):
        raise reader.get("columns").fail(_("are not those of the design"))
    found, joints = {}, joints_of(design)
    tallies = reader.items("tallies")
    if len(tallies) != len(joints):
        raise reader.get("tallies").fail(_("must be {count}, one for each set of labels", count=len(joints)))
    for (joint, pairs), one in zip(joints.items(), tallies):
        if one.texts("labels") != joint:
            raise one.get("labels").fail(_("must be {joint}", joint=", ".join(joint)))
        tally = tally_from_json(one)
        if (len(tally.axes), tally.width) != (len(joint), len(pairs)) and len(tally):
            raise one.fail(_("must have {count} labels and {columns} columns", count=len(joint), columns=len(pairs)))
        total = [sum(tally.exact(cell, column) for cell in range(len(tally))) for column in range(len(pairs))]
        if int(np.sum(tally.rows)) != plain.rows or total != [plain.exact(u, v) for u, v in pairs]:
            raise one.fail(_("does not add up to the sums of all rows"))
        found[joint] = tally
    reader.done()
    return Gathered(plain=plain, tallies=found)


def tells_rows(design: Design, shares: Sequence[Gathered]) -> bool:
    """Whether some cell of some share has so few rows that its sums tell them."""
    last = len(design.columns) + 1
    for joint, pairs in joints_of(design).items():
        most = sum(v == last for __, v in pairs)  # the raw columns whose products with all others are summed
        if most and any((part.tallies[joint].rows <= most).any() for part in shares):
            return True
    return False

"""Tallies as JSON: levels as they are, codes of the cells, and each sum as those of moments, "-1a3fp-112" = −0x1a3f · 2^−112."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from wxb.fields import Reader
from wxb.i18n import _
from wxb.moments.as_json import cells, sum_from_text, sum_to_text
from wxb.moments.digits import Digits
from wxb.moments.tally import Tally


def tally_to_json(tally: Tally) -> dict[str, Any]:
    """A JSON object of the tally: equal tallies give equal ones."""
    columns = [tally.integers(column) for column in range(tally.width)]
    return {
        "axes": [list(axis) for axis in tally.axes],
        "codes": tally.codes.tolist(),
        "rows": tally.rows.tolist(),
        "sums": [[sum_to_text(number, unit) for number in numbers] for numbers, unit in columns],
    }


def tally_from_json(reader: Reader) -> Tally:
    """The tally in a JSON object, checked field by field."""
    axes = [[_level(level) for level in cells(axis)] for axis in reader.items("axes")]
    codes = [[code.value(int) for code in cells(row)] for row in reader.items("codes")]
    rows = [cell.value(int) for cell in reader.items("rows")]
    if (
        len(codes) != len(rows)
        or any(len(row) != len(axes) for row in codes)
        or not all(1 <= count < 2**63 for count in rows)
    ):
        raise reader.get("rows").fail(
            _("must be {count} numbers of rows, of {count2} codes each", count=len(codes), count2=len(axes))
        )
    if any(not 0 <= code < len(axis) for row in codes for code, axis in zip(row, axes)):
        raise reader.get("codes").fail(_("names a level that is not there"))
    if any(len(set(axis)) < len(axis) for axis in axes) or len(set(map(tuple, codes))) < len(codes):
        raise reader.get("codes").fail(_("names a level or a cell twice"))
    columns = [[sum_from_text(cell) for cell in cells(column)] for column in reader.items("sums")]
    if any(len(column) != len(rows) for column in columns):
        raise reader.get("sums").fail(_("must hold {count} sums of each column", count=len(rows)))
    reader.done()
    sums = Digits(len(columns))
    sums.grow(len(rows))
    for place, column in enumerate(columns):
        for cell, (number, unit) in enumerate(column):
            if number:
                sums.add_fraction(cell, place, Fraction(number) * Fraction(2) ** unit)
    return Tally.ordered(
        axes, np.array(codes, dtype=np.int64).reshape(len(rows), len(axes)), np.array(rows, dtype=np.int64), sums
    )


def _level(cell: Reader) -> Any:
    if not isinstance(cell.content, bool | int | float | str):
        raise cell.fail(_("must be a text, a number, true or false"))
    return cell.content

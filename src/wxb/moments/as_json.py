"""Moments as JSON: each sum an integer times a power of two, "-1a3fp-112" = −0x1a3f · 2^−112, the lower triangle row by row.

`bits` are those of the numbers of each column, null where they are exact by type (a file of version 1 has `integral` marks).
The text of a sum is canonical (odd integer), so equal moments give equal files whatever chunks they came from.
"""

from __future__ import annotations

import re
from math import isfinite, log2
from typing import Any

from wxb.fields import Reader
from wxb.i18n import _, _n
from wxb.moments.exact import Moments
from wxb.moments.ledger import Ledger
from wxb.moments.log_weights import MOST
from wxb.moments.noise import Noise

MOST_BITS = 256
MOST_SIZE = 3300  # products of three doubles, however many are summed, stay within 2^±3300
_SUM = re.compile(r"(-?)([0-9a-f]{1,1650})p([+-][0-9]{1,4})", re.ASCII)


def moments_to_json(moments: Moments) -> dict[str, Any]:
    """A JSON object of the moments."""
    ledger = moments.ledger
    sums, exponents = ledger.integers, ledger.exponents
    content: dict[str, Any] = {
        "terms": list(moments.terms),
        "target": moments.target,
        "rows": moments.rows,
        "weighted": moments.weighted,
        "precision": moments.precision,
        "bits": [None if unit == 0 else round(-log2(unit)) for unit in moments.rounding],
        "sums": [
            [sum_to_text(value, mine + other) for value, other in zip(row[: i + 1], exponents)]
            for i, (row, mine) in enumerate(zip(sums, exponents))
        ],
    }
    if moments.weighted and moments.log_weights is not None:
        content["log_weights"] = moments.log_weights
    if moments.noise is not None:
        content["noise"] = {"origin": list(moments.noise.origin), "slack": list(moments.noise.slack)}
    return content


def moments_from_json(reader: Reader) -> Moments:
    """The moments in a JSON object, checked field by field."""
    terms = reader.texts("terms")
    width = len(terms) + 2
    rows = [_sums_of(row) for row in reader.items("sums")]
    if [len(row) for row in rows] != list(range(1, width + 1)):
        raise reader.get("sums").fail(
            _("must be a triangle of {width} rows, for {count} terms", width=width, count=len(terms))
        )
    rounding = _rounding(reader, width - 1)
    if len(set(terms)) != len(terms):
        raise reader.get("terms").fail(_("names a term twice"))
    precision = reader.text("precision")
    if precision not in ("exact", "fast"):
        raise reader.get("precision").fail(_('must be "exact" or "fast", not "{precision}"', precision=precision))
    count = reader.integer("rows")
    if count < 0:
        raise reader.get("rows").fail(_("must be 0 or more"))
    noise = _noise(reader.object("noise"), width) if reader.has("noise") else None
    weighted = reader.boolean("weighted")
    logs = _log_weights(reader, count) if weighted else 0
    moments = Moments(terms, (reader.text("target"),), count, _ledger(rows), rounding, weighted, precision, noise, logs)
    _check_sums(reader, moments)
    reader.done()
    return moments


def _log_weights(reader: Reader, rows: int) -> int | None:
    """Σ log w, where the file says it."""
    if not reader.has("log_weights"):
        return None
    logs = reader.integer("log_weights")
    if abs(logs) > min(MOST * rows, 1 << 200):
        raise reader.get("log_weights").fail(_("is beyond what the logarithms of so many weights add up to"))
    return logs


def _rounding(reader: Reader, count: int) -> tuple[float, ...]:
    """Unit roundoffs, from the bits of a column's numbers or from the marks of exact columns."""
    name = "integral" if reader.has("integral") else "bits"
    marks = reader.items(name)
    if len(marks) != count:
        if name == "integral":
            raise reader.get(name).fail(_n("must have {n} marks", "must have {n} marks", count))
        raise reader.get(name).fail(_n("must have {n} entry", "must have {n} entries", count))
    if name == "integral":
        return tuple(0.0 if cell.value(bool) else 2.0**-53 for cell in marks)
    for cell in marks:
        if cell.content is not None and not 1 <= cell.value(int) <= MOST_BITS:
            raise cell.fail(_("must be null or 1 to {most_bits}", most_bits=MOST_BITS))
    return tuple(0.0 if cell.content is None else 2.0**-cell.content for cell in marks)


def _noise(reader: Reader, width: int) -> Noise:
    """What fast sums may have lost."""
    origin, slack = reader.numbers("origin"), reader.numbers("slack")
    if len(origin) != width or len(slack) != width or not all(isfinite(v) for v in (*origin, *slack)) or min(slack) < 0:
        raise reader.fail(_("must hold {width} finite numbers each, and no slack below 0", width=width))
    reader.done()
    return Noise(origin=tuple(origin), slack=tuple(slack))


def _check_sums(reader: Reader, moments: Moments) -> None:
    """Refuse sums that no rows have: a square below 0, a wrong count, a product beyond its squares (Cauchy and Schwarz)."""
    if moments.has_negative_squares():
        raise reader.get("sums").fail(_("holds a negative sum of squares"))
    weight = moments.exact(0, 0)
    if (weight > 0) != (moments.rows > 0) or (not moments.weighted and weight != moments.rows):
        raise reader.get("rows").fail(
            _("is {rows}, and the sum of weights, sums[0][0], is {weight:g}", rows=moments.rows, weight=float(weight))
        )
    integers = moments.ledger.integers
    for i, row in enumerate(integers if moments.precision == "exact" else []):
        for j in range(i):
            if row[j] ** 2 > row[i] * integers[j][j]:
                raise reader.get("sums").fail(_("cannot be: [{i}][{j}] is larger than its squares allow", i=i, j=j))


def sum_to_text(integer: int, exponent: int) -> str:
    """integer · 2^exponent, canonical."""
    if integer == 0:
        return "0p+0"
    zeros = (integer & -integer).bit_length() - 1
    integer, exponent = integer >> zeros, exponent + zeros
    return f"{'-' if integer < 0 else ''}{abs(integer):x}p{exponent:+d}"


def cells(row: Reader) -> list[Reader]:
    """The cells of a list."""
    return [Reader(cell, f"{row.path}[{i}]", row.source) for i, cell in enumerate(row.value(list))]


def sum_from_text(cell: Reader) -> tuple[int, int]:
    """(integer, exponent) of such a text."""
    match = _SUM.fullmatch(cell.value(str))
    if match is None:
        raise cell.fail(_('must be a sum such as "-1a3fp-112"'))
    integer, exponent = int(match[2], 16), int(match[3])
    if exponent < -MOST_SIZE or integer.bit_length() + exponent > MOST_SIZE:
        raise cell.fail(_("is beyond what sums of products of numbers can be"))
    return -integer if match[1] else integer, exponent


def _sums_of(row: Reader) -> list[tuple[int, int]]:
    """Those of a row; what is none is found and said cell by cell."""
    found: list[tuple[int, int]] = []
    for text in row.value(list):
        match = _SUM.fullmatch(text) if isinstance(text, str) else None
        integer, exponent = (int(match[2], 16), int(match[3])) if match else (0, MOST_SIZE + 1)
        if exponent < -MOST_SIZE or integer.bit_length() + exponent > MOST_SIZE:
            return [sum_from_text(cell) for cell in cells(row)]
        found.append((-integer if match and match[1] else integer, exponent))
    return found


def _ledger(rows: list[list[tuple[int, int]]]) -> Ledger:
    """One exponent per column, low enough for every sum to be an integer."""
    exponents = [rows[i][i][1] // 2 for i in range(len(rows))]
    lack = 0
    for i, row in enumerate(rows):
        for j, (integer, exponent) in enumerate(row):
            if integer:
                lack = max(lack, exponents[i] + exponents[j] - exponent)
    exponents = [e - (lack + 1) // 2 for e in exponents]
    full = [[0] * len(rows) for __ in rows]
    for i, row in enumerate(rows):
        for j, (integer, exponent) in enumerate(row):
            if integer:
                full[i][j] = full[j][i] = integer << (exponent - exponents[i] - exponents[j])
    return Ledger(exponents, full)

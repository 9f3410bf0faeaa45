"""A covariance as JSON: the errors of a model are kept in its file, since its moments do not hold them."""

from __future__ import annotations

from math import inf, isfinite, nan
from typing import Any

import numpy as np

from wxb._typing import Matrix
from wxb.covariance.covariance import Covariance
from wxb.covariance.errors import Errors
from wxb.errors import UsageError
from wxb.fields import Reader
from wxb.i18n import _, _n

MOST = 2**63  # more rows than there can be: beyond it no count is one
LARGEST = 2.0**1000  # of a covariance: larger ones are refused where they are made (`wxb.whitening`)


def covariance_to_json(covariance: Covariance, *, alone: bool = False) -> dict[str, Any]:
    """Rows of the matrix up to the diagonal; what is not a number is null.  alone : nothing but the diagonal is written"""
    matrix = (
        np.where(np.eye(len(covariance.matrix), dtype=bool), covariance.matrix, nan) if alone else covariance.matrix
    )
    whitened = {} if covariance.whitened is None or alone else {"whitened": _triangle(covariance.whitened)}
    return whitened | {
        "errors": None if covariance.errors is None else str(covariance.errors),
        "matrix": _triangle(matrix),
        "freedom": _known(covariance.freedom),
        "joint": _known([covariance.joint])[0],
        "factor": covariance.factor,
        "clusters": list(covariance.clusters),
        "most_tested": None if covariance.most_tested == inf else int(covariance.most_tested),
        "read": covariance.read,
        "notes": list(covariance.notes),
    }


def covariance_from_json(reader: Reader, count: int) -> Covariance:
    """The same back, of `count` coefficients."""
    matrix = _square(reader, "matrix", count)
    freedom = np.array(_numbers(reader.get("freedom"), count), dtype=np.float64)
    joint = reader.number("joint") if reader.has("joint") else nan
    for name, found in (("freedom", freedom), ("joint", np.array([joint]))):
        if ((found < 0) | (found > MOST)).any():
            raise reader.get(name).fail(_("must be from 0 to {most}", most=MOST))
    clusters = tuple(one.value(int) for one in reader.items("clusters"))
    found = Covariance(
        matrix=matrix,
        freedom=freedom,
        joint=joint,
        errors=_errors(reader) if reader.has("errors") else None,
        factor=reader.text("factor"),
        clusters=clusters,
        most_tested=_most_tested(reader) if reader.has("most_tested") else inf,
        read=reader.text("read"),
        notes=reader.texts("notes"),
        whitened=_square(reader, "whitened", int((~np.isnan(matrix.diagonal())).sum()))
        if reader.has("whitened")
        else None,
    )
    reader.done()
    return found


def _most_tested(reader: Reader) -> float:
    count = reader.integer("most_tested")
    if not 0 <= count <= MOST:
        raise reader.get("most_tested").fail(_("must be from 0 to {most}", most=MOST))
    return float(count)


def _triangle(matrix: Matrix) -> list[list[float | None]]:
    return [_known(row[: i + 1]) for i, row in enumerate(matrix)]


def _square(reader: Reader, name: str, count: int) -> Matrix:
    """(count, count) of its rows up to the diagonal."""
    rows = reader.items(name)
    if len(rows) != count:
        raise reader.get(name).fail(_("must have {count} rows, one for each coefficient", count=count))
    matrix = np.full((count, count), nan)
    for i, row in enumerate(rows):
        matrix[i, : i + 1] = matrix[: i + 1, i] = _numbers(row, i + 1)
        if (np.abs(matrix[i, : i + 1]) > LARGEST).any():
            raise row.fail(
                _("must be no larger than {largest:.3g}, as the squares of errors that wxb tells are", largest=LARGEST)
            )
    return matrix


def _errors(reader: Reader) -> Errors:
    try:
        return Errors.parse(reader.text("errors"))
    except UsageError as error:
        raise reader.get("errors").fail(_("are none that wxb knows: {what}", what=error.what)) from None


def _known(values: Any) -> list[float | None]:
    return [float(value) if isfinite(value) else None for value in values]


def _numbers(reader: Reader, count: int) -> list[float]:
    """`count` numbers or nulls."""
    parts = [Reader(value, f"{reader.path}[{i}]", reader.source) for i, value in enumerate(reader.value(list))]
    if len(parts) != count:
        raise reader.fail(_n("must have {n} number", "must have {n} numbers", count))
    return [nan if part.content is None else part.value(float) for part in parts]

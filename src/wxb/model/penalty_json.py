"""A line under a penalty in a model file: its λ, its certificate, and the path that λ was chosen from; lists are by λ, falling.

    {"l2": 0.1, "l1": 0.0, "freedom": 3.2, "gap": 1e-17, "solved": true, "constant": […], "path": {"values": […], …}}

Numbers that are not known (a spread without folds) are null, as infinite costs are.
"""

from __future__ import annotations

from fractions import Fraction
from math import fsum, inf, nan
from typing import Any

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.fields import Reader
from wxb.i18n import _, _n
from wxb.layout import Layout
from wxb.methods.penalised import Penalised
from wxb.methods.under_penalty import penalty_of
from wxb.moments import Moments
from wxb.penalties.answer import Answer, gap
from wxb.penalties.path import JUDGES, PenaltyPath
from wxb.penalties.seen import Seen

LISTS = ("values", "intercept", "freedom", "cost", "judged", "spread")
TABLES = ("coef", "fold_costs")
NEAR = 1e-9  # of the largest |a_j|, and of the parts of b: what is further off was changed


def penalty_to_json(found: Answer) -> dict[str, Any]:
    """All but the coefficients, which stand beside it."""
    content: dict[str, Any] = {"l2": found.l2, "l1": found.l1, "freedom": found.freedom, "gap": found.gap}
    content |= {"solved": found.solved, "constant": list(found.constant)}
    path = found.path
    if path is not None:
        about = {"varied": path.varied, "judged_by": path.judged_by, "least": path.least, "chosen": path.chosen}
        lists = {name: _known(getattr(path, name)) for name in LISTS}
        tables = {name: [_known(row) for row in getattr(path, name)] for name in TABLES}
        content["path"] = {**about, **lists, **tables}
    return content


def penalty_from_json(reader: Reader, method: Penalised, layout: Layout, theta: Vector) -> Answer:
    """The same back; ModelFileError for what is no penalty of such a line, or not that of the recipe."""
    constant = reader.get("constant").value(list)
    if len(constant) != len(layout.terms) or not all(type(one) is bool for one in constant):
        raise reader.get("constant").fail(_("must have true or false for each term"))
    for name in ("l2", "l1", "gap", "freedom"):
        if not 0 <= reader.number(name) < inf:
            raise reader.get(name).fail(_("must be 0 or more"))
    for name, asked in (("l2", method.l2), ("l1", method.l1)):
        if asked != "auto" and reader.number(name) != (asked or 0.0):
            raise reader.get(name).fail(_("is not that of the recipe"))
    path = _path(reader.object("path"), layout) if reader.has("path") else None
    if path is not None and (path.varied != method.varied or path.values[path.chosen] != reader.number(path.varied)):
        raise reader.get("path").fail(_("is not that of the recipe"))
    found = Answer(
        exact=tuple(Fraction(value) for value in theta.tolist()),
        theta=theta,
        gap=reader.number("gap"),
        solved=reader.boolean("solved"),
        freedom=reader.number("freedom"),
        constant=tuple(constant),
        l2=reader.number("l2"),
        l1=reader.number("l1"),
        path=path,
    )
    reader.done()
    return found


def is_as_near_as_it_says(found: Answer, moments: Moments, method: Penalised, intercept: bool) -> bool:
    """Whether the KKT gap of W on these sums is the one that is kept, but for rounding, and b that of W."""
    seen = Seen.of(moments, intercept)
    weights, b = Layout(moments.terms, intercept).split(found.theta)
    penalty = penalty_of(method.given(found.l2, found.l1), moments.terms)
    parts = [float(mean) * w for mean, w in zip(seen.means, (*(-weights).tolist(), 1.0))]
    beside = abs(fsum(parts) - float(b)) <= NEAR * fsum(map(abs, parts))
    return beside and gap(seen, penalty, weights) <= 2 * found.gap + NEAR


def _path(reader: Reader, layout: Layout) -> PenaltyPath:
    count = len(_numbers(reader, "values", None))
    least, chosen = reader.integer("least"), reader.integer("chosen")
    if not (0 <= least < count and 0 <= chosen < count):
        raise reader.get("chosen").fail(_("and $.least must be places of the path"))
    varied, judge = reader.text("varied"), reader.text("judged_by")
    if varied not in ("l2", "l1") or judge not in JUDGES:
        raise reader.get("judged_by").fail(_("and $.varied are not known"))
    lists = {name: _numbers(reader, name, count) for name in LISTS}
    values = lists["values"]
    if not (np.diff(values) < 0).all() or not 0 <= values[-1] <= values[0] < inf:
        raise reader.get("values").fail(_("must be falling, the last of them 0 or more"))
    folds = len(reader.get("fold_costs").value(list))
    path = PenaltyPath(
        varied=varied,
        terms=layout.terms,
        judged_by=judge,
        least=least,
        chosen=chosen,
        coef=_table(reader, "coef", (count, len(layout.terms))),
        fold_costs=_table(reader, "fold_costs", (folds, count)),
        **lists,
    )
    reader.done()
    return path


def _known(values: Vector) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]


def _numbers(reader: Reader, name: str, count: int | None) -> Vector:
    field = reader.get(name)
    unknown = inf if name == "judged" else nan
    values = [
        unknown if one is None else Reader(one, f"{field.path}[{i}]", field.source).value(float)
        for i, one in enumerate(field.value(list))
    ]
    if count is not None and len(values) != count:
        raise field.fail(_n("must have {n} number, one for each λ", "must have {n} numbers, one for each λ", count))
    return np.array(values, dtype=np.float64)


def _table(reader: Reader, name: str, shape: tuple[int, int]) -> Matrix:
    rows = [
        [nan if one is None else Reader(one, row.path, row.source).value(float) for one in row.value(list)]
        for row in _rows(reader, name)
    ]
    if len(rows) != shape[0] or any(len(row) != shape[1] for row in rows):
        raise reader.get(name).fail(_("must be a table of {rows} × {columns} numbers", rows=shape[0], columns=shape[1]))
    return np.array(rows, dtype=np.float64).reshape(shape)


def _rows(reader: Reader, name: str) -> list[Reader]:
    field = reader.get(name)
    return [Reader(one, f"{field.path}[{i}]", field.source) for i, one in enumerate(field.value(list))]

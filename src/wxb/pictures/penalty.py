"""A penalty that was chosen: the coefficients along λ, and the cost of each λ on rows that its line had not seen.

λ falls from left to right, so the line begins with nothing and ends near least squares. Coefficients are drawn in standard
deviations of their columns, by which they are penalised, so that they can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wxb._typing import Matrix
from wxb.advice import Advice
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import N_, _
from wxb.marks.axis import Axis, around
from wxb.marks.mark import SERIES, Mark, between, dots, line, rule
from wxb.marks.scene import Panel, Scene
from wxb.near import list_names, near_names
from wxb.numbers import number
from wxb.passes.binned import Shown
from wxb.penalties.path import PenaltyPath
from wxb.pictures.options import Options
from wxb.pictures.words import name_of
from wxb.printable import show

MOST_NAMED = len(SERIES)  # terms with a role of their own; the others are quiet
MOST_FOLDS = 10  # that are drawn one by one
LEAST = 1e-300  # a λ of 0 on an axis by its logarithm
HOW = {
    "folds": N_("mean cost of the folds, each by the line of the others"),
    "ordered": N_("mean cost of the folds, each by the line of those before it"),
    "leave-one-out": N_("mean cost of each row by the line of all others"),
    "gcv": N_("generalised cross-validation"),
}


def path_of(model: Fitted, kind: str) -> PenaltyPath:
    """UsageError where λ was not chosen."""
    if model.path is None:
        raise UsageError(
            _("the picture `{kind}` shows the λ among which one was chosen, and none was", kind=kind),
            _('fit with `l2="auto"` or `l1="auto"`'),
        )
    return model.path


def path_scene(model: Fitted, shown: Shown | None, options: Options) -> Scene:
    """The coefficients along λ."""
    path = path_of(model, "path")
    across, values = _places(path), path.coef * spreads(model)
    order = np.argsort(-np.abs(values).max(axis=0, initial=0.0), kind="stable").tolist()
    if options.term is not None:
        order.sort(key=_asked(options.term, path.terms).__contains__, reverse=True)
    named = order[:MOST_NAMED] if len(order) > 1 else order
    marks: list[Mark] = [rule(y=0.0, role="quiet")]
    marks += [line(across, values[:, j], "quiet") for j in order if j not in named]
    marks += [line(across, values[:, j], role, name=name_of(path.terms[j])) for j, role in zip(named, SERIES)]
    marks += _chosen(path, across)
    zero = int((path.coef[path.chosen] == 0).sum())
    said = _(
        "{varied} = {value}, coefficients at 0: {zero} of {count}",
        varied=path.varied,
        value=number(float(path.values[path.chosen])),
        zero=zero,
        count=len(path.terms),
    )
    more = len(order) - len(named)
    return Scene(
        kind="path",
        title=_("Coefficients along λ: {target}", target=name_of(model.target)),
        description=_("{said}; {count} λ were tried.", said=said, count=len(path)),
        panels=(
            Panel(
                x=_axis(path, across),
                y=around(_("coefficient, per standard deviation of its column"), [0.0], values),
                marks=tuple(marks),
                heading=_("The penalty falls from left to right"),
                subheading=said,
            ),
        ),
        note=_("terms drawn without a name: {more}", more=more) if more > 0 else "",
        table={
            path.varied: path.values.tolist(),
            **{name: path.coef[:, j].tolist() for j, name in enumerate(path.terms)},
        },
    )


def _asked(term: str, terms: Sequence[str]) -> set[int]:
    """The places of a term, of a category those of its levels; UsageError where there is none."""
    found = {j for j, name in enumerate(terms) if name == term or name.startswith(f"{term}[")}
    if not found:
        near = near_names(term, terms)
        raise UsageError(
            _("{option} names {term}, which is no term of the line", option=Advice("term"), term=show(term)),
            _("did you mean {near}?", near=list_names(near)) if near else _("there are {all}", all=list_names(terms)),
        )
    return found


def folds_scene(model: Fitted, shown: Shown | None, options: Options) -> Scene:
    """The cost of each λ, with its spread over the folds, and the choice."""
    path = path_of(model, "folds")
    how = _(HOW["ordered" if path.judged_by == "folds" and model.estimate.ordered else path.judged_by])
    across = _places(path)
    known = np.isfinite(path.judged)
    judged = np.where(known, path.judged, np.nan)
    low, high = judged - path.spread, judged + path.spread
    marks: list[Mark] = []
    if np.isfinite(path.spread).all():
        marks.append(between(across, low, high, "band", name=_("one standard error")))
    marks += [line(across, costs, "quiet", name=_("a fold")) for costs in path.fold_costs[:MOST_FOLDS]]
    marks.append(line(across[known], judged[known], "fit", name=how))
    marks.append(line(across, path.cost, "first", name=_("cost of the rows of the fit")))
    marks += _chosen(path, across)
    marks.append(dots([across[path.least]], [judged[path.least]], "minimum", name=_("least")))
    said = _(
        "{varied} = {value} costs {cost}",
        varied=path.varied,
        value=number(float(path.values[path.chosen])),
        cost=number(float(path.judged[path.chosen])),
    )
    if path.chosen != path.least:
        said += _(
            ", the largest within one standard error of {least}",
            least=number(float(path.judged[path.least])),
        )
    return Scene(
        kind="folds",
        title=_("The cost of each λ: {target}", target=name_of(model.target)),
        description=f"{said}; {how}.",
        panels=(
            Panel(
                x=_axis(path, across),
                y=_costs(path, judged, low, high),
                marks=tuple(marks),
                heading=_("Too large a penalty tells too little, too small a one too much"),
                subheading=said,
            ),
        ),
        table=_table(path),
    )


def _costs(path: PenaltyPath, *judged: np.ndarray) -> Axis:
    """On which all costs are seen, and each fold that is drawn where it is best and where the choice fell."""
    drawn = path.fold_costs[:MOST_FOLDS]
    folds = (drawn.min(axis=1), drawn[:, path.chosen]) if len(drawn) else ()
    return around(_("cost"), path.cost, *judged, *folds)


def _places(path: PenaltyPath) -> np.ndarray:
    """(L,) where each λ stands: by its logarithm, falling; one of 0 a step beyond the last."""
    size = np.log10(np.maximum(path.values, LEAST))
    if len(size) > 1 and path.values[-1] == 0:
        size[-1] = size[-2] - 1
    return -size


def _axis(path: PenaltyPath, across: np.ndarray) -> Axis:
    first, last = float(across[0]), float(across[-1])
    whole = range(int(np.ceil(first)), int(np.floor(last)) + 1)
    step = max(len(whole) // 6, 1)
    ticks = [(float(place), number(10.0**-place)) for place in whole[::step]]
    if not ticks:
        ticks = [(first, number(float(path.values[0])))]
    return Axis(label=_("{varied}, falling", varied=path.varied), low=first, high=last, ticks=tuple(ticks))


def _chosen(path: PenaltyPath, across: np.ndarray) -> list[Mark]:
    return [rule(x=float(across[path.chosen]), role="gradient", name=_("chosen"))]


def spreads(model: Fitted) -> np.ndarray:
    """(p,) standard deviations of the columns."""
    from wxb.penalties.seen import Seen

    return np.sqrt(Seen.of(model.moments, model.layout.intercept).covariance.diagonal())


def _table(path: PenaltyPath) -> dict[str, list[Any]]:
    folds: Matrix = path.fold_costs
    table: dict[str, list[Any]] = {path.varied: path.values.tolist(), "judged": path.judged.tolist()}
    table |= {"standard error": path.spread.tolist(), "cost": path.cost.tolist(), "freedom": path.freedom.tolist()}
    return table | {f"fold {k}": costs.tolist() for k, costs in enumerate(folds)}

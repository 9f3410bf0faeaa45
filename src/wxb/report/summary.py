"""A fit as a text a person can read: the line, its numbers with their uncertainty, what they mean, what to do next.

    dist = 3.932 · speed − 17.58             50 rows · squared error · exact minimum
                                                     errors: classical, t with 48 df

                   W   std. err       t         p      95 % interval
      speed    3.932      0.416    9.46   1.5e-12     3.097 …  4.768

No line is wider than the page. A coefficient is shown to the digits its standard error leaves it, and never to more
than are certain. A descent is shown beside the minimum it was on its way to.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING

from wxb.fitted import Fitted
from wxb.i18n import N_, _
from wxb.numbers import DASH, counted, number
from wxb.printable import cells, printable, show
from wxb.report.certain import (
    certain,
    f_text,
    residual_sd,
    residuals_told,
    share,
    share_text,
)
from wxb.report.coefficient_table import coefficient_table
from wxb.report.equation import equation
from wxb.report.errors_text import errors_line
from wxb.report.lines import READABLE, WIDTH, folded, pad, prose, width, wrapped
from wxb.report.next_step import python_hint
from wxb.report.plain_words import plain_words

if TYPE_CHECKING:
    from wxb.diagnostics.record import Diagnostics
    from wxb.quality import Quality


def summary(
    model: Fitted,
    *,
    level: float = 0.95,
    next_step: str | None = None,
    warnings: bool = True,
    spelled: Callable[[str], str] = str,
    rest: str = N_("model.coefficients() has them"),
    diagnostics: Diagnostics | None = None,
) -> str:
    """The fit as text.

    level : of the intervals        next_step : what to suggest; None suggests the Python call, "" nothing
    warnings : whether the model's warnings stand in the text        spelled : how a face writes advice; str as Python does
    rest : where the levels of a category are that are too many for the table
    diagnostics : what the rows say about the fit, where they were read once more
    """
    parts = [headline(model), ""]
    if not model.is_minimum and model.penalised is None:
        parts += [*folded(spelled(ending(model))), ""]
    parts += [*coefficient_table(model, level, _(rest)), "", *(line for part in facts(model, spelled) for line in part)]
    if warnings:
        for text in model.warnings:
            parts += wrapped(f"! {spelled(text)}", "  ", "    ")
    parts += plain_words(model, diagnostics, spelled)
    hint = python_hint(model) if next_step is None else next_step
    if hint:
        parts.append(f"  {_('next:')} {hint}")
    return printable("\n".join(parts))


def ending(model: Fitted) -> str:
    """How a descent ended: in full where its path is there, else what a model file keeps of it."""
    if model.trajectory is not None:
        return model.trajectory.outcome.text
    return _(
        "• what a descent reached, which ended with: {outcome} (a model file keeps no path of it)",
        outcome=_(model.outcome),
    )


def headline(model: Fitted) -> str:
    """The line as an equation, and what it was fitted to."""
    said, line, errors = about(model), equation(model, width()), errors_line(model)
    needed = max(cells(line) + 3 + cells(said), cells(errors))
    edge = next((edge for edge in (WIDTH, READABLE, width()) if needed <= edge <= width()), 0)
    head = [f"{line}{pad(said, edge - cells(line))}"] if edge else [line, f"  {said}"]
    if errors:
        head.append(pad(errors, edge) if edge else f"  {errors}")
    return "\n".join(line for text in head for line in ([text] if cells(text) <= width() else wrapped(text)))


def about(model: Fitted) -> str:
    """How many rows, and how the line was found."""
    weights = _("weighted squared error") if model.moments.weighted else _("squared error")
    how = f"{weights} · {_(model.outcome)}" if model.stages is None else _("two-stage least squares")
    return f"{counted(model.n, 'row')} · {how}"


def facts(model: Fitted, spelled: Callable[[str], str] = str) -> list[list[str]]:
    """Lines: R², residual sd, F, the cost of a descent; of two stages; held-out costs; what is certain."""
    if model.penalised is not None:
        from wxb.report.penalty_text import penalty_facts

        return [*penalty_facts(model, model.penalised, spelled), _held_out(model)]
    inference = model.inference
    said = [share(model)] if share(model) else []
    if not model.is_minimum:
        cost, floor = number(model.cost, 6), number(float(model.bowl.floor), 6)
        said.append(_("cost {cost} (at the minimum {floor})", cost=cost, floor=floor))
    else:
        if inference.freedom > 0 and residuals_told(model):
            said.append(_("residual sd {sd} on {freedom} df", sd=residual_sd(model), freedom=inference.freedom))
        said += [text for text in [f_text(model)] if text]
    first = wrapped(" · ".join(said)) if said else []
    staged: list[str] = []
    if model.stages is not None:
        from wxb.report.stages_text import stages_lines

        staged = stages_lines(model.stages)
    selected: list[str] = []
    if model.steps is not None:
        from wxb.report.steps_text import steps_lines

        selected = steps_lines(model)
    return [first, staged, selected, _held_out(model), _certain(model)]


def _certain(model: Fitted) -> list[str]:
    return [part for line in certain(model) for part in ([line] if cells(line) <= prose() else wrapped(line.strip()))]


def _held_out(model: Fitted) -> list[str]:
    """How test rows and folds are predicted; ± is the standard deviation of the folds' costs."""
    lines = []
    if model.test_quality is not None:
        found = model.test_quality
        said = _("test  {rows} held out: {quality}", rows=counted(found.rows, "row"), quality=_quality(model, found))
        lines += wrapped(said, "  ", "        ")
    if model.cross_validation is not None:
        folds = model.cross_validation
        spread = (
            _(" ± {spread} (standard deviation over the folds)", spread=number(folds.spread, 2))
            if isfinite(folds.spread)
            else ""
        )
        quality = _quality(model, folds.overall, spread)
        said = _folds_said(model, quality)
        lines += wrapped(said, "  ", "        ")
        lines += [line for note in folds.notes for line in wrapped(f"! {note}", "        ", "          ")]
    if lines and model.moments.precision == "fast":
        lines += wrapped(_("these are of rounded sums, and no bound proves their digits"), "        ", "        ")
    return lines


def _quality(model: Fitted, found: Quality, spread: str = "") -> str:
    r2 = share_text(found.r2, N_("the mean") if model.layout.intercept else "0") if isfinite(found.r2) else DASH
    uncentred = "" if model.layout.intercept else _(" (uncentred)")
    return _(
        "cost {cost}{spread}, RMSE {rmse}, MAE {mae}, R² {r2}{uncentred}",
        cost=number(found.cost, 4 if spread else 6),
        spread=spread,
        rmse=number(found.rmse),
        mae=number(found.mae),
        r2=r2,
        uncentred=uncentred,
    )


def _folds_said(model: Fitted, quality: str) -> str:
    """Which folds there are, by what line each is judged, and how well."""
    shares = model.question.shares
    dealing = shares.dealing
    if dealing is None:
        return _("folds {folds}, each judged by the line of the others: {quality}", folds=shares.folds, quality=quality)
    if dealing.ordered:
        return _(
            "folds {folds} along {column}, each judged by the line of the rows before it: {quality}",
            folds=dealing.count,
            column=_("the rows") if dealing.column is None else show(dealing.column),
            quality=quality,
        )
    column = show(dealing.column or "")
    if dealing.count is None:
        return _(
            "folds of one {column} each, judged by the line of the others: {quality}", column=column, quality=quality
        )
    return _(
        "folds {folds}, each {column} in one, judged by the line of the others: {quality}",
        folds=dealing.count,
        column=column,
        quality=quality,
    )

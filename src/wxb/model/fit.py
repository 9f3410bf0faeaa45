"""The one road from a source to a model: fit(source, question, running) → Model.

source ── open, scan ──▶ passes over its rows ── the question's method ──▶ estimate ── judged on test rows and folds ──▶ Model

Moments go in without a source: what needs rows is refused then. Groups take a road of their own (`wxb.model.groups`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from wxb.advice import Advice
from wxb.data import open_table
from wxb.data.layout import LaidOut, plain_source
from wxb.data.table import Scan, Table
from wxb.design import Design
from wxb.errors import UsageError
from wxb.estimate import Estimate
from wxb.i18n import _, _n
from wxb.methods.exact import Exact
from wxb.methods.options import refuse, refuse_rows
from wxb.methods.two_stage import TwoStage
from wxb.model.assemble import assemble
from wxb.model.model import Model
from wxb.model.second_look import judged
from wxb.model.tell import tell
from wxb.moments import Moments
from wxb.passes.again import Beside, MomentsAlone, RowPasses
from wxb.printable import show
from wxb.question import Question, Running, Selection

if TYPE_CHECKING:
    from wxb.covariance.errors import Errors
    from wxb.model.groups import Groups
    from wxb.passes.checkpoint import Checkpoint


def fit(data: Any, question: Question, running: Running | None = None, beside: Beside | None = None) -> Model | Groups:
    """Fit a line to data by the question's method; where groups are asked for, one line per group.

    beside : what else is made of rows whose columns are the terms, in the pass that sums them
    """
    running = running or Running()
    refuse(question, running)
    if isinstance(question.method, TwoStage):
        question = question.method.completed(question)
    layout = data.layout.given if isinstance(data, LaidOut) else {}
    if isinstance(plain_source(data), Moments):
        refuse_rows(question, running, layout)
        return _of_moments(plain_source(data), question, running)
    table = open_table(data, threads=running.threads)
    try:
        return _of_table(table, data, question, running, beside)
    except BaseException:
        if (runner := getattr(table, "runner", None)) is not None:
            runner.let_go()
        raise


def _of_table(table: Table, data: Any, question: Question, running: Running, beside: Beside | None) -> Model | Groups:
    layout = data.layout.given if isinstance(data, LaidOut) else {}
    question, selection, design = _begun(question, table, data)
    errors = None if question.se is None else _errors(question.se)
    _refuse_unordered(table, question, design, errors)
    selection = replace(selection, beside=_beside(errors, question))
    scan = replace(table.scan(selection), again=errors is not None)
    if design is None and scan.roles.labels:
        design = Design.of(scan, question.intercept, selection.features, question.absorb or ())
    if design is not None:
        _refuse_unfit(design, question)
        _refuse_beside_lags(design, question, running)
    if question.selection.by is not None:
        from wxb.model.groups import fit_groups

        _refuse_stages_of_groups(question)
        return fit_groups(table, scan, question, selection, design, running)
    again = partial(table.scan, selection) if table.rereadable else None
    question = _dealt(question, scan, running, again is not None)
    checkpoint = _checkpoint(question, running, layout)
    plain = design is None and not isinstance(question.method, TwoStage)
    along = _along(errors, table) if errors is not None and plain else None
    passes = RowPasses(
        scan,
        running,
        again=again,
        checkpoint=checkpoint,
        design=design,
        along=along,
        beside=beside if plain else None,
    )
    estimate = judged(question.method.estimate(question, passes), question, passes)
    varied = {} if errors is None else _varied(errors, estimate, passes, question.shares.seed)
    if checkpoint:
        checkpoint.finished()
    return _model(estimate, question, passes, varied)


def _dealt(question: Question, scan: Scan, running: Running, again: bool) -> Question:
    """The question with each row's fold settled, where groups or times decide it."""
    if question.shares.dealing is None:
        return question
    from wxb.passes.dealing import deal

    return replace(question, shares=deal(question.shares, scan, running.threads, again=again))


def _beside(errors: Errors | None, question: Question) -> tuple[str, ...]:
    """Columns that say which rows belong together: for the errors, for folds."""
    dealing = question.shares.dealing
    columns = () if dealing is None or dealing.column is None else (dealing.column,)
    return columns if errors is None else tuple(dict.fromkeys((*errors.labels, *columns)))


def _model(estimate: Estimate, question: Question, passes: RowPasses, varied: dict[str, Any]) -> Model:
    """The estimate with what was read, told of.  varied : how it varies, by other errors than the classical ones"""
    alone, otherwise = _remarks(estimate, passes), _of_precision(question, estimate)
    return tell(
        assemble(
            estimate,
            replace(question, precision="exact") if otherwise else question,
            column_ranges=passes.ranges,
            dropped_rows=passes.reading.dropped,
            source_rows=passes.reading.rows,
            notes=(*passes.reading.notes, *otherwise, *alone, *estimate.remarks),
            design=passes.design or Design.of(passes.scan, question.intercept),
            gathered=passes.gathered,
            **varied,
        ),
        (*passes.reading.cautions, *alone),
    )


def _of_precision(asked: Question, estimate: Estimate) -> tuple[str, ...]:
    """That rounded sums were asked for, and exact ones taken."""
    if not isinstance(asked.method, Exact) or asked.precision == estimate.moments.precision:
        return ()
    return (
        _(
            "rounded sums hardly tell these columns apart, some are collinear or nearly so: the rows were summed once "
            "more, exactly"
        ),
    )


def _remarks(estimate: Estimate, passes: RowPasses) -> tuple[str, ...]:
    """What should be known of the categories, and of texts that a formula compares."""
    if passes.design is None or not passes.design.texts:
        return () if passes.design is None else passes.design.remarks()
    from wxb.model.texts_met import never_met

    return (*passes.design.remarks(), *never_met(estimate, passes))


def _refuse_stages_of_groups(question: Question) -> None:
    if isinstance(question.method, TwoStage):
        raise UsageError(
            _("two stages are for one model, and {by} gives the exact minimum of each group", by=Advice("by")),
            _("fit the groups one by one, or leave the instruments out"),
        )


def _errors(text: str) -> Errors:
    """Those asked for; few fits ask, and what estimates them is not loaded for the others."""
    from wxb.covariance.errors import Errors

    return Errors.parse(text)


def _refuse_unordered(table: Table, question: Question, design: Design | None, errors: Errors | None) -> None:
    """What goes by the number of a row, of a source whose rows have none."""
    if getattr(table, "ordered", True):
        return
    from wxb.design.looking_back import lag_text
    from wxb.question.row_order import refuse_unordered

    lag = "" if design is None or not design.lags else show(lag_text(design.lags[0]))
    batch = getattr(question.method, "batch_size", None)
    refuse_unordered(table, question.shares, errors=errors, lag=lag, batch_size=batch)


def _along(errors: Errors, table: Table) -> Any:
    from wxb.covariance.covary import needed

    return partial(needed, errors, table.rereadable)


def _varied(errors: Errors, estimate: Estimate, passes: RowPasses, seed: int) -> dict[str, Any]:
    """How the coefficients vary, and the moments by cluster that say so, as fields of a model."""
    from wxb.covariance.covary import covary, held

    covariance = covary(errors, estimate, passes, *passes.brought, seed=seed)
    return {"errors": covariance, "clusters": held(errors, passes.brought)}


def _begun(question: Question, table: Table, data: Any) -> tuple[Question, Selection, Design | None]:
    """The question with what its formula says, what is read for it, and the design of the formula, None without."""
    if question.selection.formula is None:
        question = _with_target(question, table, data)
        return question, replace(question.selection, texts=True, labels=question.absorb or ()), None
    from wxb.model.formula import design_asked

    question, design = design_asked(question, table)
    return question, design.selection(question.selection), design


def _refuse_unfit(design: Design, question: Question) -> None:
    """Sums by level, and bases made of sums, are exact or nothing; and not all goes with what is absorbed."""
    _refuse_beside_absorbed(design, question)
    if question.selection.by is not None and type(question.method) is not Exact:
        raise UsageError(
            _("two stages are for one model, and {by} gives the exact minimum of each group", by=Advice("by")),
            _("leave one of them out"),
        )
    if question.precision == "fast" and not design.is_numeric:
        columns = ", ".join(show(one) for one in design.label_names) or show(design.formula)
        raise UsageError(
            _n(
                "{precision} is for columns of numbers as they stand, and {columns} is none",
                "{precision} is for columns of numbers as they stand, and {columns} are none",
                max(len(design.label_names), 1),
                precision=Advice("precision", "fast"),
                columns=columns,
            ),
            _("leave it out: sums by level are exact, and no slower"),
        )


def _refuse_beside_lags(design: Design, question: Question, running: Running) -> None:
    """Earlier rows may be of other groups, or several at once, and nobody puts them aside."""
    if not design.lags:
        return
    from wxb.design.looking_back import lag_text

    named = show(lag_text(design.lags[0]))
    if question.selection.by is not None:
        what = _("{named} is of an earlier row, which may be of another group", named=named)
        raise UsageError(
            what, _("compute that column beforehand, within the groups, or leave {by} out", by=Advice("by"))
        )
    if question.selection.frequency is not None:
        what = _("{named} is of an earlier row, and rows that stand for several have no one row before", named=named)
        raise UsageError(what, _("give each row by itself, and leave {frequency} out", frequency=Advice("frequency")))
    if running.checkpoint is not None:
        what = _("{named} is of an earlier row, which a checkpoint does not hold", named=named)
        raise UsageError(what, _("leave {checkpoint} out", checkpoint=Advice("checkpoint")))


def _refuse_beside_absorbed(design: Design, question: Question) -> None:
    """Rows held out are judged with all effects, and these are not listed; only the minimum has them."""
    absorbed = [one.column for one in design.categories if one.absorbed]
    stays = type(question.method) in (Exact, TwoStage)
    if absorbed and not (question.shares.whole and stays and question.selection.by is None):
        raise UsageError(
            _n(
                "{absorbed} is absorbed, which goes with the exact minimum of all rows only",
                "{absorbed} are absorbed, which goes with the exact minimum of all rows only",
                len(absorbed),
                absorbed=", ".join(map(show, absorbed)),
            ),
            _(
                "leave out {test}, {folds}, {by} and what asks for another method, or name it among the terms",
                test=Advice("test"),
                folds=Advice("folds"),
                by=Advice("by"),
            ),
        )


def _of_moments(moments: Moments, question: Question, running: Running) -> Model:
    asked = question.selection
    if asked.target is not None:
        if len(moments.targets) == 1 and asked.target != moments.target:
            raise UsageError(
                _(
                    "the target of these moments is {target}, not {given}",
                    target=moments.target,
                    given=asked.target,
                ),
                _("leave {target} out", target=Advice("target")),
            )
        moments = moments.of_target(asked.target)
    if asked.features is not None:
        moments = moments.select(list(asked.features))
    design = Design.guessed(moments.terms, moments.target, question.intercept)
    return of_sums(moments, question, running, design=design, source_rows=moments.rows)


def of_sums(moments: Moments, question: Question, running: Running, **read: Any) -> Model:
    """The line of exact sums of one target.  read : what is known of the rows, as fields of a model; its design at least"""
    question = replace(question, selection=replace(question.selection, target=moments.target))
    estimate = question.method.estimate(question, MomentsAlone(moments, running))
    return tell(assemble(estimate, question, notes=estimate.remarks, **read))


def _with_target(question: Question, table: Table, data: Any) -> Question:
    """The question with its target: that of (X, y) is its last column, of all other tables it has a name."""
    if question.selection.target is not None:
        return question
    if not isinstance(plain_source(data), tuple):
        raise UsageError(
            _(
                "which column of {name} is to be predicted? Its columns: {columns}",
                name=table.name,
                columns=", ".join(table.columns[:20]),
            ),
            _("give `target=…`"),
        )
    return replace(question, selection=replace(question.selection, target=table.columns[-1]))


def _checkpoint(question: Question, running: Running, layout: dict[str, Any]) -> Checkpoint | None:
    """Where the state of the scan is put aside, marked by all that decides it."""
    if running.checkpoint is None:
        return None
    from pathlib import Path

    from wxb.passes.checkpoint import Checkpoint

    read, shares = question.selection, question.shares
    often = "" if read.frequency is None else f"frequency={read.frequency} "
    text = f"{question.precision} {read.missing} weights={read.weights} {often}{layout or ''}".rstrip()
    return Checkpoint(Path(running.checkpoint), (shares.test, shares.folds, shares.seed, text))

"""`wxb fit`: the log, the line and its numbers, predictions, files."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any

from wxb.cli.guard import INTERRUPTED
from wxb.cli.outputs import check_apart, check_output, check_picture
from wxb.cli.progress import Progress
from wxb.cli.screen import Screen
from wxb.cli.wishes import Wishes
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.printable import one_line, shell_word

if TYPE_CHECKING:
    from collections.abc import Callable

    from wxb.cli.origin import Origin
    from wxb.model.groups import Groups
    from wxb.model.model import Model
    from wxb.passes.binned import Shown
    from wxb.pictures.picture import Picture
    from wxb.report.record import Shown as ShownPoint
    from wxb.trajectory import Stop, Trajectory

    Drawn = Callable[[bool], Picture]  # as a file, or for a terminal


def run(screen: Screen, *, rows: Origin, **options: Any) -> int:
    """Fit and show. What no wish is named for goes to `wxb.fit` by its name."""
    _refuse_level(options, screen.as_json)
    wishes = Wishes(**{one.name: options.pop(one.name) for one in fields(Wishes) if one.name in options})
    options["stop"] = stop_rules(options)
    _check(options, wishes, screen.as_json)
    checkpoint = options.get("checkpoint")
    check_output(wishes.save, rows.data, "model")
    check_picture(wishes.picture, rows.data)
    check_output(wishes.report, rows.data, "page")
    check_apart(wishes.save, wishes.picture, wishes.report, checkpoint)
    if checkpoint is not None:
        from wxb.writing import refuse_other

        refuse_other(checkpoint, (b'"wxb checkpoint"',), _("a checkpoint of wxb"))
    from wxb.model.model import Model

    source = rows.source
    with Progress(screen, options.get("epochs")) as progress:
        running = {"log_every": wishes.log_every, "progress": progress.rows}
        if _descends(options):
            running["on_epoch"] = progress.epochs
        found, shown = _fit(source, options, running, wishes)
    if not isinstance(found, Model):
        from wxb.cli.group_output import show_groups

        ended = show_groups(screen, found, wishes)
    else:
        ended = _show_model(screen, found, partial(_drawn, found, source, options, wishes.interval, shown), wishes)
    if wishes.report is not None:
        from wxb.cli.report_command import write

        write(screen, found, wishes.report, source, options, interval=wishes.interval)
    return ended


def _fit(
    source: Any, options: dict[str, Any], running: dict[str, Any], wishes: Wishes
) -> tuple[Model | Groups, Shown | None]:
    """The line, and where it is to be drawn what its pass saw of its rows."""
    if wishes.draws:
        from wxb.model.fit_and_plot import fit_and_see

        return fit_and_see(source, options, ["line"], **running)
    from wxb.api import fit

    return fit(source, **options, **running), None


def stop_rules(options: dict[str, Any]) -> Stop | None:
    """The stopping rules that were given, taken out of the options."""
    names = {
        "stop_gradient": "gradient_norm",
        "stop_cost": "cost_within",
        "stop_se": "standard_errors",
        "patience": "patience",
    }
    rules = {rule: options.pop(name) for name, rule in names.items() if name in options}
    if not rules:
        return None
    from wxb.trajectory import Stop

    return Stop(**rules)


def _check(options: dict[str, Any], wishes: Wishes, as_json: bool) -> None:
    """Refuse before the work what would fail after it."""
    if options.get("by"):
        for name, given in (("`--plot`", wishes.plot), ("`--picture`", wishes.picture)):
            if given:
                raise UsageError(
                    _("{name} is for one model, and `--by` makes one for each group", name=name),
                    _("leave one of them out"),
                )
    if wishes.keep is not None and wishes.save is None:
        raise UsageError(_("`--keep` says what a saved model holds, and none is saved"), _("give `--save`"))
    if wishes.plot and as_json:
        raise UsageError(
            _("`--plot` draws in a terminal, and `--json` asks for JSON alone"), _("leave one of them out")
        )


def _refuse_level(options: dict[str, Any], as_json: bool) -> None:
    """UsageError for the level of intervals where none will be shown: under a penalty, of a descent, in a table of groups."""
    if "interval" not in options:
        return
    from wxb.methods.options import PENALTIES

    if any(options.get(name) for name in PENALTIES):
        raise UsageError(
            _("`--interval` is the level of intervals, and a line under a penalty has none: its errors are not known"),
            _(
                "leave it out: predictions are there without; a line without `l2=`, `l1=` and `positive=` has intervals too"
            ),
        )
    if as_json:  # that of a descent has the intervals of the exact minimum, that of groups all of them
        return
    if _descends(options):
        raise UsageError(
            _(
                "`--interval` is the level of intervals, and what a descent reached has none: errors are of the exact minimum"
            ),
            _("leave it out, or what asks for a descent; `--json` has the intervals of the exact minimum"),
        )
    if options.get("by") and not options.get("at") and not options.get("report"):
        raise UsageError(
            _("`--interval` is the level of intervals, and the table of groups has none"),
            _("leave it out, or give `--at` or `--json`, which have intervals"),
        )


def _descends(options: dict[str, Any]) -> bool:
    from wxb.methods.options import descends

    return descends(options)


def _show_model(screen: Screen, model: Model, drawn: Drawn, wishes: Wishes) -> int:
    from wxb.cli.flags import in_flags
    from wxb.report.equation import equation
    from wxb.report.lines import width
    from wxb.report.summary import summary

    path = model.trajectory
    screen.warn(model.warnings)
    if path is not None:
        screen.log(path.log_lines(log_interval(path, wishes.log_every), width()))
    if path is not None and model.diverged:
        return _no_answer(screen, model, path, drawn, wishes)
    shown = _predicted(model, wishes) if wishes.at else []
    if screen.as_json:
        from wxb.report.record import model_record

        screen.answer(model_record(model, wishes.interval, shown))
    else:
        if path is not None and not screen.quiet:
            screen.show("")
        hint = "" if shown or screen.quiet else next_step(model, wishes)
        text = (
            equation(model, None)
            if screen.quiet
            else summary(
                model,
                level=wishes.interval,
                next_step=hint,
                warnings=False,
                spelled=in_flags,
                rest=_("--json has them"),
            )
        )
        screen.show(text, heading=True)
        if shown:
            from wxb.cli.shown_points import show_points

            show_points(screen, model, shown, wishes.interval)
    _draw(screen, drawn, wishes)
    _write(screen, model, drawn, wishes)
    for one in shown:
        screen.warn(one.outside)
    return INTERRUPTED if model.outcome == "interrupted" else 0


def _predicted(model: Model, wishes: Wishes) -> list[ShownPoint]:
    """What is predicted at the points that were asked for."""
    from wxb.cli.shown_points import predict_at

    return [predict_at(model, point, wishes.interval) for point in wishes.at]


def _no_answer(screen: Screen, model: Model, path: Trajectory, drawn: Drawn, wishes: Wishes) -> int:
    """A run that diverged has no coefficients to show, keep or predict with."""
    import sys

    from wxb.cli.flags import in_flags
    from wxb.cli.screen import paint
    from wxb.report.lines import folded
    from wxb.report.record import model_record

    screen.answer(model_record(model, wishes.interval))
    sys.stdout.flush()
    paint("\n".join(folded(in_flags(path.outcome.text))), sys.stderr)
    if wishes.plot:
        _draw(screen, drawn, wishes)
    _picture(screen, drawn, wishes)
    if wishes.save:
        paint(one_line(_("  {save} was not written: there is no answer to keep", save=wishes.save)), sys.stderr)
    return 1


def log_interval(path: Trajectory, asked: int | None) -> int:
    """The notebook's 100 where it gives some twenty lines; else 1, 2, 5, 10, 20, … for at most as many."""
    if asked is not None:
        return asked
    total = min(path.total_epochs, int(path.epochs[-1]) + 1)
    if 400 <= total <= 4000:
        return max(100, path.log_every)
    every = next(step * 10**power for power in range(20) for step in (1, 2, 5) if step * 10**power * 20 >= total)
    return -(-every // path.log_every) * path.log_every


def next_step(model: Model, wishes: Wishes) -> str:
    """What to type next, and what it will say."""
    from wxb.report.next_step import answer, example_row, with_answer
    from wxb.report.time_text import typed

    row = example_row(model)
    if row is None:
        return "" if wishes.save else _("--save m.json keeps the model for wxb predict")
    words = {name: typed(model, name, value) if isinstance(value, float) else str(value) for name, value in row.items()}
    at = ",".join(f"{name}={word}" for name, word in words.items())
    level = "" if not model.is_minimum or model.inference.is_through_all else f" --interval {wishes.interval}"
    at = f"--at {shell_word(at)}"
    call = f"wxb predict {shell_word(str(wishes.save))} {at}{level}" if wishes.save else f"… {at}"
    return with_answer(call, answer(model, row, wishes.interval))


def _drawn(
    model: Model, source: Any, options: dict[str, Any], interval: float, shown: Shown | None, as_file: bool
) -> Picture:
    from wxb.cli.plots import drawn

    return drawn(model, source, options, interval, shown, as_file=as_file)


def _draw(screen: Screen, drawn: Drawn, wishes: Wishes) -> None:
    if wishes.plot and not screen.as_json:
        screen.show("")
        screen.picture(drawn(False).scene)


def _picture(screen: Screen, drawn: Drawn, wishes: Wishes) -> None:
    if wishes.picture is not None:
        drawn(True).save(wishes.picture)
        screen.saved(wishes.picture)


def _write(screen: Screen, model: Model, drawn: Drawn, wishes: Wishes) -> None:
    _picture(screen, drawn, wishes)
    if wishes.save is not None:
        from wxb.cli.saving import save

        save(screen, model, wishes.save, wishes.keep)
        screen.saved(wishes.save)

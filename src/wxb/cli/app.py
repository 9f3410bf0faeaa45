"""The commands and their options. Each imports what does its work when it runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from wxb.cli import fit_options as f
from wxb.cli import options as o
from wxb.cli.guard import guarded
from wxb.cli.screen import Screen, is_terminal
from wxb.cli.values import names, numbers, points, rate, start, thread_count
from wxb.printable import one_line

HELP = """H(x) = Wx + b, done right: linear regression you can watch and trust to the last digit.

Begin with `wxb demo`. Errors say what was found, where, and what to do.
"""


class Commands(typer.core.TyperGroup):
    """Typer's own messages repeat what was typed: it is made safe to print as everything else is."""

    def make_context(self, *args: Any, **options: Any) -> Any:
        with _safely_told():
            return super().make_context(*args, **options)

    def invoke(self, *args: Any, **options: Any) -> Any:
        with _safely_told():
            return super().invoke(*args, **options)


@contextmanager
def _safely_told() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # click's UsageError, wherever Typer keeps it
        if isinstance(error, typer.BadParameter.__mro__[1]):
            error.message = one_line(str(getattr(error, "message", "")))  # pyright: ignore[reportAttributeAccessIssue]
        raise


def app() -> typer.Typer:
    """The command line, handsome on a terminal and plain when piped."""
    pretty = is_terminal(sys.stdout)
    commands = typer.Typer(
        cls=Commands,
        help=HELP,
        no_args_is_help=True,
        rich_markup_mode="rich" if pretty else None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    )
    commands.callback()(_top)
    for command in (demo, fit, cost, rates, predict, update, merge, forget, explain):
        commands.command()(guarded(command))
    commands.command(context_settings={"allow_interspersed_args": False, "ignore_unknown_options": True})(
        guarded(watch)
    )
    return commands


def _version(on: bool) -> None:
    if on:
        from wxb._version import __version__

        print(f"wxb {__version__}")
        raise typer.Exit


def _top(
    version: Annotated[
        bool, typer.Option("--version", "-V", metavar="", is_eager=True, callback=_version, help="print the version")
    ] = False,
) -> None:
    pass


def demo(as_json: o.AsJson = False) -> int:
    """The notebook, start to end, on its own data."""
    from wxb.cli.demo import run

    return run(Screen(as_json))


def fit(
    data: o.Data,
    target: o.Target = None,
    features: o.Features = None,
    weights: o.Weights = None,
    by: f.By = None,
    missing: o.MissingRows = o.Missing.error,
    skip: o.Skip = None,
    comment: o.Comment = None,
    na: o.Na = None,
    encoding: o.Encoding = None,
    sep: o.Sep = None,
    date: o.Date = None,
    sheet: o.Sheet = None,
    where: o.Where = None,
    no_intercept: o.NoIntercept = False,
    test: f.Test = 0.0,
    folds: f.Folds = 0,
    seed: f.Seed = 0,
    precision: f.Precision = "exact",
    rank: f.Rank = "drop",
    lr: f.Rate = None,
    epochs: f.Epochs = None,
    momentum: o.Momentum = 0.0,
    nesterov: o.Nesterov = False,
    schedule: f.Schedule = None,
    scale: f.Scale = None,
    line_search: f.LineSearch = False,
    begin: f.Start = None,
    engine: f.Engine = "auto",
    optimizer: f.Optimizer = None,
    batch_size: f.BatchSize = None,
    dtype: f.Dtype = "float64",
    device: f.Device = "cpu",
    stop_gradient: f.StopGradient = None,
    stop_cost: f.StopCost = None,
    stop_se: f.StopStandardErrors = None,
    patience: f.Patience = None,
    log_every: f.LogEvery = None,
    at: o.At = None,
    interval: f.Interval = 0.95,
    plot: f.Plot = False,
    picture: f.Picture = None,
    save: f.Save = None,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
    threads: o.Threads = None,
    checkpoint: f.Checkpoint = None,
) -> int:
    """Fit a line: the exact minimum, or what gradient descent reaches.

    wxb fit examples/hours.csv --target score

    wxb fit examples/hours.csv --target score --lr 0.01 --epochs 2000 --at hours=4
    """
    from wxb.cli.fit_command import Wishes, run
    from wxb.cli.stopping import stop_of

    call = {
        "target": target, "features": names(features), "weights": weights, "by": by, "missing": missing.value,
        "intercept": not no_intercept, "test": test, "folds": folds, "seed": seed, "precision": precision, "rank": rank,
        "lr": rate(lr), "epochs": epochs, "momentum": momentum, "nesterov": nesterov, "schedule": schedule,
        "scale": scale, "line_search": line_search, "start": start(begin), "engine": engine, "optimizer": optimizer,
        "batch_size": batch_size, "dtype": dtype, "device": device,
        "stop": stop_of(stop_gradient, stop_cost, stop_se, patience), "threads": thread_count(threads), "checkpoint": checkpoint,
    }  # fmt: skip
    call |= o.layout(skip, comment, na, encoding, sep, date, sheet, where)
    return run(Screen(as_json, quiet), data, call, Wishes(points(at), interval, log_every, plot, picture, save))


def cost(
    data: o.Data,
    line: Annotated[
        str, typer.Option("--line", metavar="TEXT", help='the line, as "13*hours + 1"', show_default=False)
    ],
    target: o.Target = None,
    missing: o.MissingRows = o.Missing.error,
    skip: o.Skip = None,
    comment: o.Comment = None,
    na: o.Na = None,
    encoding: o.Encoding = None,
    sep: o.Sep = None,
    date: o.Date = None,
    sheet: o.Sheet = None,
    where: o.Where = None,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> int:
    """What a given line costs: each prediction and error, and their mean square.

    wxb cost examples/line.csv --target score --line "13*hours + 1"
    """
    from wxb.cli.cost_command import run

    return run(
        Screen(as_json, quiet),
        data,
        target,
        line,
        missing.value,
        o.layout(skip, comment, na, encoding, sep, date, sheet, where),
    )


def rates(
    data: o.Data,
    target: o.Target = None,
    lr: Annotated[float | None, typer.Option("--lr", metavar="α", help="the learning rate to judge")] = None,
    momentum: o.Momentum = 0.0,
    nesterov: o.Nesterov = False,
    features: o.Features = None,
    weights: o.Weights = None,
    missing: o.MissingRows = o.Missing.error,
    skip: o.Skip = None,
    comment: o.Comment = None,
    na: o.Na = None,
    encoding: o.Encoding = None,
    sep: o.Sep = None,
    date: o.Date = None,
    sheet: o.Sheet = None,
    where: o.Where = None,
    no_intercept: o.NoIntercept = False,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
    threads: o.Threads = None,
) -> int:
    """Which learning rates converge, which is best, and what a given one will do.

    wxb rates examples/hours.csv --target score --lr 0.2
    """
    from wxb.cli.rates_command import run

    call = {
        "features": names(features), "weights": weights, "intercept": not no_intercept, "missing": missing.value,
        "threads": thread_count(threads),
    }  # fmt: skip
    call |= o.layout(skip, comment, na, encoding, sep, date, sheet, where)
    return run(Screen(as_json, quiet), data, target, call, lr, momentum, nesterov)


def predict(
    model: o.ModelFile,
    data: Annotated[
        list[str] | None, typer.Argument(metavar="[DATA]", help="rows to predict", show_default=False)
    ] = None,
    at: o.At = None,
    interval: Annotated[
        float | None,
        typer.Option(
            "--interval",
            metavar="LEVEL",
            help="with the interval a new row falls into, as 0.95",
            rich_help_panel=o.OUTPUT_PANEL,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="F", help="write to .csv, .jsonl or .parquet", rich_help_panel=o.OUTPUT_PANEL
        ),
    ] = None,
    missing: o.MissingPredictions = o.MissingToPredict.error,
    skip: o.Skip = None,
    comment: o.Comment = None,
    na: o.Na = None,
    encoding: o.Encoding = None,
    sep: o.Sep = None,
    date: o.Date = None,
    sheet: o.Sheet = None,
    where: o.Where = None,
    even_if_diverged: Annotated[
        bool, typer.Option("--even-if-diverged", metavar="", help="predict from a run that has no answer")
    ] = False,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> int:
    """Predict new rows with a saved model.

    wxb predict m.json --at hours=4 --interval 0.95

    wxb predict m.json new.csv -o predicted.csv
    """
    from wxb.cli.predict_command import run

    return run(
        Screen(as_json, quiet),
        model,
        data or [],
        points(at),
        interval,
        output,
        missing.value,
        o.layout(skip, comment, na, encoding, sep, date, sheet, where),
        even_if_diverged,
    )


Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="M2.json", help="where to write the new model", show_default=False)
]


def update(
    model: o.ModelFile,
    data: o.Data,
    output: Output,
    weights: o.Weights = None,
    skip: o.Skip = None,
    comment: o.Comment = None,
    na: o.Na = None,
    encoding: o.Encoding = None,
    sep: o.Sep = None,
    date: o.Date = None,
    sheet: o.Sheet = None,
    where: o.Where = None,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> int:
    """Add new rows to a saved model, without the old ones.

    Test rows and folds go on: new rows are dealt to them as if they followed the old ones in one table.

    wxb update m.json new.csv -o m2.json
    """
    from wxb.cli.combine_command import update

    return update(
        Screen(as_json, quiet),
        model,
        data,
        output,
        weights,
        o.layout(skip, comment, na, encoding, sep, date, sheet, where),
    )


def merge(
    models: Annotated[
        list[Path], typer.Argument(metavar="MODEL", help="saved models of the same columns", show_default=False)
    ],
    output: Output,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> int:
    """One model of the rows of several: test rows to test rows, fold k to fold k.

    wxb merge seoul.json busan.json -o both.json
    """
    from wxb.cli.combine_command import merge

    return merge(Screen(as_json, quiet), models, output)


def forget(
    model: o.ModelFile,
    data: o.Data,
    output: Output,
    weights: o.Weights = None,
    skip: o.Skip = None,
    comment: o.Comment = None,
    na: o.Na = None,
    encoding: o.Encoding = None,
    sep: o.Sep = None,
    date: o.Date = None,
    sheet: o.Sheet = None,
    where: o.Where = None,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> int:
    """Take rows out of a saved model, to the bit as if it had never seen them.

    Rows that were never in it are refused where the sums show it: where no rows at all could have the sums that would remain. A
    model holds no rows, so a row close to its own that was never in it is taken away without a sign. Keep the rows you fitted.

    wxb forget m.json old.csv -o m2.json
    """
    from wxb.cli.combine_command import forget

    return forget(
        Screen(as_json, quiet),
        model,
        data,
        output,
        weights,
        o.layout(skip, comment, na, encoding, sep, date, sheet, where),
    )


def explain(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help='a computation, as "y = w**2; z = 2*y + 5"', show_default=False)
    ],
    at: Annotated[
        list[str] | None, typer.Option("--at", metavar="NAME=VALUE", help="where the derivative is taken")
    ] = None,
    times: Annotated[int, typer.Option("--times", metavar="N", help="call backward N times, as a loop does")] = 1,
    zero_grad: Annotated[bool, typer.Option("--zero-grad", metavar="", help="with zero_grad before each call")] = False,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="F.svg", help="draw the graph")] = None,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> int:
    """Differentiate a typed computation by autograd, and show every step of the chain rule.

    wxb explain "y = w**2; z = 2*y + 5" --at w=2
    """
    from wxb.cli.explain_command import run

    return run(Screen(as_json, quiet), text, numbers(at), times, zero_grad, svg)


def watch(
    script: Annotated[
        str, typer.Argument(metavar="SCRIPT", help="a Python script that trains with PyTorch", show_default=False)
    ],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[ARGS]", help="the script's own arguments", show_default=False)
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="F.json", help="write the findings as JSON")
    ] = None,
    fail: Annotated[bool, typer.Option("--fail", metavar="", help="exit 3 when something was found")] = False,
    as_json: o.AsJson = False,
) -> int:
    """Run a PyTorch script, unedited, under the loop doctor.

    wxb watch train.py --lr 0.1        (what follows the script is the script's)
    """
    from wxb.cli.watch_command import run

    return run(Screen(as_json), script, arguments or [], report, fail)

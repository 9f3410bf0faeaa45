"""The commands and their options, each declared once; what an option is given goes by its name to what the command calls."""

from __future__ import annotations

from wxb.cli.declared import Argument, Command, Option
from wxb.cli.options import (
    CHANGE,
    COST,
    DATA,
    DATA_PANEL,
    DEMO,
    DESCENT_PANEL,
    EXPLAIN,
    FIT,
    LAB,
    LANGUAGE,
    LAYOUT_PANEL,
    MERGE,
    MODEL,
    PENALTY_PANEL,
    PLOT,
    PREDICT,
    RATES,
    REPORT,
    RESIDUALS,
    RUN_PANEL,
    STOP_PANEL,
    TABLE,
    TEST,
    TORCH_PANEL,
    WATCH,
)
from wxb.i18n import N_

HELP = N_("""H(x) = Wx + b, done right: linear regression you can watch and trust to the last digit.

Begin with `wxb demo`. Errors say what was found, where, and what to do.
""")
BRIEF = N_("H(x) = Wx + b, done right. Begin with `wxb demo`; `wxb COMMAND -h` says more.")

_FITTING = tuple(
    one
    for one in FIT
    if one.panel in (DATA_PANEL, PENALTY_PANEL, LAYOUT_PANEL, DESCENT_PANEL, TORCH_PANEL, STOP_PANEL, RUN_PANEL)
    and one.name not in ("by", "precision", "checkpoint")  # of which a picture shows nothing
)

COMMANDS = (
    Command(
        "demo",
        "demo_command.run",
        N_("""The lesson: from three students to gradient descent and dz/dw = 8.

On a terminal a section at a time; all at once for a pipe.

  wxb demo

  wxb demo --notebook lesson.ipynb"""),
        (),
        DEMO,
    ),
    Command(
        "fit",
        "fit_command.run",
        N_("""Fit a line: the exact minimum, or what gradient descent reaches.

  wxb fit examples/hours.csv --target score

  wxb fit examples/hours.csv --formula 'score ~ hours + I(hours^2)'

  wxb fit examples/hours.csv --target score --lr 0.01 --epochs 2000 --at hours=4

  wxb fit --sql 'select hours, score from marks' --uri postgresql://localhost/school --target score"""),
        (DATA,),
        FIT,
    ),
    Command(
        "cost",
        "cost_command.run",
        N_("""What a given line costs: its predictions, errors, mean square.

  wxb cost examples/line.csv --target score --line "13*hours + 1\""""),
        (DATA,),
        COST,
    ),
    Command(
        "rates",
        "rates_command.run",
        N_("""Which learning rates converge, and what a given one will do.

  wxb rates examples/hours.csv --target score --lr 0.2"""),
        (DATA,),
        RATES,
    ),
    Command(
        "predict",
        "predict_command.run",
        N_("""Predict new rows with a saved model.

  wxb predict m.json --at hours=4 --interval 0.95

  wxb predict m.json new.csv -o predicted.csv"""),
        (MODEL, Argument("data", N_("rows to predict"), repeated=True, required=False)),
        PREDICT,
    ),
    Command(
        "plot",
        "plot_command.run",
        N_(
            """Draw a line, its errors or its descent: here, or in a file.

Files are SVG, PNG, PDF, HTML or text, by their ending.

Kinds: line, residuals, squares, fitted, qq, scale, leverage, coefficients.

Of a descent: path, rates, alpha, epochs, cost, bowl, film, gradients, graph.

Of a penalty that was chosen: path, folds.

  wxb plot path examples/hours.csv --target score --lr 0.1 --epochs 60

  wxb plot path cars.csv --target mpg --l1 auto --folds 5

  wxb plot line examples/hours.csv --target score --at hours=4

  wxb plot m.json fitted cars.csv -o errors.svg

  wxb plot m.json coefficients"""
        ),
        (Argument("words", N_("KIND and data to fit, or MODEL, KIND and its data"), "MODEL|KIND", repeated=True),),
        (*PLOT, *_FITTING),
    ),
    Command(
        "report",
        "report_command.run",
        N_("""A saved model as one HTML page: words, table, pictures, the run.

  wxb report m.json cars.csv -o cars.html

  wxb fit cars.csv --target dist --report cars.html"""),
        (MODEL, Argument("data", N_("the rows of the fit; a model holds none"), repeated=True, required=False)),
        REPORT,
    ),
    Command(
        "lab",
        "lab_command.run",
        N_("""A page to learn on, of your own data too, as one file.

Ten scenes, from three students to dz/dw = 8. The browser opens it, and a teacher can send it: it needs nothing else.

  wxb lab

  wxb lab cars.csv --target dist -o cars-lab.html

  wxb lab m.json cars.csv"""),
        (
            Argument(
                "words",
                N_("data, or MODEL and its data; without, the three students"),
                "DATA|MODEL",
                repeated=True,
                required=False,
            ),
        ),
        LAB,
    ),
    Command(
        "table",
        "table_command.run",
        N_("""Saved models side by side, as papers have them.

Terms go down, models across, and errors stand beneath.

  wxb table m1.json m2.json

  wxb table m1.json m2.json --names 'plain,robust' --latex -o table.tex"""),
        (Argument("models", N_("models that wxb saved"), "MODEL", read="path", repeated=True),),
        TABLE,
    ),
    Command(
        "test",
        "test_command.run",
        N_("""Test hypotheses about the coefficients of a saved model.

Each is tested alone, and all together.

  wxb test m.json 'hours = 2, a = b'

  wxb test m.json '2*a - b/3'        (without = it is compared with 0)

  wxb test m.json school             (a whole term: all its coefficients are 0)"""),
        (
            MODEL,
            Argument("hypotheses", N_("linear equations of the coefficients, or a whole term"), repeated=True),
        ),
        TEST,
    ),
    Command(
        "residuals",
        "residuals_command.run",
        N_("""Rows of a fit that stand out, and whether errors are as assumed.

  wxb residuals m.json cars.csv --label model

  wxb residuals m.json cars.csv -o errors.csv"""),
        (MODEL, DATA),
        RESIDUALS,
    ),
    Command(
        "update",
        "combine_command.update",
        N_("""Add new rows to a saved model, without the old ones.

Test rows and folds go on: new rows are dealt to them as if they followed the old ones in one table.

  wxb update m.json new.csv -o m2.json"""),
        (MODEL, DATA),
        CHANGE,
    ),
    Command(
        "merge",
        "combine_command.merge",
        N_("""One model of the rows of several.

Test rows go to test rows, fold k to fold k.

  wxb merge seoul.json busan.json -o both.json"""),
        (Argument("models", N_("saved models of the same columns"), "MODEL", read="path", repeated=True),),
        MERGE,
    ),
    Command(
        "forget",
        "combine_command.forget",
        N_("""Take rows out of a model, to the bit as if it never saw them.

Rows that were never in it are refused where the sums show it: where no rows at all could have the sums that would remain. A
model holds no rows, so a row close to its own that was never in it is taken away without a sign. Keep the rows you fitted.

  wxb forget m.json old.csv -o m2.json"""),
        (MODEL, DATA),
        CHANGE,
    ),
    Command(
        "explain",
        "explain_command.run",
        N_("""Differentiate a computation, with every step of the chain rule.

  wxb explain "y = w**2; z = 2*y + 5" --at w=2"""),
        (Argument("text", N_('a computation, as "y = w**2; z = 2*y + 5"')),),
        EXPLAIN,
    ),
    Command(
        "watch",
        "watch_command.run",
        N_("""Run a PyTorch script, unedited, under the loop doctor.

  wxb watch train.py --lr 0.1        (what follows the script is the script's)"""),
        (
            Argument("script", N_("a Python script that trains with PyTorch")),
            Argument("arguments", N_("the script's own arguments"), "ARGS", repeated=True, required=False),
        ),
        WATCH,
        handed_on=True,
    ),
)
TOP = (
    Option("--version", "-V", help=N_("print the version")),
    Option("--install-completion", help=N_("install completion for the current shell, or bash, zsh or fish")),
    Option("--show-completion", help=N_("show it, to copy it or change it")),
)
SHOW_HELP = Option("--help", "-h", help=N_("show this message and exit"))
ANYWHERE = (LANGUAGE, SHOW_HELP)  # of every command, and of wxb itself

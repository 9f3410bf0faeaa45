"""The options of every command, the arguments that several share, and the panels that the help shows them in."""

from __future__ import annotations

from wxb.cli.declared import Argument, Option
from wxb.i18n import LANGUAGES, N_

DATA_PANEL = N_("Data")
LAYOUT_PANEL = N_("How a text is read, where it does not show, and which rows")
DESCENT_PANEL = N_("Descent (without these the fit is the exact minimum)")
PENALTY_PANEL = N_("Penalties: ridge, lasso, elastic net")
SELECTION_PANEL = N_("Which terms")
TORCH_PANEL = N_("PyTorch engine")
STOP_PANEL = N_("When a descent stops")
OUTPUT_PANEL = N_("Output")
PAGE_PANEL = N_("The descent that the page begins with")
RUN_PANEL = N_("How to run (changes nothing in the answer)")


def together(panel: str, *options: Option) -> tuple[Option, ...]:
    for option in options:
        option.panel = panel
    return options


DATA = Argument(
    "data", N_("CSV, TSV, gzip, JSON, Parquet or Excel; a glob; - for stdin"), repeated=True, unless=("sql", "uri"),
)  # fmt: skip
MODEL = Argument("model", N_("a model that wxb saved"), read="path")
TARGET = Option("--target", "-t", metavar="COLUMN", help=N_("the column to predict"))
FEATURES = Option(
    "--features", "-f", metavar="A,B", read="names", repeated=True,
    help=N_("columns to predict it from; default: all others"),
)  # fmt: skip
WEIGHTS = Option("--weights", metavar="COLUMN", help=N_("weight of each row"))
FREQUENCY = Option("--frequency", metavar="COLUMN", help=N_("how many equal rows each row stands for"))
MISSING = Option(
    "--missing", choices=("error", "drop"), default="error",
    help=N_("rows with a missing value: stop, or leave them out"),
)  # fmt: skip
NO_INTERCEPT = Option("--no-intercept", name="intercept", value=False, help=N_("fit without b"))
MOMENTUM = Option("--momentum", metavar="β", read="real", default="0.0", help=N_("momentum, 0 to below 1"))
NESTEROV = Option("--nesterov", help=N_("Nesterov's form of momentum"))
AT = Option("--at", metavar="NAME=VALUE,…", read="points", repeated=True, help=N_("where to predict; may be repeated"))
SCREEN = together(
    OUTPUT_PANEL,
    Option("--json", help=N_("one JSON object on stdout, all else on stderr")),
    Option("--quiet", "-q", help=N_("the answer only")),
)
LANGUAGE = Option(
    "--lang", choices=tuple(LANGUAGES), panel=OUTPUT_PANEL, help=N_("the language to speak; default: the locale's")
)  # fmt: skip
THREADS = Option("--threads", metavar="N", read="thread_count", help=N_("threads; default: all cores"))
DASK = Option(
    "--dask", metavar="ADDRESS|local", panel=RUN_PANEL,
    help=N_("workers of Dask read the files, which all of them see: tcp://host:8786, or those of this machine"),
)  # fmt: skip
KEEP = Option(
    "--keep", choices=("labels",), panel=OUTPUT_PANEL,
    help=N_("have the model's file hold sums by cluster, and by level also where that tells single rows"),
)  # fmt: skip
OUTPUT = Option(
    "--output", "-o", metavar="M2.json", read="path", required=True, help=N_("where to write the new model")
)
LAYOUT = together(
    LAYOUT_PANEL,
    Option("--skip", metavar="N", read="whole", help=N_("lines above the header")),
    Option("--comment", metavar="'#'", help=N_("lines that begin with it are skipped")),
    Option("--na", metavar="'-,?'", read="words", repeated=True, help=N_("more spellings of missing cells")),
    Option("--encoding", metavar="NAME", help=N_("as cp949, shift_jis, utf-16")),
    Option("--sep", metavar="';'", help=N_("what is between cells: one character, tab, space")),
    Option("--date", metavar="FORM", help=N_("the form of dates, as %d/%m/%Y; ISO 8601 needs none")),
    Option("--sheet", metavar="NAME", help=N_("of an Excel file")),
    Option("--where", metavar="'age >= 18'", help=N_("only rows of which this holds")),
)
QUERY = together(
    DATA_PANEL,
    Option("--sql", metavar="'select …'", help=N_("in place of DATA: the rows that a query gives")),
    Option("--uri", metavar="ADDRESS", help=N_("its database: postgresql://…, sqlite:///F, duckdb:///F; else WXB_URI")),
)
ROWS = (*QUERY, *LAYOUT)  # where rows come from: of every command that reads some (`origin`)

# ---- what each command but `fit` takes

DEMO = together(
    OUTPUT_PANEL,
    Option("--all", help=N_("all sections at once, on a terminal too")),
    Option("--notebook", metavar="F.ipynb", read="path", help=N_("write the lesson as a notebook that runs in Jupyter")),
    *SCREEN[:1],
)  # fmt: skip
COST = (
    Option("--line", metavar="TEXT", required=True, help=N_('the line, as "13*hours + 1"')),
    TARGET, MISSING, *ROWS, *SCREEN,
)  # fmt: skip
RATES = (
    Option("--lr", metavar="α", read="real", help=N_("the learning rate to judge")),
    Option("--epochs", metavar="N", read="whole", help=N_("epochs within which it is to arrive")),
    TARGET, MOMENTUM, NESTEROV, FEATURES, WEIGHTS, FREQUENCY, MISSING, *ROWS, NO_INTERCEPT, *SCREEN, THREADS, DASK,
)  # fmt: skip
PREDICT = (
    *together(
        OUTPUT_PANEL,
        AT,
        Option("--interval", metavar="LEVEL", read="level", help=N_("with the interval a new row falls into, as 0.95")),
        Option(
            "--of", choices=("row", "mean"), default="row",
            help=N_("what the interval is of: a new row, or the mean of such rows"),
        ),
        Option("--output", "-o", metavar="F", read="path", help=N_("write to .csv, .jsonl or .parquet")),
    ),
    Option(
        "--missing", choices=("error", "drop", "nan"), default="error", panel=DATA_PANEL,
        help=N_("rows with a missing value: stop, leave them out, or keep them with an empty prediction"),
    ),
    Option(
        "--unseen", choices=("error", "drop", "reference"), default="error", panel=DATA_PANEL,
        help=N_("rows with a level that the model does not know: stop, leave them out, or count it as the base"),
    ),
    *ROWS,
    Option("--even-if-diverged", help=N_("predict from a run that has no answer")),
    *SCREEN,
)  # fmt: skip
DRAWN = (
    Option(
        "--output", "-o", metavar="F", read="path", help=N_("write it: .svg, .png, .pdf, .html or .txt, by its ending")
    ),
    Option(
        "--theme", choices=("auto", "light", "dark"), default="auto", help=N_("of a file; auto follows the reader's")
    ),
)
PLOT = together(
    OUTPUT_PANEL,
    DRAWN[0],
    Option("--term", metavar="COLUMN", help=N_("the column to go along; all else is as it is on average")),
    AT,
    Option("--interval", metavar="LEVEL", read="level", help=N_("level of the intervals; default: 0.95")),
    Option("--rates", metavar="α,α", read="rates", repeated=True, help=N_("learning rates to draw")),
    Option("--within", metavar="N", read="whole", help=N_("epochs of descents that are drawn and were not made")),
    DRAWN[1],
    Option("--table", help=N_("what it shows, as a table")),
    *SCREEN,
)  # fmt: skip
REPORT = (
    *together(
        OUTPUT_PANEL,
        Option("--output", "-o", metavar="F.html", read="path", help=N_("where to write it; default: the model's name")),
        Option("--interval", metavar="LEVEL", read="level", default="0.95", help=N_("level of the intervals")),
    ),
    WEIGHTS, FREQUENCY, *ROWS, *SCREEN, THREADS, DASK,
)  # fmt: skip
LAB = (
    *together(
        OUTPUT_PANEL,
        Option("--output", "-o", metavar="F.html", read="path", help=N_("where to write it; default: lab.html")),
        Option("--no-open", name="open", value=False, help=N_("write it and open no browser")),
    ),
    TARGET,
    *together(
        DATA_PANEL,
        Option(
            "--features", "-f", metavar="A", read="names", repeated=True,
            help=N_("the column to go along; default: the first of numbers"),
        ),
    ),
    MISSING, NO_INTERCEPT,
    *together(
        PAGE_PANEL,
        Option("--lr", metavar="α|auto", read="rate", help=N_("0.01 where that arrives, else the best, when left out")),
        Option("--epochs", metavar="N", read="whole", default="2000", help=N_("epochs to make")),
        Option("--momentum", metavar="β", read="real", default="0.0", help=N_("momentum, 0 to below 1")),
        Option("--start", metavar="hours=1,(b)=0", read="start", help=N_("where to start; default: zeros")),
    ),
    *ROWS, *SCREEN, THREADS, DASK,
)  # fmt: skip
TABLE = (
    *together(
        OUTPUT_PANEL,
        Option("--latex", name="format", value="latex", help=N_("for LaTeX with booktabs; by itself where F ends in .tex")),
        Option("--markdown", name="format", value="markdown", help=N_("for Markdown; by itself where F ends in .md")),
        Option("--html", name="format", value="html", help=N_("for a page; by itself where F ends in .html")),
        Option("--output", "-o", metavar="F", read="path", help=N_("write it to a file")),
        Option("--names", metavar="A,B", read="words", repeated=True, help=N_("a name for each model; default: (1), (2) …")),
        Option(
            "--errors", choices=("se", "t", "interval"), default="se",
            help=N_("what stands beneath a coefficient: its error, its t, its interval"),
        ),
        Option("--stars", help=N_("stars for p below 0.05, 0.01, 0.001")),
        Option("--interval", metavar="LEVEL", read="level", default="0.95", help=N_("level of the intervals")),
        Option("--caption", metavar="TEXT", help=N_("over the table; default: the target")),
    ),
    *SCREEN,
)  # fmt: skip
TEST = (
    *together(
        OUTPUT_PANEL,
        Option("--interval", metavar="LEVEL", read="level", default="0.95", help=N_("level of the intervals")),
        Option("--se", metavar="classical|HC1|…", help=N_("by other errors, of what the model holds; cluster:COLUMN")),
    ),
    *SCREEN,
)
RESIDUALS = (
    *together(
        OUTPUT_PANEL,
        Option("--output", "-o", metavar="F", read="path", help=N_("write each row with its error: .csv, .jsonl, .parquet")),
        Option("--largest", metavar="N", read="whole", default="5", help=N_("rows to name of each measure")),
        Option("--label", metavar="COLUMN", help=N_("what these rows are called")),
        Option("--white", help=N_("White's test too, with squares and products of the terms")),
        Option("--qq", metavar="N", read="whole", default="0", help=N_("quantiles beside those of the normal distribution")),
    ),
    WEIGHTS, FREQUENCY, *ROWS, *SCREEN, THREADS, DASK,
)  # fmt: skip
CHANGE = (OUTPUT, KEEP, WEIGHTS, FREQUENCY, *ROWS, *SCREEN, DASK)
MERGE = (OUTPUT, KEEP, *SCREEN)
SAVE = (Option("--save", metavar="M.json", read="path", panel=OUTPUT_PANEL, help=N_("keep the model")), KEEP)
EXPLAIN = (
    Option("--at", metavar="NAME=VALUE", read="numbers", repeated=True, help=N_("where the derivative is taken")),
    Option("--times", metavar="N", read="whole", default="1", help=N_("call backward N times, as a loop does")),
    Option("--zero-grad", help=N_("with zero_grad before each call")),
    *DRAWN,
    *SCREEN,
)
WATCH = (
    Option(
        "--report", metavar="F.html", read="path",
        help=N_("write a page with all curves: F.html; F.json: the findings as JSON"),
    ),
    Option("--fail", help=N_("exit 3 when something was found")),
    SCREEN[0],
)  # fmt: skip

# ---- wxb fit: each goes to `wxb.fit` by its name, or is named in `fit_command.run`

FIT = (
    *together(
        DATA_PANEL,
        *QUERY,
        TARGET,
        FEATURES,
        Option("--formula", metavar="'y ~ x'", help=N_("both in one: 'log(y) ~ x*z + C(school)'")),
        Option("--endogenous", metavar="A,B", read="names", repeated=True, help=N_("two stages: terms the errors are in")),
        Option("--instruments", metavar="A,B", read="names", repeated=True, help=N_("and columns that tell them")),
        WEIGHTS,
        FREQUENCY,
        Option("--by", metavar="A,B", read="names", repeated=True, help=N_("one model for each group of rows")),
        MISSING,
        NO_INTERCEPT,
        Option("--absorb", metavar="A,B", read="names", repeated=True, help=N_("fixed effects: fitted and not listed")),
        Option(
            "--se", metavar="HC1|cluster:COLUMN|…",
            help=N_("errors: HC0 to HC3, cluster:A, cluster:A+B, CR2:A, CR3:A, HAC:LAGS, DK:TIME, bootstrap:999"),
        ),
        Option("--test", metavar="SHARE", read="share", default="0.0", help=N_("share of the rows to hold out, as 0.2")),
        Option(
            "--folds", metavar="K|COLUMN|…", default="0",
            help=N_("cross-validate in K folds; as many as rows leave one out; school, 5:school whole groups, time:5:day the past"),
        ),
        Option("--seed", metavar="N", read="whole", default="0", help=N_("of all that is random")),
        Option(
            "--precision", choices=("exact", "fast"), default="exact",
            help=N_("exact sums, or rounded ones that say what they promise"),
        ),
        Option("--rank", choices=("drop", "error"), default="drop", help=N_("collinear columns: later ones give way, or stop")),
    ),
    *together(
        PENALTY_PANEL,
        Option("--l2", metavar="λ|auto", read="penalty", help=N_("ridge: adds λ ‖W‖², or the λ that predicts best")),
        Option("--l1", metavar="λ|auto", read="penalty", help=N_("lasso: adds λ ‖W‖₁; both: elastic net")),
        Option("--positive", help=N_("no coefficient below 0")),
        Option("--no-standardise", name="standardise", value=False, help=N_("penalise W as it stands, not by its column's sd")),
        Option(
            "--choose", choices=("minimum", "one-se", "gcv"), default="minimum",
            help=N_("of auto: best, simplest within one standard error, or by sums alone"),
        ),
        Option("--among", metavar="A,B", read="rates", repeated=True, help=N_("λ to try")),
        Option("--penalise", metavar="X=0", read="start", help=N_("factors of a term's penalties; 0 for none")),
    ),
    *together(
        SELECTION_PANEL,
        Option(
            "--select", choices=("aic", "bic", "adjusted-r2"),
            help=N_("terms go in or out, the best step first, until none betters it"),
        ),
        Option(
            "--direction", choices=("both", "backward", "forward"), default="both",
            help=N_("begin with all terms, out (and in again), or with none"),
        ),
        Option("--always", metavar="TERMS", help=N_("terms that are in every line, \"age + C(school)\"")),
    ),
    *LAYOUT,
    *together(
        DESCENT_PANEL,
        Option("--lr", metavar="α|auto", read="rate", help=N_("learning rate, or the best constant one")),
        Option("--epochs", metavar="N", read="whole", help=N_("epochs to make")),
        MOMENTUM,
        NESTEROV,
        Option(
            "--schedule", metavar="RULE",
            help=N_("how the rate falls: step:500:0.1, exponential:0.999, cosine, inverse:0.01"),
        ),
        Option(
            "--scale", choices=("standard",), help=N_("descend on standardised columns; W and b come back in your units")
        ),
        Option("--line-search", help=N_("the exact best rate in every epoch")),
        Option("--start", metavar="hours=1,(b)=0", read="start", help=N_("where to start; default: zeros")),
    ),
    *together(
        TORCH_PANEL,
        Option(
            "--engine", choices=("auto", "moments", "torch"), default="auto",
            help=N_("the same descent from moments, or by PyTorch autograd"),
        ),
        Option("--optimizer", metavar="NAME", help=N_("gd, or any of torch.optim: adam, lbfgs, …")),
        Option("--batch-size", metavar="N", read="whole", help=N_("rows in a step; default: all")),
        Option(
            "--dtype", choices=("float64", "float32"), default="float64", help=N_("numbers PyTorch computes with")
        ),
        Option("--device", metavar="cpu|cuda", default="cpu", help=N_("where PyTorch computes")),
    ),
    *together(
        STOP_PANEL,
        Option("--stop-gradient", metavar="X", read="positive", help=N_("gradient norm at or below X")),
        Option("--stop-cost", metavar="X", read="positive", help=N_("cost within X of the minimum")),
        Option("--stop-se", metavar="X", read="positive", help=N_("coefficients within X standard errors of the minimum")),
        Option("--patience", metavar="N", read="positive_whole", help=N_("N epochs without a lower test cost (--test)")),
    ),
    *together(
        OUTPUT_PANEL,
        Option(
            "--log-every", metavar="N", read="whole",
            help=N_("epochs from one log line to the next; default: 100, or what gives about 20 lines"),
        ),
        AT,
        Option("--interval", metavar="LEVEL", read="level", default="0.95", help=N_("level of the intervals")),
        Option("--plot", help=N_("draw the cost by epoch, or the line and its rows, or its coefficients")),
        Option("--picture", metavar="F.svg|png|pdf", read="path", help=N_("write the descent on its cost, or what `--plot` draws")),
        Option("--report", metavar="F.html", read="path", help=N_("write all there is to see as one page")),
        *SAVE,
        *SCREEN,
    ),
    *together(
        RUN_PANEL,
        THREADS,
        DASK,
        Option(
            "--checkpoint", metavar="F", read="path",
            help=N_("put the state of a long scan aside; a killed run goes on from it"),
        ),
    ),
)  # fmt: skip

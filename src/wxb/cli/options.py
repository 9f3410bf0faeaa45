"""The options of every command but `fit`, the arguments that several share, and the panels that the help shows them in."""

from __future__ import annotations

from wxb.cli.declared import Argument, Option

DATA_PANEL = "Data"
LAYOUT_PANEL = "How a text is read, where it does not show, and which rows"
DESCENT_PANEL = "Descent (without these the fit is the exact minimum)"
TORCH_PANEL = "PyTorch engine"
STOP_PANEL = "When a descent stops"
OUTPUT_PANEL = "Output"
RUN_PANEL = "How to run (changes nothing in the answer)"


def together(panel: str, *options: Option) -> tuple[Option, ...]:
    for option in options:
        option.panel = panel
    return options


DATA = Argument("data", "CSV, TSV, gzip, JSON, Parquet or Excel; a glob; - for stdin", repeated=True)
MODEL = Argument("model", "a model that wxb saved", read="path")
TARGET = Option("--target", "-t", metavar="COLUMN", help="the column to predict")
FEATURES = Option(
    "--features", "-f", metavar="A,B", read="names", repeated=True,
    help="columns to predict it from; default: all others",
)  # fmt: skip
WEIGHTS = Option("--weights", metavar="COLUMN", help="weight of each row")
FREQUENCY = Option("--frequency", metavar="COLUMN", help="how many equal rows each row stands for")
MISSING = Option(
    "--missing", choices=("error", "drop"), default="error",
    help="rows with a missing value: stop, or leave them out",
)  # fmt: skip
NO_INTERCEPT = Option("--no-intercept", name="intercept", value=False, help="fit without b")
MOMENTUM = Option("--momentum", metavar="β", read="real", default="0.0", help="momentum, 0 to below 1")
NESTEROV = Option("--nesterov", help="Nesterov's form of momentum")
AT = Option(
    "--at", metavar="NAME=VALUE,…", read="points", repeated=True, help="where to predict; may be repeated"
)  # fmt: skip
SCREEN = together(
    OUTPUT_PANEL,
    Option("--json", help="one JSON object on stdout, all else on stderr"),
    Option("--quiet", "-q", help="the answer only"),
)
THREADS = Option("--threads", metavar="N", read="thread_count", help="threads; default: all cores")
KEEP = Option(
    "--keep", choices=("labels",), panel=OUTPUT_PANEL,
    help="have the model's file hold sums by cluster, and by level also where that tells single rows",
)  # fmt: skip
OUTPUT = Option(
    "--output", "-o", metavar="M2.json", read="path", required=True, help="where to write the new model"
)  # fmt: skip
LAYOUT = together(
    LAYOUT_PANEL,
    Option("--skip", metavar="N", read="whole", help="lines above the header"),
    Option("--comment", metavar="'#'", help="lines that begin with it are skipped"),
    Option("--na", metavar="'-,?'", read="words", repeated=True, help="more spellings of missing cells"),
    Option("--encoding", metavar="NAME", help="as cp949, shift_jis, utf-16"),
    Option("--sep", metavar="';'", help="what is between cells: one character, tab, space"),
    Option("--date", metavar="FORM", help="the form of dates, as %d/%m/%Y; ISO 8601 needs none"),
    Option("--sheet", metavar="NAME", help="of an Excel file"),
    Option("--where", metavar="'age >= 18'", help="only rows of which this holds"),
)

# ---- what each command but `fit` takes

COST = (
    Option("--line", metavar="TEXT", required=True, help='the line, as "13*hours + 1"'),
    TARGET, MISSING, *LAYOUT, *SCREEN,
)  # fmt: skip
RATES = (
    Option("--lr", metavar="α", read="real", help="the learning rate to judge"),
    TARGET, MOMENTUM, NESTEROV, FEATURES, WEIGHTS, FREQUENCY, MISSING, *LAYOUT, NO_INTERCEPT, *SCREEN, THREADS,
)  # fmt: skip
PREDICT = (
    *together(
        OUTPUT_PANEL,
        AT,
        Option(
            "--interval", metavar="LEVEL", read="level", help="with the interval a new row falls into, as 0.95"
        ),
        Option(
            "--of", choices=("row", "mean"), default="row",
            help="what the interval is of: a new row, or the mean of such rows",
        ),
        Option("--output", "-o", metavar="F", read="path", help="write to .csv, .jsonl or .parquet"),
    ),
    Option(
        "--missing", choices=("error", "drop", "nan"), default="error", panel=DATA_PANEL,
        help="rows with a missing value: stop, leave them out, or keep them with an empty prediction",
    ),
    Option(
        "--unseen", choices=("error", "drop", "reference"), default="error", panel=DATA_PANEL,
        help="rows with a level that the model does not know: stop, leave them out, or count it as the base",
    ),
    *LAYOUT,
    Option("--even-if-diverged", help="predict from a run that has no answer"),
    *SCREEN,
)  # fmt: skip
TABLE = (
    *together(
        OUTPUT_PANEL,
        Option("--latex", name="format", value="latex", help="for LaTeX with booktabs; by itself where F ends in .tex"),
        Option("--markdown", name="format", value="markdown", help="for Markdown; by itself where F ends in .md"),
        Option("--html", name="format", value="html", help="for a page; by itself where F ends in .html"),
        Option("--output", "-o", metavar="F", read="path", help="write it to a file"),
        Option("--names", metavar="A,B", read="words", repeated=True, help="a name for each model; default: (1), (2) …"),
        Option(
            "--errors", choices=("se", "t", "interval"), default="se",
            help="what stands beneath a coefficient: its error, its t, its interval",
        ),
        Option("--stars", help="stars for p below 0.05, 0.01, 0.001"),
        Option("--interval", metavar="LEVEL", read="level", default="0.95", help="level of the intervals"),
        Option("--caption", metavar="TEXT", help="over the table; default: the target"),
    ),
    *SCREEN,
)  # fmt: skip
TEST = (
    *together(
        OUTPUT_PANEL,
        Option("--interval", metavar="LEVEL", read="level", default="0.95", help="level of the intervals"),
        Option("--se", metavar="classical|cluster:COLUMN|…", help="by other errors, of what the model holds"),
    ),
    *SCREEN,
)
RESIDUALS = (
    *together(
        OUTPUT_PANEL,
        Option("--output", "-o", metavar="F", read="path", help="write each row with its error: .csv, .jsonl, .parquet"),
        Option("--largest", metavar="N", read="whole", default="5", help="rows to name of each measure"),
        Option("--label", metavar="COLUMN", help="what these rows are called"),
        Option("--white", help="White's test too, with squares and products of the terms"),
        Option("--qq", metavar="N", read="whole", default="0", help="quantiles beside those of the normal distribution"),
    ),
    WEIGHTS, FREQUENCY, *LAYOUT, *SCREEN, THREADS,
)  # fmt: skip
CHANGE = (OUTPUT, KEEP, WEIGHTS, FREQUENCY, *LAYOUT, *SCREEN)
MERGE = (OUTPUT, KEEP, *SCREEN)
SAVE = (Option("--save", metavar="M.json", read="path", panel=OUTPUT_PANEL, help="keep the model"), KEEP)
EXPLAIN = (
    Option("--at", metavar="NAME=VALUE", read="numbers", repeated=True, help="where the derivative is taken"),
    Option("--times", metavar="N", read="whole", default="1", help="call backward N times, as a loop does"),
    Option("--zero-grad", help="with zero_grad before each call"),
    Option("--svg", metavar="F.svg", read="path", help="draw the graph"),
    *SCREEN,
)
WATCH = (
    Option("--report", metavar="F.json", read="path", help="write the findings as JSON"),
    Option("--fail", help="exit 3 when something was found"),
    SCREEN[0],
)

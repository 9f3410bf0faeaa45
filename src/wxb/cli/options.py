"""The arguments and options that several commands share, and the panels that the help shows them in."""

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

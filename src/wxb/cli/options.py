"""Options that several commands share, each written once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

DATA_PANEL = "Data"
DESCENT_PANEL = "Descent (without these the fit is the exact minimum)"
TORCH_PANEL = "PyTorch engine"
STOP_PANEL = "When a descent stops"
LAYOUT_PANEL = "How a text is read, where it does not show, and which rows"
OUTPUT_PANEL = "Output"
RUN_PANEL = "How to run (changes nothing in the answer)"


class Missing(StrEnum):
    """What to do with a row that has a missing value."""

    error = "error"
    drop = "drop"


class MissingToPredict(StrEnum):
    """What to do with a row that has a missing value, and so no prediction."""

    error = "error"
    drop = "drop"
    nan = "nan"


Data = Annotated[
    list[str],
    typer.Argument(
        metavar="DATA", help="CSV, TSV, gzip, JSON, Parquet or Excel; a glob; - for stdin", show_default=False
    ),
]
ModelFile = Annotated[Path, typer.Argument(metavar="MODEL", help="a model that wxb saved", show_default=False)]
Target = Annotated[
    str | None,
    typer.Option("--target", "-t", metavar="COLUMN", help="the column to predict", rich_help_panel=DATA_PANEL),
]
Features = Annotated[
    list[str] | None,
    typer.Option(
        "--features",
        "-f",
        metavar="A,B",
        help="columns to predict it from; default: all others",
        rich_help_panel=DATA_PANEL,
    ),
]
Weights = Annotated[
    str | None, typer.Option("--weights", metavar="COLUMN", help="weight of each row", rich_help_panel=DATA_PANEL)
]
MissingRows = Annotated[
    Missing,
    typer.Option("--missing", help="rows with a missing value: stop, or leave them out", rich_help_panel=DATA_PANEL),
]
MissingPredictions = Annotated[
    MissingToPredict,
    typer.Option(
        "--missing",
        help="rows with a missing value: stop, leave them out, or keep them with an empty prediction",
        rich_help_panel=DATA_PANEL,
    ),
]
NoIntercept = Annotated[
    bool, typer.Option("--no-intercept", metavar="", help="fit without b", rich_help_panel=DATA_PANEL)
]
Momentum = Annotated[
    float, typer.Option("--momentum", metavar="β", help="momentum, 0 to below 1", rich_help_panel=DESCENT_PANEL)
]
Nesterov = Annotated[
    bool, typer.Option("--nesterov", metavar="", help="Nesterov's form of momentum", rich_help_panel=DESCENT_PANEL)
]
At = Annotated[
    list[str] | None,
    typer.Option(
        "--at", metavar="NAME=VALUE,…", help="where to predict; may be repeated", rich_help_panel=OUTPUT_PANEL
    ),
]
AsJson = Annotated[
    bool,
    typer.Option(
        "--json", metavar="", help="one JSON object on stdout, all else on stderr", rich_help_panel=OUTPUT_PANEL
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", metavar="", help="the answer only", rich_help_panel=OUTPUT_PANEL)]
Threads = Annotated[
    int | None,
    typer.Option("--threads", metavar="N", help="threads; default: all cores", rich_help_panel=RUN_PANEL),
]


Skip = Annotated[
    int | None, typer.Option("--skip", metavar="N", help="lines above the header", rich_help_panel=LAYOUT_PANEL)
]
Comment = Annotated[
    str | None,
    typer.Option("--comment", metavar="'#'", help="lines that begin with it are skipped", rich_help_panel=LAYOUT_PANEL),
]
Na = Annotated[
    list[str] | None,
    typer.Option("--na", metavar="'-,?'", help="more spellings of missing cells", rich_help_panel=LAYOUT_PANEL),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="as cp949, shift_jis, utf-16", rich_help_panel=LAYOUT_PANEL),
]
Sep = Annotated[
    str | None,
    typer.Option(
        "--sep", metavar="';'", help="what is between cells: one character, tab, space", rich_help_panel=LAYOUT_PANEL
    ),
]
Date = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="FORM",
        help="the form of dates, as %d/%m/%Y; ISO 8601 needs none",
        rich_help_panel=LAYOUT_PANEL,
    ),
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help="of an Excel file", rich_help_panel=LAYOUT_PANEL)
]
Where = Annotated[
    str | None,
    typer.Option("--where", metavar="'age >= 18'", help="only rows of which this holds", rich_help_panel=LAYOUT_PANEL),
]


def layout(
    skip: int | None,
    comment: str | None,
    na: list[str] | None,
    encoding: str | None,
    sep: str | None,
    date: str | None,
    sheet: str | None,
    where: str | None,
) -> dict[str, Any]:
    """The options of a layout that were given, as keywords."""
    from wxb.cli.values import names

    given = {
        "skip": skip,
        "comment": comment,
        "na": names(na),
        "encoding": encoding,
        "sep": sep,
        "date": date,
        "sheet": sheet,
        "where": where,
    }
    return {name: value for name, value in given.items() if value is not None}

"""The options of `wxb fit` that no other command has, in the order of its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wxb.cli.options import DATA_PANEL, DESCENT_PANEL, OUTPUT_PANEL, RUN_PANEL, STOP_PANEL, TORCH_PANEL

By = Annotated[
    str | None, typer.Option("--by", metavar="COLUMN", help="one model for each group", rich_help_panel=DATA_PANEL)
]
Test = Annotated[
    float,
    typer.Option("--test", metavar="SHARE", help="share of the rows to hold out, as 0.2", rich_help_panel=DATA_PANEL),
]
Folds = Annotated[
    int,
    typer.Option(
        "--folds", metavar="K", help="cross-validate in K folds; K rows: leave one out", rich_help_panel=DATA_PANEL
    ),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="of all that is random", rich_help_panel=DATA_PANEL)]
Precision = Annotated[
    str,
    typer.Option(
        "--precision",
        metavar="exact|fast",
        help="exact sums, or rounded ones that say what they promise",
        rich_help_panel=DATA_PANEL,
    ),
]
Rank = Annotated[
    str,
    typer.Option(
        "--rank",
        metavar="drop|error",
        help="collinear columns: later ones give way, or stop",
        rich_help_panel=DATA_PANEL,
    ),
]
Rate = Annotated[
    str | None,
    typer.Option(
        "--lr", metavar="α|auto", help="learning rate, or the best constant one", rich_help_panel=DESCENT_PANEL
    ),
]
Epochs = Annotated[
    int | None, typer.Option("--epochs", metavar="N", help="epochs to make", rich_help_panel=DESCENT_PANEL)
]
Schedule = Annotated[
    str | None,
    typer.Option(
        "--schedule",
        metavar="RULE",
        help="how the rate falls: step:500:0.1, exponential:0.999, cosine, inverse:0.01",
        rich_help_panel=DESCENT_PANEL,
    ),
]
Scale = Annotated[
    str | None,
    typer.Option(
        "--scale",
        metavar="standard",
        help="descend on standardised columns; W and b come back in your units",
        rich_help_panel=DESCENT_PANEL,
    ),
]
LineSearch = Annotated[
    bool,
    typer.Option("--line-search", metavar="", help="the exact best rate in every epoch", rich_help_panel=DESCENT_PANEL),
]
Start = Annotated[
    str | None,
    typer.Option(
        "--start", metavar="hours=1,(b)=0", help="where to start; default: zeros", rich_help_panel=DESCENT_PANEL
    ),
]
Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="auto|moments|torch",
        help="the same descent from moments, or by PyTorch autograd",
        rich_help_panel=TORCH_PANEL,
    ),
]
Optimizer = Annotated[
    str | None,
    typer.Option(
        "--optimizer",
        metavar="NAME",
        help="gd, or any of torch.optim: adam, lbfgs, …",
        rich_help_panel=TORCH_PANEL,
    ),
]
BatchSize = Annotated[
    int | None,
    typer.Option("--batch-size", metavar="N", help="rows in a step; default: all", rich_help_panel=TORCH_PANEL),
]
Dtype = Annotated[
    str,
    typer.Option(
        "--dtype", metavar="float64|float32", help="numbers PyTorch computes with", rich_help_panel=TORCH_PANEL
    ),
]
Device = Annotated[
    str, typer.Option("--device", metavar="cpu|cuda", help="where PyTorch computes", rich_help_panel=TORCH_PANEL)
]
StopGradient = Annotated[
    float | None,
    typer.Option("--stop-gradient", metavar="X", help="gradient norm at or below X", rich_help_panel=STOP_PANEL),
]
StopCost = Annotated[
    float | None,
    typer.Option("--stop-cost", metavar="X", help="cost within X of the minimum", rich_help_panel=STOP_PANEL),
]
StopStandardErrors = Annotated[
    float | None,
    typer.Option(
        "--stop-se",
        metavar="X",
        help="coefficients within X standard errors of the minimum",
        rich_help_panel=STOP_PANEL,
    ),
]
Patience = Annotated[
    int | None,
    typer.Option(
        "--patience", metavar="N", help="N epochs without a lower test cost (--test)", rich_help_panel=STOP_PANEL
    ),
]
LogEvery = Annotated[
    int | None,
    typer.Option(
        "--log-every",
        metavar="N",
        help="epochs from one log line to the next; default: 100, or what gives about 20 lines",
        rich_help_panel=OUTPUT_PANEL,
    ),
]
Interval = Annotated[
    float, typer.Option("--interval", metavar="LEVEL", help="level of the intervals", rich_help_panel=OUTPUT_PANEL)
]
Plot = Annotated[
    bool,
    typer.Option(
        "--plot",
        metavar="",
        help="draw the cost by epoch, or the line through the points",
        rich_help_panel=OUTPUT_PANEL,
    ),
]
Picture = Annotated[
    Path | None,
    typer.Option(
        "--picture",
        metavar="F.svg|png",
        help="draw the path of the descent on the cost",
        rich_help_panel=OUTPUT_PANEL,
    ),
]
Save = Annotated[
    Path | None, typer.Option("--save", metavar="M.json", help="keep the model", rich_help_panel=OUTPUT_PANEL)
]
Checkpoint = Annotated[
    Path | None,
    typer.Option(
        "--checkpoint",
        metavar="F",
        help="put the state of a long scan aside; a killed run goes on from it",
        rich_help_panel=RUN_PANEL,
    ),
]

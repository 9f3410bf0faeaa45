"""Options that mean nothing, in Python and typed."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from drawn import NUMBERS, Made
from expressions import TABLE, line_of
from oracle import Fault

import wxb

OPTIONS = (
    "lr", "epochs", "momentum", "nesterov", "schedule", "scale", "line_search", "start", "optimizer", "batch_size", "engine",
    "dtype", "precision",
    "rank", "intercept", "test", "folds", "by", "seed", "missing", "threads", "log_every", "features", "weights", "target",
    "stop", "skip", "comment", "na",
    "encoding", "sep", "where", "date",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, 2, 3, -1, 10**400, 0.5, -0.5, 1.5, float("nan"), float("inf"), 1e308, 5e-324, "", "x", "y",
    "auto", "exact", "fast", "drop",
    "error", "standard", "adam", "gd", "cosine", "step:1:0.1", "step:0:0", "exponential:9", "inverse:", "torch", "moments",
    "float32", "utf-8", "cp949", "#",
    [], ["x"], ["x", "x"], [1], {}, {"x": 1.0}, {"x": "a"}, (), ("x",), np.float64(0.1), np.int64(3), np.array([1.0, 2.0]),
    np.array(3), b"x", object, 1j, Fraction(1, 3),
    "\x1b[31m", "\ud800", "x > 1", "x >", "%Y", range(3), 10**9,
)  # fmt: skip
MEANT: dict[str, tuple[Any, ...]] = {
    "lr": (0.01, 0.05, 1e-9, 10.0, "auto"),
    "epochs": (0, 1, 5, 30),
    "momentum": (0.0, 0.5, 0.99),
    "schedule": ("cosine", "step:2:0.5", "exponential:0.9", "inverse:0.01"),
    "start": ({"x": 1.0}, {"(b)": -1.0}, [0.0, 1.0, 2.0]),
    "precision": ("exact", "fast"),
    "test": (0.0, 0.25, 0.5),
    "folds": (0, 2, 4, "x", "2:a", "time:2", "time:2:x"),
    "by": ("a", "x"),
    "features": (["x"], ["a", "x"]),
    "weights": ("a", [1, 2, 0, 1], None),
    "target": ("y", "x", "a"),
    "where": ("x > 1", "a < 5 and x >= 1"),
    **dict.fromkeys(("nesterov", "line_search", "intercept"), (True, False)),
}
SLOW = {"threads": (10**9, 10**400), "epochs": (10**9,), "skip": (), "log_every": ()}


def python_call(random: Random, _folder: Path) -> Made:
    """`wxb.fit` with options that mean nothing."""
    options: dict[str, Any] = {}
    for _ in range(random.choice((1, 1, 2, 3))):
        name = random.choice((*MEANT, *OPTIONS))
        if name in MEANT and random.random() < 0.6:
            options[name] = random.choice(MEANT[name])
            continue
        options[name] = random.choice(
            [value for value in VALUES if not any(value is slow for slow in SLOW.get(name, ()))]
        )
    if str(options.get("engine")) == "torch" or str(options.get("optimizer")) == "adam":
        options["epochs"] = 3
    options.setdefault("target", "y")

    def call() -> None:
        found = wxb.fit(TABLE, **options)
        if random.random() < 0.3:
            str(found)

    return call, f"fit(**{options!r})"


TYPED = (
    *NUMBERS, "9" * 400, "-" + "9" * 400, "1e999", "auto", "x", "y", "x,y", "x=1", "x=1,a=2", "(b)=0", "=", "x=", "=1",
    "exact", "fast", "drop", "error",
    "standard", "cosine", "step:500:0.1", "step:x", "adam", "float32", "torch", "cpu", "1 2", "\x1b[31m", "\udcff", "²", "٣",
    "0b1", "1e-400", "@", "%s", "{}", "x>1",
)  # fmt: skip
FLAGS = (
    "--target", "--features", "--weights", "--by", "--test", "--folds", "--seed", "--precision", "--rank", "--lr",
    "--epochs", "--momentum", "--schedule",
    "--scale", "--start", "--stop-gradient", "--stop-cost", "--stop-se", "--patience", "--log-every", "--at", "--interval",
    "--threads", "--missing",
    "--skip", "--comment", "--na", "--encoding", "--sep", "--where", "--date",
)  # fmt: skip
SWITCHES = ("--json", "-q", "--no-intercept", "--nesterov", "--line-search", "--plot")
COMMANDS = ("fit", "fit", "fit", "rates", "cost", "predict", "update", "merge", "forget", "explain")


def command(random: Random, folder: Path) -> Made:
    """A command line that a keyboard could type."""
    table, model = folder / "c.csv", folder / "c.json"
    if not table.exists():
        table.write_text("x,a,y\n1,2,1\n2,0,3\n3,1,2\n4,5,5\n5,5,4\n")
    if not model.exists():
        wxb.fit(table, "y").save(model)
    name = random.choice(COMMANDS)
    arguments = [name]
    places = {
        "predict": [str(model)],
        "update": [str(model), str(table)],
        "forget": [str(model), str(table)],
        "merge": [str(model), str(model)],
    }
    arguments += places.get(name, [random.choice(("y = x**2", line_of(random)))] if name == "explain" else [str(table)])
    if name in ("fit", "rates", "cost") and random.random() < 0.85:
        arguments += ["--target", "y"]
    if name in ("update", "merge", "forget") and random.random() < 0.9:
        arguments += ["-o", str(folder / "out.json")]
    if name == "cost":
        arguments += ["--line", line_of(random)]
    if name == "predict":
        arguments += random.choice(([str(table)], ["--at", f"x=1,a={random.choice(TYPED)}"]))
    if name == "explain":
        arguments += [
            "--at",
            f"x={random.choice(TYPED)}",
            *(["--times", random.choice(TYPED)] if random.random() < 0.3 else []),
        ]
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        flag = random.choice(FLAGS)
        typed = random.choice(TYPED)
        if flag == "--threads" and len(typed) > 2:
            typed = "2"
        arguments += [random.choice(SWITCHES)] if random.random() < 0.2 else [flag, typed]
    if "--epochs" in arguments and "--lr" not in arguments and random.random() < 0.5:
        arguments += ["--lr", "0.01"]

    def call() -> None:
        from wxb.cli import main

        out, err = io.StringIO(), io.StringIO()
        before = sys.stdin
        sys.stdin = io.StringIO("")
        try:
            with redirect_stdout(out), redirect_stderr(err):
                code = main(arguments)
        finally:
            sys.stdin = before
        said = out.getvalue() + err.getvalue()
        if code not in (0, 1, 2):
            raise Fault(f"exit code {code}: {err.getvalue()[:200]}")
        if "Traceback" in said or "\x1b" in said:
            raise Fault(f"a traceback or an escape: {said[:200]!r}")
        if code and not err.getvalue().strip():
            raise Fault("no word about what is wrong")

    return call, f"wxb {arguments!r}"

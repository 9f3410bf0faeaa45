"""Every option of every command does something: what comes out with it is not what comes out without."""

from __future__ import annotations

import os
import re
import shutil
import warnings
from pathlib import Path

import pytest

import wxb as package
from wxb.cli.commands import COMMANDS

ROWS = [(f"{'ab'[i // 2 % 2]}", (5 * i) % 24, (i * i) % 7, 1 + i % 3, 1 + i % 4) for i in range(24)]
HEAD = "k,x,z,w,m,y\n"
LINES = [f"{k},{x},{z},{w},{m},{3 * x + 5 + (7 * i) % 5}\n" for i, (k, x, z, w, m) in enumerate(ROWS)]
TABLES = {
    "t.csv": HEAD + "".join(LINES),
    "holes.csv": HEAD + "".join("a,,1,1,1,5\n" if i == 5 else line for i, line in enumerate(LINES)),
    "signs.csv": HEAD + "".join("a,?,1,1,1,5\n" if i == 5 else line for i, line in enumerate(LINES)),
    "title.csv": "p,q,r,s,u,v\n" + HEAD + "".join(LINES),
    "remark.csv": HEAD + "".join(f"%{line}" if i == 5 else line for i, line in enumerate(LINES)),
    "twice.csv": "x,z,y\n" + "".join(f"{x},{2 * x},{3 * x + i % 5}\n" for i, (_, x, *_) in enumerate(ROWS)),
    "bars.csv": (HEAD + "".join(LINES)).replace(",", "~"),
    "dates.csv": HEAD + "".join(line.replace(f",{x},", f",{1 + x}/01/2024,", 1) for (_, x, *_), line in zip(ROWS, LINES)),
}  # fmt: skip
TABLES["rare.csv"] = "x,g,y\n" + "".join(f"{i},{g},{i * i % 5}\n" for i, g in enumerate("aaaabbbcaab"))
TABLES["plenty.csv"] = "x,g,y\n" + "".join(f"{i},{g},{i * i % 5}\n" for i, g in enumerate("aaaabbbaab"))
TABLES["far.csv"] = "x,g,y\n0,a,0\n1,z,0\n"
TABLES["one.csv"] = "x,g,y\n0,a,0\n"
SCRIPT = """import torch
w = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for _ in range(5):
    (w - 1).square().sum().backward()
    optimizer.step()
"""

FIT = "fit {t} -t y -f x,z"
DESCENT = "fit {t} -t y -f x,z --lr 0.001 --epochs 9"
TEXTS = {
    "skip": ("title.csv", "--skip 1"),
    "comment": ("remark.csv", "--comment %"),
    "na": ("signs.csv", "--na ? --missing drop"),
    "encoding": ("t.csv", "--encoding no-such"),
    "sep": ("bars.csv", "--sep ~"),
    "date": ("dates.csv", "--date %d/%m/%Y"),
    "sheet": ("t.csv", "--sheet one"),
    "where": ("t.csv", "--where z>1"),
}
DRAWN = "plot line --json --term x "
PLOT = "plot line {t} -t y -f x"
OWN: dict[str, dict[str, tuple[str, str]]] = {
    "demo": {"notebook": ("demo", "--notebook {o}/lesson.ipynb")},
    "fit": {
        "target": ("fit {t} -t x -f z", "-t y"),
        "features": (FIT, "-f x"),
        "endogenous": ("fit {t} -t y -f x,z --instruments w", "--endogenous x"),
        "l2": ("fit {t} -t y -f x,z", "--l2 0.5"),
        "l1": ("fit {t} -t y -f x,z", "--l1 0.5"),
        "positive": ("fit {t} -t y -f x,z", "--positive"),
        "standardise": ("fit {t} -t y -f x,z --l2 0.5", "--no-standardise"),
        "choose": ("fit {t} -t y -f x,z --l2 auto", "--choose gcv"),
        "among": ("fit {t} -t y -f x,z --l2 auto", "--among 0.5,5"),
        "penalise": ("fit {t} -t y -f x,z --l2 0.5", "--penalise x=0"),
        "select": ("fit {t} -t y -f x,z", "--select bic"),
        "direction": ("fit {t} -t y -f x,z --select bic", "--direction forward"),
        "always": ("fit {t} -t y -f x,z --select bic", "--always z"),
        "instruments": ("fit {t} -t y -f x,z --endogenous x", "--instruments w"),
        "formula": ("fit {t}", "--formula y~x+log(z+1)"),
        "weights": (FIT, "--weights w"),
        "frequency": (FIT, "--frequency m"),
        "by": (FIT, "--by k"),
        "missing": ("fit {holes} -t y -f x,z", "--missing drop"),
        "intercept": (FIT, "--no-intercept"),
        "absorb": (FIT, "--absorb k"),
        "se": (FIT, "--se cluster:k"),
        "test": (FIT, "--test 0.3"),
        "folds": (FIT, "--folds 3"),
        "seed": (f"{FIT} --test 0.3", "--seed 1"),
        "precision": (FIT, "--precision fast"),
        "rank": ("fit {twice} -t y", "--rank error"),
        "lr": ("fit {t} -t y -f x,z --lr 0.002 --epochs 9", "--lr 0.001"),
        "epochs": (DESCENT, "--epochs 8"),
        "momentum": (DESCENT, "--momentum 0.5"),
        "nesterov": (f"{DESCENT} --momentum 0.5", "--nesterov"),
        "schedule": (DESCENT, "--schedule exponential:0.5"),
        "scale": (DESCENT, "--scale standard"),
        "line_search": ("fit {t} -t y -f x,z --epochs 9", "--line-search"),
        "start": (DESCENT, "--start x=1,(b)=5"),
        "engine": (f"{DESCENT} --optimizer adam", "--engine moments"),
        "optimizer": (DESCENT, "--optimizer adam"),
        "batch_size": (DESCENT, "--batch-size 5"),
        "dtype": (f"{DESCENT} --engine torch", "--dtype float32"),
        "device": (f"{DESCENT} --engine torch", "--device nowhere"),
        "stop_gradient": (DESCENT, "--stop-gradient 1000"),
        "stop_cost": (DESCENT, "--stop-cost 1e6"),
        "stop_se": (DESCENT, "--stop-se 1e6"),
        "patience": ("fit {t} -t y -f x,z --lr 0.004 --epochs 3000 --test 0.3", "--patience 1"),
        "log_every": (DESCENT, "--log-every 4"),
        "at": (FIT, "--at x=1,z=2"),
        "interval": (f"{FIT} --at x=1,z=2", "--interval 0.5"),
        "plot": ("fit {t} -t y -f x", "--plot"),
        "picture": (DESCENT, "--picture {o}/p.svg"),
        "report": (FIT, "--report {o}/r.html"),
        "save": (FIT, "--save {o}/m.json"),
        "keep": ("fit {rare} -t y --save {o}/m.json", "--keep labels"),
        "threads": (FIT, "--threads 0"),
        "checkpoint": (FIT, "--checkpoint {t}"),
    },
    "cost": {
        "line": ("cost {t} -t y --line 2*x", "--line 3*x"),
        "target": ("cost {t} -t y --line 2*x", "-t z"),
        "missing": ("cost {holes} -t y --line 2*x", "--missing drop"),
    },
    "rates": {
        "lr": ("rates {t} -t y -f x,z", "--lr 0.2"),
        "epochs": ("rates {t} -t y -f x,z --lr 0.001", "--epochs 7"),
        "target": ("rates {t} -f x", "-t y"),
        "momentum": ("rates {t} -t y -f x,z --lr 0.001", "--momentum 0.5"),
        "nesterov": ("rates {t} -t y -f x,z --lr 0.001 --momentum 0.5", "--nesterov"),
        "features": ("rates {t} -t y -f x,z", "-f x"),
        "weights": ("rates {t} -t y -f x,z", "--weights w"),
        "frequency": ("rates {t} -t y -f x,z", "--frequency m"),
        "missing": ("rates {holes} -t y -f x,z", "--missing drop"),
        "intercept": ("rates {t} -t y -f x,z", "--no-intercept"),
        "threads": ("rates {t} -t y -f x,z", "--threads 0"),
    },
    "predict": {
        "at": ("predict {m}", "--at x=1,z=2"),
        "interval": ("predict {m} {t}", "--interval 0.5"),
        "of": ("predict {m} {t} --interval 0.5", "--of mean"),
        "output": ("predict {m} {t}", "-o {o}/p.csv"),
        "quiet": ("predict {m} {t} -o {o}/p.csv", "-q"),
        "missing": ("predict {m} {holes}", "--missing drop"),
        "unseen": ("predict {rarem} {far}", "--unseen drop"),
        "even_if_diverged": ("predict {gone} {t}", "--even-if-diverged"),
    },
    "test": {"interval": ("test {m} x=2", "--interval 0.5"), "se": ("test {m} x=2", "--se HC1")},
    "residuals": {
        "output": ("residuals {m} {t}", "-o {o}/r.csv"),
        "largest": ("residuals {m} {t}", "--largest 2"),
        "label": ("residuals {m} {t}", "--label k"),
        "white": ("residuals {m} {t}", "--white"),
        "qq": ("residuals {m} {t} --json", "--qq 4"),
        "weights": ("residuals {weighted} {t}", "--weights w"),
        "frequency": ("residuals {m} {t}", "--frequency m"),
        "threads": ("residuals {m} {t}", "--threads 0"),
    },
    "update": {
        "output": ("update {m} {t} -o {o}/a.json", "-o {o}/b.json"),
        "weights": ("update {weighted} {t} -o {o}/a.json", "--weights w"),
        "frequency": ("update {m} {t} -o {o}/a.json", "--frequency m"),
        "keep": ("update {rarem} {one} -o {o}/a.json", "--keep labels"),
    },
    "merge": {
        "output": ("merge {m} {m} -o {o}/a.json", "-o {o}/b.json"),
        "keep": ("merge {rarem} {common} -o {o}/a.json", "--keep labels"),
    },
    "forget": {
        "output": ("forget {many} {t} -o {o}/a.json", "-o {o}/b.json"),
        "weights": ("forget {manyw} {t} -o {o}/a.json", "--weights w"),
        "frequency": ("forget {many} {t} -o {o}/a.json", "--frequency m"),
        "keep": ("forget {rarem} {one} -o {o}/a.json", "--keep labels"),
    },
    "table": {
        "format": ("table {m} {m}", "--markdown"),
        "output": ("table {m} {m}", "-o {o}/t.tex"),
        "names": ("table {m} {m}", "--names a,b"),
        "errors": ("table {m} {m}", "--errors t"),
        "stars": ("table {m} {m}", "--stars"),
        "interval": ("table {m} {m} --errors interval", "--interval 0.5"),
        "caption": ("table {m} {m}", "--caption none"),
        "quiet": ("table {m} {m} -o {o}/t.tex", "-q"),
    },
    "plot": {
        "output": (PLOT, "-o {o}/p.svg"),
        "term": ("plot line {t} -t y -f x,z", "--term z"),
        "at": (PLOT, "--at x=30"),
        "interval": (PLOT, "--interval 0.5"),
        "rates": ("plot alpha {t} -t y -f x", "--rates 0.0001"),
        "within": ("plot alpha {t} -t y -f x", "--within 7"),
        **{name: (f"{PLOT} --json", f"--{name} 0.5") for name in ("l2", "l1")},
        "positive": (f"{DRAWN}{{t}} -t y -f x,z", "--positive"),
        "standardise": (f"{DRAWN}{{t}} -t y -f x,z --l2 0.5", "--no-standardise"),
        "penalise": (f"{PLOT} --json --l2 0.5", "--penalise x=0"),
        "choose": ("plot path {t} -t y -f x,z --l2 auto --json", "--choose gcv"),
        "among": ("plot path {t} -t y -f x,z --l2 auto --json", "--among 0.5,5"),
        "folds": ("plot folds {t} -t y -f x,z --l2 auto --json", "--folds 3"),
        "theme": (f"{PLOT} -o {{o}}/p.svg", "--theme dark"),
        "table": (PLOT, "--table"),
        "json": (PLOT, "--json"),
        "quiet": (f"{PLOT} -o {{o}}/p.svg", "-q"),
    },
    "report": {
        "interval": ("report {m} {t} -o {o}/a.html", "--interval 0.5"),
        "output": ("report {m} -o {o}/a.html", "-o {o}/b.html"),
        "weights": ("report {weighted} {t} -o {o}/a.html", "--weights w"),
        "frequency": ("report {m} {t} -o {o}/a.html", "--frequency m"),
        "threads": ("report {m} {t} -o {o}/a.html", "--threads 0"),
    },
    "lab": {
        "output": ("lab {t} -t y -f x -o {o}/a.html", "-o {o}/b.html"),
        "target": ("lab {t} -f x -o {o}/a.html", "-t y"),
        "features": ("lab {t} -t y -o {o}/a.html", "-f z"),
        "missing": ("lab {holes} -t y -f x -o {o}/a.html", "--missing drop"),
        "intercept": ("lab {t} -t y -f x -o {o}/a.html", "--no-intercept"),
        "lr": ("lab -o {o}/a.html", "--lr 0.1"),
        "epochs": ("lab -o {o}/a.html", "--epochs 20"),
        "momentum": ("lab -o {o}/a.html", "--momentum 0.5"),
        "start": ("lab -o {o}/a.html", "--start hours=1"),
        "threads": ("lab {t} -t y -f x -o {o}/a.html", "--threads 0"),
    },
    "explain": {
        "at": ("explain y=w**2 --at w=2", "--at w=3"),
        "times": ("explain y=w**2 --at w=2", "--times 2"),
        "zero_grad": ("explain y=w**2 --at w=2 --times 2", "--zero-grad"),
        "output": ("explain y=w**2 --at w=2", "-o {o}/g.svg"),
        "theme": ("explain y=w**2 --at w=2 -o {o}/g.svg", "--theme dark"),
    },
    "watch": {"report": ("watch", "--report {o}/r.json"), "fail": ("watch", "--fail")},
}
BASIC = {
    "demo": "demo",
    "fit": FIT,
    "cost": "cost {t} -t y --line 2*x",
    "rates": "rates {t} -t y -f x,z",
    "predict": "predict {m} {t}",
    "test": "test {m} x=2",
    "residuals": "residuals {m} {t}",
    "update": "update {m} {t} -o {o}/a.json",
    "merge": "merge {m} {m} -o {o}/a.json",
    "forget": "forget {many} {t} -o {o}/a.json",
    "table": "table {m} {m}",
    "plot": PLOT,
    "report": "report {m} {t} -o {o}/a.html",
    "lab": "lab {t} -t y -f x -o {o}/a.html",
    "explain": "explain y=w**2 --at w=2",
    "watch": "watch",
}


def case(command: str, option: str) -> tuple[str, str]:
    if option in OWN[command]:
        return OWN[command][option]
    if command == "plot" and option in OWN["fit"]:  # the options of the fit change what is drawn
        start, typed = OWN["fit"][option]
        return start.replace(
            "fit ", "plot coefficients " if "--lr" not in start and option != "line_search" else DRAWN, 1
        ), typed
    if option == "sql":
        return BASIC[command].replace(" {t}", ""), "--sql select"
    if option == "uri":
        return BASIC[command].replace(" {t}", "") + " --sql select", "--uri sqlite:///no-such.db"
    if option in TEXTS:
        table, typed = TEXTS[option]
        if command in ("update", "forget"):
            typed = typed.replace(" --missing drop", "")  # the model says it
        start = BASIC[command].replace("{t}", "{o}/" + table)
        return start.replace("{m}", "{dropping}").replace("{many}", "{manyd}") if option == "na" else start, typed
    return BASIC[command], {"json": "--json", "quiet": "-q", "dask": "--dask nowhere"}[option]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for name, text in TABLES.items():
        (folder / name).write_text(text)
    (folder / "loop.py").write_text(SCRIPT)
    table, many = folder / "t.csv", [folder / "t.csv"] * 4
    fits = {
        "m": (table, {}), "gone": (table, {"lr": 1.0, "epochs": 900}), "weighted": (table, {"weights": "w"}),
        "many": (many, {}), "manyw": (many, {"weights": "w"}), "dropping": (table, {"missing": "drop"}),
        "manyd": (many, {"missing": "drop"}),
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, (data, options) in fits.items():
            package.fit(data, "y", features=["x", "z"], **options).save(folder / f"{name}.json")
        package.fit(folder / "rare.csv", "y").save(folder / "rarem.json", keep="labels")
        package.fit(folder / "plenty.csv", "y").save(folder / "common.json")
    return folder


KNOWN: dict[tuple[str, str], tuple[object, ...]] = {}  # what comes out without: the same for many options


@pytest.mark.torch
@pytest.mark.parametrize(
    ("command", "option"),
    [
        (command.name, option.name)
        for command in COMMANDS
        for option in command.options
        if (command.name, option.name) not in (("demo", "all"), ("lab", "open"))  # what these do shows on a terminal
    ],
)
def test_an_option_does_something(wxb, models, tmp_path, command, option):
    start, typed = case(command, option)

    def run(more: str) -> tuple[object, ...]:
        folder = tmp_path / ("with" if more else "without")
        shutil.copytree(models, folder, copy_function=os.link)
        places = {path.stem: str(path) for path in folder.glob("*.*")} | {"o": str(folder)}
        words = f"{start} {more}" if command != "watch" else f"watch {more} {{loop}}"
        ended = wxb(*(word.format(**places) for word in words.split()))
        made = {p.name: re.sub(r'"seconds": [\d.e-]+', "", p.read_text()) for p in folder.iterdir() if anew(p)}
        place = str(folder)
        return ended.code, ended.out.replace(place, ""), ended.err.replace(place, ""), made

    def anew(path: Path) -> bool:
        there = models / path.name
        return path.is_file() and not (there.exists() and path.samefile(there))

    if (command, start) not in KNOWN:
        KNOWN[command, start] = run("")
    plain, asked = KNOWN[command, start], run(typed)
    assert plain != asked
    if "0.5" in typed or option in ("json", "quiet"):
        assert asked[0] == plain[0] == 0


METHODS = {
    "exact minimum": "",
    "descent": "--lr 0.001 --epochs 9",
    "rate found": "--lr auto --epochs 50",
    "line search": "--line-search --epochs 9",
    "ridge": "--l2 0.5",
    "lasso chosen": "--l1 auto --folds 3",
    "selection": "--select bic",
    "two stages": "--endogenous x --instruments w",
    "effects": "--absorb k",
    "groups": "--by k",
}
ANY = (
    "--interval 0.5", "--no-standardise", "--choose one-se", "--among 0.5,5", "--penalise x=0", "--direction forward", "--always z",
    "--momentum 0.5", "--schedule exponential:0.5", "--start x=1", "--patience 1", "--log-every 4",
    "--keep labels", "--no-intercept",
)  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_an_option_of_another_method_is_honoured_or_refused(wxb, tmp_path, method):
    (tmp_path / "t.csv").write_text(TABLES["t.csv"])
    start = f"fit {tmp_path / 't.csv'} -t y -f x,z {METHODS[method]}".split()

    def run(words: list[str]) -> tuple[object, ...]:
        ended = wxb(*words)
        return ended.code, ended.out, ended.err

    plain = run(start)
    assert plain[0] == 0
    for option in ANY:
        if option.split()[0] not in start:
            assert run([*start, *option.split()]) != plain, option


@pytest.mark.parametrize(("typed", "off"), [("--standardise", "--no-standardise"), ("--intercept", "--no-intercept"),
                                            ("--standarise", "--no-standardise"), ("--standard", "--no-standardise")])  # fmt: skip
def test_what_is_so_already_is_not_answered_with_its_opposite(wxb, tmp_path, typed, off):
    ended = wxb("fit", str(tmp_path / "t.csv"), "-t", "y", "--l2", "0.1", typed)
    assert ended.code == 2
    assert "did you mean" not in ended.err
    assert f"leave it out: that is so unless `{off}`".replace("`", "") in " ".join(ended.err.replace("`", "").split())


def test_json_of_a_descent_has_the_intervals_of_the_minimum(wxb, tmp_path):
    (tmp_path / "t.csv").write_text(TABLES["t.csv"])
    words = f"fit {tmp_path / 't.csv'} -t y -f x,z --lr 0.001 --epochs 9 --interval 0.5".split()
    assert "of the exact minimum" in " ".join(wxb(*words).err.split())
    ended = wxb(*words, "--json")
    assert ended.code == 0
    assert '"level": 0.5' in ended.out

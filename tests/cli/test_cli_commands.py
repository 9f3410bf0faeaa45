"""Every command, every option: each does what it says, on a terminal's plain text and as JSON."""

from __future__ import annotations

import csv
import json
import re
import shlex
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

import wxb as library
from wxb import i18n
from wxb.cli.help import _brief
from wxb.printable import cells

COMMANDS = ("demo", "fit", "cost", "rates", "predict", "test", "update", "merge", "forget", "explain", "watch")
REFERENCE = Path(__file__).resolve().parents[1] / "reference"
CARS = str(REFERENCE / "peers" / "cars.csv")
MTCARS = str(REFERENCE / "peers" / "mtcars.csv")
FIT = ("fit", CARS, "--target", "dist")


@pytest.fixture
def model(wxb, tmp_path):
    path = tmp_path / "m.json"
    assert wxb(*FIT, "--save", path).code == 0
    return path


# ---- help, version, usage


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command(wxb, command):
    ended = wxb(command, "--help")
    assert ended.code == 0
    assert ended.out.startswith(f"Usage: wxb {command}")
    assert ended.err == ""
    assert max(map(len, ended.lines)) <= 80


def test_help_names_every_command(wxb):
    for arguments in ((), ("--help",), ("-h",)):
        ended = wxb(*arguments)
        assert ended.code == 0
        assert all(f"  {command} " in ended.out for command in COMMANDS)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_help_of_wxb_fits_on_a_screen(language):
    before = i18n.language()
    try:
        i18n.speak(language)
        lines = [*_brief()]
        assert len(lines) <= 23, "a line is left for what is typed next"
        assert max(map(cells, lines)) <= 80
        assert all(any(line.startswith(f"  {command} ") for line in lines) for command in COMMANDS)
    finally:
        i18n.speak(before)


def test_version(wxb, process):
    assert wxb("--version").out == wxb("-V").out == process("--version").out == f"wxb {library.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("fit",),
        ("fit", CARS, "--nonsense"),
        ("fit", CARS, "--epochs", "many"),
        ("predict",),
        ("merge", "a.json"),
    ],
)
def test_wrong_usage_is_exit_2(wxb, arguments):
    ended = wxb(*arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--lr", "fast"), "a number or auto"),
        (("--lr", "-1"), "positive"),
        (("--lr", "nan"), "a number or auto"),
        (("--momentum", "0.9"), "none is asked for"),
        (("--log-every", "10"), "none is asked for"),
        (("--start", "speed=1"), "none is asked for"),
        (("--stop-cost", "1"), "none is asked for"),
        (("--lr", "0.001", "--start", "sped=1"), "no coefficient"),
        (("--precision", "precise"), "give `--precision exact` or `--precision fast`"),
        (("--engine", "jax"), "or `--engine torch`"),
        (("--test", "20"), "20 % is 0.2"),
        (("--folds", "1"), "2 or more"),
        (("--interval", "95"), "between 0 and 1"),
        (("--at", "speed"), "NAME=VALUE"),
        (("--at", "sped=1"), "speed"),
        (("--at", "speed=fast"), "a number"),
        (("--at", "speed=4;sped=5"), 'no term `"speed=4;sped"`'),
        (("--threads", "0"), "1 or more"),
        (("--save", "nowhere/m.json"), "folder"),
        (("--by", "speed", "--plot"), "--by"),
        (("--lr", "0.001", "--schedule", "sudden"), "step:SIZE"),
        (("--lr", "0.001", "--epochs", "0"), "epochs"),
        (("--lr", "0.001", "--picture", "p.gif"), ".html or .txt"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_words(wxb, arguments, said):
    ended = wxb(*FIT, *arguments)
    assert ended.code == 2
    assert said in " ".join(ended.err.split())


def test_a_missing_file_is_exit_1_also_as_json(wxb):
    ended = wxb("fit", "nowhere.csv", "--target", "y", "--json")
    assert ended.code == 1
    assert "nowhere.csv" in ended.err
    assert "nowhere.csv" in ended.json["error"]["what"]


def test_no_target_lists_the_columns(wxb):
    ended = wxb("fit", CARS)
    assert ended.code == 2
    assert "speed, dist" in ended.err


# ---- fit


def test_fit_says_the_line_its_errors_and_what_they_mean(wxb):
    ended = wxb(*FIT)
    assert ended.code == 0
    assert ended.err == ""
    assert ended.lines[0].startswith("dist = 3.932 · speed − 17.58")
    assert ended.lines[0].endswith("50 rows · squared error · exact minimum")
    rows = {line.split()[0]: line.split()[1:] for line in ended.lines[4:6]}
    assert rows["speed"] == ["3.932", "0.416", "9.46", "1.5e-12", "3.097", "…", "4.768"]
    assert rows["(b)"] == ["−17.579", "6.758", "−2.60", "0.0123", "−31.168", "…", "−3.990"]
    for part in (
        "R² 0.651",
        "residual sd 15.38 on 48 df",
        "every digit shown follows from the data as stored",
        "3.932 more dist",
        "(4 … 25)",
    ):
        assert part in ended.out
    assert max(map(len, ended.lines)) <= 80


def test_fit_as_json_is_the_python_model(wxb):
    found = wxb(*FIT, "--json").json
    model = library.fit(CARS, "dist")
    assert found["terms"] == list(model.terms)
    assert found["coef"] == model.coef.tolist()
    assert found["intercept"] == model.intercept
    assert found["names"] == ["(b)", "speed"]
    assert found["se"] == model.inference.se.tolist()
    assert found["interval"] == model.inference.interval(0.95).tolist()
    assert (found["n"], found["df"], found["cost"], found["r2"]) == (50, 48, model.cost, model.r2)
    assert found["digits"] == model.digits.tolist()
    assert found["warnings"] == [] == found["predictions"]


def test_json_has_stdout_to_itself_and_the_log_goes_to_stderr(wxb):
    ended = wxb(*FIT, "--lr", "0.001", "--epochs", "200", "--json")
    assert len(ended.lines) == 1
    assert ended.err.startswith("Epoch    0/199 W: ")
    assert ended.json["descent"]["epochs"] == 200


def test_a_descent_is_shown_beside_the_minimum(wxb):
    ended = wxb(*FIT, "--lr", "0.001", "--epochs", "200")
    text = " ".join(ended.out.split())
    assert "200 epochs used up" in text
    assert "cost 30 above the minimum" in text
    assert "2.39 se" in text
    assert "3.9324" in text


def test_quiet_is_the_line_alone(wxb):
    assert wxb(*FIT, "--quiet").out == "dist = 3.932 · speed − 17.58\n"
    assert wxb(*FIT, "--lr", "auto", "-q").out.count("\n") == 1


def test_quiet_is_the_whole_line_however_many_terms(wxb, tmp_path):
    table = tmp_path / "t.csv"
    X = np.random.default_rng(0).integers(-9, 9, (99, 90))
    rows = [",".join(map(str, (*row, sum(row)))) for row in X.tolist()]
    table.write_text("\n".join([",".join([*(f"a_rather_long_name_{j}" for j in range(90)), "y"]), *rows]))
    assert wxb("fit", table, "-t", "y", "-q").out.count("a_rather_long_name_") == 90


def test_predictions_with_intervals(wxb):
    ended = wxb(*FIT, "--at", "speed=21", "--at", "speed=30")
    assert ended.lines[-2].split(":")[0].strip() == "dist at speed = 21"
    assert "65.0  (33.4 … 96.6)" in ended.lines[-2]
    assert "speed = 30 is outside the data (4 … 25)" in ended.err
    found = wxb(*FIT, "--at", "speed=21", "--interval", "0.9", "--json").json
    low, high = library.fit(CARS, "dist").inference.prediction_interval(np.array([[1.0, 21.0]]), 0.9)[0]
    assert (found["low"], found["high"]) == ([low], [high])
    assert found["level"] == 0.9


def test_a_descent_predicts_without_an_interval(wxb):
    ended = wxb(*FIT, "--lr", "auto", "--at", "speed=21")
    assert ended.code == 0
    assert ended.lines[-1].startswith("  dist at speed = 21:  65.")
    assert "…" not in ended.lines[-1]


def test_coefficients_have_three_digits_of_their_error_and_points_under_each_other(wxb):
    ended = wxb("fit", REFERENCE / "peers" / "longley.csv", "-t", "Employed")
    rows = {line.split()[0]: line for line in ended.lines if line.startswith(" ")}
    assert rows["Year"].split()[1:3] == ["1.829", "0.455"]
    assert rows["Unemployed"].split()[1:3] == ["−0.02020", "0.00488"]
    assert rows["(b)"].split()[1:3] == ["−3482", "890"]
    assert rows["Year"].index(".829") == rows["Unemployed"].index(".02020")


@pytest.mark.torch
def test_every_descent_option_reaches_the_descent(wxb):
    def coef(*options):
        ended = wxb(*FIT, *options, "--epochs", "50", "--json")
        assert ended.code == 0, ended.err
        return ended.json["coef"][0]

    plain = coef("--lr", "0.001")
    others = [
        coef("--lr", "0.0005"),
        coef("--lr", "0.001", "--momentum", "0.5"),
        coef("--lr", "0.001", "--momentum", "0.5", "--nesterov"),
        coef("--lr", "0.001", "--schedule", "exponential:0.9"),
        coef("--lr", "0.1", "--scale", "standard"),
        coef("--line-search"),
        coef("--lr", "0.001", "--start", "speed=1,(b)=5"),
        coef("--lr", "0.001", "--no-intercept"),
        coef("--lr", "0.001", "--optimizer", "adam"),
        coef("--lr", "0.001", "--batch-size", "10"),
        coef("--lr", "0.001", "--engine", "torch", "--dtype", "float32"),
    ]
    assert len({plain, *others}) == 12
    assert coef("--lr", "0.001", "--engine", "torch", "--device", "cpu") == pytest.approx(plain, rel=1e-12)


@pytest.mark.torch
def test_seed_decides_batches_and_test_rows(wxb):
    def run(*options):
        return wxb(*FIT, *options, "--json").json

    batches = ("--optimizer", "sgd", "--lr", "0.0001", "--batch-size", "7", "--epochs", "3")
    assert (
        run(*batches, "--seed", "1")["coef"]
        == run(*batches, "--seed", "1")["coef"]
        != run(*batches, "--seed", "2")["coef"]
    )
    first, again, other = (run("--test", "0.3", "--seed", seed) for seed in (1, 1, 2))
    assert first["test_cost"] == again["test_cost"] != other["test_cost"]
    assert first["n"] + first["test_n"] == 50


def test_stopping_rules(wxb):
    for options, reason in (
        (("--stop-gradient", "0.5"), "gradient norm"),
        (("--stop-cost", "1"), "cost"),
        (("--stop-se", "0.5"), "standard errors"),
        (("--patience", "5", "--test", "0.3"), "test cost"),
    ):
        found = wxb(*FIT, "--lr", "0.003", "--epochs", "100000", *options, "--json").json
        assert found["outcome"] == "converged", options
        assert reason in found["descent"]["reason"]
        assert found["descent"]["epochs"] < 100000


def test_log_every(wxb):
    lines = wxb(*FIT, "--lr", "0.001", "--epochs", "50", "--log-every", "10").lines
    assert [line.split("/")[0].split()[-1] for line in lines if line.startswith("Epoch")] == [
        "0",
        "10",
        "20",
        "30",
        "40",
    ]


@pytest.mark.parametrize(
    ("epochs", "lines"), [(7, 7), (40, 20), (300, 15), (2000, 20), (4000, 40), (20_000, 20), (10**9, 20)]
)
def test_about_twenty_log_lines_whatever_the_number_of_epochs(wxb, epochs, lines):
    ended = wxb(*FIT, "--lr", "0.003", "--epochs", epochs)
    assert sum(line.startswith("Epoch") for line in ended.lines) == lines


def test_folds_weights_missing_rank_precision(wxb, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("x,twice,w,y\n1,2,1,1\n2,4,2,3\n,6,1,4\n4,8,1,9\n5,10,3,11\n6,12,1,10\n7,14,1,15\n")
    assert wxb("fit", table, "-t", "y", "-f", "x").code == 1
    dropped = wxb("fit", table, "-t", "y", "-f", "x", "--missing", "drop", "--json").json
    assert (dropped["n"], dropped["dropped_rows"]) == (6, 1)
    weighted = wxb("fit", table, "-t", "y", "-f", "x", "--weights", "w", "--missing", "drop", "--json").json
    assert weighted["coef"] != dropped["coef"]
    collinear = wxb("fit", table, "-t", "y", "-f", "x,twice", "--missing", "drop", "--json").json
    assert collinear["dropped"] == ["twice"]
    assert "twice = 2·x" in collinear["warnings"][-1]
    assert wxb("fit", table, "-t", "y", "-f", "x,twice", "--missing", "drop", "--rank", "error").code == 1
    assert len(wxb(*FIT, "--folds", "5", "--json").json["fold_costs"]) == 5
    assert wxb(*FIT, "--precision", "fast", "--json").json["coef"] == pytest.approx(wxb(*FIT, "--json").json["coef"])


def test_groups(wxb):
    ended = wxb("fit", MTCARS, "-t", "mpg", "-f", "wt,hp", "--by", "cyl")
    assert ended.code == 0
    assert [line.split()[0] for line in ended.lines[3:9:2]] == ["6", "4", "8"]
    found = wxb("fit", MTCARS, "-t", "mpg", "-f", "wt,hp", "--by", "cyl", "--json").json
    assert [group["n"] for group in found["groups"]] == [7, 11, 14]
    assert found["failed"] == []


def test_a_group_too_small_for_a_line_is_named_and_the_others_stand(wxb, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("school,x,y\na,1,1\na,2,3\na,3,4\nb,1,1\n")
    ended = wxb("fit", table, "-t", "y", "--by", "school")
    assert ended.code == 0
    assert "group b" in ended.err
    assert "NaN" not in ended.out
    found = wxb("fit", table, "-t", "y", "--by", "school", "--json").json
    assert [one["group"] for one in found["groups"]] == ["a"]
    assert [one["group"] for one in found["failed"]] == ["b"]


@pytest.mark.parametrize("small", [20, 21, 25])
def test_twenty_groups_without_a_model_are_named_and_the_others_counted(wxb, tmp_path, small):
    rows = [*(f"s{i},1,1" for i in range(small)), "a,1,1", "a,2,3", "a,3,4"]
    (tmp_path / "t.csv").write_text("school,x,y\n" + "\n".join(rows) + "\n")
    said = wxb("fit", tmp_path / "t.csv", "-t", "y", "--by", "school").err
    assert said.count("group s") == 20
    assert ("more groups without a model" in said) == (small > 20)
    assert small == 20 or f"… and {small - 20} more" in said


def test_several_files_are_one_table(wxb, tmp_path):
    for name, rows in (("a.csv", "x,y\n1,2\n2,3\n"), ("b.csv", "x,y\n3,5\n4,4\n")):
        (tmp_path / name).write_text(rows)
    both = wxb("fit", tmp_path / "a.csv", tmp_path / "b.csv", "-t", "y", "--json").json
    assert both["n"] == 4
    assert wxb("fit", tmp_path / "*.csv", "-t", "y", "--json").json["coef"] == both["coef"]


def test_a_plot_and_json_are_not_asked_for_together(wxb):
    ended = wxb(*FIT, "--plot", "--json")
    assert (ended.code, json.loads(ended.out)["error"]["kind"]) == (2, "UsageError")


def test_plots_and_pictures(wxb, tmp_path):
    assert "cost by epoch" in wxb(*FIT, "--lr", "auto", "--plot").out
    assert "●" in wxb(*FIT, "--plot").out
    assert wxb(*FIT, "--lr", "auto", "--picture", tmp_path / "p.svg").code == 0
    assert (tmp_path / "p.svg").read_text("utf-8").lstrip().startswith("<svg")


def test_names_with_commas_and_korean(wxb, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text('"hours, weekly",점수\n1,2\n2,4\n3,7\n', "utf-8")
    found = wxb("fit", table, "-t", "점수", "-f", '"hours, weekly"', "--at", '"hours, weekly=4"', "--json").json
    assert found["terms"] == ["hours, weekly"]
    assert len(found["predictions"]) == 1


def test_a_name_given_twice_begins_a_point_and_the_message_says_which_lacks_a_value(wxb):
    messy = REFERENCE / "messy" / "28_boolean.csv"
    ended = wxb("fit", messy, "-t", "score", "--at", "hours=3,hours=4,tutor=true,paid=no")
    assert ended.code == 2
    assert "`--at hours=3` gives no value for `tutor`" in " ".join(ended.err.split())


@pytest.mark.parametrize("named", ["t.csv", "*.csv"])
def test_no_output_replaces_the_data_it_is_made_from(wxb, tmp_path, monkeypatch, named):
    monkeypatch.chdir(tmp_path)
    table = tmp_path / "t.csv"
    table.write_text("x,y\n1,2\n2,4\n3,7\n", "utf-8")
    before = table.read_bytes()
    assert wxb("fit", "t.csv", "-t", "y", "--save", "m.json").code == 0
    for arguments in (
        ("fit", named, "-t", "y", "--save", "t.csv"),
        ("predict", "m.json", named, "-o", "t.csv"),
        ("update", "m.json", named, "-o", "t.csv"),
    ):
        ended = wxb(*arguments)
        assert ended.code == 2
        assert "would lose its rows" in " ".join(ended.err.split())
    assert table.read_bytes() == before
    assert wxb("update", "m.json", "t.csv", "-o", "m.json").code == 0


def test_yes_and_no_at_the_command_line(wxb):
    messy = REFERENCE / "messy" / "28_boolean.csv"
    base = ("fit", messy, "-t", "score", "--json", "--at")
    yes, no = (wxb(*base, f"hours=3,tutor=true,paid={word}").json for word in ("yes", "no"))
    assert yes["predictions"][0] - no["predictions"][0] == pytest.approx(yes["coef"][2])
    assert wxb(*base, "hours=3,tutor=true,paid=maybe").code == 2


def test_checkpoint_is_used_and_removed(wxb, tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.csv").write_text("x,y\n1,2\n2,3\n5,5\n")
    ended = wxb("fit", tmp_path / "*.csv", "-t", "y", "--checkpoint", tmp_path / "state", "--json")
    assert ended.json["n"] == 9
    assert not (tmp_path / "state").exists()


# ---- cost, rates


def test_cost_of_an_unknown_column_or_a_broken_line(wxb):
    assert "no column `minutes`" in wxb("cost", CARS, "-t", "dist", "--line", "2*minutes").err
    assert wxb("cost", CARS, "-t", "dist", "--line", "2*").code == 1
    assert wxb("cost", CARS, "-t", "dist", "--line", "1/(speed - 4)").code == 1


def test_cost_shows_twenty_rows_and_counts_all(wxb):
    ended = wxb("cost", CARS, "-t", "dist", "--line", "4*speed - 18")
    assert "50 rows" in ended.lines[0]
    assert ended.lines[23].split() == ["…"] * 5
    speed, dist = np.loadtxt(CARS, delimiter=",", skiprows=1).T
    expected = f"{np.mean((dist - 4 * speed + 18) ** 2):.6g}\n"
    assert wxb("cost", CARS, "-t", "dist", "--line", "4*speed - 18", "-q").out == expected


def test_the_fit_that_a_cost_names_next_is_of_its_columns_and_rows(wxb, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("id;x z;y;g\n1;1;2;a\n2;2;4;b\n3;-;5;c\n4;3;7;d\n5;9;9;e\n")
    words = ["--missing", "drop", "--na", "-,?", "--sep", ";", "--where", "id < 5"]
    ended = wxb("cost", table, "-t", "y", "--line", "2*`x z`", *words)
    call = ended.out.split("wxb fit ")[1].split("finds the line")[0].replace("\\\n", " ")
    fitted = wxb("fit", *shlex.split(call), "--json")
    assert (fitted.code, fitted.json["terms"], fitted.json["n"]) == (0, ["x z"], 3)


@pytest.mark.parametrize("rows", [20, 21])
def test_twenty_rows_of_a_cost_are_all_of_them(wxb, tmp_path, rows):
    table = tmp_path / "t.csv"
    table.write_text("x,y\n" + "".join(f"{i},{2 * i}\n" for i in range(rows)))
    assert ("…" in wxb("cost", table, "-t", "y", "--line", "2*x").out) is (rows > 20)


def test_a_plot_is_of_all_rows_and_of_the_pass_of_the_fit(wxb, tmp_path, monkeypatch):
    table, page = tmp_path / "t.csv", tmp_path / "p.html"
    table.write_text("x,y\n" + "".join(f"{i},{i % 7}\n" for i in range(2100)))
    monkeypatch.setattr("wxb.model.fit_and_plot.scan_again", lambda *_, **__: pytest.fail("a second pass"))
    ended = wxb("fit", table, "-t", "y", "--plot", "--picture", page)
    assert "2100 rows, counted in cells" in ended.out
    assert "<svg" in page.read_text("utf-8")


def test_a_plot_of_several_columns_is_of_the_coefficients(wxb, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("x,z,y\n" + "".join(f"{i},{i * i % 7},{i % 5}\n" for i in range(40)))
    assert "What each term adds to y" in wxb("fit", table, "-t", "y", "--plot").out


def test_rates_text_and_momentum(wxb):
    ended = wxb("rates", CARS, "-t", "dist", "--lr", "0.01")
    assert ended.code == 0
    assert "diverges" in ended.out
    assert "--scale standard" in ended.out
    with_momentum = wxb("rates", CARS, "-t", "dist", "--momentum", "0.9", "--json").json
    assert with_momentum["limit"] == pytest.approx(1.9 * with_momentum["max"])
    nesterov = wxb("rates", CARS, "-t", "dist", "--momentum", "0.9", "--nesterov", "--json").json
    assert nesterov["limit"] == pytest.approx(1.9 / 2.8 * nesterov["max"])


# ---- predict


def test_predict_at(wxb, model):
    ended = wxb("predict", model, "--at", "speed=21", "--interval", "0.95")
    assert "65.0  (33.4 … 96.6)" in ended.out
    assert wxb("predict", model, "--at", "speed=21", "--json").json["predictions"] == [pytest.approx(65.00149)]
    assert wxb("predict", model, "--at", "sped=21").code == 2
    assert wxb("predict", model).code == 2


def test_predict_rows_to_every_form(wxb, model, tmp_path):
    expected = library.load(model).predict(CARS, interval=0.9)
    for name in ("o.csv", "o.jsonl", "o.parquet"):
        path = tmp_path / name
        assert wxb("predict", model, CARS, "-o", path, "--interval", "0.9").code == 0
        rows = _read(path)
        assert list(rows[0]) == ["speed", "dist", "predicted_dist", "predicted_dist_low", "predicted_dist_high"]
        assert [float(row["predicted_dist"]) for row in rows] == expected.value.tolist()
        assert [float(row["predicted_dist_low"]) for row in rows] == expected.low.tolist()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.json", "o.csv", "o.jsonl", "o.parquet"]


def _read(path: Path) -> list[dict]:
    if path.suffix == ".csv":
        return list(csv.DictReader(path.read_text("utf-8").splitlines()))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return pyarrow.parquet.read_table(path).to_pylist()


def test_predict_piped_is_comma_separated(wxb, model):
    rows = list(csv.DictReader(wxb("predict", model, CARS).out.splitlines()))
    assert [float(row["predicted_dist"]) for row in rows] == library.load(model).predict(CARS).tolist()


def test_a_terminal_gets_twenty_rows_of_all_files_and_the_number_of_the_others(wxb, model, tmp_path, monkeypatch):
    monkeypatch.setattr("wxb.cli.predict_command.is_terminal", lambda stream: True)
    for k in range(3):
        (tmp_path / f"{k}.csv").write_text("speed\n" + "".join(f"{10 + k}.{i:02}\n" for i in range(1, 16)))
    lines = wxb("predict", model, *(tmp_path / f"{k}.csv" for k in range(3))).lines
    assert [line.split()[0] for line in lines[1:-1]] == [
        f"{10 + i // 15}.{i % 15 + 1:02}".rstrip("0") for i in range(20)
    ]
    assert "… 25 more rows" in lines[-1]


def test_a_failed_prediction_leaves_no_file_and_the_old_one_alone(wxb, model, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("speed\n4\nfast\n")
    output = tmp_path / "o.csv"
    assert wxb("predict", model, bad, "-o", output).code == 1
    assert not output.exists()
    output.write_text("kept")
    assert wxb("predict", model, bad, "-o", output).code == 1
    assert output.read_text() == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "m.json", "o.csv"]
    assert wxb("predict", model, CARS, "-o", tmp_path / "o.xlsx").code == 2


def test_rows_with_missing_values_are_left_out_by_number(wxb, model, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("speed\n4\nNA\n7\n")
    ended = wxb("predict", model, table)
    assert ended.code == 1
    assert "--missing drop" in ended.err
    ended = wxb("predict", model, table, "--missing", "drop")
    assert [line.split(",")[0] for line in ended.lines] == ["row", "1", "3"]
    assert "1 of 3 rows dropped" in ended.err
    assert wxb("predict", model, table, "--missing", "drop", "--json").json["rows"] == [1, 3]
    assert wxb("predict", model, table, "--missing", "drop", "-o", tmp_path / "o.parquet").code == 0
    assert [row["row"] for row in _read(tmp_path / "o.parquet")] == [1, 3]


def test_predict_warns_outside_the_data(wxb, model, tmp_path):
    far = tmp_path / "far.csv"
    far.write_text("speed\n4\n100\n")
    ended = wxb("predict", model, far, "--json")
    assert "speed = 100 is outside the data (4 … 25)" in ended.json["warnings"][0]
    assert "outside the data" in ended.err


def test_a_descent_has_no_prediction_interval(wxb, tmp_path):
    path = tmp_path / "d.json"
    assert wxb(*FIT, "--lr", "auto", "--save", path).code == 0
    assert wxb("predict", path, "--at", "speed=21").code == 0
    ended = wxb("predict", path, "--at", "speed=21", "--interval", "0.95")
    assert ended.code == 2
    assert "descent" in ended.err


# ---- update, merge, forget


def test_update_merge_forget_are_exact(wxb, model, tmp_path):
    doubled, merged, back = (tmp_path / name for name in ("doubled.json", "merged.json", "back.json"))
    assert "50 rows + 50 rows = 100 rows" in wxb("update", model, CARS, "-o", doubled).out
    assert "50 + 50 rows = 100 rows" in wxb("merge", model, model, "-o", merged).out
    assert "100 rows − 50 rows = 50 rows" in wxb("forget", doubled, CARS, "-o", back).out
    moments = [json.loads(path.read_text("utf-8"))["moments"] for path in (model, back, doubled, merged)]
    assert moments[0] == moments[1]
    assert moments[2] == moments[3]


@pytest.mark.parametrize("command", ["update", "merge", "forget"])
def test_combining_as_json(wxb, model, tmp_path, command):
    other = model if command == "merge" else CARS
    if command == "forget":
        wxb("update", model, CARS, "-o", model)
    ended = wxb(command, model, other, "-o", tmp_path / "c.json", "--json")
    assert ended.json["n"] == (50 if command == "forget" else 100)
    assert (tmp_path / "c.json").exists()


def test_models_of_other_columns_do_not_merge(wxb, model, tmp_path):
    other = tmp_path / "other.json"
    wxb("fit", "examples/hours.csv", "-t", "score", "--save", other)
    ended = wxb("merge", model, other, "-o", tmp_path / "c.json")
    assert ended.code in (1, 2)
    assert not (tmp_path / "c.json").exists()


# ---- model files


@pytest.mark.parametrize(
    "content", ["", "{", "[1, 2]", '{"format": "wxb model"}', "\x00\x01", "x" * 10_000_000, '{"a":' * 5000]
)
def test_garbage_is_no_model(wxb, tmp_path, content):
    path = tmp_path / "g.json"
    path.write_text(content)
    ended = wxb("predict", path, "--at", "speed=21")
    assert ended.code == 1
    assert str(path) in ended.err.replace("\n  ", "")
    assert len(ended.err) < 1000


def test_a_changed_field_is_named(wxb, model):
    content = json.loads(model.read_text("utf-8"))
    content["coef"] = ["3.9"]
    model.write_text(json.dumps(content), "utf-8")
    ended = wxb("predict", model, "--at", "speed=21")
    assert ended.code == 1
    assert "$.coef[0]" in ended.err


# ---- explain, watch


@pytest.mark.torch
def test_explain_writes_a_picture_and_json(wxb, tmp_path):
    path = tmp_path / "g.svg"
    ended = wxb("explain", "y = w**2; z = 2*y + 5", "--at", "w=2", "-o", path, "--json")
    assert ended.json["gradients"] == {"w": 8.0}
    assert path.read_text("utf-8").lstrip().startswith("<svg")
    assert wxb("explain", "y = w**2", "--at", "w=2", "-q").out == "4\n"
    assert wxb("explain", "y = w**2").code == 2
    assert wxb("explain", "y = w**2", "--at", "w=2", "--at", "w=3").code == 2


@pytest.mark.torch
def test_an_error_in_an_expression_points_at_its_place(wxb):
    lines = wxb("explain", "y = w**", "--at", "w=2").err.splitlines()
    assert lines[1].strip() == "y = w**"
    assert lines[2].index("^") == lines[1].index("y") + 7


LOOP = """
import sys
import torch
torch.manual_seed(0)
x = torch.arange(8.0).reshape(-1, 1)
y = 2 * x.squeeze(1)
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
for _ in range(5):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print("arguments", sys.argv[1:])
"""


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_watch_runs_the_script_with_its_own_arguments(wxb, tmp_path):
    script = tmp_path / "train.py"
    script.write_text(LOOP)
    ended = wxb("watch", script, "--lr", "0.1", "--json")
    assert ended.code == 0
    assert ended.out == "arguments ['--lr', '0.1', '--json']\n"
    assert "broadcast" in ended.err
    report = tmp_path / "report.json"
    assert wxb("watch", "--fail", "--report", report, script).code == 3
    assert json.loads(report.read_text("utf-8"))["findings"][0]["rule"] == "broadcast"
    ended = wxb("watch", "--json", script)
    assert ended.json["findings"][0]["rule"] == "broadcast"
    assert "arguments []" in ended.err
    assert wxb("watch", tmp_path / "none.py").code == 2


# ---- all screens


@pytest.mark.parametrize("name", sorted(path.name for path in (REFERENCE / "peers").glob("*.csv")))
def test_no_screen_is_wider_than_80_columns(wxb, name):
    path = REFERENCE / "peers" / name
    with open(path, encoding="utf-8") as file:
        columns = next(csv.reader(file))
    for target in columns:
        ended = wxb("fit", path, "-t", target, "--missing", "drop")
        assert "fault of wxb" not in ended.err
        assert [line for line in (ended.out + ended.err).splitlines() if len(line) > 80] == []
        assert not re.search(r"(?<![A-Za-z])(nan|inf)(?![A-Za-z])", ended.out)


def test_a_diverged_model_is_predicted_from_only_when_one_insists(wxb, tmp_path):
    import wxb as package

    with pytest.warns(package.WxbWarning, match="diverged"):
        model = package.fit("examples/hours.csv", "score", lr=0.3, epochs=50)
    model.save(tmp_path / "m.json")
    refused = wxb("predict", tmp_path / "m.json", "--at", "hours=4")
    assert refused.code == 1
    assert "no answer" in refused.err
    assert "--even-if-diverged" in refused.err
    assert wxb("predict", tmp_path / "m.json", "--at", "hours=4", "--even-if-diverged").code == 0


@pytest.mark.parametrize("features", ["", ",", " "])
def test_features_that_name_nothing_are_refused(wxb, features):
    ended = wxb("fit", "examples/hours.csv", "--target", "score", "--features", features)
    assert ended.code == 2
    assert "`--features` names no column" in ended.err


def test_hypotheses_are_tested(wxb, tmp_path):
    model = tmp_path / "m.json"
    assert wxb("fit", CARS, "-t", "dist", "--save", model).code == 0
    ended = wxb("test", model, "speed = 3, (b) = -17", "--interval", "0.9")
    assert ended.code == 0
    assert ended.lines[0] == "tests by classical errors; 48 degrees of freedom"
    assert "90 % interval" in ended.lines[2]
    assert "all together   F(2, 48) = " in ended.out
    found = wxb("test", model, "speed = 3", "(b) = -17", "--json").json
    assert [one["text"] for one in found["hypotheses"]] == ["speed = 3", "(b) = -17"]
    assert found["f_df"] == [2, 48]
    assert wxb("test", model, "speed = 0", "-q").out.strip() == "1.5e-12"
    refused = wxb("test", model, "sped = 0")
    assert refused.code == 1
    assert "did you mean `speed`?" in refused.err


def test_after_ctrl_c_the_command_to_go_on_is_said(wxb, tmp_path, monkeypatch):
    from wxb.cli import fit_command

    state = tmp_path / "a state"

    def interrupted(*__: object) -> None:
        state.write_text("as far as it came")
        raise KeyboardInterrupt

    monkeypatch.setattr(fit_command, "_fit", interrupted)
    words = ("fit", "examples/hours.csv", "-t", "score", "--checkpoint", str(state))
    ended = wxb(*words)
    assert ended.code == 130
    assert f"go on with: wxb fit examples/hours.csv -t score --checkpoint '{state}'" in ended.err

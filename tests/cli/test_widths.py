"""No screen is wider than 80 cells when piped, whatever columns are called; names that differ stay different."""

from __future__ import annotations

import random

import pytest

from wxb import i18n
from wxb.printable import cells
from wxb.report.lines import headed, names, page

LONG = "a_very_long_column_name_that_goes_on_and_on"
TARGET = "target_with_a_long_name_of_its_own"
HEAD = [f"{LONG}_one", f"{LONG}_two", "b", "공부한_시간의_총합계_그리고_더", TARGET]


@pytest.fixture(scope="module")
def nasty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nasty")
    draw = random.Random(1)
    lines = [",".join(HEAD)]
    for __ in range(30):
        row = [draw.gauss(1e6, 1e5), draw.gauss(0, 1e-5), draw.random(), draw.gauss(5, 2)]
        lines.append(",".join(f"{value:.9g}" for value in [*row, sum(row) + draw.gauss(0, 1e3)]))
    (folder / "n.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


COMMANDS = (
    "fit {n} -t {t}",
    "fit {n} -t {t} --se HC3 --save {m}",
    "fit {n} -t {t} --lr 1e-13 --epochs 100",
    "fit {n} -t {t} --lr auto --epochs 50 --scale standard",
    "fit {n} -t {t} --lr auto --epochs 90 --test 0.3",
    "fit {n} -t {t} --lr 0.1 --epochs 50",
    "fit {n} -t {t} --test 0.3 --folds 3",
    "cost {n} -t {t} --line 2*{x}_one+b",
    "cost {n} -t {t} --line {x}_one+{x}_two*b+1",
    "rates {n} -t {t}",
    "rates {n} -t {t} --lr 0.1",
    "rates {n} -t {t} --lr 1e-13 --momentum 0.9",
    "predict {m} --at b=1,{x}_one=1,{x}_two=2,공부한_시간의_총합계_그리고_더=3",
    "test {m} {x}_one={x}_two b=1",
    "residuals {m} {n}",
    "table {m} {m}",
    "plot line {n} -t {t}",
    "plot coefficients {n} -t {t}",
    "plot path {n} -t {t} --lr auto --epochs 50",
    "cost examples/line.csv -t score --line 13*hours+1",
    "rates examples/hours.csv -t score --lr 0.2",
)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_on_a_narrow_terminal_no_line_is_wider_than_it(wxb, nasty, language):
    places = {"n": nasty / "n.csv", "m": nasty / "m.json", "t": TARGET, "x": LONG}
    before = i18n.language()
    stays = [TARGET, LONG, "Epoch "]  # long names are not cut where they explain, and the log has its numbers
    try:
        with page(60):
            for command in (one for one in COMMANDS if not one.startswith("plot")):
                ended = wxb(*(word.format(**places) for word in command.split()), "--lang", language)
                for line in (ended.out + ended.err).replace(str(nasty), "").splitlines():
                    assert cells(line) <= 60 or any(one in line for one in stays), f"{command}: {line}"
    finally:
        i18n.speak(before)


def test_on_a_wide_terminal_names_stand_in_full_beside_their_numbers(wxb, nasty):
    n, m = nasty / "n.csv", nasty / "w.json"
    with page(160):
        fitted = wxb("fit", n, "-t", TARGET, "--save", m).out
        assert all(
            any(line.startswith(f"  {name}  ") and "…" in line for line in fitted.splitlines()) for name in HEAD[:-1]
        )
        for command in (
            ("test", m, f"{HEAD[0]}=1, {HEAD[1]}=2"),
            ("table", m, m),
            ("table", m, m, "--errors", "interval"),
        ):
            assert HEAD[0] in wxb(*command).out
        words = [line for line in fitted.splitlines() if "independent rows" in line or "One more unit" in line]
        assert words
        assert max(map(cells, words)) <= 100, "words are folded for reading"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_line_is_wider_than_80_cells(wxb, nasty, language):
    places = {"n": nasty / "n.csv", "m": nasty / "m.json", "t": TARGET, "x": LONG}
    before = i18n.language()
    try:
        for command in COMMANDS:
            ended = wxb(*(word.format(**places) for word in command.split()), "--lang", language)
            for line in (ended.out + ended.err).replace(str(nasty), "").splitlines():
                one_word = line.startswith(" " * 10 + "--features ")  # of a command to be typed, which is not broken
                assert cells(line) <= 80 or one_word, f"{command}: {line}"
    finally:
        i18n.speak(before)


def test_names_that_differ_stay_different():
    for width in (6, 9, 12, 24):
        short = names(HEAD, width)
        assert len({*short}) == len(HEAD)
        assert max(map(cells, short)) <= width


def test_a_table_shortens_names_before_it_is_too_wide():
    lines = headed(HEAD, [["1"] * 5, ["−1.23457e+308"] * 5])
    assert max(map(cells, lines)) <= 80
    assert headed(["hours", "score"], [["1", "2"]]) == ["  hours   score", "      1       2"]


def test_an_intercept_beside_a_column_called_b_is_told_apart(wxb, tmp_path):
    (tmp_path / "b.csv").write_text("x,b,y\n1,2,3\n2,1,4\n3,5,1\n4,2,2\n")
    log = wxb("fit", tmp_path / "b.csv", "-t", "y", "--lr", "0.01", "--epochs", "3", "--log-every", "1").lines[0]
    assert "b: " in log
    assert "(b): " in log

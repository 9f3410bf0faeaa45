"""Pictures as text: within their width, in the signs of their alphabet, with what the SVG says."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.scenes import SCENES, epochs_scene, line_scene, scene_of, squares_scene, zones_scene
from wxb.marks.axis import Axis, around
from wxb.marks.canvas import SIGNS, Alphabet, Canvas
from wxb.marks.mark import area, arrow, bars, cells, dots, ellipse, line, rule, segments, words
from wxb.marks.scene import Panel, Scene
from wxb.marks.style import LOOKS, contrast
from wxb.marks.terminal import terminal
from wxb.printable import cells as cells_of

WIDTHS = (30, 40, 80, 100, 132)
CP437 = [chr(code) for code in range(32, 127)] + list(bytes(range(128, 256)).decode("cp437"))


@pytest.mark.parametrize(("name", "alphabet"), list(product(SCENES, SIGNS)))
def test_no_line_is_too_wide(name: str, alphabet: Alphabet) -> None:
    for width in WIDTHS:
        lines = terminal(SCENES[name](), width, alphabet).split("\n")
        assert max(map(cells_of, lines)) <= width
        assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize("name", SCENES)
def test_signs_are_those_of_the_alphabet(name: str) -> None:
    assert terminal(SCENES[name](), alphabet="ascii").isascii()
    drawn = terminal(SCENES[name](), alphabet="blocks")
    assert not any(0x2800 <= ord(letter) < 0x2900 for letter in drawn)
    for signs in (SIGNS["blocks"], SIGNS["ascii"]):
        own = [*signs.dots.values(), *signs.hatches.values(), signs.shades, signs.heads, signs.axis, signs.more]
        assert set("".join(own)) <= set(CP437)


@pytest.mark.parametrize("alphabet", SIGNS)
def test_all_that_the_svg_says(alphabet: Alphabet) -> None:
    text = terminal(zones_scene(), 80, alphabet)
    for said in ("Learning rates", "crawl", "diverge", "yours: 0.01", "max = 0.18", "learning rate, log scale", "0.01"):
        assert said in text
    __, panel = terminal(line_scene("x"), 80, alphabet).split("\n\n")
    drawn = "".join(re.findall(r"^[ \d.]*[│┤|+](.*)", panel, re.MULTILINE))
    assert drawn.count(SIGNS[alphabet].dots["disc"]) == 3


def test_the_height_of_a_terminal() -> None:
    for make in (line_scene, epochs_scene, squares_scene, zones_scene):
        assert len(terminal(make(), 80).split("\n")) <= 24


def test_a_geometric_fall_is_a_straight_line() -> None:
    epochs = np.arange(101)
    scene = scene_of(
        line(epochs, 0.9**epochs, "first"),
        x=Axis(label="epoch", low=0, high=100),
        y=Axis(label="c", low=0.9**100, high=1, log=True),
    )
    rows = [row.split("┤")[-1].split("│")[-1] for row in terminal(scene, 60).split("\n") if "│" in row or "┤" in row]
    columns = [next(i for i, sign in enumerate(row) if sign.strip()) for row in rows if row.strip()]
    steps = np.diff(columns)
    assert columns[0] == 0
    assert steps.max() - steps.min() <= 1


def test_panels_stand_side_by_side_where_there_is_room() -> None:
    below, beside = (terminal(SCENES["bowl"](), width).split("\n") for width in (60, 130))
    assert sum("알맞음" in line and "too small" in line for line in beside) == 1
    assert not any("알맞음" in line and "too small" in line for line in below)
    assert len(beside) < len(below) / 2


def test_colours_only_where_asked() -> None:
    plain, coloured = terminal(line_scene()), terminal(line_scene(), coloured=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
    assert f"\x1b[38;5;{LOOKS['data'].terminal}m" in coloured


def test_colours_of_terminals_stand_out_of_both_grounds() -> None:
    for look in LOOKS.values():
        if look.terminal is not None:
            code, levels = look.terminal - 16, (0, 95, 135, 175, 215, 255)
            grey = [8 + 10 * (look.terminal - 232)] * 3
            shades = grey if look.terminal >= 232 else [levels[code // k % 6] for k in (36, 6, 1)]
            colour = "#" + "".join(f"{shade:02x}" for shade in shades)
            assert min(contrast(colour, "#000000"), contrast(colour, "#ffffff")) >= 3


def test_lines_are_told_apart_without_colour() -> None:
    text = terminal(epochs_scene(), alphabet="ascii")
    for sign in "o#^%v":
        assert text.count(sign) > 2


def test_a_square_is_as_high_as_wide() -> None:
    """A character is twice as high as wide: twice as many across as down."""
    canvas = Canvas(20, 10, "ascii")
    canvas.area(np.array([[2.0, 4], [12, 4], [12, 14], [2, 14]]), "above")
    rows = ["".join(sign for sign, __ in row) for row in canvas.rows()]
    assert [row.strip() for row in rows if row.strip()] == ["/" * 10] * 5


VALUES = st.lists(st.tuples(st.floats(), st.floats()), max_size=8)


@given(VALUES, st.booleans(), st.sampled_from(list(SIGNS)), st.text(max_size=40))
@settings(max_examples=40)
def test_whatever_the_numbers_and_names(
    values: list[tuple[float, float]], log: bool, alphabet: Alphabet, name: str
) -> None:
    x, y = np.array(values).reshape(-1, 2).T
    with np.errstate(all="ignore"):
        marks = (
            *(dots(x, y, name=name, text=name), line(x, y, text=name), area(x, y, "band"), arrow(x, y)),
            *(segments(x, y, 1.0, "below", squares=True), bars(x, x + 1, 0, y, "value"), words(0, 0, name)),
            *(rule(x=a, text="here") for a in x[:2]),
            *(ellipse([a, b], np.eye(2), 0.5, text=name) for a, b in values[:2]),
            cells(x, y, (1.0, 1.0), np.ones(len(x))),
        )
    panel = Panel(x=around(name, x), y=around(name, y, log=log), marks=marks, heading=name, square=True)
    text = terminal(Scene(kind="t", title=name, description="", panels=(panel, panel), note=name), 90, alphabet)
    assert all(cells_of(line) <= 90 for line in text.split("\n"))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e]", text)


@pytest.mark.parametrize("alphabet", SIGNS)
def test_errors_above_and_below_are_told_apart_without_colour(alphabet: Alphabet) -> None:
    """Upright lines, one whole and one in dots, wherever between dots they begin."""
    for low in (1.0, 1.13, 1.31):
        errors = scene_of(segments([2.0], [low], [9], "above"), segments([7.0], [low], [9], "below"))
        rows = [row for row in terminal(errors, 40, alphabet).split("\n") if row[3:4] in ("│", "|")]
        signs = [set("".join(row[part].strip() for row in rows)) for part in (slice(4, 20), slice(20, 40))]
        assert not signs[0] & signs[1], signs


def test_filled_bars_end_where_the_next_begin() -> None:
    for alphabet in SIGNS:
        text = terminal(scene_of(bars([0.0, 5.0], [5.0, 10.0], 0.0, 10.0, "value")), 40, alphabet)
        row = next(line for line in text.split("\n") if line[3:4] in ("│", "|"))[4:]
        assert len(set(row.rstrip())) > 1, row

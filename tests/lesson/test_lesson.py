"""The lesson says what is so, in both languages, and fits a terminal of 80 columns."""

from __future__ import annotations

import re
from functools import cache

import pytest

from wxb import i18n, lesson
from wxb.lesson.markdown import page, told
from wxb.lesson.parts import INSTALL, Code, Command, Lines, Section, Shown, Table, Words
from wxb.lesson.terminal import blocks, prompted, typed
from wxb.printable import cells

pytestmark = pytest.mark.torch


@pytest.fixture(params=i18n.LANGUAGES)
def spoken(request):
    before = i18n.language()
    i18n.speak(request.param)
    yield request.param
    i18n.speak(before)


def sections(torch: bool = True) -> list[Section]:
    return _sections(torch, i18n.language())


@cache
def _sections(torch: bool, language: str) -> list[Section]:
    return [lesson.section(place, torch) for place in range(len(lesson.plan(torch)))]


def test_the_eleven_ideas_are_there():
    found = {section.key: section for section in sections()}
    assert [*found] == [
        "data", "tensors", "hypothesis", "cost", "descent", "rate", "training", "result", "prediction", "seed",
        "zero-grad", "autograd", "next",
    ]  # fmt: skip
    for key, facts in {
        "tensors": ("torch.Size([3, 1])", "tensor([[ 0., -2., -4.],", "5.33"),
        "hypothesis": ("H(x) = W·x + b", "18.6667", "grad_fn=<AddBackward0>"),
        "cost": ("(4 + 100 + 121 + 25) / 4 = 62.5", "42 − 53 = −11", "47.25"),
        "descent": ("18.667", "-18.6667", "0.1867", "negative: W grows"),
        "rate": ("0.18029", "1.219", "3.97e-7"),
        "result": ("1.997367", "0.005984", "2.000000"),
        "prediction": ("7.995", "8.000"),
        "zero-grad": ("2.0 4.0 6.0", "42.0"),
        "autograd": ("dz/dw = dz/dy · dy/dw = 2 · 4 = 8", "tensor(8.)"),
    }.items():
        text = "\n".join(line for block in blocks(found[key]) for line in block)
        for fact in facts:
            assert fact in text, (key, fact)


def test_what_is_said_of_rates_is_what_theory_says():
    from wxb.learning_rates import rates_of
    from wxb.lesson.data import fitted

    rates = rates_of(fitted().bowl)
    said = [rates.verdict(lr).converges for lr in (0.001, 0.01, rates.best, 0.1802, 0.1803, 0.2)]
    assert said == [True, True, True, True, False, False]
    assert rates.verdict(0.001).epochs_per_digit > 10 * rates.verdict(0.01).epochs_per_digit * 0.9


def test_the_seed_matters():
    (seed,) = [section for section in sections() if section.key == "seed"]
    (printed,) = [part.lines for part in seed.flat() if isinstance(part, Lines)]
    first, again, other = printed
    assert first == again
    assert first[2:] != other[2:]


def test_every_line_fits_a_terminal(spoken):
    for section in sections():
        for width in (80, 60):
            for block in blocks(section, width):
                room = (
                    80 if block[0].startswith("  ") and block[0] != "  " else width
                )  # code and tables stand as they are
                assert max(map(cells, block)) <= room, block


def test_korean_sections_hold_no_english_sentence(spoken):
    if spoken != "ko":
        return
    for section in sections():
        for part in section.flat():
            if isinstance(part, Words):
                assert re.search("[가-힣]", part.text), part
            elif isinstance(part, Shown):
                assert re.search("[가-힣]", part.scene.title + part.scene.panels[0].x.label), part.scene.title


def test_without_torch_every_section_is_there_and_says_what_is_missing():
    found = sections(torch=False)
    lacking = [s.key for s in found if any(isinstance(p, Lines) and INSTALL in p.lines for p in s.flat())]
    assert lacking == ["tensors", "hypothesis", "descent", "training", "seed", "zero-grad", "autograd"]
    assert [s.title for s in found] == [s.title for s in sections()]


def test_code_of_the_lesson_is_python():
    for section in sections():
        for part in section.parts:
            if isinstance(part, Code):
                compile(part.source, section.key, "exec")
                assert max(map(len, prompted(part.source))) <= 78


def test_commands_of_the_lesson_can_be_typed():
    """Each is read by the command line's own parser, and shown so that a shell reads the same words."""
    import shlex

    from wxb.cli.commands import COMMANDS
    from wxb.cli.parse import parsed

    commands = {one.name: one for one in COMMANDS}
    for section in sections():
        for part in section.parts:
            if isinstance(part, Command):
                shown = "\n".join(typed(part.line)).removeprefix("$ ").replace("\\\n", " ")
                __, name, *words = shlex.split(shown)
                assert [name, *words] == shlex.split(part.line)[1:]
                parsed(commands[name], words)


def test_a_table_is_as_wide_as_its_head():
    for section in sections():
        for part in section.flat():
            if isinstance(part, Table):
                assert {len(row) for row in part.rows} == {len(part.rows[0])}


def test_words_on_a_page_stand_for_themselves():
    assert told("a*b_c <x> `w_1*2` [y]") == r"a\*b\_c \<x\> `w_1*2` \[y\]"


def test_the_page_holds_every_section_and_picture(spoken):
    text = page()
    for section in sections():
        assert section.heading.replace("  ", ". ") in text
    pictures = sum(isinstance(part, Shown) for section in sections() for part in section.flat())
    assert text.count("<figure") == text.count("</svg>\n</figure>") == pictures
    keys = re.findall(r'<svg [^>]*id="(\w+)"', text)
    assert len(set(keys)) == pictures

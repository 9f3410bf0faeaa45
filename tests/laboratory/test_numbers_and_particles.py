"""The page's numbers and particles are those of Python: the same texts of thousands of values."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from wxb import i18n, numbers

pytestmark = pytest.mark.browser
CALL = "(lab, cases) => cases.map(([name, ...args]) => lab[name](...args))"


def values() -> list[float]:
    """Of every size, ties of roundings, neighbours of powers of ten, whole, negative."""
    draw = random.Random(1)
    found = [draw.choice([-1, 1]) * 10 ** draw.uniform(-14, 14) for __ in range(900)]
    found += [round(draw.uniform(-1e4, 1e4), draw.randrange(6)) for __ in range(500)]
    found += [draw.randrange(-4000, 4000) / 2 ** draw.randrange(1, 12) for __ in range(400)]
    found += [math.nextafter(10.0**k, side) for k in range(-9, 12) for side in (0, 10.0**k, math.inf)]
    return [*found, 0.0, 0.5, 1.5, 2.5, 9.5, 99.5, 1e6, 999999.5, 1e9, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 2 / 3]


def test_numbers_are_written_as_in_python(lab_js):
    cases, wanted = [], []
    for value in values():
        for name, function, *args in (
            ("readable", numbers.readable),
            ("readable", numbers.readable, 2),
            ("readable", numbers.readable, 17),
            ("shortest", numbers.shortest),
            ("number", numbers.number, 3),
            ("computed", numbers.computed),
            ("factor", numbers.factor, 6),
            ("fixed", numbers.fixed, 1),
            ("fixed", numbers.fixed, 6),
            ("predicted", numbers.predicted),
            ("percent", numbers.percent),
        ):
            cases.append([name, value, *args])
            wanted.append(function(value, *args))
        if abs(value) < 1e300:
            cases.append(["roundDown", abs(value), 5])
            wanted.append(numbers.round_down(abs(value), 5))
        cases.append(["literal", value])
        wanted.append(repr(value))
    found = lab_js(CALL, cases)
    assert [(case, one, other) for case, one, other in zip(cases, found, wanted) if one != other] == []


def test_what_is_no_number_is_a_dash(lab_js):
    assert lab_js(CALL, [["number", value] for value in (math.nan, math.inf, None)]) == ["—"] * 3
    assert lab_js(CALL, [["readable", math.nan], ["readable", -math.inf], ["fixed", None, 2], ["number", -0.0]]) == [
        "nan",
        "-inf",
        "—",
        "0",
    ]


def test_numbers_are_told_apart_as_in_python(lab_js):
    draw = random.Random(2)
    sets = [[draw.uniform(1, 1 + 10.0**-k) for __ in range(3)] for k in range(12)] + [[1.0, 1.0], [], [math.nan, 2.0]]
    pairs = [(1 + 10.0**-k, 1.0) for k in range(17)]
    cases = [["apart", values] for values in sets] + [["toldApart", *pair] for pair in pairs]
    wanted = [numbers.apart(values) for values in sets] + [list(numbers.told_apart(*pair)) for pair in pairs]
    assert lab_js(CALL, cases) == wanted


@pytest.mark.parametrize("code", ["en", "ko"])
def test_counts_are_said_as_in_python(lab_js, code):
    from wxb.laboratory.texts import both

    counts = [0, 1, 2, 9.5, 12.5, 13.5, 999, 9999, 10_000, 123456, 123456789, 1e9, 2.5e12, math.inf]
    i18n.speak(code)
    wanted = [numbers.counted(count, unit) for count in counts for unit in ("epoch", "row")]
    script = """(lab, texts, code, cases) => {
        lab.teach(texts);
        lab.speak(code);
        return cases.map(([count, unit]) => lab.counted(count, unit));
    }"""
    assert lab_js(script, both(), code, [[count, unit] for count in counts for unit in ("epoch", "row")]) == wanted


WORDS = [
    *"0123456789abcdefghijklmnopqrstuvwxyzLMNR²³₀αω%×ŷ",
    "값",
    "서울",
    "공부시간",
    "책",
    "W",
    "(b)",
    "`점수`",
    "12 %",
    "",
    "漢字",
    "😀값",
]


def test_particles_fit_the_words_before_them(lab_js):
    particles = i18n._PARTICLES
    texts = [f"{word}{both}" for word in WORDS for both in particles]
    texts += [
        "값은(는) 3이고 W은(는) 4으로(로) 1으로(로) 서울으로(로)",
        "은(는)",
        "a" * 50 + "    은(는)",
        "값" + " " * 50 + "은(는)",
    ]
    assert lab_js("(lab, texts) => texts.map(lab.withParticles)", texts) == [
        i18n.with_particles(text) for text in texts
    ]


def test_places_are_filled_once_and_with_texts(lab_js):
    script = """(lab, texts) => {
        lab.teach({ en: texts, ko: texts });
        lab.speak("en");
        return [
            lab.t("a", { x: "{y}", y: "no" }), lab.t("a", { x: "$& $1" }), lab.t("__proto__"), lab.t("nothing"), lab.t("a"),
            lab.tn("n", 1), lab.tn("n", 2), lab.t("a", { x: "<img onerror=1>" }),
        ];
    }"""
    texts = {"a": "x is {x}", "n_one": "{n} row", "n_many": "{n} rows"}
    wanted = ["x is {y}", "x is $& $1", "__proto__", "nothing", "x is {x}", "1 row", "2 rows", "x is <img onerror=1>"]
    assert lab_js(script, texts) == wanted


def test_thousands_are_grouped(lab_js):
    draw = np.random.default_rng(3)
    counts = [int(10 ** draw.uniform(0, 12)) for __ in range(100)] + [0, 9999, 10_000, 1_000_000]
    assert lab_js("(lab, counts) => counts.map(lab.thousands)", counts) == [
        numbers.thousands(count) for count in counts
    ]

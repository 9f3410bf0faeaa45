"""The page of a watched run: one file that needs nothing, with its curves, findings and layers, in both languages."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import wxb
from wxb.page import training
from wxb.page.losses import losses
from wxb.watching.curves import Curves, Layer, Loss, Rate
from wxb.watching.finding import Finding, Site
from wxb.watching.report import Report, write

SITE = Site("/tmp/train.py", 7)


def layer(number: int, steps: int = 30, gradient: float = 1.0) -> Layer:
    at = list(range(steps))
    return Layer(
        name=f"net.<{number}>",
        parameters=10 * number + 1,
        steps=at,
        gradient=[gradient * 0.9**step for step in at],
        update=[0.1 * 0.9**step for step in at],
        weight=[1.0] * steps,
        dead=[0.5 if step % 4 == 0 else math.nan for step in at],
    )


def rate(name: str, *values: float) -> Rate:
    return Rate(name=name, steps=range(len(values)), value=values, low=values, high=values, until=len(values) - 1)


def report(layers: int = 3, values: tuple[float, ...] = (3.0, 2.0, 1.0), findings: tuple[Finding, ...] = ()) -> Report:
    bad = next((place for place, one in enumerate(values) if not math.isfinite(one)), -1)
    loss = Loss(site=SITE, calls=range(len(values)), value=values, low=values, high=values, bad_at=bad)
    rates = rate("", 0.1, 0.01)
    curves = Curves(losses=(loss,), layers=tuple(layer(k, gradient=10.0**-k) for k in range(layers)), rates=(rates,))
    return Report(
        findings=list(findings), title="train.py", outcome="ran to the end", curves=curves, steps=30, backwards=30
    )


class Balanced(HTMLParser):
    """Every element that is opened is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "br", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_page_holds_everything_and_asks_for_nothing(tmp_path: Path) -> None:
    target = tmp_path / "run.html"
    finding = Finding(
        "learning-rate", SITE, "lr 0.9 is <above> 0.1.", "It overshoots.", "a rate below 0.1", "opt = SGD()"
    )
    write(report(findings=(finding,)), str(target))
    page = target.read_text("utf-8")
    Balanced(page)
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!#)', page)
    assert page.count("<svg") == 6
    assert "lr 0.9 is &lt;above&gt; 0.1." in page
    assert "1 learning-rate" in page
    assert "net.&lt;0&gt;" in page
    write(report(), str(target))  # its own page is written anew
    other = tmp_path / "other.html"
    other.write_text("<html>mine", "utf-8")
    with pytest.raises(wxb.UsageError):
        write(report(), str(other))


def test_of_many_layers_some_are_drawn_and_the_rest_folded() -> None:
    page = training.page(report(layers=200))
    Balanced(page)
    assert "196 other layers" in page
    assert "<details>" in page
    assert len(page) < 400_000


@pytest.mark.parametrize("values", [(1.0, math.inf, math.nan), (math.nan,), (), (2.0, 2.0), (1.0, 1e-30)])
def test_whatever_the_losses_are_there_is_a_page(values: tuple[float, ...]) -> None:
    Balanced(training.page(report(layers=1, values=values)))
    Balanced(training.page(Report(title="nothing")))


def test_two_of_one_name_are_told_apart_and_all_rates_are_said() -> None:
    rates = (rate("Adam", 0.1, 0.05), rate("Adam", 0.4, 0.2), rate("SGD", 0.3))
    twice = Curves(layers=(layer(1), layer(1)), rates=rates)
    page = training.page(Report(title="train.py", curves=twice))
    assert "Adam (1) 0.1 → 0.05; Adam (2) 0.4 → 0.2; SGD 0.3" in page
    assert "net.&lt;1&gt; (2)" in page


def test_one_step_is_a_dot_and_not_an_empty_picture() -> None:
    one = report(layers=1, values=(3.0,))
    curves = Curves(losses=one.curves.losses, layers=(layer(0, steps=1),), rates=(rate("", 0.1),))
    page = training.page(Report(title="train.py", curves=curves, backwards=1, steps=1))
    scenes = [*losses(curves, ()), *training.of_layers(curves), *training.of_rates(curves)]
    assert [scene.panels[0].marks[0].kind for scene in scenes] == ["dots"] * 5 + ["line"]  # a rate lasts a step
    assert "in 1 backward call at" in page
    assert "→" not in page


def test_of_a_long_run_the_median_is_drawn_within_its_extremes() -> None:
    calls = range(9, 10_000, 10)
    value = [1 / (1 + call) * (3.0 if call % 4 else 1.0) for call in calls]
    loss = Loss(site=SITE, calls=calls, value=value, low=[one / 2 for one in value], high=[one * 50 for one in value],
                bad_at=-1, first=7.5)  # fmt: skip
    (scene,) = losses(Curves(losses=(loss,)), ())
    panel = scene.panels[0]
    assert [len(mark.points) for mark in panel.marks][-1] == 200
    assert panel.y.high >= max(loss.high)  # nothing is cut off
    assert "From 7.5 to 0.0003 in 10 000 backward calls" in scene.description.replace("\u202f", " ")


def test_what_left_the_numbers_is_no_gap_in_the_words() -> None:
    grown = Layer(name="net", parameters=1, steps=[0, 1], gradient=[1.0, math.inf], update=[1.0, math.inf],
                  weight=[1.0, 1.0], dead=[math.nan] * 2)  # fmt: skip
    assert "1 → ∞" in training.page(Report(title="train.py", curves=Curves(layers=(grown,))))


def test_a_page_speaks_korean() -> None:
    before = wxb.language()
    try:
        wxb.language("ko")
        page = training.page(report())
    finally:
        wxb.language(before)
    assert '<html lang="ko">' in page
    assert "기울기의 크기" in page

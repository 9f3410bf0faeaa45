"""The page as a class meets it: fingers on a telephone, both languages, what is heard, what is printed; few page loads."""

from __future__ import annotations

import pytest

from wxb.laboratory.lab import of_students

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def students(tmp_path_factory):
    return of_students().save(tmp_path_factory.mktemp("class") / "lab.html")


@pytest.fixture
def opened(chromium, students):
    made = []

    def open_page(fragment="", **how):
        context = chromium.new_context(
            **{"viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce", **how}
        )
        context.set_default_timeout(3000)
        page = context.new_page()
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"file://{students}{fragment}")
        page.evaluate(SETTLED)
        made.append((context, said))
        return page

    yield open_page
    for context, said in made:
        context.close()
        assert said == []


def place(page, key):
    box = page.locator(f'[data-key="{key}"] .knob').bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def finger(page, start, end, steps=10):
    """A real finger's touches, as the browser itself sees them: it may take them for scrolling."""
    hand = page.context.new_cdp_session(page)
    for k in range(steps + 1):
        x, y = (a + (b - a) * k / steps for a, b in zip(start, end))
        kind = "touchMove" if k else "touchStart"
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.evaluate(SETTLED)
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.evaluate(SETTLED)


def test_a_finger_moves_what_it_holds_and_scrolls_elsewhere(opened):
    page = opened("#s=2", **PHONE)
    x, y = place(page, "W")
    finger(page, (x, y), (x, y - 40))
    moved = place(page, "W")
    assert page.evaluate("scrollY") == 0
    assert abs(moved[1] - (y - 40)) < 4, "the line's end is where the finger left it"
    finger(page, (180, 330), (180, 230))
    assert page.evaluate("scrollY") > 50


def test_the_line_is_held_beside_the_points_and_within_the_picture(opened):
    page = opened("#s=2", **PHONE)
    for W, b in (("2", "0"), ("25", "0"), ("-9", "3"), ("0.5", "40"), ("3", "-6")):
        for name, value in (("W", W), ("b", b)):
            page.fill(f"#control-{name}", value)
            page.press(f"#control-{name}", "Enter")
        page.evaluate(SETTLED)
        frame = page.locator('.slot[data-slot="A"] .wxb-frame').bounding_box()
        if b != "40":  # a line of which nothing is to be seen
            x, y = place(page, "W")
            assert frame["x"] < x < frame["x"] + frame["width"], (W, b)
            assert frame["y"] < y < frame["y"] + frame["height"], (W, b)
        if (W, b) == ("2", "0"):
            px, py = place(page, "row-2")
            assert (x - px) ** 2 + (y - py) ** 2 > 22**2, "farther from the last point than a finger reaches"


def test_tables_of_the_page_speak_the_language_of_the_page_and_others_keep_their_names(opened):
    page = opened("#s=3&lang=ko")
    heads = "[...document.querySelectorAll('#rows th')].slice(0, 2).map(one => one.textContent)"
    said = lambda: page.evaluate(f"async () => {{ await ({SETTLED})(); return {heads}; }}")  # noqa: E731
    assert said() == ["공부 시간", "점수"]
    assert "(2.56 + 10.24 + 23.04) / 3 = 11.95" in page.text_content("#formula")
    page.keyboard.press("l")
    assert said() == ["hours", "score"]
    page.click("#data")
    page.get_by_text("Thirty people").click()
    assert said() == ["sleep", "words"]
    page.keyboard.press("l")
    assert said() == ["수면", "단어"]
    page.wait_for_timeout(300)
    assert "n=thirty" in page.evaluate("location.hash")
    page.goto(page.url.split("#")[0] + "#s=3&lang=en&n=thirty&d=1,2;3,4")
    page.reload()
    assert said() == ["sleep", "words"]
    page.goto(page.url.split("#")[0] + "#s=3&lang=ko&x=hours&y=score&d=1,2;3,5")
    page.reload()
    assert said() == ["hours", "score"], "a table of one's own"


def test_one_line_speaks_and_letters_are_named(opened):
    page = opened("#s=5&lang=ko")
    speaking = page.evaluate("""[...document.querySelectorAll("output, [role], [aria-live]")].filter(one => {
        const itself = one.nodeName === "OUTPUT" || /status|alert|log/.test(one.role) ? "polite" : "off";
        return (one.getAttribute("aria-live") ?? itself) !== "off";
    }).map(one => one.id)""")
    assert speaking == ["live"]
    assert page.get_by_role("textbox", name="학습률 α").count() == 1
    assert page.get_by_role("textbox", name="모멘텀 β").count() == 1


def test_a_telephone_shows_first_what_a_scene_is_about_and_on_its_side_the_bar_is_one_line(opened):
    page = opened("#s=3&d=1,2;2,3;4,1", **PHONE)
    large = "async () => { await (%s)(); return document.querySelector('.slot.large:not([hidden])').dataset.slot; }"
    assert page.evaluate(large % SETTLED) == "A"
    page.keyboard.press("4")
    assert page.evaluate(large % SETTLED) == "B"
    page.set_viewport_size({"width": 740, "height": 360})
    page.evaluate(SETTLED)
    assert page.locator("#bar").bounding_box()["height"] < 60
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    sentences = page.evaluate("[...document.querySelectorAll('.sheet p')].map(one => one.textContent)")
    assert not [text for text in sentences if "1 hour" in text], "the sentence of the students, and other rows"


def test_cards_fly_into_points_once_and_not_where_motion_is_unwanted(opened):
    page = opened("#s=1", reduced_motion="no-preference")
    cards = page.locator(".flying")
    assert cards.count() == 3
    page.wait_for_timeout(100)
    assert cards.first.text_content() == "1 → 2"
    first = page.evaluate("document.querySelector('.flying').getAnimations().length")
    assert first == 1
    page.evaluate("document.getAnimations().forEach(one => one.effect.target?.className === 'flying' && one.finish())")
    page.evaluate(SETTLED)
    assert cards.count() == 0
    page.keyboard.press("2")
    page.evaluate(SETTLED)
    page.keyboard.press("1")
    page.evaluate(SETTLED)
    page.keyboard.press("3")
    page.evaluate(SETTLED)
    assert cards.count() == 0, "none of them flies over another scene"
    assert opened("#s=1").locator(".flying").count() == 0


def test_a_table_that_is_chosen_opens_with_a_picture_of_its_own(opened):
    page = opened("#s=3&lang=en")
    read = "() => ['W', 'b'].map(name => Number(document.querySelector(`#control-${name}`).value.replace('−', '-')))"
    page.click("#data")
    page.evaluate(SETTLED)
    page.get_by_text("Four students").click()
    page.evaluate(SETTLED)
    W, b = page.evaluate(read)
    assert W > 0, "a line on its way, and none that lies on the axis"
    assert b > 20
    page.fill("#control-W", "13")
    page.press("#control-W", "Enter")
    page.fill("#control-b", "1")
    page.press("#control-b", "Enter")
    page.evaluate(SETTLED)
    assert "62.5" in page.text_content("#say")
    page.click("#opening")
    page.evaluate(SETTLED)
    assert page.evaluate(read) == [W, b]
    page.goto(page.url.split("#")[0] + "#s=2&lang=en&d=1000,9;2000,5;3000,2&lr=1e-7")
    page.reload()
    page.evaluate(SETTLED)
    page.click("#opening")
    page.evaluate(SETTLED)
    assert page.evaluate(read)[0] < 0, "rows that fall, and a line that falls"
    assert "diverge" not in page.text_content(".verdict")
    page.keyboard.press("9")
    page.click("#data")
    page.evaluate(SETTLED)
    page.get_by_text("Thirty people").click()
    page.wait_for_timeout(300)
    assert "z=0" not in page.evaluate("location.hash"), "without zero_grad is what scene 9 shows, and no other"


def test_how_a_scene_was_opened_to_run_goes_along_to_no_other(opened):
    """⑨ begins with 60 steps without zero_grad(): its own, unless somebody chose them."""
    page = opened("#s=9")
    page.keyboard.press("b")
    page.evaluate(SETTLED)
    page.keyboard.press("6")
    page.evaluate(SETTLED)
    assert "/ 2000" in page.inner_text("body")
    page.wait_for_timeout(400)
    assert "z=" not in page.evaluate("() => location.hash")

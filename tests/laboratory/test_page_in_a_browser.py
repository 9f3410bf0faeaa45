"""The lab's page in a real browser, from disk: hands, keys, play, paste, address, languages, narrow, printed; nothing complains.

Few page loads and long walks on each: a load takes longer than twenty gestures.
"""

from __future__ import annotations

import re

import pytest

from wxb.laboratory.lab import of_students

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
SCENES = range(1, 11)
TOO_SMALL = """() => [...document.querySelectorAll("button, input:not([type=radio]), summary, [role=slider]")]
    .filter(one => one.checkVisibility())
    .map(one => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width < 43.9 || (box.height < 43.9 && one.type !== "text"))
    .map(([one]) => one.outerHTML.slice(0, 90))"""
SHEETS = """[...document.querySelectorAll(".sheet")]
    .map(one => [one.querySelector("h2").textContent, one.querySelectorAll(".wxb-marks > g").length])"""


@pytest.fixture(scope="module")
def students(tmp_path_factory):
    return of_students().save(tmp_path_factory.mktemp("lab") / "lab.html")


@pytest.fixture
def opened(chromium, students):
    """Opens the page at a fragment; at the end nothing was said on the console and nothing asked for."""
    made = []

    def open_page(fragment="", width=1400, height=900, scheme="light", touch=False, script=True, file=students):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=touch, java_script_enabled=script,
            reduced_motion="reduce", locale="en-US", permissions=["clipboard-read", "clipboard-write"],
        )  # fmt: skip
        context.set_default_timeout(3000)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "request", lambda asked: said.append(asked.url) if not asked.url.startswith(("file:", "blob:")) else None
        )
        page.goto(f"file://{file}{fragment}")
        made.append((context, said))
        return page

    yield open_page
    for context, said in made:
        context.close()
        assert said == []


def settled(page):
    page.evaluate(SETTLED)


def handle(key, slot="A"):
    return f'.slot[data-slot="{slot}"] [data-key="{key}"]'


def middle(page, selector):
    box = page.locator(f"{selector} .reach").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, selector, across, up, steps=8, drop=True):
    x, y = middle(page, selector)
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, steps + 1):
        page.mouse.move(x + across * k / steps, y - up * k / steps)
    if drop:
        page.mouse.up()
    settled(page)


def fragment(page):
    """What the address says, as a dictionary."""
    page.wait_for_timeout(300)
    return dict(
        pair.split("=", 1) for pair in page.evaluate("location.hash").removeprefix("#").split("&") if "=" in pair
    )


def here(page):
    """W and b as the second scene's fields show them."""
    return float(page.input_value("#control-W").replace("−", "-")), float(
        page.input_value("#control-b").replace("−", "-")
    )


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
    settled(page)


def test_hands_and_keys_move_the_line_and_the_points(opened):
    page = opened("#s=2")
    drag(page, handle("W"), 0, 60)
    turned, level = here(page)
    assert turned > 1.2
    assert level == 0
    press(page, "Control+z")
    assert here(page)[0] == 1.2
    press(page, "Control+y")
    assert here(page) == (turned, 0), "a drag is one step to undo"

    page.focus(handle("W"))
    press(page, "ArrowUp", "ArrowUp", "Shift+ArrowUp", "Alt+ArrowDown")
    moved, __ = here(page)
    assert moved > turned + 1
    assert str(moved)[:4] in page.get_attribute(handle("W"), "aria-valuetext")
    assert page.evaluate("document.activeElement.dataset.key") == "W", "focus stays while the picture moves"
    press(page, "Escape")
    assert here(page) == (turned, 0)

    drag(page, handle("b"), 0, 30, drop=False)
    assert here(page)[1] > 0
    press(page, "Escape")
    page.mouse.up()
    assert here(page) == (turned, 0), "Esc while dragging brings back what was"

    page.fill("#control-W", "2")
    page.keyboard.press("Tab")
    settled(page)
    assert page.locator(".tasks .done").count() == 1, "the minimum reached by hand ticks the task"
    assert "t=2" in page.evaluate("location.hash") or fragment(page)["t"] == "2"


def test_points_are_added_moved_and_removed(opened):
    page = opened("#s=1&lang=en")
    page.dblclick('.slot[data-slot="A"] > svg', position={"x": 170, "y": 190})
    settled(page)
    assert page.locator("#rows tbody tr").count() == 4
    drag(page, handle("row-3"), 0, 40)
    assert len(fragment(page)["d"].split(";")) == 4
    drag(page, handle("row-3"), -400, 0)
    assert page.locator("#rows tbody tr").count() == 3, "dragged out it is gone"
    page.focus(handle("row-2"))
    press(page, "ArrowUp", "ArrowRight")
    assert fragment(page)["d"] == "1,2;2,4;3.1,6.1"
    press(page, "Delete", "Delete")
    assert fragment(page)["d"] == "1,2"
    press(page, "Delete")
    assert page.locator("#rows tbody tr").count() == 1, "the last row stays"
    press(page, *["Control+z"] * 3)
    assert fragment(page)["d"] == "1,2;2,4;3,6"
    press(page, "n")
    assert page.locator("#rows tbody tr").count() == 4


def test_every_scene_opens_with_its_picture_until_something_is_touched(opened):
    page = opened()
    said = set()
    for key in "1234567890":
        press(page, key)
        assert page.locator(".stage figure:not([hidden]) .wxb-marks > g").count() >= 1, key
        assert len(page.inner_text("#sentence")) > 10
        assert (fragment(page) or {"s": "1"}) == {"s": str(int(key) or 10)}, "an opening is no state of one's own"
        said.add(page.inner_text("#title"))
    assert len(said) == 10
    page.click("#scenes li:nth-child(4) button")
    settled(page)
    assert page.get_attribute("#scenes [aria-current]", "title") in page.inner_text("#title")
    assert not page.evaluate("document.body.hasAttribute('data-touched')")
    press(page, "2")
    page.focus(handle("b"))
    press(page, "ArrowUp")
    press(page, "4", "2")
    assert here(page)[1] == 0.1, "what was touched goes along"
    page.click("#opening")
    settled(page)
    assert here(page) == (1.2, 0)


def test_steps_play_and_the_way_back(opened):
    page = opened("#s=5&W=0&b=0")
    page.click("body", position={"x": 700, "y": 40})
    press(page, "Shift+ArrowRight", "ArrowLeft")
    assert fragment(page)["e"] == "9"
    press(page, "End")
    assert fragment(page)["e"] == "min"
    press(page, "Home")
    assert "e" not in fragment(page)
    for __ in range(2):
        page.click(".speed")
    settled(page)
    assert page.inner_text(".speed") == "×100"
    page.click(".play")
    page.wait_for_function(
        "() => document.querySelector('.epochs output').textContent.startsWith('2000')", timeout=2000
    )
    page.wait_for_function(
        "() => document.querySelector('.play').getAttribute('aria-pressed') === 'false'", timeout=2000
    )
    press(page, "Control+z")
    assert page.inner_text(".epochs output").startswith("0"), "one play is one step to undo"
    page.click(".speed")
    page.click(".play")
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true}); document.dispatchEvent(new Event('visibilitychange'))"
    )
    settled(page)
    assert page.get_attribute(".play", "aria-pressed") == "false", "a hidden page stops"
    press(page, "Home")
    page.focus("#epoch")
    press(page, *["ArrowRight"] * 3)
    assert page.inner_text(".epochs output").startswith("6"), "the slider of 2000 epochs goes by twos"


def test_rates_diverge_on_purpose_and_come_back(opened):
    page = opened("#s=5&lang=ko")
    page.focus("#alpha")
    press(page, "End")
    assert page.inner_text(".verdict") == "발산"
    page.click(".step")
    page.wait_for_timeout(1200)
    page.focus("#alpha")
    for __ in range(5):
        press(page, "PageDown")
    assert page.inner_text(".verdict") != "발산"
    page.fill("#alpha-typed", "0,05")
    page.keyboard.press("Tab")
    settled(page)
    assert page.inner_text(".verdict") == "알맞음"
    assert "0.05" in page.get_attribute("#alpha", "aria-valuetext")
    page.fill("#alpha-typed", "-1")
    page.keyboard.press("Tab")
    assert page.get_attribute("#alpha-typed", "aria-invalid") == "true"
    assert fragment(page)["lr"] == "0.05"


def test_one_step_in_four_beats_lights_its_lines(opened):
    page = opened("#s=5")
    page.evaluate("""() => {
        window.lit = [];
        const look = () => window.lit.push(document.querySelector("#lines .lit")?.textContent ?? "");
        new MutationObserver(look).observe(document.querySelector("#lines"), { subtree: true, attributes: true, childList: true });
    }""")
    press(page, "ArrowRight")
    page.wait_for_timeout(1300)
    lit = list(dict.fromkeys(line for line in page.evaluate("window.lit") if line))
    assert [line.split(".")[-1].split("(")[0] for line in lit] == ["zero_grad", "backward", "step", "H = model"]
    assert fragment(page)["e"] == "1"
    press(page, "ArrowRight", "ArrowRight", "ArrowRight")
    page.wait_for_timeout(1300)
    assert fragment(page)["e"] == "4", "steps that come faster than the beats are all made"


def test_the_log_is_scrubbed(opened):
    page = opened("#s=7&lang=en")
    box = page.locator('.slot[data-slot="D"] .wxb-frame').bounding_box()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"], steps=6)
    page.mouse.up()
    settled(page)
    scrubbed = int(fragment(page)["e"])
    assert 1300 < scrubbed < 1700
    assert page.inner_text(".epochs output").startswith(f"{scrubbed}")
    press(page, "Control+z")
    assert page.inner_text(".epochs output").startswith("101"), "one scrub is one step to undo"
    page.focus(handle("epoch", "D"))
    press(page, "ArrowRight", "Shift+ArrowRight")
    assert page.inner_text(".epochs output").startswith("211")
    page.hover("#rows tbody tr:nth-child(3)")
    settled(page)
    assert "200" in page.inner_text("#say")


SHEET = "공부시간\t점수\r\n" + "\r\n".join(
    f"{k / 4:.2f}\t{2 + 1.5 * k / 4 + (k % 3) / 10:.3f}" for k in range(30)
).replace(".", ",")


def test_a_table_from_a_spreadsheet_is_pasted(opened):
    page = opened("#s=2&lang=ko")
    page.click("#data")
    page.click("#menu >> text=표 붙여넣기")
    page.fill("#pasted", "a b c")
    page.wait_for_selector(".faults")
    assert page.is_disabled("dialog .primary")
    page.fill("#pasted", SHEET)
    page.wait_for_selector(".found .good")
    assert "30행" in page.inner_text(".found")
    page.click("dialog .primary")
    settled(page)
    assert page.locator("dialog").count() == 0
    said = fragment(page)
    assert len(said["d"].split(";")) == 30
    assert said["d"].startswith("0,2;0.25,")
    assert page.locator(handle("row-29")).count() == 1
    assert "점수" in page.inner_text("#rows")
    drag(page, handle("row-29"), 0, -40)
    page.focus(handle("W"))
    press(page, "ArrowUp")
    # what is too large is said by its size, at once, and the page is alive
    page.click("#data")
    page.click("#menu >> text=표 붙여넣기")
    page.evaluate(
        """text => {
            const area = document.querySelector("#pasted");
            area.value = text.repeat(1e6);
            area.dispatchEvent(new Event("input"));
        }""",
        "1\t2,5\n2\t3,5\n",
    )
    page.wait_for_selector(".faults")
    assert page.input_value("#pasted") == ""
    press(page, "Escape")
    page.evaluate("""() => {
        const given = new DataTransfer();
        given.setData("text/plain", "<img src=x onerror=alert(1)>,score\\n1,2\\n2,3\\n4,9");
        document.dispatchEvent(new DragEvent("drop", { dataTransfer: given, cancelable: true }));
    }""")
    page.click("dialog .primary")
    settled(page)
    assert "<img src=x onerror=alert(1)>" in page.inner_text("#rows")
    assert page.locator("img").count() == 0


def test_the_address_holds_what_is_seen(opened):
    page = opened("#s=3&W=0.4&b=0&lr=0.01&d=1,2;2,4;3,6&x=%3Cb%3Ehours&y=score&lang=en")
    assert "<b>hours" in page.inner_text("#rows")
    page.evaluate("location.hash = '#s=2&W=2&b=0.5&lang=ko'")
    settled(page)
    assert here(page) == (2, 0.5)
    assert page.evaluate("document.documentElement.lang") == "ko"
    hostile = [
        "s=99",
        "W=1e999",
        "s=<img src=x onerror=alert(1)>",
        "d=1,2;nan,3",
        "%E0%A4%A",
        "__proto__=1",
        "lr=-1",
        "d=" + "1,2;" * 70000,
    ]
    for text in hostile:
        page.evaluate("text => { location.hash = '#' + text }", text)
        settled(page)
        assert page.locator(".stage figure:not([hidden]) svg .wxb-frame").count() >= 1, text[:20]
    page.wait_for_function("() => document.querySelector('#live').textContent.includes('#')", timeout=3000)
    for text in [
        "s=2&W=1e308&b=1e308",
        "s=2&d=1,1;1,2",
        "s=2&d=5,5",
        "s=2&d=1e300,1e300;-1e300,1",
        "s=2&d=1e-300,0;2e-300,1",
        "s=2&d=0,1;0,2",
    ]:
        for scene in SCENES:
            page.evaluate("text => { location.hash = '#' + text }", text.replace("s=2", f"s={scene}"))
            settled(page)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("End")
        settled(page)


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (768, 1024), (360, 740)])
def test_nothing_is_wrong_for_axe_nor_wider_than_the_window(opened, width, height):
    from axe_playwright_python.sync_playwright import Axe

    page = opened("#s=1", width=width, height=height)
    for k, scene in enumerate(SCENES):
        for language in ("ko", "en"):
            page.evaluate(
                "text => { location.hash = '#' + text }", f"s={scene}&lang={language}&th={'dark' if k % 2 else 'light'}"
            )
            settled(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (scene, language)
        if (scene + width) % 3 == 0:
            found = Axe().run(page).response["violations"]
            assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == [], scene
    assert page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dialogs_are_in_order(opened, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened("#s=2&lang=en", scheme=scheme)
    for opener, what in (("?", "Keys"), ("p", "Save")):
        press(page, opener)
        assert what in page.inner_text("dialog h2")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
        press(page, "Escape")
        assert page.locator("dialog").count() == 0
    page.click("#code")
    for tab in ("torch", "command", "python"):
        page.click(f"#tab-{tab}")
        page.click("dialog .primary")
        assert page.evaluate("navigator.clipboard.readText()") == page.inner_text(".sample")
    page.keyboard.press("Escape")
    for kind in ("SVG", "PNG"):
        press(page, "p")
        with page.expect_download() as saved:
            page.click(f"dialog .primary:text-is('{kind}')")
        content = saved.value.path().read_bytes()
        assert content.startswith(b"<?xml" if kind == "SVG" else b"\x89PNG")
        assert len(content) > 2000
        if kind == "SVG":
            assert b"handle" not in content
            assert b"var(" not in content
            assert b"currentColor" not in content or b"color=" in content


def test_on_a_narrow_screen_one_scene_at_a_time(opened):
    page = opened("#s=4&lang=ko", width=360, height=740, touch=True)
    assert page.get_attribute('.slot[data-slot="B"]', "class") == "slot large"
    page.tap('.slot[data-slot="A"] .swap')
    settled(page)
    assert page.get_attribute('.slot[data-slot="A"]', "class") == "slot large"
    assert page.get_attribute('.slot[data-slot="B"]', "class") == "slot mini"
    swipe = """([by]) => {
        const at = document.querySelector("#sentence"), finger = { bubbles: true, clientY: 90, pointerType: "touch" };
        const send = (type, x) => at.dispatchEvent(new PointerEvent(type, { ...finger, clientX: x }));
        send("pointerdown", 180); send("pointerup", 180 + by);
    }"""
    page.evaluate(swipe, [-120])
    settled(page)
    assert "⑤" in page.inner_text("#here")
    page.evaluate(swipe, [120])
    settled(page)
    assert "④" in page.inner_text("#here")
    page.tap("#here")
    settled(page)
    page.tap("#menu >> text=③")
    settled(page)
    assert fragment(page)["s"] == "3"


def test_on_paper_every_scene_has_its_picture(opened):
    page = opened("#s=2&lang=ko", scheme="dark")
    drag(page, handle("W"), 0, 60)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    sheets = page.evaluate(SHEETS)
    assert [title[0] for title, __ in sheets] == list("①②③④⑤⑥⑦⑧⑨⑩")
    assert all(marks > 1 for __, marks in sheets)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.is_visible(".bar")
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 10
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".sheet").count() == 0


def test_many_sets_are_one_painting_and_one_sentence_a_second(opened):
    page = opened("#s=2")
    painted, said = page.evaluate("""async () => {
        let painted = 0, said = 0;
        const all = { subtree: true, childList: true, characterData: true };
        new MutationObserver(() => (painted += 1)).observe(document.querySelector("#formula"), all);
        new MutationObserver(() => (said += 1)).observe(document.querySelector("#live"), all);
        const key = name => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
        await new Promise(requestAnimationFrame);
        for (let k = 0; k < 40; k += 1) key("ArrowRight");
        const once = await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(painted))));
        for (let k = 0; k < 30; k += 1) { key("ArrowRight"); await new Promise(done => setTimeout(done, 20)); }
        return [once, said];
    }""")
    assert painted == 1
    assert said <= 2
    assert fragment(page)["e"] == "70"


def test_without_script_it_says_why_and_shows_the_picture(opened):
    page = opened(script=False)
    assert re.search("JavaScript|자바스크립트", page.inner_text("noscript"))
    assert not page.is_visible("main")

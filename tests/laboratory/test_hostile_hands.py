"""Twenty hostile inputs to one page: each is said in words or is only data, nothing of it runs, the page goes on."""

from __future__ import annotations

import pytest

from wxb.laboratory.lab import of_students

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
ILL = """[...document.querySelectorAll("#stage svg *")].flatMap(one => [...one.attributes].map(({value}) => value))
    .filter(value => /NaN|Infinity|undefined/.test(value))"""
DROP = """([files, text]) => {
  const data = new DataTransfer();
  for (const [name, bytes] of files) data.items.add(new File([new Uint8Array(bytes)], name));
  if (text !== null) data.setData("text/plain", text);
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
TYPE = """text => {
  const field = document.querySelector("#control-expression");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
FRAGMENTS = {  # what the address says → what is said of it, "" where it is only data
    "s=3&x=<img src=x onerror=alert(1)>&y=</script><script>alert(1)</script>&d=1,2;2,4": "",
    "__proto__=1&constructor=2&t=__proto__&a=__proto__:1;3:2&s=10": "__proto__, constructor, t",
    "s=3&W=NaN&lr=1e999&E=0&m=1&d=1,NaN": "lr, E, m, d, W",
    "s=4&W=1e308&b=-1e308&at=1e308&lr=1e308": "",
    "s=3&d=1e308,1e308;-1e308,2": "d",
    "s=3&d=1e-300,1;2e-300,2": "d",
    "s=3&d=7,2": "",
    "s=4&d=2,1;2,3;2,4": "",
    "s=3&d=&x=%E0%A4%A": "d, x",
    "s=3&d=1,2;2,4&x=" + "a" * 199 + "%F0%9F%98%80&y=%E2%80%AEb": "",
    "s=6&E=100000&e=100000": "",
    "s=3&d=" + "1,2;" * 60000: "#",
    "&".join(f"k{k}=1" for k in range(1000)): "k0, k1, k2, k3, k4, k5, k6, k7, …",
}
PASTED = {  # a text that is dropped → a part of what is said, None where its rows are taken
    "1\t2\n" * 300000: "1 MB is read",
    "x\ty\n1e308\t1\n-1e308\t2": "their squares",
    "x\ty\n1e-320\t1\n2e-320\t2": "their squares",
    '=HYPERLINK("x")\t=1+1\n=A1*2\t3': "two are needed",
    "\u202e<img src=x onerror=alert(1)>\t" + "😀" * 300 + "\n1\t2\n2\t4": None,
}
FILES = {
    ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\1"): "a picture or a workbook",
    ("empty.csv", b""): "nothing here yet",
    ("cp949.csv", "시간,점수\n1,2\n2,4".encode("cp949")): "시간 and 점수",
    ("utf16.txt", "시간\t점수\n1\t2\n2\t4".encode("utf-16")): "시간 and 점수",
}
TYPED = ("(" * 2000, "`" + "a" * 498 + "😀`", "constructor(w)", "y = __proto__ * toString", "\u202ew", "w" * 100000)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return of_students().save(tmp_path_factory.mktemp("lab") / "lab.html")


@pytest.fixture
def page(chromium, file):
    made = chromium.new_page(viewport={"width": 1200, "height": 900}, locale="en-US")
    made.set_default_timeout(3000)
    said: list[str] = []
    made.on("console", lambda message: said.append(message.text))
    made.on("pageerror", lambda error: said.append(str(error)))
    made.on("dialog", lambda dialog: said.append(dialog.message) or dialog.dismiss())
    made.on("request", lambda asked: said.append(asked.url) if asked.url.startswith("http") else None)
    made.goto(f"file://{file}#s=3")
    made.said = said
    yield made
    made.close()
    assert said == []


def alive(page):
    """It draws, its address can be written, nothing stands in it that is no number."""
    page.evaluate("dispatchEvent(new Event('pagehide'))")  # the address is written
    assert page.evaluate(ILL) == []
    assert page.said == []
    assert page.evaluate("document.querySelectorAll('img, script:not([type])').length") == 1


def live(page):
    return page.text_content("#live")


def test_addresses_of_all_kinds(page, file):
    for fragment, left_out in FRAGMENTS.items():
        page.goto("about:blank")
        page.goto(f"file://{file}#lang=en&{fragment}")
        page.evaluate(SETTLED)
        alive(page)
        assert live(page).partition("left out: ")[2] == left_out


def test_what_is_dropped(page):
    given = [([], text, said) for text, said in PASTED.items()]
    given += [([[name, list(content)]], None, said) for (name, content), said in FILES.items()]
    for files, text, said in given:
        page.evaluate(DROP, [files, text])
        page.wait_for_selector(".found p")
        found = page.text_content(".found")
        assert said is None or said in found, found
        if said is None or "시간" in said:
            page.click("dialog .primary")
            alive(page)
            shown = page.inner_text("#rows")
            assert said is None or "시간" in shown
            assert "\u202e" not in shown
            assert "hours" not in shown, "rows go with their own names"
        else:
            page.keyboard.press("Escape")
    page.evaluate(DROP, [[], "1\t2"])
    page.evaluate(DROP, [[], "1\t2"])
    page.wait_for_selector("dialog")
    assert page.locator("dialog").count() == 1


def test_a_folder_is_said(page):
    page.evaluate("""() => {
      const data = new DataTransfer(), folder = new File(["x"], "folder");
      folder.arrayBuffer = () => Promise.reject(new DOMException("no file", "NotFoundError"));
      Object.defineProperty(data, "files", { value: [folder] });
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }""")
    page.wait_for_selector(".found .faults")
    assert "a folder" in page.text_content(".found")


def test_what_is_typed(page):
    page.keyboard.press("0")
    page.wait_for_selector("#control-expression")
    for text in TYPED:
        page.evaluate(TYPE, text)
        page.evaluate(SETTLED)
        alive(page)
    assert page.get_attribute("#control-expression", "maxlength") == "500"
    page.keyboard.press("2")
    page.wait_for_selector("#control-W")
    for text in ("0x10", "1e400", "abc", "<b>", "", "NaN"):
        page.fill("#control-W", text)
        page.keyboard.press("Enter")
        assert page.get_attribute("#control-W", "aria-invalid") == "true"
    page.wait_for_selector("#live:has-text('no number')", state="attached")
    for text, value in {"１,5": 1.5, "−2": -2, "1e308": 1e308, "-0": 0}.items():
        page.fill("#control-W", text)
        page.keyboard.press("Enter")
        page.evaluate(SETTLED)
        assert page.get_attribute("#control-W", "aria-invalid") is None
        assert float(page.input_value("#control-W").replace("−", "-")) == value
        alive(page)


def test_no_slope_is_level_that_is_not(page, file):
    """A cost out of range, and rows far from 0, where a slope of billions is small beside others."""
    for fragment in ("s=4&W=1e308", "s=4&d=999999999,1;1000000000,2;1000000001,3"):
        page.goto("about:blank")
        page.goto(f"file://{file}#lang=en&{fragment}")
        page.evaluate(SETTLED)
        assert page.locator(".tasks .done").count() == 0
        assert "no other W" not in page.text_content("#say")


def test_an_address_that_is_no_state_changes_none(page):
    page.goto(page.url.partition("#")[0] + "#s=7&W=1&lang=en")
    page.wait_for_timeout(300)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text", "the way past the bar"
    assert page.evaluate("location.hash").startswith("#s=7")
    page.keyboard.press("Space")
    page.wait_for_timeout(100)
    page.evaluate("location.hash = '#s=3&W=1.5&lang=en'")
    page.wait_for_timeout(400)
    assert "e=" not in page.evaluate("location.hash"), "another address ends what plays"


def test_a_page_that_a_browser_saved_is_the_page(page, tmp_path):
    page.evaluate(SETTLED)
    count = "[document.querySelectorAll('button').length, document.querySelectorAll('figure').length]"
    page.evaluate(DROP, [[], "1\t2"])
    page.wait_for_selector("dialog")
    shown = page.content()
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    before = page.evaluate(count)
    again = tmp_path / "again.html"
    again.write_text(shown, "utf-8")
    page.goto(f"file://{again}#s=3")
    page.evaluate(SETTLED)
    assert page.evaluate(count) == before
    page.keyboard.press("4")
    page.evaluate(SETTLED)
    assert page.evaluate(ILL) == []
    page.said[:] = [text for text in page.said if "inline style" not in text]  # places of zones in the copy

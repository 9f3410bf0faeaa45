"""What a frame of the lab's page costs: a point of thirty is dragged and every linked picture follows, by Chromium's own trace.

    python bench/lab.py [--frames 240] [--check]

1. Drag: script, style and layout of each frame of scene ④ (line with squares, curve, meter, cost by epoch, axis of rates), median
   and 95th percentile in ms of the main thread; beside it the same gestures on an empty page, whose handlers do nothing (ratio).
2. Epochs: 2000 epochs drawn, from the change of the rate to the end of layout, median of several.
3. Load: from the request of the file to the first picture that is there.

Times are those of a clock; beside them processor time of the page's thread, which a busy machine does not lengthen.
With --check the exit code is 1 where a bar is missed: 8 and 16 ms, 50 ms, 300 ms.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

import wxb

ROWS = 30
BARS = {"drag, median": 8.0, "drag, 95 %": 16.0, "2000 epochs": 50.0, "first picture": 300.0}
TRACED = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
WORK = {  # of the main thread: script, style, layout
    "EventDispatch", "FunctionCall", "FireAnimationFrame", "TimerFire", "RunMicrotasks", "EvaluateScript", "UpdateLayoutTree",
    "RecalculateStyles", "Layout", "MajorGC", "MinorGC", "V8.GC_MC_INCREMENTAL_MARKING",
}  # fmt: skip
EMPTY = """<!doctype html><svg width=900 height=600></svg>
<script>onpointermove = () => {}; (function tick() { requestAnimationFrame(tick) })()</script>"""
DRAWING = {"ParseHTML", "PrePaint", "Paint", "Commit"}
SHOWN = "document.querySelector('figure .wxb-marks path') !== null"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--frames", type=int, default=240)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page_file, empty_file = Path(folder) / "lab.html", Path(folder) / "empty.html"
        wxb.lab(thirty(), target="y").save(page_file)
        empty_file.write_text(EMPTY)
        found = {
            **dragging(browser, page_file, empty_file, asked.frames),
            **epochs(browser, page_file),
            **loading(browser, page_file),
        }
        browser.close()
    for name, value in found.items():
        bar = BARS.get(name)
        print(
            f"{name:<30} {value:8.2f}{f' of {bar:g} ms' if bar else ''}{'' if bar is None or value <= bar else '  MISSED'}"
        )
    if asked.check and any(found[name] > bar for name, bar in BARS.items()):
        sys.exit(1)


def thirty() -> dict[str, np.ndarray]:
    draw = np.random.default_rng(30)
    x = np.round(draw.uniform(1, 9, ROWS), 2)
    return {"x": x, "y": np.round(1.5 * x - 2 + draw.normal(size=ROWS), 2)}


def dragging(browser: Browser, page_file: Path, empty_file: Path, frames: int) -> dict[str, float]:
    """Both pages in turn, the same gestures."""
    costs: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    for __ in range(2):
        bare += traced_frames(browser, empty_file, "", frames // 2)
        costs += traced_frames(browser, page_file, "#s=4", frames // 2)
    time, processor = np.array(costs).T
    empty = np.median(bare, axis=0)
    return {
        "drag, median": float(np.median(time)),
        "drag, 95 %": float(np.quantile(time, 0.95)),
        "drag, processor time": float(np.median(processor)),
        "an empty frame": float(empty[0]),
        "times an empty frame": float(np.median(time) / max(empty[0], 1e-3)),
        "frames": len(costs),
    }


def traced_frames(browser: Browser, file: Path, fragment: str, frames: int) -> list[tuple[float, float]]:
    """Milliseconds of work, and of processor time, in each frame in which something was dragged."""
    page = opened(browser, file, fragment)
    x, y = handle_of(page) if fragment else (300.0, 300.0)
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(30):
        moved(page, x, y, k)
    browser.start_tracing(page=page, categories=TRACED)
    for k in range(frames):
        moved(page, x, y, k)
    trace = json.loads(browser.stop_tracing())["traceEvents"]
    page.mouse.up()
    page.close()
    return by_frame(trace)


def moved(page: Page, x: float, y: float, k: int) -> None:
    """A step of the hand, and the frame that follows."""
    page.mouse.move(x + 40 * np.sin(k / 9), y + 60 * np.sin(k / 13))
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


def opened(browser: Browser, file: Path, fragment: str) -> Page:
    page = browser.new_page(viewport={"width": 1400, "height": 860})
    page.goto(f"file://{file}{fragment}")
    if fragment:
        page.wait_for_function(SHOWN)
    page.wait_for_timeout(300)
    return page


def handle_of(page: Page) -> tuple[float, float]:
    """The middle of the point that is dragged."""
    box = page.locator('[data-key="row-12"]').bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def by_frame(trace: list[dict]) -> list[tuple[float, float]]:
    """(time, processor time) of the work between one frame and the next."""
    events = of_main_thread(trace, "FireAnimationFrame")
    ends = [one["ts"] + one["dur"] for one in events if one["name"] == "FireAnimationFrame"]
    work = np.zeros((len(ends) + 1, 2))
    for one in outermost(events, WORK):
        work[int(np.searchsorted(ends, one["ts"], side="left"))] += one["dur"] / 1000, one.get("tdur", 0) / 1000
    return [tuple(pair) for pair in work[1:-1].tolist()]


def of_main_thread(trace: list[dict], name: str) -> list[dict]:
    """Events with a length, in order, of the threads on which an event of this name was."""
    main = {(one["pid"], one["tid"]) for one in trace if one["name"] == name}
    return sorted(
        (one for one in trace if one.get("ph") == "X" and (one["pid"], one["tid"]) in main), key=lambda one: one["ts"]
    )


def outermost(events: list[dict], names: set[str]) -> list[dict]:
    """Those of some names that are not within another of them."""
    found, until = [], 0
    for one in events:
        if one["name"] in names and one["ts"] >= until:
            until = one["ts"] + one["dur"]
            found.append(one)
    return found


def epochs(browser: Browser, page_file: Path) -> dict[str, float]:
    """The rate is changed by its key: 2000 epochs are computed and drawn anew."""
    page = opened(browser, page_file, "#s=4")
    times = [
        page.evaluate(
            """key => new Promise(done => {
              const began = performance.now();
              document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
              requestAnimationFrame(() => { document.body.getBoundingClientRect(); done(performance.now() - began); });
            })""",
            key,
        )
        for key in "[]" * 8
    ]
    page.close()
    return {"2000 epochs": statistics.median(times), "2000 epochs, first": times[0]}


def loading(browser: Browser, page_file: Path) -> dict[str, float]:
    """From the request of the file until its first picture is there; a new page each time. Processor time: of the page's thread."""
    js = """new Promise(done => (function look() {
      if (document.querySelector("figure .wxb-marks path")) done(performance.now()); else requestAnimationFrame(look);
    })())"""
    times, processor = [], []
    for __ in range(7):
        page = browser.new_page(viewport={"width": 1400, "height": 860})
        browser.start_tracing(page=page, categories=TRACED)
        page.goto(f"file://{page_file}", wait_until="commit")
        times.append(page.evaluate(js))
        events = of_main_thread(json.loads(browser.stop_tracing())["traceEvents"], "EvaluateScript")
        processor.append(sum(one.get("tdur", 0) for one in outermost(events, WORK | DRAWING)) / 1000)
        page.close()
    return {"first picture": statistics.median(times), "first picture, processor time": statistics.median(processor)}


if __name__ == "__main__":
    main()

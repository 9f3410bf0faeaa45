"""Settings every test shares: hypothesis draws the same examples everywhere, and no test is skipped that nobody meant to skip.

    pytest --without torch --without compiler

A test that needs PyTorch, the compiled kernel or other rights than those at hand is skipped. That is a failure, but where
`--without` said that it is not there, or where the reason is one of `MEANT`.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Programs are started by the hundred, by two workers: what one has compiled is there for the next, whatever the environment says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

os.environ["WXB_LANG"] = "en"  # what the tests read is English, whatever the locale; set before wxb says a word

settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# of laws that do not say how many examples they need; `make test-slow` draws a hundred
settings.register_profile("quick", settings.get_profile("same"), max_examples=40)

LACKS = {
    "torch": r"without torch|could not import '(torch|wxb\.training)'",
    "browser": r"without a browser|could not import '(playwright|axe_playwright_python)'",
    "compiler": r"without a C compiler|could not import 'wxb\.moments\.kernels\._native'",
}
ENGINES = r"could not import '(dask|distributed|pyspark|adbc_driver)"  # in `make test-engines` they are there
MEANT = (
    r"root may write|there is a GPU|there is no Firefox|there is no PostgreSQL|Linux has it|nothing can be done there"
    r"|(zsh|fish) is not here"
)


ROOT = Path(__file__).resolve().parents[1]


def pytest_sessionstart(session):
    """Catalogues that were changed since they were compiled are compiled, where Babel is there."""
    stale = [po for po in ROOT.glob("src/wxb/locale/*/LC_MESSAGES/*.po") if _is_newer(po, po.with_suffix(".mo"))]
    if stale and find_spec("babel") and not hasattr(session.config, "workerinput"):
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for po in stale:
            with po.open("rb") as text, po.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(text))


def _is_newer(source: Path, made: Path) -> bool:
    return not made.exists() or source.stat().st_mtime > made.stat().st_mtime


@pytest.fixture(autouse=True)
def _english_again():
    """A language that a test asked for (`--lang ko`, `wxb.language`) is not that of the next one."""
    yield
    i18n = sys.modules.get("wxb.i18n")
    if i18n is not None:
        i18n._spoken.clear()


@pytest.fixture(scope="session")
def chromium():
    """The system's browser."""
    found = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("without a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def pytest_addoption(parser):
    parser.addoption("--without", action="append", default=[], choices=LACKS, help="what is not installed here")


def pytest_configure(config):
    settings.load_profile("quick" if "not slow" in config.getoption("markexpr") else "same")


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """A third of this would be looks for garbage among thousands of tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_ignore_collect(collection_path, config):
    """Rooms whose tests import torch at the top; engines that take seconds to import and are not asked for."""
    if "not engines" in config.getoption("markexpr") and collection_path.name in ("test_dask.py", "test_spark.py"):
        return True
    rooms = {"explaining", "training", "watching"} if "torch" in config.getoption("without") else set()
    return True if collection_path.name in rooms else None


def pytest_collection_modifyitems(config, items):
    for item in items:
        for lack in config.getoption("without"):
            if item.get_closest_marker(lack):
                item.add_marker(pytest.mark.skip(reason=LACKS[lack].partition("|")[0]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    return _meant((yield), item.config)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _meant((yield), collector.config)


def _meant(report, config):
    """The report, failed where it skips without leave."""
    engines = [] if config.getoption("markexpr") == "engines" else [ENGINES]
    allowed = "|".join([MEANT, *engines, *(LACKS[lack] for lack in config.getoption("without"))])
    if report.skipped and not hasattr(report, "wasxfail") and not re.search(allowed, str(report.longrepr)):
        report.outcome, report.longrepr = "failed", f"skipped, and should not be: {report.longrepr}"
    return report

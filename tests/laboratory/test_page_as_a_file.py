"""The page as a file: complete, the same for the same, and nothing foreign in it is markup."""

from __future__ import annotations

import json
import re

import pytest

from wxb.laboratory.page import as_json, html, style_sheet
from wxb.marks.style import LOOKS

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--",
    "<img src=x onerror=alert(1)>",
    "a & b",
    "\u2028",
    "\"'",
    "{{script}}",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_foreign_is_data(name):
    page = html({"names": {"x": name}}, name)
    assert len(re.findall(r"</?script", page)) == 4
    assert "<!--" not in page
    assert "<img" not in page
    [payload] = re.findall(r'<script type="application/json" id="payload">(.*?)</script>', page, re.S)
    assert json.loads(payload)["names"]["x"] == name


def test_the_same_payload_gives_the_same_bytes():
    assert html({"rows": [[1.0, 2.0]]}, "a") == html({"rows": [[1.0, 2.0]]}, "a")


def test_no_number_is_written_that_json_has_not():
    with pytest.raises(ValueError, match="JSON compliant"):
        as_json({"x": float("nan")})


def test_the_page_asks_no_address_and_runs_what_its_hashes_say():
    page = html({}, "a")
    assert not re.search(r"""(?:src|href)=(?!["']?(?:data:|#))""", page.split('<script type="application/json"')[0])
    assert "default-src &#x27;none&#x27;" in page
    assert len(page.encode()) < 600_000


def test_every_role_has_its_colours():
    style = style_sheet()
    for role in LOOKS:
        assert style.count(f"--wxb-{role}:") == 3, "light, dark chosen, dark by the reader's setting"

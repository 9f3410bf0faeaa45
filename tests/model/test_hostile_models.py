"""Model files from anywhere: every leaf replaced by what does not belong there, and files that are none. Refused, or they work."""

from __future__ import annotations

import json
import os
import re
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any

import numpy as np
import pytest

import wxb
from wxb.errors import ModelFileError, WxbError

RANDOM = np.random.default_rng(1)
DATA = {
    "hours": RANDOM.normal(size=30),
    "b": RANDOM.integers(0, 9, 30),
    "paid": np.array(["yes", "no"] * 15),
    "day": np.datetime64("2024-01-01") + np.arange(30) ** 2,
    "score": RANDOM.normal(size=30),
}
RECIPES: list[dict[str, Any]] = [{"test": 0.2, "folds": 2}, {"lr": "auto", "epochs": 5}]
HOSTILE = [
    "null", "true", "0", "1", "-1", "9223372036854775808", "1" + "0" * 300, "1" + "0" * 399, "9" * 5000, "1e308", "-0.0",
    "1e-320", "0.5", "1e999", "-1e999", '""', '"x"', '"1p+9999"', '"1p-9999"', '"-1p+0"', '"fp+3300"', '"0p+0"', '"1p-3300"',
    '"\\ud800"', '"\\u001b[31m"', '"nan"', '"１p+0"', "[]", "[[]]", "{}", '{"a": 1, "a": 2}', "[1, 2]", '"exact"', '"fast"',
    '"' + "a" * 20_000 + '"', "[" * 20_000 + "]" * 20_000, "NaN", "Infinity",
]  # fmt: skip
MARK = "the hostile one"


def leaves(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """One path of each kind: of lists the first and the last entry."""
    yield path
    if isinstance(content, dict):
        for name, value in content.items():
            yield from leaves(value, (*path, name))
    elif isinstance(content, list):
        for i in sorted({0, len(content) - 1} - {-1}):
            yield from leaves(content[i], (*path, i))


def with_text(content: Any, path: tuple[Any, ...], text: str) -> str:
    """The JSON of the content with a text, whatever it says, at a place."""
    if not path:
        return text
    changed = deepcopy(content)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = MARK
    return json.dumps(changed).replace(json.dumps(MARK), text, 1)


@pytest.fixture(scope="module", params=RECIPES, ids=str)
def content(request, tmp_path_factory) -> Any:
    path = tmp_path_factory.mktemp("models") / "m.json"
    wxb.fit(DATA, target="score", **request.param).save(path)
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in (1, 2))])
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
@pytest.mark.filterwarnings("ignore::wxb.errors.WxbWarning")
def test_whatever_stands_at_any_place_is_refused_or_works(tmp_path, content, text, part):
    path = tmp_path / "m.json"
    row = {name: values[:2] for name, values in DATA.items()}
    # every third place, of the next text the places beside these: any place meets a third of the texts
    for place in [*leaves(content)][(HOSTILE.index(text) + part) % 3 :: 3]:
        path.write_text(with_text(content, place, text))
        try:
            model = wxb.load(path)
        except ModelFileError as error:
            refused = str(error)
        else:
            for use in (model.summary, lambda model=model: model.predict(row), lambda model=model: model.fold_costs):
                with suppress(WxbError):
                    use()
            continue
        assert str(path) in refused
        assert refused.isprintable() or "\x1b" not in refused


NO_FILES = {
    "empty": b"",
    "nul": b"\0" * 100,
    "bom": b'\xef\xbb\xbf{"format": "wxb model"}',
    "utf-16": '{"format": "wxb model"}'.encode("utf-16"),
    "latin-1": b'{"format": "wxb model", "target": "\xe9"}',
    "a list": b'["wxb model"]',
    "a text": b'"wxb model"',
    "a number": b"1",
    "another": b'{"format": "wxb checkpoint", "version": 1}',
    "twice": b'{"format": "wxb model", "format": "wxb model", "version": 1}',
    "deep": b'{"format": "wxb model", "version": ' + b"[" * 200_000,
    "deep objects": b'{"format": "wxb model", "a": ' * 50_000,
    "digits": b'{"format": "wxb model", "version": ' + b"9" * 1_000_000 + b"}",
    "no number": b'{"format": "wxb model", "version": 1e999}',
    "half": b'{"format": "wxb model", "version": 1',
}


@pytest.mark.parametrize("name", NO_FILES)
def test_what_is_no_model_file_is_refused(tmp_path, name):
    path = tmp_path / "m.json"
    path.write_bytes(NO_FILES[name])
    with pytest.raises(ModelFileError, match=re.escape(str(path))):
        wxb.load(path)


def test_devices_pipes_folders_and_endless_files_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    os.symlink("/dev/zero", tmp_path / "link")
    with open(tmp_path / "large", "wb") as file:
        file.truncate(1 << 40)
    began = time.monotonic()
    names = (
        tmp_path / "pipe",
        "/dev/zero",
        "/dev/null",
        tmp_path / "link",
        tmp_path,
        tmp_path / "large",
        "/dev/tty",
    )
    for name in names:
        with pytest.raises(ModelFileError):
            wxb.load(name)
    assert time.monotonic() - began < 2


def test_damaged_bytes_are_refused_or_work(tmp_path, content):
    path = tmp_path / "m.json"
    whole = json.dumps(content).encode()
    random = np.random.default_rng(3)
    for _ in range(300):
        damaged = bytearray(whole)
        for position in random.integers(0, len(whole), random.integers(1, 4)):
            damaged[position] = random.integers(0, 256)
        path.write_bytes(damaged[: random.integers(len(whole) // 2, 2 * len(whole))])
        try:
            model = wxb.load(path)
        except ModelFileError:
            continue
        with warnings.catch_warnings(), suppress(WxbError):
            warnings.simplefilter("ignore", wxb.WxbWarning)
            model.summary()


def test_a_count_of_rows_that_no_source_has_is_refused(tmp_path):
    wxb.fit(DATA, "score", features=["hours"], folds=2).save(tmp_path / "m.json")
    content = json.loads((tmp_path / "m.json").read_text()) | {"source_rows": 2**80}
    (tmp_path / "m.json").write_text(json.dumps(content))
    with pytest.raises(ModelFileError, match=r"\$\.source_rows must be 0 or more"):
        wxb.load(tmp_path / "m.json")


@pytest.mark.parametrize("folds", [None, 3])
def test_nothing_is_added_to_folds_that_are_not_those_of_the_recipe(folds, tmp_path):
    wxb.fit(DATA, "score", features=["hours"], folds=2).save(tmp_path / "m.json")
    content = json.loads((tmp_path / "m.json").read_text())
    content["recipe"]["folds"] = folds
    (tmp_path / "m.json").write_text(json.dumps(content))
    with pytest.raises(wxb.UsageError, match="this model has sums of 2 folds"):
        wxb.update(wxb.load(tmp_path / "m.json"), DATA)

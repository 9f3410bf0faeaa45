"""The model file: back to the last bit, and refused with the place of what is wrong in it."""

from __future__ import annotations

import json
import os
import random as python_random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wxb
from wxb.errors import ModelFileError
from wxb.methods.options import to_json

RANDOM = np.random.default_rng(81)
DATA = {
    "hours": RANDOM.normal(size=50) * 10.0 ** RANDOM.uniform(-3, 3, 50),
    "이름": RANDOM.integers(0, 9, 50),
    "score": RANDOM.normal(size=50),
}


def content_of(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def saved(tmp_path) -> Path:
    path = tmp_path / "m.json"
    wxb.fit(DATA, target="score", test=0.2, folds=3, seed=4).save(path)
    return path


def rewritten(path: Path, change) -> Path:
    content = content_of(path)
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


WILD = {**DATA, "hours": DATA["hours"] * 10.0 ** RANDOM.uniform(-200, 100, 50)}

OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "no intercept": {"intercept": False},
    "test and folds": {"test": 0.2, "folds": 3, "seed": 4},
    "descent": {"lr": "auto", "epochs": 7},
    "descent with a rate": {"lr": 1e-300, "epochs": 2, "momentum": 0.5},
    "fast": {"features": ["이름"], "precision": "fast"},
    "one feature": {"features": ["이름"]},
}


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.filterwarnings("ignore::wxb.errors.WxbWarning")
def test_round_trip_to_the_bit(tmp_path, name):
    data = DATA if "lr" in OPTIONS[name] else WILD
    model = wxb.fit(data, target="score", **OPTIONS[name])
    model.save(tmp_path / "m.json")
    again = wxb.load(tmp_path / "m.json")
    assert again.terms == model.terms
    assert again.target == model.target
    assert again.coef.tolist() == model.coef.tolist()
    assert again.intercept == model.intercept
    assert again.moments == model.moments
    assert again.moments.precision == model.moments.precision
    assert again.moments.integral == model.moments.integral
    assert again.moments.weighted == model.moments.weighted
    assert again.test_moments == model.test_moments
    assert again.fold_moments == model.fold_moments
    assert to_json(again.question) == to_json(model.question)
    assert again.outcome == model.outcome
    assert again.ranges == model.ranges
    assert again.warnings == model.warnings
    assert again.is_minimum == model.is_minimum
    assert again.inference.se.tolist() == model.inference.se.tolist()
    assert again.inference.p.tolist() == model.inference.p.tolist()
    assert again.r2 == pytest.approx(model.r2, rel=1e-12)
    assert again.cost == pytest.approx(model.cost, rel=1e-12)
    again.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "m.json").read_bytes()


def test_a_weighted_model_with_terms_that_gave_way(tmp_path):
    with pytest.warns(wxb.WxbWarning):
        model = wxb.fit(
            {"a": np.arange(20), "b": 2 * np.arange(20), "w": np.linspace(0, 2, 20), "y": RANDOM.normal(size=20)},
            target="y",
            weights="w",
        )
    model.save(tmp_path / "m.json")
    again = wxb.load(tmp_path / "m.json")
    assert again.dropped == ("b",)
    assert again.warnings == model.warnings
    assert again.moments.weighted


def test_equal_moments_make_equal_files(tmp_path):
    """Whatever chunks and order they came from."""
    order = RANDOM.permutation(50)
    one, other = wxb.fit(DATA, target="score"), wxb.fit({k: v[order] for k, v in DATA.items()}, target="score")
    with pytest.warns(wxb.WxbWarning, match="the same rows twice"):
        both = wxb.update(other, DATA)
    wxb.forget(both, DATA).save(tmp_path / "other.json")
    one.save(tmp_path / "one.json")
    assert content_of(tmp_path / "one.json")["moments"] == content_of(tmp_path / "other.json")["moments"]


def test_the_file_holds_no_rows(saved):
    """But the smallest and the largest value of each term."""
    text = saved.read_text(encoding="utf-8")
    ranges = np.ravel(content_of(saved)["ranges"])
    assert all(repr(value) not in text for value in DATA["hours"].tolist() if value not in ranges)
    assert all(repr(value) not in text for value in DATA["score"].tolist())


@pytest.mark.parametrize(
    "recipe",
    [{}, {"engine": "moments"}, {"lr": 0.1, "epochs": 5, "optimizer": "gd"}, {"optimizer": "sgd", "lr": 1.0}, {"line_search": True},
     {"lr": "auto", "engine": "moments", "scale": "standard"}, {"optimizer": "adam", "engine": "torch"},
     {"batch_size": 4, "seed": 3}, {"dtype": "float32", "missing": "drop"},
     {"lr": 1, "test": 0, "precision": "fast", "rank": "error", "intercept": True}],
    ids=str,
)  # fmt: skip
def test_what_any_version_wrote_of_the_call_is_read(saved, recipe):
    """Also spelled out where the rest says it: an engine, the optimizer `gd`, a default."""
    rewritten(saved, lambda content: content.update(recipe=recipe))
    kept = to_json(wxb.load(saved).question)
    said = {name: value for name, value in recipe.items() if name in kept}
    assert {name: kept[name] for name in said} == said
    assert set(recipe) - set(kept) <= {"engine", "optimizer", "test", "intercept"}


def paths_in(content: Any, path: str = "$"):
    """Every field of a JSON value, as (container, key, path)."""
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in list(items):
        place = f"{path}.{key}" if isinstance(content, dict) else f"{path}[{key}]"
        yield content, key, place
        yield from paths_in(value, place)


OPTIONAL = {
    "$.test_mae",
    "$.fold_mae",
    "$.test_moments",
    "$.source_rows",
    "$.fold_moments",
    "$.ranges",
    "$.recipe.test",
    "$.recipe.folds",
    "$.recipe.seed",
}


def test_every_missing_field_is_named(saved):
    original = content_of(saved)
    fields = [place for content, _, place in paths_in(original) if isinstance(content, dict)]
    assert len(fields) > 30
    for place in fields:
        content = content_of(saved)
        holder, key = next((h, k) for h, k, p in paths_in(content) if p == place)
        del holder[key]
        saved.with_name("x.json").write_text(json.dumps(content))
        if place in OPTIONAL:
            wxb.load(saved.with_name("x.json"))
            continue
        with pytest.raises(ModelFileError) as caught:
            wxb.load(saved.with_name("x.json"))
        parent = place.rsplit(".", 1)[0]
        said = str(caught.value)
        assert f"{parent} has no field '{key}'" in said or f"{place} is not" in said, said


@pytest.mark.parametrize("wrong", [{"a": 1}, [[]], "text", True, None, 1.5, -7], ids=repr)
def test_every_mistyped_field_is_named(saved, wrong):
    original = content_of(saved)
    refused = 0
    for _, _, place in paths_in(original):
        content = content_of(saved)
        holder, key = next((h, k) for h, k, p in paths_in(content) if p == place)
        if isinstance(holder[key], type(wrong)) or (isinstance(holder[key], float) and isinstance(wrong, int | float)):
            continue  # of the right type: another value, not another kind
        if wrong is None and (place == "$.kinds" or ".bits[" in place):
            continue  # a model of bare moments; a column that is exact
        if wrong == "text" and place == "$.recipe.folds":
            continue  # folds of the groups of a column of that name
        holder[key] = wrong
        saved.with_name("x.json").write_text(json.dumps(content))
        if (wrong is None and place in OPTIONAL) or (place.startswith("$.recipe.") and wrong is None):
            wxb.load(saved.with_name("x.json"))
            continue
        with pytest.raises(ModelFileError) as caught:
            wxb.load(saved.with_name("x.json"))
        said = str(caught.value)
        assert place.split("[")[0] in said, (place, said)
        refused += 1
    assert refused > 20


def test_every_unknown_field_is_named(saved):
    for place in ("$", "$.recipe", "$.moments", "$.test_moments", "$.fold_moments[1]"):
        content = content_of(saved)
        holder = content if place == "$" else next(h[k] for h, k, p in paths_in(content) if p == place)
        holder["colour"] = "red"
        saved.with_name("x.json").write_text(json.dumps(content))
        with pytest.raises(ModelFileError, match="unknown field 'colour'") as caught:
            wxb.load(saved.with_name("x.json"))
        assert f"{place} has" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda c: c["coef"].append(1.0), r"\$\.coef must have 2 numbers"),
        (lambda c: c["coef"].__setitem__(0, 10**400), r"\$\.coef"),
        (lambda c: c.__setitem__("intercept", 10**400), r"\$\.intercept"),
        (lambda c: c["terms"].reverse(), r"\$\.moments are of other terms"),
        (lambda c: c["moments"].__setitem__("terms", ["hours", "hours"]), r"\$\.moments\.terms names a term twice"),
        (lambda c: c["moments"]["sums"].pop(), r"\$\.moments\.sums must be a triangle of 4 rows"),
        (lambda c: c["moments"]["sums"][2].append("0p+0"), r"\$\.moments\.sums must be a triangle"),
        (lambda c: c["moments"]["sums"][1].__setitem__(1, "-1p+0"), r"\$\.moments\.sums holds a negative"),
        (lambda c: c["moments"]["sums"][1].__setitem__(1, "1.5"), r"\$\.moments\.sums\[1\]\[1\] must be a sum"),
        (lambda c: c["moments"]["sums"][1].__setitem__(1, "1p+9999999999"), r"\$\.moments\.sums\[1\]\[1\]"),
        (lambda c: c["moments"]["sums"][1].__setitem__(1, "1p+99999"), r"\$\.moments\.sums\[1\]\[1\]"),
        (lambda c: c["moments"]["sums"][0].__setitem__(0, "0p+0"), r"\$\.moments\.rows is 34, and"),
        (lambda c: c["moments"]["sums"][0].__setitem__(0, "1p+99"), r"\$\.moments\.rows is 34, and"),
        (lambda c: c["moments"]["sums"][2].__setitem__(1, "-1p+999"), r"\$\.moments\.sums cannot be: \[2\]\[1\]"),
        (lambda c: c["moments"].__setitem__("rows", -1), r"\$\.moments\.rows must be 0 or more"),
        (lambda c: c["moments"].__setitem__("rows", 10**30), r"\$\.moments\.rows"),
        (lambda c: c["moments"].__setitem__("precision", "approximate"), r"\$\.moments\.precision"),
        (lambda c: c["moments"]["bits"].pop(), r"\$\.moments\.bits must have 3 entries"),
        (lambda c: c["moments"]["bits"].__setitem__(0, 0), r"\$\.moments\.bits\[0\] must be null or 1 to 256"),
        (lambda c: c["kinds"].pop(), r"\$\.kinds must have 3 entries"),
        (lambda c: c["kinds"][0].__setitem__("sort", "colour"), r"\$\.kinds\[0\]\.sort must be one of"),
        (lambda c: c["kinds"].__setitem__(0, {"sort": "truth", "word": "yes"}), r"\$\.kinds do not go with the terms"),
        (lambda c: c["kinds"].__setitem__(2, {"sort": "truth", "word": "ja"}), r"\$\.kinds\[2\]\.word must be one of"),
        (lambda c: c["kinds"].__setitem__(2, {"sort": "instant"}), r"\$\.kinds\[2\] has no field 'aware'"),
        (lambda c: c["kinds"][0].__setitem__("aware", True), r"\$\.kinds\[0\] has an unknown field 'aware'"),
        (lambda c: c.pop("kinds"), r"\$ has no field 'kinds'"),
        (lambda c: c.__setitem__("version", 1), r"\$ has an unknown field"),
        (lambda c: c["ranges"].pop(), r"\$\.ranges must have 2 pairs"),
        (lambda c: c["ranges"][0].pop(), r"\$\.ranges\[0\] must be two numbers"),
        (lambda c: c["recipe"].__setitem__("engine", "steam"), r"\$\.recipe: engine must be one of"),
        (lambda c: c["recipe"].__setitem__("lr", "fast"), r"\$\.recipe"),
        (lambda c: c.__setitem__("dropped_rows", -1), r"\$\.dropped_rows"),
        (lambda c: c.__setitem__("version", 5), r"\$\.version is 5, this wxb reads versions 1 to 4"),
        (lambda c: c.__setitem__("version", 0), r"\$\.version is 0"),
        (lambda c: c.__setitem__("version", "1"), r"\$\.version must be a whole number"),
        (lambda c: c.__setitem__("format", "wxb checkpoint"), r"\$\.format is not"),
        (lambda c: c.__setitem__("outcome", "a miracle"), r"\$\.outcome"),
        (lambda c: c["fold_moments"][1].__setitem__("target", "other"), r"\$\.fold_moments"),
        (lambda c: c["test_moments"].__setitem__("terms", ["a", "b"]), r"\$\.test_moments"),
    ],
)
def test_values_that_cannot_be(saved, change, match):
    with pytest.raises(ModelFileError, match=match):
        wxb.load(rewritten(saved, change))


def test_a_version_of_the_future_asks_for_a_newer_wxb(saved):
    with pytest.raises(ModelFileError, match="use a newer wxb"):
        wxb.load(rewritten(saved, lambda c: c.__setitem__("version", 5)))


def test_a_file_cut_off_anywhere(saved):
    whole = saved.read_bytes()
    places = {0, 1, 2, len(whole) - 3, *range(0, len(whole) - 2, max(1, len(whole) // 200))}
    for length in sorted(places):
        saved.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match=str(saved.name)):
            wxb.load(saved)
    saved.write_bytes(whole)
    wxb.load(saved)


def test_any_byte_changed_is_refused_or_another_value_but_never_a_traceback(saved):
    whole = saved.read_bytes()
    random = python_random.Random(5)
    for _ in range(300):
        place = random.randrange(len(whole))
        saved.write_bytes(whole[:place] + bytes([random.randrange(256)]) + whole[place + 1 :])
        with suppress(ModelFileError):
            model = wxb.load(saved)
            assert len(model.coef) == len(model.terms)


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\n",
        b"null",
        b"[1, 2]",
        b'"text"',
        b"{}",
        b"PK\x03\x04zip",
        b"\xff\xfe\x00\x01" * 10,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"format": "wxb model", "version": 1, "target": NaN}',
        b'{"format": "wxb model", "version": 1, "target": Infinity}',
        b'{"format": "wxb model", "version": 1, "target": 1' + b"0" * 10_000 + b"}",
        b'{"format": "wxb model", "version": 1' + b"0" * 5_000 + b"}",
        b'{"format": "wxb model", "version": 1e400}',
        b'{"format": "wxb model", "format": "wxb model"}',
    ],
    ids=lambda g: repr(g[:24]),
)
def test_garbage(tmp_path, garbage):
    path = tmp_path / "m.json"
    path.write_bytes(garbage)
    with pytest.raises(ModelFileError, match=r"m\.json"):
        wxb.load(path)


@pytest.mark.parametrize("kind", ["random", "zeros", "brackets", "digits", "text"])
def test_ten_megabytes_of_garbage(tmp_path, kind):
    size = 10 * 1024 * 1024
    path = tmp_path / "m.json"
    content = {
        "random": lambda: np.random.default_rng(1).bytes(size),
        "zeros": lambda: b"\0" * size,
        "brackets": lambda: b"[" * size,
        "digits": lambda: b"7" * size,
        "text": lambda: b'{"format": "wxb model", "version": 1, "target": "' + b"x" * size,
    }[kind]()
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"m\.json"):
        wxb.load(path)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(ModelFileError, match=r"nowhere\.json cannot be read: No such file"):
        wxb.load(tmp_path / "nowhere.json")
    with pytest.raises(ModelFileError, match="cannot be read"):
        wxb.load(tmp_path)


def only_these(folder: Path, *names: str) -> None:
    assert sorted(os.listdir(folder)) == sorted(names)


@pytest.mark.parametrize("step", ["fsync", "replace", "link"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step):
    path = tmp_path / "m.json"
    wxb.fit(DATA, target="score").save(path)
    before = path.read_bytes()

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    other = wxb.fit(DATA, target="score", intercept=False)
    with pytest.raises(wxb.DataError, match=r"m\.json cannot be written: No space left on device"):
        other.save(path)
    with pytest.raises(wxb.DataError, match="cannot be written"):
        other.save(tmp_path / "new.json")
    monkeypatch.undo()
    only_these(tmp_path, "m.json")
    assert path.read_bytes() == before


def test_a_disk_that_fills_while_writing(tmp_path):
    """A real limit on the size of files: the write itself fails after some bytes."""
    code = (
        "import resource, signal, sys, wxb\n"
        "model = wxb.fit(([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "try:\n    model.save(sys.argv[1])\n"
        "except wxb.DataError as error:\n    print(error.what)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "m.json")], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{tmp_path / 'm.json'} cannot be written: File too large\n"
    only_these(tmp_path)


def test_a_folder_that_is_not_there_or_is_a_file(tmp_path):
    model = wxb.fit(DATA, target="score")
    with pytest.raises(wxb.DataError, match="cannot be written"):
        model.save(tmp_path / "no" / "m.json")
    (tmp_path / "file").write_text("x")
    with pytest.raises(wxb.DataError, match="cannot be written"):
        model.save(tmp_path / "file" / "m.json")
    with pytest.raises(wxb.DataError, match="cannot be written"):
        model.save(tmp_path)
    only_these(tmp_path, "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(tmp_path):
    model = wxb.fit(DATA, target="score")
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(wxb.DataError, match="Permission denied"):
        model.save(tmp_path / "locked" / "m.json")


def test_a_saved_file_has_ordinary_permissions(tmp_path):
    umask = os.umask(0o022)
    try:
        wxb.fit(DATA, target="score").save(tmp_path / "m.json")
    finally:
        os.umask(umask)
    assert (tmp_path / "m.json").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("options", [{}, {"intercept": False}, {"precision": "fast"}, {"weights": "w"}])
@pytest.mark.parametrize("seed", range(5))
def test_coefficients_that_are_not_the_minimum_of_the_moments_are_refused(options, seed, tmp_path):
    random = np.random.default_rng(seed)
    x = random.normal(size=(30, 2)) * 10.0 ** random.integers(-6, 7, size=2)
    table = {"a": x[:, 0], "b": x[:, 1], "w": random.uniform(1, 2, 30), "y": x @ [1.0, -2.0] + random.normal(size=30)}
    wxb.fit(table, "y", features=["a", "b"], **options).save(tmp_path / "m.json")
    content = json.loads((tmp_path / "m.json").read_text("utf-8"))
    wxb.load(tmp_path / "m.json")
    places = [("coef", 0), ("coef", 1), *([("intercept", None)] if options.get("intercept", True) else [])]
    for name, place in places:
        for change in (lambda value: 1.001 * value, lambda value: -value, lambda value: 0.0, lambda value: 99.0):
            changed = json.loads(json.dumps(content))
            if place is None:
                changed[name] = change(changed[name])
            else:
                changed[name][place] = change(changed[name][place])
            (tmp_path / "x.json").write_text(json.dumps(changed), "utf-8")
            with pytest.raises(wxb.ModelFileError, match=r"\$\.coef and \$\.intercept are not the minimum"):
                wxb.load(tmp_path / "x.json")


def test_collinear_terms_that_gave_way_are_read_again(tmp_path):
    with pytest.warns(wxb.WxbWarning):
        wxb.fit({"a": [1, 2, 3, 5], "b": [2, 4, 6, 10], "y": [1.0, 2.0, 2.0, 4.0]}, "y").save(tmp_path / "m.json")
    assert wxb.load(tmp_path / "m.json").coef[1] == 0

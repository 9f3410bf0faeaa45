"""A warning names the line of the user's that led to it, whatever stands between: groups, sums of models, threads, cells."""

from __future__ import annotations

import sys
import threading
import warnings

import numpy as np
import pytest

import wxb

TABLE = {"x": [1.0, 2.0, 4.0, 5.0], "twice": [2.0, 4.0, 8.0, 10.0], "y": [1.0, 2.0, 5.0, 4.0]}
MORE = {"x": [3.0, 6.0, 7.0, 9.0], "twice": [6.0, 12.0, 14.0, 18.0], "y": [3.0, 7.0, 6.0, 9.0]}
GROUPED = {"x": [1.0, 2.0, None, 5.0, 3.0, 4.0], "g": [1, 1, 1, 2, 2, 2], "y": [1.0, 2.0, 5.0, 4.0, 3.0, 9.0]}


@pytest.fixture(scope="module")
def models():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return wxb.fit(TABLE, "y"), wxb.fit(MORE, "y"), wxb.update(wxb.fit(TABLE, "y"), MORE)


CALLS = {
    "fit": lambda models: wxb.fit(TABLE, "y"),
    "descent": lambda models: wxb.fit({"x": TABLE["x"], "y": TABLE["y"]}, "y", lr=10.0, epochs=500),
    "groups": lambda models: wxb.fit(GROUPED, "y", by="g", missing="drop"),
    "update": lambda models: wxb.update(models[0], MORE),
    "merge": lambda models: wxb.merge(models[0], models[1]),
    "forget": lambda models: wxb.forget(models[2], MORE),
    "moments": lambda models: wxb.fit(models[0].moments),
}


def places(call, *arguments) -> set[tuple[str, int]]:
    """(file, line) of every warning of a call."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(*arguments)
    assert caught
    assert {warning.category for warning in caught} == {wxb.WxbWarning}
    return {(warning.filename, warning.lineno) for warning in caught}


@pytest.mark.parametrize("name", CALLS)
def test_the_line_is_the_users(name, models):
    call = CALLS[name]
    assert places(call, models) == {(__file__, call.__code__.co_firstlineno)}


def test_in_a_thread(models):
    found: list[set[tuple[str, int]]] = []
    thread = threading.Thread(target=lambda: found.append(places(CALLS["fit"], models)))
    thread.start()
    thread.join()
    assert found == [{(__file__, CALLS["fit"].__code__.co_firstlineno)}]


def test_in_a_cell_of_a_notebook():
    cell = compile("import wxb\n\nmodel = wxb.fit(table, 'y')\n", "<cell 3>", "exec")
    space = {"__name__": "__main__", "table": TABLE}
    assert places(eval, cell, space) == {("<cell 3>", 3)}


def test_a_module_of_the_users_that_begins_with_our_name(monkeypatch):
    cell = compile("import wxb\nmodel = wxb.fit(table, 'y')\n", "wxb_study.py", "exec")
    assert places(eval, cell, {"__name__": "wxb_study", "table": TABLE}) == {("wxb_study.py", 2)}
    assert "wxb_study" not in sys.modules


FACTS = {
    "instants": (
        {"t": np.array(["2024-01-01", "2024-01-02", "2024-01-04"], "M8[ns]"), "y": [1.0, 2.0, 3.0]},
        {},
        "days since",
    ),
    "rows chosen": ({"x": [1.0, 2.0, 4.0, 9.0], "y": [1.0, 2.0, 3.0, 2.0]}, {"where": "x < 9"}, "3 of 4 rows"),
}


@pytest.mark.parametrize("name", FACTS)
def test_what_was_recognised_stops_nobody(name):
    table, options, note = FACTS[name]
    model = wxb.fit(table, "y", **options)  # warnings are errors in these tests
    again = wxb.merge(model, wxb.fit({**table, "y": table["y"][::-1]}, "y", **options))
    for one in (model, again):
        assert any(note in text for text in one.notes)
        assert any(note in text for text in one.summary().replace("\n  ", " ").splitlines())


@pytest.mark.parametrize(
    ("text", "options", "caution"),
    [
        ("x,y\n1,2\n,3\n3,5\n4,4\n", {"missing": "drop"}, "1 of 4 rows dropped"),
        ("day,y\n20240131,2\n20240201,3\n20240203,5\n", {}, "could be days"),
    ],
)
def test_what_may_be_meant_otherwise_is_warned_of(tmp_path, text, options, caution):
    (tmp_path / "t.csv").write_text(text)
    with pytest.warns(wxb.WxbWarning, match=caution):
        model = wxb.fit(tmp_path / "t.csv", "y", **options)
    assert any(caution in note for note in model.notes)


def said(call) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [str(warning.message) for warning in caught]


MANY = 40


def test_terms_by_the_dozen_that_give_way_are_told_of_once():
    x = np.arange(60.0) ** 1.5
    table = {"x": x, **{f"x{i}": (i + 2) * x for i in range(MANY)}, "y": np.sin(x)}
    [text] = said(lambda: wxb.fit(table, "y"))
    assert text.startswith(f"{MANY} terms are told by those before them")
    assert "x0 = 2·x; x1 = 3·x; x2 = 4·x …" in text
    assert len(said(lambda: wxb.fit(table, "y", features=["x", "x0", "x1", "x2"]))) == 3


def test_no_warning_is_said_of_each_column_or_category(tmp_path):
    rows = [",".join(f"d{i}" for i in range(MANY))] + [",".join([f"202401{day:02}"] * MANY) for day in range(1, 29)] * 2
    (tmp_path / "days.csv").write_text("\n".join(f"{row},{'y' if not i else i * i}" for i, row in enumerate(rows)))
    same = {f"g{i}": ["north"] * 9 for i in range(MANY)}
    table = {"x": np.arange(9.0), **same, "y": np.arange(9.0) ** 2}
    texts = said(lambda: wxb.fit(tmp_path / "days.csv", "y")), said(lambda: wxb.fit(table, "y"))
    assert f"; and {MANY - 3} more like these" in texts[0][0]
    assert [f"; and {MANY - 3} more like these" in text for text in texts[1]] == [True]
    assert all(len(some) <= 3 for some in texts)


def test_a_file_of_before_told_of_each_term():
    """Its notes are what is left of its warnings: none is taken for what the rows said."""
    from dataclasses import replace

    from wxb.model.books import _notes
    from wxb.report.warnings import each_that_gave_way

    x = np.arange(9.0) ** 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = wxb.fit({**{f"x{i}": (i + 1) * x for i in range(6)}, "y": np.sqrt(x + 1)}, "y")
    old = replace(model, warnings=("a note", *each_that_gave_way(model.solution)), source_rows=None, notes=())
    assert _notes(old) == ("a note",)

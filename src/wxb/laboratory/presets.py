"""The tables that a page brings along: the three students, the four of the sheet, thirty rows with noise."""

from __future__ import annotations

from typing import Any

from wxb.i18n import LANGUAGES, N_, in_language

STUDENTS = ((1.0, 2.0), (2.0, 4.0), (3.0, 6.0))
SHEET = ((2.0, 25.0), (3.0, 50.0), (4.0, 42.0), (5.0, 61.0))  # y = 13x + 1 costs 62.5, y = 10x + 9.5 the least, 47.25
SLEEP = (4.1, 4.4, 4.6, 4.9, 5.0, 5.2, 5.3, 5.5, 5.6, 5.8, 5.9, 6.0, 6.2, 6.3, 6.4,
         6.5, 6.6, 6.8, 6.9, 7.0, 7.1, 7.3, 7.4, 7.6, 7.7, 7.9, 8.1, 8.3, 8.6, 9.0)  # fmt: skip
RECALLED = (9.0, 11.5, 8.5, 12.0, 10.5, 13.0, 9.5, 12.5, 14.5, 11.0, 15.0, 12.0, 13.5, 16.0, 12.5,
            14.0, 17.0, 13.5, 16.5, 15.0, 18.5, 16.0, 14.5, 18.0, 17.5, 19.5, 16.5, 20.0, 18.5, 21.0)  # fmt: skip


def students() -> dict[str, Any]:
    """One row a student: hours learned, points scored."""
    return _preset("students", (N_("hours"), N_("score")), STUDENTS)


def presets() -> list[dict[str, Any]]:
    """Each by its key, with its rows, and with what its columns are called in each language: names {en: {x, y}, ko: {x, y}}."""
    thirty = tuple(zip(SLEEP, RECALLED))
    return [
        students(),
        _preset("sheet", (N_("hours"), N_("score")), SHEET),
        _preset("thirty", (N_("sleep"), N_("words")), thirty),
    ]


def _preset(key: str, names: tuple[str, str], rows: tuple[tuple[float, float], ...]) -> dict[str, Any]:
    said = {code: {axis: in_language(code, name) for axis, name in zip("xy", names)} for code in LANGUAGES}
    return {"key": key, "names": said, "rows": [list(row) for row in rows]}

"""The notebook of the lesson is one, and it runs."""

from __future__ import annotations

import json

import pytest

from wxb import i18n, lesson
from wxb.lesson.notebook import notebook

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")


@pytest.fixture(params=i18n.LANGUAGES)
def text(request):
    before = i18n.language()
    i18n.speak(request.param)
    yield notebook()
    i18n.speak(before)


def test_it_is_a_notebook_of_the_format(text):
    read = nbformat.reads(text, as_version=4)
    nbformat.validate(read)
    assert (read.nbformat, read.nbformat_minor) == (4, 5)
    assert len({cell.id for cell in read.cells}) == len(read.cells)
    headings = [line for cell in read.cells for line in cell.source.split("\n") if line.startswith("## ")]
    assert len(headings) == len(lesson.plan(False))
    assert "pip install" not in text, "whoever runs it finds out"


def test_the_same_is_written_every_time(text):
    assert notebook() == text
    assert json.loads(text)["cells"]


@pytest.mark.torch
@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.slow), "ko"])
def test_it_runs(language, tmp_path, monkeypatch):
    """In a folder that holds nothing, every cell; what the lesson says comes out."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    before = i18n.language()
    i18n.speak(language)
    try:
        read = nbformat.reads(notebook(), as_version=4)
    finally:
        i18n.speak(before)
    nbclient.NotebookClient(read, timeout=60, resources={"metadata": {"path": tmp_path}}).execute()
    assert not [*tmp_path.iterdir()]
    shown = json.dumps([cell.get("outputs", []) for cell in read.cells], ensure_ascii=False)
    for fact in (
        "torch.Size([3, 1])",
        "62.5",
        "18.6667",
        "Epoch  100/1999 W: 1.746, b: 0.578 Cost: 0.048171",
        "7.995",
        "42.0",
        "= 8",
        "tensor(8.)",
    ):
        assert fact in shown, fact
    outputs = [output for cell in read.cells for output in cell.get("outputs", [])]
    assert sum("image/svg+xml" in output.get("data", {}) for output in outputs) >= 2
    assert not any(output.output_type == "error" or output.get("name") == "stderr" for output in outputs)
    assert max(len(json.dumps(output)) for output in outputs) < 300_000

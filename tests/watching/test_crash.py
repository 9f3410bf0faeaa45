"""What is said of an exception: only of torch's, with its words, from the tensors that met; the exception itself is untouched."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest
import torch
from torch import nn

from wxb.watching import Report, watch

LAYER = nn.Linear(6, 2)
IMAGES = torch.zeros(4, 2, 3)


def after(work: Callable[[], object], kind: type[Exception]) -> tuple[Report, Exception]:
    with pytest.raises(kind) as caught, watch() as report:
        work()
    assert not [note for note in report.notes if "failed" in note]
    return report, caught.value


def test_a_layer_is_named_with_what_it_got_and_what_to_write() -> None:
    report, error = after(lambda: LAYER(IMAGES), RuntimeError)
    (finding,) = report.findings
    assert finding.rule == "crash"
    assert "shapes cannot be multiplied (8x3 and 6x2)" in finding.evidence
    assert "Linear(in_features=6, out_features=2, bias=True)" in finding.evidence
    assert "(4, 2, 3)" in finding.evidence
    assert finding.fix == "flatten its input first: x.flatten(1)."
    assert not [entry for entry in traceback.extract_tb(error.__traceback__) if "wxb/watching" in entry.filename]
    assert str(error) == "mat1 and mat2 shapes cannot be multiplied (8x3 and 6x2)"


def test_without_the_lens_the_traceback_alone_is_read() -> None:
    model = nn.Linear(3, 1)
    optimizer = torch.optim.Adam(model.parameters())

    def train() -> None:
        for step in range(20):
            optimizer.zero_grad()
            rows = torch.zeros(4, 3 if step < 18 else 5)
            model(rows).square().mean().backward()
            optimizer.step()

    report, __ = after(train, RuntimeError)
    (finding,) = report.findings
    assert "`rows` is (4, 5)" in finding.evidence
    assert "nn.Linear(5, 1)" in finding.fix


def test_an_assert_of_the_gpu_is_said_to_come_late_and_no_check_repeats_it() -> None:
    text = "CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously reported"
    report, __ = after(lambda: exec(f"raise RuntimeError({text!r})", {}), RuntimeError)  # noqa: S102 - a line without source
    (finding,) = report.findings
    assert "labels outside" in finding.evidence
    assert "CUDA_LAUNCH_BLOCKING=1" in finding.fix


@pytest.mark.parametrize("error", [KeyError("size mismatch"), ValueError("Target 3 is out of bounds")])
def test_nothing_is_said_of_what_the_program_raises_itself(error: Exception) -> None:
    def stop() -> None:
        raise error

    report, caught = after(stop, type(error))
    assert not report.findings
    assert caught is error


def test_labels_are_compared_with_the_columns_of_the_scores() -> None:
    scores, labels = torch.zeros(4, 3, requires_grad=True), torch.tensor([0, 2, -1, 1])
    report, __ = after(lambda: nn.functional.cross_entropy(scores, labels), IndexError)
    (finding,) = report.findings
    assert "labels run from 0 to 2; these run from -1 to 2, the first wrong one in row 2" in finding.evidence


def test_late_in_the_run_no_operation_is_blamed_that_was_not_seen() -> None:
    model = nn.Linear(2, 1)
    optimizer = torch.optim.Adam(model.parameters())

    def train() -> None:
        for step in range(20):
            optimizer.zero_grad()
            prediction = model(torch.ones(4, 2))
            loss = (prediction if step < 18 else prediction.detach()).square().mean()
            loss.backward()
            optimizer.step()

    report, __ = after(train, RuntimeError)
    (finding,) = report.findings
    assert finding.source == "loss.backward()"
    assert "has lost its gradient on its way" in finding.evidence


def test_a_state_that_is_detached_at_every_step_is_walked_once() -> None:
    """1500 passes of one line over a graph that grows with them: as many walks would take seconds."""
    cell = nn.RNNCell(2, 2)
    with watch() as report:
        h = torch.zeros(1, 2)
        for _ in range(300):
            h = cell(torch.ones(1, 2), h)
            h.detach()
        h.sum().backward()
    assert not report.findings


def test_a_view_made_under_no_grad_is_no_failure_of_a_check() -> None:
    with watch() as report:
        weight = torch.empty(3, 3)
        with torch.no_grad():
            view = weight.view_as(weight)
        weight.mul_(torch.ones(3, 3, requires_grad=True))
        nn.init.orthogonal_(nn.Linear(3, 3).weight)
        del view
    assert not [note for note in report.notes if "failed" in note]

"""The context manager and the decorator: what they leave behind (nothing), what they let through (everything)."""

from __future__ import annotations

import gc
import sys
import threading
import traceback
import weakref
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.optim import optimizer as optim_module

import wxb
from support import garbage
from wxb.watching import Report, watch
from wxb.watching.events import Rule
from wxb.watching.rules.broadcast import Broadcast


def train(steps: int = 5, zero: bool = True, column: bool = True) -> list[float]:
    torch.manual_seed(0)
    x = torch.randn(16, 1)
    y = 2 * x if column else 2 * x[:, 0]
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    losses = []
    for _ in range(steps):
        if zero:
            optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def touched() -> tuple[object, ...]:
    return (
        torch.Tensor.backward,
        torch.autograd.backward,
        torch.autograd.grad,
        torch.optim.Optimizer.__init__,
        torch.autograd.graph.saved_tensors_hooks.__enter__,
        torch.Tensor.register_hook,
        len(optim_module._global_optimizer_pre_hooks),
        len(optim_module._global_optimizer_post_hooks),
        torch._C._len_torch_function_stack(),
    )


def test_stale_gradients_say_what_was_left_what_was_added_and_what_was_used() -> None:
    """y = w, twice without zero_grad: 1 is left, 1 is added, 2 is used."""
    w = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with watch() as report:
        for _ in range(3):
            w.sum().backward()
            optimizer.step()
    (finding,) = (one for one in report.findings if one.rule == "stale-gradients")
    assert (
        f"norm 1 was left in .grad, backward at line {finding.line} added norm 1 on top of it, "
        f"and the step at line {finding.line + 1} used norm 2"
    ) in finding.evidence


def test_nothing_is_left_behind() -> None:
    before = touched()
    model = nn.Linear(2, 1)
    with watch():
        train(3)
        model(torch.randn(4, 2)).sum().backward()
        assert touched() != before
    assert touched() == before
    assert model.weight._backward_hooks is None  # of an empty table torch would ask at every backward call


@pytest.mark.parametrize("when", ["before", "within"])
def test_hooks_of_the_users_stay(when: str) -> None:
    model, seen = nn.Linear(2, 1), []
    if when == "before":
        model.weight.register_hook(seen.append)
    with watch():
        train(3)
        model(torch.randn(4, 2)).sum().backward()
        if when == "within":
            model.weight.register_hook(seen.append)
    seen.clear()
    model(torch.randn(4, 2)).sum().backward()
    assert len(seen) == 1


def test_after_the_window_a_tensor_has_no_table_of_hooks() -> None:
    model = nn.Linear(1, 1)
    kept = nn.Linear(1, 1)
    kept.weight.register_hook(lambda gradient: None).remove()
    optimizer = torch.optim.SGD([*model.parameters(), *kept.parameters()], lr=0.01)
    seen = []
    with watch():
        for _ in range(20):
            optimizer.zero_grad()
            (model(torch.ones(4, 1)) + kept(torch.ones(4, 1))).square().mean().backward()
            optimizer.step()
            table = model.weight._backward_hooks
            seen.append(None if table is None else len(table))
        assert kept.weight._backward_hooks is not None  # it had one
        assert kept.bias._backward_hooks is None
    assert (seen[0], seen[-1]) == (1, None)


def test_nothing_is_left_behind_after_an_exception() -> None:
    before = touched()

    def stop() -> None:
        train(2)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"), watch():
        stop()
    assert touched() == before


def test_the_model_is_free_after_the_run() -> None:
    with garbage.of_its_own():
        with watch() as report:
            model = nn.Linear(2, 1)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            for _ in range(3):
                optimizer.zero_grad()
                model(torch.ones(4, 2)).square().mean().backward()
                optimizer.step()
        gone = weakref.ref(model)
        del model, optimizer
        gc.collect()
    assert gone() is None
    assert report.steps == 3


def test_exception_passes_with_the_users_own_traceback() -> None:
    def faulty() -> None:
        loss = nn.Linear(2, 1)(torch.ones(3, 2))
        loss.backward()  # not a scalar

    with pytest.raises(RuntimeError, match="scalar") as caught, watch() as report:
        faulty()
    files = [frame.filename for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert not any("wxb/watching" in file for file in files)
    assert report.outcome == "stopped with RuntimeError"


def test_decorator_reports_on_stderr_and_returns_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    watched = watch()(train)
    assert watched(5) == train(5)
    out, err = capsys.readouterr()
    assert out == ""
    assert "No findings" in err
    assert "cost of watching" in err
    assert watched.__name__ == "train"


def test_entering_the_same_object_twice_changes_nothing() -> None:
    watcher = watch()
    with watcher as outer:
        before = touched()
        with watcher as inner:
            assert inner is outer
            assert touched() == before
            train(5, zero=False)
        assert outer.overhead is None
    assert [finding.rule for finding in outer.findings] == ["stale-gradients"]


def test_two_watchers_overlap_in_any_order() -> None:
    before = touched()
    first, second = watch(), watch()
    one = first.__enter__()
    two = second.__enter__()
    train(5, zero=False)
    first.__exit__(None, None, None)
    train(5, column=False)
    second.__exit__(None, None, None)
    assert touched() == before
    assert {finding.rule for finding in one.findings} == {"stale-gradients"}
    assert {finding.rule for finding in two.findings} == {"stale-gradients", "broadcast"}


def test_a_report_is_new_at_every_entry() -> None:
    watcher = watch()
    with watcher as first:
        train(5, zero=False)
    with watcher as second:
        train(5)
    assert first.findings
    assert not second.findings


def test_threads_that_train_at_once_are_each_a_loop_of_their_own() -> None:
    def faulty() -> None:
        train(12, zero=False, column=False)

    before = touched()
    with watch() as report:
        threads = [threading.Thread(target=faulty) for _ in range(3)]
        for thread in threads:
            thread.start()
        train(12)
        for thread in threads:
            thread.join()
    assert [finding.rule for finding in report.findings] == ["broadcast", "stale-gradients"]
    assert (report.backwards, report.steps) == (48, 48)
    assert not report.notes or not any("failed" in note for note in report.notes)
    assert touched() == before


def test_a_thread_hears_only_the_run_begun_in_it() -> None:
    inner = []

    def apart() -> None:
        with watch() as own:
            train(5, zero=False)
        inner.append(own)

    with watch() as report:
        thread = threading.Thread(target=apart)
        thread.start()
        thread.join()
        train(5)
    assert not report.findings
    assert [finding.rule for finding in inner[0].findings] == ["stale-gradients"]
    assert report.steps == inner[0].steps == 5


def test_threads_that_share_a_model_are_not_blamed_for_what_the_other_does() -> None:
    """One thread differentiates, another steps: alone, each would lack something."""
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    with watch() as report, ThreadPoolExecutor(1) as stepping:
        for _ in range(12):
            optimizer.zero_grad()
            model(torch.randn(8, 3)).square().mean().backward()
            stepping.submit(optimizer.step).result()
    assert not report.findings
    assert any("threads train the same parameters" in note for note in report.notes)


def test_a_users_mode_entered_before_a_window_opens_is_left_as_it_was() -> None:
    class Mine(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            return func(*args, **(kwargs or {}))

    with watch():
        train(20)
        with Mine():
            train(40)  # the window opens again at step 32
        assert not any(isinstance(mode, Mine) for mode in torch.overrides._get_current_function_mode_stack())


def test_a_failing_check_is_a_note_and_not_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Rule, operation: object) -> None:
        raise ZeroDivisionError("inside our own check")

    monkeypatch.setattr(Broadcast, "operation", broken)
    plain = train(5, zero=False)
    with watch() as report:
        watched = train(5, zero=False)
    assert watched == plain
    assert [finding.rule for finding in report.findings] == ["stale-gradients"]
    assert any("check broadcast failed: ZeroDivisionError" in note for note in report.notes)


def test_a_users_function_mode_survives_the_end_of_the_window() -> None:
    seen = []

    class Mine(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            seen.append(func)
            return func(*args, **(kwargs or {}))

    with watch():
        with Mine():
            train(20)
            count = len(seen)
            torch.ones(2) + 1
            assert len(seen) > count
        count = len(seen)
        torch.ones(2) + 1
        assert len(seen) == count
    assert torch._C._len_torch_function_stack() == 0


def test_random_state_buffers_and_gradients_are_the_same() -> None:
    def run() -> tuple[torch.Tensor, ...]:
        torch.manual_seed(3)
        model = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.4), nn.Linear(8, 1))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        for _ in range(4):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(torch.randn(16, 3)), torch.randn(16, 1)).backward()
            optimizer.step()
        gradients = [p.grad for p in model.parameters() if p.grad is not None]
        return (*model.state_dict().values(), *gradients, torch.get_rng_state())

    plain = run()
    with watch():
        watched = run()
    assert len(plain) == len(watched)
    assert all(torch.equal(a, b) for a, b in zip(plain, watched))


def test_adam_and_minibatches_get_no_verdict_and_are_told_so() -> None:
    torch.manual_seed(1)
    w = torch.zeros(1, requires_grad=True)
    with watch() as report:
        optimizer = torch.optim.Adam([w], lr=0.1)
        for _ in range(4):
            optimizer.zero_grad()
            ((w - 1) ** 2).sum().backward()
            optimizer.step()
    assert any("no verdict for Adam" in note for note in report.notes)
    with watch() as report:
        optimizer = torch.optim.SGD([w], lr=0.1)
        for _ in range(4):
            optimizer.zero_grad()
            x = torch.randn(8)
            ((w * x - x) ** 2).mean().backward()
            optimizer.step()
    assert any("mini-batches" in note for note in report.notes)


def test_saving_a_watched_model_gives_no_warning(tmp_path) -> None:
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with watch():
        for _ in range(2):
            optimizer.zero_grad()
            model(torch.ones(4, 2)).sum().backward()
            optimizer.step()
        torch.save(model, tmp_path / "model.pt")
        torch.save(model.state_dict(), tmp_path / "state.pt")


def test_missing_torch_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    from wxb.errors import MissingExtra

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"wxb\[torch\]"):
        watch()


def test_in_a_notebook_the_report_shows_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[object] = []
    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=shown.append))
    with watch() as report:
        train(2)
    assert shown == [report]
    del shell.kernel  # a terminal
    with watch():
        train(2)
    assert shown == [report]


def test_a_title_is_the_users_own_text_in_any_language() -> None:
    before = wxb.language()
    try:
        wxb.language("ko")
        assert Report(title="ran to the end").heading() == "ran to the end"  # a text that wxb has too
        assert "ran to the end" in Report(title="ran to the end").text()
        assert Report().heading() not in ("", "the run")
    finally:
        wxb.language(before)
    assert Report().heading() == "the run"

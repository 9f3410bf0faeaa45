"""Training in other processes: watched there, told of here; what was not watched is said."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable

import pytest
import torch
import torch._dynamo  # an optimizer loads it: before the forks, else in every child
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, TensorDataset

from wxb.watching import watch


def forgets_to_zero(seed: int = 0) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    x = torch.randn(32, 3)
    for _ in range(4):
        (model(x) - x.sum(1, keepdim=True)).square().mean().backward()
        optimizer.step()


def trains(model: nn.Module, data: DataLoader[tuple[torch.Tensor, ...]]) -> list[torch.Tensor]:
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    for (x,) in data:
        optimizer.zero_grad()
        (model(x) - x.sum(1, keepdim=True)).square().mean().backward()
        optimizer.step()
    return [parameter.detach().clone() for parameter in model.parameters()]


def one_process(kind: str) -> None:
    process = multiprocessing.get_context(kind).Process(target=forgets_to_zero)
    process.start()
    process.join()
    assert process.exitcode == 0


def a_pool(kind: str) -> None:
    with multiprocessing.get_context(kind).Pool(2) as pool:
        pool.map(forgets_to_zero, [1, 2])
        pool.close()
        pool.join()


@pytest.mark.parametrize("kind", ["fork", pytest.param("spawn", marks=pytest.mark.slow)])
@pytest.mark.parametrize("run", [one_process, a_pool])
def test_children_are_watched(run: Callable[[str], None], kind: str) -> None:
    with watch() as report:
        run(kind)
    (finding,) = report.findings
    assert (finding.rule, os.path.basename(finding.file)) == ("stale-gradients", "test_children.py")
    assert any("trained, and" in note for note in report.notes)
    assert not any("nothing to judge" in note for note in report.notes)
    assert report.first_loss is not None
    assert (report.backwards, report.steps) == (0, 0)


def test_a_process_forked_by_hand_is_not_watched_and_that_is_said() -> None:
    with watch() as report:
        child = os.fork()
        if not child:
            clean = torch._C._len_torch_function_stack() == 0 and torch.Tensor.backward.__module__ == "torch._tensor"
            os._exit(0 if clean else 1)
        assert os.waitpid(child, 0)[1] == 0
    assert any("left no report" in note for note in report.notes)


def test_workers_of_a_loader_are_left_alone() -> None:
    data = DataLoader(TensorDataset(torch.randn(40, 3)), batch_size=4, num_workers=1)
    torch.manual_seed(0)
    plain = trains(nn.Linear(3, 1), data)
    torch.manual_seed(0)
    with watch() as report:
        watched = trains(nn.Linear(3, 1), data)
    assert all(torch.equal(one, other) for one, other in zip(plain, watched, strict=True))
    assert not report.findings
    assert not any("child" in note for note in report.notes)


def test_distributed_data_parallel(tmp_path) -> None:
    dist.init_process_group("gloo", init_method=f"file://{tmp_path}/store", rank=0, world_size=1)
    try:
        data = DataLoader(TensorDataset(torch.randn(40, 3, generator=torch.Generator().manual_seed(0))), batch_size=4)
        torch.manual_seed(1)
        plain = trains(DistributedDataParallel(nn.Linear(3, 1)), data)
        torch.manual_seed(1)
        with watch() as report:
            watched = trains(DistributedDataParallel(nn.Linear(3, 1)), data)
    finally:
        dist.destroy_process_group()
    assert all(torch.equal(one, other) for one, other in zip(plain, watched, strict=True))
    assert not report.findings
    assert (report.backwards, report.steps) == (10, 10)
    assert not any("failed" in note for note in report.notes)

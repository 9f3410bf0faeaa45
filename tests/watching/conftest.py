"""One thread: sums must come out the same in every run."""

import gc

import pytest
import torch

torch.set_num_threads(1)
if not torch.accelerator.is_available():
    for device in (torch.cuda, torch.xpu, torch.mtia):
        # each seed would keep the whole stack of who asked for it, for a device that is not there
        device.manual_seed_all = lambda seed: None


@pytest.fixture(scope="session", autouse=True)
def what_was_collected_is_old() -> None:
    """Else all that was made while tests were collected is gone through within the first watched run, in its own time."""
    gc.collect()

"""One thread: sums must come out the same in every run."""

import torch

torch.set_num_threads(1)
if not torch.accelerator.is_available():
    for device in (torch.cuda, torch.xpu, torch.mtia):
        # each seed would keep the whole stack of who asked for it, for a device that is not there
        device.manual_seed_all = lambda seed: None

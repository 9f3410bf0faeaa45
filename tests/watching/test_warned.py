"""A warning of torch's carries the line that it carries unwatched, and is shown as often."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch import nn

from wxb.watching import watch

Shown = list[tuple[str, int, str]]


def shown(filters: str, *, watched: bool) -> Shown:
    def work() -> None:
        inner = torch.ones(3, requires_grad=True) * 2
        for _ in range(2):
            assert inner.grad is None  # said by torch's C code
        assert inner.grad is None
        nn.functional.mse_loss(torch.ones(3, 1), torch.ones(3))  # by its Python code, one frame above
        nn.MSELoss()(torch.ones(3, 1), torch.ones(3))
        nn.Softmax()(torch.ones(3, 1))  # five frames above
        warnings.warn("mine", stacklevel=1)

    globals().pop("__warningregistry__", None)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(filters)  # type: ignore[arg-type]
        if watched:
            with watch(), watch():
                work()
        else:
            work()
    return [(one.filename, one.lineno, str(one.message)) for one in caught]


@pytest.mark.parametrize(("filters", "times"), [("always", 7), ("default", 6)])
def test_warnings_name_the_lines_that_they_name_unwatched(filters: str, times: int) -> None:
    plain = shown(filters, watched=False)
    assert shown(filters, watched=True) == plain
    assert len(plain) == times
    assert plain[0][0] == __file__

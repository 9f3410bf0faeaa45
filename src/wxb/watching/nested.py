"""In whose steps a call lies: an optimizer's step may call that of its class above, or of other optimizers that it holds.

    optimizer.step()               Lookahead(…).step()                the outermost is the step that the loop makes
      └─ super().step()              └─ self.base.step()

Read off the stack, where torch has put the same frame around every step: what a step that failed has left behind there is
nothing. It takes a microsecond or two, so it is asked only where a step is said to be in progress.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from types import CodeType
from typing import Any


@cache
def _around_steps(optimizer_class: Any) -> CodeType:
    """The code of the frame that torch puts around steps."""
    return optimizer_class.profile_hook_step(_around_steps).__code__


def stepping_around(torch: Any, *, hook: bool) -> Iterator[Any]:
    """The optimizers in whose step this call lies, innermost first. hook : it lies in a hook of the innermost, which is left out"""
    code, frame = _around_steps(torch.optim.Optimizer), sys._getframe(1)
    while frame is not None:
        if frame.f_code is code:
            if not hook:
                yield frame.f_locals.get("self")
            hook = False
        frame = frame.f_back


def lies_in(torch: Any, optimizer: Any, *, hook: bool) -> bool:
    """Whether this call lies in a step of that optimizer."""
    return any(one is optimizer for one in stepping_around(torch, hook=hook))

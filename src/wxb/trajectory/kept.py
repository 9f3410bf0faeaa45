"""Which epochs of a run are kept: all of them, until that would be too many to hold or to read."""

from __future__ import annotations

import math

import numpy as np

from wxb._typing import Integers
from wxb.errors import UsageError
from wxb.i18n import _

KEPT_AT_MOST = 10_000
LINES_AT_MOST = 1_000
ENTRIES_AT_MOST = 1_000_000


def epochs_to_keep(total: int, log_every: int | None) -> tuple[int, Integers]:
    """Which of `total` epochs are kept: (their distance, the epochs): all up to KEPT_AT_MOST, then the logged and the last.

    `log_every` None logs every 100th, or every 200th, 500th, 1000th … so that at most LINES_AT_MOST are kept.
    """
    if log_every is not None and log_every < 1:
        raise UsageError(
            _("the log interval is {log_every}; it is a number of epochs, 1 or more", log_every=log_every),
            _("give an interval of at least 1 epoch"),
        )
    if total <= KEPT_AT_MOST:
        return 1, np.arange(total, dtype=np.int64)
    if log_every is None:
        log_every = 100
        steps = (2.0, 2.5, 2.0)
        turn = 0
        while total > log_every * LINES_AT_MOST:
            log_every = round(log_every * steps[turn % 3])
            turn += 1
    elif total > log_every * ENTRIES_AT_MOST:
        raise UsageError(
            _(
                "a log line every {log_every} of {total} epochs is {lines} lines",
                log_every=log_every,
                total=total,
                lines=total // log_every,
            ),
            _(
                "log every {ceil}th epoch or rarer, or leave the interval out",
                ceil=10 ** math.ceil(math.log10(total / ENTRIES_AT_MOST)),
            ),
        )
    kept = np.arange(0, total, log_every, dtype=np.int64)
    return log_every, kept if kept[-1] == total - 1 else np.append(kept, total - 1)

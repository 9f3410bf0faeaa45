"""An engine in one file: other processes of this machine, and neighbours merged in an order that a seed decides."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import cloudpickle

from wxb.data.table import Job


class Processes:
    """workers : 0 works in this process, of which everything is sent and received all the same"""

    def __init__(self, workers: int = 0, seed: int = 0) -> None:
        self.lengths: dict[str, int] = {}
        self.workers, self.seed, self.tasks = workers, seed, 0

    def let_go(self) -> None:
        pass

    def settled(self, parts: Sequence[Any]) -> Sequence[Any]:
        return parts

    def run(self, job: Job[Any]) -> Any:
        sent = [cloudpickle.dumps((job.work, *task)) for task in job.tasks]
        self.tasks += len(job.tasks)
        if self.workers:
            with ProcessPoolExecutor(self.workers, multiprocessing.get_context("fork")) as pool:
                made = [cloudpickle.loads(one) for one in pool.map(worked, sent)]
        else:
            made = [cloudpickle.loads(worked(one)) for one in sent]
        job.over(range(len(made)))
        order = random.Random(self.seed)
        while len(made) > 1:
            place = order.randrange(len(made) - 1)
            made[place : place + 2] = [cloudpickle.loads(cloudpickle.dumps(job.merge(made[place], made[place + 1])))]
        return made[0]


def worked(sent: bytes) -> bytes:
    work, part, first = cloudpickle.loads(sent)
    return cloudpickle.dumps(work(part, first))

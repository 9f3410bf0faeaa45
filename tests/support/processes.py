"""An engine in one file: other processes of this machine, and neighbours merged in an order that a seed decides."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import cloudpickle


class Processes:
    """workers : 0 works in this process, of which everything is sent and received all the same"""

    def __init__(self, workers: int = 0, seed: int = 0) -> None:
        self.lengths: dict[str, int] = {}
        self.workers, self.seed, self.tasks = workers, seed, 0

    def settled(self, parts: Sequence[Any]) -> Sequence[Any]:
        return parts

    def run(
        self,
        work: Callable[[Any, int], Any],
        merge: Callable[[Any, Any], Any],
        tasks: Sequence[tuple[Any, int]],
        done: Callable[[int], None] | None,
    ) -> Any:
        sent = [cloudpickle.dumps((work, *task)) for task in tasks]
        self.tasks += len(tasks)
        if self.workers:
            with ProcessPoolExecutor(self.workers, multiprocessing.get_context("fork")) as pool:
                made = [cloudpickle.loads(one) for one in pool.map(worked, sent)]
        else:
            made = [cloudpickle.loads(worked(one)) for one in sent]
        for place in range(len(made) if done else 0):
            assert done is not None
            done(place)
        order = random.Random(self.seed)
        while len(made) > 1:
            place = order.randrange(len(made) - 1)
            made[place : place + 2] = [cloudpickle.loads(cloudpickle.dumps(merge(made[place], made[place + 1])))]
        return made[0]


def worked(sent: bytes) -> bytes:
    work, part, first = cloudpickle.loads(sent)
    return cloudpickle.dumps(work(part, first))

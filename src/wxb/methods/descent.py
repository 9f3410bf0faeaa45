"""Full-batch gradient descent, computed from the moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from wxb.estimate import Estimate
from wxb.methods.path import conform_path, known_errors, reached, start_vector
from wxb.passes.again import Passes
from wxb.question import Question
from wxb.solve import bowl_of
from wxb.trajectory import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """lr : learning rate; "auto" or None takes the best constant one        epochs : None goes on until `stop` holds

    momentum, nesterov : as torch.optim.SGD has them        schedule : how the rate falls, "step:500:0.1"
    scale : "standard" descends on standardised columns        line_search : the exact best step each epoch
    start : numbers by coefficient; None is zeros        stop : a `wxb.Stop`        log_every : epochs from one log line to the next
    """

    lr: float | Literal["auto"] | None = None
    epochs: int | None = None
    momentum: float = 0.0
    nesterov: bool = False
    schedule: str | None = None
    scale: Literal["standard"] | None = None
    line_search: bool = False
    start: Any = None
    stop: Stop | None = None
    log_every: int | None = None

    def __post_init__(self) -> None:
        conform_path(self)

    def estimate(self, question: Question, passes: Passes) -> Estimate:
        """What the path reached on the bowl of the training rows."""
        from wxb.descent import descend

        sums = passes.sums(question)
        solution = sums.minimum(question)
        path = descend(
            bowl_of(solution),
            lr=self.lr,
            epochs=self.epochs,
            momentum=self.momentum,
            nesterov=self.nesterov,
            schedule=self.schedule,
            start=start_vector(self.start, solution.names),
            scale=self.scale,
            test=None if sums.test is None else bowl_of(solution, sums.test),
            stop=self.stop,
            log_every=self.log_every,
            line_search=self.line_search,
            standard_errors=known_errors(solution),
            on_epoch=passes.running.on_epoch,
        )
        return reached(path, self.stop, sums, solution)

"""The descent that moments cannot do: other optimizers, batches, float32, other devices, by PyTorch autograd on the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from wxb.bowl import Bowl
from wxb.estimate import Estimate
from wxb.methods.path import conform_path, known_errors, reached, start_vector
from wxb.passes.again import Passes
from wxb.passes.kept import KeptRows
from wxb.question import Question
from wxb.question.shares import TEST
from wxb.solve import bowl_of
from wxb.trajectory import Stop

PLAIN = ("gd", "sgd")  # names of gradient descent itself
EPOCHS = 1000  # where none are given


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """lr : learning rate, "auto" for the best of full-batch gradient descent, None for the optimizer's own

    epochs : None is 1000        momentum, nesterov : of the optimizer
    optimizer : any of torch.optim by name; None is gradient descent        batch_size : rows in a step; None is all
    dtype : of the numbers        device : where they are computed
    start : numbers by coefficient; None is zeros        stop : a `wxb.Stop`        log_every : epochs from one log line to the next
    """

    lr: float | Literal["auto"] | None = None
    epochs: int | None = None
    momentum: float = 0.0
    nesterov: bool = False
    optimizer: str | None = None
    dtype: Literal["float64", "float32"] = "float64"
    batch_size: int | None = None
    device: str = "cpu"
    start: Any = None
    stop: Stop | None = None
    log_every: int | None = None

    def __post_init__(self) -> None:
        conform_path(self)

    @property
    def gradient_descent(self) -> bool:
        """Whether each step is one of full-batch gradient descent."""
        return (self.optimizer or "gd").lower() in PLAIN and self.batch_size is None

    def estimate(self, question: Question, passes: Passes) -> Estimate:
        """What the optimizer reached on the training rows, its outcome completed by what the moments know."""
        from wxb.descent import explained
        from wxb.training import train

        sums = passes.sums(question, KeptRows(passes.source, passes.rereadable))
        rows = passes.rows(question, sums.others[0])
        solution = sums.minimum(question)
        bowl = bowl_of(solution)
        path = train(
            rows.under(range(question.shares.count)),
            terms=solution.moments.terms,
            intercept=question.intercept,
            optimizer="sgd" if (self.optimizer or "gd").lower() == "gd" else str(self.optimizer),
            lr=self._rate(bowl),
            epochs=self.epochs or EPOCHS,
            momentum=self.momentum,
            nesterov=self.nesterov,
            batch_size=self.batch_size,
            seed=question.shares.seed,
            dtype=self.dtype,
            device=self.device,
            start=start_vector(self.start, solution.names),
            test=rows.under([TEST]) if question.shares.test else None,
            stop=self.stop,
            on_epoch=passes.running.on_epoch,
            log_every=self.log_every,
        )
        path = explained(
            path,
            bowl,
            momentum=self.momentum,
            nesterov=self.nesterov,
            standard_errors=known_errors(solution),
            gradient_descent=self.gradient_descent,
        )
        return reached(path, self.stop, sums, solution)

    def _rate(self, bowl: Bowl) -> float | None:
        if self.lr != "auto":
            return self.lr
        from wxb.learning_rates import rates_of

        return rates_of(bowl).best_for(self.momentum, self.nesterov)

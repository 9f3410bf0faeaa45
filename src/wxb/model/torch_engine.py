"""The descent that moments cannot do (other optimizers, batches, float32) by PyTorch autograd, on the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from wxb.descent import explained
from wxb.errors import UsageError
from wxb.estimate import Estimate
from wxb.inference import infer
from wxb.passes.kept import RowsAgain
from wxb.question.shares import TEST
from wxb.recipe import Recipe
from wxb.solve import Solution, bowl_of
from wxb.training import train
from wxb.trajectory import Stop, Trajectory


@dataclass(frozen=True, slots=True)
class TorchCall:
    """start : (k,) or None        stop, on_epoch, log_every : see `wxb.training.train`"""

    start: Any
    stop: Stop | None
    on_epoch: Any
    log_every: int | None


EPOCHS = 1000  # when a torch descent is asked for without saying how long


def run(solution: Solution, recipe: Recipe, call: TorchCall, rows: RowsAgain) -> Trajectory:
    """The trajectory of a torch optimizer, its outcome completed by what the moments know."""
    if recipe.schedule is not None:
        raise UsageError("schedule belongs to descent on moments, not to the torch engine", "leave one of them out")
    bowl = bowl_of(solution)
    lr = recipe.lr
    if lr == "auto":
        if not recipe.gradient_descent:
            raise UsageError(
                f"lr='auto' follows from the curvature for full-batch gradient descent only, not for {recipe.optimizer}",
                "give a number, or leave lr out for the optimizer's own default",
            )
        from wxb.learning_rates import rates_of

        lr = rates_of(bowl).best_for(recipe.momentum, recipe.nesterov)
    path = train(
        rows.under(range(max(recipe.folds, 1))),
        terms=solution.moments.terms,
        intercept=recipe.intercept,
        optimizer="sgd" if (recipe.optimizer or "gd").lower() == "gd" else str(recipe.optimizer),
        lr=None if lr is None else float(lr),
        epochs=recipe.epochs or EPOCHS,
        momentum=recipe.momentum,
        nesterov=recipe.nesterov,
        batch_size=recipe.batch_size,
        seed=recipe.seed,
        dtype=recipe.dtype,
        device=recipe.device,
        start=call.start,
        test=rows.under([TEST]) if recipe.test else None,
        stop=call.stop,
        on_epoch=call.on_epoch,
        log_every=call.log_every,
    )
    errors = infer(Estimate.of(solution)).se
    known = bool(np.isfinite(errors[list(solution.kept)]).all()) and solution.rss > 0
    return explained(
        path,
        bowl,
        momentum=recipe.momentum,
        nesterov=recipe.nesterov,
        standard_errors=np.nan_to_num(errors, nan=0.0) if known else None,
        gradient_descent=recipe.gradient_descent,
    )

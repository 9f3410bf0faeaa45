"""A model as one JSON object. Lists named by coefficient (se, t, p, interval, digits) go with `names`: intercept first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from wxb.methods.options import to_json

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wxb.fitted import Fitted
    from wxb.learning_rates import Rates
    from wxb.penalties.answer import Answer
    from wxb.predict.evaluate import Prediction
    from wxb.quality import Quality
    from wxb.report.group_table import FittedGroups
    from wxb.stepwise.steps import Steps


def model_record(model: Fitted, level: float = 0.95, shown: Sequence[Shown] = ()) -> dict[str, Any]:
    """Everything a program may ask of a fit.

    "coef" is of "terms", without the intercept; "se" … "digits" and "minimum" are of "names". The uncertainty is that of the
    exact minimum, also for a descent, whose own coefficients are "coef" and "intercept"; a run that diverged has none.
    """
    answered = not model.diverged
    content: dict[str, Any] = {
        "target": model.target,
        "terms": list(model.terms),
        "intercept": model.intercept if answered and model.layout.intercept else None,
        "coef": model.coef if answered else None,
        "names": list(model.layout.names),
        **_certainty(model, level),
        "n": model.n,
        "dropped_rows": model.dropped_rows,
        "dropped": list(model.dropped),
        "cost": model.cost if answered else None,
        "test_cost": model.test_cost if answered else None,
        "test_n": None if model.test_quality is None else model.test_quality.rows,
        "test": quality_record(model.test_quality) if answered else None,
        "fold_costs": model.fold_costs if len(model.fold_costs) else None,
        "folds": _folds(model),
        "r2": model.r2 if answered else None,
        **_whole(model),
        "digits": model.digits,
        "outcome": model.outcome,
        "descent": _descent(model),
        "penalty": None if model.penalised is None else penalty_record(model.penalised),
        "steps": None if model.steps is None else steps_record(model.steps),
        "recipe": to_json(model.question),
    }
    if shown:
        content |= predictions_record(shown)
    else:
        content["predictions"] = []
    content["warnings"] = [*model.warnings, *(text for one in shown for text in one.outside)]
    return content


def _certainty(model: Fitted, level: float) -> dict[str, Any]:
    """Of each coefficient of the exact minimum; null under a penalty, of which errors are not known."""
    if model.penalised is not None:
        return {"se": None, "t": None, "p": None, "level": level, "interval": None, "minimum": None}
    inference = model.inference
    return {
        "se": inference.se,
        "t": inference.t,
        "p": inference.p,
        "level": level,
        "interval": inference.interval(level) if inference.freedom > 0 else None,
        "minimum": inference.coefficients,
    }


def _whole(model: Fitted) -> dict[str, Any]:
    """Of the whole line; null under a penalty."""
    if model.penalised is not None:
        return dict.fromkeys(("adjusted_r2", "residual_sd", "df", "errors", "f", "f_p", "aic", "bic"))
    inference = model.inference
    return {
        "adjusted_r2": inference.adjusted_r2,
        "residual_sd": inference.residual_sd,
        "df": inference.freedom,
        "errors": _errors(model),
        "f": inference.f,
        "f_p": inference.f_p,
        "aic": inference.aic,
        "bic": inference.bic,
    }


def penalty_record(found: Answer) -> dict[str, Any]:
    """The λ of the line, its certificate, and the path it was chosen from; lists of "path" are by λ, falling."""
    content: dict[str, Any] = {"l2": found.l2, "l1": found.l1, "freedom": found.freedom, "gap": found.gap}
    path = found.path
    if path is None:
        return {**content, "path": None}
    arrays = {name: getattr(path, name) for name in ("freedom", "cost", "judged", "spread", "intercept", "coef")}
    about = {"varied": path.varied, "judged_by": path.judged_by, "least": path.least, "chosen": path.chosen}
    return {**content, "path": {**about, "values": path.values, **arrays, "fold_costs": path.fold_costs}}


def steps_record(steps: Steps) -> dict[str, Any]:
    """How the terms were selected; "lines" are the first line and one for each step, which has the term that went in or out."""
    lines = [
        {
            "term": one.term or None,
            "entered": one.entered if one.term else None,
            "coefficients": one.coefficients,
            "rss": one.rss,
            "value": one.value,
        }
        for one in steps.lines
    ]
    about = {"criterion": steps.criterion, "direction": steps.direction}
    named = {"candidates": list(steps.candidates), "start": list(steps.start), "chosen": list(steps.chosen)}
    return {**about, **named, **({"always": list(steps.always)} if steps.always else {}), "lines": lines}


def _errors(model: Fitted) -> dict[str, Any]:
    """Which standard errors these are; "t_df" is of "names", as "se" is."""
    inference = model.inference
    content = {"kind": "classical", "t_df": inference.t_freedom, "f_df": list(inference.f_freedom)}
    found = inference.errors
    if found is None:
        return content
    about = {"clusters": list(found.clusters), "factor": found.factor, "read": found.read, "notes": list(found.notes)}
    return content | {"kind": "given" if found.errors is None else str(found.errors)} | about


def quality_record(found: Quality | None) -> dict[str, Any] | None:
    """How rows that the line was not fitted to are predicted; "mae" is null where they were read only once."""
    return None if found is None else {name: getattr(found, name) for name in ("rows", "cost", "rmse", "mae", "r2")}


def _folds(model: Fitted) -> dict[str, Any] | None:
    """The same of all folds together; "cost_sd" is the standard deviation of the costs over the folds."""
    folds = model.cross_validation
    if folds is None:
        return None
    record = quality_record(folds.overall) or {}
    return {"folds": model.question.shares.folds, **record, "cost_sd": folds.spread, "notes": list(folds.notes)}


def _descent(model: Fitted) -> dict[str, Any] | None:
    path = model.trajectory
    if path is None:
        return None
    return {"epochs": path.outcome.epochs, "lr": float(path.lr[-1]), **path.outcome.to_dict()}


class Shown:
    """A prediction asked for with --at. point : {term: value}        outside : what of it lies outside the data, in words"""

    def __init__(
        self, point: dict[str, float], found: Prediction | NDArray[np.float64], outside: Sequence[str]
    ) -> None:
        self.point, self.outside = point, list(outside)
        self.low: float | None = None
        self.high: float | None = None
        if isinstance(found, np.ndarray):
            self.value = float(found[0])
        else:
            self.value, self.low, self.high = float(found.value[0]), float(found.low[0]), float(found.high[0])


def predictions_record(shown: Sequence[Shown]) -> dict[str, Any]:
    """Predictions at typed points; intervals where they were asked for."""
    content: dict[str, Any] = {"at": [one.point for one in shown], "predictions": [one.value for one in shown]}
    if any(one.low is not None for one in shown):
        content |= {"low": [one.low for one in shown], "high": [one.high for one in shown]}
    return content


def groups_record(
    groups: FittedGroups, level: float = 0.95, shown: Mapping[Any, Sequence[Shown]] | None = None
) -> dict[str, Any]:
    """The models of all groups, and why some have none.  shown : predictions at typed points by label"""
    failed, at = groups.failed, shown or {}
    return {
        "by": list(groups.by) if isinstance(groups.by, tuple) else groups.by,
        "dropped_rows": groups.dropped_rows,
        "warnings": list(groups.warnings),
        "groups": [
            {"group": label, **model_record(groups[label], level, at.get(label, ()))}
            for label in groups
            if label not in failed
        ],
        "failed": [{"group": label, "what": error.what, "do": error.do} for label, error in failed.items()],
    }


def rates_record(
    rates: Rates, lr: float | None, momentum: float, nesterov: bool, epochs: int | None = None
) -> dict[str, Any]:
    """Which rates converge, which is best, and what the one asked about does."""
    pair = rates.best_pair()
    content: dict[str, Any] = {
        "max": rates.max,
        "best": rates.best,
        "condition": rates.condition,
        "eigenvalues": rates.eigenvalues,
        "limit": rates.limit(momentum, nesterov),
        "best_for_momentum": rates.best_for(momentum, nesterov),
        "momentum": momentum,
        "nesterov": nesterov,
        "best_pair": {"lr": pair[0], "momentum": pair[1]},
        "epochs_per_digit": rates.epochs_per_digit(rates.best_for(momentum, nesterov), momentum, nesterov),
        "steepest": dict(rates.steepest.shares),
        "flat": rates.flat,
        "sum_limit": rates.sum_limit,
        "scaled_condition": rates.scaled().condition,
        "n": rates.bowl.rows,
        "verdict": None,
    }
    if lr is not None:
        verdict = rates.verdict(lr, momentum, nesterov, epochs=epochs)
        content["verdict"] = {
            "lr": lr,
            "kind": verdict.kind.value,
            "converges": verdict.converges,
            "arrives": verdict.arrives,
            "arrival": verdict.arrival,
            "growth": verdict.growth,
            "epochs_per_digit": verdict.epochs_per_digit,
            "overflow_epoch": verdict.overflow_epoch,
            "text": verdict.text,
        }
    return content

"""Which options do not go together: what is no field of the method asked for (`WHY`), and all else, a line of `RULES` each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wxb.choices import choices
from wxb.i18n import N_
from wxb.methods.descent import Descent
from wxb.methods.exact import Exact, Stepwise
from wxb.methods.penalised import Penalised
from wxb.methods.training import Training
from wxb.methods.two_stage import TwoStage
from wxb.question import Question

WHY = {
    Exact: (
        N_("{option} belongs to a descent, and none is asked for"),
        N_('give `lr=` (a number or "auto") or `epochs=`; without them the fit is the exact minimum'),
    ),
    Training: (
        N_("{option} belongs to descent on moments, not to training by PyTorch"),
        N_("leave it out, or all that PyTorch alone can do (an optimizer, batches, float32, a device, its engine)"),
    ),
    TwoStage: (
        N_("{option} belongs to a descent, and two stages are solved for"),
        N_("leave it out, or the instruments"),
    ),
    Penalised: (
        N_("{option} does not go with a penalty, whose minimum is solved for"),
        N_("leave it out, or `l2=`, `l1=` and `positive=`"),
    ),
    Stepwise: (
        N_("{option} does not go with a selection of terms, whose lines are solved for"),
        N_("leave it out, or `select=`"),
    ),
}
NO_SELECTION = (
    N_("{option} selects terms of least squares, and another way to the coefficients is asked for"),
    N_("leave it out, or what asks for the other way"),
)
NO_PENALTY = (
    N_("{option} belongs to a penalty, and none is asked for"),
    N_('give `l2=` or `l1=` (a number or "auto") or `positive=True`, and nothing that asks for another method'),
)
NO_CHOICE = (
    N_("{option} chooses the λ of a penalty, and none is asked for"),
    N_('give `l2="auto"` (ridge) or `l1="auto"` (lasso), and nothing that asks for another method'),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Options that are refused where something holds. () stands for every option of a descent."""

    options: tuple[str, ...]
    where: Callable[[Any], bool]
    why: str
    do: str = N_("leave one of them out")


def _stop(question: Question, name: str) -> bool:
    stop = getattr(question.method, "stop", None)
    return stop is not None and getattr(stop, name) is not None


def _is(question: Question, method: type) -> bool:
    return isinstance(question.method, method)


_PATH = tuple(
    dict.fromkeys((*choices(Descent), *choices(Training), *choices(Penalised), *choices(Stepwise), "on_epoch"))
)
RULES = (
    Rule(
        options=("test", "folds", "by", "formula", *_PATH, "engine", "method", "intercept"),
        where=lambda q: q.absorb is not None,
        why=N_("{option} does not go with effects that are absorbed (`absorb=`)"),
        do=N_("leave one of them out, or name the category among the features"),
    ),
    Rule(
        options=("checkpoint", "endogenous", *_PATH, "engine", "method"),
        where=lambda q: q.selection.by is not None,
        why=N_("{option} is for one model, and `by=` gives the exact minimum of each group"),
    ),
    Rule(
        options=("test",),
        where=lambda q: q.shares.dealing is not None,
        why=N_("{option} draws rows one by one, and would part what folds by groups or by time keep together"),
        do=N_("leave it out, or give a number of folds"),
    ),
    Rule(
        options=("by",),
        where=lambda q: q.shares.dealing is not None,
        why=N_("{option} makes a model of each group, whose folds go by the numbers of rows"),
        do=N_("leave it out, or give a number of folds"),
    ),
    Rule(
        options=("folds",),
        where=lambda q: _is(q, TwoStage),
        why=N_("{option} judges lines of least squares, and two stages are none"),
        do=N_("leave it out; `test=0.2` holds rows out"),
    ),
    Rule(
        options=("on_epoch",),
        where=lambda q: _is(q, TwoStage),
        why=WHY[TwoStage][0],
        do=WHY[TwoStage][1],
    ),
    Rule(
        options=("se", "precision", "on_epoch", "checkpoint", "rank"),
        where=lambda q: _is(q, Penalised),
        why=N_("{option} does not go with a penalty"),
        do=N_(
            "leave it out: errors are known of lines without a penalty, sums are exact, and collinear terms have an answer"
        ),
    ),
    Rule(
        options=("se",),
        where=lambda q: _is(q, Stepwise),
        why=N_("{option} goes through rows of all terms, and some of these will not be chosen"),
        do=N_("leave it out, then `model.with_se` gives the chosen line other errors"),
    ),
    Rule(
        options=("precision", "rank", "on_epoch", "intercept"),
        where=lambda q: _is(q, Stepwise),
        why=N_("{option} does not go with a selection of terms"),
        do=N_("leave it out: sums are exact, b is in every line, and of collinear columns one set goes in"),
    ),
    Rule(
        options=("target", "features"),
        where=lambda q: q.selection.formula is not None,
        why=N_("{option} is said by the formula"),
        do=N_("leave it out, or leave `formula=` out"),
    ),
    Rule(
        options=("intercept",),
        where=lambda q: q.selection.formula is not None,
        why=N_("{option} is said by the formula"),
        do=N_("write `y ~ 0 + x`"),
    ),
    Rule(options=("on_epoch",), where=lambda q: _is(q, Exact), why=WHY[Exact][0], do=WHY[Exact][1]),
    Rule(
        options=("lr",),
        where=lambda q: _is(q, Training) and q.method.lr == "auto" and not q.method.gradient_descent,
        why=N_("{option} follows from the curvature, for full-batch gradient descent only"),
        do=N_("give a number, or leave it out for the optimizer's own default"),
    ),
    Rule(
        options=("lr",),
        where=lambda q: _is(q, Descent) and q.method.line_search and q.method.lr not in (None, "auto"),
        why=N_("{option} is a rate, and the exact line search finds that of every epoch"),
    ),
    Rule(
        options=("momentum", "nesterov", "schedule"),
        where=lambda q: _is(q, Descent) and q.method.line_search,
        why=N_("{option} does not go with the exact line search"),
    ),
    Rule(
        options=("se",),
        where=lambda q: q.precision == "fast",
        why=N_("{option} needs exact sums, and these are rounded"),
        do=N_("leave `precision=` out"),
    ),
    Rule(
        options=("frequency",),
        where=lambda q: _is(q, Training),
        why=N_("{option} is for sums of rows, and training by PyTorch goes through them one by one"),
        do=N_("send the rows themselves, or leave out what only PyTorch can do"),
    ),
    Rule(
        options=("stop",),
        where=lambda q: _is(q, Training) and (_stop(q, "cost_within") or _stop(q, "standard_errors")),
        why=N_("{option} by the distance from the minimum is known to descent on moments only"),
        do=N_("stop by gradient norm or patience here"),
    ),
    Rule(
        options=("stop",),
        where=lambda q: _stop(q, "patience") and not q.shares.test,
        why=N_("{option} with patience watches the test cost, and there are no test rows"),
        do=N_("give `test=0.2`, or another rule"),
    ),
)

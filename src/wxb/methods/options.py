"""The flat options of `wxb.fit` and `wxb fit` → a `Question` and a `Running`; the one place that says which go together.

    question, running = asked(lr=0.1, epochs=100, test=0.2)

An option is a field of one of the records below, so one that is not of the method asked for is known by that and refused;
what else does not go together is a line of `RULES`. Nothing that was given is ignored: it is honoured, or refused by name.

    options of training alone (an optimizer, batch_size, dtype, device), or engine="torch"   →  Training
    lr, epochs, optimizer="gd" or line_search                                                →  Descent
    endogenous, instruments                                                                  →  TwoStage
    none of these                                                                            →  Exact

A model file keeps the choices under the same flat names, in the same order (`to_json`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from wxb.advice import Advice
from wxb.choices import Choice, choices
from wxb.data.selection import Selection
from wxb.errors import UsageError
from wxb.i18n import N_, _
from wxb.methods.descent import Descent
from wxb.methods.exact import Exact
from wxb.methods.training import PLAIN, Training
from wxb.methods.two_stage import TwoStage
from wxb.question import Question, Running, Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The one option that is of no record: it only chooses between two methods."""

    engine: Literal["auto", "moments", "torch"] = "auto"


MARKS = {Descent: ("optimizer", "gd"), Training: ("engine", "torch")}  # what asks for a method and nothing else
ASK = ("lr", "epochs", "optimizer", "line_search")  # options that ask for a descent by themselves
PARTS = {"selection": Selection, "shares": Shares}  # of a question, besides its own fields and the method's
NESTED = frozenset(
    {"method", *PARTS, "labels", "texts", "kinds", "beside"}
)  # fields of a question that no option gives: records, what a design reads
RECORDS: tuple[type, ...] = (Descent, Training, TwoStage, Engine, Question, Shares, Selection, Running)
NOT_KEPT = frozenset(choices(Selection)) - {"missing"} | {"first", "log_every", *choices(Running)}


def _all_options() -> dict[str, Choice]:
    found = {name: choice for record in RECORDS for name, choice in choices(record).items()}
    return {name: choice for name, choice in found.items() if name not in NESTED}


OPTIONS = _all_options()
KEPT = {name: choice for name, choice in OPTIONS.items() if choice.plain and name not in NOT_KEPT}


def asked(**options: Any) -> tuple[Question, Running]:
    """What flat options ask for; whether they go together is asked where a fit begins (`refuse`)."""
    said = _said(options)
    return _question(said), _record(Running, said)


def question_of(options: dict[str, Any]) -> Question:
    """The question of flat options, whether or not they go together."""
    return _question(_said(options))


def _said(options: dict[str, Any]) -> dict[str, Any]:
    """The options that say anything which their defaults do not, each as its record keeps it."""
    said = {}
    for name, value in options.items():
        choice = OPTIONS[name]
        if value is not choice.default and not (type(value) is float and value == choice.default):
            kept = value if name in choices(Running) else choice.conformed(value)
            if name == "se" and kept is not None:
                kept = _errors(str(kept))
            if choice.is_given(kept):
                said[name] = kept
    return said


def _errors(text: str) -> str | None:
    """Standard errors as they are always spelled; None for the classical ones, which need not be asked for."""
    from wxb.covariance.errors import Errors

    found = Errors.parse(text)
    return None if found.kind == "classical" else str(found)


def _question(said: dict[str, Any]) -> Question:
    parts = {name: _record(record, said) for name, record in PARTS.items()}
    return _record(Question, said, method=_method(said), **parts)


def _record(record: type, said: dict[str, Any], **parts: Any) -> Any:
    if not said:
        return record(**parts)
    fields = choices(record)
    return record(**{name: value for name, value in said.items() if name in fields}, **parts)


def descends(options: dict[str, Any]) -> bool:
    """Whether flat options, among others, ask for a descent, and not for the exact minimum."""
    return _method_asked(_said({name: value for name, value in options.items() if name in OPTIONS})) is not Exact


def _method(said: dict[str, Any]) -> Any:
    """The record of the method asked for; an option that is not of it is refused."""
    method = _method_asked(said)
    for name, value in said.items():
        if name in _OF_METHODS and name not in choices(method) and not (name == "optimizer" and method is Descent):
            why, do = _WHY[method]
            raise UsageError(_(why, option=_shown(name, value)), _(do))
    return _record(method, said)


_OF_METHODS = {
    **choices(Descent),
    **choices(Training),
    **choices(TwoStage),
}  # the optimizers "gd" and "sgd" are names of a descent


_WHY = {
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
}


def _method_asked(said: dict[str, Any]) -> type:
    if any(name in said for name in choices(TwoStage)):
        return TwoStage
    alone = [name for name in said if name in choices(Training) and name not in choices(Descent)]
    if str(said.get("optimizer")).lower() in PLAIN:
        alone.remove("optimizer")
    if alone and said.get("engine") == "moments":
        raise UsageError(
            _(
                "{engine} is full-batch descent in float64, and {option} is not",
                engine=_shown("engine", "moments"),
                option=_shown(alone[0], said[alone[0]]),
            ),
            _('leave `engine=` out, or give `engine="torch"`'),
        )
    if alone or said.get("engine") == "torch":
        return Training
    return Descent if any(name in said for name in ASK) else Exact


def _shown(name: str, value: Any) -> str:
    """An option as it was given, where that is short."""
    if name == "stop":
        return _("a stopping rule")
    if name in ("by", "absorb"):
        return str(Advice(name, value[0] if len(value) == 1 else value))
    return str(Advice(name, value if isinstance(value, bool | int | float | str) else None))


def given(question: Question, running: Running) -> Iterator[tuple[str, Any]]:
    """The options that say anything, by name."""
    for record in (question.selection, question.method, question.shares, running, question):
        for name, choice in choices(type(record)).items():
            value = getattr(record, name)
            if value is not choice.default and name not in NESTED and choice.is_given(value):
                yield name, value
    if type(question.method) not in (Exact, TwoStage):
        yield MARKS.get(type(question.method), ("method", type(question.method).__name__))


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


_PATH = tuple(dict.fromkeys((*choices(Descent), *choices(Training), "on_epoch")))
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
        options=("folds",),
        where=lambda q: _is(q, TwoStage),
        why=N_("{option} judges lines of least squares, and two stages are none"),
        do=N_("leave it out; `test=0.2` holds rows out"),
    ),
    Rule(
        options=("on_epoch",),
        where=lambda q: _is(q, TwoStage),
        why=_WHY[TwoStage][0],
        do=_WHY[TwoStage][1],
    ),
    Rule(
        options=("target", "features"),
        where=lambda q: q.selection.formula is not None,
        why=N_("{option} is said by the formula, `y ~ x + z`"),
        do=N_("leave it out, or leave `formula=` out"),
    ),
    Rule(
        options=("intercept",),
        where=lambda q: q.selection.formula is not None,
        why=N_("{option} is said by the formula"),
        do=N_("write `y ~ 0 + x`"),
    ),
    Rule(options=("on_epoch",), where=lambda q: _is(q, Exact), why=_WHY[Exact][0], do=_WHY[Exact][1]),
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
RULED = frozenset(name for rule in RULES for name in rule.options)
ROWS = (
    "formula",
    "by",
    "weights",
    "frequency",
    "missing",
    "test",
    "folds",
    "seed",
    "threads",
    "progress",
    "checkpoint",
    "precision",
    "absorb",
    "se",
)


def refuse(question: Question, running: Running) -> None:
    """UsageError for the first option that does not go with another."""
    found = dict(given(question, running))
    if RULED.isdisjoint(found):
        return
    for rule in RULES:
        name = next((name for name in rule.options if name in found), None)
        if name is not None and rule.where(question):
            raise UsageError(_(rule.why, option=_shown(name, found[name])), _(rule.do))


def refuse_rows(question: Question, running: Running, layout: Mapping[str, Any]) -> None:
    """UsageError for what needs rows, where there are only moments. layout : what was said about how a text is read"""
    found = {**dict(given(question, running)), **layout}
    wanted = next((name for name in (*ROWS, *layout) if name in found), None)
    if wanted is not None:
        raise UsageError(
            _("{option} needs rows, and moments hold none", option=_shown(wanted, found[wanted])),
            _("give the data themselves"),
        )
    if _is(question, Training):
        raise UsageError(_("training by PyTorch needs rows, and moments hold none"), _("give the data themselves"))


def to_json(question: Question) -> dict[str, Any]:
    """The choices that are not the defaults, flat, as a model file and an answer in JSON have them."""
    method = question.method
    if type(method) not in (Exact, TwoStage, *MARKS):
        raise UsageError(
            _(
                "a model by {kind} cannot be kept in a file, which would not know how to bring it back",
                kind=type(method).__name__,
            ),
            _("keep its coefficients and what it was fitted to"),
        )
    kept = {}
    for record in (method, question, question.shares, question.selection):
        for name, choice in choices(type(record)).items():
            value = getattr(record, name)
            if name in KEPT and choice.is_given(value):
                kept[name] = value
        if type(record) is TwoStage:
            kept |= {"endogenous": list(record.of_endogenous), "instruments": list(record.of_instruments)}
        elif record is method and _method_asked(kept) is not type(method):  # no option of its own says which it is
            kept |= dict([MARKS[type(method)]])
    return kept

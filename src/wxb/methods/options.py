"""The flat options of `wxb.fit` and `wxb fit` → a `Question` and a `Running`; the one place that says which go together.

    question, running = asked(lr=0.1, epochs=100, test=0.2)

An option is a field of one of the records below, so one that is not of the method asked for is known by that and refused;
what else does not go together is a line of `RULES` in `rules`. Nothing that was given is ignored: it is honoured, or
refused by name.

    options of training alone (an optimizer, batch_size, dtype, device), or engine="torch"   →  Training
    lr, epochs, optimizer="gd" or line_search                                                →  Descent
    endogenous, instruments                                                                  →  TwoStage
    l2, l1, positive                                                                         →  Penalised
    select, direction, always                                                                →  Stepwise
    none of these                                                                            →  Exact

A model file keeps the choices under the same flat names, in the same order (`to_json`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from wxb.advice import Advice
from wxb.choices import Choice, choices
from wxb.data.selection import Selection
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.methods.descent import Descent
from wxb.methods.exact import Exact, Stepwise
from wxb.methods.penalised import Penalised, refuse_several
from wxb.methods.training import PLAIN, Training
from wxb.methods.two_stage import TwoStage
from wxb.question import Question, Running, Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The one option that is of no record: it only chooses between two methods."""

    engine: Literal["auto", "moments", "torch"] = "auto"


SOLVED = (Exact, TwoStage, Penalised, Stepwise)  # of which an option of their own, or none, says which it is
MARKS = {Descent: ("optimizer", "gd"), Training: ("engine", "torch")}  # what asks for a method and nothing else
LAMBDAS = ("l2", "l1")
PENALTIES = (*LAMBDAS, "positive")  # options that ask for a penalty by themselves
ASK = ("lr", "epochs", "optimizer", "line_search")  # options that ask for a descent by themselves
PARTS = {"selection": Selection, "shares": Shares}  # of a question, besides its own fields and the method's
NESTED = frozenset(
    {"method", *PARTS, "labels", "texts", "kinds", "beside", "dealt"}
)  # fields of a question that no option gives: records, what a design reads
RECORDS: tuple[type, ...] = (
    Descent,
    Training,
    TwoStage,
    Penalised,
    Stepwise,
    Engine,
    Question,
    Shares,
    Selection,
    Running,
)
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
            if name in LAMBDAS:
                refuse_several(name, value)
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
    return _method_asked(_said({name: value for name, value in options.items() if name in OPTIONS})) in (
        Descent,
        Training,
    )


def _method(said: dict[str, Any]) -> Any:
    """The record of the method asked for; an option that is not of it is refused."""
    method = _method_asked(said)
    for name, value in said.items():
        if name in _OF_METHODS and name not in choices(method) and not (name == "optimizer" and method is Descent):
            from wxb.methods.rules import NO_CHOICE, NO_PENALTY, NO_SELECTION, WHY

            why, do = NO_PENALTY if name in choices(Penalised) and method is not Penalised else WHY[method]
            if name in ("choose", "among"):
                why, do = NO_CHOICE
            if name in choices(Stepwise):
                why, do = NO_SELECTION
            raise UsageError(_(why, option=_shown(name, value)), _(do))
    return _record(method, said)


_OF_METHODS = {
    **choices(Descent),
    **choices(Training),
    **choices(TwoStage),
    **choices(Penalised),
    **choices(Stepwise),
}  # the optimizers "gd" and "sgd" are names of a descent


def _method_asked(said: dict[str, Any]) -> type:
    if any(name in said for name in choices(TwoStage)):
        return TwoStage
    if any(name in said for name in PENALTIES):
        return Penalised
    if any(name in said for name in choices(Stepwise)):
        return Stepwise
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
    if type(question.method) not in SOLVED:
        yield MARKS.get(type(question.method), ("method", type(question.method).__name__))


ALONE = frozenset(("target", "features"))  # options that break no rule by themselves
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
    if ALONE.issuperset(found):
        return
    from wxb.methods.rules import RULES

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
    if isinstance(question.method, Training):
        raise UsageError(_("training by PyTorch needs rows, and moments hold none"), _("give the data themselves"))


def to_json(question: Question) -> dict[str, Any]:
    """The choices that are not the defaults, flat, as a model file and an answer in JSON have them."""
    method = question.method
    if type(method) not in (*SOLVED, *MARKS):
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
        elif type(record) is Penalised:
            kept |= record.pairs_kept()
        elif record is method and _method_asked(kept) is not type(method):  # no option of its own says which it is
            kept |= dict([MARKS[type(method)]])
    return kept

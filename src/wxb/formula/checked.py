"""Arithmetic of a row as a formula may hold it, checked part by part before anything is read.

>>> from wxb.formula.parser import trees
>>> computed(trees("log(y)~1").target, "log(y)~1").names
('y',)
"""

from __future__ import annotations

from wxb.errors import ExpressionError
from wxb.expression.tokens import expression_error
from wxb.expression.tree import (
    Call,
    Dot,
    Expression,
    Keyword,
    Listed,
    Name,
    Number,
    Operation,
    Text,
    children,
    postorder,
)
from wxb.formula.factors import Computed
from wxb.formula.parser import COMPARISONS
from wxb.formula.texts import compared_with_text
from wxb.formula.tokens import written_name
from wxb.formula.written import written
from wxb.i18n import N_, _, either
from wxb.near import near_names
from wxb.printable import foreign, show

ARITHMETIC = ("log", "log2", "log10", "log1p", "exp", "sqrt", "abs", "I")
STANDING = ("poly", "scale", "center", "bs", "ns", "lag", "offset", "C")  # among the terms, and not inside of functions
_EXAMPLES = {"C": "school", "base": '"north"', "x": "x", "power": "2"}
MOST_SHOWN = 60  # signs of the user's own text in an answer; beyond stands the example
_ELSEWHERE = {  # {x} is the first argument, {C} its column, {base} the level that others are compared with
    "factor": N_("a category is `C({C})`"),
    "as.factor": N_("a category is `C({C})`"),
    "relevel": N_("the base of a category is `C({C}, base={base})`"),
    "Treatment": N_("a category is coded so by `C({C}{coded})`"),
    "Sum": N_("sum coding is `C({C}, coding=sum)`"),
    "ln": N_("the natural logarithm is `log({x})`"),
    "log_": N_("the natural logarithm is `log({x})`"),
    "pow": N_("a power is `I({x}^{power})`"),
    "Q": N_("a name with a space or a sign in it stands in backticks"),
    "s": N_("splines are `bs({x}, df=5)` and `ns({x}, df=4)`"),
    "cr": N_("natural splines are `ns({x}, df=4)`"),
    "standardize": N_("standardised is `scale({x})`"),
    "contr.treatment": N_("a category is coded so by `C({C})`"),
    "contr.sum": N_("sum coding is `C({C}, coding=sum)`"),
    **dict.fromkeys(
        ("Helmert", "Poly", "Diff", "contr.helmert", "contr.poly"), N_("there are treatment and `C({C}, coding=sum)`")
    ),
    "i": N_("a category is `C({C}{coded})`"),
    "c": N_("a list of numbers is [1, 2, 3]"),
    "L": N_("the number one row before is `lag({x})`"),
    "shift": N_("the number one row before is `lag({x})`"),
    "diff": N_("the change since the row before is told by two terms, `{x} + lag({x})`"),
    "min": N_("one number of all rows is not known while a row is read"),
    "max": N_("one number of all rows is not known while a row is read"),
    "mean": N_("a column without its mean is `center({x})`"),
}


CONTRASTS = (  # of Python's formulas and of R's
    "Treatment", "Sum", "Helmert", "Poly", "Diff", "contr.treatment", "contr.sum", "contr.helmert", "contr.poly",
)  # fmt: skip


def names_of(expression: Expression) -> tuple[str, ...]:
    """The columns of an expression, in order of appearance."""
    return tuple(dict.fromkeys(part.name for part in postorder(expression) if isinstance(part, Name)))


def lags_of(expression: Expression) -> tuple[tuple[str, int], ...]:
    """Which columns of how many rows before an expression is made of, as `of_formula` says it: lag(u, k)."""
    found: dict[tuple[str, int], None] = {}
    for part in postorder(expression):
        if isinstance(part, Call) and part.function == "lag" and isinstance(part.arguments[1], Number):
            found |= dict.fromkeys((name, int(part.arguments[1].value)) for name in names_of(part.arguments[0]))
    return tuple(found)


def names_now(expression: Expression) -> tuple[str, ...]:
    """The columns of an expression that are not only looked back at."""

    def operands(part: Expression) -> tuple[Expression, ...]:
        return () if isinstance(part, Call) and part.function == "lag" else children(part)

    return tuple(dict.fromkeys(part.name for part in postorder(expression, operands) if isinstance(part, Name)))


def computed(tree: Expression, text: str) -> Computed:
    """Arithmetic of a row, checked part by part; ExpressionError for what is none."""
    compared = compared_with_text(tree)
    for part in postorder(tree):
        match part:
            case Call():
                _refuse_call(part, text)
            case Operation():
                _refuse_operation(part, text)
            case Text() if id(part) not in compared:
                do = _(
                    "numbers have no quotes; a category is `C(school)`, and a text is compared in `I(school == "
                    '"north")`'
                )
                raise expression_error(text, part.at, _("found a text where numbers are computed"), do)
            case Dot():
                raise expression_error(text, part.at, _("found . where numbers are computed"), _("name a column"))
            case Keyword() | Listed():
                what = _("found an argument that this function does not have")
                raise expression_error(text, part.at, what, _("it takes one number"))
            case _:
                pass
    names = names_of(tree)
    if not names:
        do = _("the intercept is 1, and 0 leaves it out")
        raise expression_error(text, place(tree), _("found a number computed of no column"), do)
    return Computed(written(tree), tree, names, place(tree))


def place(tree: Expression) -> int:
    """Where an expression begins."""
    return min(part.at for part in postorder(tree))


def _refuse_call(call: Call, text: str) -> None:
    if call.function in STANDING:
        do = _("it depends on other rows, or is no number: it stands among the terms")
        raise expression_error(
            text, call.at, _("{function}(…) stands inside of a computed number", function=call.function), do
        )
    if call.function not in ARITHMETIC:
        raise unknown_function(call, text)
    plain = [argument for argument in call.arguments if not isinstance(argument, Keyword | Listed)]
    if len(call.arguments) != 1 or len(plain) != 1:
        do = (
            _("the logarithm to another base is log(x)/log(b)")
            if call.function == "log"
            else _("as {function}(x)", function=call.function)
        )
        raise expression_error(
            text,
            call.at,
            _(
                "{function} takes one number, and has {count} arguments",
                function=call.function,
                count=len(call.arguments),
            ),
            do,
        )


def _refuse_operation(part: Operation, text: str) -> None:
    if part.symbol in (":", "%in%"):
        do = _("terms are crossed outside of functions; a product is *")
        raise expression_error(text, part.at, _("found {symbol} where numbers are computed", symbol=part.symbol), do)
    sides = (part.left, part.right)
    if part.symbol in COMPARISONS and any(isinstance(one, Operation) and one.symbol in COMPARISONS for one in sides):
        do = _("compare twice and multiply: I((18 <= age) * (age < 65))")
        raise expression_error(text, part.at, _("found a comparison of a comparison"), do)


def unknown_function(call: Call, text: str) -> ExpressionError:
    known = (*ARITHMETIC, *STANDING)
    short = call.function.rpartition(".")[2]
    near = [short] if short in known else near_names(call.function, known)
    do = elsewhere(call) or (
        _("did you mean {near}?", near=either(*near)) if near else _("there are {known}", known=", ".join(known))
    )
    return expression_error(text, call.at, _("there is no function {function}", function=show(call.function)), do)


def elsewhere(call: Call, column: str = "") -> str:
    """How what other languages call so is written here, of the user's own text; "" of what is not known.

    column : the category, where the call stands inside of its C()
    """
    if call.function not in _ELSEWHERE:
        return ""
    plain = [one for one in call.arguments if not isinstance(one, Keyword)]
    first, others = (plain[0] if plain else None), plain[1:]
    named = {one.name: one.value for one in call.arguments if isinstance(one, Keyword)}
    level = named.get("ref", named.get("reference", first if column else next(iter(others), None)))
    names = () if first is None else names_of(first)
    own = {
        "C": column or (written_name(names[0]) if len(names) == 1 else ""),
        "base": written(level) if isinstance(level, Text | Number) else "",
        "x": "" if first is None else written(first),
        "power": written(others[0]) if others else "",
    }
    texts = _EXAMPLES | {key: foreign(one) for key, one in own.items() if 0 < len(one) <= MOST_SHOWN}
    texts["coded"] = f", base={texts['base']}" if own["base"] else ""
    marks = "" if any("`" in one for one in texts.values()) else "`"  # within backticks there are none
    return _(_ELSEWHERE[call.function]).replace("`", marks).format(**texts)

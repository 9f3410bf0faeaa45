"""Terms that are in every line, as a formula has them on its right: "age + C(school)"; what one is made of is in it as well.

Refused: what is no term of the candidates, and what a formula says besides terms.
"""

from __future__ import annotations

from collections.abc import Sequence

from wxb.advice import Advice
from wxb.errors import ExpressionError, UsageError
from wxb.formula.factors import Column
from wxb.formula.formula import read, text_of
from wxb.i18n import _
from wxb.near import list_names, near_names
from wxb.printable import show
from wxb.stepwise.choose import Candidate


def terms_of(text: str) -> dict[frozenset[str], str]:
    """Each as it is written in a formula, by its factors; ExpressionError for what is none."""
    written = read(f"y ~ {text}")
    found = written.over(tuple(dict.fromkeys(("y", *written.names))))
    if found.absorbed or found.endogenous or found.instruments or found.offset is not None or not found.intercept:
        raise UsageError(
            _("{option} holds terms alone, and {text} says more", option=Advice("always"), text=show(text)),
            _('for example `always="age + C(school)"`'),
        )
    return {frozenset(_bare(factor.text) for factor in term): text_of(term) for term in found.terms}


def places_of(text: str, candidates: Sequence[Candidate]) -> frozenset[int]:
    """The candidates that are meant, and those that these are made of; UsageError for a term that is none of them."""
    known = {key: place for place, one in enumerate(candidates) for key in _keys(one.text)}
    places = set[int]()
    for key, term in terms_of(text).items():
        if key not in known:
            near, there = near_names(term, [one.text for one in candidates]), [one.text for one in candidates]
            raise UsageError(
                _("{option} names {term}, which is no term to select from", option=Advice("always"), term=show(term)),
                _("did you mean {near}?", near=list_names(near))
                if near
                else _("there are {all}", all=list_names(there)),
            )
        places |= {known[key], *(place for place, one in enumerate(candidates) if known[key] in one.within)}
    return frozenset(places)


def _keys(text: str) -> list[frozenset[str]]:
    """A candidate's, of a column as it stands or of a term of a formula."""
    column = frozenset([Column(text).text])
    try:
        return [*terms_of(text), column]
    except (ExpressionError, UsageError):
        return [column]


def _bare(text: str) -> str:
    """`C(school)` as school."""
    return text[2:-1] if text.startswith("C(") and text.endswith(")") else text

"""Names of coefficients as they stand in a hypothesis: `school[north]`, `x:z`, `poly(x, 2)[1]`, `(b)`, `study hours` in backquotes.

    name    part (":" part)*
    part    (word | `any text, a `` doubled`) ["(" … ")"] ["[" … "]"]        a bracket right behind what it belongs to

A word is letters, digits, _ and dots that begins with a letter; within brackets anything stands, spaces and all. Spaces do not
count, the order of an interaction does not, what a formula writes in another way is the same (`I(x**2)`), and the intercept is
`(b)`, `Intercept` or `(Intercept)` where no term is called so. Names that are no such words (`a-b`, `2nd`) stand
in backquotes. Refused: a name that is no coefficient's, by names near it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from wxb.errors import ExpressionError
from wxb.expression.tokens import expression_error
from wxb.i18n import _
from wxb.layout import INTERCEPT, Layout

INTERCEPT_WORDS = ("Intercept", "(Intercept)", "intercept")
MOST_NEAR = 12

_WORD = re.compile(r"[^\W\d][\w.]*|`(?:[^`\n]|``)+`")
_COLON = re.compile(r"\s*:\s*(?=[^\W\d]|`)")
_INTERCEPT = re.compile(r"\(\s*(b|Intercept)\s*\)")
_PAIRS = {"(": ")", "[": "]"}


class Names:
    """The coefficients of a layout, found by what is typed.

    wholes : the places of all coefficients of a term, by the text of it: `school`, `poly(x, 2)`
    """

    def __init__(self, layout: Layout, wholes: Mapping[str, Sequence[int]] | None = None) -> None:
        self.names = layout.names
        self._wholes: dict[str, tuple[int, ...]] = {}
        for text, places in (wholes or {}).items():
            self._wholes[_sorted_key(text)] = self._wholes[as_in_formulas(text)] = tuple(places)
        self.intercept = layout.intercept
        self._known = _spellings(layout)

    def read(self, text: str, at: int) -> tuple[int, int] | None:
        """The place of the coefficient whose name stands at `at`, and where it ends; None where no name begins."""
        found = _INTERCEPT.match(text, at) if self.intercept else None
        if found is not None:
            return self._intercept(text, at, found[1]), found.end()
        end = _end_of_name(text, at)
        if end is None:
            return None
        typed = text[at:end]
        for spelling in (typed, _key(typed), _sorted_key(typed), as_in_formulas(typed)):
            if spelling in self._known:
                return self._known[spelling], end
        if self.whole(text, at) is not None:
            raise not_alone(text, at, typed)
        raise self._unknown(text, at, typed)

    def whole(self, text: str, at: int) -> tuple[tuple[int, ...], int] | None:
        """The places of the coefficients of the term whose name stands at `at`, and where it ends; None where it is no term's."""
        end = _end_of_name(text, at)
        if end is None or not self._wholes:
            return None
        typed = text[at:end]
        if (
            typed in self._known or _sorted_key(typed) in self._known
        ):  # a term of one coefficient, which is called like it
            return None
        places = self._wholes.get(_sorted_key(typed)) or self._wholes.get(as_in_formulas(typed))
        return None if places is None else (places, end)

    def _intercept(self, text: str, at: int, word: str) -> int:
        if INTERCEPT in self.names[1:]:
            what = _("`{intercept}` is the intercept, and a column is called so too", intercept=INTERCEPT)
            raise expression_error(text, at, what, _("give the column another name"))
        if word in self._known and self._known[word] != 0:
            what = _("`({word})` may be the intercept or the term `{word}`", word=word)
            other = INTERCEPT if word != "b" else "Intercept"
            raise expression_error(
                text, at, what, _("write `{word}` for the term, `{other}` for the intercept", word=word, other=other)
            )
        return 0

    def _unknown(self, text: str, at: int, typed: str) -> ExpressionError:
        from difflib import get_close_matches

        near = get_close_matches(typed, self.names, n=3, cutoff=0.5)
        near += [name for name in self.names if name.startswith(typed) and name not in near][: 3 - len(near)]
        shown = near or [*self.names[:MOST_NEAR]]
        what = _("there is no coefficient `{strip}`", strip=typed.strip("`"))
        more = ", …" if not near and len(self.names) > MOST_NEAR else ""
        listed = ", ".join(map(written, shown))
        do = _("did you mean {near}?", near=listed) if len(near) == 1 else _("there are {names}", names=listed + more)
        return expression_error(text, at, what, do)


def not_alone(text: str, at: int, typed: str) -> ExpressionError:
    """A term of several coefficients where one number is expected."""
    what = _("`{strip}` is a whole term, of which all coefficients are compared with 0", strip=typed.strip().strip("`"))
    return expression_error(text, at, what, _("write it alone, between commas, or name one of its coefficients"))


def as_in_formulas(typed: str) -> str:
    """The key of a name as a formula would write it: `I(x**2)` as `I(x^2)`, `C(school)` as `school`; as typed where it is none."""
    if "(" not in typed and "[" not in typed:
        return _sorted_key(typed)
    from wxb.formula import Coded, read

    found = []
    for factor in factors_of(typed):
        base = factor.strip()
        cut = base.rindex("[") if base.endswith("]") else len(base)
        try:
            written = read(f"`target of none` ~ 0 + {base[:cut]}")
            terms = written.over(written.names).terms
        except ExpressionError:
            return _sorted_key(typed)
        if len(terms) != 1 or len(terms[0]) != 1:
            return _sorted_key(typed)
        [own] = terms[0]
        found.append((own.names[0] if isinstance(own, Coded) else own.text) + base[cut:])
    return _sorted_key(":".join(found))


def written(name: str) -> str:
    """A name in backticks, which may be typed with it."""
    return f"`{name}`" if "`" not in name else "`" + name.replace("`", "``") + "`"


def _spellings(layout: Layout) -> dict[str, int]:
    """Every way to write each name, the nearest to how it stands first."""
    known: dict[str, int] = {}
    for spell in (str, _key, _sorted_key):
        for place, name in enumerate(layout.names):
            known.setdefault(spell(name), place)
    if layout.intercept:
        for word in INTERCEPT_WORDS:
            known.setdefault(word, 0)
    return known


def _key(name: str) -> str:
    """The name without spaces and backquotes."""
    plain = name.replace("``", "\0").replace("`", "").replace("\0", "`")
    return "".join(plain.split())


def _sorted_key(name: str) -> str:
    """The same with the factors of an interaction in one order."""
    return ":".join(sorted(map(_key, factors_of(name))))


def factors_of(name: str) -> Sequence[str]:
    """What stands between the colons outside of brackets and backquotes."""
    cuts, depth, ticked = [-1], 0, False
    for place, letter in enumerate(name):
        ticked ^= letter == "`"
        if not ticked:
            depth += (letter in "([") - (letter in ")]")
            if letter == ":" and depth == 0:
                cuts.append(place)
    return [name[a + 1 : b] for a, b in pairwise([*cuts, len(name)])]


def _end_of_name(text: str, at: int) -> int | None:
    """Where the name that begins at `at` ends."""
    word = _WORD.match(text, at)
    if word is None:
        return None
    end = word.end()
    for opening in "([":
        end = _end_of_bracket(text, end, opening)
    colon = _COLON.match(text, end)
    return (colon and _end_of_name(text, colon.end())) or end


def _end_of_bracket(text: str, at: int, opening: str) -> int:
    """Behind the bracket that opens at `at`, where one does and is closed."""
    if text[at : at + 1] != opening:
        return at
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] == opening) - (text[place] == _PAIRS[opening])
        if depth == 0:
            return place + 1
    return at

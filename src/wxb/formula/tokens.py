"""The words of a formula: those of expressions, and ~ | : ^ %in% . [ ], comparisons, texts in quotes, dotted names.

A name may hold dots, `Sepal.Length`, and begin with one before a letter; a dot alone is all other columns. Any other name stands
in backticks. `**` and `^` are one sign.
"""

from __future__ import annotations

import re

from wxb.expression.tokens import Token, comparison_token, expression_error, text_token
from wxb.i18n import N_, _

_DOTTED = re.compile(r"\.?[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹][^\W⁰¹²³⁴⁵⁶⁷⁸⁹]*(?:\.[^\W⁰¹²³⁴⁵⁶⁷⁸⁹]*)*")
_IN = re.compile(r"%[^%\n]*%")
_PLAIN = "~|:[]"
_INSTEAD = {
    "&": N_("both of two comparisons are their product: I((a > 1) * (b > 1))"),
    "!": N_("another value is written !="),
    "∼": N_("the tilde is ~"),
    "～": N_("the tilde is ~"),
    "$": N_("a column is written by its name alone"),
    "@": N_("a column is written by its name alone"),
    "{": N_("nothing is run in a formula; a column is computed by I(…)"),
}


def formula_token(text: str, at: int) -> Token | None:
    """A word that only formulas know, or None."""
    character = text[at]
    found = comparison_token(text, at) or text_token(text, at)
    if found is not None:
        return found
    if (name := _DOTTED.match(text, at)) and all(f"_{part}".isidentifier() for part in name[0].split(".")):
        return Token("name", name[0], at, name.end())
    if character == "." and not text[at + 1 : at + 2].isdigit():
        return Token("symbol", ".", at, at + 1)
    if character == "^":
        return Token("symbol", "**", at, at + 1)
    if character == "%" and (percent := _IN.match(text, at)):
        if percent[0] != "%in%":
            raise expression_error(
                text, at, _('found "{percent}", expected %in%', percent=percent[0]), _("only %in% is known here")
            )
        return Token("symbol", "%in%", at, percent.end())
    if character in _PLAIN:
        return Token("symbol", character, at, at + 1)
    if character in _INSTEAD:
        raise expression_error(
            text, at, _('found "{character}", which no formula holds', character=character), _(_INSTEAD[character])
        )
    return None


def written_name(name: str) -> str:
    """A name as it stands in a formula: plain, or in backticks, with those in it doubled."""
    found = _DOTTED.fullmatch(name)
    plain = found and all(f"_{part}".isidentifier() for part in name.split("."))
    return name if plain else f"`{name.replace('`', '``')}`"

"""The words of a typed line, and errors that point at one of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from wxb.errors import ExpressionError
from wxb.i18n import _

_TYPOGRAPHIC = {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "∗": "*"}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹][^\W⁰¹²³⁴⁵⁶⁷⁸⁹]*")
_QUOTED = re.compile(r"`((?:[^`\n]|``)+)`")
_SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")


def expression_error(text: str, at: int, what: str, do: str = "") -> ExpressionError:
    """An error that shows the line of the text with a caret under character `at` (counted from 0)."""
    if not text:
        return ExpressionError(what, do)
    start = text.rfind("\n", 0, at) + 1
    line = text[start:].split("\n", 1)[0]
    column = at - start
    line_number = text.count("\n", 0, at) + 1
    place = (
        _("column {column}", column=column + 1)
        if start == 0
        else _("line {line}, column {column}", line=line_number, column=column + 1)
    )
    first = max(0, column - 40) if len(line) > 76 else 0
    line = "".join(character if character.isprintable() else " " for character in line)
    shown = ("…" if first else "") + line[first : first + 72] + ("…" if len(line) > first + 72 else "")
    before = shown[: column - first + (1 if first else 0)]
    cells = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in before)
    head = _("{what}, at {place}", what=what, place=place)
    return ExpressionError(f"{head}\n    {shown}\n    {' ' * cells}^", do)


def quoted(name: str) -> str | None:
    """A name as it is typed: plain, or in backquotes, with those in it doubled; None for one with invisible letters."""
    if not name or not name.isprintable():
        return None
    found = _NAME.fullmatch(name)
    return name if found and name.isidentifier() else f"`{name.replace('`', '``')}`"


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # number, name, symbol, superscript, separator, end; in conditions text
    value: str  # a symbol in its plain form; a name without backquotes
    at: int
    end: int
    quoted: bool = False  # a name in backquotes


Special = Callable[[str, int], Token | None]  # the word at a place that only conditions or formulas know, or None


def no_special(text: str, at: int) -> Token | None:
    return None


def tokens_of(text: str, special: Special = no_special) -> list[Token]:
    """The words of a text; `special` is asked first at each of them."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character in ";\n":
            tokens.append(Token("separator", character, position, position + 1))
        elif not character.isspace():
            tokens.append(special(text, position) or _token(text, position))
            position = tokens[-1].end
            continue
        position += 1
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


_COMPARISONS = {"≤": "<=", "≥": ">=", "≠": "!="}


def comparison_token(text: str, at: int) -> Token | None:
    """A comparison that expressions do not know; == is one of their words."""
    character = text[at]
    if text.startswith("<>", at):
        raise expression_error(text, at, _('found "<>", expected a comparison'), _("not equal is written !="))
    if text.startswith(("<=", ">=", "!="), at):
        return Token("symbol", text[at : at + 2], at, at + 2)
    if character in "<>" or character in _COMPARISONS:
        return Token("symbol", _COMPARISONS.get(character, character), at, at + 1)
    return None


def text_token(text: str, at: int) -> Token | None:
    """A text in quotes."""
    if text[at] not in "'\"":
        return None
    end = text.find(text[at], at + 1)
    if end < 0:
        raise expression_error(text, at, _("found a {text} that no second {text} closes", text=text[at]), _("close it"))
    return Token("text", text[at + 1 : end], at, end + 1)


def _token(text: str, at: int) -> Token:
    character = text[at]
    if found := _NUMBER.match(text, at):
        return Token("number", found.group(), at, found.end())
    if (found := _NAME.match(text, at)) and found.group().isidentifier():
        return Token("name", found.group(), at, found.end())
    if found := _SUPERSCRIPT.match(text, at):
        return Token("superscript", found.group().translate(_SUPERSCRIPTS), at, found.end())
    if character == "`":
        quoted_name = _QUOTED.match(text, at)
        if quoted_name is None:
            raise expression_error(text, at, _("found a ` that no second ` closes, expected `a name`"))
        return Token("name", quoted_name[1].replace("``", "`"), at, quoted_name.end(), quoted=True)
    if text.startswith(("**", "=="), at):
        return Token("symbol", text[at : at + 2], at, at + 2)
    plain = _TYPOGRAPHIC.get(character, character)
    if plain in "+-*/(),=":
        return Token("symbol", plain, at, at + 1)
    do = {"^": _("a power is written **: w**2"), "%": _("there is no remainder here")}.get(character, "")
    found = f'"{character}"' if character.isprintable() else _("the character U+{ord:04X}", ord=ord(character))
    raise expression_error(
        text, at, _("found {found}, expected a name, a number or one of + - * / ** ( )", found=found), do
    )

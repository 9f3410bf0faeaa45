"""Why columns cannot be used as numbers, all of them at once, and what would work.

Advice fits what was found: numbers written another way are rewritten, dates get their form, and a feature that is neither
is left out by an option ready to paste. The target is never left out of the features: it is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wxb.advice import Advice
from wxb.data.words import is_missing, number
from wxb.errors import DataError
from wxb.i18n import _, both
from wxb.printable import show

if TYPE_CHECKING:
    from wxb.data.field import Field
    from wxb.data.roles import Roles

SHOWN = 3
MOST_COLUMNS = 10
MOST_PASTED = 200  # letters of an option

_FORTRAN = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)[dDqQ][+-]?[0-9]+"
_SWISS = r"[+-]?[0-9]{1,3}(['’][0-9]{3})+([.,][0-9]+)?"
_SPACED = r"[+-]?[0-9]{1,3}([   ][0-9]{3})+([.,][0-9]+)?"
_POINTS = r"[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+"
_JOINED = r"[+-]?[0-9]{1,3}(_[0-9]{3})+(\.[0-9]+)?"
_HEX = r"[+-]?0[xX][0-9a-fA-F]+"
_COMMAS = r"[+-]?[0-9]+(,[0-9]+)+(\.[0-9]+)?"
_BLOB = r"x'([0-9a-f]{2})*'"  # as `wxb.data.sql_values` writes one
_QUARTER = r"[0-9]{4}[ -]?[qQ][1-4]"


def advise(texts: Sequence[str], typed: bool = False) -> str:
    """What to do about texts that look like numbers or dates in disguise; "" when they do not.

    typed : no option says how the cells are read: a table in memory, Parquet
    """
    found = [text.strip() for text in texts if text is not None and not is_missing(text)]
    if not found:
        return ""
    joined = " ".join(texts)
    if "\0" in joined:
        return _("a NUL byte: the file is damaged, binary, or UTF-16 without its mark; save it again as UTF-8 text")
    if any(sign in joined for sign in "−–﹣－") or any(c.isdigit() and not c.isascii() for c in joined):
        return _("write the numbers with ASCII digits and the plain minus sign `-`")
    if any(re.fullmatch(_BLOB, text) for text in found):
        return _("x'…' are bytes (a BLOB): cast the column to a number where the table is made, or leave it out")
    notation = _quarters(found) or _notation(found) or _dates(found, typed)
    if notation:
        return notation
    if any(c.isspace() and not c.isascii() for c in joined):
        return _("remove the non-breaking spaces around the numbers")
    if "%" in joined:
        return _("remove the % signs (5% as 5, or as 0.05): wxb does not choose for you")
    if any(sign in joined for sign in "$€£¥₩"):
        return _("remove currency signs and thousands separators (`$1,200.50` as 1200.50, `(300)` as -300)")
    if any(re.fullmatch(_COMMAS, text) for text in found):
        return _("remove the thousands separators (`1,000` as 1000), or write decimals with a point")
    return ""


def in_disguise(texts: Sequence[str]) -> bool:
    """Whether all texts are numbers in one other notation, quarters, or dates of one form."""
    return bool(texts) and bool(_quarters(texts) or _notation(texts) or _dates(texts, typed=True))


def _notation(texts: Sequence[str]) -> str:
    """What to do when every text is a number in one other notation."""
    first = texts[0]
    for pattern, said, plain in (
        (_FORTRAN, _("as Fortran writes them"), re.sub("[dDqQ]", "E", first)),
        (_SWISS, _("with apostrophes between thousands"), re.sub("['’]", "", first)),
        (_SPACED, _("with spaces between thousands"), re.sub(r"\s", "", first)),
        (_POINTS, _("with points between thousands and a decimal comma"), first.replace(".", "").replace(",", ".")),
        (_JOINED, _("with underscores between thousands"), first.replace("_", "")),
    ):
        if all(re.fullmatch(pattern, text) for text in texts):
            return _(
                "they look like numbers {said}: write {first} as {replace}",
                said=said,
                first=show(first),
                replace=plain.replace(",", "."),
            )
    if all(re.fullmatch(_HEX, text) for text in texts):
        return _(
            "they look like hexadecimal numbers: write {first} as {first2}", first=show(first), first2=int(first, 16)
        )
    return ""


def _quarters(texts: Sequence[str]) -> str:
    """What to do when every text is a quarter of a year, which Fortran's notation must not be taken for."""
    if not all(re.fullmatch(_QUARTER, text) for text in texts):
        return ""
    year, quarter = texts[0][:4], int(texts[0][-1])
    return _(
        "they look like quarters: write their first days, {texts} as {year}-{quarter:02}-01",
        texts=show(texts[0]),
        year=year,
        quarter=3 * quarter - 2,
    )


def _dates(texts: Sequence[str], typed: bool) -> str:
    from wxb.data.dates import forms_of, look_like_dates

    forms = forms_of(texts)
    if forms == [""]:
        return _("these are dates; other cells of the column are not: write them all one way, as 2024-01-05")
    if forms and typed:
        return _(
            'they look like dates: make datetimes of them first, as pandas.to_datetime(…, format="{forms}") does',
            forms=forms[0],
        )
    if forms:
        ways = _(", or ").join(str(Advice("date", form)) for form in forms[:2])
        return _("they look like dates: {ways} reads them", ways=ways)
    if look_like_dates(texts):
        return _("they look like dates in several forms: write them all one way, as 2024-01-05")
    return ""


def text_column(
    source: str,
    name: str,
    cells: Sequence[tuple[str, str]],
    *,
    scope: str = "",
    decimal: str = ".",
    hint: str = "",
    typed: bool = False,
) -> DataError:
    """Why a column of text cannot be used as numbers: numbers or dates in disguise, an identifier, or categories.

    cells : (place, text) of those that are not missing        scope : which rows they are, where not all
    typed : no option says how the cells are read
    """
    bad = [(place, text) for place, text in cells if number(text, decimal) is None]
    where = _("{source}: column {name} holds text, not numbers", source=source, name=show(name))
    shown = "; ".join(f"{place}: {show(text)}" for place, text in bad[:SHOWN])
    if len(bad) > SHOWN:
        shown = _("{shown}; and {count} more{scope}", shown=shown, count=len(bad) - SHOWN, scope=scope)
    digits = any(letter.isdigit() for __, text in bad[:SHOWN] for letter in text)
    do = advise([text for __, text in bad[:SHOWN]], typed) if digits else ""
    different = len({text.strip() for __, text in cells})
    if not do and len(bad) == len(cells) and different == len(cells) > 1:
        what = _(
            "{where}: {different} different values in {count} rows{scope}, an identifier ({shown})",
            where=where,
            different=different,
            count=len(cells),
            scope=scope,
            shown=shown,
        )
        return DataError(what, hint)
    good = len(cells) - len(bad)
    if not do and good and not typed:
        do = _signs_of_missing([text for __, text in bad])
    if not do and not good:
        if different > 1:
            where = _("{where}, {different} different values", where=where, different=different)
        else:
            where = _("{where}, the same{scope}", where=where, scope=scope or _(" in every row"))
    if good:
        shown = _(
            "{shown} ({good} of its {count} values{scope} are numbers)",
            shown=shown,
            good=good,
            count=len(cells),
            scope=scope,
        )
    return DataError(f"{where}: {shown}", do or hint)


def _signs_of_missing(texts: Sequence[str]) -> str:
    """The option that reads cells such as - and ? as missing, where nothing else stands among the numbers."""
    signs = list(dict.fromkeys(text.strip() for text in texts))
    if len(signs) > 3 or not all(len(sign) <= 3 and sign.isascii() and not any(map(_plain, sign)) for sign in signs):
        return ""
    return _("if they stand for missing values: {na}", na=Advice("na", signs))


def _plain(letter: str) -> bool:
    return letter.isalnum() or letter in ",\"'`"


def all_missing(source: str, name: str, rows: int) -> DataError:
    return DataError(
        _("{source}: column {name} has no values: all {rows} are missing", source=source, name=show(name), rows=rows),
        "",
    )


def no_values(source: str, roles: Roles, name: str, rows: int) -> tuple[str, str]:
    """(what, do) of a column whose every cell is missing."""
    fields = [field for field in roles.used if field.name == name]
    return all_missing(source, name, rows).what, way_out(roles, fields)


def unfit(source: str, roles: Roles, bad: Sequence[Field]) -> DataError:
    """One error for every column that must be numbers and is not."""
    errors = [field.problem() for field in bad if field.problem]
    hints = list({error.do.partition(_(": write"))[0]: error.do for error in reversed(errors) if error.do}.values())[
        ::-1
    ]
    unadvised = [field for field, error in zip(bad, errors) if not error.do]
    do = "; ".join([*hints, way_out(roles, unadvised, bad)] if unadvised else hints)
    if len(errors) == 1:
        return DataError(errors[0].what, do)
    pasted = _pasted(roles, set(bad))
    if not unadvised and len(bad) > 1 and roles.target not in bad and pasted.startswith(":"):
        do += _("; or leave them out{pasted}", pasted=pasted)
    said = [error.what.partition(_(": column "))[2] or error.what for error in errors[:MOST_COLUMNS]]
    said = [text if text.startswith("`") else f"`{text}" for text in said]
    more = [_("and {count} more columns", count=len(errors) - MOST_COLUMNS)] if len(errors) > MOST_COLUMNS else []
    what = _("{source}: {count} columns cannot be used as numbers:", source=source, count=len(errors))
    return DataError("\n    ".join([what, *said, *more]), do)


def way_out(roles: Roles, fields: Sequence[Field], bad: Sequence[Field] = ()) -> str:
    """What to do about columns that nothing makes numbers of, in the words of the part they play."""
    said = []
    if roles.target is not None and roles.target in fields:
        said.append(
            _(
                "{name} is the target, which must be numbers: name another column, `target=…`",
                name=show(roles.target.name),
            )
        )
    if roles.weights is not None and roles.weights in fields:
        said.append(
            _("{name} is the column of weights, which must be numbers: `weights=…`", name=show(roles.weights.name))
        )
    out = [field for field in fields if field in roles.features]
    if out and roles.target is None:
        said.append(_("the model needs numbers in {listed}", listed=_listed(out)))
    elif out:
        said.append(
            _("leave {listed} out of the features{without}", listed=_listed(out), without=_without(roles, out, bad))
        )
    return "; ".join(said)


def _without(roles: Roles, out: Sequence[Field], bad: Sequence[Field]) -> str:
    """The option that leaves all bad columns out; where none is left, those that nothing makes numbers of."""
    if all(field in out for field in roles.features):
        return _(" (no other is left)")
    return _pasted(roles, set(out if all(field in bad for field in roles.features) else {*out, *bad}))


def _listed(fields: Sequence[Field]) -> str:
    return both(*(show(field.name) for field in fields)) if len(fields) <= 3 else _("them")


def _pasted(roles: Roles, out: set[Field]) -> str:
    """`: features=["a", "b"]`, the option that leaves these columns out; "" when it would be long."""
    kept = [field.name for field in roles.features if field not in out]
    if not kept:
        return ""
    option = str(Advice("features", kept))
    return "" if len(option) > MOST_PASTED or not "".join(kept).isprintable() else f": {option}"

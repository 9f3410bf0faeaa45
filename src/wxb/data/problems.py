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
from wxb.printable import show

if TYPE_CHECKING:
    from wxb.data.field import Field
    from wxb.data.roles import Roles

SHOWN = 3
MOST_COLUMNS = 10
MOST_PASTED = 200  # letters of an option

_FORTRAN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)[dDqQ][+-]?[0-9]+")
_SWISS = re.compile(r"[+-]?[0-9]{1,3}(['’][0-9]{3})+([.,][0-9]+)?")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}([   ][0-9]{3})+([.,][0-9]+)?")
_POINTS = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+")
_JOINED = re.compile(r"[+-]?[0-9]{1,3}(_[0-9]{3})+(\.[0-9]+)?")
_HEX = re.compile(r"[+-]?0[xX][0-9a-fA-F]+")
_COMMAS = re.compile(r"[+-]?[0-9]+(,[0-9]+)+(\.[0-9]+)?")
_QUARTER = re.compile(r"[0-9]{4}[ -]?[qQ][1-4]")


def advise(texts: Sequence[str], typed: bool = False) -> str:
    """What to do about texts that look like numbers or dates in disguise; "" when they do not.

    typed : no option says how the cells are read: a table in memory, Parquet
    """
    found = [text.strip() for text in texts if text is not None and not is_missing(text)]
    if not found:
        return ""
    joined = " ".join(texts)
    if "\0" in joined:
        return "a NUL byte: the file is damaged, binary, or UTF-16 without its mark; save it again as UTF-8 text"
    if any(sign in joined for sign in "−–﹣－") or any(c.isdigit() and not c.isascii() for c in joined):
        return "write the numbers with ASCII digits and the plain minus sign `-`"
    notation = _quarters(found) or _notation(found) or _dates(found, typed)
    if notation:
        return notation
    if any(c.isspace() and not c.isascii() for c in joined):
        return "remove the non-breaking spaces around the numbers"
    if "%" in joined:
        return "remove the % signs (5% as 5, or as 0.05): wxb does not choose for you"
    if any(sign in joined for sign in "$€£¥₩"):
        return "remove currency signs and thousands separators (`$1,200.50` as 1200.50, `(300)` as -300)"
    if any(_COMMAS.fullmatch(text) for text in found):
        return "remove the thousands separators (`1,000` as 1000), or write decimals with a point"
    return ""


def in_disguise(texts: Sequence[str]) -> bool:
    """Whether all texts are numbers in one other notation, quarters, or dates of one form."""
    return bool(texts) and bool(_quarters(texts) or _notation(texts) or _dates(texts, typed=True))


def _notation(texts: Sequence[str]) -> str:
    """What to do when every text is a number in one other notation."""
    first = texts[0]
    for pattern, said, plain in (
        (_FORTRAN, "as Fortran writes them", re.sub("[dDqQ]", "E", first)),
        (_SWISS, "with apostrophes between thousands", re.sub("['’]", "", first)),
        (_SPACED, "with spaces between thousands", re.sub(r"\s", "", first)),
        (_POINTS, "with points between thousands and a decimal comma", first.replace(".", "").replace(",", ".")),
        (_JOINED, "with underscores between thousands", first.replace("_", "")),
    ):
        if all(pattern.fullmatch(text) for text in texts):
            return f"they look like numbers {said}: write {show(first)} as {plain.replace(',', '.')}"
    if all(_HEX.fullmatch(text) for text in texts):
        return f"they look like hexadecimal numbers: write {show(first)} as {int(first, 16)}"
    return ""


def _quarters(texts: Sequence[str]) -> str:
    """What to do when every text is a quarter of a year, which Fortran's notation must not be taken for."""
    if not all(_QUARTER.fullmatch(text) for text in texts):
        return ""
    year, quarter = texts[0][:4], int(texts[0][-1])
    return f"they look like quarters: write their first days, {show(texts[0])} as {year}-{3 * quarter - 2:02}-01"


def _dates(texts: Sequence[str], typed: bool) -> str:
    from wxb.data.dates import forms_of, look_like_dates

    forms = forms_of(texts)
    if forms == [""]:
        return "these are dates; other cells of the column are not: write them all one way, as 2024-01-05"
    if forms and typed:
        return f'they look like dates: make datetimes of them first, as pandas.to_datetime(…, format="{forms[0]}") does'
    if forms:
        ways = ", or ".join(str(Advice("date", form)) for form in forms[:2])
        return f"they look like dates: {ways} reads them"
    if look_like_dates(texts):
        return "they look like dates in several forms: write them all one way, as 2024-01-05"
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
    where = f"{source}: column {show(name)} holds text, not numbers"
    shown = "; ".join(f"{place}: {show(text)}" for place, text in bad[:SHOWN])
    more = f"; and {len(bad) - SHOWN} more{scope}" if len(bad) > SHOWN else ""
    digits = any(letter.isdigit() for _, text in bad[:SHOWN] for letter in text)
    do = advise([text for _, text in bad[:SHOWN]], typed) if digits else ""
    different = len({text.strip() for _, text in cells})
    if not do and len(bad) == len(cells) and different == len(cells) > 1:
        what = f"{where}: {different} different values in {len(cells)} rows{scope}, an identifier ({shown}{more})"
        return DataError(what, hint)
    good = len(cells) - len(bad)
    numbers = f" ({good} of its {len(cells)} values{scope} are numbers)" if good else ""
    if not do and good and not typed:
        do = _signs_of_missing([text for _, text in bad])
    values = f", {different} different values" if not do and not good else ""
    if values and different == 1:
        values = ", the same in every row" if not scope else f", the same{scope}"
    return DataError(f"{where}{values}: {shown}{more}{numbers}", do or hint)


def _signs_of_missing(texts: Sequence[str]) -> str:
    """The option that reads cells such as - and ? as missing, where nothing else stands among the numbers."""
    signs = list(dict.fromkeys(text.strip() for text in texts))
    if len(signs) > 3 or not all(len(sign) <= 3 and sign.isascii() and not any(map(_plain, sign)) for sign in signs):
        return ""
    return f"if they stand for missing values: {Advice('na', signs)}"


def _plain(letter: str) -> bool:
    return letter.isalnum() or letter in ",\"'`"


def all_missing(source: str, name: str, rows: int) -> DataError:
    return DataError(f"{source}: column {show(name)} has no values: all {rows} are missing", "")


def no_values(source: str, roles: Roles, name: str, rows: int) -> tuple[str, str]:
    """(what, do) of a column whose every cell is missing."""
    fields = [field for field in roles.used if field.name == name]
    return all_missing(source, name, rows).what, way_out(roles, fields)


def unfit(source: str, roles: Roles, bad: Sequence[Field]) -> DataError:
    """One error for every column that must be numbers and is not."""
    errors = [field.problem() for field in bad if field.problem]
    hints = list({error.do.partition(": write")[0]: error.do for error in reversed(errors) if error.do}.values())[::-1]
    unadvised = [field for field, error in zip(bad, errors) if not error.do]
    do = "; ".join([*hints, way_out(roles, unadvised, bad)] if unadvised else hints)
    if len(errors) == 1:
        return DataError(errors[0].what, do)
    pasted = _pasted(roles, set(bad))
    if not unadvised and len(bad) > 1 and roles.target not in bad and pasted.startswith(":"):
        do += f"; or leave them out{pasted}"
    said = [error.what.partition(": column ")[2] or error.what for error in errors[:MOST_COLUMNS]]
    said = [text if text.startswith("`") else f"`{text}" for text in said]
    more = [f"and {len(errors) - MOST_COLUMNS} more columns"] if len(errors) > MOST_COLUMNS else []
    what = f"{source}: {len(errors)} columns cannot be used as numbers:"
    return DataError("\n    ".join([what, *said, *more]), do)


def way_out(roles: Roles, fields: Sequence[Field], bad: Sequence[Field] = ()) -> str:
    """What to do about columns that nothing makes numbers of, in the words of the part they play."""
    said = []
    if roles.target is not None and roles.target in fields:
        said.append(f"{show(roles.target.name)} is the target, which must be numbers: name another column, `target=…`")
    if roles.weights is not None and roles.weights in fields:
        said.append(f"{show(roles.weights.name)} is the column of weights, which must be numbers: `weights=…`")
    out = [field for field in fields if field in roles.features]
    if out and roles.target is None:
        said.append(f"the model needs numbers in {_listed(out)}")
    elif out:
        said.append(f"leave {_listed(out)} out of the features{_without(roles, out, bad)}")
    return "; ".join(said)


def _without(roles: Roles, out: Sequence[Field], bad: Sequence[Field]) -> str:
    """The option that leaves all bad columns out; where none is left, those that nothing makes numbers of."""
    if all(field in out for field in roles.features):
        return " (no other is left)"
    return _pasted(roles, set(out if all(field in bad for field in roles.features) else {*out, *bad}))


def _listed(fields: Sequence[Field]) -> str:
    return " and ".join(show(field.name) for field in fields) if len(fields) <= 3 else "them"


def _pasted(roles: Roles, out: set[Field]) -> str:
    """`: features=["a", "b"]`, the option that leaves these columns out; "" when it would be long."""
    kept = [field.name for field in roles.features if field not in out]
    if not kept:
        return ""
    option = str(Advice("features", kept))
    return "" if len(option) > MOST_PASTED or not "".join(kept).isprintable() else f": {option}"

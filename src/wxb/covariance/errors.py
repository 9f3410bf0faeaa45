"""Which standard errors are asked for, as one short text.

    classical                rows vary around the line independently and alike
    HC0 HC1 HC2 HC3          independently, each by its own
    cluster:school           together within clusters (CR1); cluster:school+year within either
    CR2:school, CR3:school   the same, less biased with few clusters: Bell–McCaffrey, leaving one cluster out
    HAC:4                    together with up to 4 rows before and after
    DK:year, DK:year:2       all rows of a time together, and with those of up to 2 times before and after
    bootstrap:999            999 draws of rows; bootstrap:999:school draws of clusters

Letters may be of either case; a column whose name holds `:` or `+` stands in backticks. What is none of these is refused with
those that are like it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from wxb.advice import Advice
from wxb.errors import UsageError
from wxb.i18n import _, either
from wxb.printable import show

Kind = Literal["classical", "HC0", "HC1", "HC2", "HC3", "CR1", "CR2", "CR3", "HAC", "DK", "bootstrap"]
CLUSTERED = ("CR1", "CR2", "CR3")
KINDS: tuple[Kind, ...] = get_args(Kind)
SPELLED: Mapping[str, Kind] = {
    **{name.lower(): name for name in KINDS},
    "cluster": "CR1",
    "newey-west": "HAC",
    "nw": "HAC",
    "driscoll-kraay": "DK",
    "iid": "classical",
    "nonrobust": "classical",
    "crv1": "CR1",
    "crv3": "CR3",
}
KNOWN = "classical, HC0, HC1, HC2, HC3, cluster:COLUMN, CR2:COLUMN, CR3:COLUMN, HAC:LAGS, DK:COLUMN, bootstrap:DRAWS"
FEWEST_DRAWS, MOST_DRAWS = 50, 1_000_000
_PART = r"`([^`]+)`|([^`:+]+)|([:+])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """kind : of the covariance        labels : columns of the clusters (or of the times, under DK)

    lags : of HAC and DK, None for as many as the rows suggest        draws : of the bootstrap
    """

    kind: Kind = "classical"
    labels: tuple[str, ...] = ()
    lags: int | None = None
    draws: int = 0

    @classmethod
    def parse(cls, text: str) -> Errors:
        """The errors of such a text; UsageError says what is wrong with one that is none, and which are like it."""
        name, *rest = _parts(text)
        kind = SPELLED.get(name.lower())
        if kind is None:
            raise _unknown(text, name)
        if kind in CLUSTERED:
            return cls(kind=kind, labels=_labels(text, name, rest, 2 if kind == "CR1" else 1))
        if kind == "HAC":
            return cls(kind=kind, lags=_lags(text, rest, "HAC:4"))
        if kind == "DK":
            labels = _labels(text, name, rest[:2], 1)
            return cls(kind=kind, labels=labels, lags=_lags(text, rest[2:], f"DK:{labels[0]}:2"))
        if kind == "bootstrap":
            return _bootstrap(text, rest)
        if rest:
            raise UsageError(
                _("{asked}: {kind} has nothing after its name", asked=_asked(text), kind=kind),
                _("give {se}", se=Advice("se", kind)),
            )
        return cls(kind=kind)

    def __str__(self) -> str:
        labels = "+".join(f"`{label}`" if re.search(r"[:+]", label) else label for label in self.labels)
        lags = "" if self.lags is None else str(self.lags)
        parts = {"CR1": ("cluster", labels), "HAC": ("HAC", lags), "DK": ("DK", labels, lags)}
        made = parts.get(self.kind, (self.kind, str(self.draws or ""), labels))
        return ":".join(part for part in made if part)

    @property
    def clustered(self) -> bool:
        """Whether rows are taken together by the values of a column."""
        return bool(self.labels) and self.kind != "DK"


def _parts(text: str) -> list[str]:
    """The text cut at its signs, which are parts themselves."""
    found, place = [], 0
    for part in re.finditer(_PART, text):
        if part.start() != place:
            break
        found.append(part[1] or (part[2] or "").strip() or part[3] or "")
        place = part.end()
    if place != len(text) or not found or not found[0]:
        raise UsageError(
            _("{asked} cannot be read", asked=_asked(text)), _("the errors there are: {known}", known=KNOWN)
        )
    return found


def _unknown(text: str, name: str) -> UsageError:
    from difflib import get_close_matches

    if re.fullmatch(r"(?i)hc\d", name):
        return UsageError(
            _("{asked} are not known: there are HC0, HC1, HC2 and HC3", asked=_asked(text)),
            _("give {se}", se=Advice("se", "HC3")),
        )
    if name.lower() in ("twoway", "cluster2", "cgm"):
        return UsageError(
            _("{asked} are not known by that name", asked=_asked(text)),
            _("give two columns, as in {se}", se=Advice("se", "cluster:school+year")),
        )
    if name.lower() in ("robust", "white", "hetero", "sandwich"):
        return UsageError(
            _("{asked} are not known by that name", asked=_asked(text)),
            _("give {se}, or HC0, HC2, HC3", se=Advice("se", "HC1")),
        )
    like = [SPELLED[near] for near in get_close_matches(name.lower(), list(SPELLED), n=2, cutoff=0.6)]
    near = either(*dict.fromkeys("cluster" if kind == "CR1" else kind for kind in like))
    return UsageError(
        _("{asked} are not known", asked=_asked(text)),
        _("is {near} meant? {known}", near=near, known=KNOWN) if near else _("there are {names}", names=KNOWN),
    )


def _labels(text: str, name: str, rest: list[str], most: int) -> tuple[str, ...]:
    """The columns of `:school`, `:school+year`."""
    example = f"{name}:school"
    if len(rest) < 2 or rest[0] != ":":
        raise UsageError(
            _("{asked} does not say by which column", asked=_asked(text)),
            _("name it, as in {se}", se=Advice("se", example)),
        )
    names, signs = rest[1::2], rest[2::2]
    if set(names) & {":", "+", ""} or len(names) == len(signs) or set(signs) - {"+"}:
        raise UsageError(
            _("{asked} cannot be read after its name", asked=_asked(text)),
            _("write {se}; a column whose name holds a colon or a plus stands in backquotes", se=Advice("se", example)),
        )
    if len(set(names)) < len(names):
        raise UsageError(
            _("{asked} names {name} twice", asked=_asked(text), name=show(names[0])), _("name each column once")
        )
    if len(names) > most:
        two = _("two columns at most") if most == 2 else _("one column")
        raise UsageError(
            _(
                "{asked} names {count} columns: {name} goes by {two}",
                asked=_asked(text),
                count=len(names),
                name=name,
                two=two,
            ),
            _("two are for {se}", se=Advice("se", f"cluster:{names[0]}+{names[1]}")),
        )
    return tuple(names)


def _lags(text: str, rest: list[str], example: str) -> int | None:
    if not rest:
        return None
    number = rest[1] if len(rest) == 2 and rest[0] == ":" else ""
    if not (number.isascii() and number.isdigit()) or len(number) > 6:
        raise UsageError(
            _("{asked} ends in no number of lags", asked=_asked(text)),
            _("write {se}, 0 or more lags", se=Advice("se", example)),
        )
    return int(number)


def _bootstrap(text: str, rest: list[str]) -> Errors:
    number = rest[1] if len(rest) >= 2 and rest[0] == ":" else ""
    if not (number.isascii() and number.isdigit()) or not FEWEST_DRAWS <= int(number[:9]) <= MOST_DRAWS:
        raise UsageError(
            _(
                "{asked} must say how many draws, from {fewest_draws} to {most_draws}",
                asked=_asked(text),
                fewest_draws=FEWEST_DRAWS,
                most_draws=MOST_DRAWS,
            ),
            _("write {se}", se=Advice("se", "bootstrap:999")),
        )
    labels = _labels(text, f"bootstrap:{number}", rest[2:], 1) if rest[2:] else ()
    return Errors(kind="bootstrap", draws=int(number), labels=labels)


def _asked(text: str) -> str:
    return _("the errors {text}", text=show(text))

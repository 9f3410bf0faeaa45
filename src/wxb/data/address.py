"""The address of a database, and what must not be shown of it.

    postgresql://user:password@host/name?…        sqlite:///file.db        duckdb:///file.duckdb

A path behind three slashes is relative, behind four absolute. `postgresql+psycopg2://`, as SQLAlchemy has it, is the same address.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from wxb.errors import DataError, UsageError
from wxb.i18n import _
from wxb.printable import show, without_password

SECRET = "…"
_FORM = re.compile(r"(postgres(?:ql)?|sqlite|duckdb)(?:\+\w+)?:(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """kind : "postgresql", "sqlite" or "duckdb"        place : what the driver takes: the whole address, or a path"""

    kind: str
    place: str

    @classmethod
    def of(cls, text: str) -> Address:
        """An address that was typed; UsageError for what is none, DataError for a file that is not there."""
        form = _FORM.fullmatch(text.strip())
        if form is None:
            raise UsageError(
                _("the address of the database begins with none of postgresql:, sqlite: and duckdb:"),
                _(
                    "for example postgresql://user@host/name, sqlite:///file.db, duckdb:///file.duckdb; "
                    "of another database write the rows to a file, or give its ADBC connection to wxb.query in Python"
                ),
            )
        if form[1].startswith("postgres"):
            address = f"postgresql:{form[2]}"
            _refuse_malformed(address)
            return cls("postgresql", address)
        path = form[2].removeprefix("//").removeprefix("/") if form[2].startswith("///") else form[2]
        if not os.path.isfile(path):
            raise DataError(
                _("there is no file {path} of a database", path=show(path.partition("?")[0])),
                _("behind sqlite:/// and duckdb:/// stands a path, an absolute one begins with a fourth slash"),
            )
        return cls(form[1], path)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown of the address and of the surroundings, the longest first."""
        found = [self.place, os.environ.get("PGPASSWORD", ""), os.environ.get("WXB_URI", "")]
        parts = urlsplit(self.place)  # which `_refuse_malformed` has let pass
        __, colon, password = parts.netloc.rpartition("@")[0].partition(":")
        found += [password, unquote(password)] if colon else []
        for name, value in parse_qsl(parts.query):
            found += [value] if "password" in name else []
        return tuple(sorted({text for text in found if text}, key=len, reverse=True))


def _refuse_malformed(address: str) -> None:
    """UsageError for an address of which a driver would quote a piece of the password."""
    plain = re.fullmatch(r"postgresql://[^\s/?#@]*(?:@[^\s/?#@]*)?(?:/[^\s@#]*)?(?:\?[^\s@#]*)?", address)
    if plain is None or re.search(r"%(?![0-9A-Fa-f]{2})", address):
        raise UsageError(
            _("the address of the database cannot be read"),
            _(
                "write what is special in names and passwords by its code: %40 for @, %2F for /, %3A for :, %20 for a space"
            ),
        )


def without(text: str, secrets: tuple[str, ...] = ()) -> str:
    """A text without these, and without the password of any address in it."""
    for secret in secrets:
        text = text.replace(secret, SECRET)
    return without_password(text)

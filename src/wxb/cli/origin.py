"""Where the rows come from: files, files that workers read, or a query of a database, typed the same way after every command.

    DATA…        DATA… --dask ADDRESS        --sql 'select …' --uri ADDRESS

`rows_of` takes these words out of what was typed, and commands are given the one `Origin` they make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wxb.errors import UsageError
from wxb.i18n import _
from wxb.printable import shell_word

if TYPE_CHECKING:
    from collections.abc import Sequence


class Origin:
    """data : files as typed        sql, uri : a query in their stead        dask : who reads the files

    given : whether there are any rows at all
    """

    def __init__(
        self, data: Sequence[str] = (), sql: str | None = None, uri: str | None = None, dask: str | None = None
    ) -> None:
        if sql is None and uri is not None:
            raise UsageError(_("`--uri` is of a database, and no query is asked of it"), _("give `--sql`"))
        for name, one in (("DATA", data), ("`--dask`", dask)):
            if sql is not None and one:
                raise UsageError(_("there are {name} and `--sql` to read from", name=name), _("leave one of them out"))
        self.data, self.sql, self.uri, self.dask = list(data), sql, uri, dask

    @property
    def given(self) -> bool:
        return bool(self.data) or self.sql is not None

    def beside(self, data: Sequence[str]) -> Origin:
        """The same, of these files."""
        return Origin(data, self.sql, self.uri, self.dask)

    @property
    def source(self) -> Any:
        """What `wxb.fit` takes, made anew; None where no rows are given."""
        if self.sql is not None:
            from wxb.data.query import query

            return query(self.sql, self.uri)
        if not self.data:
            return None
        files = self.data[0] if len(self.data) == 1 else self.data
        if self.dask is None:
            return files
        from wxb import on_dask

        return on_dask(files, self.dask)

    @property
    def typed(self) -> str:
        """The first file or the query, for a command to be typed next."""
        return shell_word(self.data[0]) if self.sql is None else f"--sql {shell_word(self.sql)}"


def rows_of(found: dict[str, Any]) -> dict[str, Any]:
    """The values by name, with `rows` in place of those that say where the rows come from."""
    names = ("data", "sql", "uri", "dask")
    said = {name: found[name] for name in names if name in found}
    return {name: value for name, value in found.items() if name not in names} | {"rows": Origin(**said)}

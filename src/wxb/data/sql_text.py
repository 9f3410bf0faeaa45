"""What the text of a query says before it is run: where it ends, whether it orders its rows, whether it would write.

A statement that tells of the database in place of its data (EXPLAIN, PRAGMA …) has rows too, of which no line is meant; who means
them asks in a SELECT, as of `pragma_table_info('t')`.

Quoted texts, names in quotes and comments are blanks to whoever looks here. The text is the user's, sent as it is but for the
semicolon at its end, which drivers put into a text of theirs.
"""

from __future__ import annotations

import re

from wxb.errors import UsageError
from wxb.i18n import _

_NO_WORDS = re.compile(
    r"\b[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|(\$\w*\$).*?\1|--[^\n]*|/\*", re.DOTALL
)
_MARKS = re.compile(r"/\*|\*/")
_INNER = re.compile(r"\([^()]*\)")
_ORDER = re.compile(r"\border\s+by\b", re.IGNORECASE)
_WRITES = re.compile(
    r"\A[\s(]*(insert|update|delete|merge|replace|create|drop|alter|truncate|copy|grant|revoke|call|do|attach|detach|vacuum|set|reset|"
    r"begin|start|commit|end|abort|rollback|savepoint|release|lock|reindex|refresh|export|import|install|load|use|execute|prepare|"
    r"deallocate|declare|fetch|move|close|discard|listen|unlisten|notify|comment|cluster|checkpoint|force|reassign|security)\b"
    r"|\b(insert\s+into|delete\s+from|merge\s+into|update\s+\S+\s+set)\b",
    re.IGNORECASE,
)


_TELLS = re.compile(r"\A[\s(]*(explain|show|pragma|describe|desc|summarize|analyze|analyse|help|list)\b", re.IGNORECASE)


def _bare(sql: str) -> str:
    """The text, as long as it is, with blanks where it says nothing to the database."""
    said, start = list[str](), 0
    while (found := _NO_WORDS.search(sql, start)) is not None:
        end = _comment_end(sql, found.end()) if found[0] == "/*" else found.end()
        said += [sql[start : found.start()], " " * (end - found.start())]
        start = end
    return "".join([*said, sql[start:]])


def _comment_end(sql: str, start: int) -> int:
    """Where a comment ends that began before `start`: comments within it end first, as PostgreSQL has it, if all of them end."""
    depth, ends = 1, list[int]()
    for mark in _MARKS.finditer(sql, start):
        depth += 1 if mark[0] == "/*" else -1
        ends += [mark.end()] if mark[0] == "*/" else []
        if depth == 0:
            return mark.end()
    return ends[0] if ends else len(sql)


def one_select(sql: str) -> str:
    """The query without the semicolon at its end; UsageError for several statements, and for one that would write."""
    if "\0" in sql:
        raise UsageError(_("the query holds a NUL character, where databases take it to end"), _("give one SELECT"))
    words = _bare(sql).rstrip()
    if not words:
        raise UsageError(_("the query holds nothing but comments"), _("give one SELECT"))
    if words.endswith(";"):
        sql = sql[: len(words) - 1]
        words = words[:-1]
    if ";" in words:
        raise UsageError(_("the query holds several statements, one after the other"), _("give one SELECT"))
    writes = _WRITES.search(words)
    if writes is not None:
        told = " ".join((writes[1] or writes[2]).upper().split())
        raise UsageError(
            _("the query says {word}, and data are only read", word=told), _("give one SELECT, which changes nothing")
        )
    tells = _TELLS.match(words)
    if tells is not None:
        raise UsageError(
            _("the query says {word}, whose rows tell of the database and are not its data", word=tells[1].upper()),
            _("give one SELECT of the rows that are meant"),
        )
    return sql


def is_ordered(sql: str) -> bool:
    """Whether the query itself says in which order its rows come."""
    words = _bare(sql)
    while (shorter := _INNER.sub(" ", words)) != words:
        words = shorter
    return _ORDER.search(words) is not None

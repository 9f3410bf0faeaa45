"""Tables that come as a stream: stdin (`-`), open files. Read once, to a temporary file, whose content tells its form.

The file has no name where the system allows that (Linux), so that nothing is left however the process ends; elsewhere it
is removed when the process ends.
"""

from __future__ import annotations

import atexit
import io
import os
import sys
import tempfile
import weakref
from typing import Any

from wxb.data.source_file import SourceFile
from wxb.errors import DataError, UsageError, WxbError, system_said
from wxb.i18n import _

STDIN = "-"
PIECE = 1 << 20

_SPOOLED: dict[
    int, tuple[Any, SourceFile, Any]
] = {}  # by id of the stream: a way to it, its file, what keeps that open


def stdin_file() -> SourceFile:
    """What is on stdin, read the first time it is asked for."""
    if sys.stdin is None:
        raise DataError(_("stdin is closed"), _("give a file, or pipe a table in"))
    return spooled(getattr(sys.stdin, "buffer", sys.stdin), "stdin")


def spooled(stream: Any, name: str = "") -> SourceFile:
    """The rest of an open file, binary or text, as a file of its own; the same one when it is asked for again."""
    kept = _SPOOLED.get(id(stream))
    if kept is not None and kept[0]() is stream:
        return kept[1]
    holder = tempfile.TemporaryFile() if os.path.exists("/proc/self/fd") else _named()  # noqa: SIM115
    path = f"/proc/self/fd/{holder.fileno()}" if os.path.exists("/proc/self/fd") else holder.name
    try:
        _copy(stream, holder)
    except WxbError:
        holder.close()
        raise
    except OSError as error:
        holder.close()
        raise DataError(
            _("{name} cannot be read: {strerror}", name=_name_of(stream, name), strerror=system_said(error)),
            _("check that the file is there, is a file and may be read"),
        ) from error
    except UnicodeError as error:
        holder.close()
        raise DataError(
            _("{name} cannot be read: {error}", name=_name_of(stream, name), error=error),
            _("open it as bytes, mode 'rb'"),
        ) from error
    status = os.stat(path)
    file = SourceFile(path, _name_of(stream, name), status.st_size, status.st_mtime_ns)
    key = id(stream)
    try:
        _SPOOLED[key] = (weakref.ref(stream, lambda _: _forget(key)), file, holder)
    except TypeError:
        _SPOOLED[key] = (lambda: stream, file, holder)
    return file


def _forget(key: int) -> None:
    """Close the file of a stream that is gone, which removes it where it has no name."""
    __, __, holder = _SPOOLED.pop(key, (None, None, None))
    if holder is not None:
        holder.close()


@atexit.register
def _close() -> None:
    for key in list(_SPOOLED):
        _forget(key)


def _name_of(stream: Any, name: str) -> str:
    named = getattr(stream, "name", "")
    return name or (os.path.basename(named) if isinstance(named, str) else "") or _("the stream")


def _copy(stream: Any, holder: Any) -> None:
    while True:
        try:
            piece = stream.read(PIECE)
        except (ValueError, io.UnsupportedOperation) as error:  # closed, or not open for reading
            raise UsageError(
                _("an open file cannot be read: {error}", error=error), _("open it anew, with open(path, 'rb')")
            ) from error
        if not piece:
            break
        if not isinstance(piece, str | bytes | bytearray | memoryview):
            raise UsageError(
                _("the stream gives {kind}, not bytes or text", kind=type(piece).__name__),
                _("open it with open(path, 'rb')"),
            )
        holder.write(piece.encode() if isinstance(piece, str) else piece)
    holder.flush()


def _named() -> Any:
    holder = tempfile.NamedTemporaryFile(delete=False)  # noqa: SIM115
    atexit.register(_remove, holder)
    return holder


def _remove(holder: Any) -> None:
    holder.close()
    if os.path.exists(holder.name):
        os.unlink(holder.name)


__all__ = ["STDIN", "spooled", "stdin_file"]

"""Files are written whole or not at all: under no name at first, flushed to the disk, then put in the old one's place.

Where the system can (Linux), what is being written has no name until it is complete, so not even `kill -9` leaves a piece of
it behind; elsewhere it is a temporary neighbour that is removed on every failure. The new file keeps the mode and, where
that is allowed, the owner of the one it replaces; a symbolic link stays a link, and what it points to is replaced.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wxb.errors import DataError, UsageError, system_said
from wxb.i18n import N_, _

_HEAD = 4096
PAGE = b'<meta name="generator" content="wxb '  # a doctype stands in pages of others too


def write_atomically(path: str | Path, content: str | bytes) -> None:
    """Write text (UTF-8) or bytes to path. On any failure the old file is as it was and nothing new lies beside it."""
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    with replacing(path) as place, open(place, "wb") as file:
        file.write(data)


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """A place to write to, as a path; when the block ends well what is there is flushed and takes the file's place."""
    target = Path(os.path.realpath(path))
    if os.path.exists(target) and not (
        target.is_file() or target.is_dir()
    ):  # a rename would take the place of /dev/null itself
        raise DataError(
            _("{path} cannot be written: it is a device or a pipe, not a file", path=path), _("choose another place")
        )
    try:
        if target.is_dir():
            raise IsADirectoryError(21, "Is a directory")
        before = os.stat(target) if target.is_file() else None
        if before is not None and not os.access(target, os.W_OK):
            raise PermissionError(13, N_("it is read-only"))
        unnamed = _unnamed(target.parent)
        if unnamed is not None:
            yield from _replaced_by_unnamed(target, before, unnamed)
        else:
            yield from _replaced_by_neighbour(target, before)
    except OSError as error:
        if _is_of_other_file(error, target):
            raise
        raise DataError(
            _("{path} cannot be written: {reason}", path=path, reason=system_said(error)),
            _("nothing was changed; choose another place"),
        ) from None


def refuse_other(path: str | Path, marks: tuple[bytes, ...], kind: str) -> None:
    """UsageError when a file is there that does not begin as one of its kind: it would be lost.

    marks : one of them is within the first bytes of such a file        kind : "a picture in SVG"
    """
    try:
        if not os.path.isfile(path):
            return
        with open(path, "rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return  # writing will say what is the matter
    if head and not any(mark in head for mark in marks):
        raise UsageError(
            _("{path} is there already and is not {kind}; writing would lose it", path=path, kind=kind),
            _("choose another name"),
        )


def refuse_no_picture(path: str | Path, text: str = "") -> None:
    """The same where a picture is to be written. text : what a .txt file is to hold; one that begins so is the same picture"""
    ending = os.path.splitext(path)[1].lower()
    if ending == ".png":
        refuse_other(path, (b"\x89PNG",), _("a picture in PNG"))
    elif ending == ".pdf":
        refuse_other(path, (b"%PDF",), _("a picture in PDF"))
    elif ending == ".txt":  # which has no mark of its own
        first = text.partition("\n")[0].strip()
        marks = (f"{first}\n".encode("utf-8", "backslashreplace"),) if first else ()
        refuse_other(path, marks, _("a picture that wxb drew, as far as a text can tell"))
    else:
        refuse_other(path, (b'class="wxb-picture"',), _("a picture that wxb drew"))


def _unnamed(folder: Path) -> int | None:
    """A descriptor of a new file without a name in a folder, None where the system has none."""
    kind = getattr(os, "O_TMPFILE", 0)
    if not kind or not os.path.isdir("/proc/self/fd"):
        return None
    try:
        return os.open(folder, kind | os.O_RDWR, 0o666)
    except OSError:
        return None  # this file system cannot, or the folder is not to be written: the neighbour will say so


def _replaced_by_unnamed(target: Path, before: os.stat_result | None, handle: int) -> Iterator[Path]:
    name = _neighbour_name(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        yield Path(f"/proc/self/fd/{handle}")
        _like(handle, before)
        os.fsync(handle)
        os.link(f"/proc/self/fd/{handle}", name, dst_dir_fd=folder, follow_symlinks=True)
        try:
            os.replace(name, target.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(name, dir_fd=folder)
            raise
        with suppress(OSError):
            os.fsync(folder)
    finally:
        os.close(folder)
        os.close(handle)


def _replaced_by_neighbour(target: Path, before: os.stat_result | None) -> Iterator[Path]:
    temporary: Path | None = None
    try:
        from tempfile import mkstemp  # with what it brings, a tenth of a small fit

        handle, name = mkstemp(prefix=f".{target.name[:100]}.", suffix=".tmp", dir=target.parent)
        temporary = Path(name)
        try:
            if before is None:
                os.chmod(temporary, 0o666 & ~_umask())
            yield temporary
            _like(handle, before)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, target)
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _neighbour_name(target: Path) -> str:
    return f".{target.name[:60]}.{os.urandom(6).hex()}.tmp"


def _like(handle: int, before: os.stat_result | None) -> None:
    """Give a file the owner, where that is allowed, and the mode of the one it replaces."""
    if before is None or not hasattr(os, "fchown"):
        return
    now = os.fstat(handle)
    mode = stat.S_IMODE(before.st_mode)
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        try:
            os.fchown(handle, before.st_uid, before.st_gid)
        except OSError:
            mode &= 0o777
            with suppress(OSError):
                os.fchown(handle, -1, before.st_gid)
    os.fchmod(handle, mode)


def _is_of_other_file(error: OSError, target: Path) -> bool:
    """Whether an error names a file that has nothing to do with what is written: a fault of what is read meanwhile."""
    name = error.filename
    if not isinstance(name, str | bytes | os.PathLike):
        return False
    named = Path(os.fsdecode(name))
    return (
        named.is_absolute()
        and named.parts[:2] != ("/", "proc")
        and Path(os.path.realpath(named.parent)) != target.parent
    )


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current

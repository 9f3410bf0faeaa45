"""Files are written whole or not at all: to a temporary neighbour, flushed to the disk, then renamed over the old one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wxb.errors import DataError


def write_atomically(path: str | Path, text: str) -> None:
    """Write text to path. On any failure the old file is as it was and nothing new lies beside it."""
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write(text)


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """The path of a temporary neighbour to write to; when the block ends well it is flushed and takes the file's place."""
    path = Path(path)
    if path.exists() and not (path.is_file() or path.is_dir()):  # a rename would take the place of /dev/null itself
        raise DataError(f"{path} cannot be written: it is a device or a pipe, not a file", "choose another place")
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent or ".")
        os.close(handle)
        temporary = Path(name)
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written: {error.strerror or error}", "nothing was changed; choose another place"
        ) from None
    finally:
        if temporary is not None and temporary.exists():
            temporary.unlink()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current

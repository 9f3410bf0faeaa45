"""Files are written whole or not at all: to a temporary neighbour, flushed to the disk, then renamed over the old one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from wxb.errors import DataError


def write_atomically(path: str | Path, text: str) -> None:
    """Write text to path. On any failure the old file is as it was and nothing new lies beside it."""
    path = Path(path)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent or ".")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written: {error.strerror or error}", "nothing was changed; choose another place"
        ) from None
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current

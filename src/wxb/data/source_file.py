"""A file as it was when it was opened."""

from __future__ import annotations

import os
from dataclasses import dataclass

from wxb.errors import DataError
from wxb.i18n import _


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was when it was opened: size and time of its last change tell whether it is still the same."""

    path: str
    name: str
    size: int
    changed: int

    @property
    def key(self) -> str:
        return f"{self.path}|{self.size}|{self.changed}"

    def still_same(self) -> None:
        """Raise DataError when the file was changed or removed since."""
        try:
            now = os.stat(self.path)
        except OSError as error:
            raise DataError(
                _("{name} vanished while it was read", name=self.name), _("read it again when it is back")
            ) from error
        if (now.st_size, now.st_mtime_ns) != (self.size, self.changed):
            raise DataError(
                _(
                    "{name} changed while it was read: {size} bytes then, {st_size} now",
                    name=self.name,
                    size=self.size,
                    st_size=now.st_size,
                ),
                _("read it again when nothing writes to it"),
            )

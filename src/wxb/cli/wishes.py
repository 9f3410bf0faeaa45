"""What is to be shown and written of a fit besides the fit itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wxb.cli.values import Point

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be shown and written besides the fit itself.

    at : points to predict        interval : its level        log_every : None chooses
    plot : whether to draw        picture, report, save : files to write
    keep : what the file of the model may hold besides
    """

    at: Sequence[Point] = ()
    interval: float = 0.95
    log_every: int | None = None
    plot: bool = False
    picture: Path | None = None
    report: Path | None = None
    save: Path | None = None
    keep: Literal["labels"] | None = None

    @property
    def draws(self) -> bool:
        return self.plot or self.picture is not None

"""A model is saved, and what should be known of its file is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from wxb.cli.screen import Screen

if TYPE_CHECKING:
    from pathlib import Path

    from wxb.model.model import Model


def save(screen: Screen, model: Model, path: Path, keep: Literal["labels"] | None) -> None:
    """Write the model's file."""
    from wxb.model.file import save as write

    said = write(model, path, keep)
    if said:
        screen.warn([said])

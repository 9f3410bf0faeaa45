"""PyTorch, or one line that says how to install it."""

from wxb.errors import MissingExtra
from wxb.i18n import _

try:
    import torch as torch
except ModuleNotFoundError as missing:
    if missing.name != "torch":
        raise
    raise MissingExtra("PyTorch", "torch", _("explaining a gradient")) from None

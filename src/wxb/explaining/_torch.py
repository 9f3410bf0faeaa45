"""PyTorch, or one line that says how to install it."""

from wxb.errors import MissingExtra

try:
    import torch as torch
except ModuleNotFoundError as missing:
    if missing.name != "torch":
        raise
    raise MissingExtra("PyTorch", "torch", "explaining a gradient") from None

"""What is held of a tensor until it is looked at: a small one as it is, or as a copy, of a large one its least and greatest."""

from __future__ import annotations

from wxb.explaining._torch import torch
from wxb.explaining.quantity import Quantity
from wxb.explaining.values import quantity_of

HELD = 4096  # elements of a tensor that is held until it is looked at
Kept = torch.Tensor | Quantity


class Holder:
    """Makes of a tensor what is held of it, of a large one once: a gradient is often also what an edge brings."""

    def __init__(self, custom: bool) -> None:
        self._custom = custom  # functions of the user's may give out tensors that they hold
        self._kept: dict[int, tuple[torch.Tensor, Quantity]] = {}

    def foreign(self, tensor: torch.Tensor) -> Kept:
        """What others may change."""
        return tensor.clone() if tensor.numel() <= HELD else self._large(tensor)

    def ours(self, tensor: torch.Tensor | None) -> Kept | None:
        """What autograd's functions gave."""
        if tensor is None or (tensor.numel() <= HELD and not self._custom):
            return tensor
        return self.foreign(tensor)

    def _large(self, tensor: torch.Tensor) -> Quantity:
        found = self._kept.get(id(tensor))
        if found is None:
            found = self._kept[id(tensor)] = tensor, quantity_of(tensor)
        return found[1]

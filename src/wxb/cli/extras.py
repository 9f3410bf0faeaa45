"""Optional libraries: whether they are there, without importing them."""

from __future__ import annotations

from importlib.util import find_spec


def has_torch() -> bool:
    """Whether PyTorch can be imported."""
    try:
        return find_spec("torch") is not None
    except (ImportError, ValueError):
        return False

"""wxb: H(x) = Wx + b, done right."""

from __future__ import annotations

from wxb._version import __version__

__all__ = ["__version__"]

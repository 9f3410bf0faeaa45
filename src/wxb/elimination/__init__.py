"""Levels by the thousand: the minimum over the terms of a design where the effects of a category are eliminated, exactly."""

from __future__ import annotations

from wxb.elimination.eliminated import Eliminated
from wxb.elimination.terms import solve_terms

__all__ = ["Eliminated", "solve_terms"]

"""How colours are seen by those who see them otherwise, and in print; whether two roles are then still told apart."""

from __future__ import annotations

import numpy as np

from wxb.marks.mark import Role
from wxb.marks.style import LOOKS, Theme

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
SEEN = {
    "all colours": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]),
    "print": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}  # fmt: skip


FAR = 11  # in CIELAB, from which on two colours are told apart


def told_apart(one: Role, other: Role, otherwise: tuple[str, ...], theme: Theme, seen: str) -> bool:
    """By colour, or by what else differs: `otherwise` of their looks, or lines twice as wide."""
    looks = LOOKS[one], LOOKS[other]
    colours = [lab(SEEN[seen] @ linear(look.colour(theme))) for look in looks]
    formed = any(getattr(looks[0], form) != getattr(looks[1], form) for form in otherwise)
    wider = max(look.width for look in looks) >= 2 * min(look.width for look in looks)
    return float(np.linalg.norm(colours[0] - colours[1])) > FAR or formed or wider


def linear(colour: str) -> np.ndarray:
    share = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB of linear RGB."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    share = to_xyz @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])

"""A grid of characters to draw marks on, in one of three alphabets.

    braille   2 × 4 dots to a character, hatches drawn in dots
    blocks    half blocks, 1 × 2, with signs that code pages of DOS have: where a font lacks Braille
    ascii     one letter to a character, nothing but ASCII

Its unit is the width of a character, and a character is twice as high: what is a square in the units is one to the eye.
Over the dots stand letters (dots of the data, heads of arrows), under them shades (bins, hatched areas).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from wxb._typing import Integers, Marks, Matrix
from wxb.marks.mark import Role
from wxb.marks.style import LOOKS, Hatch, Shape
from wxb.printable import in_ascii

Alphabet: TypeAlias = Literal["braille", "blocks", "ascii"]
TALL = 2.0  # a character is as high as two are wide
SOLID = 0.4  # an area at least as opaque is filled; of others the edges are seen
HAIR = "2 4"  # the dash of lines thinner than a pixel
_BRAILLE = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_STEP = 0.2  # of a dot: how finely lines are followed


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """across, down : dots to a character        axis : up, its ticks, corner, along, its ticks"""

    across: int
    down: int
    dots: dict[Shape, str]
    hatches: dict[Hatch, str]
    shades: str
    heads: str  # right, up, left, down
    axis: str
    more: str


def _shapes(signs: str) -> dict[Shape, str]:
    return dict(zip(get_args(Shape), signs, strict=True))


SIGNS: dict[Alphabet, Signs] = {
    "braille": Signs(
        across=2,
        down=4,
        dots=_shapes("●○■◆▲▼✚×•"),
        hatches={},
        shades="░▒▓█",
        heads="▶▲◀▼",
        axis="│┤└─┬",
        more="…",
    ),
    "blocks": Signs(
        across=1,
        down=2,
        dots=_shapes("■o#%^v+x·"),
        hatches={"": "█", "/": "░", "dots": "·", "-": "─", "\\": "▒", "x": "▓"},
        shades="░▒▓█",
        heads=">^<v",
        axis="│┤└─┬",
        more="~",
    ),
    "ascii": Signs(
        across=1,
        down=1,
        dots=_shapes("oO#%^v+x."),
        hatches={"": "#", "/": "/", "dots": ":", "-": "-", "\\": "\\", "x": "x"},
        shades=".:*#",
        heads=">^<v",
        axis="|++-+",
        more="~",
    ),
}


def said(text: str, alphabet: Alphabet) -> str:
    """A text in what an alphabet has; the sign for what was left out stays one character wide."""
    short = text if alphabet == "braille" else text.replace("…", SIGNS[alphabet].more)
    return in_ascii(short) if alphabet == "ascii" else short


Cell: TypeAlias = tuple[str, "Role | None"]


class Canvas:
    """width, height : in characters"""

    def __init__(self, width: int, height: int, alphabet: Alphabet) -> None:
        self.width, self.height = width, height
        self.alphabet: Alphabet = alphabet
        self.signs = SIGNS[alphabet]
        self.dots = np.zeros((height * self.signs.down, width * self.signs.across), dtype=bool)
        self.owners: dict[tuple[int, int], Role] = {}
        self.letters: dict[tuple[int, int], Cell] = {}
        self.shades: dict[tuple[int, int], Cell] = {}

    @property
    def box(self) -> tuple[float, float, float, float]:
        return 0.0, 0.0, float(self.width), TALL * self.height

    def line(self, line: Matrix, role: Role, dashed: bool = True) -> None:
        """Dots along a line, with the dashes of its role."""
        steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        finely = _STEP / self.signs.across
        at = np.arange(0.0, steps[-1] + finely, finely)
        places = np.column_stack([np.interp(at, steps, line[:, k]) for k in (0, 1)])
        if dashed and (dash := dash_of(role)):
            dots = np.floor(places * [self.signs.across, self.signs.down / TALL] + 1e-9)
            places = places[_drawn(np.append(0, np.cumsum((np.diff(dots, axis=0) != 0).any(axis=1))), dash)]
        self.points(places, role)

    def points(self, places: Matrix, role: Role) -> None:
        """A dot of the grid each."""
        columns = np.floor(places[:, 0] * self.signs.across + 1e-9).astype(np.int64)
        rows = np.floor(places[:, 1] / TALL * self.signs.down + 1e-9).astype(np.int64)
        columns[columns == self.dots.shape[1]] -= 1  # the edge belongs to the frame
        rows[rows == self.dots.shape[0]] -= 1
        inside = (columns >= 0) & (columns < self.dots.shape[1]) & (rows >= 0) & (rows < self.dots.shape[0])
        self._set(rows[inside], columns[inside], role)

    def area(self, outline: Matrix, role: Role) -> None:
        """The inside of a closed outline, hatched as its role is; one that is neither hatched nor opaque is left empty.

        Of a filled one the last dots on the right are left out, so that it ends where the next begins.
        """
        look = LOOKS[role]
        if len(outline) < 3 or not (look.hatch or is_solid(role)):
            return
        inside = self._inside(outline)
        if is_solid(role):
            narrower = inside & np.roll(inside, -1, axis=1)
            inside = narrower if inside.any(axis=0).sum() > 2 else inside
        if not self.signs.hatches:
            rows, columns = np.nonzero(inside & _pattern(look.hatch, self.dots.shape))
            self._set(rows, columns, role)
            return
        grid = inside.reshape(self.height, self.signs.down, self.width, self.signs.across).any(axis=(1, 3))
        for row, column in zip(*np.nonzero(grid)):
            self.shades[int(row), int(column)] = (self.signs.hatches[look.hatch], role)

    def shade(self, box: tuple[float, float, float, float], weight: float, role: Role) -> None:
        """A bin: the darkest that touches a character is seen."""
        left, top, right, bottom = box
        order = self.signs.shades
        sign = order[min(int(weight * len(order)), len(order) - 1)]
        for row in range(
            max(int(top / TALL), 0), min(max(int(np.ceil(bottom / TALL)), int(top / TALL) + 1), self.height)
        ):
            for column in range(max(int(left), 0), min(max(int(np.ceil(right)), int(left) + 1), self.width)):
                there = self.shades.get((row, column))
                if there is None or there[0] not in order or order.index(there[0]) < order.index(sign):
                    self.shades[row, column] = (sign, role)

    def letter(self, x: float, y: float, sign: str, role: Role | None) -> None:
        """A sign in the character at a place."""
        row, column = min(int(y / TALL), self.height - 1), min(int(x), self.width - 1)
        if row >= 0 and column >= 0:
            self.letters[row, column] = (sign, role)

    def text(self, row: int, column: int, text: Iterable[tuple[str, int]], role: Role | None) -> None:
        """Letters with their widths (1 or 2 characters; 0 joins the one before) from a character on."""
        for letter, width in text:
            if width == 0 and (row, column - 1) in self.letters:
                before = self.letters[row, column - 1]
                self.letters[row, column - 1] = (before[0] + letter, role)
                continue
            self.letters[row, column] = (letter, role)
            if width == 2:
                self.letters[row, column + 1] = ("", role)
            column += width

    def rows(self) -> list[list[Cell]]:
        codes = self._codes()
        return [[self._cell(row, column, codes) for column in range(self.width)] for row in range(self.height)]

    def _cell(self, row: int, column: int, codes: Matrix) -> Cell:
        if (row, column) in self.letters:
            return self.letters[row, column]
        if codes[row, column]:
            return self._sign(int(codes[row, column]), row, column), self.owners.get((row, column))
        return self.shades.get((row, column), (" ", None))

    def _sign(self, code: int, row: int, column: int) -> str:
        if self.alphabet == "braille":
            return chr(0x2800 + code)
        dashed = bool(dash_of(self.owners[row, column]))
        if self.alphabet == "blocks":
            return " '.:"[code] if dashed else " ▀▄█"[code]
        return "." if dashed else "*"

    def _codes(self) -> Matrix:
        """What is set in each character, as a number."""
        signs = self.signs
        weights = _BRAILLE if self.alphabet == "braille" else 2 ** np.arange(signs.down)[:, None]
        cells = self.dots.reshape(self.height, signs.down, self.width, signs.across)
        return np.einsum("rdca,da->rc", cells.astype(np.int64), weights)

    def _set(self, rows: np.ndarray, columns: np.ndarray, role: Role) -> None:
        self.dots[rows, columns] = True
        owned = set(zip((rows // self.signs.down).tolist(), (columns // self.signs.across).tolist()))
        self.owners |= dict.fromkeys(owned, role)

    def _inside(self, outline: Matrix) -> Marks:
        """Which dots have their middle in an outline (even and odd crossings)."""
        rows, columns = self.dots.shape
        x = (np.arange(columns) + 0.5) / self.signs.across
        y = (np.arange(rows) + 0.5) * TALL / self.signs.down
        start, end = outline, np.roll(outline, -1, axis=0)
        inside = np.zeros((rows, columns), dtype=bool)
        for row, height in enumerate(y):
            crosses = (start[:, 1] > height) != (end[:, 1] > height)
            one, other = start[crosses], end[crosses]
            at = one[:, 0] + (height - one[:, 1]) / (other[:, 1] - one[:, 1]) * (other[:, 0] - one[:, 0])
            inside[row] = (at[:, None] < x).sum(axis=0) % 2 == 1
        return inside


def dash_of(role: Role) -> str:
    """The dash of its lines; a line as thin as a hair is drawn in dots, which a path over it is told from."""
    look = LOOKS[role]
    return look.dash or (HAIR if look.width < 1 else "")


def is_solid(role: Role) -> bool:
    """Whether its areas are filled."""
    look = LOOKS[role]
    return look.fill >= SOLID and not look.hatch


def _drawn(at: Integers, dash: str) -> Marks:
    """Which dots of a line its dashes are, from the first on: a dot is two and a half pixels of a dash."""
    lengths = np.array([max(round(float(part) / 2.5), 1) for part in dash.split()])
    ends = np.cumsum(lengths)
    return np.searchsorted(ends, at % ends[-1], side="right") % 2 == 0


def _pattern(hatch: Hatch, shape: tuple[int, ...]) -> Marks:
    """The dots of a hatch on a whole grid."""
    y, x = np.indices(shape)
    patterns = {
        "": x >= 0,
        "/": (x + y) % 4 == 0,
        "\\": (x - y) % 4 == 0,
        "-": y % 4 == 1,
        "dots": (x % 4 == 1) & (y % 4 == 1) | (x % 4 == 3) & (y % 4 == 3),
        "x": ((x + y) % 4 == 0) | ((x - y) % 4 == 0),
    }
    return np.asarray(patterns[hatch])

"""Pictures of a descent: its path over the contours of the cost, and the notebook's parabola with steps on it.

Contours of squared error are ellipses and are drawn as such, exactly, from the Hessian: no grid, no data. With more than two
coefficients the picture is the slice through the minimum along two of them, and the path is projected onto it.

SVG is written here, as text that any browser shows; its fonts are named so that Korean is drawn wherever a Korean font
is. PNG is drawn from it by vl-convert (extra `report`), without a browser and without a network.

>>> save_path_picture(bowl, three_rates(bowl), "descent.svg").name
'descent.svg'
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.bowl import Bowl
from wxb.descent import descend
from wxb.errors import MissingExtra, UsageError
from wxb.layout import Layout
from wxb.learning_rates import VerdictKind, rates_of
from wxb.numbers import readable, round_down
from wxb.report.svg import Extent, Panel, document
from wxb.trajectory import OutcomeKind, Trajectory
from wxb.writing import write_atomically

__all__ = ["curve_picture", "path_picture", "save_path_picture", "three_rates"]


RINGS = 14
WORDS = {
    "en": {
        VerdictKind.TOO_SMALL: "too small",
        VerdictKind.GOOD: "good",
        VerdictKind.OVERSHOOTING: "overshooting",
        VerdictKind.CRITICAL: "critical",
        VerdictKind.DIVERGING: "too large",
        "lr": "learning rate",
        "epochs": "epochs",
        "cost": "cost",
        "start": "start",
        "minimum": "minimum",
        "left": "above the minimum",
        "grows": "× per epoch",
        "slice": "slice through the minimum, other coefficients at their best",
    },
    "ko": {
        VerdictKind.TOO_SMALL: "너무 작음",
        VerdictKind.GOOD: "알맞음",
        VerdictKind.OVERSHOOTING: "지나침",
        VerdictKind.CRITICAL: "임계",
        VerdictKind.DIVERGING: "너무 큼",
        "lr": "학습률",
        "epochs": "에폭",
        "cost": "비용",
        "start": "시작",
        "minimum": "최솟값",
        "left": "최솟값보다 큼",
        "grows": "배 / 에폭",
        "slice": "최솟값을 지나는 단면, 다른 계수는 최적값",
    },
}


def three_rates(bowl: Bowl, epochs: int = 60, start: Vector | None = None) -> tuple[Trajectory, Trajectory, Trajectory]:
    """The notebook's three pictures: a rate that is too small, a good one, and one that is too large."""
    rates = rates_of(bowl)
    small, good, large = rates.max / 60, min(0.9 * rates.best, 0.45 * rates.max), 1.04 * rates.max
    paths = [descend(bowl, lr=round_down(lr, 3), epochs=epochs, start=start) for lr in (small, good)]
    return paths[0], paths[1], descend(bowl, lr=max(round_down(large, 3), 1.01 * rates.max), epochs=epochs, start=start)


def path_picture(
    bowl: Bowl,
    paths: Sequence[Trajectory],
    *,
    terms: tuple[str, str] | None = None,
    title: str = "",
    language: str = "en",
) -> str:
    """SVG: one panel per path over the contours of the cost.

    terms : the two coefficients to show, by default the first feature and the intercept (or the first two features)
    """
    words = _words(language)
    first, second = _axes(bowl, terms)
    hessian = bowl.hessian[np.ix_([first, second], [first, second])]
    center = bowl.minimum[[first, second]]
    tracks = [_track(bowl, path)[:, [first, second]] for path in _checked(bowl, paths)]
    frame = _frame(center, tracks)
    labels = (_symbol(bowl, first), _symbol(bowl, second))
    panels = []
    for path, track in zip(paths, tracks):
        panel = Panel(frame, labels, *_captions(bowl, path, words))
        _rings(panel, hessian, center, frame)
        panel.track(track)
        panel.cross(center, words["minimum"])
        panel.ring(track[0], words["start"])
        panels.append(panel)
    note = words["slice"] if len(bowl.names) > 2 else ""
    return document(panels, title or _title(bowl), note)


def curve_picture(
    bowl: Bowl,
    rates: Sequence[float],
    *,
    term: str | None = None,
    epochs: int = 12,
    title: str = "",
    language: str = "en",
) -> str:
    """SVG: the notebook's parabola. The cost along one weight, the others held at the minimum, and the steps of each rate."""
    words = _words(language)
    position = bowl.layout.offset if term is None else bowl.layout.position(term)
    curvature, best = float(bowl.hessian[position, position]), float(bowl.minimum[position])
    alone = Layout((bowl.names[position],), intercept=False)
    along = Bowl(alone, np.array([[curvature]]), np.array([best]), bowl.floor, bowl.rows)
    reach = 1.45 * (abs(best) or 1.0)
    start = np.array([best - reach / 1.3])
    paths = [descend(along, lr=lr, epochs=epochs, start=start) for lr in rates]
    height = float(along.cost(np.array([best + reach])))
    frame = Extent(best - reach, best + reach, bowl.floor - 0.12 * (height - bowl.floor), height)
    panels = []
    for path in paths:
        panel = Panel(frame, (_symbol(bowl, position), words["cost"]), *_captions(along, path, words))
        grid = np.linspace(frame.left, frame.right, 121)
        panel.curve(np.column_stack([grid, along.cost(grid[:, None])]))
        weights = _track(along, path)
        panel.track(np.column_stack([weights[:, 0], along.cost(weights)]))
        panel.cross(np.array([best, bowl.floor]), words["minimum"], below=True)
        panel.ring(np.array([start[0], float(along.cost(start))]), words["start"])
        panels.append(panel)
    return document(panels, title or _title(bowl), "")


def save_path_picture(
    bowl: Bowl,
    paths: Sequence[Trajectory],
    path: str | Path,
    *,
    terms: tuple[str, str] | None = None,
    title: str = "",
    language: str = "en",
) -> Path:
    """Write the picture of the paths as .svg or .png, by the ending of the name. One coefficient alone gives the parabola."""
    if len(bowl.names) == 1:
        svg = curve_picture(bowl, [float(each.lr[0]) for each in paths], title=title, language=language)
    else:
        svg = path_picture(bowl, paths, terms=terms, title=title, language=language)
    return save_svg(svg, path)


def save_svg(svg: str, path: str | Path) -> Path:
    """Write an SVG as .svg, or drawn as .png."""
    target = Path(path)
    ending = target.suffix.lower()
    if ending == ".svg":
        write_atomically(target, svg)
    elif ending == ".png":
        write_atomically(target, _png(svg))
    else:
        raise UsageError(
            f"{target.name}: a picture ends in .svg or .png, not {ending or 'nothing'!r}",
            "give the picture one of these endings",
        )
    return target


def _png(svg: str) -> bytes:
    try:
        vl_convert = import_module("vl_convert")
    except ImportError:
        raise MissingExtra("vl-convert-python", "report", "a PNG picture") from None
    return vl_convert.svg_to_png(svg, scale=2)


def _words(language: str) -> dict:
    if language not in WORDS:
        raise UsageError(f"there are no pictures in the language {language!r}", f"the languages are {', '.join(WORDS)}")
    return WORDS[language]


def _checked(bowl: Bowl, paths: Sequence[Trajectory]) -> Sequence[Trajectory]:
    if not paths:
        raise UsageError("there is no path to draw", "give at least one trajectory")
    for path in paths:
        if Layout(path.terms, path.intercept) != bowl.layout:
            raise UsageError(
                f"the path has the terms {path.terms} and the bowl {bowl.layout.terms}", "give a path of that bowl"
            )
    return paths


def _axes(bowl: Bowl, terms: tuple[str, str] | None) -> tuple[int, int]:
    if len(bowl.names) < 2:
        raise UsageError("contours need two coefficients, and there is one", "draw its parabola: curve_picture")
    if terms is None:
        return (1, 0) if bowl.layout.intercept else (0, 1)
    places = bowl.layout.position(terms[0]), bowl.layout.position(terms[1])
    if terms[0] == terms[1]:
        raise UsageError(f"both axes are {terms[0]!r}; name two terms", "name two terms")
    return places


def _symbol(bowl: Bowl, position: int) -> str:
    """b, W (hours), or the term itself among many."""
    if bowl.layout.intercept and position == 0:
        return "b"
    return f"W ({bowl.names[position]})"


def _title(bowl: Bowl) -> str:
    terms = bowl.layout.terms
    return f"H(x) = W·{terms[0]}{' + b' if bowl.layout.intercept else ''}" if len(terms) == 1 else "H(x) = W·x + b"


def _track(bowl: Bowl, path: Trajectory) -> Matrix:
    """(k + 1, q) the coefficients from the start on."""
    return bowl.layout.join(np.vstack([path.start[0], path.W]), np.append(path.start[1], path.b))


def _captions(bowl: Bowl, path: Trajectory, words: dict) -> tuple[str, str, str]:
    """The panel's heading, the rate, and what came of it."""
    lr = float(path.lr[0])
    constant = bool(np.all(path.lr == lr))
    kind = rates_of(bowl).verdict(lr).kind if constant and not path.method and not path.notes else None
    heading = "" if kind is None else words[kind]
    rate = f"{words['lr']} {readable(lr)}{'' if constant else ' …'}{f' · {path.method}' if path.method else ''}"
    excess = path.final_cost - bowl.floor
    epochs = f"{path.outcome.epochs} {words['epochs']}"
    if path.outcome.kind is OutcomeKind.DIVERGING and path.outcome.growth is not None:
        came = f"{epochs} · {readable(path.outcome.growth)} {words['grows']}"
    else:
        came = f"{epochs} · {words['cost']} {readable(excess, 2)} {words['left']}"
    return heading, rate, came


def _frame(center: Vector, tracks: Sequence[Matrix]) -> Extent:
    """Room for the starts, the minimum and what a converging path covers; a diverging path runs out of it."""
    reach = np.zeros(2)
    for track in tracks:
        away = np.abs(track - center)
        inside = away[: max(2, int(np.argmax(away.max(axis=1) > 1.6 * away[0].max())) or len(away))]
        reach = np.maximum(reach, np.minimum(inside.max(axis=0), 1.6 * np.maximum(away[0], 0.4 * away[0].max())))
    reach = np.where(reach > 0, reach, np.maximum(np.abs(center), 1.0)) * 1.25
    return Extent(center[0] - reach[0], center[0] + reach[0], center[1] - reach[1], center[1] + reach[1])


def _rings(panel: Panel, hessian: Matrix, center: Vector, frame: Extent) -> None:
    """Contours from the outside in, evenly spaced in distance: cost grows with the square of the ring's number."""
    corners = np.array([[x, y] for x in (frame.left, frame.right) for y in (frame.bottom, frame.top)]) - center
    highest = float(max(0.5 * corner @ hessian @ corner for corner in corners))
    values, vectors = np.linalg.eigh(hessian)
    values = np.maximum(values, 1e-9 * values[-1])
    for ring in range(RINGS, 0, -1):
        level = highest * (ring / RINGS) ** 2
        panel.ellipse(center, vectors * np.sqrt(2 * level / values), ring / RINGS)

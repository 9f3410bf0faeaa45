"""The kinds of pictures, a row each: adding one is a module and its row.

A module's `scene` takes (model, shown, options) and gives a scene; where rows are needed its `wants` takes (model, options)
and says what of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from wxb.errors import UsageError
from wxb.i18n import N_, _
from wxb.near import list_names, near_names
from wxb.printable import show


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """module : under `wxb.pictures`        scene, wants : its functions        about : in a few words, for help

    needs : what there must be besides a line        takes : options by their names
    bowl : whether it draws the cost as a bowl, of which the line is the least or on its way there
    """

    module: str
    about: str
    needs: Literal["nothing", "rows", "rows too", "descent"] = "nothing"
    takes: tuple[str, ...] = ()
    bowl: bool = False
    scene: str = "scene"
    wants: str = "wants"

    def function(self, name: str) -> Any:
        return getattr(import_module(f"wxb.pictures.{self.module}"), name)


KINDS = {
    "line": Kind(module="line", needs="rows", takes=("term", "at", "interval"), about=N_("the rows and the line, with its bands")),
    "residuals": Kind(
        module="errors", scene="residuals", wants="wants_residuals", needs="rows", takes=("term",),
        about=N_("the error of each row, drawn from the line"),
    ),
    "squares": Kind(
        module="errors", scene="squares", wants="wants_squares", needs="rows", takes=("term",),
        about=N_("their squares: the cost is the mean area"),
    ),
    "fitted": Kind(
        module="spread", scene="fitted", wants="wants_fitted", needs="rows",
        about=N_("errors against predictions: is there a bend?"),
    ),
    "qq": Kind(module="qq", needs="rows", about=N_("quantiles of the errors: are they normal?")),
    "scale": Kind(
        module="spread", scene="scale", wants="wants_scale", needs="rows",
        about=N_("the size of errors against predictions: do they spread evenly?"),
    ),
    "leverage": Kind(module="leverage", needs="rows", about=N_("rows that pull the line, with Cook's distance")),
    "coefficients": Kind(module="coefficients", takes=("interval",), about=N_("coefficients with their intervals")),
    "path": Kind(
        module="path", needs="descent", takes=("term",),
        about=N_("the path of the descent over contours of the cost, or of a chosen penalty the coefficients along λ"),
    ),
    "folds": Kind(module="penalty", scene="folds_scene", needs="descent", about=N_("of a chosen penalty the cost of each λ")),
    "alpha": Kind(
        module="alpha", bowl=True, takes=("rates", "within"), about=N_("the axis of learning rates, from crawling to diverging")
    ),
    "cost": Kind(
        module="cost", bowl=True, needs="rows too", takes=("term",), about=N_("the cost along one weight, and what rows add")
    ),
    "bowl": Kind(
        module="bowl", bowl=True, takes=("term",), about=N_("the cost over two coefficients: contours, steepest, flattest")
    ),
    "film": Kind(
        module="film", needs="rows too", takes=("term",), about=N_("the line at epochs 0, 1, 2, 5, 10, 100 …")
    ),
    "gradients": Kind(
        module="gradients", bowl=True, takes=("rates", "within", "term"), about=N_("what zero_grad() is for: gradients that add up")
    ),
    "graph": Kind(module="graph", bowl=True, about=N_("the cost as a graph: values forward, gradients back")),
    "epochs": Kind(module="epochs", bowl=True, needs="descent", takes=("rates", "within"), about=N_("the cost by epoch")),
    "rates": Kind(
        module="rates", bowl=True, takes=("rates", "within", "term"), about=N_("three learning rates: too small, good, too large")
    ),
}  # fmt: skip


def kind_named(name: Any) -> Kind:
    """UsageError for one that there is not, with those near it."""
    if isinstance(name, str) and name in KINDS:
        return KINDS[name]
    near = near_names(str(name), list(KINDS))
    do = _("did you mean {near}?", near=list_names(near)) if near else _("there are {all}", all=list_names(list(KINDS)))
    raise UsageError(_("there is no picture {name}", name=show(str(name))), do)

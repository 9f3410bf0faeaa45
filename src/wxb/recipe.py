"""What was asked of a fit: every choice that changes the answer, in one frozen place."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from wxb.arguments import NO_NUMBERS, wrong
from wxb.errors import UsageError

ENGINES = ("auto", "moments", "torch")
DTYPES = ("float64", "float32")
PRECISIONS = ("exact", "fast")


@dataclass(frozen=True, slots=True)
class Recipe:
    """The choices of a fit. `None` for lr, epochs and optimizer asks for the exact minimum.

    lr : learning rate, a number or "auto"        epochs, momentum, nesterov, schedule, scale : of the descent
    line_search : the exact best step each epoch
    optimizer : "gd" or any of torch.optim by name        engine : "auto", "moments" or "torch"
    dtype : "float64" or "float32" (torch engine)        batch_size, device : of the torch engine
    precision : "exact" or "fast"        rank : "drop" or "error"        intercept : whether b is fitted
    test : share of rows held out        folds : number of folds        seed : of all that is random
    missing : "error" or "drop"
    """

    lr: float | str | None = None
    epochs: int | None = None
    momentum: float = 0.0
    nesterov: bool = False
    schedule: str | None = None
    scale: str | None = None
    line_search: bool = False
    optimizer: str | None = None
    engine: str = "auto"
    dtype: str = "float64"
    batch_size: int | None = None
    device: str = "cpu"
    precision: str = "exact"
    rank: str = "drop"
    intercept: bool = True
    test: float = 0.0
    folds: int = 0
    seed: int = 0
    missing: str = "error"

    def __post_init__(self) -> None:
        for name, kinds in RECIPE_TYPES.items():
            value = getattr(self, name)
            if type(value) not in kinds and (value is not None or name not in _MAY_BE_NONE):
                object.__setattr__(self, name, _converted(name, value, kinds))
        for name, allowed in (
            ("engine", ENGINES),
            ("dtype", DTYPES),
            ("precision", PRECISIONS),
            ("rank", ("drop", "error")),
            ("missing", ("error", "drop")),
            ("scale", (None, "standard")),
        ):
            value = getattr(self, name)
            if value not in allowed:
                choices = ", ".join(repr(a) for a in allowed)
                raise UsageError(f"{name} must be one of {choices}, not {value!r}")
        if isinstance(self.lr, str) and self.lr != "auto":
            raise UsageError(f"lr must be a number or 'auto', not {self.lr!r}")
        for name in ("optimizer", "schedule", "device"):
            if getattr(self, name) == "":
                raise UsageError(f"{name} is an empty text", "give its name, or leave it out")
        if self.uses_torch:
            if self.engine == "moments":
                raise UsageError(
                    f"engine 'moments' does full-batch descent in float64 only, not {self._needs_torch()}",
                    "leave engine out, or give engine='torch'",
                )
            if self.scale or self.line_search:
                raise UsageError("scale and line_search belong to descent on moments, not to the torch engine")
        elif not self.descends and self._descent_options():
            raise UsageError(
                f"{self._descent_options()} belongs to a descent, and none is asked for",
                "give lr (a number or 'auto') or epochs; without them the fit is the exact minimum",
            )

    @property
    def descends(self) -> bool:
        """Whether a descent is asked for, or the exact minimum."""
        return self.lr is not None or self.epochs is not None or self.optimizer is not None or self.line_search

    @property
    def uses_torch(self) -> bool:
        return self.engine == "torch" or bool(self._needs_torch())

    @property
    def gradient_descent(self) -> bool:
        """Whether each step is one of full-batch gradient descent."""
        return (self.optimizer or "gd").lower() in ("gd", "sgd") and self.batch_size is None

    def _needs_torch(self) -> str:
        wanted = []
        if self.optimizer is not None and self.optimizer.lower() not in ("gd", "sgd"):
            wanted.append(f"optimizer {self.optimizer!r}")
        if self.batch_size is not None:
            wanted.append(f"batch_size {self.batch_size}")
        if self.dtype != "float64":
            wanted.append(f"dtype {self.dtype}")
        if self.device != "cpu":
            wanted.append(f"device {self.device}")
        return ", ".join(wanted)

    def _descent_options(self) -> str:
        given = [n for n in ("momentum", "nesterov", "schedule", "scale") if getattr(self, n)]
        return ", ".join(given)

    def to_json(self) -> dict[str, Any]:
        """The choices that are not the defaults."""
        default = Recipe()
        return {name: value for name, value in asdict(self).items() if value != getattr(default, name)}


RECIPE_TYPES: dict[str, tuple[type, ...]] = {
    "lr": (float, str), "epochs": (int,), "momentum": (float,), "nesterov": (bool,), "schedule": (str,),
    "scale": (str,), "line_search": (bool,), "optimizer": (str,), "engine": (str,), "dtype": (str,),
    "batch_size": (int,), "device": (str,), "precision": (str,), "rank": (str,), "intercept": (bool,),
    "test": (float,), "folds": (int,), "seed": (int,), "missing": (str,),
}  # fmt: skip
_MAY_BE_NONE = {"lr", "epochs", "schedule", "scale", "optimizer", "batch_size"}
_KIND_NAMES = {int: "a whole number", float: "a number", bool: "True or False", str: "a text"}


def _converted(name: str, value: Any, kinds: tuple[type, ...]) -> Any:
    """A number of another type (NumPy's, 2000.0 epochs) as the one the model file keeps; anything else is refused."""
    kind = kinds[0]
    if str in kinds and isinstance(value, str):  # of a class of its own: np.str_, an enumeration
        return str.__str__(value)
    if kind is bool and isinstance(value, np.bool_):
        return bool(value)
    is_number = (
        kind in (int, float)
        and isinstance(value, int | float | np.integer | np.floating)
        and not isinstance(value, NO_NUMBERS)
    )
    with suppress(OverflowError):  # an integer of hundreds of digits is no float64
        if is_number and (kind is float or float(value).is_integer()):
            return kind(value)
    wanted = "a number or 'auto'" if name == "lr" else _KIND_NAMES[kind]
    raise wrong(name, wanted, value)


assert set(RECIPE_TYPES) == {f.name for f in fields(Recipe)}

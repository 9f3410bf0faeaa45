"""What a call was given: names as texts, features as a tuple, weights as a column of the table.

(X, y, w)             y the target, w the weights, X the features
weights=[1, 2, …]     a column more, beside those of the arrays, the frame or the dict
features=<anything>   an iterable of names, taken once; sets have no order and are refused
target=0              the column `0`: names are texts inside, and 0 and "0" are the same one
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wxb.advice import Advice
from wxb.arguments import described
from wxb.data.files import is_path
from wxb.data.layout import plain_source
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.printable import show


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """data : as it was, or a Table where its columns had to be put together       target, features, weights : names"""

    data: Any
    target: str | None = None
    features: tuple[str, ...] | None = None
    weights: str | None = None

    @property
    def names(self) -> dict[str, Any]:
        """The columns of the call, as the options that name them."""
        return {"target": self.target, "features": self.features, "weights": self.weights}


def given(data: Any, target: Any = None, features: Any = None, weights: Any = None) -> Given:
    """The same call with names for everything; UsageError for what cannot be meant."""
    if isinstance(data, str) and "~" in data and not isinstance(target, str | None):
        raise UsageError(
            _("found the formula {data} where data stand", data=show(data)),
            _("data first, then {formula}", formula=Advice("formula", data)),
        )
    target, chosen = column_name(target, "target"), feature_names(features)
    together = is_together(data)
    if is_name(weights) and not together:
        return Given(data=data, target=target, features=chosen, weights=column_name(weights, "weights"))
    if together and len(data) == 3 and weights is not None:
        raise UsageError(_("there are weights in (X, y, weights) and in weights=…"), _("give them in one place"))
    from wxb.data.open import open_table

    if is_name(weights):
        table: Any = open_table(data)
        name = column_name(weights, "weights")
        return Given(data=table, target=target or table.target, features=chosen, weights=name or table.weights)
    _refuse_named_weights(data, weights)
    table = open_table(data, weights=weights)
    return Given(data=table, target=target or table.target, features=chosen, weights=table.weights)


def is_together(data: Any) -> bool:
    """Whether data are `(X, y)` or `(X, y, weights)`; UsageError for a tuple that is neither, nor of paths."""
    if type(data) is not tuple or (data and all(is_path(one) for one in data)):
        return False
    if len(data) not in (2, 3):
        raise UsageError(
            _("a tuple of {count} is no table", count=len(data)),
            _("give (X, y), or (X, y, weights): features, target, weights of the rows"),
        )
    return True


def is_name(thing: Any) -> bool:
    """Whether a thing can be the name of a column: one text, number or date, and no column of them."""
    if thing is None or isinstance(thing, (str, bytes)):
        return True
    if isinstance(thing, tuple):  # of a pandas MultiIndex
        return any(isinstance(part, str) for part in thing)
    return (not hasattr(thing, "__iter__") and not hasattr(thing, "__array__")) or getattr(thing, "ndim", None) == 0


def column_name(name: Any, argument: str) -> str | None:
    """The name of a column as the text it is inside."""
    if name is None or isinstance(name, str):
        return name
    if not is_name(name) or isinstance(name, (bool, bytes)) or callable(name) or is_path(name):
        do = _('for example {argument}="y"', argument=argument)
        if argument == "target" and hasattr(name, "__len__"):
            do = _("X and y go together in one pair of brackets: wxb.fit((X, y))")
        raise UsageError(
            _("{argument} must be the name of a column, not {name}", argument=argument, name=described(name)), do
        )
    try:
        return str(name)
    except Exception:  # a text of the user's own may fail
        raise UsageError(
            _("{argument} must be the name of a column, not {name}", argument=argument, name=described(name)),
            _("give the name of a column"),
        ) from None


def feature_names(features: Any) -> tuple[str, ...] | None:
    """Names from anything that can be gone through once."""
    if features is None:
        return None
    if isinstance(features, (str, bytes, bytearray, memoryview)):
        raise UsageError(
            _("features={features!r} is a text, not a list of names", features=features),
            _("use features=[{features!r}]", features=features),
        )
    return _listed(features, "features", _("the order of the terms is that of the features"))


def label_names(by: Any, argument: str = "by") -> tuple[str, ...] | None:
    """Names of columns of labels: of one, or of several in a list or a tuple."""
    if by is None:
        return None
    if isinstance(by, tuple) or not (is_name(by) or isinstance(by, (bytearray, memoryview))):
        names = _listed(by, argument, _("labels have that of their columns"))
        if not names:
            raise UsageError(
                _("{argument} names no column", argument=argument),
                _('give the names of columns, for example {argument}=["school", "year"]', argument=argument),
            )
        return names
    name = column_name(by, argument)
    return None if name is None else (name,)


def _listed(names: Any, argument: str, order: str) -> tuple[str, ...]:
    if isinstance(names, (set, frozenset)):
        raise UsageError(
            _("{argument} is a set, which has no order, and {order}", argument=argument, order=order),
            _("use {argument}=sorted(…), or a list", argument=argument),
        )
    if not isinstance(names, Iterable) or getattr(names, "ndim", 1) == 0:
        raise UsageError(
            _("{argument} must be a list of names, not {names}", argument=argument, names=described(names)),
            _("use {argument}=[{names}]", argument=argument, names=described(names)),
        )
    found = []
    for name in names:
        if name is None or not is_name(name):
            raise UsageError(
                _(
                    "{argument} must be names of columns; one of them is {name}",
                    argument=argument,
                    name=described(name),
                ),
                _('use ["a", "b"]'),
            )
        found.append(
            column_name(
                name,
                _("each of the features")
                if argument == "features"
                else _("each name in {argument}", argument=argument),
            )
        )
    return tuple(name for name in found if name is not None)


def _refuse_named_weights(data: Any, weights: Any) -> None:
    """Raise UsageError for weights in a column of their own where the source has its own rows, or that are a name in a list."""
    if isinstance(weights, (list, tuple)) and len(weights) == 1 and isinstance(weights[0], str):
        raise UsageError(
            _("weights={weights!r} is a list, not the name of a column", weights=weights),
            _("use weights={weights!r}", weights=weights[0]),
        )
    if isinstance(weights, (set, frozenset, Mapping)) or not hasattr(weights, "__len__"):
        raise UsageError(
            _("weights must be the name of a column, or one weight a row, not {weights}", weights=described(weights)),
            _("give a list, an array or a series"),
        )
    data = plain_source(data)
    if (
        is_path(data)
        or hasattr(data, "read")
        or (isinstance(data, (list, tuple)) and data and all(is_path(one) for one in data))
    ):
        raise UsageError(
            _("weights of files are the name of a column, not {weights}", weights=described(weights)),
            _('write them into the files as a column w and give weights="w"'),
        )

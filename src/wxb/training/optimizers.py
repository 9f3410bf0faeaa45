"""Any optimizer of torch.optim, by name, with options checked before the run.

The names are asked of torch.optim itself, so whatever the installed version has is there; "gd" is torch.optim.SGD on all rows.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wxb.errors import UsageError
from wxb.i18n import _, either

if TYPE_CHECKING:
    import torch

NOT_OURS = {"params", "lr", "differentiable", "capturable", "closure"}


def optimizer_names() -> dict[str, type[torch.optim.Optimizer]]:
    """Name in lower case → class, for every optimizer of the installed torch."""
    import torch

    classes = {
        name.lower(): value
        for name, value in vars(torch.optim).items()
        if inspect.isclass(value) and issubclass(value, torch.optim.Optimizer) and value is not torch.optim.Optimizer
    }
    return classes | {"gd": torch.optim.SGD}


def make_optimizer(
    name: str, parameters: list[torch.Tensor], lr: float | None, options: Mapping[str, Any]
) -> torch.optim.Optimizer:
    """The optimizer of a name over the parameters. Raises UsageError for a name or an option it does not have."""
    classes = optimizer_names()
    cls = classes.get(name.lower())
    if cls is None:
        near = difflib.get_close_matches(name.lower(), classes, n=3, cutoff=0.5)
        hint = (
            _("did you mean {near}?", near=either(*near))
            if near
            else _("there are {classes}", classes=", ".join(sorted(classes)))
        )
        raise UsageError(_("torch.optim has no optimizer {name!r}", name=name), hint)
    known = set(inspect.signature(cls).parameters) - NOT_OURS
    for option in options:
        if option not in known:
            near = difflib.get_close_matches(option, known, n=2, cutoff=0.5)
            hint = (
                _("did you mean {near}?", near=either(*near))
                if near
                else _("its options are {known}", known=", ".join(sorted(known)))
            )
            raise UsageError(_("the optimizer {kind} has no option {option!r}", kind=cls.__name__, option=option), hint)
    given = dict(options) if lr is None else {"lr": lr, **options}
    try:
        return cls(parameters, **given)
    except (ValueError, TypeError, RuntimeError) as error:
        raise UsageError(
            _("the optimizer {kind} refuses: {error}", kind=cls.__name__, error=error),
            _("leave out the option it does not know, or choose another optimizer"),
        ) from None

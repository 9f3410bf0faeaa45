"""What an exception of torch's was raised of: the user's line, the layer, and the tensors, read from its traceback.

The frames of a traceback still hold their variables, so nothing has to be written down while the run goes on: torch's own
frames below the user's line know the layer (`self`), and the lens, where it was on, the operation and its arguments.
An exception that the user's own `raise` or `assert` made is not torch's.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Any

from wxb.watching import sources
from wxb.watching.finding import NOWHERE, Site


@dataclass(slots=True)
class Raised:
    """operands : (what the user calls it, tensor); an operand without a name of its own has ""

    frame : the user's innermost      module : the innermost layer of torch's whose forward was under way, with its name
    """

    error: BaseException
    text: str
    site: Site = NOWHERE
    frame: FrameType | None = None
    by_user: bool = False
    module: Any = None
    layer: str = ""
    operands: list[tuple[str, Any]] = field(default_factory=list)

    def described(self) -> str:
        """The layer, as `model.2 = Linear(in_features=5, out_features=1, bias=True)`; "" where there is none."""
        if self.module is None:
            return ""
        made = f"{type(self.module).__name__}({self.module.extra_repr()})"
        return f"{self.layer} = {made}" if self.layer else made


def read(error: BaseException, run: Any) -> Raised:
    """What is known of an exception. `run`: the session, for names."""
    raised = Raised(error, str(error))
    links = list(_links(error.__traceback__))
    user = next((link for link in reversed(links) if _whose(link) == sources.USER), None)
    user = user or next((link for link in reversed(links) if _whose(link) == sources.LIBRARY), None)
    if user is None:
        return raised
    raised.site, raised.frame = Site(user.tb_frame.f_code.co_filename, user.tb_lineno), user.tb_frame
    below = links[links.index(user) + 1 :]
    raised.by_user = not below and _raises(raised.site)
    run.names.learn([link.tb_frame for link in reversed(links) if _whose(link) == sources.USER])
    _find_layer(raised, below, run)
    raised.operands = list(_operands(user, below, run))
    return raised


def _links(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _whose(link: TracebackType) -> int:
    return sources.whose(link.tb_frame.f_code.co_filename)


def _raises(site: Site) -> bool:
    tree = sources._tree(site.file)
    return any(
        isinstance(node, ast.Raise | ast.Assert) and node.lineno <= site.line <= (node.end_lineno or node.lineno)
        for node in (ast.walk(tree) if tree else ())
    )


def _find_layer(raised: Raised, below: list[TracebackType], run: Any) -> None:
    for link in below:
        module = dict(sources.variables(link.tb_frame)).get("self")
        if isinstance(module, run.torch.nn.Module) and type(module).__module__.startswith("torch.nn"):
            raised.module = module
    if raised.module is not None:
        for reference, name in run.names.modules:
            root = reference()
            for inner, one in root.named_modules() if root is not None else ():
                if one is raised.module:
                    raised.layer = f"{name}.{inner}" if inner else name


def _operands(user: TracebackType, below: list[TracebackType], run: Any) -> Iterator[tuple[str, Any]]:
    """The tensors of the failing call: the lens's arguments, else torch's variables, else those of the user's expression."""
    torch, mine = run.torch, sources.variables(user.tb_frame)
    expression = sources.expression_at(user.tb_frame, user.tb_lasti)
    tensors = list(_tensors(_arguments(below) if below else _variables(expression.text, dict(mine)), torch))
    owners = [dict(sources.variables(link.tb_frame)).get("self") for link in below]
    layers = {id(owner) for owner in owners if isinstance(owner, torch.nn.Module)}
    texts = [expression.left, expression.right] if below and len(tensors) == 2 else []
    if len(layers) == 1 and not texts:
        texts = [expression.argument]  # `model(x)`: the layer's input, then its own weights
    for place, tensor in enumerate(tensors[:4]):
        name = next((name for name, value in mine if value is tensor), "") or run.names.of(tensor)
        yield name or (texts[place] if place < len(texts) else ""), tensor


def _arguments(below: list[TracebackType]) -> list[Any]:
    """What the operation was called with, or the variables of torch's layer or function around it."""
    for link in reversed(below):
        if link.tb_frame.f_code.co_filename.startswith(sources.HERE):
            seen = dict(sources.variables(link.tb_frame))
            if "args" in seen and "func" in seen:
                return [*seen["args"], *(seen.get("kwargs") or {}).values()]
    layers = [link for link in below if f"{os.sep}nn{os.sep}" in link.tb_frame.f_code.co_filename] or below
    return [value for __, value in sources.variables(layers[-1].tb_frame)]


def _variables(text: str, known: dict[str, Any]) -> list[Any]:
    names = [node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    return [known[name] for name in dict.fromkeys(names) if name in known]


def _tensors(values: Iterable[Any], torch: Any) -> Iterator[Any]:
    for value in values:
        for one in value if type(value) in (list, tuple) else (value,):
            if isinstance(one, torch.Tensor):
                yield one

"""`record()`: write down, while a computation runs, what autograd will not keep.

    with wxb.record():
        y = w**2
        z = 2*f(y) + 5         # autograd does not keep the 5, and not every text tells it (`wxb.explaining.written`)
    print(wxb.explain(z))

Every torch call whose result has a grad_fn leaves a note **on that graph node**: the value, the constants it was called
with, the source line, the variable it was assigned to (read from the next byte code instruction) and the modules it ran
in. The notes live and die with the graph; when the block ends no hook, mode or reference is left behind.

Values of up to KEPT_ELEMENTS elements are copied; larger ones are shared, and an in-place change after is noticed.
"""

from __future__ import annotations

import contextlib
import dis
import functools
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

from wxb.explaining._torch import torch

KEPT_ELEMENTS = 4096
MOST_LISTED = 64
_KEY = "wxb.record"
_STORES = ("STORE_FAST", "STORE_NAME", "STORE_GLOBAL", "STORE_DEREF")
_THIS = __file__
_begun: list[bool] = []  # not empty once anything was recorded in this process


@dataclass(frozen=True, slots=True)
class Note:
    """What was recorded of one function's output.

    Attributes:
        value, version: the value, and the version of its memory then; a copy has version −1.
        function: the torch function the user called.
        operands: what it was called with: numbers as they are, tensors as such (constants only), None for the rest.
        file, line, name: where, and the variable it was assigned to ("" when none).
        modules: names of the modules it ran in, outermost first.
    """

    value: torch.Tensor
    version: int
    function: str
    operands: tuple[Any, ...]
    file: str
    line: int
    name: str
    modules: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether the value is still the one recorded."""
        return self.version < 0 or self.value._version == self.version

    def aligned(self, operation: str, count: int) -> tuple[Any, ...]:
        """The operands of an operation as they were passed: `where(c, a, b)` is of a and b; () for a call of another name."""
        called = self.function.strip("_")
        same = operation in (called, called[1:] if called[:1] in ("r", "i") else "")
        first = 1 if operation == "where" else 0
        return self.operands[first : first + count] if same else ()


def note_of(function: Any, output: int) -> Note | None:
    """The note on a graph node, if `record()` was watching when it was made."""
    if not _begun:
        return None
    metadata = getattr(function, "metadata", None)
    return metadata.get(_KEY, {}).get(output) if isinstance(metadata, Mapping) else None


@contextlib.contextmanager
def record() -> Iterator[None]:
    """Record values, constants, source lines, names and modules for `explain`; may be nested, also in threads."""
    state = _Modules()
    before = torch.nn.modules.module.register_module_forward_pre_hook(state.enter)
    after = torch.nn.modules.module.register_module_forward_hook(state.leave, always_call=True)
    try:
        with _Recorder(state):
            yield
    finally:
        before.remove()
        after.remove()


class _Modules(threading.local):
    """The modules whose forward is running in this thread, outermost first, with their attribute names."""

    def __init__(self) -> None:
        self.stack: list[tuple[Any, str]] = []

    def enter(self, module: Any, arguments: Any) -> None:
        name = type(module).__name__
        if self.stack:
            parent = self.stack[-1][0]
            found = next((key for key, child in parent.named_modules() if child is module and key), None)
            name = found if found is not None else name
        self.stack.append((module, name))

    def leave(self, module: Any, arguments: Any, output: Any) -> None:
        if self.stack and self.stack[-1][0] is module:
            self.stack.pop()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self.stack)


class _Recorder(torch.overrides.TorchFunctionMode):
    def __init__(self, modules: _Modules) -> None:
        super().__init__()
        self.modules = modules

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        outputs = result if isinstance(result, tuple | list) else (result,)
        for output in outputs:
            function = output.grad_fn if isinstance(output, torch.Tensor) else None
            if function is not None:
                self.note(function, output, func, (*args, *(kwargs or {}).values()), assigned=output is result)
        return result

    def note(
        self, function: Any, output: torch.Tensor, func: Callable[..., Any], args: tuple[Any, ...], *, assigned: bool
    ) -> None:
        _begun[:] = [True]
        notes = function.metadata.setdefault(_KEY, {})
        frame = _user_frame(sys._getframe(2))
        name = "" if frame is None or not assigned else assigned_name(frame.f_code, frame.f_lasti)
        known = notes.get(output.output_nr)
        if known is not None and known.intact and getattr(func, "__name__", "") in ("__get__", known.function):
            return
        with torch.no_grad(), torch._C.DisableTorchFunction():
            value = output.detach()
            copied = value.numel() <= KEPT_ELEMENTS and value.layout is torch.strided
            value = value.clone() if copied else value
        notes[output.output_nr] = Note(
            value=value,
            version=-1 if copied else value._version,
            function=getattr(func, "__name__", "?"),
            operands=tuple(_operand(argument) for argument in _flat(args)),
            file="" if frame is None else frame.f_code.co_filename,
            line=0 if frame is None else frame.f_lineno,
            name=name,
            modules=self.modules.names,
        )


def _flat(arguments: tuple[Any, ...]) -> Iterator[Any]:
    """Arguments, and those within lists, as `torch.cat` takes them."""
    for argument in arguments:
        if isinstance(argument, list | tuple) and len(argument) <= MOST_LISTED:
            yield from argument
        else:
            yield argument


def _operand(argument: Any) -> Any:
    """A number, or a tensor outside the graph; what is in the graph is known from the graph (and would leak here).

    A large tensor is kept as its shape alone.
    """
    if isinstance(argument, bool | int | float):
        return argument
    if isinstance(argument, torch.Tensor) and not argument.requires_grad:
        small = argument.numel() <= KEPT_ELEMENTS
        return argument if small else torch.empty(argument.shape, dtype=argument.dtype, device="meta")
    return None


def recording() -> bool:
    """Whether `record()` is at work in this thread."""
    return any(isinstance(mode, _Recorder) for mode in torch.overrides._get_current_function_mode_stack())


def _user_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame that is neither torch's nor this module's."""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if frame.f_code.co_filename != _THIS and module != "torch" and not module.startswith("torch."):
            return frame
        frame = frame.f_back
    return None


@functools.lru_cache(maxsize=4096)
def assigned_name(code: CodeType, offset: int) -> str:
    """The variable that the instruction after `offset` stores into: `y` for the call in `y = torch.exp(x)`."""
    following = (one for one in dis.get_instructions(code) if one.offset > offset and one.opname != "CACHE")
    after = next(following, None)
    while after is not None and after.opname in ("NOP", "EXTENDED_ARG", "NOT_TAKEN"):
        after = next(following, None)
    if after is None or not after.opname.startswith(_STORES):
        return ""
    stored = after.argval
    return stored if isinstance(stored, str) else str(stored[0]) if isinstance(stored, tuple) and stored else ""

"""What is checked: a function and its inputs in float64, called anew each time on copies, so that nothing of the user's moves.

    f(x, w)          every floating input that requires a gradient; all floating ones where none does
    model(x)         and the parameters of the model, a copy of it in float64, its buffers as they are at every call

Every call draws the same random numbers, so dropout is a function like any other. A number of several outputs is made by weights v:
φ = Σ Re(v̄ · output). Refused are functions that differ on the same inputs, and those that cannot be had in float64.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wxb.errors import UsageError
from wxb.explaining._torch import torch
from wxb.i18n import _

SEED = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """call : values of all inputs → what the function returns        names, values : what is differentiated by, in float64
    notes : what must be known of the check
    """

    call: Callable[[Sequence[torch.Tensor]], Any]
    names: tuple[str, ...]
    values: tuple[torch.Tensor, ...]
    title: str
    notes: list[str] = field(default_factory=list)

    def outputs(self, values: Sequence[torch.Tensor]) -> dict[str, torch.Tensor]:
        """Real and complex outputs by name."""
        devices = sorted({one.device.index or 0 for one in self.values if one.is_cuda})
        with torch.random.fork_rng(devices):
            torch.default_generator.manual_seed(
                SEED
            )  # not torch.manual_seed: it would seed devices that are not put back
            for device in devices:
                torch.cuda.default_generators[device].manual_seed(SEED)
            returned = self.call(values)
        return {name: one for name, one in _tensors(returned, "") if one.is_floating_point() or one.is_complex()}


def subject_of(f: Callable[..., Any], inputs: Any) -> Subject:
    """A function with its inputs, looked at once: it gives floats, the same ones twice, and does so in float64."""
    if not callable(f):
        what = _("check_gradients needs a function of tensors, found a {kind}", kind=type(f).__name__)
        raise UsageError(what, _("pass the function itself and its inputs: check_gradients(f, (x, w))"))
    given, by_name = _named(f, inputs)
    own = _wanted(given)
    model = _double(f) if isinstance(f, torch.nn.Module) else None
    parameters = {} if model is None else {n: p for n, p in model.named_parameters() if p.requires_grad}
    if not own and not parameters:
        what = _("there is nothing to differentiate by: no input is a floating or complex tensor")
        raise UsageError(what, _("pass inputs with numbers that may vary, such as torch.randn(3)"))
    names = (*own, *parameters)
    values = tuple(_wide(one) for one in (*(given[name] for name in own), *parameters.values()))
    made = Subject(_caller(f, model, given, own, names, by_name), names, values, _title(f))
    fixed = [name for name, one in given.items() if name not in own and isinstance(one, torch.Tensor)]
    if fixed:
        made.notes.append(_("held as they are: {names}", names=", ".join(f"`{name}`" for name in fixed)))
    _look(made, f, given, by_name)
    return made


def scalar(outputs: Mapping[str, torch.Tensor], weights: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """φ, one number of all outputs."""
    return sum((inner(outputs[name], one) for name, one in weights.items()), torch.zeros((), dtype=torch.float64))


def inner(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Σ Re(ā b), in float64."""
    if one.is_complex():
        one, other = torch.view_as_real(one.resolve_conj()), torch.view_as_real(other.resolve_conj())
    return (one.double() * other.double()).sum().to("cpu")


def random_like(value: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Normal numbers, of length 1 together, in the shape of a value."""
    drawn = torch.randn(
        value.shape, generator=generator, dtype=torch.complex128 if value.is_complex() else torch.float64
    )
    return (drawn / drawn.norm().clamp(min=1e-300)).to(value.device)


def _named(f: Callable[..., Any], inputs: Any) -> tuple[dict[str, Any], bool]:
    """Inputs by name, and whether they are passed so: those of a mapping to the arguments of these names.

    A mapping none of whose names is an argument's labels what is passed in its order.
    """
    known, more = _arguments(f)
    if not isinstance(inputs, Mapping):
        several = inputs if isinstance(inputs, tuple | list) else (inputs,)
        labels = known if len(several) <= len(known) else [_("input {number}", number=n) for n in range(len(several))]
        return dict(zip(labels, several)), False
    given = {str(name): one for name, one in inputs.items()}
    strange = [name for name in given if name not in known and name not in more]
    if len(strange) == len(given) and "**" not in more:
        return given, False
    if strange and "**" not in more:
        raise UsageError(
            _("f has no argument `{name}`", name=strange[0]),
            _("name its arguments: {names}", names=", ".join(f"`{name}`" for name in (*known, *more))),
        )
    if _custom(f) is None:
        return given, True
    return {name: given[name] for name in known if name in given}, False  # apply takes no names


def _arguments(f: Callable[..., Any]) -> tuple[list[str], list[str]]:
    """The names of what can be passed by its place, and by name alone; `**` among these where any name can."""
    custom = _custom(f)
    called = f.forward if isinstance(f, torch.nn.Module) else f if custom is None else custom.forward
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    try:
        parameters = inspect.signature(called).parameters
    except (TypeError, ValueError):
        return [], []
    known = [name for name, one in parameters.items() if one.kind in places]
    more = [name for name, one in parameters.items() if one.kind is inspect.Parameter.KEYWORD_ONLY]
    more += ["**" for one in parameters.values() if one.kind is inspect.Parameter.VAR_KEYWORD]
    apart = custom is not None and custom.setup_context is torch.autograd.Function.setup_context
    return known[1:] if apart else known, more  # forward(ctx, x)


def _custom(f: Callable[..., Any]) -> type[torch.autograd.Function] | None:
    """Whose apply it is."""
    owner = getattr(f, "__self__", None)
    return owner if isinstance(owner, type) and issubclass(owner, torch.autograd.Function) else None


def _wanted(given: Mapping[str, Any]) -> tuple[str, ...]:
    tensors = {
        name: one
        for name, one in given.items()
        if isinstance(one, torch.Tensor) and (one.is_floating_point() or one.is_complex()) and one.numel()
    }
    asked = tuple(name for name, one in tensors.items() if one.requires_grad)
    for name in asked or tuple(tensors):
        if tensors[name].layout is not torch.strided or tensors[name].is_meta:
            raise UsageError(
                _("`{name}` is no plain tensor of numbers: it is sparse, or on the meta device", name=name),
                _("pass it dense: {name}.to_dense()", name=name),
            )
    return asked or tuple(tensors)


def _wide(value: torch.Tensor) -> torch.Tensor:
    return value.detach().to(torch.complex128 if value.is_complex() else torch.float64, copy=True)


def _double(model: torch.nn.Module) -> torch.nn.Module:
    try:
        return copy.deepcopy(model).double()
    except Exception as error:
        what = _("the model cannot be copied: {error}", error=_first_line(error))
        raise UsageError(what, _("pass a function of its inputs and parameters instead")) from None


def _caller(
    f: Callable[..., Any],
    model: torch.nn.Module | None,
    given: Mapping[str, Any],
    own: tuple[str, ...],
    names: tuple[str, ...],
    by_name: bool,
) -> Callable[[Sequence[torch.Tensor]], Any]:
    """A call on copies: what f changes in place is not what it is given next."""

    def call(values: Sequence[torch.Tensor]) -> Any:
        varied = dict(zip(names, values))
        arguments, named = _passed({**given, **{name: varied[name] for name in own}}, by_name)
        if model is None:
            return f(*arguments, **named)
        state = {name: one.clone() for name, one in model.named_buffers()}
        state |= {name: one for name, one in varied.items() if name not in own}
        return torch.func.functional_call(model, state, arguments, named)

    return call


def _passed(given: Mapping[str, Any], by_name: bool) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Copies, by their places or by their names."""
    copies = {name: one.clone() if isinstance(one, torch.Tensor) else one for name, one in given.items()}
    return ((), copies) if by_name else (tuple(copies.values()), {})


def _look(made: Subject, f: Callable[..., Any], given: Mapping[str, Any], by_name: bool) -> None:
    """Refuse what cannot be checked."""
    with torch.no_grad():
        try:
            first = made.outputs(made.values)
        except Exception as error:
            _as_given(f, given, by_name)  # where it fails as well, the error is the function's own
            raise UsageError(
                _("f cannot be computed in float64: {error}", error=_first_line(error)),
                _("give what f holds in float64, or pass the module itself: check_gradients(model, x)"),
            ) from error
        again = made.outputs(made.values)
    if not any(one.numel() for one in first.values()):
        what = _("f returns nothing that a gradient could be of")
        raise UsageError(what, _("return a floating tensor, or several in a tuple, list or dict"))
    if first.keys() != again.keys() or not all(_same(first[name], again[name]) for name in first):
        raise UsageError(
            _("f gives different values for the same inputs"),
            _("make it a function of its inputs alone: without state that grows, without draws other than torch's"),
        )
    bad = [name for name, one in first.items() if not bool(torch.isfinite(one).all())]
    if bad:
        what = _("f is not finite at these inputs ({output})", output=bad[0] or _("its output"))
        raise UsageError(what, _("choose inputs within the domain of f"))
    short = sorted({str(one.dtype).removeprefix("torch.") for one in first.values() if one.dtype not in WIDE})
    if short:
        told = _("f returns {dtype} of float64 inputs: differences have few digits", dtype=", ".join(short))
        made.notes.append(told)


WIDE = (torch.float64, torch.complex128)


def _as_given(f: Callable[..., Any], given: Mapping[str, Any], by_name: bool) -> None:
    held = {name: one.detach() if isinstance(one, torch.Tensor) else one for name, one in given.items()}
    arguments, named = _passed(held, by_name)
    with torch.random.fork_rng([]):
        (copy.deepcopy(f) if isinstance(f, torch.nn.Module) else f)(*arguments, **named)


def _same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.shape == other.shape and torch.equal(torch.nan_to_num(one), torch.nan_to_num(other))


def _tensors(returned: Any, name: str) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(returned, torch.Tensor):
        yield name, returned
    elif isinstance(returned, Mapping):
        for key, one in returned.items():
            yield from _tensors(one, f"{name}[{key!r}]")
    elif isinstance(returned, tuple | list):
        for place, one in enumerate(returned):
            yield from _tensors(one, f"{name}[{place}]")


def _title(f: Any) -> str:
    owner = getattr(f, "__self__", None)  # Square.apply
    named = owner if isinstance(owner, type) else f
    name = str(getattr(named, "__name__", type(f).__name__))
    return _("the function") if name == "<lambda>" else name


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160].rstrip(".")

"""Autograd's operations as formulas: how a value is written, and the derivative by each operand.

    pow, exponent 2    w²        2w
    mul                x·W       W by x, x by W
    sigmoid            σ         out(1 − out)

An operation is element by element (its derivative at an element is a number), a mere rearrangement (derivative 1), or
mixes elements: then only a vector–Jacobian product is known and no formula is given. Torch is not needed here.
"""

from __future__ import annotations

from collections.abc import Callable

from wxb.i18n import _
from wxb.numbers import computed

_SUPERSCRIPT = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

ELEMENTWISE = frozenset((
    "abs", "acos", "acosh", "add", "addcdiv", "addcmul", "asin", "asinh", "atan", "atan2", "atanh", "celu", "clamp",
    "clamp_max", "clamp_min", "cos", "cosh", "digamma", "div", "elu", "erf", "erfc", "erfinv", "exp", "exp2",
    "expm1", "fmax", "fmin", "frac", "gelu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "hypot",
    "leaky_relu", "lerp", "lgamma", "log", "log10", "log1_p", "log2", "log_sigmoid", "logit", "masked_fill",
    "maximum", "minimum", "mish", "mul", "nan_to_num", "neg", "pow", "reciprocal", "relu", "rsqrt", "rsub",
    "sigmoid", "silu", "sin", "sinc", "sinh", "softplus", "softshrink", "sqrt", "sub", "tan", "tanh", "threshold",
    "where",
))  # fmt: skip
REARRANGING = frozenset((
    "alias", "clone", "permute", "reshape_alias", "squeeze", "t", "to_copy", "transpose", "unsafe_view",
    "unsqueeze", "view", "_reshape_alias",
))  # fmt: skip

_OUT = "\0"  # stands for the name of the operation's own value
_UNARY_SYMBOL: dict[str, Callable[[str], str]] = {
    "abs": lambda a: f"sign({a})",
    "atan": lambda a: f"1/(1 + {raised(a)})",
    "cos": lambda a: f"−sin({a})",
    "exp": lambda a: _OUT,
    "expm1": lambda a: f"{_OUT} + 1",
    "log": lambda a: f"1/{as_factor(a)}",
    "log1_p": lambda a: f"1/(1 + {a})",
    "neg": lambda a: "−1",
    "reciprocal": lambda a: f"−1/{raised(a)}",
    "relu": lambda a: f"1 if {a} > 0 else 0",
    "sigmoid": lambda a: f"{_OUT}(1 − {_OUT})",
    "sin": lambda a: f"cos({a})",
    "sqrt": lambda a: f"1/(2{_OUT})",
    "tan": lambda a: f"1 + {raised(_OUT)}",
    "tanh": lambda a: f"1 − {raised(_OUT)}",
}
_SHOWN = {
    "copy_backwards": "copy",
    "log1_p": "log1p",
    "t": "transpose",
    "to_copy": "to",
    "unsafe_view": "view",
}
_MATRIX = {
    "addmm": lambda names: f"{names[0]} + {names[1]} @ {names[2]}",
    "mm": lambda names: f"{names[0]} @ {names[1]}",
    "mv": lambda names: f"{names[0]} @ {names[1]}",
    "bmm": lambda names: f"{names[0]} @ {names[1]}",
    "dot": lambda names: f"{names[0]} @ {names[1]}",
}


def is_written_number(name: str) -> bool:
    """Whether an operand is written as a number rather than a name."""
    return name.lstrip("−").replace(".", "", 1).replace("e−", "", 1).isdigit()


def as_factor(name: str) -> str:
    """An operand as a factor: in brackets where it is negative or a sum or product itself."""
    single = name.startswith("const(") or not any(letter in name for letter in " +−-·/^@")
    return name if single else f"({name})"


def raised(name: str, exponent: float = 2) -> str:
    """`w²`; `w^0.5` where the exponent is not a whole number."""
    text = computed(exponent)
    if exponent == 1:
        return name
    if float(exponent).is_integer() and abs(exponent) < 1000:
        return as_factor(name) + text.translate(_SUPERSCRIPT)
    return f"{as_factor(name)}^{text if exponent >= 0 else f'({text})'}"


def product(left: str, right: str) -> str:
    """`2y`, `x·W`, and no factor that is 1."""
    if is_written_number(right) and not is_written_number(left):
        left, right = right, left
    if left == "1":
        return right
    if left == "−1":
        return f"−{as_factor(right)}"
    if is_written_number(left) and not is_written_number(right) and not left.startswith("−"):
        return f"{left}{as_factor(right)}" if not right[0].isdigit() else f"{left}·{right}"
    return f"{as_factor(left)}·{as_factor(right)}"


def total(left: str, right: str, sign: str = "+") -> str:
    """`a + b`; `a − b` for a negative number."""
    if right.startswith("−") and (sign == "+" or is_written_number(right)):
        sign, right = ("−" if sign == "+" else "+"), right[1:]
    return f"{left} {sign} {right}"


def sum_text(terms: list[str]) -> str:
    """`2a` for a + a, else the sum."""
    if len(set(terms)) == 1:
        return product(str(len(terms)), terms[0]) if terms[0] != "1" else str(len(terms))
    text = terms[0]
    for term in terms[1:]:
        text = total(text, term)
    return text


def expression_text(operation: str, operands: list[str], settings: dict[str, object]) -> str:
    """How the value is made, in the operands' names."""
    name = _SHOWN.get(operation, operation)
    two = len(operands) == 2
    alpha = settings.get("alpha", 1)
    scaled = operands[1] if two and alpha == 1 else product(_setting(alpha), operands[1]) if two else ""
    if operation == "add" and two:
        return total(operands[0], scaled)
    if operation == "sub" and two:
        return total(operands[0], scaled, "−")
    if operation == "rsub" and two:
        return total(operands[1], operands[0] if alpha == 1 else product(_setting(alpha), operands[0]), "−")
    if operation == "mul" and two:
        return product(*operands)
    if operation == "div" and two:
        return f"{as_factor(operands[0])}/{as_factor(operands[1])}"
    if operation == "pow":
        exponent = settings.get("exponent")
        if isinstance(exponent, int | float):
            return raised(operands[0], exponent)
        if two:
            return f"{as_factor(operands[0])}^{as_factor(operands[1])}"
        if "self" in settings:  # a number to the power of the operand
            return f"{as_factor(_setting(settings['self']))}^{as_factor(operands[0])}"
    if operation == "neg":
        return f"−{as_factor(operands[0])}"
    if operation in _MATRIX and len(operands) >= (3 if operation == "addmm" else 2):
        return _MATRIX[operation](operands)
    shown = operands if len(operands) <= 4 else [*operands[:3], _("… {count} more", count=len(operands) - 3)]
    return f"{name}({', '.join(shown)})"


def derivative_symbol(operation: str, slot: int, operands: list[str], out: str, settings: dict[str, object]) -> str:
    """d out / d operand `slot` as a formula, or "" where none is known here."""
    if operation in REARRANGING:
        return "1"
    if len(operands) == 2 and operation in ("add", "sub"):
        alpha = _setting(settings.get("alpha", 1))
        if slot == 0:
            return "1"
        return alpha if operation == "add" else _negative(alpha)
    if len(operands) == 2 and operation == "rsub":
        return "1" if slot else _negative(_setting(settings.get("alpha", 1)))
    if len(operands) == 2 and operation == "mul":
        other = operands[1 - slot]
        return "" if other == UNKNOWN else other
    if len(operands) == 2 and operation == "div":
        top, bottom = operands
        if UNKNOWN in (bottom, top if slot else bottom):
            return ""
        return f"1/{as_factor(bottom)}" if slot == 0 else f"−{as_factor(top)}/{raised(bottom)}"
    exponent = settings.get("exponent")
    if operation == "pow" and isinstance(exponent, int | float):
        if exponent == 1:
            return "1"
        power = operands[0] if exponent == 2 else raised(operands[0], exponent - 1)
        return power if exponent == 1 else f"{_setting(exponent)}{power if exponent != 2 else as_factor(power)}"
    base = settings.get("self")
    if operation == "pow" and len(operands) == 1 and isinstance(base, int | float) and base > 0:
        return product(f"log({_setting(base)})", out)
    if operation == "sum":
        return "1"
    if operation == "mean" and "count" in settings:
        return f"1/{settings['count']}"
    if operation in _UNARY_SYMBOL and len(operands) == 1:
        return _UNARY_SYMBOL[operation](operands[0]).replace(_OUT, out)
    return ""


def _negative(number: str) -> str:
    return f"−{number}".replace("−−", "")


UNKNOWN = "…"  # an operand that nothing saved


def _setting(value: object) -> str:
    return computed(value) if isinstance(value, int | float) else UNKNOWN

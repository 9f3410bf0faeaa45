"""An expression of Python as an expression of wxb: the arithmetic that `wxb explain` types, with `@`, mean and sum.

    2*y + 5    torch.mean((h - y)**2)    (w*x).sigmoid()    weights[0] * 2    weights[0] is a name, as written

Anything else is not read: ValueError. Nothing is evaluated.
"""

from __future__ import annotations

import ast

from wxb.expression import Call, Expression, Name, Negative, Number, Operation

_MODULES = ("torch", "F", "torch.nn.functional", "nn.functional")
MOST_PARTS = 600  # so that no depth of text exhausts Python's stack
_SYMBOLS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@",
}  # fmt: skip
# The name of a function in torch and that of autograd's operation.
FUNCTIONS = {name: name for name in (
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "erf", "erfc", "exp", "exp2", "expm1", "log",
    "log10", "log2", "mean", "neg", "reciprocal", "relu", "rsqrt", "sigmoid", "sin", "sinh", "sqrt", "sum", "tan", "tanh",
)} | {"log1p": "log1_p", "square": "pow"}  # fmt: skip


def read(node: ast.expr) -> Expression:
    """The same as an expression whose names are those of the text."""
    if sum(1 for __ in ast.walk(node)) > MOST_PARTS:
        raise ValueError("too long")
    return _read(node)


def literal(number: Number) -> int | float:
    """The number as Python has it: 5 is no 5.0."""
    return int(number.text) if number.text.isdigit() else float(number.text)


def _read(node: ast.expr) -> Expression:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if isinstance(value, int) and abs(value) > 2**53:
                raise ValueError("no float64")
            return Number(float(value), repr(value), 0)
        case ast.UnaryOp(op=ast.USub()):
            return Negative(_read(node.operand), 0)
        case ast.UnaryOp(op=ast.UAdd()):
            return _read(node.operand)
        case ast.BinOp() if type(node.op) in _SYMBOLS:
            return _operation(_SYMBOLS[type(node.op)], _read(node.left), _read(node.right))
        case ast.Call(keywords=[]):
            return _call(node)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return Name(ast.unparse(node), 0)
    raise ValueError("not read")


def _operation(symbol: str, left: Expression, right: Expression) -> Operation:
    """Powers of powers of whole numbers would never end."""
    most = 1000 if isinstance(left, Name | Number) else 64
    if symbol == "**" and isinstance(right, Number) and abs(right.value) > most:
        raise ValueError("too large")
    return Operation(symbol, left, right, 0)


def _call(node: ast.Call) -> Expression:
    """`torch.exp(x)`, `exp(x)`, `x.exp()`; and `torch.pow(x, 2)`, `x.pow(2)`."""
    function, arguments = node.func, [*node.args]
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    if isinstance(function, ast.Attribute) and not _is_module(function.value):
        arguments.insert(0, function.value)
    if name == "pow" and len(arguments) == 2:
        return _operation("**", _read(arguments[0]), _read(arguments[1]))
    if name not in FUNCTIONS or len(arguments) != 1:
        raise ValueError("not read")
    return Call(name, (_read(arguments[0]),), 0)


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in (
        "torch",
        "F",
        "torch.nn.functional",
        "nn.functional",
    )

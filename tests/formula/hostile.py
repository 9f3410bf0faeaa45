"""Texts that would do something where a formula is run: none is a formula, and none is evaluated."""

# ruff: noqa: E501
from __future__ import annotations

CALLS = (
    "__import__('os').system('true')", "eval('1')", "exec('1')", "compile('1', '', 'eval')", "open('/etc/passwd')", "print(x)",
    "globals()", "locals()", "vars()", "getattr(x, 'y')", "setattr(x, 'y', 1)", "type(x)", "object()", "super()", "input()",
    "breakpoint()", "exit()", "quit()", "help()", "dir(x)", "id(x)", "os.system('true')", "sys.exit()", "subprocess.run('ls')",
    "builtins.eval('1')", "np.log(x)", "numpy.load('f')", "pickle.loads(x)", "importlib.import_module('os')", "x.__class__()",
    "().__class__.__bases__", "x.__class__.__mro__[1]", "''.__class__", "''.join(x)", "x.mean()", "x.apply(print)", "x.__init__()",
    "log.__globals__", "C.__init__.__globals__['os']", "poly.__code__", "I.__call__(x)", "__builtins__", "__builtins__['eval']",
    "__name__()", "__file__", "__loader__.load_module('os')", "system('true')", "Q('x')", "eval(parse(text='1'))", "source('f.R')",
    "do.call(log, x)", "Sys.time()", "base::eval(1)", "get('x')", "assign('x', 1)", "function(x) x", "quote(x)", "bquote(.(x))",
)  # fmt: skip
SYNTAX = (
    "lambda: 1", "(lambda: 1)()", "lambda x: x", "(lambda x: x)(z)", "I((lambda: 1)() + x)", "x if z else 1", "[c for c in (1,)]",
    "{c for c in x}", "{[c for c in (1,)]}", "{x: 1}", "(c for c in x)", "{x}", "{1 + x}", "{eval('1')}", "f'{x}'", "f\"{x}\"",
    "I(f'{x}')", "rb'x'", "u'x'", "'x'", '"x"', "'''x'''", "(q := x)", "q := x", "I((q := 1) + x)", "x = 1", "x == 1", "x; z", "x;",
    "import os", "from os import path", "del x", "return x", "yield x", "await x", "async x", "raise x", "assert x", "pass", "global x",
    "not x", "x and z", "x or z", "x is z", "x in z", "x @ z", "@x", "x -> z", "x => z", "x <- z", "x |> z", "x || z", "x && z", "!x",
    "~x", "x ~ z", "x ? z", "x $ z", "x$z", "x@z", "x#z", "x \\ z", "x[0]", "x[:]", "x['y']", "x[[1]]", "*x", "**x", "log(*x)",
    "log(**x)", "log(x=z)", "poly(x, 2)(1)", "poly(*x)", "...", "..x..()", "x . y", "x.()", "x,z", "(x,z)", "(x,)", "()", "[]", "[x]",
    "I()", "I(x, z)", "I(x)(z)", "log(x)(z)", "`x`(z)", "%x%", "x %% z", "x %/% z", "x %o% z", "%in%", "x %in%", "x // z", "x >> z",
    "x << z", "x & z", "x ^", "^ x", "x ^ z", "x ^ -1", "x ^ 0", "(x + z)^0.5", "(x + z)^1e9", "(x + z)^99999999999999999999", "x^2^9",
    "1j", "0x10", "1_000", "1e999", "I(x + 1e999)", "2", "x + 3", "2*x", "x/2", "NaN + 1e400",
)  # fmt: skip
ARGUMENTS = (
    "C(school, eval('1'))", "C(school, base=eval('1'))", "C(school, coding=eval)", "C(school, base=__import__('os'))", "C(x + z)",
    "C('school')", "C()", "C(school, 'a', 'b', 'c')", "C(school, levels=['a'])", "C(C(school))", "C(school, coding='poly')",
    "poly(x, eval('2'))", "poly(x, 2, raw=eval('1'))", "poly(x, degree=2, degree=3)", "poly(x, -1)", "poly(x, 0)", "poly(x, 1.5)",
    "poly(x, 999999999)", "poly(x, z)", "poly()", "poly(x, 2, 3, 4)", "poly(x, 2, raw=1)", "poly(poly(x, 2), 2)", "log(poly(x, 2))",
    "bs(x)", "bs(x, df=5, knots=[1])", "bs(x, df=1e9)", "bs(x, knots=[2, 1])", "bs(x, knots=[z])", "bs(x, knots=range(9))",
    "bs(x, knots=[])", "bs(x, df=5, degree=99)", "ns(x, df=0)", "ns(x, knots=[1, [2]])", "lag(x, -1)", "lag(x, z)", "lag(x, 1e12)",
    "lag(lag(x))", "scale(x, 2)", "scale()", "scale(x, ddof=0)", "center(school, z)", "offset()", "offset(1)", "x:offset(z)",
    "log(x, 2)", "log()", "log(C(x))", "log(x, base=2)", "sqrt(.)", "I(.)", "I(x:z)", "I(x < 'a')", "I(1)", "I(1 < x < 2)", "I(x = 1)",
)  # fmt: skip
UNICODE = (
    "x\x00", "\x00", "x\x00z", "\u202ex", "x\u200b", "x\u2028z", "ｅval(x)", "ｌｏｇ(x)", "lоg(x)", "С(school)", "I（x）", "x＋z", "x；z",
    "x ∼ z", "x ～ z", "x‿z", "𝐱", "Ｉ(x)", "ⅼog(x)", "x\ud800", "\x1b[31mx", "x\x07", "٣", "x⁻¹", "x²", "∞", "√x", "∑x", "∂x", "x′",
    "\ufeff(", "x\u0301(", "🐍(x)", "x‚z", "”x”", "‘x’", "«x»", "x\xa0z", "x\u3000z",
)  # fmt: skip
TERMS = (*CALLS, *SYNTAX, *ARGUMENTS, *UNICODE)
WHOLE = (
    "", " ", "~", "y ~", "~ x", "y", "y x", "y = x", "y == x", "y ~~ x", "y ~ x ~ z", "y ~ x | firm | year", "y ~ x |", "y ~ | firm",
    "y ~ x || z", "y ~ x | z ~", "y ~ x | firm | z", "y ~ x | a ~ z ~ b", "y ~ x | 1", "y ~ x | firm:year", "y ~ x | log(firm)",
    "y ~ x | . ", "1 ~ x", ". ~ x", "0 ~ x", "'y' ~ x", "y + 1; x ~ z", "poly(y, 2) ~ x", "C(y) ~ x", "lag(y) ~ x", "y:x ~ z",
    "y | z ~ x", "y ~ x + ", "y ~ + ", "y ~ x z", "y ~ (x", "y ~ x)", "y ~ ((x)", "y ~ `x", "y ~ ``", "y ~ 'x", "y ~ x + (z | firm)",
    "y ~ " + "(" * 10_000 + "x" + ")" * 10_000, "y ~ " + "(" * 5_000 + "x" + ")" * 5_000, "y ~ " + "-" * 10_000 + "x",
    "y ~ " + "I(" * 5_000 + "x" + ")" * 5_000, "y ~ x" + "**2" * 5_000, "y ~ I(x" + "^2" * 5_000 + ")", "y ~ " + "x" * 30_000,
    "y ~ " + "+".join("x" * 15_000), "(" * 200 + "y" + ")" * 200 + " ~ x", "y ~ log(" * 2_000, "y ~ [" * 200,
)  # fmt: skip

"""Why zero_grad, and the chain rule; and where to go from here."""

from __future__ import annotations

from wxb.i18n import _
from wxb.lesson.data import reached
from wxb.lesson.parts import Code, Command, Formula, Lines, Part, Shown, Table, Words, needs_torch

TIMES = 21
PILED = f"""\
w = torch.tensor(2.0, requires_grad=True)
for call in range({TIMES}):
    z = 2 * w
    z.backward()
    print(w.grad.item(), end=" ")"""
CLEARED = f"""\
for call in range({TIMES}):
    w.grad.zero_()
    z = 2 * w
    z.backward()
    print(w.grad.item(), end=" ")"""
CHAIN = """\
w = torch.tensor(2.0, requires_grad=True)
y = w**2
z = 2*y + 5
print(wxb.explain(z).text())"""
TYPED = "y = w**2; z = 2*y + 5"


def zero_grad(torch: bool) -> tuple[Part, ...]:
    """Gradients add up."""
    return (
        Words(
            _(
                "`backward()` only adds to `w.grad`; nothing empties it by itself. The slope of z = 2w is 2, and after "
                "{times} calls `w.grad` says 42:",
                times=TIMES,
            )
        ),
        Code(PILED, _grads(False) if torch else needs_torch()),
        Words(_("Emptied before each call, as `optimizer.zero_grad()` does for all parameters, it says what is true:")),
        Code(CLEARED, _grads(True) if torch else ()),
        Words(
            _(
                "In a training loop without it every step goes by the sum of all slopes so far, and swings past the minimum:"
            )
        ),
        Code('model.plot("gradients")', (Shown(reached().plot("gradients").scene),)),
        Command('wxb explain "z = 2*w" --at w=2 --times 21'),
        Command('wxb explain "z = 2*w" --at w=2 --times 21 --zero-grad'),
    )


def _grads(zero: bool) -> tuple[Lines]:
    """w.grad after every call, eleven in a line."""
    from wxb.explaining.expression import explain_expression

    found = explain_expression("z = 2*w", {"w": 2.0}, times=TIMES, zero_grad=zero)
    words = [f"{one.after:.1f}" for one in found.additions]
    return (Lines(tuple(" ".join(words[first : first + 11]) for first in range(0, len(words), 11))),)


def autograd(torch: bool) -> tuple[Part, ...]:
    """dz/dw = 8, written out."""
    return (
        Words(
            _(
                "Every computation is a chain of small ones. Values go forward; going backward from the result, the slopes "
                "are multiplied:"
            )
        ),
        Formula(
            "dz/dw = dz/dy · dy/dw = 2 · 2w = 8",
            r"\frac{dz}{dw} = \frac{dz}{dy} \cdot \frac{dy}{dw} = 2 \cdot 2w = 8",
        ),
        *(_chain() if torch else ()),
        Words(_("`wxb.explain` shows every value and every slope on the way, of any tensor of your own:")),
        Code(CHAIN, () if torch else needs_torch()),
        Words(_("PyTorch does the same by itself, and keeps the result in `w.grad`:")),
        Code("z.backward()\nprint(w.grad)", (Lines(("tensor(8.)",)),) if torch else ()),
        Words(_("The cost of the training loop is such a chain too; that is how its gradient is found.")),
        Command(f'wxb explain "{TYPED}" --at w=2'),
    )


def _chain() -> tuple[Lines]:
    from wxb.explaining.expression import explain_expression

    return (Lines(tuple(line[1:] for line in explain_expression(TYPED, {"w": 2.0}).text().split("\n"))),)


def afterwards() -> tuple[Part, ...]:
    """What to try with one's own data."""
    rows = (
        (_("on the command line"), ""),
        ("wxb fit YOUR.csv --target COLUMN", _("the exact line and what it means")),
        ("wxb rates YOUR.csv --target COLUMN", _("which learning rates will converge")),
        ("wxb plot line YOUR.csv --target COLUMN", _("look at the rows and the line")),
        ("wxb watch train.py", _("what is wrong with a PyTorch loop")),
        ("wxb demo --notebook lesson.ipynb", _("this lesson as a notebook that runs")),
        ("wxb --help", _("everything else")),
    )
    return (Table(rows=rows, left=2, words_last=True),)

"""Why zero_grad, and the chain rule: sections 8 and 9, which are PyTorch's."""

from __future__ import annotations

from wxb.cli.demo.section import Section, needs_torch


def zero_grad(torch: bool) -> Section:
    """Gradients add up."""
    title = "8  Why zero_grad"
    if not torch:
        return Section(title, tuple(needs_torch()))
    from wxb.explaining.expression import explain_expression

    piled = explain_expression("z = 2*w", {"w": 2.0}, times=21)
    cleared = explain_expression("z = 2*w", {"w": 2.0}, times=21, zero_grad=True)
    body = ["  z = 2w at w = 2; backward() 21 times. w.grad after each call:", ""]
    body += _row_of([f"{one.after:.1f}" for one in piled.additions])
    body += ["", "  Each backward() adds 2.0; nothing empties w.grad. After zero_grad() each time:", ""]
    body += _row_of([f"{one.after:.1f}" for one in cleared.additions])
    return Section(
        title,
        tuple(body),
        ('wxb explain "z = 2*w" --at w=2 --times 21', 'wxb explain "z = 2*w" --at w=2 --times 21 --zero-grad'),
    )


def _row_of(words: list[str]) -> list[str]:
    return ["    " + "".join(f"{word:>6}" for word in words[first : first + 11]) for first in range(0, len(words), 11)]


def autograd(torch: bool) -> Section:
    """dz/dw = 8, written out."""
    title = "9  Autograd"
    if not torch:
        return Section(title, tuple(needs_torch()))
    from wxb.explaining.expression import explain_expression

    text = "y = w**2; z = 2*y + 5"
    found = explain_expression(text, {"w": 2.0})
    body = [
        "  z = 2y + 5, y = w², at w = 2: values, derivatives, and the chain rule.",
        "",
        *(f" {line}" for line in found.text().split("\n")),
    ]
    return Section(
        title,
        tuple(body),
        (f'wxb explain "{text}" --at w=2',),
        ("wxb.explain(z)                          # any tensor of your own",),
    )

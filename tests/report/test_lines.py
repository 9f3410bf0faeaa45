"""Text that is folded to a terminal's width."""

from __future__ import annotations

from wxb.printable import cells
from wxb.report.lines import WIDTH, folded


def test_a_number_in_groups_is_not_broken_across_lines() -> None:
    lines = folded("✗ diverging: the cost grew 1000-fold by epoch 252 and would overflow at epoch 25 566")
    assert lines == ["✗ diverging: the cost grew 1000-fold by epoch 252 and would overflow at epoch", "  25 566"]


def test_a_number_in_groups_is_not_broken_where_letters_are_wide() -> None:
    lines = folded("  left  " + "공부시간 " * 7 + "1 522 597 epochs")
    assert "  ".join(lines).count("1 522 597") == 1
    assert all(cells(line) <= WIDTH for line in lines)

"""Text that is folded to a terminal's width."""

from __future__ import annotations

from wxb.printable import cells
from wxb.report.lines import WIDTH, broken, folded


def test_a_number_in_groups_is_not_broken_across_lines() -> None:
    lines = folded("✗ diverging: the cost grew 1000-fold by epoch 252 and would overflow at epoch 25 566")
    assert lines == ["✗ diverging: the cost grew 1000-fold by epoch 252 and would overflow at epoch", "  25 566"]


def test_a_number_in_groups_is_not_broken_where_letters_are_wide() -> None:
    lines = folded("  left  " + "공부시간 " * 7 + "1 522 597 epochs")
    assert "  ".join(lines).count("1 522 597") == 1
    assert all(cells(line) <= WIDTH for line in lines)


def test_a_word_longer_than_lines_is_broken_letter_after_letter() -> None:
    assert broken("ab " + "c" * 12 + "한한 d", indent="", later="  ", room=6) == [
        "ab",
        "  cccc",
        "  cccc",
        "  cccc",
        "  한한",
        "  d",
    ]


def test_a_label_of_a_million_letters_takes_no_longer_than_its_letters() -> None:
    """Each line cut off the whole rest would copy it twelve thousand times."""
    lines = broken("x" * 10**6)
    assert max(map(len, lines)) == WIDTH
    assert sum(line.count("x") for line in lines) == 10**6

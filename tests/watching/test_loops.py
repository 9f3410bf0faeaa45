"""Every fault found, named and located; no finding on any clean loop; watched runs are the same to the last bit."""

from __future__ import annotations

import pytest

from loops import SCRIPTS, alike, marks, run
from support.thinned import of_each
from wxb.watching.rules import RULES


def kind(name: str) -> tuple[frozenset[str], ...]:
    return frozenset(rule for rule, _ in marks(name)), frozenset(alike(name))


@pytest.mark.parametrize("name", of_each(2, SCRIPTS, kind))
def test_loop(name: str) -> None:
    plain, watched = run(name, watched=False), run(name, watched=True)
    assert (watched.printed, watched.error) == (plain.printed, plain.error)
    assert watched.report is not None
    assert {(finding.rule, finding.line) for finding in watched.report.findings} == marks(name), watched.report.text()
    assert max(map(len, watched.report.text().splitlines())) <= 80, watched.report.text()
    assert not [note for note in watched.report.notes if "failed" in note], watched.report.text()


def test_table_is_large_and_honest() -> None:
    clean = {name for name in SCRIPTS if not marks(name)}
    assert all(name.startswith("clean_") for name in clean)
    assert len(SCRIPTS) >= 30
    assert len(SCRIPTS) - len(clean) >= 14
    rules = {rule for name in SCRIPTS for rule, _ in marks(name)}
    assert rules == {rule.name for rule in RULES}


@pytest.mark.parametrize("rule", sorted({rule for name in SCRIPTS for rule in alike(name)}))
def test_a_rule_has_six_faulty_programs_and_ten_clean_ones_that_look_alike(rule: str) -> None:
    assert sum(rule in {mark for mark, _ in marks(name)} for name in SCRIPTS) >= 6
    assert sum(rule in alike(name) for name in SCRIPTS) >= 10

"""What is found in notebooks that leak, and that nothing is found in those that look alike and do not."""

from __future__ import annotations

import pytest
from leaks import Outcome, corpus, examine

NOTEBOOKS = corpus()

MISSED: dict[str, str] = {}
"""Leaks that are not found, each with the reason."""


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    return {outcome.notebook.name: outcome for outcome in examine(NOTEBOOKS)}


def test_the_corpus_is_large_enough() -> None:
    names = [n.name for n in NOTEBOOKS]
    assert len(names) == len(set(names)) >= 60
    assert sum(bool(n.wanted) for n in NOTEBOOKS) >= 30 <= sum(not n.wanted for n in NOTEBOOKS)


@pytest.mark.parametrize("name", [n.name for n in NOTEBOOKS])
def test_leaks_are_found_and_nothing_else(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    assert not outcome.raised
    assert outcome.missed == (name in MISSED), [f.check for f in outcome.findings]
    assert not outcome.false_alarms, [(f.check, f.message) for f in outcome.false_alarms]

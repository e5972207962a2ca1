"""Tracking, tried on scikit-learn's own examples: it changes no output, and misses nothing without saying so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from running import Compared, compare

from notebooks import EXAMPLES

SHARE = 0.95


@pytest.fixture(scope="module")
def compared(make_kernel: Callable[..., Any]) -> Callable[[str], Compared]:
    """Return a function that runs an example with and without tracking, once."""
    known: dict[str, Compared] = {}

    def run(example: str) -> Compared:
        if example not in known:
            found = compare(example, make_kernel)
            if found.tracked != found.plain:
                # Last bits can depend on where memory happens to lie; what tracking changes, it changes each time.
                found = compare(example, make_kernel)
            known[example] = found
        return known[example]

    return run


def test_the_corpus_is_large_and_varied() -> None:
    assert len(EXAMPLES) >= 40
    assert len({example.partition("/")[0] for example in EXAMPLES}) >= 15


@pytest.mark.parametrize("example", EXAMPLES)
def test_tracking_changes_no_output(example: str, compared: Callable[[str], Compared]) -> None:
    run = compared(example)
    assert run.tracked == run.plain


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_was_not_captured_is_on_the_gap_list(example: str, compared: Callable[[str], Compared]) -> None:
    run = compared(example)
    for (_, name), count in run.missed().items():
        assert any(name.rpartition(".")[2] in gap for gap in run.gaps), (name, count, run.gaps)


def test_nearly_all_is_captured(compared: Callable[[str], Compared]) -> None:
    runs = [compared(example) for example in EXAMPLES]
    called = sum((run.called for run in runs), Counter())
    missed = sum((run.missed() for run in runs), Counter())
    assert called.total() >= 200
    assert missed.total() <= (1 - SHARE) * called.total(), missed.most_common(20)

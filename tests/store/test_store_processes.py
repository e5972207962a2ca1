"""Several processes at one store."""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
try:
    import store_processes
finally:
    sys.path.pop(0)

from jupyter_gov.store import open_store

PROCESSES, EVENTS = 4, 200


def run(work: str, url: str, processes: int, *arguments: object) -> list[object]:
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(processes), context.Queue()
    started = [
        context.Process(target=getattr(store_processes, work), args=(url, barrier, answers, *arguments))
        for _ in range(processes)
    ]
    sys.path.insert(0, str(Path(__file__).parent))  # a spawned process gets the path of this one
    try:
        for process in started:
            process.start()
    finally:
        sys.path.pop(0)
    found = [answers.get(timeout=60) for _ in started]
    for process in started:
        process.join(10)
        process.close()
    answers.close()
    answers.join_thread()
    return found


def test_processes_write_at_once_into_a_store_that_is_new(url: str) -> None:
    """All open it at the same moment, then all write, one transaction an event and in batches, while reading."""
    answers = run("write", url, PROCESSES, EVENTS)
    assert [a for a in answers if isinstance(a, str)] == []
    seqs = sorted(s for a in answers for s in a)  # type: ignore[attr-defined]
    assert seqs == list(range(1, PROCESSES * EVENTS + 1))
    with open_store(url) as store:
        found = list(store.events())
    assert [e.envelope["seq"] for e in found] == seqs
    assert len({e.envelope["event_id"] for e in found}) == len(found)
    assert all(e.intact for e in found)


@pytest.mark.parametrize("attempt", range(2))
def test_processes_open_a_new_store_at_once(url: str, attempt: int) -> None:
    assert run("write", url, 3, 1) != []
    with open_store(url) as store:
        assert [e.envelope["seq"] for e in store.events()] == [1, 2, 3]

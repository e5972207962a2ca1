"""What the processes of `test_store_processes` do; they are spawned, so it lies in a module of its own."""

from __future__ import annotations

import traceback
from typing import Any

from jupyter_gov.records import Cell, new_id
from jupyter_gov.store import Entry, open_store

_BATCH = 20


def write(url: str, barrier: Any, answers: Any, events: int) -> None:
    """Open the store when all are ready; write half of the events singly; answer their seqs or a traceback."""
    try:
        run, seqs = new_id(), []

        def entries(n: int) -> list[Entry]:
            return [
                Entry(record=Cell(order=i, source="x"), run=run, action="cell.executed", actor={"id": "ada"})
                for i in range(n)
            ]

        barrier.wait(60)
        with open_store(url) as store:
            for _ in range(events // 2):
                seqs += store.append(entries(1))
            while len(seqs) < events:
                seqs += store.append(entries(min(_BATCH, events - len(seqs))))
                store.runs(limit=1)
        answers.put(seqs)
    except BaseException:
        answers.put(traceback.format_exc())

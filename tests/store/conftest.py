"""Stores in temporary folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_gov.records import Cell, Record, Run
from jupyter_gov.store import Entry, Store, open_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'gov.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def entry() -> Callable[..., Entry]:
    """Make an entry of a record, by default of some cell."""

    def make(record: Record | None = None, run: str = "run") -> Entry:
        record = record or Cell(order=1, source="x")
        run = record.id if isinstance(record, Run) else run
        return Entry(record=record, run=run, action=f"{record.kind}.made", actor={"id": "ada", "kind": "os"})

    return make

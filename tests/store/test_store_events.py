"""Appending, reading back, erasing, replaying."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event as events

from jupyter_gov.errors import StoreError
from jupyter_gov.ledger import canonical_json, commit
from jupyter_gov.records import Cell, Fit, Gap, Metric, Record, Run
from jupyter_gov.store import Entry, Store, _store, open_store

Make = Callable[..., Entry]


def sql(store: Store, text: str, *parameters: Any) -> list[Any]:
    with contextlib.closing(sqlite3.connect(store.url.removeprefix("sqlite:///"), isolation_level=None)) as c:
        return c.execute(text, parameters).fetchall()


def dump(store: Store) -> list[Any]:
    return sql(store, "SELECT kind, id, run_id, seq, data FROM record ORDER BY kind, id")


def test_an_event_is_an_envelope_that_commits_to_its_body(store: Store, entry: Make) -> None:
    cell = Cell(order=1, source="x = '€'", seconds=1.0)
    assert store.append([entry(cell)]) == [1]
    (event,) = store.events()
    assert set(event.envelope) == {"v", "seq", "event_id", "ts", "actor", "action", "subject", "body_hmac"}
    assert event.envelope["subject"] == {"kind": "cell", "id": cell.id, "run": "run"}
    assert event.envelope["actor"] == {"id": "ada", "kind": "os"}
    assert event.intact
    assert Cell.from_json(dict(event.body or {})) == cell
    ((envelope, salt, body),) = sql(store, "SELECT envelope, salt, body FROM event JOIN event_body USING (event_id)")
    assert envelope == canonical_json(event.envelope)
    assert event.envelope["body_hmac"] == commit(body, salt)
    assert "€" not in envelope


def test_records_come_back_in_the_order_of_their_first_event(store: Store, entry: Make) -> None:
    run, first, second = Run(experiment="e", name="n"), Cell(order=1, source="a"), Cell(order=2, source="b")
    written = [run, first, second, first.replace(status="error"), run.replace(status="finished")]
    assert store.append([entry(r, run.id) for r in written]) == [1, 2, 3, 4, 5]
    store.append([entry(Cell(order=1, source="of another run"), "other")])
    assert store.records(run.id) == [run.replace(status="finished"), first.replace(status="error"), second]
    assert store.get(Run, run.id) == run.replace(status="finished")
    assert store.get(Cell, run.id) is None
    assert [e.envelope["seq"] for e in store.events(run.id)] == [1, 2, 3, 4, 5]
    assert store.append([]) == []


def test_values_come_back_as_they_were(store: Store, entry: Make) -> None:
    metric = Metric(name="big", value=[2.0**60, -(2.0**70), 5e-324, 1e21, 2**53 - 1], params={"a\x00b": "\x00"})
    store.append([entry(metric)])
    assert store.records("run") == [metric]
    store.replay()
    assert store.records("run") == [metric]


def test_a_kind_of_a_later_version_is_left_out(store: Store, entry: Make) -> None:
    store.append([entry()])
    sql(store, "UPDATE record SET kind = 'hologram'")
    assert store.records("run") == []


@pytest.mark.parametrize("bad", [{"C": object()}, {"C": {1: 1, "1": 2}}])
def test_a_failing_entry_leaves_nothing(store: Store, entry: Make, bad: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        store.append([entry(), entry(Fit(class_="C", params=bad))])
    assert list(store.events()) == []
    twice = entry()
    with pytest.raises(StoreError, match="UNIQUE"):
        store.append([entry(), twice, twice])
    assert list(store.events()) == []
    assert store.records("run") == []
    assert store.append([entry()]) == [1]


def test_an_erased_body_leaves_its_envelope(store: Store, entry: Make) -> None:
    kept, gone, changed = Cell(order=1, source="kept"), Cell(order=2, source="Ada Lovelace"), Cell(order=3, source="c")
    store.append([entry(kept), entry(gone), entry(changed)])
    before = [e.envelope for e in store.events()]
    sql(store, "DELETE FROM event_body WHERE event_id = ?", before[1]["event_id"])
    sql(store, "UPDATE event_body SET body = '{' WHERE event_id = ?", before[2]["event_id"])
    found = list(store.events())
    assert [e.envelope for e in found] == before
    assert [e.intact for e in found] == [True, False, False]
    assert [e.body is None for e in found] == [False, True, True]
    store.replay()
    assert store.records("run") == [kept]


RECORDS = st.builds(
    lambda kind, key, text: kind(key, text),
    st.sampled_from(
        [
            lambda key, text: Cell(id=key, order=1, source=text),
            lambda key, text: Gap(id=key, what=text, reason="r"),
            lambda key, text: Run(id=key, experiment=text, name="n"),
        ]
    ),
    st.sampled_from("abcd"),
    st.text(max_size=5),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.tuples(RECORDS, st.sampled_from("xy")), max_size=6), max_size=4))
def test_replay_gives_the_same_projection(
    store: Store, entry: Make, batches: Sequence[Sequence[tuple[Record, str]]]
) -> None:
    for batch in batches:
        store.append([entry(record, run) for record, run in batch])
    before = dump(store)
    sql(store, "UPDATE record SET data = '{}', seq = 0 WHERE id = 'a'")
    store.replay()
    assert dump(store) == before


def test_reading_pages_and_locks_nothing(store: Store, entry: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_store, "_PAGE", 3)
    store.append([entry() for _ in range(6)])
    seen = []
    for event in store.events():
        seen.append(event.envelope["seq"])
        if len(seen) <= 2:
            store.append([entry()])  # would wait for ourselves, if reading held a lock
    assert seen == list(range(1, 9))
    store.replay()
    assert len(store.records("run")) == 8


def test_runs_are_paged_newest_first(store: Store, entry: Make) -> None:
    runs = [Run(experiment="even" if i % 2 == 0 else "odd", name=str(i), notebook=f"{i % 3}.ipynb") for i in range(9)]
    store.append([entry(run) for run in runs])
    newest = runs[::-1]
    assert store.runs() == newest
    pages, before = [], None
    while page := store.runs(limit=4, before=before):
        pages.append(page)
        before = page[-1].id
    assert [len(p) for p in pages] == [4, 4, 1]
    assert [r for p in pages for r in p] == newest
    assert store.runs(experiment="odd") == newest[1::2]
    assert [r.name for r in store.runs(experiment="odd", notebook="1.ipynb")] == ["7", "1"]
    assert store.runs(prefix=runs[4].id) == [runs[4]]
    assert store.runs(prefix=runs[4].id[:8], limit=2) == newest[:2]
    assert store.runs(prefix="%") == store.runs(prefix="_") == []
    assert store.runs(experiment="none") == []


def limit_pages(store: Store, pages: int | None) -> None:
    """Let the database grow no further, as on a full disk."""
    store._engine.dispose()
    for old in getattr(store, "_test_limits", []):
        events.remove(store._engine, "connect", old)

    def full(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    listeners = [] if pages is None else [full]
    for listener in listeners:
        events.listen(store._engine, "connect", listener)
    store._test_limits = listeners  # type: ignore[attr-defined]


def test_a_full_disk_leaves_the_store_as_it_was(store: Store, entry: Make) -> None:
    store.append([entry()])
    before = dump(store)
    limit_pages(store, 1)
    large = entry(Cell(order=2, source="x" * 100_000))
    for _ in range(2):
        with pytest.raises(StoreError, match="full") as caught:
            store.append([entry(), large])
        assert "disk is not full" in caught.value.hint
        assert dump(store) == before
    limit_pages(store, None)
    assert store.append([large]) == [2]
    assert sql(store, "PRAGMA integrity_check") == [("ok",)]


def test_what_is_written_is_synced_and_private(store: Store, tmp_path: Path) -> None:
    with store._engine.connect() as c:
        pragmas = {p: c.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("synchronous", "foreign_keys")}
    assert pragmas == {"synchronous": 2, "foreign_keys": 1}
    assert (tmp_path / "gov.db").stat().st_mode & 0o077 == 0
    with open_store(f"sqlite:///{tmp_path / 'new' / 'deep' / 'gov.db'}"):
        assert (tmp_path / "new" / "deep").stat().st_mode & 0o777 == 0o700 or Path("/").drive

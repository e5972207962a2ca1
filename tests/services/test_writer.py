"""The queue between the user's cell and the store."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as events

from jupyter_gov.errors import StoreError
from jupyter_gov.records import Cell, Fit, Gap, Record
from jupyter_gov.services import _writer
from jupyter_gov.services._writer import Writer
from jupyter_gov.store import Entry, Store, open_store


class Flaky:
    """A store that can be made to fail or to wait."""

    def __init__(self, store: Store) -> None:
        self.store, self.broken, self.sizes = store, False, []
        self.told: list[int] = []
        self.gate = threading.Event()
        self.gate.set()

    def append(self, entries: list[Entry]) -> list[int]:
        self.gate.wait(10)
        if self.broken:
            raise StoreError("The disk is full.", hint="Make room.")
        self.sizes.append(len(entries))
        return self.store.append(entries)


def entry(record: Record) -> Entry:
    return Entry(record=record, run="run", action="made", actor={"id": "ada"})


def cell(order: int) -> Entry:
    return entry(Cell(order=order, source="x"))


@pytest.fixture
def flaky(tmp_path: Path) -> Iterator[Flaky]:
    with open_store(f"sqlite:///{tmp_path / 'gov.db'}") as store:
        yield Flaky(store)


@pytest.fixture
def writer(flaky: Flaky) -> Iterator[Writer]:
    made = Writer(
        flaky,  # type: ignore[arg-type]
        lost=lambda action, error, _: entry(Gap(what=action, reason=type(error).__name__)),
        prepare=lambda made: [] if made is None else [made],
        written=flaky.told.append,
    )
    yield made
    flaky.broken = False
    flaky.gate.set()
    made.close()
    assert not made._thread.is_alive()


def orders(flaky: Flaky) -> list[int]:
    return [r.order for r in flaky.store.records("run") if isinstance(r, Cell)]


def test_in_the_order_put_and_in_batches(flaky: Flaky, writer: Writer) -> None:
    flaky.gate.clear()
    for i in range(1200):
        writer.put(cell(i) if i % 3 else lambda i=i: cell(i))
    assert writer.pending == 1200
    flaky.gate.set()
    writer.flush()
    assert orders(flaky) == list(range(1200))
    assert writer.pending == 0
    assert len(flaky.sizes) <= 4
    assert max(flaky.sizes) <= 500


def test_a_burst_is_one_batch_and_is_told_of_once_it_is_on_disk(
    flaky: Flaky, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_writer, "_GATHER", 60)
    for i in range(10):
        writer.put(cell(i))
        time.sleep(0.005)
    assert flaky.sizes == []
    writer.flush()
    assert flaky.sizes == [10]
    writer.put(lambda: None)
    writer.put(cell(10))
    writer.flush()
    assert flaky.told == [10, 11]


def test_what_is_late_keeps_nobody_waiting(flaky: Flaky, writer: Writer) -> None:
    go, begun = threading.Event(), threading.Event()

    def slow() -> Entry:
        begun.set()
        go.wait(30)
        return cell(99)

    flaky.gate.clear()
    writer.put(cell(0))
    writer.put(slow, late=True)
    writer.put(lambda: cell(98), late=True)
    for i in range(1, 4):
        writer.put(cell(i))
    flaky.gate.set()
    assert begun.wait(30)
    assert orders(flaky) == [0, 1, 2, 3]
    writer.put(cell(4))
    with pytest.raises(StoreError):
        writer.flush(timeout=0.01)
    go.set()
    writer.flush()
    assert sorted(orders(flaky)) == [0, 1, 2, 3, 4, 98, 99]
    assert orders(flaky).index(4) < orders(flaky).index(98)


def test_one_entry_alone_is_written_without_a_flush(flaky: Flaky, writer: Writer) -> None:
    writer.put(cell(0))
    end = time.monotonic() + 30
    while not flaky.told:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert orders(flaky) == [0]


def test_whoever_is_told_cannot_stop_the_writer(flaky: Flaky, writer: Writer) -> None:
    writer._written = lambda _: 1 / 0
    for i in range(2):
        writer.put(cell(i))
        writer.flush()
    assert orders(flaky) == [0, 1]


def test_putting_does_not_wait(flaky: Flaky, writer: Writer) -> None:
    flaky.gate.clear()
    before = time.perf_counter()
    for i in range(100):
        writer.put(cell(i))
    assert time.perf_counter() - before < 1
    with pytest.raises(StoreError, match=r"not written within 0\.05 seconds"):
        writer.flush(timeout=0.05)
    flaky.gate.set()
    writer.flush()
    assert len(orders(flaky)) == 100


def test_a_failing_store_loses_nothing(flaky: Flaky, writer: Writer) -> None:
    made = []

    def deferred() -> Entry:
        made.append(1)
        return cell(1)

    flaky.broken = True
    for item in (cell(0), deferred, lambda: None, cell(2)):
        writer.put(item)
    for _ in range(2):
        with pytest.raises(StoreError, match="disk is full") as caught:
            writer.flush()
        assert caught.value.hint == "Make room."
    writer.put(cell(3))
    assert writer.pending == 5
    flaky.broken = False
    writer.flush()
    assert orders(flaky) == [0, 1, 2, 3]
    assert made == [1], "deferred work is done once"


def test_a_store_is_tried_again_unasked(flaky: Flaky, writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_writer, "_AGAIN", 0.05)
    flaky.broken = True
    writer.put(cell(0))
    with pytest.raises(StoreError):
        writer.flush()
    flaky.broken = False
    deadline = time.monotonic() + 5
    while writer.pending and time.monotonic() < deadline:
        time.sleep(0.01)
    assert orders(flaky) == [0]


def test_a_full_disk_loses_nothing(flaky: Flaky, writer: Writer) -> None:
    """A real one, as far as SQLite can tell: the database may not grow."""
    full = True

    @events.listens_for(flaky.store._engine, "checkout")
    def limit(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={1 if full else 1_000_000}")

    for i in range(50):
        writer.put(entry(Cell(order=i, source="x" * 5_000)))
    with pytest.raises(StoreError, match="full"):
        writer.flush()
    assert orders(flaky) == []
    assert writer.pending == 50
    full = False
    writer.flush()
    assert orders(flaky) == list(range(50))


@pytest.mark.parametrize("error", [RuntimeError, SystemExit, KeyboardInterrupt])
def test_what_can_never_be_written_becomes_a_gap(flaky: Flaky, writer: Writer, error: type[BaseException]) -> None:
    def deferred() -> Any:
        raise error

    writer.put(cell(0))
    writer.put(deferred)
    writer.put(entry(Fit(class_="C", params={"C": object()})))
    writer.put(cell(1))
    writer.flush()
    assert orders(flaky) == [0, 1]
    gaps = [(r.what, r.reason) for r in flaky.store.records("run") if isinstance(r, Gap)]
    assert gaps == [("deferred", error.__name__), ("made", "TypeError")]


def test_closing_fails_and_is_asked_again(flaky: Flaky, writer: Writer) -> None:
    flaky.broken = True
    writer.put(cell(0))
    with pytest.raises(StoreError):
        writer.close()
    with pytest.raises(StoreError, match="takes no more"):
        writer.put(cell(1))
    flaky.broken = False
    writer.close()
    writer.close()
    assert orders(flaky) == [0]


def test_deferred_work_may_put(flaky: Flaky, writer: Writer) -> None:
    def deferred() -> Entry:
        writer.put(cell(2))
        return cell(1)

    writer.put(deferred)
    writer.flush()
    writer.flush()
    assert orders(flaky) == [1, 2]


def test_no_wake_up_is_lost(flaky: Flaky, writer: Writer) -> None:
    """Many threads put and flush while the store fails now and then: each flush that returns means it is on disk."""
    missing: list[int] = []

    def work(offset: int) -> None:
        for i in range(offset, offset + 20):
            writer.put(cell(i))
            while True:
                try:
                    writer.flush(timeout=20)
                    break
                except StoreError:
                    continue
            if i not in orders(flaky):
                missing.append(i)

    def disturb() -> None:
        for i in range(20):
            flaky.broken = i % 2 == 0
            time.sleep(0.005)
        flaky.broken = False

    threads = [threading.Thread(target=work, args=(n * 100,)) for n in range(3)] + [threading.Thread(target=disturb)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(t.is_alive() for t in threads)
    assert missing == []
    assert sorted(orders(flaky)) == [n * 100 + i for n in range(3) for i in range(20)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_is_refused_and_never_hangs(writer: Writer) -> None:
    def refused(call: Callable[[], None]) -> bool:
        try:
            call()
        except StoreError:
            return True
        return False

    with writer._condition:  # held while forking
        pid = os.fork()
        if pid == 0:
            os._exit(0 if refused(lambda: writer.put(cell(1))) and refused(writer.flush) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_not_even_a_gap_can_be_made(flaky: Flaky, writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be neither written nor replaced by a gap now waits until it can; everybody is told, nobody hangs."""
    broken = True
    usual = writer._prepare, writer._lost

    def prepare(made: Entry | None) -> list[Entry]:
        return [][1] if broken else usual[0](made)

    def lost(action: str, error: BaseException, record: Record | None) -> Entry | None:
        raise SystemExit

    monkeypatch.setattr(writer, "_prepare", prepare)
    monkeypatch.setattr(writer, "_lost", lost)
    writer.put(cell(0))
    writer.put(cell(1))
    for _ in range(2):
        with pytest.raises(StoreError, match="Writing failed: SystemExit"):
            writer.flush(timeout=30)
    assert writer.pending == 2
    broken = False
    writer.flush()
    assert orders(flaky) == [0, 1]


def test_nothing_ends_the_thread(flaky: Flaky, writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = writer._hurries
    calls: list[int] = []

    def raises() -> bool:
        calls.append(1)
        if len(calls) < 3:
            raise SystemExit
        return usual()

    monkeypatch.setattr(writer, "_hurries", raises)
    writer.put(cell(0))
    writer.put(cell(1))
    end = time.monotonic() + 30
    while writer.pending and time.monotonic() < end:
        time.sleep(0.01)
    assert writer._thread.is_alive()
    assert orders(flaky) == [0, 1]

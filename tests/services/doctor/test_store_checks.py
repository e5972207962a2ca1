"""Stores that are elsewhere, damaged, foreign, from the future or cut off; looking changes nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from doctor_laws import SCRIPTS, command

from jupyter_gov.records import Run
from jupyter_gov.services import close_stores
from jupyter_gov.services.doctor import Check, _store
from jupyter_gov.store import Entry, _engine, _look, open_store

Answers = dict[str, Check]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of a store with one run that runs."""
    found = tmp_path / "store" / "gov.db"
    with open_store(f"sqlite:///{found}") as store:
        run = Run(experiment="loans", name="one", started="2026-11-20T09:00:00Z")
        store.append([Entry(record=run, run=run.id, action="run.started", actor={"id": "ada", "kind": "os"})])
    return found


@pytest.fixture
def look(ask: Callable[..., Answers], tmp_path: Path) -> Callable[[Path | str], Answers]:
    """Return a function that looks at a store and proves that looking changed nothing."""

    def files() -> dict[Path, tuple[int, bytes]]:
        # Readers and writers agree in the shared memory; it holds nothing of the store.
        found = [p for p in tmp_path.rglob("*") if p.is_file()]
        return {p: (p.stat().st_mtime_ns, b"" if p.name.endswith("-shm") else p.read_bytes()) for p in found}

    def looked(store: Path | str) -> Answers:
        before = files()
        found = ask(_store.check_store, str(store))
        assert files() == before
        return found

    return looked


@contextlib.contextmanager
def sql(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def statuses(found: Answers) -> dict[str, str]:
    return {name: check.status for name, check in found.items()}


ALL_WELL = {"url": "ok", "file": "ok", "disk": "ok", "journal": "ok", "revision": "ok"}


def test_all_is_well(path: Path, look: Any) -> None:
    found = look(path)
    assert statuses(found) == ALL_WELL
    assert f"Revision {_look.HEAD}: 1 run, 1 event." in found["revision"].message
    assert found["url"].message == f"The store is {path} (from --store)."


def test_a_store_that_does_not_exist_yet_is_not_made(tmp_path: Path, look: Any) -> None:
    found = look(tmp_path / "new" / "gov.db")
    assert statuses(found) == {k: v for k, v in ALL_WELL.items() if k != "revision"}
    assert not (tmp_path / "new").exists()


def test_where_the_url_comes_from(path: Path, jupyter_home: Path, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_GOV_STORE", str(path))
    assert ask(_store.check_store, None)["url"].message.endswith("(from JUPYTER_GOV_STORE).")
    monkeypatch.delenv("JUPYTER_GOV_STORE")
    assert ask(_store.check_store, None)["url"].message.endswith("gov.db (the default).")
    (jupyter_home / "config" / "jupyter_gov_config.py").write_text(f"c.Governance.store = {str(path)!r}")
    assert ask(_store.check_store, None)["url"].message == f"The store is {path} (from jupyter_gov_config)."
    (jupyter_home / "config" / "jupyter_gov_config.py").write_text("c.Governance.store = (")
    assert "jupyter_gov_config.py cannot be read" in ask(_store.check_store, None)["url"].message


@pytest.mark.parametrize(
    "url", ["postgresql://ada:secret@host/gov", "postgresql://ada:secret@host:port/gov", "sqlite://ada:secret@h/gov.db"]
)
def test_what_is_no_store_is_named_without_its_password(url: str, look: Any) -> None:
    found = look(url)["url"]
    assert found.status == "problem"
    assert "secret" not in found.message + found.hint


def test_places_that_cannot_hold_a_store(tmp_path: Path, look: Any) -> None:
    (tmp_path / "file").write_text("x")
    assert "is not a file" in look(tmp_path)["file"].message
    assert f"{tmp_path / 'file'} is a file" in look(tmp_path / "file" / "deep" / "gov.db")["file"].message


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_store_that_only_others_may_write(path: Path, look: Any) -> None:
    path.parent.chmod(0o500)
    try:
        assert look(path)["file"].status == "problem"
    finally:
        path.parent.chmod(0o700)


def test_a_file_system_that_refuses(path: Path, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert look(path)["file"].status == "problem"

    def stale(_: Path) -> Iterator[Check]:
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr(_store, "_place", stale)
    assert "Stale file handle" in look(path)["file"].message


@pytest.mark.parametrize(("free", "status"), [(5_000_000, "problem"), (500_000_000, "note")])
def test_little_room(free: int, status: str, path: Path, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(path)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert look(path)["disk"].status == status


@pytest.mark.parametrize("content", [b"not a database at all, but long enough for a header " * 40, b"short"])
def test_a_file_that_is_no_database(content: bytes, path: Path, look: Any) -> None:
    path.write_bytes(content)
    found = look(path)["content"]
    assert found.status == "problem"
    assert "is not a database" in found.message


def test_an_empty_file(path: Path, look: Any) -> None:
    path.write_bytes(b"")
    assert statuses(look(path)) == ALL_WELL


def test_a_damaged_store(path: Path, look: Any) -> None:
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)
    found = look(path)["content"]
    assert found.status == "problem"
    assert "is damaged" in found.message


def test_damage_that_only_a_check_of_the_whole_file_finds(path: Path, look: Any) -> None:
    content = bytearray(path.read_bytes())
    content[36:40] = (5).to_bytes(4, "big")  # how many pages are free: none is
    path.write_bytes(content)
    found = look(path)
    assert found["content"].status == "problem"
    assert "freelist" in found["content"].message
    assert found["revision"].status == "ok"


def test_a_store_from_the_future(path: Path, look: Any) -> None:
    with sql(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    found = look(path)["revision"]
    assert found.status == "problem"
    assert "revision 9999" in found.message
    assert command(found)[3:] == ["install", "--upgrade", "jupyter-gov"]


def test_a_store_from_the_past(path: Path, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written = _look.HEAD
    monkeypatch.setattr(_look, "HEAD", "9999")
    assert look(path)["revision"].message == f"The store has revision {written}; the next use migrates it."


def test_a_database_of_another_program(path: Path, look: Any) -> None:
    path.unlink()
    with sql(path) as connection:
        connection.execute("CREATE TABLE bookmarks (a)")
    assert "another program" in look(path)["revision"].message


def test_a_run_whose_kernel_died(path: Path, look: Any) -> None:
    assert "runs" not in look(path)
    with sql(path) as connection:
        connection.execute("UPDATE event SET envelope = json_set(envelope, '$.ts', '2026-01-02T03:04:05.678Z')")
    found = look(path)["runs"]
    assert found.status == "note"
    done = subprocess.run(
        [str(SCRIPTS / "jupyter"), *command(found)[1:]],
        env={**os.environ, "JUPYTER_GOV_STORE": str(path)},
        capture_output=True,
        text=True,
    )
    assert "one · running" in done.stdout, done.stderr
    with sql(path) as connection:
        connection.execute("UPDATE record SET data = json_set(data, '$.status', 'finished')")
    assert "runs" not in look(path)


def test_a_process_that_was_cut_off_while_it_wrote(path: Path, look: Any) -> None:
    """A journal that waits to be taken back: no reader may do that, the next writer does."""
    copy = path.with_name("copy.db")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 2")
        writer.execute("BEGIN")
        writer.execute("CREATE TABLE filler (a)")
        writer.executemany("INSERT INTO filler VALUES (?)", [("x" * 4000,)] * 50)
        for suffix in ("", "-journal"):
            shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
        writer.execute("ROLLBACK")
    found = look(copy)
    assert found["content"].status == "note"
    assert "revision" not in found
    open_store(f"sqlite:///{copy}").close()
    assert statuses(look(copy)) == ALL_WELL


def test_wal_mode(path: Path, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with sql(path) as connection:
        connection.execute("PRAGMA journal_mode = wal")
    monkeypatch.setattr(_look, "_WAL_SINCE", (99,))
    found = look(path)
    assert statuses(found) == {**ALL_WELL, "journal": "problem"}
    monkeypatch.setattr(_engine, "_WAL_SINCE", (99,))
    # What the hint says mends it.
    with open_store(f"sqlite:///{path}") as store:
        store.runs()
    assert statuses(look(path)) == ALL_WELL
    monkeypatch.setattr(_look, "_WAL_SINCE", (0,))
    assert look(path)["journal"].message.endswith("keeps it safe with WAL.")


def test_wal_mode_while_others_write_and_after_they_were_cut_off(path: Path, look: Any) -> None:
    copy = path.with_name("copy.db")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = wal")
        writer.execute("CREATE TABLE more (a)")
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
        found = look(path)
        assert found["revision"].status == "ok"
        assert "content" not in found
    assert look(copy)["content"].status == "note"


def test_a_network_disk(path: Path, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_look, "_is_local", lambda _: False)
    assert look(path)["journal"].status == "note"
    with sql(path) as connection:
        connection.execute("PRAGMA journal_mode = wal")
    assert look(path)["journal"].status == "problem"


def test_a_lock_that_is_not_given_back(path: Path, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_look, "_WAIT_SECONDS", 0.05)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert "locked by another process" in look(path)["content"].message


def test_a_large_file_is_not_read_as_a_whole(path: Path, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_store, "_CHECKED", 0)
    monkeypatch.setattr(_look, "find_damage", None)
    assert statuses(look(path)) == ALL_WELL
    close_stores()


def test_a_new_store_can_be_made(ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert statuses(ask(_store.check_migrations)) == {"migrations": "ok"}
    assert list(tmp_path.iterdir()) == []

    def broken(url: str) -> Any:
        raise AttributeError("no 'upgrade'\nin alembic.")

    monkeypatch.setattr("jupyter_gov.store.open_store", broken)
    found = ask(_store.check_migrations)["migrations"]
    assert found.message == "No store can be made, even a new one: AttributeError: no 'upgrade' in alembic."
    assert command(found)[-2:] == ["alembic", "sqlalchemy"]
    # Without a temporary folder nothing can be said here.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert ask(_store.check_migrations) == {}

"""Opening a store: migrations, and everything that is not a store."""

from __future__ import annotations

import contextlib
import gc
import shutil
import sqlite3
import sys
import warnings
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import jupyter_gov.store as package
from jupyter_gov.errors import StoreError
from jupyter_gov.records import Run
from jupyter_gov.store import Store, _engine, _look, _schema, find_state, open_store

sys.path.insert(0, str(Path(__file__).parent))
try:
    import make_fixture
finally:
    sys.path.pop(0)


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_a_store_of_each_revision_still_opens(revision: str, tmp_path: Path) -> None:
    copy = tmp_path / "gov.db"
    shutil.copy(make_fixture.FIXTURES / f"gov-{revision}.db", copy)
    with_contents = revision > "0001"
    records = [*make_fixture.records(), *([make_fixture.artifact()] if with_contents else [])]
    with open_store(f"sqlite:///{copy}") as store:
        assert store.records(make_fixture.RUN) == records
        assert [r.id for r in store.runs()] == [make_fixture.RUN]
        found = list(store.events())
        assert [e.envelope["seq"] for e in found] == [*range(1, len(records) + 2)]
        assert all(e.intact for e in found)
        store.replay()
        assert store.records(make_fixture.RUN) == records
        content = store.content(make_fixture.artifact().digest)
        assert content == (make_fixture.content() if with_contents else None)


def test_migrations_end_where_the_code_is() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(package.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [_schema.HEAD]


def test_migrations_make_the_schema_that_the_code_knows(store: Store) -> None:
    with store._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), _schema.metadata) == []


def test_opening_again_changes_nothing(url: str, store: Store) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    before = path.read_bytes()
    with open_store(url) as again:
        assert again.runs() == []
    assert path.read_bytes() == before


def test_a_later_revision_is_refused(url: str) -> None:
    open_store(url).close()
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"later version of jupyter-gov \(revision 9999\)") as caught:
        open_store(url)
    assert "Upgrade" in caught.value.hint


def test_a_database_of_another_program_is_left_alone(url: str) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE bookmarks (a)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_store(url)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("credit", "not a store URL"),
        ("", "not a store URL"),
        ("sqlite://host:port/gov.db", "not a store URL"),
        ("postgresql://ada:secret@host/gov", "is not SQLite"),
        ("postgresql://ada:secret@host:port/gov", r"\*\*\*@host:port.*not a store URL"),
        ("sqlite+aiosqlite:///gov.db", "is not SQLite"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:///file:gov.db?uri=true", "needs a file"),
        ("sqlite:///gov.db?mode=ro", "not the path of a file"),
        ("sqlite://host/gov.db", "not the path of a file"),
        ("sqlite:///~nobody-of-that-name/gov.db", "home of somebody unknown"),
        ("sqlite:///a\0b.db", "cannot be written"),
        ("sqlite:////proc/gov/gov.db", "cannot be written"),
    ],
)
def test_what_is_not_a_store_url(url: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=message) as caught:
        open_store(url)
    assert caught.value.hint
    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path, message in ((tmp_path / "file" / "gov.db", "Not a directory|File exists"), (tmp_path, "it is a folder")):
        with pytest.raises(StoreError, match=message) as caught:
            open_store(f"sqlite:///{path}")
        assert "JUPYTER_GOV_STORE" in caught.value.hint


@pytest.mark.parametrize("content", [b"not a database at all, but long enough for a header " * 40, b"short"])
def test_a_file_that_is_no_database(url: str, content: bytes) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    path.write_bytes(content)
    with pytest.raises(StoreError, match="file is not a database") as caught:
        open_store(url)
    assert caught.value.hint
    assert path.read_bytes() == content


def test_a_damaged_store(url: str) -> None:
    open_store(url).close()
    path = Path(url.removeprefix("sqlite:///"))
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(StoreError, match="cannot be used") as caught, open_store(url) as store:
        store.runs()
    assert caught.value.hint


def test_nothing_stays_open(url: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with open_store(url) as store:
            store.runs()
            next(iter(store.events()), None)
        Path(url.removeprefix("sqlite:///")).write_bytes(b"x" * 5000)
        with pytest.raises(StoreError):
            open_store(url)
        gc.collect()


@pytest.mark.parametrize("since", [(0,), (99,)])
def test_both_journals(url: str, since: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """A store changes over to the journal that this SQLite may use, and works on where it cannot."""
    with open_store(url) as first:
        monkeypatch.setattr(_engine, "_WAL_SINCE", since)
        monkeypatch.setattr(_engine, "_is_local", lambda _: True)
        with first._engine.connect() as reading:
            reading.exec_driver_sql("SELECT count(*) FROM event").scalar()
            with open_store(url) as busy:
                assert busy.runs() == []
    with open_store(url) as store, store._engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    assert mode == ("wal" if since == (0,) else "delete")


def test_a_percent_sign_in_the_path(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / '100% ö #1.db'}") as store:
        assert store.get(Run, "none") is None
    assert (tmp_path / "100% ö #1.db").is_file()


def test_a_file_system_that_is_not_local(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import psutil

    class Mount:
        def __init__(self, mountpoint: str, fstype: str) -> None:
            self.mountpoint, self.fstype = mountpoint, fstype

    mounts = [Mount("/", "ext4"), Mount(str(tmp_path), "nfs4")]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: mounts)
    assert not _engine._is_local(tmp_path / "gov.db")
    assert _engine._is_local(tmp_path.parent / "gov.db")
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: [])
    assert not _engine._is_local(tmp_path / "gov.db")


def test_how_a_file_stands_to_this_version(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(url.removeprefix("sqlite:///"))

    def state() -> str | None:
        before = {p: (p.stat().st_mtime_ns, p.is_file() and p.read_bytes()) for p in tmp_path.rglob("*")}
        found = find_state(path)
        assert {p: (p.stat().st_mtime_ns, p.is_file() and p.read_bytes()) for p in tmp_path.rglob("*")} == before
        return found

    assert state() == "empty"
    path.touch()
    assert state() == "empty"
    open_store(url).close()
    assert state() == "current"
    with monkeypatch.context() as patched:
        patched.setattr(_look, "HEAD", "a later one")
        assert state() == "earlier"
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert state() == "later"
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE alembic_version")
    assert state() == "foreign"
    path.write_bytes(b"not a database at all, but long enough for a header " * 40)
    assert state() is None
    for other in (path / "below.db", tmp_path / "a\0b", tmp_path / ("a" * 5000)):
        assert find_state(other) is None


def test_a_writer_that_was_cut_off_is_not_judged_by_half_a_file(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_engine, "_WAL_SINCE", (0,))
    monkeypatch.setattr(_engine, "_is_local", lambda _: True)
    path = Path(url.removeprefix("sqlite:///"))
    with open_store(url):
        assert find_state(path) == "current"
        copy = path.with_name("copy.db")
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
    assert find_state(copy) is None
    with open_store(f"sqlite:///{copy}") as store:
        assert store.runs() == []

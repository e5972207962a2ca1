"""Contents beside the records: once for each digest, in one transaction with their record, checked when read."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_gov.errors import StoreError
from jupyter_gov.fingerprints import fingerprint_bytes
from jupyter_gov.records import Artifact, Cell
from jupyter_gov.store import Entry, Store

Make = Callable[..., Entry]


def kept(entry: Make, content: bytes, about: str = "fit", role: str = "learned", run: str = "run") -> Entry:
    record = Artifact(about=about, role=role, digest=fingerprint_bytes(content), bytes=len(content))  # type: ignore[arg-type]
    return replace(entry(record, run), content=content)


def rows(url: str) -> list[tuple[str, int, int]]:
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        found = connection.execute("SELECT digest, size, length(content) FROM artifact ORDER BY digest")
        return list(found)


def test_a_content_comes_out_by_its_digest(store: Store, entry: Make, url: str) -> None:
    contents = [b"", b"a", bytes(100_000)]
    store.append([entry(), *(kept(entry, c, about=str(i)) for i, c in enumerate(contents))])
    for i, content in enumerate(contents):
        found = store.artifact(str(i), "learned", run="run")
        assert found is not None
        assert found.bytes == len(content)
        assert store.content(found.digest) == content
    assert store.content("jg1:none") is None
    assert max(compressed for _, _, compressed in rows(url)) < 1000


def test_the_same_content_is_kept_once(store: Store, entry: Make, url: str) -> None:
    store.append([kept(entry, b"same", about="a"), kept(entry, b"same", about="b")])
    store.append([kept(entry, b"same", about="c", run="another")])
    assert [size for _, size, _ in rows(url)] == [4]
    assert {r.about for r in store.records("run") if isinstance(r, Artifact)} == {"a", "b"}


def test_what_was_kept_last_is_found(store: Store, entry: Make) -> None:
    store.append([kept(entry, b"first"), kept(entry, b"other", role="predictions"), kept(entry, b"last")])
    for run in ("run", None):
        found = store.artifact("fit", "learned", run=run)
        assert found is not None
        assert store.content(found.digest) == b"last"
    assert store.artifact("fit", "rows") is None
    assert store.artifact("fit", "learned", run="another") is None


def test_a_content_that_is_not_its_records_is_refused(store: Store, entry: Make, url: str) -> None:
    for wrong in (replace(kept(entry, b"a"), content=b"b"), replace(entry(), content=b"a")):
        with pytest.raises(ValueError, match="not the one that the record names"):
            store.append([entry(), wrong])
    assert store.records("run") == []
    assert rows(url) == []


def test_nothing_is_kept_where_its_record_is_not(store: Store, entry: Make, url: str) -> None:
    twice = kept(entry, b"a")
    with pytest.raises(StoreError):
        store.append([twice, twice])
    assert rows(url) == []


def test_replaying_leaves_contents_alone(store: Store, entry: Make) -> None:
    made = kept(entry, b"content")
    store.append([made])
    store.replay()
    assert store.records("run") == [made.record]
    assert isinstance(made.record, Artifact)
    assert store.content(made.record.digest) == b"content"


@pytest.mark.parametrize("damage", [b"no compressed content", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_a_content_that_was_changed_is_not_given_out(damage: bytes, store: Store, entry: Make, url: str) -> None:
    made = kept(entry, b"content")
    store.append([made, entry(Cell(order=2, source="y"))])
    with contextlib.closing(sqlite3.connect(Path(url.removeprefix("sqlite:///")))) as connection, connection:
        connection.execute("UPDATE artifact SET content = ?", (damage,))
    assert isinstance(made.record, Artifact)
    with pytest.raises(StoreError, match="has changed since it was written") as caught:
        store.content(made.record.digest)
    assert "doctor" in caught.value.hint

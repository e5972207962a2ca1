"""The registry of data sets: one for each content, written as it is when its turn comes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse

from jupyter_gov.capture.data import _sources
from jupyter_gov.capture.data._registry import DataRegistry
from jupyter_gov.capture.data._sources import Reading, find_file
from jupyter_gov.fingerprints import fingerprint_bytes
from jupyter_gov.services import session as sessions
from jupyter_gov.services import show_run


class Registry:
    """A registry with a session and variables of its own."""

    def __init__(self, store: str) -> None:
        self.store = store
        self.names: dict[str, Any] = {}
        self.allowed = 1000
        self.run = sessions.begin_run(name="data", experiment="tests", store=store)
        self.session = sessions.open_session(self.run, owner=True, store=store)
        self.data = DataRegistry(self.session, lambda: self.names, lambda: None, self._allows)

    def _allows(self, what: str) -> bool:
        self.allowed -= 1
        return self.allowed >= 0

    def shown(self) -> dict[str, Any]:
        self.session.flush()
        return show_run(self.run.id, self.store)


@pytest.fixture
def registry(store: str) -> Iterator[Registry]:
    yield Registry(store)
    sessions.close_session()


def test_one_data_set_for_one_content(registry):
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    registry.names = {"frame": frame}
    first = registry.data.observe(frame, role="source")
    assert registry.data.scored(frame.copy(), "X") == first
    assert registry.data.role_of(first) == "test"
    assert registry.data.validated(pl.from_pandas(frame), "X") == first
    assert registry.data.fitted(pa.Table.from_pandas(frame), "X") == first
    assert registry.data.scored(frame, "X") == first
    (shown,) = registry.shown()["datasets"]
    assert (shown["name"], shown["role"], shown["type"]) == ("frame", "train", "pandas.DataFrame")
    frame.loc[0, "a"] = 9.0
    assert registry.data.scored(frame, "X") != first


def test_every_kind_of_data(registry):
    held = [
        np.arange(4.0), [1, 2, 3], ("a", "b"), pd.Series([5, 6]), pd.Index(["u", "v"]), pl.Series([7, 8]),
        pa.array([9, 10]), pa.chunked_array([[11], [12]]), scipy.sparse.csr_matrix(np.eye(3)),
        scipy.sparse.coo_array(np.eye(4)), pd.Series(["p", "q"], dtype="category"), np.zeros((2, 3, 4)),
    ]  # fmt: skip
    ids = [registry.data.fitted(data, "X") for data in held]
    assert None not in ids
    assert len(set(ids)) == len(held)
    assert registry.data.fitted(None, "X") is None
    for strange in (
        object(),
        {"a": 1},
        [[1], [2, 3]],
        np.ones((1, 1)).view(np.matrix),
        np.ma.masked_array([1], [True]),
    ):
        assert registry.data.fitted(strange, "strange") is None
    assert len([g for g in registry.shown()["gaps"] if g["what"].startswith("data strange")]) == 5


def test_no_more_than_a_cell_may_record(registry):
    registry.allowed = 3
    ids = [registry.data.fitted(np.array([i]), "X") for i in range(5)]
    assert [i is None for i in ids] == [False, False, False, True, True]
    assert registry.data.fitted(np.array([0]), "X") == ids[0]


def test_a_summary_or_an_origin_that_fails_loses_no_data_set(registry, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr("jupyter_gov.capture.data._summaries.describe_columns", fail)
    monkeypatch.setattr(registry.data._derivations, "join", fail)
    assert registry.data.fitted(pd.DataFrame({"email": ["a@b.org"]}), "X") is not None
    shown = registry.shown()
    assert [c["personal"] for c in shown["datasets"][0]["columns"]] == ["e-mail"]
    assert {g["what"] for g in shown["gaps"]} == {"a summary of X", "where X came from"}


@pytest.mark.parametrize("at_once", [1 << 20, 0])
def test_a_file_is_hashed_as_it_was_read(registry, tmp_path: Path, monkeypatch, at_once):
    monkeypatch.setattr(_sources, "AT_ONCE", at_once)
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n")
    digest = fingerprint_bytes(path.read_bytes())

    def read(rows: list[int]) -> str | None:
        reading = Reading(door="pandas.read_csv", source="x.csv", file=find_file(path))
        if 2 in rows:
            path.write_text("a\n2\n3\n")
        return registry.data.observe(pd.DataFrame({"a": rows}), role="source", origin=reading)

    kept, changed = read([1]), read([1, 2])
    registry.data.fitted(pd.DataFrame({"a": [1]}), "X")
    shown = {d["id"]: d for d in registry.shown()["datasets"]}
    # Nothing but the digest waits: the role that came after it is there.
    assert shown[kept]["role"] == "train"
    assert shown[changed]["file_digest"] == ""
    assert shown[changed]["file_bytes"] is None
    assert any(g["what"] == "the digest of x.csv" for g in registry.shown()["gaps"])
    if at_once:
        assert (shown[kept]["file_digest"], shown[kept]["file_bytes"]) == (digest, 4)


def test_a_large_file_is_hashed_later(registry, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(_sources, "AT_ONCE", 0)
    path = tmp_path / "large.bin"
    path.write_bytes(b"0123456789" * 300_000)
    reading = Reading(door="numpy.fromfile", source="large.bin", file=find_file(path))
    key = registry.data.observe(np.arange(3), role="source", origin=reading)
    assert registry.data.fitted(np.arange(3), "X") == key
    (shown,) = registry.shown()["datasets"]
    assert shown["file_digest"] == fingerprint_bytes(path.read_bytes())
    assert (shown["file_bytes"], shown["role"]) == (3_000_000, "train")


def test_threads_agree(registry):
    shared = np.random.default_rng(0).normal(size=(500, 4))
    barrier = threading.Barrier(8)
    found: list[str | None] = []

    def observe(own: int) -> None:
        barrier.wait()
        for _ in range(20):
            found.append(registry.data.fitted(shared, "X"))
            registry.data.scored(shared[own : own + 50], "part")

    threads = [threading.Thread(target=observe, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    shown = registry.shown()
    assert len(shown["datasets"]) == 9
    assert len({d["digest"] for d in shown["datasets"]}) == 9
    assert len(shown["derivations"]) >= 8


def test_what_undoes_an_operation_makes_no_circle(registry):
    first, second = np.arange(6.0), np.arange(6.0) * 3
    registry.data.derived(second, [first], operation="transform")
    registry.data.derived(first, [second], operation="inverse_transform")
    registry.data.derived(second, [first], operation="transform")
    (edge,) = registry.shown()["derivations"]
    assert edge["operation"] == "transform"

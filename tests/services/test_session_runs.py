"""Sessions, and looking at runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_gov.errors import InputError, NotFoundError, StoreError
from jupyter_gov.records import Cell, Document, Environment, Fit, Gap, Run, Source
from jupyter_gov.services import _stores, close_stores, find_run, get_store, list_runs, session, show_run
from jupyter_gov.store import Store


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    yield f"sqlite:///{tmp_path / 'gov.db'}"
    session.close_session()
    close_stores()


@pytest.fixture
def run(url: str) -> Run:
    return session.begin_run(name="n", experiment="e", store=url)


def test_one_store_a_url(url: str) -> None:
    assert get_store(url) is get_store(url)
    path = url.removeprefix("sqlite:///")
    assert get_store(path) is get_store(url)
    _stores.close_stores()
    assert get_store(url).runs() == []


def test_the_owner_finishes_its_run(run: Run, url: str) -> None:
    opened = session.open_session(run, owner=True, store=url)
    assert session.current() is opened
    opened.record(Cell(order=1, source="x"), "cell.executed")
    session.close_session()
    assert session.current() is None
    session.close_session()
    found = find_run(run.id, url)
    assert (found.status, bool(found.finished)) == ("finished", True)
    actions = [e.envelope["action"] for e in get_store(url).events(run.id)]
    assert actions == ["run.started", "cell.executed", "run.finished"]


def test_who_joined_does_not(run: Run, url: str) -> None:
    joined = session.join_run(run.id, name="renamed", experiment=None, store=url)
    assert (joined.name, joined.experiment) == ("renamed", "e")
    assert session.join_run(run.id, name=None, experiment=None, store=url) == joined
    session.open_session(joined, owner=False, store=url)
    session.close_session()
    assert find_run(run.id, url).status == "running"
    assert session.end_run(joined, status="failed", reason="r", store=url) == find_run(run.id, url)
    with pytest.raises(NotFoundError, match="to join"):
        session.join_run("none", name=None, experiment=None, store=url)


def test_a_gap_is_recorded_once(run: Run, url: str) -> None:
    opened = session.open_session(run, owner=False, store=url)
    for _ in range(3):
        opened.gap("a plot", "not seen", remedy="look")
        opened.gap("a plot", "another reason")
    opened.flush()
    assert [g["reason"] for g in show_run(run.id, url)["gaps"]] == ["not seen", "another reason"]
    for cell in ("a", "a", "b", None, "c"):
        opened.gap("a table", "not seen", cell=cell)
    opened.record(Fit(class_="C", cell="a", params={"C": object()}), "fit.completed")
    opened.record(Cell(order=7, source="x", reads={"x": object()}), "cell.executed")  # type: ignore[dict-item]
    opened.flush()
    gaps = show_run(run.id, url)["gaps"][2:]
    assert [(g["what"], g["reason"]) for g in gaps] == [
        ("a table", "not seen So in 3 cells; the last is named."),
        ("a record (fit.completed)", "It could not be made: TypeError. It is the fit C."),
        ("a record (cell.executed)", "It could not be made: TypeError. It is execution 7."),
    ]
    assert [g["cell"] for g in gaps[:2]] == ["c", "a"]
    assert gaps[2]["cell"]


def test_a_record_that_cannot_be_written_is_a_gap(run: Run, url: str) -> None:
    opened = session.open_session(run, owner=False, store=url)

    def fails() -> Cell:
        raise InputError("The data have no rows.")

    for _ in range(2):
        opened.record(Fit(class_="C", params={"C": object()}), "fit.completed")
        opened.record_later(fails, "cell.executed")
    opened.record_later(lambda: None, "nothing")
    opened.record(Cell(order=1, source="x"), "cell.executed")
    opened.flush()
    shown = show_run(run.id, url)
    assert [(g["what"], g["reason"]) for g in shown["gaps"]] == [
        ("a record (fit.completed)", "It could not be made: TypeError. The last of 2 is the fit C."),
        ("a record (cell.executed)", "The data have no rows. The last of 2 is one that was worked out late."),
    ]
    assert len(shown["cells"]) == 1


def test_a_session_whose_store_fails_keeps_everything(run: Run, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = session.open_session(run, owner=True, store=url)
    append = Store.append

    def broken(self: Store, entries: object) -> list[int]:
        if self.url == url:
            raise StoreError("The disk is full.")
        return append(self, entries)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "append", broken)
    opened.record(Cell(order=1, source="x"), "cell.executed")
    with pytest.raises(StoreError, match="full"):
        session.close_session()
    assert opened.pending == 2
    # Another store is not held up by it.
    other_url = url.replace("gov.db", "other.db")
    other = session.begin_run(name="o", experiment="e", store=other_url)
    session.open_session(other, owner=True, store=other_url)
    with pytest.raises(StoreError, match="full"):
        session.close_session()
    assert find_run(other.id, other_url).status == "finished"
    monkeypatch.undo()
    session.close_session()
    assert find_run(run.id, url).status == "finished"
    assert len(show_run(run.id, url)["cells"]) == 1
    assert [e.envelope["action"] for e in get_store(url).events()].count("run.finished") == 1


def test_show_run_has_every_key_of_the_contract(run: Run, url: str) -> None:
    opened = session.open_session(run, owner=False, store=url)
    opened.record(Fit(class_="C"), "fit.completed")
    for section, text in (("purpose", "first"), ("limitations", "x"), ("purpose", "last")):
        opened.record(Document(section=section, markdown=text), "document.written")
    opened.record(Source(commit="c"), "source.captured")
    opened.flush()
    shown = show_run(run.id, url)
    assert {"id", "experiment", "status", "notebook", "actor", "environment", "source"} <= set(shown)
    lists = "cells datasets fits metrics findings assessments documents gaps charters policies checks waivers checked"
    assert all(isinstance(shown[key], list) for key in f"{lists} mitigations overrides".split())
    assert {"id", "parent", "cell", "class", "params", "datasets", "seconds"} <= set(shown["fits"][0])
    assert [(d["section"], d["markdown"]) for d in shown["documents"]] == [("purpose", "last"), ("limitations", "x")]
    assert (shown["environment"], shown["source"]["commit"]) == (None, "c")


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("cell", "id order source status seconds stale"),
        ("dataset", "id name digest rows columns source role"),
        ("metric", "id name value origin cell fits datasets split"),
        ("finding", "id check severity message count cells columns"),
        ("assessment", "id name fit dataset cell status reason values"),
        ("document", "id section markdown cell"),
        ("gap", "what reason remedy cell"),
        ("charter", "id goal kpis decision tier jurisdiction policies cell"),
        ("policy_use", "id policy version digest content sources in_force cell"),
        ("policy_check", "id policy use policy_digest evidence_digest as_of verdicts cell"),
        ("waiver", "id control by why until withdrawn cell"),
        ("checked", "id checks left"),
        ("mitigation", "id controls tried frontier chosen advice cell"),
        ("override", "id about proposed chosen by why cell"),
    ],
)
def test_records_have_every_key_of_the_contract(kind: str, keys: str) -> None:
    import dataclasses

    from jupyter_gov.records import KINDS

    assert set(keys.split()) <= {f.name for f in dataclasses.fields(KINDS[kind])}


def test_finding_a_run(url: str) -> None:
    for missing in ("latest", "", " ", "0198", "%"):
        with pytest.raises(NotFoundError) as caught:
            find_run(missing, url)
        assert caught.value.hint
    first, second = (session.begin_run(name=n, experiment=n, store=url) for n in "ab")
    assert find_run("latest", url) == second
    assert find_run(first.id, url) == first
    assert find_run(first.id.upper(), url) == first
    assert find_run(first.id[:30], url) == first
    with pytest.raises(InputError, match="Several runs") as several:
        find_run(first.id[:6], url)
    assert several.value.hint
    assert list_runs(url) == [second, first]
    assert list_runs(url, limit=1, before=second.id) == [first]
    assert list_runs(url, experiment="a") == [first]
    for limit in (0, 1001, -1):
        with pytest.raises(InputError, match="limit"):
            list_runs(url, limit=limit)


def test_kinds_that_may_be_missing(run: Run, url: str) -> None:
    shown = show_run(run.id, url)
    assert [k for k, v in shown.items() if v is None] == ["finished", "environment", "source"]
    assert Environment.kind == "environment"
    assert Gap.kind == "gap"

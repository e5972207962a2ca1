"""What is known about a run at one moment, and what was known at an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from jupyter_gov.records import Charter, Document, Metric, Record, Run, Waiver
from jupyter_gov.store import Entry, Store, open_store

SHARED = ("charter", "waiver")


def entry(record: Record, run: str) -> Entry:
    return Entry(record=record, run=run, action="made", actor={"id": "t", "kind": "os"})


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'gov.db'}") as store:
        yield store


def begin(store: Store, experiment: str) -> Run:
    run = Run(experiment=experiment, name="n")
    store.append([entry(run, run.id)])
    return run


def test_what_others_of_the_experiment_decided(opened: Store) -> None:
    run, other, elsewhere = (begin(opened, e) for e in ("loans", "loans", "fraud"))
    waiver = Waiver(policy="p", control="c", by="b", why="w", until="2030-01-01")
    metric = Metric(name="m", value=1.0)
    seqs = opened.append(
        [
            entry(metric, run.id),
            entry(waiver, other.id),
            entry(metric.replace(id="m2"), other.id),
            entry(Charter(goal="g"), elsewhere.id),
        ]
    )
    records, shared, through = opened.known(run.id, experiment="loans", shared=SHARED)
    assert records == [run, metric]
    assert shared == [(other.id, waiver)]
    assert through == {run.id: seqs[0], other.id: seqs[2]}
    assert opened.known_through(run.id, experiment="loans", shared=SHARED) == through
    opened.append([entry(waiver.replace(withdrawn=True), other.id)])
    assert opened.known_through(run.id, experiment="loans", shared=SHARED)[other.id] > through[other.id]
    assert opened.known(run.id, experiment="loans", shared=SHARED)[1][0][1].withdrawn  # type: ignore[attr-defined]


def test_what_is_held_is_not_read_again_and_keeps_its_place(opened: Store) -> None:
    run = begin(opened, "loans")
    made = [Metric(name=f"m{i}", value=float(i)) for i in range(3)]
    opened.append([entry(m, run.id) for m in made])
    held = made[1].replace(name="held")
    records, _, _ = opened.known(run.id, experiment="loans", shared=SHARED, held={held.id: held})
    assert records == [run, made[0], held, made[2]]
    # More than SQLite takes as parameters of a query.
    many = {held.id: held, **{str(i): made[0] for i in range(40_000)}}
    assert opened.known(run.id, experiment="loans", shared=SHARED, held=many)[0] == records


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.text("abc", max_size=3)), max_size=12))
def test_what_was_known_at_any_event_is_known_for_good(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, str]]
) -> None:
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('known') / 'gov.db'}") as store:
        run, other = begin(store, "loans"), begin(store, "loans")
        seen = {store.version(run.id): store.records(run.id)}
        for key, words in changes:
            store.append([entry(Document(id=str(key), section="s", markdown=words), run.id)])
            store.append([entry(Document(section="s", markdown=words), other.id)])
            seen[store.version(run.id)] = store.records(run.id)
        for seq, records in seen.items():
            assert store.records_at(run.id, seq) == records


def test_a_body_that_was_erased_or_changed_has_no_part_in_it(opened: Store) -> None:
    run = begin(opened, "loans")
    first, second = Document(section="a", markdown="first"), Document(section="b", markdown="second")
    opened.append([entry(first, run.id), entry(second, run.id)])
    with opened._engine.begin() as c:
        c.execute(text("UPDATE event_body SET body = replace(body, 'second', 'other') WHERE body LIKE '%second%'"))
    assert opened.records_at(run.id, opened.version(run.id)) == [run, first]

"""Pages, counts and single records, as live views ask for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_gov.records import Cell, Fit, Gap, Run
from jupyter_gov.store import Entry, Store

Make = Callable[..., Entry]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(total=st.integers(0, 23), limit=st.integers(1, 9), newest=st.booleans())
def test_pages_put_together_are_all_records(store: Store, entry: Make, total: int, limit: int, newest: bool) -> None:
    made = [Cell(order=i, source="x") for i in range(total)]
    run = Run(experiment="e", name="n").id
    store.append([entry(r, run) for c in made for r in (c, Gap(what=c.id, reason="r"))])
    listed: list[Any] = []
    after = None
    while page := store.page(run, Cell.kind, limit=limit, after=after, newest=newest):
        assert len(page) <= limit
        listed += [data["order"] for _, data in page]
        after = page[-1][0]
    assert listed == sorted(range(total), reverse=newest)
    assert store.count(run, Cell.kind) == total


def test_only_records_whose_fields_have_a_value(store: Store, entry: Make) -> None:
    parent = Fit(class_="Pipeline")
    inner = [Fit(class_="Scaler", parent=parent.id), Fit(class_="Tree", parent=parent.id, status="error")]
    store.append([entry(f) for f in (parent, *inner)])
    store.append([entry(Fit(class_="Other"), "another run")])
    assert [d["id"] for _, d in store.page("run", Fit.kind, limit=9, where={"parent": None})] == [parent.id]
    assert store.count("run", Fit.kind, where={"parent": parent.id}) == 2
    assert store.count("run", Fit.kind, where={"parent": parent.id, "status": "error"}) == 1
    assert [c for _, c in store.fields("run", Fit.kind, "class")] == ["Pipeline", "Scaler", "Tree"]


def test_some_by_id(store: Store, entry: Make) -> None:
    cell, fit = Cell(order=1, source="x"), Fit(class_="Tree")
    store.append([entry(cell), entry(fit)])
    assert set(store.some(Cell.kind, [cell.id, fit.id, "none"])) == {cell.id}
    assert store.some(Cell.kind, []) == {}


def test_a_version_grows_with_every_event_of_the_run_only(store: Store, entry: Make) -> None:
    cell = Cell(order=1, source="x")
    assert store.version("run") == 0
    store.append([entry(cell)])
    first = store.version("run")
    store.append([entry(cell, "another run")])
    assert store.version("run") == first
    store.append([entry(cell.replace(stale=True))])
    assert store.version("run") == first + 2


def test_experiments_by_their_latest_run(store: Store, entry: Make) -> None:
    for name in ("loans", "fraud", "loans", "churn", "fraud", "loans"):
        store.append([entry(Run(experiment=name, name="n"))])
    found = [(run.experiment, runs) for run, runs in store.experiments()]
    assert found == [("loans", 3), ("fraud", 2), ("churn", 1)]
    first = store.experiments(limit=2)
    assert [r.experiment for r, _ in store.experiments(limit=2, before=first[-1][0].id)] == ["churn"]

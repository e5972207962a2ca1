"""The executions of a run that is looked at while it grows: what is said of them is what all of them together say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov import services
from jupyter_gov.records import Cell, Notebook, NotebookCell, Record, Run
from jupyter_gov.services import _executions
from jupyter_gov.services._executions import Executions
from jupyter_gov.services._history import History, source_digest
from jupyter_gov.services.session import entry_of

NAMES = "uvw"


@pytest.fixture
def run(store: str) -> Iterator[Run]:
    yield services.begin_run(name="n", experiment="e")
    services.close_stores()


def add(run: Run, *records: Record) -> None:
    services.get_store().append([entry_of(r, f"{r.kind}.made", run.id) for r in records])


class Written:
    """Gives records to those who ask, as a store does."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def page(
        self, _run: str, kind: str, *, limit: int, after: int | None = None, newest: bool = False
    ) -> list[tuple[int, object]]:
        found = [(n, r.to_json()) for n, r in enumerate(self.records, 1) if r.kind == kind and n > (after or 0)]
        return found[::-1][:limit] if newest else found[:limit]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.integers(0, 1), st.sets(st.sampled_from(NAMES)), st.sampled_from(NAMES)),
        max_size=14,
    ),
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 1)), unique_by=lambda c: c[0]),
    st.integers(0, 14),
)
def test_what_does_not_matter_any_more_changes_nothing(
    steps: list[tuple[str, int, set[str], str]], standing: list[tuple[str, int]], known: int
) -> None:
    cells: list[Cell] = []
    made: dict[str, str] = {}
    for order, (key, version, reads, writes) in enumerate(steps, 1):
        source = f"{key}{version}"
        before = {name: made.get(name) for name in sorted(reads)}
        cells.append(Cell(order=order, source=source, cell_id=key, reads=before, writes=(writes,)))
        made[writes] = cells[-1].id
    look = Notebook(cells=tuple(NotebookCell(cell_id=k, digest=source_digest(f"{k}{v}")) for k, v in standing))
    written = Written()
    executions = Executions(written, "run")  # type: ignore[arg-type]
    written.records += [look, *cells[:known]]
    executions.history(())
    written.records += cells[known:]
    wanted = [c.id for c in cells]
    history, whole = executions.history(wanted), History([look, *cells])
    assert [c.id for c in history.doubtful] == [c.id for c in whole.doubtful]
    assert [history.doubt(key) for key in wanted] == [whole.doubt(key) for key in wanted]
    pruned = Executions(written, "run").history(())  # type: ignore[arg-type]
    assert [(c.id, pruned.state(c.id)) for c in pruned.doubtful] == [(c.id, whole.state(c.id)) for c in whole.doubtful]


def test_nothing_is_examined_twice(run: Run) -> None:
    executions = Executions(services.get_store(), run.id)
    one = Cell(order=1, source="x = 1", cell_id="a", writes=("x",))
    add(run, one)
    first = executions.history([])
    assert executions.history([one.id, "a cell that still runs"]) is first
    two = Cell(order=2, source="x", cell_id="b", reads={"x": one.id})
    add(run, two)
    second = executions.history([])
    assert [c.id for c in second.cells] == [one.id, two.id]
    add(run, Notebook(cells=()))
    assert executions.history([]) is not second


def test_the_time_for_it_is_bounded(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_executions, "_MOST_EXAMINED", 3)
    monkeypatch.setattr(_executions, "_MOST_KEPT", 5)
    executions = Executions(services.get_store(), run.id)
    cells = [Cell(order=1, source="x = 0", writes=("x",))]
    for order in range(2, 9):
        cells.append(Cell(order=order, source=f"x += {order}", reads={"x": cells[-1].id}, writes=("x",)))
    add(run, *cells)
    history = executions.history([cells[0].id])
    assert [c.order for c in history.cells] == [6, 7, 8]
    assert history.cells[0].reads == {}
    assert history.doubt(cells[0].id) == ""
    assert history.doubtful == []

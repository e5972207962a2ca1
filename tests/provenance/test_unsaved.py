"""What was executed after the notebook's file was saved stands in the notebook as it was executed."""

from __future__ import annotations

from jupyter_gov.provenance import examine
from jupyter_gov.records import Cell, Notebook, NotebookCell

from .session_twin import digest_of

SAVED = "2026-11-21T12:00:00.000000Z"
BEFORE, AFTER = "2026-11-21T11:59:00.000000Z", "2026-11-21T12:01:00.000000Z"


def notebook(*cells: tuple[str, str]) -> Notebook:
    return Notebook(cells=tuple(NotebookCell(cell_id=i, digest=digest_of(s)) for i, s in cells), saved=SAVED)


def test_a_cell_that_was_edited_and_run_before_it_was_saved_is_not_edited_since() -> None:
    old = Cell(order=1, source="x = 1", cell_id="a", writes=("x",), started=BEFORE)
    new = Cell(order=2, source="x = 2", cell_id="a", writes=("x",), started=AFTER)
    use = Cell(order=3, source="x", cell_id="b", reads={"x": new.id}, started=AFTER)
    session = examine([old, new, use], notebook(("a", "x = 1"), ("b", "x")), digest_of=digest_of)
    assert not session.states[new.id].edited
    assert session.states[old.id].edited
    assert session.top_to_bottom(use.id) is True


def test_a_new_cell_stands_below_the_one_that_ran_before_it() -> None:
    first = Cell(order=1, source="x = 1", cell_id="a", writes=("x",), started=BEFORE)
    new = Cell(order=2, source="x + 1", cell_id="new", reads={"x": first.id}, started=AFTER)
    newer = Cell(order=3, source="x + 2", cell_id="newer", reads={"x": first.id}, started=AFTER)
    session = examine([first, new, newer], notebook(("a", "x = 1"), ("z", "x = 9")), digest_of=digest_of)
    for cell in (new, newer):
        assert not session.states[cell.id].deleted
        assert session.top_to_bottom(cell.id) is True


def test_a_new_cell_that_ran_first_stands_first() -> None:
    new = Cell(order=1, source="x = 1", cell_id="new", writes=("x",), started=AFTER)
    use = Cell(order=2, source="x", cell_id="a", reads={"x": new.id}, started=AFTER)
    session = examine([new, use], notebook(("a", "x")), digest_of=digest_of)
    assert not session.states[new.id].deleted
    assert not session.states[use.id].out_of_order
    assert session.top_to_bottom(use.id) is True


def test_a_file_that_was_saved_later_is_what_counts() -> None:
    cell = Cell(order=1, source="x = 1", cell_id="a", started=BEFORE)
    gone = Cell(order=2, source="y = 1", cell_id="b", started=BEFORE)
    session = examine([cell, gone], notebook(("a", "x = 2")), digest_of=digest_of)
    assert session.states[cell.id].edited
    assert session.states[gone.id].deleted


def test_a_file_without_ids_tells_nothing() -> None:
    first = Cell(order=1, source="x = 1", cell_id="r1", writes=("x",), started=AFTER)
    use = Cell(order=2, source="x", cell_id="r2", reads={"x": first.id}, started=AFTER)
    session = examine([first, use], notebook(("", "x = 1"), ("", "x")), digest_of=digest_of)
    assert session.top_to_bottom(use.id) is True
    assert not session.states[use.id].deleted

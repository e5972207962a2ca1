"""What `examine` says about a session is what a real run of it shows."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from session_twin import Kernel, Play, digest_of, plays

from jupyter_gov.provenance import Session, examine
from jupyter_gov.records import Cell, Notebook, NotebookCell


def session_of(play: Play) -> Session:
    return examine(play.kernel.cells, play.notebook, digest_of=digest_of)


def run(*sources: tuple[str, str]) -> Kernel:
    kernel = Kernel()
    for cell_id, source in sources:
        kernel.run(source, cell_id)
    return kernel


def notebook(*cells: tuple[str, str]) -> Notebook:
    return Notebook(cells=tuple(NotebookCell(cell_id=i, digest=digest_of(s)) for i, s in cells))


@settings(max_examples=300, deadline=None)
@given(plays())
def test_top_to_bottom_is_what_a_run_from_top_to_bottom_shows(play: Play) -> None:
    session, computed = session_of(play), play.from_top_to_bottom()
    run_as_they_stand = {c.source for c in play.kernel.cells if c.status == "ok"} | {""}
    for cell in play.kernel.cells:
        said = session.top_to_bottom(cell.id)
        result = play.kernel.results[cell.id]
        if said is not None:
            assert said == (result in computed), session.why(cell.id)
        elif result is not None:
            # Doubt needs a cell that nobody has seen run.
            assert any(source not in run_as_they_stand for _, source in play.standing)
        assert bool(session.why(cell.id)) == (said is not True)


@settings(max_examples=300, deadline=None)
@given(plays())
def test_a_slice_alone_gives_the_same_and_nothing_in_it_can_be_spared(play: Play) -> None:
    session, cells = session_of(play), {c.id: c for c in play.kernel.cells}
    for cell in play.kernel.cells:
        if cell.status == "error":
            continue
        behind = session.slice(cell.id)
        assert [cells[i].order for i in behind] == sorted(cells[i].order for i in behind)
        assert run(*(("", cells[i].source) for i in behind)).results[f"e{len(behind)}"] == play.kernel.results[cell.id]
        if len({play.kernel.results[i] for i in behind}) < len(behind):
            continue  # the same was executed twice, and one would do
        for spared in behind[:-1]:
            rest = [i for i in behind if i != spared]
            again = run(*(("", cells[i].source) for i in rest))
            assert again.results[f"e{len(rest)}"] != play.kernel.results[cell.id]


@settings(max_examples=300, deadline=None)
@given(plays())
def test_states_are_what_the_values_show(play: Play) -> None:
    session, cells = session_of(play), {c.id: c for c in play.kernel.cells}
    standing = dict(play.standing)
    places = {cell_id: i for i, (cell_id, _) in enumerate(play.standing)}
    stale: dict[str, bool] = {}
    for cell in play.kernel.cells:
        state = session.states[cell.id]
        assert state.rerun == any(c.cell_id == cell.cell_id and c.order > cell.order for c in cells.values())
        assert state.deleted == (cell.cell_id not in standing)
        assert state.edited == (cell.cell_id in standing and standing[cell.cell_id] != cell.source)
        writers = [cells[i] for i in cell.reads.values()]
        stale[cell.id] = any(
            stale[w.id] or w.cell_id not in standing or standing[w.cell_id] != w.source for w in writers
        ) or any(changed(play, cell, v, cells[i], places) for v, i in cell.reads.items())
        assert state.stale == stale[cell.id], state.reasons
        flags = (state.rerun, state.edited, state.deleted, state.out_of_order, state.stale)
        assert bool(state.reasons) == any(flags)
        assert all(r[0] in "`ICT" and r.endswith(".") for r in state.reasons)


def changed(play: Play, cell: Cell, variable: str, writer: Cell, places: dict[str, int]) -> bool:
    """Say whether the last cell above that changed `variable` after `cell` ran left another value in it."""
    place = places.get(cell.cell_id)
    later = [
        c for c in play.kernel.cells
        if c.order > cell.order and variable in c.writes and place is not None and places.get(c.cell_id, -1) < place
    ]  # fmt: skip
    return bool(later) and play.kernel.results[later[-1].id] != play.kernel.results[writer.id]


def test_a_notebook_run_once_from_top_to_bottom_is_above_reproach() -> None:
    cells = [("1", "a<-;x"), ("2", "b<-a;x"), ("3", "a<-a;x"), ("4", "<-ab;x")]
    session = examine(run(*cells).cells, notebook(*cells), digest_of=digest_of)
    assert not any(s.reasons for s in session.states.values())
    assert all(session.top_to_bottom(f"e{i}") is True for i in range(1, 5))
    assert session.slice("e2") == ("e1", "e2")
    assert session.slice("e4") == ("e1", "e2", "e3", "e4")


def test_reasons_are_words_that_name_cells() -> None:
    session = examine(
        run(("1", "a<-;x"), ("3", "c<-a;x"), ("2", "a<-a;x"), ("3", "c<-a;x"), ("1", "a<-;y")).cells,
        notebook(("1", "a<-;y"), ("2", "a<-a;x"), ("3", "c<-a;x")),
        digest_of=digest_of,
    )
    assert session.states["e2"].reasons == (
        "The same cell ran again as cell [4].",
        "`a` came from cell [1], though cell [3] stands between the two and changes it.",
        "Cell [1], which made `a`, has been edited since.",
        "`a` was changed by cell [5] after this ran.",
    )
    assert session.states["e4"].reasons == (
        "Cell [3], which made `a`, is stale itself.",
        "`a` was changed by cell [5] after this ran.",
    )
    assert session.why("e4") == "The source of cell [1] does not stand in the notebook as it was executed."


def test_below_and_the_same_cell_are_out_of_order() -> None:
    cells = [("1", "a<-;x"), ("2", "a<-a;x"), ("3", "<-b;x"), ("4", "b<-;x")]
    kernel = run(cells[0], cells[1], cells[1], cells[3], cells[2])
    session = examine(kernel.cells, notebook(*cells), digest_of=digest_of)
    assert session.states["e3"].reasons == ("It read `a` as cell [2], an earlier run of this cell, had left it.",)
    assert session.states["e5"].reasons == ("`b` came from cell [4], which stands below it in the notebook.",)
    assert session.top_to_bottom("e2") is True
    assert session.top_to_bottom("e3") is False
    assert session.why("e5") == (
        "A run from top to bottom would stop at cell [5]. No cell above cell [5] makes `b`, which it reads."
    )


def test_the_same_code_on_the_same_again_overtakes_nothing() -> None:
    cells = [("1", "a<-;x"), ("2", "b<-a;x")]
    session = examine(run(*cells, cells[0]).cells, notebook(*cells), digest_of=digest_of)
    assert not session.states["e2"].stale
    assert session.states["e1"].rerun
    assert session.top_to_bottom("e2") is True


def test_what_cannot_be_told_is_none_with_the_reason() -> None:
    cells = [("1", "a<-;x"), ("2", "b<-a;x")]
    kernel = run(*cells)
    unsaved = examine(kernel.cells, None, digest_of=digest_of)
    assert unsaved.top_to_bottom("e2") is None
    assert "not known" in unsaved.why("e2")
    assert not any(s.reasons for s in unsaved.states.values())
    more = examine(kernel.cells, notebook(("0", "c<-;x"), *cells), digest_of=digest_of)
    assert more.top_to_bottom("e2") is None
    assert more.why("e2") == "The notebook's code cell 1 has not been run to its end as it stands."
    before = [dataclasses.replace(c, reads=dict.fromkeys(c.reads)) for c in kernel.cells]
    assert examine(before, notebook(*cells), digest_of=digest_of).why("e2") == (
        "`a`, which cell [2] reads, was made before tracking began."
    )
    assert (more.slice("unknown"), more.top_to_bottom("unknown")) == ((), None)
    assert examine([], None, digest_of=digest_of).states == {}


def test_without_a_front_end_the_order_of_execution_is_the_notebook() -> None:
    kernel = run((None, "a<-;x"), (None, "b<-a;x"), (None, "<-zz;x"), (None, "a<-;x"), (None, "<-b;x"))
    session = examine(kernel.cells, None, digest_of=digest_of)
    assert session.top_to_bottom("e5") is True
    assert session.slice("e5") == ("e1", "e2", "e5")
    assert not any(s.reasons for s in session.states.values())


def test_an_error_stops_a_run_from_top_to_bottom() -> None:
    kernel = run(("1", "a<-;x"), ("2", "b<-a;x"), ("3", "<-b;x"))
    failed = dataclasses.replace(kernel.cells[1], status="error", error="ValueError: no")
    session = examine(
        [kernel.cells[0], failed, kernel.cells[2]],
        notebook(("1", "a<-;x"), ("2", "b<-a;x"), ("3", "<-b;x")),
        digest_of=digest_of,
    )
    assert session.top_to_bottom("e2") is True
    assert session.why("e3") == "A run from top to bottom would stop at cell [2]: ValueError: no"

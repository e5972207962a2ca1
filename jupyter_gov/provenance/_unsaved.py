"""The notebook as it stands: its file, and what was executed since that was saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..records import Cell, Notebook, NotebookCell


def as_it_stands(notebook: Notebook, cells: Sequence[Cell], digest_of: Callable[[str], str]) -> Notebook:
    """Return the notebook with what the front end had not saved yet.

    Parameters
    ----------
    notebook : Notebook
        As its file had it; where it does not say when that was saved, it is taken to be the latest.
    cells : sequence of Cell
        All executions, in order.
    digest_of : callable
        As in `examine`.

    Notes
    -----
    A cell that was executed after the file was saved stood in the notebook with the source that was executed. Where
    the file does not have it yet, it is taken to stand below the cell that was executed before it, or at the top, where
    parameters are put in. A source that a secret was taken out of cannot be compared with the file's and is taken to
    stand there. Cells without an id, as old files have them, are left out: the front end gives them one that the file
    does not know.
    """
    filed = {n.cell_id: n.digest for n in notebook.cells if n.cell_id}
    standing = dict(filed)
    places = list(standing)
    below = 0
    for cell in cells:
        if cell.cell_id is None:
            continue
        if notebook.saved and cell.started > notebook.saved:
            if cell.cell_id not in standing:
                places.insert(below, cell.cell_id)
            standing[cell.cell_id] = digest_of(cell.source)
        elif cell.cell_id in filed:
            hidden = any(place.startswith("source") for place in cell.redacted)
            standing[cell.cell_id] = digest_of(cell.source) if hidden else filed[cell.cell_id]
        if cell.cell_id in standing:
            below = places.index(cell.cell_id) + 1
    return notebook.replace(cells=tuple(NotebookCell(cell_id=i, digest=standing[i]) for i in places))

"""The notebook's file beside its run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from jupyter_gov.capture.cells._notebook import code_cells
from jupyter_gov.fingerprints import fingerprint_bytes
from jupyter_gov.records import Notebook, NotebookCell
from jupyter_gov.services._history import History
from jupyter_gov.store import open_store


def _save(path: Path, *cells: tuple[str, str, Any]) -> None:
    made = [{"id": i, "cell_type": kind, "source": source, "metadata": {}} for i, kind, source in cells]
    path.write_text(json.dumps({"cells": made, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))


def _digest(source: str) -> str:
    return fingerprint_bytes(source.encode())


def test_recorded_as_the_file_has_it_at_the_end(make_kernel: Any, tmp_path: Path) -> None:
    path = tmp_path / "analysis.ipynb"
    kernel = make_kernel(JPY_SESSION_NAME=str(path))
    _save(path, ("a", "code", "x = 1"), ("b", "markdown", "# Text"), ("c", "code", ["y = 2\n", "z = 3"]))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    run = kernel.track("file")
    look = "from jupyter_gov.capture import _active\n_active.active().look_at_notebook()"
    kernel.run(look)
    kernel.flush()

    def known() -> list[Notebook]:
        with open_store(kernel.store) as store:
            return [r for r in store.records(run) if isinstance(r, Notebook)]

    (first,) = known()
    assert first.cells == (
        NotebookCell(cell_id="a", digest=_digest("x = 1")),
        NotebookCell(cell_id="c", digest=_digest("y = 2\nz = 3")),
    )
    assert first.saved == "2023-11-14T22:13:20.000000Z"
    kernel.run(look)
    path.write_text("{ half a file")
    kernel.run(look)
    kernel.flush()
    assert known() == [first]
    _save(path, ("c", "code", "y = 4"))
    kernel.untrack()
    (last,) = known()
    assert last.id == first.id
    assert last.cells == (NotebookCell(cell_id="c", digest=_digest("y = 4")),)


@pytest.mark.parametrize(
    "content",
    [None, [], 1, {}, {"cells": None}, {"cells": [None, 1, {}, {"cell_type": "markdown"}, {"cell_type": ["code"]}]}],
)
def test_what_is_no_notebook_has_no_cells(content: Any) -> None:
    assert code_cells(content) == []


def test_cells_without_id_or_source() -> None:
    content = {"cells": [{"cell_type": "code"}, {"cell_type": "code", "id": 5, "source": ["a", 3, "\ud800"]}]}
    digests = [_digest(""), fingerprint_bytes("a\ud800".encode("utf-8", "surrogatepass"))]
    assert code_cells(content) == [NotebookCell(cell_id="", digest=d) for d in digests]


def test_a_cell_with_a_secret_is_the_one_that_was_executed(make_kernel: Any, tmp_path: Path) -> None:
    secret = "pass" + "word = 'hunter2-x7Q9z!'"
    path = tmp_path / "secret.ipynb"
    kernel = make_kernel(JPY_SESSION_NAME=str(path))
    _save(path, ("t", "code", "%gov_track x"), ("a", "code", f"{secret}\nx = 1"), ("b", "code", "y = x + 1"))
    run = kernel.track("secret")
    kernel.run(f"{secret}\nx = 1", cell_id="a")
    kernel.run("y = x + 1", cell_id="b")
    _save(path, ("a", "code", f"{secret}\nx = 1"), ("b", "code", "y = x + 1"))
    kernel.untrack()
    cells = {c["cell_id"]: c for c in kernel.show(run)["cells"]}
    assert cells["a"]["redacted"]
    assert "hunter2" not in cells["a"]["source"]
    assert [cells[c]["state"] for c in "ab"] == [[], []]
    with open_store(kernel.store) as store:
        (notebook,) = [r for r in store.records(run) if isinstance(r, Notebook)]
        digests = [c.digest for c in notebook.cells]
        history = History(store.records(run))
    assert _digest(f"{secret}\nx = 1") not in digests
    assert _digest(cells["a"]["source"]) in digests
    assert history.trace(cells["b"]["id"])["top_to_bottom"] is True

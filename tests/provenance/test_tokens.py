"""The same source and the same object are no change."""

from __future__ import annotations

import pytest

from jupyter_gov.provenance import examine
from jupyter_gov.provenance._tokens import plain_values
from jupyter_gov.records import Cell, Notebook, NotebookCell


def run(*cells: tuple[str, str, dict[str, str], tuple[str, ...]]) -> list[Cell]:
    """Return executions, given cell id, source, what it read from which execution, and what it wrote."""
    return [
        Cell(id=f"e{i}", order=i, cell_id=c, source=s, reads=r, writes=w) for i, (c, s, r, w) in enumerate(cells, 1)
    ]


def notebook(*cells: tuple[str, str]) -> Notebook:
    return Notebook(cells=tuple(NotebookCell(cell_id=i, digest=s) for i, s in cells))


IMPORT = "from sklearn.linear_model import LogisticRegression"
MORE = f"import json\n{IMPORT}"
DEF = "def f(x, k=2):\n    return x + k"


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (IMPORT, MORE, "LogisticRegression"),
        ("import numpy as np", "import numpy as np  # numbers", "np"),
        (DEF, f"%matplotlib inline\n{DEF}\nz = f(1)", "f"),
        ("SEED = 3", "SEED = 3\nother = [SEED]", "SEED"),
    ],
)
def test_what_is_made_again_as_it_was_is_no_change(before: str, after: str, name: str) -> None:
    use = ("b", f"m = {name}", {name: "e1"}, ("m",))
    cells = run(("a", before, {}, (name,)), use, ("a", after, {}, (name, "other")), ("c", "m", {"m": "e2"}, ()))
    session = examine(cells, notebook(("a", after), ("b", use[1]), ("c", "m")), digest_of=str)
    assert not session.states["e2"].stale
    assert not session.states["e4"].stale
    assert session.states["e1"].rerun
    # The other cell of two that import the same.
    cells = run(
        ("a", before, {}, (name,)),
        ("a2", after, {}, (name,)),
        (*use[:2], {name: "e2"}, ("m",)),
        ("a", before, {}, (name,)),
    )
    session = examine(cells, notebook(("a", before), ("a2", after), ("b", use[1])), digest_of=str)
    assert not session.states["e3"].stale
    assert session.top_to_bottom("e3") is True


def test_what_was_edited_and_not_run_may_be_something_else() -> None:
    cells = run(("a", IMPORT, {}, ("LogisticRegression",)), ("b", "m", {"LogisticRegression": "e1"}, ()))
    session = examine(cells, notebook(("a", MORE), ("b", "m")), digest_of=str)
    assert session.states["e2"].stale


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import numpy as np", "import math as np"),
        ("from a import f", "from b import f"),
        (DEF, DEF.replace("+", "-")),
        ("f = 1", "f = True"),
    ],
)
def test_what_is_made_of_something_else_is_one(before: str, after: str) -> None:
    name = "np" if "np" in before else "f"
    cells = run(("a", before, {}, (name,)), ("b", "m", {name: "e1"}, ()), ("a", after, {}, (name,)))
    session = examine(cells, notebook(("a", after), ("b", "m")), digest_of=str)
    assert session.states["e2"].stale


@pytest.mark.parametrize(
    "source",
    [
        "f = 1\nf = 2", "try:\n    import f\nexcept ImportError:\n    f = None", "f = g()", "f = []",
        "def f(x=[]): pass", "import f\nfrom g import *", "@cache\ndef f(): pass", "%%time\nf = 1",
        "import f\ndef g():\n    global f\n    f = 2",
        "f = (", "class f: pass", "import f\ndel f", "for f in x: pass",
    ],
)  # fmt: skip
def test_what_more_than_its_code_has_made_is_told_by_its_cell(source: str) -> None:
    assert "f" not in plain_values(source)


def test_names_of_imports() -> None:
    found = plain_values("import a.b, c.d as e\nfrom ..g import h as i, j\nx = y = -0.5\nk = 'text'")
    assert dict(found) == {
        "a": "import ", "e": "import c.d", "i": "from ..g import h", "j": "from ..g import j",
        "k": "Constant(value='text')",
    }  # fmt: skip

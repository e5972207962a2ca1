"""What each cell execution read and wrote, in real kernels."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_gov.records import Cell
from jupyter_gov.store import open_store

Known = list[tuple[str, dict[str, int | str | None], tuple[str, ...]]]


def _known(kernel: Any, name: str, *cells: str) -> Known:
    """Run cells; return of each its source, what it read with the place of the writer among them, what it wrote."""
    run = kernel.track(name)
    for cell in cells:
        kernel.run(cell, check=False)
    kernel.untrack()
    with open_store(kernel.store) as store:
        found = sorted((r for r in store.records(run) if isinstance(r, Cell)), key=lambda c: c.order)[1:-1]
    places = {cell.id: i for i, cell in enumerate(found)}
    return [(c.source, {n: places.get(w or "", w) for n, w in c.reads.items()}, c.writes) for c in found]


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    started = make_kernel()
    started.run("import numpy as np, pandas as pd, random")
    return started


def test_who_made_what_was_read(kernel: Any) -> None:
    known = _known(
        kernel,
        "who",
        "x = 1",
        "y = x + 1; np",
        "x = 2",
        "x + y",
        "def f(a):\n    return a * x",
        "z = f(3)",
        "def g():\n    global made\n    made = f(y)\ng()",
        "made",
        "class C:\n    def m(self): return z\nc = C()",
        "c.m()",
        "del y",
        "if False: x = 5",
        "1 / 0\nx = 9",
        "from functools import partial, wraps\nh = partial(f, 2)",
        "h()",
        "%time w = x",
        "%%time\nv = w",
        "!echo {v}",
        "%timeit -n 1 -r 1 t = v",
        "exec('late = x')",
        "late",
        "import os.path as p",
    )
    assert [k[1:] for k in known] == [
        ({}, ("x",)),
        ({"np": None, "x": 0}, ("y",)),
        ({}, ("x",)),
        ({"x": 2, "y": 1}, ()),
        ({}, ("f",)),
        ({"f": 4, "x": 2}, ("z",)),
        ({"f": 4, "x": 2, "y": 1}, ("g", "made")),
        ({"made": 6}, ()),
        ({"z": 5}, ("C", "c")),
        ({"c": 8, "z": 5}, ()),
        ({}, ("y",)),
        ({}, ()),
        ({}, ()),
        ({"f": 4, "x": 2}, ("h", "partial", "wraps")),
        ({"h": 13, "x": 2}, ()),
        ({"x": 2}, ("w",)),
        ({"w": 15}, ("v",)),
        ({"v": 16}, ()),
        ({"v": 16}, ()),
        ({"*": ""}, ("late",)),
        ({"late": 19}, ()),
        ({}, ("p",)),
    ]


def test_what_was_changed_in_place(kernel: Any) -> None:
    known = _known(
        kernel,
        "changed",
        "df = pd.DataFrame({'a': [1, 2, 3]}); alias = df\n"
        "a = np.arange(10); view = a[2:4]; rows = [1]; d = {'k': {'z': 1}}",
        "df['b'] = 1",
        "df.head()",
        "view[0] = 77",
        "np.random.seed(0); np.random.shuffle(a)",
        "a.sort()",
        "a.mean()",
        "rows.append(2)",
        "rows.index(2)",
        "d['k']['z'] = 5",
        "len(d['k'])",
        "a += 1",
        "def grow(what):\n    what.append(3)",
        "grow(rows)",
        "def hidden():\n    rows.clear()",
        "hidden()",
        "for r in [rows]: r.append(1)",
        "from sklearn.linear_model import LogisticRegression\nX = np.random.rand(20, 2); t = np.arange(20) % 2\n"
        "model = LogisticRegression()",
        "model.fit(X, t)",
        "model.predict(X)",
        "model.set_params(C=3.0)",
        "model.coef_[0, 0] = 0",
        "big = np.zeros(10_000_000)",
        "big.mean()",
        "big[3] = 1",
    )
    writes = {source.partition("\n")[0]: set(written) for source, _, written in known}
    assert writes["df['b'] = 1"] == {"df", "alias"}
    assert writes["df.head()"] == set()
    assert writes["view[0] = 77"] == {"a", "view"}
    assert writes["np.random.seed(0); np.random.shuffle(a)"] == {"a", "view", "numpy.random"}
    assert writes["a.sort()"] == {"a", "view"}
    assert writes["a.mean()"] == set()
    assert writes["rows.append(2)"] == {"rows"}
    assert writes["rows.index(2)"] == set()
    assert writes["d['k']['z'] = 5"] == {"d"}
    assert writes["len(d['k'])"] == set()
    assert writes["a += 1"] == {"a", "view"}
    assert writes["grow(rows)"] == {"rows"}
    assert writes["hidden()"] == {"rows"}
    assert writes["for r in [rows]: r.append(1)"] == {"r", "rows"}
    assert writes["model.fit(X, t)"] == {"model"}
    assert writes["model.predict(X)"] == set()
    assert writes["model.set_params(C=3.0)"] == {"model"}
    assert writes["model.coef_[0, 0] = 0"] == {"model"}
    assert writes["big.mean()"] == set()
    assert writes["big[3] = 1"] == {"big"}
    reads = {source: found for source, found, _ in known}
    assert reads["df.head()"]["df"] == 1
    assert reads["a.mean()"]["a"] == 5


def test_what_cells_run_for_others(kernel: Any) -> None:
    (kernel.folder / "part.py").write_text("from_file = 1\n")
    known = _known(
        kernel,
        "others",
        "%run part.py",
        "from_file",
        "get_ipython().run_cell('inner = from_file')",
        "inner",
        "from math import *",
        "sqrt(4)",
        "%reset -f",
        "%%unheard_of\ntext",
    )
    assert known[0][2] == ("from_file",)
    assert known[1][1] == {"from_file": 0}
    assert known[2][1:] == ({"from_file": 0, "*": ""}, ("inner",))
    assert known[3][1] == {"inner": 2}
    assert "sqrt" in known[4][2]
    assert known[5][1] == {"sqrt": 4}
    assert {"sqrt", "inner", "from_file"} <= set(known[6][2])
    assert not any(name.startswith("_") for _, _, written in known for name in written)

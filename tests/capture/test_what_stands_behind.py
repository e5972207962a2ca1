"""What is easily missed of a cell: random numbers, changes through others, reads by other ways; and what follows."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from jupyter_gov.provenance import examine
from jupyter_gov.records import Cell, Notebook, NotebookCell
from jupyter_gov.store import open_store


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def _run(kernel: Any, name: str, *cells: str) -> list[Cell]:
    """Run cells and return their records; executions of one source are executions of one cell."""
    run = kernel.track(name)
    for cell in cells:
        kernel.run(cell, cell_id=_digest(cell)[:8], check=False)
    kernel.untrack()
    with open_store(kernel.store) as store:
        return sorted((r for r in store.records(run) if isinstance(r, Cell)), key=lambda c: c.order)[1:-1]


def _verdict(cells: list[Cell], *standing: str, of: Cell | None = None) -> tuple[bool | None, str]:
    """Say whether a cell, else the last one, comes out again in a notebook of these sources."""
    notebook = Notebook(cells=tuple(NotebookCell(cell_id=_digest(s)[:8], digest=_digest(s)) for s in standing))
    session = examine(cells, notebook, digest_of=_digest)
    key = (of or cells[-1]).id
    return session.top_to_bottom(key), session.why(key)


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    return make_kernel()


SETUP = "import numpy as np, pandas as pd, random, io, functools\nfrom contextlib import suppress"
SEED, DRAW, USE = "np.random.seed(0)", "Z = np.random.normal(size=5)", "Z.mean()"
MAKE, OWN = "rng = np.random.default_rng(0)", "Z = rng.normal(size=5)"


def test_random_numbers_stand_behind_results(kernel: Any) -> None:
    cells = _run(kernel, "seeded", SETUP, SEED, DRAW, USE)
    assert cells[2].reads["numpy.random"] == cells[1].id
    assert cells[1].writes == ("numpy.random",)
    assert "numpy.random" not in cells[1].reads
    assert _verdict(cells, SETUP, SEED, DRAW, USE) == (True, "")
    assert _verdict(cells, SETUP, DRAW, USE)[0] is False
    # A seed that changes nothing counts too; and what draws without one does not end a run.
    cells = _run(kernel, "twice seeded", SETUP, SEED, SEED + "  #", DRAW, USE, "k = 1")
    assert _verdict(cells, SETUP, SEED + "  #", DRAW, USE, of=cells[4])[0] is True
    assert _verdict(cells, SETUP, DRAW, USE, of=cells[4])[0] is False
    assert _verdict(cells, SETUP, DRAW, USE, "k = 1") == (True, "")

    cells = _run(kernel, "twice", SETUP, SEED, DRAW, DRAW, USE)
    assert cells[3].reads["numpy.random"] == cells[2].id
    assert _verdict(cells, SETUP, SEED, DRAW, USE)[0] is False

    cells = _run(kernel, "own twice", SETUP, MAKE, OWN, OWN, USE)
    assert cells[2].writes == ("Z", "rng")
    assert _verdict(cells, SETUP, MAKE, OWN, USE)[0] is False
    cells = _run(kernel, "own", SETUP, MAKE, OWN, USE)
    assert _verdict(cells, SETUP, MAKE, OWN, USE)[0] is True
    assert _verdict(cells, SETUP, MAKE, "junk = rng.normal()", OWN, USE)[0] is None

    cell = "import random as r\nr.seed(3)\nx = r.random()"
    assert _verdict(_run(kernel, "one cell", cell, "x"), cell, "x")[0] is True
    function = "def seed_all(n):\n    random.seed(n); np.random.seed(n)"
    cells = [SETUP, function, "seed_all(3); y = np.random.rand() + random.random()", "y"]
    assert _verdict(_run(kernel, "function", *cells), *cells)[0] is True


def test_random_numbers_that_nothing_has_seeded(kernel: Any) -> None:
    for source in (
        "np.random.seed(); x = np.random.rand()",
        "x = np.random.rand(); np.random.seed(0)",
        "x = pd.DataFrame({'a': range(9)}).sample(3)",
        "x = np.random.default_rng().normal()",
        "x = random.random()",
        "if False: np.random.seed(0)\nx = np.random.rand()",
        "random.seed(1); x = np.random.rand()",
        "def load_it(): return np.random.rand()\nx = load_it(); np.random.seed(0)",
    ):
        cells = _run(kernel, "unseeded", SETUP, source, "x")
        verdict, why = _verdict(cells, SETUP, source, "x")
        assert verdict is None, source
        assert why == f"Cell [{cells[1].execution_count}] draws random numbers that nothing has seeded."


def test_changes_through_others(kernel: Any) -> None:
    cells = _run(
        kernel,
        "changes",
        SETUP,
        "df = pd.DataFrame({'a': [1.0]}); frames = [df]; by_name = {'d': df}",
        "for fr in frames: fr['z'] = 1",
        "class T:\n    k = 1\n    def __init__(self, d): self.d = d\n    def clean(self): self.d['c'] = 2\nt = T(df)",
        "t.clean()",
        "T.k = T.k * 2",
        "tup = ([1], 2); l0 = tup[0]",
        "l0.append(2)",
        "def f(): pass",
        "f.calls = 3",
        "it = iter([1, 2, 3]); buf = io.StringIO('a\\nb'); g = (i for i in tup)",
        "first = next(it)",
        "line = buf.readline()",
        "got = list(g)",
        "arr = np.arange(4.0); held = pd.DataFrame(arr.reshape(2, 2), copy=False)",
        "arr[0] = 9",
        "big = np.zeros(10_000_000)",
        "def spoil(x): x[0] = 1",
        "_ = spoil(big)",
        "s = big[0]",
        "deep = {'a': {'b': {'c': {'d': {'e': 1}}}}}",
        "def put(x): x['a']['b']['c']['d']['e'] = 2",
        "put(deep)",
        "from collections import deque\nq = deque([1, 2])",
        "head = q.popleft()",
        "copy2 = big.mean() + np.sum(big)",
        "from sklearn.pipeline import make_pipeline\nfrom sklearn.linear_model import Ridge\n"
        "pipe = make_pipeline(Ridge()); step = pipe[0]",
        "step.set_params(alpha=3)",
    )
    wrote = {c.source: set(c.writes) for c in cells}
    assert {"df", "frames", "by_name"} <= wrote["for fr in frames: fr['z'] = 1"]
    assert {"df", "frames", "t"} <= wrote["t.clean()"]
    assert {"T", "t"} <= wrote["T.k = T.k * 2"]
    assert wrote["l0.append(2)"] == {"l0", "tup"}
    assert wrote["f.calls = 3"] == {"f"}
    assert wrote["first = next(it)"] == {"first", "it"}
    assert wrote["line = buf.readline()"] == {"line", "buf"}
    assert {"got", "g"} <= wrote["got = list(g)"]
    assert wrote["arr[0] = 9"] == {"arr", "held"}
    assert wrote["put(deep)"] == {"deep"}
    assert wrote["step.set_params(alpha=3)"] == {"pipe", "step"}
    assert wrote["head = q.popleft()"] == {"head", "q"}
    last = next(c for c in cells if c.source == "s = big[0]")
    assert last.reads["big"] == ""
    why = f"It is not known what made `big`, which cell [{last.execution_count}] reads, what it was then."
    assert _verdict(cells, *(c.source for c in cells), of=last) == (None, why)
    assert wrote["copy2 = big.mean() + np.sum(big)"] == {"copy2"}


def test_reads_by_other_ways(kernel: Any) -> None:
    cells = _run(
        kernel,
        "reads",
        SETUP,
        "k = 1; d = {}; loans = pd.DataFrame({'a': [1, 2, 3]})",
        "def late(): return k\nz1 = late()\nk = 2",
        "table = {'r': late}",
        "z2 = table['r']()",
        "@functools.lru_cache\ndef kept(n): return n * k",
        "z3 = kept(2)",
        "def now(f): return f()\n@now\ndef made(): return k",
        "x = 5",
        "with suppress(KeyError): x = d['nope']\ny = x",
        "class K: k = k",
        "z4 = eval('k')",
        "z5 = locals()['k']",
        "%%capture cap\nprint(k)",
        "cap.stdout",
        "%%bash --out said\necho 1",
        "said",
        "class Con:\n    def sql(self, text): return loans\ncon = Con()",
        "z6 = con.sql('select a from loans')",
        "text = 'select a from loans'",
        "z7 = con.sql(text)",
        "z8 = loans.query('a > @k')",
        "part = functools.partial(late)",
        "z9 = part()",
        "def each():\n    yield k\ngen = each()",
        "z10 = next(gen)",
    )
    reads = {c.source: set(c.reads) for c in cells}
    assert "k" in reads["def late(): return k\nz1 = late()\nk = 2"]
    assert "k" in reads["z2 = table['r']()"]
    assert "k" in reads["z3 = kept(2)"]
    assert "k" in reads["def now(f): return f()\n@now\ndef made(): return k"]
    assert reads["with suppress(KeyError): x = d['nope']\ny = x"] == {"suppress", "d", "x"}
    assert reads["class K: k = k"] == {"k"}
    assert "*" in reads["z4 = eval('k')"]
    assert "*" in reads["z5 = locals()['k']"]
    assert next(c for c in cells if c.source == "cap.stdout").reads["cap"] == cells[13].id
    assert next(c for c in cells if c.source == "said").reads["said"] == cells[15].id
    assert "loans" in reads["z6 = con.sql('select a from loans')"]
    assert "loans" in reads["z7 = con.sql(text)"]
    assert "k" in reads["z8 = loans.query('a > @k')"]
    assert "k" in reads["z9 = part()"]
    assert "k" in reads["z10 = next(gen)"]
    dynamic = next(c for c in cells if c.source == "z4 = eval('k')")
    verdict, why = _verdict(cells, *(c.source for c in cells), of=dynamic)
    assert verdict is None
    assert why == f"Cell [{dynamic.execution_count}] uses variables by names that do not stand in it."
    assert all(isinstance(c.execution_count, int) for c in cells)

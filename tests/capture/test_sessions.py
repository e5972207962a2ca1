"""Notebooks that fight back, kernels that are killed, sessions that are long: the records are right all the same."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jupyter_gov.cli import main
from jupyter_gov.records import Cell
from jupyter_gov.store import open_store

HOSTILE = """
class Hostile:
    calls = []
    def _no(self, *a, **k):
        Hostile.calls.append(1)
        raise SystemExit("hostile")
    __repr__ = __str__ = __eq__ = __ne__ = __len__ = __hash__ = __bool__ = __iter__ = __contains__ = _no
    __array__ = __getitem__ = __reduce_ex__ = __sizeof__ = __dir__ = __instancecheck__ = _no
    def __getattr__(self, name): Hostile._no(self)
    @property
    def __class__(self): Hostile._no(self)
    @property
    def __dict__(self): Hostile._no(self)
class Meta(type):
    def __getattribute__(cls, name):
        if name not in ("__class__", "mro"): Hostile.calls.append(name)
        return type.__getattribute__(cls, name)
    def __instancecheck__(cls, other): Hostile.calls.append("instancecheck"); raise SystemExit
class Odd(metaclass=Meta):
    pass
class Loud(dict):
    def __iter__(self): Hostile.calls.append("iter"); raise SystemExit
    items = keys = values = __len__ = __getitem__ = __eq__ = __iter__
class Slots:
    __slots__ = ("a",)
    def __getattribute__(self, name): Hostile.calls.append(name); raise SystemExit
"""


def _cells(kernel: Any, run: str) -> list[Cell]:
    with open_store(kernel.store) as store:
        return sorted((r for r in store.records(run) if isinstance(r, Cell)), key=lambda c: c.order)


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    return make_kernel()


def test_objects_that_raise_when_looked_at(make_kernel: Any) -> None:
    kernel = make_kernel()
    run = kernel.track("objects")
    kernel.run(HOSTILE)
    # Making a class calls its metaclass; what is counted is what comes after.
    kernel.run("bad, odd, loud, slots = Hostile(), Odd(), Loud(a=1), Slots(); held = [bad]; Hostile.calls.clear()")
    ran = kernel.run("held.append(loud); id(bad); id(odd); id(slots); [x is bad for x in held]")
    assert ran.result == "[True, False]"
    kernel.run("def use():\n    return bad is None, slots is None\nuse()")
    kernel.run("del loud\nbad2 = bad")
    assert kernel.run("Hostile.calls").result == "[]"
    kernel.untrack()
    cells = _cells(kernel, run)
    assert all(c.status == "ok" for c in cells)
    assert cells[3].writes == ("held",)
    # What methods of the notebook's classes use counts too: here their class.
    assert set(cells[3].reads) == {"Hostile", "held", "loud", "bad", "odd", "slots"}
    assert {"bad", "slots", "use"} <= set(cells[4].reads) | set(cells[4].writes)
    assert set(cells[5].writes) == {"bad2", "loud"}
    assert not [g for g in kernel.show(run)["gaps"] if "could not be captured" in g["reason"]]


@pytest.mark.parametrize(
    "patch",
    [
        "builtins.sorted = lambda *a, **k: list(reversed(_sorted(*a, **k)))",
        "builtins.len = lambda x: _len(x) + (type(x) is frozenset)",
        "builtins.isinstance = lambda a, b: _isinstance(a, b); builtins.print = None",
        "builtins.open = builtins.sum = _no",
    ],
)
def test_patched_builtins(kernel: Any, patch: str) -> None:
    run = kernel.track("patched")
    kernel.run("import builtins; _saved = dict(vars(builtins)); _len, _sorted, _isinstance = len, sorted, isinstance")
    kernel.run("def _no(*a, **k): raise RuntimeError('patched')")
    kernel.run(f"x = [3, 1, 2]\n{patch}")
    assert kernel.run("x.append(5); x").result == "[3, 1, 2, 5]"
    kernel.run("vars(builtins).update(_saved)")
    kernel.untrack()
    cells = _cells(kernel, run)
    assert [c.order for c in cells] == [1, 2, 3, 4, 5, 6, 7]
    assert [c.source for c in cells][4] == "x.append(5); x"
    assert cells[4].writes == ("x",)
    assert cells[4].outputs_digest is not None


def test_reset_autoreload_del_threads_and_many_names(kernel: Any) -> None:
    run = kernel.track("various")
    (kernel.folder / "helper_module.py").write_text("def give():\n    return 1\n")
    kernel.run("%load_ext autoreload\n%autoreload 2\nimport helper_module")
    assert kernel.run("helper_module.give()").result == "1"
    path = kernel.folder / "helper_module.py"
    path.write_text("def give():\n    return 22\n")
    os.utime(path, (2e9, 2e9))
    assert kernel.run("helper_module.give()").result == "22"
    kernel.run("%autoreload 0")
    kernel.run(
        "import threading, time\nstop = threading.Event(); grown = []\n"
        "def work():\n    while not stop.wait(0.01): grown.append(1)\n"
        "thread = threading.Thread(target=work); thread.start()"
    )
    kernel.run("globals().update({f'name_{i}': i for i in range(50_000)})")
    assert kernel.run("name_49999 + 1").result == "50000"
    kernel.run("stop.set(); thread.join()")
    kernel.run("for _n in [n for n in globals() if not n.startswith('_')]: del globals()[_n]")
    kernel.run("value = 1")
    kernel.run("%reset -f")
    assert kernel.run("'value' in dir()").result == "False"
    kernel.untrack()
    cells = {c.source.partition("\n")[0]: c for c in _cells(kernel, run)}
    assert all(c.status == "ok" for c in cells.values())
    assert {"helper_module"} <= set(cells["helper_module.give()"].reads)
    written = cells["globals().update({f'name_{i}': i for i in range(50_000)})"].writes
    assert {f"name_{i}" for i in range(50_000)} == set(written) - {"grown", "stop"}
    many = cells["globals().update({f'name_{i}': i for i in range(50_000)})"].id
    assert cells["name_49999 + 1"].reads == {"name_49999": many}
    deleted = cells["for _n in [n for n in globals() if not n.startswith('_')]: del globals()[_n]"]
    assert {"name_0", "thread", "helper_module"} <= set(deleted.writes)
    assert "value" in cells["%reset -f"].writes


def test_killed_at_random_points(make_kernel: Any) -> None:
    kernel = make_kernel()
    chance = random.Random(20261121)
    for attempt in range(4):
        run = kernel.track(f"killed {attempt}")
        acknowledged = [run]
        for i in range(chance.randrange(1, 6)):
            kernel.run(f"x{i} = {i}")
            if chance.random() < 0.7:
                # What a flush has returned for is on disk, by the ids that were queued before it.
                kernel.flush()
                acknowledged.append(f"x{i} = {i}")
        kernel.send("while True: get_ipython().run_cell('pass')")
        time.sleep(chance.random() * 0.3)
        os.kill(kernel.manager.provisioner.pid, signal.SIGKILL)
        kernel.stop()
        with open_store(kernel.store) as store:
            records = store.records(run)
            sources = [r.source for r in records if isinstance(r, Cell)]
            assert run in {r.id for r in records}
            assert set(acknowledged[1:]) <= set(sources)
            assert list(store.events(run))
            store.replay()
            assert store.records(run) == records
        told = CliRunner().invoke(main, ["show", run, "--store", kernel.store])
        assert told.exit_code == 0, told.output
        assert f"killed {attempt}" in told.output
        kernel.start()
    # Neither the store nor what is left of the last run keeps the next from being tracked.
    shown = kernel.session("after", "y = 1")
    assert shown["status"] == "finished"
    assert "y = 1" in [c["source"] for c in shown["cells"]]


LONG = '''
import gc, json, sys, time
import psutil
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

shell = InteractiveShell.instance(config=Config(HistoryManager={"hist_file": ":memory:"}))
shell.run_cell("import numpy as np, random", store_history=True)
shell.run_cell("%load_ext jupyter_gov\\n%gov_track long", store_history=True)
from jupyter_gov.capture import _active
from jupyter_gov.services import current

tracker = _active.active()
kinds = ["pass", "x = {i}", "rows = []; rows.append({i})", "total = x + len(rows)", "f = lambda a: a + x",
         "d = {{'k': {i}}}; d['k'] = f(1)", "np.random.seed({i}); a = np.random.rand(10)", "a[0] = {i}",
         "random.random();"]

def kept():
    """How many things the bookkeeping holds."""
    gc.collect()
    cells, names, chance = tracker.cells, tracker.cells._variables, tracker.randomness
    return [len(cells._running), len(cells._outputs._open), len(names._writers), len(chance._recorded),
            len(tracker.resources._open), names._analyse.cache_info().currsize, tracker.session.pending]

out = []
for i in range(10_000):
    shell.run_cell(kinds[i % len(kinds)].format(i=i % 1000), store_history=True)
    if i % 1000 == 0:
        current().flush()
        begin = time.thread_time()
    if i % 1000 == 999:
        spent = time.thread_time() - begin
        current().flush()
        out.append({"cpu": spent, "rss": psutil.Process().memory_info().rss, "kept": kept()})
shell.run_cell("%gov_track --off")
print(json.dumps(out))
'''


def test_ten_thousand_cells(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gov.db'}"
    env = os.environ | {"JUPYTER_GOV_STORE": url, "IPYTHONDIR": str(tmp_path / "ipython")}
    done = subprocess.run(
        [sys.executable, "-c", LONG], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=True
    )
    looks = json.loads(done.stdout.splitlines()[-1])
    assert len(looks) == 10
    assert looks[-1]["kept"] == looks[2]["kept"]
    # Python's own arenas and the database's cache settle in the first thousands.
    assert looks[-1]["rss"] - looks[2]["rss"] < 32 << 20
    assert looks[-1]["cpu"] < 3 * looks[0]["cpu"]
    with open_store(url) as store:
        (run,) = store.runs()
        assert store.count(run.id, "cell") == 10_001

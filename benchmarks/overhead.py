"""What tracking costs: an empty cell, loading the extension, a fit.

Cells are run by a real ipykernel, and timed inside it: IPython's own events and the observers are all in the time, the
front end and its messages are not. Two kernels, one of them tracked, take turns. Each is timed by the clock and by the
processor's time of its main thread, which a busy machine blurs less; the limits are for both, where nothing else runs.
Run with ``python benchmarks/overhead.py``; exits 1 if a limit is passed.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

CELL_LIMIT_MS = 1.0
FIT_LIMIT_MS = 1.0
LOAD_LIMIT_MS = 100.0
ROUNDS = 12
"""Turns that each kernel takes."""

ARM = """
import time as _time
_ends = []
_handler = get_ipython().kernel.do_execute
async def _execute(*a, **k):
    _t = _time.perf_counter(), _time.thread_time()
    _reply = await _handler(*a, **k)
    _ends.append((_time.perf_counter() - _t[0], _time.thread_time() - _t[1]))
    return _reply
get_ipython().kernel.do_execute = _execute
"""
FIT = """
import json as _json, time as _time
import numpy as _np
from sklearn.linear_model import LogisticRegression as _Model
_rng = _np.random.default_rng(0)
_X = _rng.normal(size=(2000, 20)); _y = (_X[:, 0] > 0).astype(int)
def _fit_times():
    times = []
    for _ in range(25):
        model = _Model()
        start = _time.perf_counter(), _time.thread_time()
        model.fit(_X, _y)
        times.append((_time.perf_counter() - start[0], _time.thread_time() - start[1]))
    return times
"""
LOAD = """
import json, sys, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
start = time.perf_counter()
shell.run_line_magic("load_ext", "jupyter_gov")
print(json.dumps((time.perf_counter() - start) * 1000))
"""


class Kernel:
    """A kernel with a folder and a store that go away with it."""

    def __init__(self, folder: Path) -> None:
        self.manager = KernelManager(kernel_name="python3")
        env = {**os.environ, "JUPYTER_GOV_STORE": f"sqlite:///{folder / 'gov.db'}", "IPYTHONDIR": str(folder)}
        # One thread each, so that on a busy machine the linear algebra does not fight with itself.
        env |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        self.manager.start_kernel(cwd=str(folder), env=env, extra_arguments=["--log-level=ERROR"])
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, source: str) -> str:
        """Execute a cell and return what it printed."""
        printed: list[str] = []

        def keep(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        reply = self.client.execute_interactive(source, output_hook=keep, timeout=300)
        assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(printed)

    def fits(self) -> list[list[float]]:
        """Return how long fits take: seconds by the clock, and of the processor."""
        return list(json.loads(self.run("print(_json.dumps(_fit_times()))")))

    def cells(self, count: int = 40) -> list[list[float]]:
        """Return how long cells take that do nothing: seconds by the clock, and of the processor."""
        self.run("_ends.clear()")
        for _ in range(count):
            self.run("pass")
        return list(json.loads(self.run("import json; print(json.dumps(_ends))"))[1:])

    def stop(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        self.manager.shutdown_kernel()


def load_time() -> float:
    """Return what ``%load_ext jupyter_gov`` takes in a new process, in milliseconds."""
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout))


def main() -> int:
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        kernels = Kernel(Path(first)), Kernel(Path(second))
        for kernel in kernels:
            kernel.run(ARM)
            kernel.run(FIT)
        kernels[1].run("%load_ext jupyter_gov\n%gov_track")
        cells: list[list[list[float]]] = [[], []]
        fits: list[list[list[float]]] = [[], []]
        for turn in range(ROUNDS + 1):
            for which in (0, 1) if turn % 2 else (1, 0):
                cell_times, fit_times = kernels[which].cells(), kernels[which].fits()
                if turn:  # the first is to get warm
                    cells[which] += cell_times
                    fits[which] += fit_times
        for kernel in kernels:
            kernel.stop()
    load = statistics.median(load_time() for _ in range(7))
    print("in a real ipykernel, medians in ms: without, with tracking, more")
    cost = [tell("empty cell", cells, by) for by in (0, 1)]
    more = [tell("LogisticRegression on 2,000 × 20", fits, by) for by in (0, 1)]
    print(f"{'%load_ext':<34} {load:31.1f} ms in a new process (≤ {LOAD_LIMIT_MS:g})")
    return int(max(cost) > CELL_LIMIT_MS or max(more) > FIT_LIMIT_MS or load > LOAD_LIMIT_MS)


def tell(what: str, times: list[list[list[float]]], by: int) -> float:
    """Print the medians of both kernels, and return by how much they differ, in milliseconds."""
    without, tracked = (statistics.median(pair[by] for pair in pairs) * 1000 for pairs in times)
    print(f"{what:<34} {('clock', 'processor')[by]:<10} {without:7.3f} {tracked:7.3f} {tracked - without:+7.3f} (≤ 1)")
    return tracked - without


if __name__ == "__main__":
    sys.exit(main())

"""What tracking costs: an empty cell, loading the extension, a fit.

Cells are run by a real ipykernel, and timed inside it: IPython's own events and the observers are all in the time, the
front end and its messages are not. Run with ``python benchmarks/overhead.py``; exits 1 if a limit is passed.
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
LOAD_LIMIT_MS = 100.0

ARM = """
import time as _time
_ends = []
_handler = get_ipython().kernel.do_execute
async def _execute(*a, **k):
    _t = _time.perf_counter()
    _reply = await _handler(*a, **k)
    _ends.append(_time.perf_counter() - _t)
    return _reply
get_ipython().kernel.do_execute = _execute
"""
FIT = """
import json as _json, statistics as _statistics, time as _time
import numpy as _np
from sklearn.linear_model import LogisticRegression as _Model
_rng = _np.random.default_rng(0)
_X = _rng.normal(size=(2000, 20)); _y = (_X[:, 0] > 0).astype(int)
def _fit_times():
    times = []
    for _ in range(100):
        model = _Model()
        start = _time.perf_counter(); model.fit(_X, _y); times.append(_time.perf_counter() - start)
    return _statistics.median(times) * 1000
print(_json.dumps(_fit_times()))
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

    def cells(self, count: int) -> float:
        """Return the median time of a cell that does nothing, in milliseconds."""
        self.run("_ends.clear()")
        for _ in range(count):
            self.run("pass")
        times = json.loads(self.run("import json; print(json.dumps(_ends))"))[1:]
        return statistics.median(times) * 1000

    def stop(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        self.manager.shutdown_kernel()


def load_time() -> float:
    """Return what ``%load_ext jupyter_gov`` takes in a new process, in milliseconds."""
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        kernel = Kernel(Path(folder))
        kernel.run(ARM)
        fit_without = json.loads(kernel.run(FIT))
        kernel.cells(50)
        cell_without = kernel.cells(300)
        kernel.run("%load_ext jupyter_gov\n%gov_track")
        kernel.cells(50)
        cell_with = kernel.cells(300)
        fit_with = json.loads(kernel.run("print(_json.dumps(_fit_times()))"))
        kernel.stop()
    load = statistics.median(load_time() for _ in range(7))
    cost = cell_with - cell_without
    print("in a real ipykernel, medians")
    print(
        f"empty cell          {cell_without:7.3f} ms without, {cell_with:7.3f} ms with tracking: {cost:+.3f} ms (≤ 1)"
    )
    print(f"LogisticRegression  {fit_without:7.3f} ms without, {fit_with:7.3f} ms with tracking: "
          f"{fit_with - fit_without:+.3f} ms a fit on 2,000 × 20")  # fmt: skip
    print(f"%load_ext           {load:7.1f} ms in a new process (≤ 100)")
    return int(cost > CELL_LIMIT_MS or load > LOAD_LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())

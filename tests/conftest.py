"""Fixtures that every folder shares: a place that nothing escapes from, and real kernels."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from jupyter_gov.services import show_run

_VARIABLES = ("JUPYTER_GOV_RUN", "JUPYTER_GOV_NOTEBOOK", "JUPYTER_GOV_AUTOTRACK", "JPY_SESSION_NAME")


@dataclass
class Ran:
    """What came of a cell: the front end's view of it."""

    status: str
    outputs: list[dict[str, Any]] = field(default_factory=list)

    def text(self, name: str = "stdout") -> str:
        """Return what was written to a stream."""
        return "".join(
            o["content"]["text"] for o in self.outputs if o["type"] == "stream" and o["content"]["name"] == name
        )

    @property
    def result(self) -> str | None:
        """The text of the cell's last expression."""
        found = [o["content"]["data"]["text/plain"] for o in self.outputs if o["type"] == "execute_result"]
        return found[-1] if found else None

    @property
    def error(self) -> str | None:
        """``Type: message`` of what the cell raised."""
        found = [f"{o['content']['ename']}: {o['content']['evalue']}" for o in self.outputs if o["type"] == "error"]
        return found[-1] if found else None

    @property
    def traceback(self) -> str:
        """The traceback as the front end shows it."""
        return "\n".join(line for o in self.outputs if o["type"] == "error" for line in o["content"]["traceback"])

    def gov(self, kind: str | None = None) -> list[str]:
        """Return the text of what governance displayed, of one kind or of all."""
        return [
            o["content"]["data"]["text/plain"]
            for o in self.outputs
            if o["type"] in ("display_data", "update_display_data")
            and "jupyter_gov" in o["content"]["metadata"]
            and kind in (None, o["content"]["metadata"]["jupyter_gov"]["kind"])
        ]


class Kernel:
    """A real ipykernel in a folder of its own, with a store of its own."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.store = f"sqlite:///{folder / 'store' / 'gov.db'}"
        self._variables = variables
        self.start()

    def start(self) -> None:
        env = {k: v for k, v in os.environ.items() if k not in _VARIABLES}
        env |= {"JUPYTER_GOV_STORE": self.store, "IPYTHONDIR": str(self.folder / "ipython"), **self._variables}
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(self.folder), env=env)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, source: str, *, cell_id: str | None = None, timeout: float = 60, check: bool = True) -> Ran:
        """Execute a cell and return what it put out; with `check`, it must not raise."""
        content = {
            "code": source, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
            "stop_on_error": True,
        }  # fmt: skip
        metadata = {"cellId": cell_id} if cell_id else {}
        message = self.client.session.msg("execute_request", content, metadata=metadata)
        self.client.shell_channel.send(message)
        ran = self.collect(message["header"]["msg_id"], timeout)
        assert not (check and ran.status != "ok"), f"{ran.error}\n{ran.traceback}"
        return ran

    def send(self, source: str) -> str:
        """Execute a cell without waiting for it; return the id to `collect` it by."""
        return self.client.execute(source)

    def collect(self, message: str, timeout: float = 60) -> Ran:
        """Wait for a cell to end and return what it put out."""
        end = time.monotonic() + timeout
        outputs, status, idle = [], None, False
        while not (idle and status):
            if time.monotonic() > end:
                raise TimeoutError("the cell did not end")
            try:
                got = self.client.get_iopub_msg(timeout=0.05 if status else 1)
                if got["parent_header"].get("msg_id") == message:
                    idle = idle or (got["msg_type"] == "status" and got["content"]["execution_state"] == "idle")
                    if got["msg_type"] not in ("status", "execute_input"):
                        outputs.append({"type": got["msg_type"], "content": got["content"]})
            except queue.Empty:
                pass
            while status is None and idle:
                reply = self.client.get_shell_msg(timeout=10)
                if reply["parent_header"].get("msg_id") == message:
                    status = reply["content"]["status"]
        return Ran(status, outputs)

    def track(self, name: str) -> str:
        """Track a new run in this kernel and return its id."""
        ran = self.run(f"%load_ext jupyter_gov\n%gov_track {name}")
        assert ran.gov("track"), ran.gov()
        return ran.gov("track")[0].rpartition(" ")[2]

    def untrack(self) -> None:
        """End tracking; everything is on disk on return."""
        assert self.run("%gov_track --off").gov("track") == ["Tracking is off."]

    def flush(self) -> None:
        """Return when everything recorded is on disk."""
        self.run("import jupyter_gov.services as _services; _services.current().flush()")

    def show(self, run: str) -> dict[str, Any]:
        """Return everything that is known about a run."""
        return show_run(run, self.store)

    def session(self, name: str, *cells: str, check: bool = True) -> dict[str, Any]:
        """Track a new run, execute cells, stop, and return what is known about the run."""
        run = self.track(name)
        for cell in cells:
            self.run(cell, check=check)
        self.untrack()
        return self.show(run)

    def restart(self) -> None:
        """Shut the kernel down in good order and start another."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """Shut the kernel down as a front end does."""
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel()


def isolated(folder: Path) -> dict[str, str]:
    """Return environment variables that keep Jupyter, IPython and the store inside `folder`."""
    return {
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter" / "config"),
        "JUPYTER_DATA_DIR": str(folder / "jupyter" / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "jupyter" / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_GOV_STORE": f"sqlite:///{folder / 'store' / 'gov.db'}",
    }


@pytest.fixture(scope="session", autouse=True)
def isolation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep what any test writes out of the checkout and the home folder."""
    from jupyter_gov.services import close_stores

    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in _VARIABLES:
            patch.delenv(name, raising=False)
        for name, value in isolated(folder).items():
            patch.setenv(name, value)
        yield folder
    close_stores()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of a new store, which is the one in force."""
    url = f"sqlite:///{tmp_path / 'store' / 'gov.db'}"
    monkeypatch.setenv("JUPYTER_GOV_STORE", url)
    return url


@pytest.fixture(scope="session")
def make_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Kernel]]:
    """Return a function that starts a kernel, which ends with the tests."""
    kernels: list[Kernel] = []

    def make(**variables: str) -> Kernel:
        kernels.append(Kernel(tmp_path_factory.mktemp("kernel"), **variables))
        return kernels[-1]

    yield make
    for kernel in kernels:
        kernel.stop()


@pytest.fixture(scope="module")
def kernel(make_kernel: Callable[..., Kernel]) -> Iterator[Kernel]:
    """A kernel that the tests of a module share; each tracks runs of its own."""
    started = make_kernel()
    yield started
    started.stop()

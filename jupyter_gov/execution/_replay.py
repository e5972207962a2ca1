"""Executing cells one after the other in a fresh kernel that tracks, without a notebook."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jupyter_gov.errors import ExecutionError

from ._run import Progress
from ._variables import AUTOTRACK_VARIABLE, NOTEBOOK_VARIABLE, REPRODUCING_VARIABLE, RUN_VARIABLE, STORE_VARIABLE

if TYPE_CHECKING:
    from jupyter_client.blocking.client import BlockingKernelClient
    from jupyter_client.manager import KernelManager

_LOOK = 0.1
"""Seconds between two looks whether the kernel is alive and the work still wanted."""
_TO_END = 60.0
"""Seconds in which the kernel must have written what is left."""
_LAST = 100_000
"""Bytes of what a kernel said before it died."""

_ARGUMENTS = (
    "--log-level=ERROR", "--ext", "jupyter_gov",
    # What is executed may hold secrets, and must not be found in the user's history.
    "--HistoryManager.hist_file=:memory:",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A cell to execute.

    Attributes
    ----------
    id : str
        The cell's id, as a front end would tell it.
    source : str
        Its code.
    before : str
        Code that is executed before it and is no cell.
    may_raise : bool
        Whether it is gone on after an error.
    """

    id: str
    source: str
    before: str = ""
    may_raise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How far an execution came.

    Attributes
    ----------
    ended : str
        ``end``, or why it did not come to it: ``raised``, ``timeout`` or ``died``.
    done : int
        How many steps were executed; the one at which it ended otherwise is not among them.
    error : str
        ``Type: message`` of what that step raised, or what the kernel said last; whole, and not searched for secrets.
    """

    ended: Literal["end", "raised", "timeout", "died"]
    done: int
    error: str = ""


def replay(
    steps: Sequence[Step],
    *,
    folder: Path,
    run: str,
    store: str,
    log: Path,
    python: Path | None = None,
    variables: Mapping[str, str] | None = None,
    timeout: float | None = None,
    progress: Progress | None = None,
    stopped: Callable[[], bool] | None = None,
) -> Replayed:
    """Execute cells in a fresh kernel; it and what it has started are gone afterwards, whatever happens.

    Parameters
    ----------
    steps : sequence of Step
        The cells, in order.
    folder : Path
        Where the kernel works.
    run, store : str
        Id of the run that it joins, and URL of the store that holds it.
    log : Path
        A file for what the kernel writes past its front end.
    python : Path, optional
        The interpreter; by default this one.
    variables : mapping, optional
        Environment variables besides those of this process.
    timeout : float, optional
        Seconds for all steps together, the kernel's start included.
    progress : callable, optional
        Told before each step; what it raises ends the work.
    stopped : callable, optional
        Asked all the while whether the work is to end.

    Raises
    ------
    ExecutionError
        If it was stopped.
    """
    environment = {**_inherited(), **(variables or {}), RUN_VARIABLE: run, STORE_VARIABLE: store}
    environment |= {AUTOTRACK_VARIABLE: "1", REPRODUCING_VARIABLE: "1"}
    end = None if timeout is None else time.monotonic() + timeout
    with log.open("wb") as said, _kernel(python, folder, environment, said) as (manager, client):

        def execute(code: str, *, until: float | None, **metadata: str) -> dict[str, Any] | None:
            """Return the reply to an execution, None where the kernel died."""
            message = _request(client, code, metadata)
            while True:
                with contextlib.suppress(queue.Empty):
                    reply = client.shell_channel.get_msg(timeout=_LOOK)
                    if reply["parent_header"].get("msg_id") == message:
                        return dict(reply["content"])
                if stopped is not None and stopped():
                    raise ExecutionError("The reproduction was stopped.", hint="Nothing of it was kept.")
                if until is not None and time.monotonic() > until:
                    raise TimeoutError
                if not manager.is_alive():
                    return None

        ended = Replayed(ended="end", done=len(steps))
        for done, step in enumerate(steps):
            if progress is not None:
                progress("Executing cells", done, len(steps))
            try:
                if step.before:
                    execute(step.before, until=end)
                reply = execute(step.source, until=end, cellId=step.id)
            except TimeoutError:
                return Replayed(ended="timeout", done=done)
            if reply is None:
                return Replayed(ended="died", done=done, error=_last_words(log))
            if reply["status"] == "error" and not step.may_raise:
                ended = Replayed(ended="raised", done=done, error=f"{reply['ename']}: {reply['evalue']}")
                break
        if progress is not None:
            progress("Executing cells", ended.done, len(steps))
        untrack = "__import__('jupyter_gov.capture', fromlist=['untrack']).untrack()"
        with contextlib.suppress(TimeoutError):
            execute(untrack, until=time.monotonic() + _TO_END)
        return ended


def _inherited() -> dict[str, str]:
    """Return this process's environment without what would make the kernel join what is tracked here."""
    own = (RUN_VARIABLE, NOTEBOOK_VARIABLE, AUTOTRACK_VARIABLE, STORE_VARIABLE, "JPY_SESSION_NAME")
    return {k: v for k, v in os.environ.items() if k not in own}


@contextlib.contextmanager
def _kernel(
    python: Path | None, folder: Path, environment: Mapping[str, str], said: Any
) -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import KernelManager

    manager = KernelManager()
    manager._kernel_spec = KernelSpec(
        argv=[str(python or sys.executable), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        display_name="jupyter-gov",
        language="python",
    )
    manager.start_kernel(
        cwd=str(folder), env=dict(environment), extra_arguments=list(_ARGUMENTS), stdout=said, stderr=said
    )
    client = manager.blocking_client()
    try:
        # Only replies are waited for: what cells put out is digested in the kernel.
        client.start_channels(iopub=False, stdin=False, hb=False, control=False)
        yield manager, client
    finally:
        client.stop_channels()
        _end(manager)


def _end(manager: KernelManager) -> None:
    """End the kernel at once, with the processes that it has started."""
    import psutil

    started: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        started = psutil.Process(getattr(manager.provisioner, "pid", None) or 0).children(recursive=True)
    manager.shutdown_kernel(now=True)
    for process in started:
        with contextlib.suppress(psutil.Error):
            process.kill()


def _request(client: BlockingKernelClient, code: str, metadata: Mapping[str, str]) -> str:
    """Send code to the kernel, as a cell where its id is told; return the message's id."""
    silent = not metadata
    content = {
        "code": code, "silent": silent, "store_history": not silent, "user_expressions": {}, "allow_stdin": False,
        "stop_on_error": False,
    }  # fmt: skip
    message = client.session.msg("execute_request", content, metadata=dict(metadata))
    client.shell_channel.send(message)
    return str(message["header"]["msg_id"])


def _last_words(log: Path) -> str:
    """Return the last line that a kernel wrote, whole, so that a secret in it can be found."""
    lines = ("\n" + log.read_bytes().decode("utf-8", "replace"))[-_LAST:].split("\n")[1:]
    return next((line.strip() for line in reversed(lines) if line.strip()), "")

"""Hints for front ends: that something new is in the store. What it is they ask the server."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_gov.records import Json, Run
from jupyter_gov.records._builtins import keep_builtins

keep_builtins(globals())

TARGET = "jupyter_gov"


class Hints:
    """One comm, open as long as a run is tracked.

    Parameters
    ----------
    run : callable
        Gives the run as it is now.
    moved : callable
        Called with the notebook's path when a front end tells it, and with the one before where it was renamed.
    """

    def __init__(self, run: Callable[[], Run], moved: Callable[[str, str | None], None]) -> None:
        self._run = run
        self._moved = moved
        self._seq = 0
        self._comm: Any = None

    def open(self) -> None:
        """Tell front ends that tracking has begun; outside a kernel there are none."""
        from comm import create_comm

        with contextlib.suppress(Exception):
            self._comm = create_comm(target_name=TARGET, data=self._state(tracking=True))
            self._comm.on_msg(self._hear)
            self._comm.on_close(self._reopen)

    def tell(self, seq: int) -> None:
        """Tell that the store holds events of this run up to `seq`; called on the writer's thread."""
        self._seq = seq
        if self._comm is not None:
            self._comm.send(self._state(tracking=True))

    def close(self) -> None:
        """Tell that tracking has ended."""
        comm, self._comm = self._comm, None
        if comm is not None:
            with contextlib.suppress(Exception):
                comm.send(self._state(tracking=False))
                comm.close()

    def forget(self) -> None:
        """Say nothing more: in a forked child the comm is the parent's, and a kernel that ends has no listener."""
        if self._comm is not None:
            self._comm._closed = True
        self._comm = None

    def _state(self, *, tracking: bool) -> dict[str, Json]:
        return {"run": self._run().id, "seq": self._seq, "tracking": tracking}

    def _hear(self, message: Any) -> None:
        comm = self._comm
        if comm is None:
            return
        data = message["content"].get("data")
        told = data if isinstance(data, Mapping) else {}
        notebook, before = told.get("notebook"), told.get("from")
        if isinstance(notebook, str) and notebook.endswith(".ipynb"):
            self._moved(notebook, before if isinstance(before, str) and before else None)
        comm.send(self._state(tracking=True))

    def _reopen(self, _: Any) -> None:
        """Stay: one front end that does not know us closes the comm for all others."""
        from comm import get_comm_manager

        if self._comm is not None:
            self._comm._closed = False
            get_comm_manager().register_comm(self._comm)

"""Each execution of each cell: source, order, duration, error, digest of outputs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from jupyter_gov.records import Cell, new_id, utc_now
from jupyter_gov.services.session import Session

from ._outputs import OutputWatch

_MAX_ERROR = 1000


@dataclass
class _Running:
    """The cell that is being executed."""

    order: int
    message: str | None
    begun: bool = True
    id: str = field(default_factory=new_id)
    started: str = field(default_factory=utc_now)
    clock: float = field(default_factory=time.perf_counter)


class CellWatch:
    """Records cells through IPython's own events.

    Parameters
    ----------
    shell : InteractiveShell
        The running shell.
    session : Session
        Where records go.
    """

    def __init__(self, shell: Any, session: Session) -> None:
        self._shell = shell
        self._session = session
        self._outputs = OutputWatch(shell)
        self._running: _Running | None = None
        self._count = 0

    @property
    def current(self) -> str | None:
        """Id of the record of the cell that is running."""
        return self._running.id if self._running else None

    def start(self, *, inside: bool) -> None:
        """Begin watching; `inside` says that a cell may be running now, which counts too."""
        self._outputs.start()
        self._shell.events.register("pre_run_cell", self._before)
        self._shell.events.register("post_run_cell", self._after)
        if inside:
            self._before(None)
            assert self._running is not None  # noqa: S101 - made in the line above
            self._running.begun = False
        if not self._outputs.available:
            self._session.gap(
                "digests of cell outputs",
                "Outside a Jupyter kernel outputs go straight to the terminal.",
                remedy="Run the code in JupyterLab, Notebook or `jupyter gov run`.",
            )

    def stop(self) -> None:
        """Stop watching; the cell that is running is recorded as far as it has come."""
        self._shell.events.unregister("pre_run_cell", self._before)
        self._shell.events.unregister("post_run_cell", self._after)
        self._outputs.stop()
        running, self._running = self._running, None
        if running is not None:
            source = (self._shell.user_ns.get("In") or [""])[-1]
            self._session.record(
                Cell(
                    id=running.id,
                    order=running.order,
                    source=source,
                    started=running.started,
                    seconds=time.perf_counter() - running.clock,
                ),
                "cell.executed",
            )

    def _before(self, _: Any) -> None:
        # Tracking that began outside any cell, when the kernel started, has counted a cell that there was not.
        if self._running is None or self._running.begun:
            self._count += 1
        self._running = _Running(order=self._count, message=self._outputs.open())

    def _after(self, result: Any) -> None:
        running = self._running
        if running is None:
            return
        seconds = time.perf_counter() - running.clock
        self._running = None
        info = result.info
        error = result.error_before_exec or result.error_in_exec
        cell = Cell(
            id=running.id,
            order=running.order,
            source=info.raw_cell if isinstance(info.raw_cell, str) else "",
            cell_id=getattr(info, "cell_id", None),
            status="error" if error is not None else "ok",
            error="" if error is None else _error_text(error),
            started=running.started,
            seconds=seconds,
        )
        self._session.record_later(
            lambda: cell.replace(outputs_digest=self._outputs.close(running.message)), "cell.executed"
        )


def _error_text(error: BaseException) -> str:
    """Return ``Type: message``; an exception that cannot say its message is named by its type."""
    try:
        text = f"{type(error).__name__}: {error}"
    except Exception:
        text = type(error).__name__
    return text[:_MAX_ERROR]
